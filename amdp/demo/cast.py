"""The two organizations of the demo and the people one signs in as. Everybody and everything is made up."""

from dataclasses import dataclass

PASSWORD = "a-walk-through-amdp"  # noqa: S105 - printed by make demo, exists in demo mode only


@dataclass(frozen=True)
class Part:
    """Somebody with a name and a login of their own.

    ``post`` is the place in the company (see ``company.py``); empty for somebody from outside.
    """

    key: str
    role: str
    first: str
    last: str
    gender: str
    post: str = ""
    grants: tuple[str, ...] = ()
    title: str = ""
    outside: str = ""

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    def email(self, domain: str) -> str:
        return f"{self.first}.{self.last}@{self.outside or domain}".lower()


@dataclass(frozen=True)
class Unit:
    """A business unit under one vice president: where it works and how many there are of each kind."""

    name: str
    head: str
    markets: tuple[str, ...]
    districts_per_region: int
    field_per_district: int


@dataclass(frozen=True)
class Company:
    """One demo organization."""

    slug: str
    name: str
    accent: str
    market: str
    time_zone: str
    domain: str
    seed: int
    leavers: int
    accounts: int
    units: tuple[Unit, ...]
    parts: tuple[Part, ...]


AURELIA = Company(
    slug="aurelia",
    name="Aurelia Therapeutics",
    accent="#0f766e",
    market="US",
    time_zone="America/New_York",
    domain="aurelia.example",
    seed=20_260_101,
    leavers=52,
    accounts=150,
    units=(
        Unit("Oncology Sales", "Vice President Oncology", ("US", "US", "CA"), 3, 8),
        Unit("Immunology Sales", "Vice President Immunology", ("US", "GB", "DE"), 3, 7),
        Unit("Market Access", "Vice President Market Access", ("US", "FR"), 2, 7),
    ),
    parts=(
        Part("owner", "Organization owner", "Ingrid", "Solberg", "F", "staff", ("owner",), "Director Commercial Operations"),
        Part("ld_admin", "L&D admin", "Priya", "Raman", "F", "staff", ("ld_admin",), "Head of Commercial Learning"),
        Part("hr", "HR analyst", "Thomas", "Okonjo", "M", "staff", ("hr_analyst",), "People Analytics Lead"),
        Part("legal", "Adverse-impact reviewer", "Miriam", "Feldman", "F", "staff", ("impact_reviewer",), "Legal Counsel Commercial"),
        Part("sponsor", "Executive sponsor", "Helena", "Voss", "F", "top", ("sponsor",), "Chief Commercial Officer"),
        Part("vp", "Sales leader, third line", "Marcus", "Bell", "M", "unit:0"),
        Part("second_line", "Sales leader, second line", "Dana", "Whitfield", "F", "region:0:0"),
        Part("first_line", "Sales leader, first line", "Jordan", "Reyes", "M", "district:0:0:0"),
        Part("first_line_2", "Sales leader, first line", "Alison", "Drummond", "F", "district:0:0:1"),
        Part("assessor", "Assessor", "Kenji", "Watanabe", "M", "region:1:0"),
        Part("assessor_2", "Assessor", "Ruth", "Adeyemi", "F", "region:2:1"),
        Part("mentor", "Mentor", "Sofia", "Marchetti", "F", "director:1"),
        Part("mentor_2", "Mentor", "Daniel", "Brandt", "M", "director:2"),
        Part("participant", "Participant", "Leila", "Haddad", "F", "field:0:0:0"),
        Part("participant_2", "Participant", "Noah", "Kim", "M", "field:0:0:1"),
        Part("candidate", "Candidate", "Elena", "Petrova", "F", "field:0:0:2"),
        Part("graduate", "Graduate", "Camila", "Duarte", "F", "field:0:1:0"),
        Part("facilitator", "Facilitator, external", "Graham", "Stone", "M", grants=("facilitator",), outside="stone-facilitation.example"),
    ),
)  # fmt: skip

NORTHWIND = Company(
    slug="northwind",
    name="Northwind Biologics",
    accent="#7c3aed",
    market="GB",
    time_zone="Europe/London",
    domain="northwind.example",
    seed=20_260_202,
    leavers=8,
    accounts=40,
    units=(Unit("Hospital Sales", "Commercial Director", ("GB", "DE"), 2, 9),),
    parts=(
        Part("owner", "Organization owner", "Callum", "Fraser", "M", "staff", ("owner",), "Head of Operations"),
        Part("ld_admin", "L&D admin", "Beatrice", "Lund", "F", "staff", ("ld_admin",), "Learning Manager"),
        Part("hr", "HR analyst", "Nadim", "Rahman", "M", "staff", ("hr_analyst", "impact_reviewer"), "HR Business Partner"),
        Part("sponsor", "Executive sponsor", "Audrey", "Kessler", "F", "top", ("sponsor",), "Managing Director"),
        Part("vp", "Sales leader, third line", "Piers", "Holloway", "M", "unit:0"),
        Part("second_line", "Sales leader, second line", "Mairi", "Sinclair", "F", "region:0:0"),
        Part("first_line", "Sales leader, first line", "Owen", "Pritchard", "M", "district:0:0:0"),
        Part("assessor", "Assessor", "Katrin", "Vogel", "F", "region:0:1"),
        Part("mentor", "Mentor", "Lukas", "Brenner", "M", "director:0"),
        Part("participant", "Participant", "Hattie", "Osborne", "F", "field:0:0:0"),
        Part("facilitator", "Facilitator, external", "Graham", "Stone", "M", grants=("facilitator",), outside="stone-facilitation.example"),
    ),
)  # fmt: skip

COMPANIES = (AURELIA, NORTHWIND)
