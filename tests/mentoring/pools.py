"""Small pools drawn by hypothesis: people and mentors with everything that can speak for or against a pair."""

from hypothesis import strategies as st

from mentoring.matching import Mentor, Person

COMPETENCIES = ["marketplace", "planning", "acumen"]
WORDS = ["idn", "payer", "aco"]
words = st.frozensets(st.sampled_from(WORDS), max_size=2)
amounts = st.dictionaries(st.sampled_from(COMPETENCIES), st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=3)
languages = st.lists(st.sampled_from(["en", "fr", "de"]), max_size=2, unique=True).map(tuple)
markets = st.sampled_from(["US", "FR", ""])
zones = st.sampled_from(["America/New_York", "Europe/Paris", "Asia/Tokyo"])
humans = st.frozensets(st.sampled_from(["p0", "p1", "m0", "m1", "m2"]), max_size=1)


@st.composite
def pools(draw: st.DrawFn, most_people: int = 4, most_mentors: int = 3) -> tuple[list[Person], list[Mentor]]:
    def common() -> dict:
        return {
            "account_types": draw(words),
            "therapeutic_areas": draw(words),
            "market": draw(markets),
            "languages": draw(languages),
            "zone": draw(zones),
            "line": tuple(draw(humans)),
            "excludes": draw(humans),
        }

    people = [
        Person(
            key=f"p{n}",
            needs=draw(amounts),
            former_managers=draw(humans),
            current_mentor=draw(st.sampled_from(["", "", "m0", "m1"])),
            **common(),
        )
        for n in range(draw(st.integers(0, most_people)))
    ]
    mentors = [
        Mentor(
            key=f"m{n}",
            strengths=draw(amounts),
            seats=draw(st.integers(0, 3)),
            load=draw(st.integers(0, 2)),
            paused=draw(st.sampled_from([False, False, False, True])),
            **common(),
        )
        for n in range(draw(st.integers(0, most_mentors)))
    ]
    return people, mentors
