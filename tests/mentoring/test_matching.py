import itertools
import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.matching import CRITERIA, Mentor, Person, Pin, Rule, Rules, Weights
from mentoring.matching.result import Alternative, Move, Result, Shortage
from mentoring.matching.solve import PinRefused, solve
from tests.factories.matching import matching_pool
from tests.mentoring.pools import pools


def value(result: Result, choice: tuple[int, ...], floor: bool = True) -> tuple[int, int, int] | None:
    """What a choice (mentor number or −1 per person) is worth, higher is better; None if not allowed."""
    taken = Counter(column for column in choice if column >= 0)
    if any(count > result.free[column] for column, count in taken.items()):
        return None
    if any(result.mask[row, column] for row, column in enumerate(choice) if column >= 0):
        return None
    pairs = [(row, column) for row, column in enumerate(choice) if column >= 0]
    worst = min((int(result.fit[pair]) for pair in pairs), default=0)
    load = sum(
        result.load_points * (int(result.load[column]) + n)
        for column, count in taken.items()
        for n in range(count)
    )
    return len(pairs), worst if floor else 0, -sum(int(result.cost[pair]) for pair in pairs) - load


def choices(result: Result) -> list[tuple[int, ...]]:
    return list(itertools.product(range(-1, len(result.mentors)), repeat=len(result.people)))


def best(result: Result, floor: bool = True) -> tuple[int, int, int]:
    return max(worth for choice in choices(result) if (worth := value(result, choice, floor)) is not None)


def seating(result: Result) -> dict[str, str]:
    return {pair.person: pair.mentor for pair in result.pairs}


@settings(max_examples=300, deadline=None)
@given(pools(), st.sampled_from([Rules(), Rules(load_points=0, change_points=0), Rules(load_points=90)]))
def test_solve_is_as_good_as_trying_everything(pool: tuple[list[Person], list[Mentor]], rules: Rules) -> None:
    result = solve(*pool, rules=rules)
    assert value(result, tuple(result.mentor_of.tolist())) == best(result)


@settings(max_examples=200, deadline=None)
@given(pools(8, 6), st.randoms(use_true_random=False), st.sampled_from(["", "spring", "autumn"]))
def test_order_of_rows_does_not_matter(
    pool: tuple[list[Person], list[Mentor]], chance: random.Random, run_key: str
) -> None:
    people, mentors = pool
    result = solve(people, mentors, run_key=run_key)
    other = solve(chance.sample(people, len(people)), chance.sample(mentors, len(mentors)), run_key=run_key)
    assert (other.pairs, other.unmatched, other.floor) == (result.pairs, result.unmatched, result.floor)


@settings(max_examples=200, deadline=None)
@given(pools(8, 6))
def test_capacities_and_hard_rules_hold_and_points_add_up(pool: tuple[list[Person], list[Mentor]]) -> None:
    result = solve(*pool)
    seats = {mentor.key: mentor.seats for mentor in pool[1]}
    assert all(count <= seats[key] for key, count in Counter(pair.mentor for pair in result.pairs).items())
    assert all(result.why_not(pair.person, pair.mentor) == () == pair.broken for pair in result.pairs)
    assert all(sum(pair.points.values()) == pair.fit for pair in result.pairs)
    assert all(tuple(pair.points) == CRITERIA and min(pair.points.values()) >= 0 for pair in result.pairs)
    assert all(0 <= pair.fit <= 1000 for pair in result.pairs)
    assert result.total_fit == sum(pair.fit for pair in result.pairs)
    assert result.floor == min((pair.fit for pair in result.pairs), default=None) or not result.pairs
    everyone = [*(pair.person for pair in result.pairs), *(each.person for each in result.unmatched)]
    assert sorted(everyone) == sorted(person.key for person in pool[0])


@settings(max_examples=200, deadline=None)
@given(pools(8, 4))
def test_everyone_unmatched_gets_a_true_reason(pool: tuple[list[Person], list[Mentor]]) -> None:
    people, mentors = ({each.key: each for each in side} for side in pool)
    result = solve(*pool)
    for unmatched in result.unmatched:
        if unmatched.shortage is None:
            assert all(set(result.why_not(unmatched.person, key)) - {Rule.MENTOR_FULL} for key in mentors)
            assert unmatched.reason.startswith("Nobody is eligible")
            continue
        shortage = unmatched.shortage
        assert unmatched.person in shortage.people
        assert shortage.seats == sum(mentors[key].seats for key in shortage.mentors) < len(shortage.people)
        outside = set(mentors) - set(shortage.mentors)
        assert all(
            set(result.why_not(person, key)) - {Rule.MENTOR_FULL}
            for person in shortage.people
            for key in outside
        )
        assert set(shortage.people) <= set(people)


@settings(max_examples=200, deadline=None)
@given(pools(), st.sampled_from([Rules(), Rules(load_points=70, change_points=0)]))
def test_alternative_costs_what_forcing_it_costs(
    pool: tuple[list[Person], list[Mentor]], rules: Rules
) -> None:
    result = solve(*pool, rules=rules)
    rows = {person.key: row for row, person in enumerate(result.people)}
    columns = {mentor.key: column for column, mentor in enumerate(result.mentors)}

    def price(choice: tuple[int, ...]) -> tuple[int, int, int] | None:
        if (worth := value(result, choice)) is None:
            return None
        low = sum(
            result.fit[row, column] < (result.floor or 0) for row, column in enumerate(choice) if column >= 0
        )
        return worth[0], -int(low), worth[2]

    for key, row in rows.items():
        for alternative in result.alternatives(key, top=9):
            column = columns[alternative.mentor]
            most, above, total = max(
                worth for choice in choices(result) if choice[row] == column and (worth := price(choice))
            )
            now = price(tuple(result.mentor_of.tolist()))
            assert now is not None
            lost = (now[0] - most, now[1] - above, now[2] - total)
            assert (alternative.fewer_matched, alternative.below_floor, alternative.cost) == lost

            after = result.mentor_of.copy()
            after[row] = column
            for move in alternative.moves:
                after[rows[move.person]] = -1 if move.mentor is None else columns[move.mentor]
            assert price(tuple(after.tolist())) == (most, above, total)


def test_explanation_names_points_rank_and_what_the_better_mentor_would_cost() -> None:
    people = [
        Person(key="alice", needs={"planning": 1}, account_types=frozenset({"idn"})),
        Person(key="bob", needs={"planning": 1}),
    ]
    mentors = [
        Mentor(key="dana", strengths={"planning": 1}, account_types=frozenset({"idn"})),
        Mentor(key="eve", strengths={"planning": 0.5}, account_types=frozenset({"idn"})),
    ]
    weights = Weights(competency=1, account_type=1, therapeutic_area=0, market=0, language=0, time_zone=0)
    result = solve(people, mentors, weights)
    alice, bob = result.pairs
    assert (
        alice.mentor,
        alice.fit,
        alice.points["competency"],
        alice.points["account_type"],
        alice.rank,
    ) == (
        "eve",
        750,
        250,
        500,
        2,
    )
    assert (bob.mentor, bob.fit, bob.rank) == ("dana", 1000, 1)
    assert result.floor == 750
    (instead,) = result.alternatives("alice")
    assert instead == Alternative(
        mentor="dana",
        fit=1000,
        points={**dict.fromkeys(CRITERIA, 0), "competency": 500, "account_type": 500},
        cost=250,
        below_floor=1,
        fewer_matched=0,
        moves=(Move("bob", "eve"),),
    )


def test_floor_comes_before_total() -> None:
    people = [Person(key="alice", needs={"a": 1, "b": 1}), Person(key="bob", needs={"b": 1})]
    mentors = [Mentor(key="dana", strengths={"a": 1, "b": 1}), Mentor(key="eve", strengths={"a": 1, "b": 0})]
    weights = Weights(competency=1, account_type=0, therapeutic_area=0, market=0, language=0, time_zone=0)
    result = solve(people, mentors, weights)
    assert seating(result) == {"alice": "eve", "bob": "dana"}
    assert result.floor == 500


def test_load_is_spread_between_equals() -> None:
    people = [Person(key=f"p{n}") for n in range(4)]
    result = solve(people, [Mentor(key="dana", seats=4), Mentor(key="eve", seats=4)])
    assert Counter(seating(result).values()) == {"dana": 2, "eve": 2}
    result = solve(people, [Mentor(key="dana", seats=4, load=4), Mentor(key="eve", seats=4)])
    assert Counter(seating(result).values()) == {"eve": 4}


def test_change_points_keep_the_present_mentor() -> None:
    people = [Person(key="alice", current_mentor="dana", needs={"a": 1})]
    mentors = [Mentor(key="dana", strengths={"a": 0.9}), Mentor(key="eve", strengths={"a": 1})]
    # the floor would move her whatever it costs, so two who share the worst fit show the points at work
    people.append(Person(key="bob", needs={"z": 1}))
    mentors.append(Mentor(key="finn"))
    kept = solve(people, mentors, rules=Rules(change_points=100_000))
    moved = solve(people, mentors, rules=Rules(change_points=0))
    assert (seating(kept)["alice"], seating(moved)["alice"]) == ("dana", "eve")


@pytest.mark.parametrize(
    ("person", "mentor", "rule"),
    [
        ({"key": "x"}, {"key": "x"}, Rule.SAME_PERSON),
        ({"line": ("a", "b", "m")}, {}, Rule.REPORTING_LINE),
        ({}, {"line": ("p",)}, Rule.REPORTING_LINE),
        ({"former_managers": frozenset({"m"})}, {}, Rule.FORMER_MANAGER),
        ({"accounts": frozenset({"north"})}, {"conflicts": frozenset({"north"})}, Rule.CONFLICT_OF_INTEREST),
        ({"conflicts": frozenset({"north"})}, {"accounts": frozenset({"north"})}, Rule.CONFLICT_OF_INTEREST),
        ({"languages": ("fr",)}, {"languages": ("en", "de")}, Rule.NO_COMMON_LANGUAGE),
        ({"zone": "America/Los_Angeles"}, {"zone": "Europe/Paris"}, Rule.TOO_FEW_COMMON_HOURS),
        ({}, {"paused": True}, Rule.MENTOR_PAUSED),
        ({}, {"seats": 0}, Rule.MENTOR_FULL),
        ({"excludes": frozenset({"m"})}, {}, Rule.EXCLUDED_BY_PERSON),
        ({}, {"excludes": frozenset({"p"})}, Rule.EXCLUDED_BY_MENTOR),
    ],
)
def test_each_hard_rule_blocks_and_is_named(person: dict, mentor: dict, rule: Rule) -> None:
    alice, dana = Person(**{"key": "p", **person}), Mentor(**{"key": "m", **mentor})
    result = solve([alice], [dana])
    assert result.pairs == ()
    assert result.why_not(alice.key, dana.key) == (rule,)
    assert result.unmatched[0].blocked == {rule: 1}


def test_rules_can_be_switched_off() -> None:
    alice = Person(
        key="p", line=("m",), former_managers=frozenset({"m"}), accounts=frozenset({"n"}), languages=("fr",)
    )
    dana = Mentor(key="m", conflicts=frozenset({"n"}), languages=("en",), zone="Asia/Tokyo")
    off = Rules(
        line_levels=0, former_manager=False, conflict_of_interest=False, common_language=False, common_hours=0
    )
    assert seating(solve([alice], [dana], rules=off)) == {"p": "m"}


def test_line_beyond_the_levels_and_unknown_language_do_not_block() -> None:
    alice = Person(key="p", line=("a", "b", "c", "m"), languages=("fr",))
    assert seating(solve([alice], [Mentor(key="m")])) == {"p": "m"}


def test_common_hours_count_the_worse_half_of_the_year_and_cross_midnight() -> None:
    new_york, paris = {"zone": "America/New_York"}, {"zone": "Europe/Paris"}
    assert solve([Person(key="p", **new_york)], [Mentor(key="m", **paris)]).pairs
    brisbane_late = {"zone": "Australia/Brisbane", "work_hours": (16.0, 2.0)}
    assert solve([Person(key="p", **brisbane_late)], [Mentor(key="m", **paris)]).pairs
    # Phoenix keeps its clocks, Denver does not: eight common hours in winter, seven in summer
    strict = Rules(common_hours=7.5)
    pair = [Person(key="p", zone="America/Phoenix")], [Mentor(key="m", zone="America/Denver")]
    assert solve(*pair, rules=strict).why_not("p", "m") == (Rule.TOO_FEW_COMMON_HOURS,)


def test_unknown_side_of_a_person_is_left_out_of_the_fit() -> None:
    dana = Mentor(key="m", strengths={"a": 1}, zone="Asia/Tokyo")
    (pair,) = solve([Person(key="p", needs={"a": 0.5}, zone="Asia/Tokyo")], [dana]).pairs
    assert pair.fit == 1000
    assert pair.points == {**dict.fromkeys(CRITERIA, 0), "competency": 800, "time_zone": 200}


def test_people_nobody_is_eligible_for_are_told_why() -> None:
    mentors = [Mentor(key="a", paused=True), Mentor(key="b", languages=("de",)), Mentor(key="c", paused=True)]
    (alice,) = solve([Person(key="alice", languages=("fr",))], mentors).unmatched
    assert alice.reason == "Nobody is eligible: mentor is paused (2 mentors), no common language (1 mentor)."
    (alice,) = solve([Person(key="alice")], []).unmatched
    assert alice.reason == "Nobody is eligible: there are no mentors."


def test_shortage_is_certified_without_those_who_have_other_mentors() -> None:
    french = [Person(key=f"f{n}", languages=("fr",)) for n in range(3)]
    english = [Person(key=f"e{n}", languages=("en",)) for n in range(2)]
    mentors = [Mentor(key="m_fr", languages=("fr",), seats=2), Mentor(key="m_en", languages=("en",), seats=5)]
    (left,) = solve([*french, *english], mentors).unmatched
    assert left.shortage == Shortage(("f0", "f1", "f2"), ("m_fr",), 2)
    assert left.reason == "3 participants share 1 mentor with 2 free places."


def test_run_key_draws_who_is_left_out() -> None:
    people = [Person(key=f"p{n}") for n in range(6)]
    left = {solve(people, [Mentor(key="m", seats=5)], run_key=str(n)).unmatched[0].person for n in range(60)}
    assert left == {person.key for person in people}


def test_pin_keeps_its_pair_and_takes_its_seat() -> None:
    people = [Person(key="alice", needs={"a": 1}), Person(key="bob", needs={"b": 1})]
    mentors = [Mentor(key="dana", strengths={"a": 1}), Mentor(key="eve", strengths={"b": 1})]
    result = solve(people, mentors, pins=[Pin("alice", "eve")])
    assert seating(result) == {"alice": "eve", "bob": "dana"}
    assert [pair.pinned for pair in result.pairs] == [True, False]
    assert result.alternatives("alice") == ()
    assert result.alternatives("bob") == ()  # eve's only seat is pinned


def test_pin_that_breaks_a_rule_must_be_confirmed() -> None:
    alice, eve = Person(key="alice", line=("eve",)), Mentor(key="eve", seats=0)
    with pytest.raises(PinRefused, match="same reporting line, mentor has no free place") as refusal:
        solve([alice], [eve], pins=[Pin("alice", "eve")])
    assert refusal.value.rules == (Rule.REPORTING_LINE, Rule.MENTOR_FULL)
    result = solve([alice], [eve], pins=[Pin("alice", "eve", confirmed=True)])
    assert result.pairs[0].broken == (Rule.REPORTING_LINE, Rule.MENTOR_FULL)


def test_pins_beyond_the_seats_must_be_confirmed() -> None:
    people, eve = [Person(key="alice"), Person(key="bob")], Mentor(key="eve", seats=1)
    with pytest.raises(PinRefused, match="mentor has no free place"):
        solve(people, [eve], pins=[Pin("alice", "eve"), Pin("bob", "eve")])
    result = solve(people, [eve], pins=[Pin("alice", "eve"), Pin("bob", "eve", confirmed=True)])
    assert [pair.broken for pair in result.pairs] == [(), (Rule.MENTOR_FULL,)]


@pytest.mark.parametrize(
    ("pins", "sentence"),
    [
        ([Pin("zoe", "eve")], "does not take part"),
        ([Pin("alice", "zoe")], "does not take part"),
        ([Pin("alice", "eve"), Pin("alice", "finn")], "one mentor only"),
    ],
)
def test_impossible_pins_are_refused(pins: list[Pin], sentence: str) -> None:
    with pytest.raises(PinRefused, match=sentence):
        solve([Person(key="alice")], [Mentor(key="eve"), Mentor(key="finn")], pins=pins)


@settings(max_examples=100, deadline=None)
@given(pools(6, 4), st.data())
def test_pinned_runs_stay_within_seats_and_rules(
    pool: tuple[list[Person], list[Mentor]], data: st.DataObject
) -> None:
    free = solve(*pool)
    if not free.pairs:
        return
    pinned = data.draw(st.sampled_from(free.pairs))
    result = solve(*pool, pins=[Pin(pinned.person, pinned.mentor)])
    assert seating(result)[pinned.person] == pinned.mentor
    assert result.matched == free.matched
    seats = {mentor.key: mentor.seats for mentor in pool[1]}
    assert all(count <= seats[key] for key, count in Counter(seating(result).values()).items())


@pytest.mark.parametrize(("people", "mentors"), [(0, 0), (0, 2), (2, 0)])
def test_empty_sides_are_fine(people: int, mentors: int) -> None:
    result = solve(
        [Person(key=f"p{n}") for n in range(people)], [Mentor(key=f"m{n}") for n in range(mentors)]
    )
    assert (result.pairs, len(result.unmatched), result.floor) == ((), people, None)


def test_faulty_input_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        solve([Person(key="alice"), Person(key="alice")], [])
    with pytest.raises(ValueError, match="weights add up to zero"):
        Weights(**dict.fromkeys(CRITERIA, 0))
    with pytest.raises(ValueError, match="below zero"):
        replace(Weights(), market=-1)


def test_big_match_is_optimal_at_its_floor() -> None:
    """Against an independent count: at one point above the floor fewer people can be seated."""
    people, mentors = matching_pool(200, 60)
    result = solve(people, mentors, run_key="big")
    assert result.floor is not None
    assert result.matched == seated_at(result, 0)
    assert seated_at(result, result.floor) == result.matched > seated_at(result, result.floor + 1)


def seated_at(result: Result, floor: int) -> int:
    """Augmenting paths, written plainly."""
    holders: dict[int, list[int]] = {column: [] for column in range(len(result.mentors))}

    def place(row: int, tried: set[int]) -> bool:
        for column in np.flatnonzero((result.mask[row] == 0) & (result.fit[row] >= floor)).tolist():
            if column in tried:
                continue
            tried.add(column)
            room = len(holders[column]) < result.free[column]
            for other in [None] if room else list(holders[column]):
                if other is None or place(other, tried):
                    if other is not None:
                        holders[column].remove(other)
                    holders[column].append(row)
                    return True
        return False

    return sum(place(row, set()) for row in range(len(result.people)))
