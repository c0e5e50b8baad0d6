"""Names of people, places and customers. All of them are made up."""

WOMEN = (
    "Aaliyah", "Adaeze", "Aiko", "Amara", "Ana", "Anneke", "Aoife", "Beatriz", "Bianca", "Brigitte", "Carmen", "Chiara",
    "Claire", "Deborah", "Divya", "Eleanor", "Elif", "Emma", "Esther", "Fatima", "Freya", "Gabriela", "Grace", "Hannah",
    "Haruka", "Imani", "Ines", "Isabel", "Jasmine", "Johanna", "Julia", "Karen", "Kavya", "Laura", "Lucia", "Maeve",
    "Margaux", "Maria", "Mei", "Miriam", "Nadia", "Naomi", "Nicole", "Olivia", "Pilar", "Rachel", "Rosa", "Sabine",
    "Samira", "Sarah", "Simone", "Tamara", "Teresa", "Uma", "Valentina", "Wanjiru", "Yara", "Yuki", "Zainab", "Zoe",
)  # fmt: skip
MEN = (
    "Adrian", "Ahmed", "Alejandro", "Andre", "Anton", "Arjun", "Ben", "Carlos", "Chidi", "Daisuke", "David", "Diego",
    "Dmitri", "Edward", "Emeka", "Erik", "Farid", "Felix", "Francois", "Gareth", "George", "Hassan", "Hiroshi", "Hugo",
    "Ibrahim", "Ivan", "Jakob", "James", "Javier", "Jonas", "Joshua", "Kofi", "Kwame", "Lars", "Liam", "Luca", "Malik",
    "Marco", "Mateo", "Michael", "Nikhil", "Omar", "Oscar", "Patrick", "Paulo", "Rafael", "Rohan", "Samuel", "Sean",
    "Stefan", "Takeshi", "Theo", "Tobias", "Victor", "Vikram", "Wei", "William", "Xavier", "Yusuf", "Zachary",
)  # fmt: skip
LAST = (
    "Abebe", "Achterberg", "Aguilar", "Albright", "Alvarez", "Andersson", "Asante", "Baker", "Banerjee", "Barros",
    "Bauer", "Bennett", "Bianchi", "Boateng", "Brennan", "Calloway", "Campbell", "Castillo", "Chandra", "Chen", "Clarke",
    "Costa", "Dahl", "Das", "Delgado", "Dubois", "Edwards", "Eriksen", "Farrell", "Ferrari", "Fischer", "Fontaine",
    "Foster", "Fujita", "Garcia", "Gallagher", "Ghosh", "Gomez", "Graham", "Gupta", "Hansen", "Harris", "Hayashi",
    "Herrera", "Hoffmann", "Hughes", "Ibarra", "Ito", "Iyer", "Jackson", "Jansen", "Jensen", "Johansson", "Kapoor",
    "Keller", "Khan", "Kowalski", "Kruger", "Larsen", "Laurent", "Lehmann", "Lindqvist", "Lopez", "MacLeod", "Marchand",
    "Martin", "Mbeki", "Mendes", "Meyer", "Mitchell", "Moreau", "Morgan", "Mueller", "Murphy", "Nair", "Nakamura",
    "Navarro", "Ndiaye", "Nguyen", "Novak", "O'Connor", "O'Neill", "Okafor", "Oliveira", "Osei", "Owens", "Park",
    "Patel", "Perez", "Petersen", "Pham", "Quinn", "Ramirez", "Reddy", "Reid", "Ricci", "Rivera", "Robinson", "Romano",
    "Rossi", "Ruiz", "Santos", "Sato", "Schmidt", "Schneider", "Shah", "Silva", "Simmons", "Singh", "Sokolov", "Suzuki",
    "Takahashi", "Tanaka", "Taylor", "Torres", "Turner", "Vargas", "Vasquez", "Verma", "Visser", "Wagner", "Walsh",
    "Watson", "Weber", "Wong", "Wright", "Yamamoto", "Young", "Zhang", "Zimmermann",
)  # fmt: skip

# Country, region, city: where people work and customers are.
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "US": (
        ("Boston", "MA"), ("Richmond", "VA"), ("Charlotte", "NC"), ("Nashville", "TN"), ("Columbus", "OH"),
        ("Milwaukee", "WI"), ("Tampa", "FL"), ("Hartford", "CT"), ("Pittsburgh", "PA"), ("Baltimore", "MD"),
    ),
    "GB": (("Leeds", "England"), ("Bristol", "England"), ("Glasgow", "Scotland"), ("Cardiff", "Wales")),
    "DE": (("Hamburg", "HH"), ("Leipzig", "SN"), ("Mainz", "RP"), ("Augsburg", "BY")),
    "FR": (("Lyon", "ARA"), ("Nantes", "PDL"), ("Lille", "HDF")),
    "CA": (("Toronto", "ON"), ("Calgary", "AB"), ("Halifax", "NS")),
}  # fmt: skip
ZONES = {
    "US": "America/New_York", "GB": "Europe/London", "DE": "Europe/Berlin", "FR": "Europe/Paris", "CA": "America/Toronto",
}  # fmt: skip
LANGUAGES = {"US": "en", "GB": "en", "DE": "de", "FR": "fr", "CA": "en"}

CUSTOMER_FIRST = (
    "Tidewater", "Lakeshore", "Blue Ridge", "Harbor", "Piedmont", "Summit", "Riverbend", "Northgate", "Cedar Valley",
    "Commonwealth", "Pioneer", "Seaboard", "Stonebridge", "Meridian", "Clearwater", "Granite", "Fairmount", "Ridgeline",
    "Crescent", "Highland", "Silver Lake", "Prairie", "Beacon", "Keystone", "Evergreen", "Westbrook", "Old Mill",
)  # fmt: skip
CUSTOMER_KINDS = (
    ("idn", ("Health Network", "Health Alliance", "Integrated Care")),
    ("hospital_system", ("Hospitals", "Medical Center", "Regional Hospitals")),
    ("aco", ("Accountable Care", "Physician Partners")),
    ("payer", ("Health Plan", "Mutual Insurance", "Community Plan")),
    ("pbm", ("Rx Management", "Pharmacy Benefits")),
    ("gpo", ("Purchasing Group", "Supply Alliance")),
    ("oncology_network", ("Cancer Network", "Oncology Partners")),
)
