"""What would help those without a mentor: applied to the pool and solved anew, it does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.matching import Mentor, Person, Pin, Rules
from mentoring.matching.changes import Change, Remedy, Wanted
from mentoring.matching.remedies import outlook, remedies
from mentoring.matching.result import Result
from mentoring.matching.solve import solve
from tests.mentoring.pools import pools

Pool = tuple[list[Person], list[Mentor]]
RULES = st.sampled_from([Rules(), Rules(common_hours=0), Rules(common_language=False, common_hours=8)])


def an_hour_each(mentor: str, places: int) -> float:
    return float(places)


def joining(wanted: Wanted, places: int, key: str = "new") -> Mentor:
    return Mentor(
        key=key,
        languages=(wanted.language,) if wanted.language else (),
        zone=wanted.zone or "UTC",
        market=wanted.market,
        seats=places,
    )


def with_places(mentors: Sequence[Mentor], places: dict[str, int]) -> list[Mentor]:
    return [replace(one, seats=one.seats + places.get(one.key, 0)) for one in mentors]


def applied(pool: Pool, person: str, remedy: Remedy) -> tuple[list[Person], list[Mentor], Pin]:
    """The pool after the change, and the pair that L&D would pin with it."""
    people, mentors = pool
    first = remedy.mentors[0] if remedy.mentors else "new"
    if remedy.change == Change.LANGUAGE:
        people = [
            replace(one, languages=(*one.languages, remedy.language)) if one.key == person else one
            for one in people
        ]
    elif remedy.change == Change.ALLOW:
        people = [
            replace(one, excludes=one.excludes - {first}) if one.key == person else one for one in people
        ]
    elif remedy.change == Change.PAUSE:
        mentors = [replace(one, paused=False) if one.key == first else one for one in mentors]
    elif remedy.change == Change.PLACE:
        mentors = with_places(mentors, {first: 1})
    elif remedy.wanted is not None:
        mentors = [*mentors, joining(remedy.wanted, places=1)]
    return people, mentors, Pin(person, first, confirmed=remedy.change == Change.COMMON_HOURS)


def mentor_of(result: Result, person: str) -> str | None:
    return next((one.mentor for one in result.pairs if one.person == person), None)


@settings(max_examples=300)
@given(pools(6, 4), RULES)
def test_each_change_gives_that_person_a_mentor_and_takes_nobodys(pool: Pool, rules: Rules) -> None:
    before = solve(*pool, rules=rules)
    found = remedies(before, rules, an_hour_each)
    assert set(found) == {one.person for one in before.unmatched}
    for person, options in found.items():
        for option in options:
            people, mentors, pin = applied(pool, person, option)
            after = solve(people, mentors, rules=rules, pins=[pin])
            assert mentor_of(after, person) == pin.mentor
            assert after.matched > before.matched  # the end of a pause may help others as well


@settings(max_examples=300)
@given(pools(6, 4), RULES)
def test_who_need_not_wait_for_others_needs_no_pin(pool: Pool, rules: Rules) -> None:
    before = solve(*pool, rules=rules)
    for person, options in remedies(before, rules, an_hour_each).items():
        for option in options:
            alone = option.change == Change.PLACE and not option.waiting
            if alone or option.change in (Change.ALLOW, Change.LANGUAGE):
                people, mentors, _ = applied(pool, person, option)
                assert mentor_of(solve(people, mentors, rules=rules), person)


@settings(max_examples=300)
@given(pools(6, 4), RULES)
def test_no_rule_that_alone_is_in_the_way_is_left_out(pool: Pool, rules: Rules) -> None:
    """Against trying it: every mentor a confirmed pin would give is behind a change that is named."""
    people, mentors = pool
    before = solve(people, mentors, rules=rules)
    named = {
        Change.ALLOW: "EXCLUDED_BY_PERSON",
        Change.LANGUAGE: "NO_COMMON_LANGUAGE",
        Change.COMMON_HOURS: "TOO_FEW_COMMON_HOURS",
        Change.PAUSE: "MENTOR_PAUSED",
    }
    for person, options in remedies(before, rules, an_hour_each).items():
        by_pin = set()
        for mentor in mentors:
            (broken,) = before.why_not(person, mentor.key)[:1] or (None,)
            if len(before.why_not(person, mentor.key)) == 1 and broken.name in named.values():
                pin = Pin(person, mentor.key, confirmed=True)
                if solve(people, mentors, rules=rules, pins=[pin]).matched > before.matched and mentor.seats:
                    by_pin.add(broken.name)
        assert {named[one.change] for one in options if one.change in named} == by_pin


@settings(max_examples=300)
@given(pools(8, 4), RULES)
def test_the_places_named_are_enough_and_one_fewer_is_not(pool: Pool, rules: Rules) -> None:
    people, mentors = pool
    before = solve(people, mentors, rules=rules)
    found = outlook(before, rules, an_hour_each)
    assert found.people == len(people) - before.matched
    assert solve(people, with_places(mentors, dict(found.places)), rules=rules).matched == (
        len(people) - found.nobody
    )
    assert sum(found.places.values()) == found.people - found.nobody
    if found.places:
        assert found.sharing == found.seats + sum(found.places.values())


@settings(max_examples=300)
@given(pools(8, 4), RULES)
def test_mentors_more_help_as_many_as_said(pool: Pool, rules: Rules) -> None:
    people, mentors = pool
    before = solve(people, mentors, rules=rules)
    matched = before.matched
    for number, wanted in enumerate(outlook(before, rules, an_hour_each).wanted):
        mentors = [*mentors, joining(wanted, places=wanted.people, key=f"new{number}")]
        assert solve(people, mentors, rules=rules).matched == matched + wanted.people
        matched += wanted.people


def test_everybody_has_a_mentor_and_nothing_is_needed() -> None:
    result = solve([Person(key="alice")], [Mentor(key="dana")])
    assert remedies(result, Rules(), an_hour_each) == {}
    found = outlook(result, Rules(), an_hour_each)
    assert (found.people, found.places, found.wanted) == (0, {}, ())


def test_nobody_in_the_pool_needs_a_mentor_more() -> None:
    people = [Person(key="alice", languages=("fr",), zone="Europe/Paris", market="FR")]
    result = solve(people, [])
    wanted = Wanted("fr", "Europe/Paris", "FR")
    assert remedies(result, Rules(), an_hour_each) == {"alice": (Remedy(Change.MENTOR, wanted=wanted),)}
    assert outlook(result, Rules(), an_hour_each).wanted == (wanted,)


def test_the_lightest_change_comes_first_and_the_fewest_hours() -> None:
    people = [Person(key=f"p{n}", languages=("fr",)) for n in range(3)]
    mentors = [
        Mentor(key="costly", languages=("fr",)),
        Mentor(key="cheap", languages=("fr",)),
        Mentor(key="english", languages=("en",)),
    ]

    def hours_for(mentor: str, places: int) -> float:
        return places * {"costly": 2.0, "cheap": 0.5, "english": 2.0}[mentor]

    (options,) = remedies(solve(people, mentors), Rules(), hours_for).values()
    assert [(one.change, one.mentors[0] if one.mentors else "") for one in options] == [
        (Change.PLACE, "cheap"),
        (Change.LANGUAGE, "english"),
        (Change.MENTOR, ""),
    ]
    assert options[1].language == "en"
    assert outlook(solve(people, mentors), Rules(), hours_for).places == {"cheap": 1}


def test_those_who_need_a_language_are_helped_together() -> None:
    people = [Person(key=f"j{n}", languages=("ja",), zone="Asia/Tokyo", market="JP") for n in range(3)]
    people += [Person(key="f", languages=("fr",), zone="Europe/Paris", market="FR")]
    found = outlook(solve(people, [Mentor(key="m", languages=("en",))]), Rules(), an_hour_each)
    assert found.nobody == 4
    assert found.wanted == (Wanted("ja", "Asia/Tokyo", "JP", 3), Wanted("fr", "Europe/Paris", "FR", 1))
    assert Counter(found.places) == Counter()
