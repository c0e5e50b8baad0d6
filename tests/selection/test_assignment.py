import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection.assignment import (
    Assessor,
    Bar,
    Change,
    Exercise,
    Kind,
    Problem,
    Seat,
    Shortage,
    assign,
    sentence,
)
from selection.assignment.result import Bridge
from tests.benchmarks.assignment import most_filled
from tests.factories.panels import panel_problem

NEW = 999


@st.composite
def problems(draw, candidates=4, exercises=2, assessors=5, loads=(1,), pins=2):
    """Anything that can be asked, small."""
    tasks = range(draw(st.integers(1, exercises)))
    people = range(10, 10 + draw(st.integers(1, assessors)))
    faces = range(draw(st.integers(1, candidates)))
    seats = st.sampled_from([Seat(*each) for each in itertools.product(faces, tasks, people)])
    return Problem(
        candidates=faces,
        exercises=[
            Exercise(each, draw(st.sampled_from([2, 2, 1, 3])), draw(st.sampled_from(loads)))
            for each in tasks
        ],
        assessors=[
            Assessor(
                each,
                draw(st.none() | st.frozensets(st.sampled_from(tasks))),
                draw(st.none() | st.integers(0, 4 * max(loads))),
            )
            for each in people
        ],
        conflicts={each: draw(st.sets(st.sampled_from(people), max_size=2)) for each in faces},
        pins=draw(st.sets(seats, max_size=pins)),
        prohibited=draw(st.sets(seats, max_size=2)),
        current=draw(st.sets(seats, max_size=4)),
    )


def tiny():
    return st.one_of(
        problems(candidates=2, exercises=2, assessors=4), problems(candidates=4, exercises=1, assessors=4)
    )


def chosen(result):
    return [pair.seat for pair in result.pairs if pair.why.kind != Kind.PINNED]


def standing(problem, sittings):
    """What counts, lower is better: places, second assessors, squared loads, groups that nothing ties."""
    load = loads_of(problem, itertools.chain(*sittings))
    need = {each.key: each.assessors for each in problem.exercises}
    return (
        -sum(min(len(seats), need[seats[0].exercise]) for seats in sittings if seats),
        tuple(-sum(len(seats) > count for seats in sittings) for count in range(4)),
        sum(each**2 for each in load.values()),
        groups_of(sittings),
    )


def loads_of(problem, seats):
    weight = {each.key: each.load for each in problem.exercises}
    load = dict.fromkeys((each.key for each in problem.assessors), 0)
    for seat in seats:
        load[seat.assessor] += weight[seat.exercise]
    return load


def groups_of(sittings):
    groups = []
    for seats in filter(None, sittings):
        together = {seat.assessor for seat in seats}
        apart = [group for group in groups if not group & together]
        groups = [*apart, together.union(*(group for group in groups if group & together))]
    return len(groups)


def by_sitting(problem, seats):
    return [
        [seat for seat in seats if seat[:2] == (candidate, exercise.key)]
        for candidate in problem.candidates
        for exercise in problem.exercises
    ]


def every_way(problem):
    """All assignments that keep the rules, the maxima and the pins."""
    for seats in itertools.product(
        *(ways(problem, candidate, each) for candidate in problem.candidates for each in problem.exercises)
    ):
        if not overloaded(problem, list(itertools.chain(*seats))):
            yield seats


def ways(problem, candidate, exercise):
    pins = [seat for seat in problem.pins if seat[:2] == (candidate, exercise.key)]
    seats = [(Seat(candidate, exercise.key, each.key), each) for each in problem.assessors]
    able = [seat for seat, each in seats if seat not in pins and problem.bar(seat, each) is None]
    for count in range(max(0, exercise.assessors - len(pins)) + 1):
        for some in itertools.combinations(able, count):
            yield [*pins, *some]


def overloaded(problem, seats):
    load, pinned = loads_of(problem, seats), loads_of(problem, problem.pins)
    return [
        each.key
        for each in problem.assessors
        if each.most is not None and load[each.key] > max(each.most, pinned[each.key])
    ]


@given(problems(loads=(1, 2, 3)))
def test_rules_maxima_and_pins_hold_whatever_is_asked(problem):
    result = assign(problem)
    people = {each.key: each for each in problem.assessors}
    assert len(set(result.seats)) == len(result.seats)
    assert set(problem.pins) <= set(result.seats)
    assert [seat for seat in chosen(result) if problem.bar(seat, people[seat.assessor])] == []
    assert overloaded(problem, result.seats) == []
    assert result.loads.by_assessor == loads_of(problem, result.seats)
    assert result.loads.bound <= result.loads.most
    assert result.needed - result.filled == sum(each.missing for each in result.shortages)
    for exercise in problem.exercises:
        for candidate in problem.candidates:
            seats = [seat for seat in chosen(result) if seat[:2] == (candidate, exercise.key)]
            pins = [seat for seat in problem.pins if seat[:2] == (candidate, exercise.key)]
            assert len(seats) <= max(0, exercise.assessors - len(pins))


@settings(deadline=None)
@given(tiny())
def test_nothing_is_better_among_all_there_are(problem):
    result = assign(problem)
    best = min(standing(problem, seats) for seats in every_way(problem))
    assert standing(problem, by_sitting(problem, result.seats)) == best
    assert result.loads.bound == result.loads.most
    assert len(result.comparability.groups) == best[-1]


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 30), st.integers(1, 3), st.integers(2, 12), st.integers(0, 99))
def test_as_many_places_are_filled_as_flow_through_the_network(candidates, exercises, assessors, seed):
    problem = panel_problem(candidates, exercises, assessors, seed)
    result = assign(problem)
    assert result.filled == most_filled(problem)
    assert result.filled == most_filled(problem, result.loads.most)
    assert result.filled > most_filled(problem, result.loads.most - 1)
    assert result.loads.bound == result.loads.most


@given(st.integers(2, 25), st.integers(2, 9))
def test_without_conflicts_loads_differ_by_one_at_most_and_everybody_is_tied(candidates, assessors):
    result = assign(Problem(range(candidates), [Exercise(1)], [Assessor(each) for each in range(assessors)]))
    assert result.shortages == ()
    assert result.loads.most - result.loads.least <= 1
    assert result.loads.most == result.loads.bound == result.loads.level
    busy = sum(load > 0 for load in result.loads.by_assessor.values())
    assert result.comparability.connected == (candidates >= busy - 1)


@given(problems(loads=(1, 2)), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_does_not_matter(problem, chance):
    def shuffled(things):
        return chance.sample(list(things), len(list(things)))

    other = Problem(
        shuffled(problem.candidates),
        shuffled(problem.exercises),
        shuffled(problem.assessors),
        dict(shuffled(problem.conflicts.items())),
        shuffled(sorted(problem.pins)),
        shuffled(sorted(problem.prohibited)),
        shuffled(sorted(problem.current)),
    )
    assert assign(problem) == assign(problem) == assign(other)


@given(problems())
def test_a_second_run_changes_nothing(problem):
    first = assign(problem)
    again = assign(replace(problem, current=first.seats))
    assert (again.added, again.dropped) == ((), ())


@given(problems())
def test_each_remedy_alone_fills_one_place_more(problem):
    result = assign(problem)
    for shortage in result.shortages:
        for remedy in shortage.remedies:
            for changed in applied(problem, shortage, remedy, result.loads.by_assessor):
                assert assign(changed).filled > result.filled


def applied(problem, shortage: Shortage, remedy, loads):
    place = (shortage.candidate, shortage.exercise)
    if remedy.change == Change.RECRUIT:
        yield replace(problem, assessors=[*problem.assessors, Assessor(NEW)])
    for key in remedy.assessors:
        (one,) = (each for each in problem.assessors if each.key == key)
        others = [each for each in problem.assessors if each.key != key]
        match remedy.change:
            case Change.RAISE:
                yield replace(problem, assessors=[*others, replace(one, most=loads[key] + 1)])
            case Change.TRAIN:
                trained = replace(one, trained={*one.trained, shortage.exercise})
                yield replace(problem, assessors=[*others, trained])
            case Change.ALLOW:
                yield replace(problem, prohibited={*problem.prohibited} - {Seat(*place, key)})


# --- what is told ------------------------------------------------------------------------------------


def test_a_shortage_names_who_is_out_and_why_and_what_would_help():
    problem = Problem(
        candidates=[1, 2],
        exercises=[Exercise(7)],
        assessors=[Assessor(10), Assessor(11, most=1), Assessor(12, frozenset()), Assessor(13), Assessor(14)],
        conflicts={1: {13, 14}, 2: {13, 14}},
        prohibited=[Seat(2, 7, 12)],
    )
    result = assign(problem)
    (short,) = result.shortages
    assert (short.candidate, short.exercise, short.missing) == (2, 7, 1)
    assert short.out == {Bar.CONFLICT: (13, 14), Bar.UNTRAINED: (12,), Bar.FULL: (11,)}
    assert [(each.change, each.assessors) for each in short.remedies] == [
        (Change.RAISE, (11,)),
        (Change.RECRUIT, ()),
    ]
    assert (result.needed, result.filled) == (4, 3)


def test_everybody_gets_a_first_assessor_before_anybody_a_second():
    few = [Assessor(10, most=2), Assessor(11, most=1)]
    result = assign(Problem([1, 2, 3], [Exercise(7)], few, current=[Seat(1, 7, 10), Seat(1, 7, 11)]))
    assert [seat.candidate for seat in result.seats] == [1, 2, 3]


def test_reasons_are_facts_and_read_as_sentences():
    problem = Problem(
        candidates=[1, 2, 3],
        exercises=[Exercise(7)],
        assessors=[Assessor(each) for each in (10, 11, 12)],
        conflicts={1: {12}},
        pins=[Seat(2, 7, 12)],
        current=[Seat(3, 7, 11)],
    )
    result = assign(problem)
    assert {(pair.seat, pair.why.kind, sentence(pair.why)) for pair in result.pairs} == {
        (
            Seat(1, 7, assessor),
            Kind.ONLY,
            "Only 2 of 3 may score this person. Not asked: 1 with a conflict of interest.",
        )
        for assessor in (10, 11)
    } | {
        (Seat(2, 7, 12), Kind.PINNED, "Chosen by hand; it stays."),
        (
            Seat(2, 7, 10),
            Kind.EVEN,
            "Spread evenly: 2 ratings here, 2 with the others who may score this person (3 of 3 may).",
        ),
        (Seat(3, 7, 11), Kind.PLANNED, "As planned before; nothing speaks for a change."),
        (
            Seat(3, 7, 12),
            Kind.EVEN,
            "Spread evenly: 2 ratings here, 2 with the others who may score this person (3 of 3 may).",
        ),
    }


def test_pairs_that_stick_together_are_parted_without_touching_loads():
    """Four who always came as the same two pairs could not be compared."""
    always = [
        Seat(candidate, 7, 10 + 2 * (candidate % 2) + second) for candidate in range(6) for second in (0, 1)
    ]
    problem = Problem(range(6), [Exercise(7)], [Assessor(each) for each in range(10, 14)], current=always)
    result = assign(problem)
    assert result.comparability.connected
    assert set(result.comparability.partners.values()) == {3}
    assert set(result.loads.by_assessor.values()) == {3}
    assert len(result.dropped) <= 6
    assert Kind.LINK in {pair.why.kind for pair in result.pairs}


def test_a_candidate_meets_different_pairs():
    result = assign(
        Problem(range(10), [Exercise(each) for each in range(3)], [Assessor(each) for each in range(8)])
    )
    assert result.repeats == {}
    met = {(seat.candidate, seat.assessor) for seat in result.seats}
    assert len(met) == len(result.seats)


def test_what_would_tie_groups_is_offered_when_even_loads_keep_them_apart():
    trained = {10: {1}, 11: {1}, 12: {1, 2}, 13: {2}}
    problem = Problem(
        range(6), [Exercise(1), Exercise(2)], [Assessor(key, frozenset(own)) for key, own in trained.items()]
    )
    result = assign(replace(problem, exercises=[Exercise(1), Exercise(2)]))
    assert (result.comparability.groups, result.loads.most) == (((10, 11), (12, 13)), 6)
    (bridge,) = result.comparability.bridges
    assert bridge == Bridge(Seat(0, 1, 10), 12)


def test_progress_is_told_to_the_end():
    told = []
    assign(panel_problem(5, 2, 6), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, len(told)) for done in range(1, len(told) + 1)]


def test_an_assessment_center_of_the_largest_size_is_even_tied_and_varied():
    result = assign(panel_problem(200, 5, 60))
    assert (result.filled, result.shortages) == (2000, ())
    assert result.loads.most == result.loads.bound
    assert result.loads.most - result.loads.least <= 1
    assert result.comparability.connected
    assert result.comparability.thin == {}
    assert result.repeats == {}


@pytest.mark.parametrize(
    "broken",
    [
        {"candidates": [1, 1]},
        {"exercises": [Exercise(7), Exercise(7)]},
        {"assessors": [Assessor(10), Assessor(10)]},
        {"exercises": [Exercise(7, assessors=0)]},
        {"exercises": [Exercise(7, load=0)]},
        {"pins": [Seat(9, 7, 10)]},
        {"pins": [Seat(1, 7, 99)]},
    ],
)
def test_nonsense_is_refused(broken):
    asked = {"candidates": [1], "exercises": [Exercise(7)], "assessors": [Assessor(10)]}
    with pytest.raises(ValueError, match=r"twice|at least one|not part"):
        Problem(**(asked | broken))


@pytest.mark.parametrize("empty", ["candidates", "exercises", "assessors"])
def test_nothing_to_do_is_done(empty):
    asked = {"candidates": [1], "exercises": [Exercise(7)], "assessors": [Assessor(10)]}
    assert assign(Problem(**(asked | {empty: []}))).pairs == ()


def test_minutes_are_spread_like_ratings():
    """Four long and four short exercises for two assessors come out even in time."""
    problem = Problem(
        range(4),
        [Exercise(1, 1, 60), Exercise(2, 1, 20)],
        [Assessor(each, most=200) for each in (10, 11)],
    )
    assert set(assign(problem).loads.by_assessor.values()) == {160}
