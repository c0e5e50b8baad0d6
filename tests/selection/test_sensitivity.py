from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection.ranking import Criterion, Entry, TieBreak, rank, tie_order
from selection.seating import Seats
from selection.sensitivity import (
    Pool,
    Shift,
    pool,
    pool_of,
    shifts,
    standing,
    steadiness,
    weightings,
)

KEYS = ["performance", "potential", "assessment"]
MARKETS = ["DE", "FR", None]
TIE_BREAK = TieBreak(("assessment",), "seed")
# Few different scores, so that ties are many.
scores = st.one_of(
    st.none(), st.sampled_from([Decimal(0), Decimal("33.33"), Decimal(50), Decimal("66.67"), Decimal(100)])
)
rows = st.lists(st.tuples(scores, scores, scores), max_size=12)
weights = st.tuples(*[st.integers(0, 60)] * 3).filter(any)


def entries_of(table: Sequence[Sequence[Decimal | None]]) -> list[Entry]:
    return [Entry(f"c{number}", dict(zip(KEYS, row, strict=True))) for number, row in enumerate(table)]


def criteria_of(given_: Sequence[int | float | Fraction]) -> list[Criterion]:
    return [Criterion(key, key.title(), weight) for key, weight in zip(KEYS, given_, strict=True)]  # type: ignore[arg-type]


def by_ranking(weights: Sequence[int | float | Fraction], entries: list[Entry]) -> list[int]:
    places = {one.key: one.place for one in rank(criteria_of(weights), entries, TIE_BREAK).ranked}
    return [places.get(entry.key, 0) for entry in entries]


@settings(max_examples=300)
@given(weights, rows)
def test_at_the_unchanged_weights_it_is_the_ranking(given_: tuple[int, ...], table: list) -> None:
    entries = entries_of(table)
    now = standing(pool_of(criteria_of(given_), entries, TIE_BREAK, seats=3))
    expected = by_ranking(given_, entries)
    assert now.places.tolist() == expected
    assert now.in_cut.tolist() == [0 < place <= 3 for place in expected]


@given(
    st.lists(st.decimals(0, 100, places=2), min_size=4, max_size=4),
    st.lists(st.decimals("0.01", 40, places=2), min_size=3, max_size=3).filter(lambda w: sum(w) <= 100),
)
def test_any_hundredths_round_as_the_ranking_does(numbers: list[Decimal], given_: list[Decimal]) -> None:
    entries = entries_of([(numbers[n], numbers[n - 1], numbers[n - 2]) for n in range(4)])
    assert standing(pool_of(criteria_of(given_), entries, TIE_BREAK, 1)).places.tolist() == by_ranking(  # type: ignore[arg-type]
        given_,
        entries,  # type: ignore[arg-type]
    )


def shifted(given_: Sequence[int], criterion: int, by: int) -> list[Fraction]:
    """The rule in fractions: one moves within 0…100, the others keep their proportions, all add up to 100."""
    percent = [Fraction(100 * weight, sum(given_)) for weight in given_]
    new = min(max(percent[criterion] + by, Fraction(0)), Fraction(100))
    factor = (100 - new) / (100 - percent[criterion])
    return [new if n == criterion else weight * factor for n, weight in enumerate(percent)]


@settings(max_examples=200)
@given(weights, rows)
def test_each_shift_ranks_as_its_weights_say(given_: tuple[int, ...], table: list) -> None:
    entries = entries_of(table)
    of = pool_of(criteria_of(given_), entries, TIE_BREAK, seats=3)
    now = standing(of)
    found = shifts(of)
    counting = [n for n, weight in enumerate(given_) if 0 < weight < sum(given_)]
    assert [each.criterion for each in found] == [n for n in counting for _ in range(2)]
    for each, by in zip(found, [-10, 10] * len(counting), strict=True):
        expected = shifted(given_, each.criterion, by)
        assert each.weights == pytest.approx([float(weight) for weight in expected])
        assert each.points == pytest.approx(
            float(expected[each.criterion]) - 100 * given_[each.criterion] / sum(given_)
        )
        places = by_ranking(expected, entries)
        assert each.standing.places.tolist() == places
        cut = {n for n, place in enumerate(places) if 0 < place <= 3}
        before = set(np.flatnonzero(now.in_cut).tolist())
        assert (set(each.entered), set(each.left)) == (cut - before, before - cut)
        assert each.moved == tuple(n for n, place in enumerate(places) if place != now.places[n])


def test_a_shift_tells_who_changes_places() -> None:
    """Ann leads by assessment, Ben by performance; ten points more for performance and Ben has the only seat."""
    entries = [
        Entry("ann", {"performance": 50, "assessment": 80}),
        Entry("ben", {"performance": 80, "assessment": 56}),
    ]
    criteria = [Criterion("performance", "Performance", 40), Criterion("assessment", "Assessment", 60)]
    down, up = shifts(pool_of(criteria, entries, TieBreak(), seats=1))[:2]
    assert (down.points, down.weights, down.entered, down.left, down.moved) == (-10, (30, 70), (), (), ())
    assert (up.points, up.weights, up.entered, up.left, up.moved) == (10, (50, 50), (1,), (0,), (0, 1))


def test_losing_a_place_because_the_missing_criterion_grows_is_leaving() -> None:
    """Ann's 20 % are missing: just enough is known. At 30 % it is no longer."""
    entries = [Entry("ann", {"a": 90, "b": None}), Entry("ben", {"a": 50, "b": 50})]
    found = shifts(pool_of([Criterion("a", "A", 80), Criterion("b", "B", 20)], entries, TieBreak(), seats=1))
    up = next(each for each in found if each.criterion == 1 and each.points > 0)
    assert (up.standing.places.tolist(), up.left, up.entered) == ([0, 1], (0,), (1,))


def test_weights_stop_at_the_ends_and_lone_or_absent_criteria_stay() -> None:
    of = pool([[50, 60, 70]], [96, 4, 0], [0], seats=1)
    assert [(each.criterion, each.points, each.weights) for each in shifts(of)] == [
        (0, -10, (86, 14, 0)),
        (0, pytest.approx(4), (100, 0, 0)),
        (1, pytest.approx(-4), (100, 0, 0)),
        (1, 10, (86, 14, 0)),
    ]
    assert shifts(pool([[50, 60]], [1, 0], [0], seats=1)) == []


@settings(deadline=None)
@given(weights, rows, st.text(max_size=5))
def test_random_weightings_are_counted_as_the_ranking_counts(
    given_: tuple[int, ...], table: list, seed: str
) -> None:
    entries = entries_of(table)
    of = pool_of(criteria_of(given_), entries, TIE_BREAK, seats=3)
    drawn = weightings(of, seed, draws=25)
    places = np.array([by_ranking(row, entries) for row in drawn.astype(int).tolist()]).reshape(
        25, len(entries)
    )
    found = steadiness(of, seed, draws=25)
    assert found.share.tolist() == ((places > 0) & (places <= 3)).mean(axis=0).tolist()
    behind = np.sort(np.where(places == 0, len(entries) + 1, places), axis=0)
    # the 2.5 % of 25 is the first, the 97.5 % the twenty-fifth
    assert found.best.tolist() == [0 if one > len(entries) else one for one in behind[0]]
    assert found.worst.tolist() == [0 if one > len(entries) else one for one in behind[24]]


def test_weightings_scatter_around_the_plan() -> None:
    """Mean at the plan; 30 % has a deviation of ten points; what counts nothing stays so; a seed draws the same."""
    of = pool([[1, 2, 3, 4]], [30, 50, 20, 0], [0], seats=1)
    drawn = weightings(of, "cohort-1", draws=20_000)
    assert drawn.sum(axis=1) == pytest.approx(10_000, abs=2)
    assert (drawn.mean(axis=0) / 100).tolist() == pytest.approx([30, 50, 20, 0], abs=0.3)
    assert drawn.std(axis=0)[0] / 100 == pytest.approx(10, abs=0.2)
    assert (drawn[:5] == weightings(of, "cohort-1", draws=20_000)[:5]).all()
    assert (drawn[:5] != weightings(of, "cohort-2", draws=20_000)[:5]).any()


def test_the_same_seed_draws_the_same_weights_for_ever() -> None:
    of = pool([[1, 2, 3]], [30, 50, 20], [0], seats=1)
    assert weightings(of, "cohort-1", draws=2).tolist() == [[2951, 4940, 2109], [2154, 5786, 2060]]


def test_whoever_leads_everywhere_is_always_in() -> None:
    found = steadiness(pool([[90, 90], [80, 80], [70, 70]], [1, 1], [2, 1, 0], seats=1), "seed")
    assert (found.share.tolist(), found.best.tolist(), found.worst.tolist()) == (
        [1, 0, 0],
        [1, 2, 3],
        [1, 2, 3],
    )
    assert found.draws == 1000


def test_equal_composites_follow_the_order() -> None:
    of = pool([[50, 50], [60, 40], [40, 60]], [1, 1], [2, 0, 1], seats=1)
    assert standing(of).places.tolist() == [3, 1, 2]


def one_after_the_other(
    of: Pool, places: list[int], groups: list[str | None], quotas: dict[str, Seats]
) -> set[int]:
    """Seats given out by hand: first those kept for a group, then down the ranking."""
    order = sorted((n for n, place in enumerate(places) if place), key=lambda n: places[n])
    taken: list[int] = []
    for group, quota in quotas.items():
        taken += [n for n in order if groups[n] == group][: quota.at_least]
    for n in order:
        quota = quotas.get(groups[n] or "", Seats())
        inside = sum(groups[each] == groups[n] for each in taken)
        full = quota.at_most is not None and inside >= quota.at_most
        if n not in taken and not full and len(taken) < of.seats:
            taken.append(n)
    return set(taken)


@settings(max_examples=300)
@given(rows, st.data())
def test_quotas_are_given_out_as_by_hand(table: list, data: st.DataObject) -> None:
    entries = entries_of(table)
    groups = [data.draw(st.sampled_from(MARKETS)) for _ in entries]
    quotas = {}
    for market in ("DE", "FR"):
        least = data.draw(st.integers(0, 2))
        quotas[market] = Seats(least, data.draw(st.sampled_from([None, least, least + 1])))
    by_key = {entry.key: group for entry, group in zip(entries, groups, strict=True) if group}
    of = pool_of(criteria_of([1, 2, 1]), entries, TIE_BREAK, 5, by_key, quotas)
    now = standing(of)
    assert set(np.flatnonzero(now.in_cut).tolist()) == one_after_the_other(
        of, now.places.tolist(), groups, quotas
    )


@given(rows)
def test_order_of_ties_is_that_of_the_ranking_of_equals(table: list) -> None:
    entries = entries_of(table)
    everywhere = [Entry(entry.key, {**entry.scores, "flat": 50}) for entry in entries]
    flat = [Criterion("flat", "Flat", 1), *criteria_of([0, 0, 0])]
    assert tie_order(entries, TIE_BREAK) == [one.key for one in rank(flat, everywhere, TIE_BREAK).ranked]


def test_an_empty_pool_has_nobody_to_move() -> None:
    of = pool(np.empty((0, 2)), [1, 1], [], seats=3)
    assert standing(of).places.tolist() == []
    assert all(isinstance(each, Shift) and not each.moved for each in shifts(of))
    assert steadiness(of, "seed").share.tolist() == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"scores": [[50.005, 1]]}, "finer than a hundredth"),
        ({"scores": [[101, 1]]}, "from 0 to 100"),
        ({"scores": [[-1, 1]]}, "from 0 to 100"),
        ({"weights": [1, -1]}, "below zero"),
        ({"weights": [0, 0]}, "add up to zero"),
        ({"weights": [33.333, 66.667]}, "too fine"),
        ({"order": [1]}, "name each candidate once"),
        ({"order": []}, "name each candidate once"),
        ({"groups": ["DE", "FR"]}, "needs a group"),
        ({"quotas": {"DE": Seats(2)}}, "More seats are kept"),
        ({"seats": -1}, "More seats are kept"),
    ],
)
def test_faulty_input_is_refused_with_a_sentence(changed: dict, sentence: str) -> None:
    given_ = {"scores": [[50, 60]], "weights": [1, 1], "order": [0], "seats": 1} | changed
    with pytest.raises(ValueError, match=sentence):
        pool(**given_)  # type: ignore[arg-type]


def test_no_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="At least one weighting"):
        steadiness(pool([[1]], [1], [0], 1), "seed", draws=0)
