import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selection.ranking import Criterion, Entry, Ranked, Ranking, TieBreak, Unranked, normalize, rank

PERFORMANCE = Criterion("performance", "Performance", 30)
POTENTIAL = Criterion("potential", "Potential", 20)
ASSESSMENT = Criterion("assessment", "Assessment", 50)
CRITERIA = [PERFORMANCE, POTENTIAL, ASSESSMENT]
KEYS = [criterion.key for criterion in CRITERIA]

scores = st.one_of(st.none(), st.decimals(0, 100, places=1))
entries = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4), st.tuples(scores, scores, scores), max_size=12
)


def entry(key: str, performance: object, potential: object, assessment: object) -> Entry:
    return Entry(key, dict(zip(KEYS, (performance, potential, assessment), strict=True)))  # type: ignore[arg-type]


def test_rank_orders_by_weighted_composite_and_explains_it() -> None:
    ranking = rank(CRITERIA, [entry("bob", 60, 70, 80), entry("alice", 90, 80, 70)])
    assert ranking == Ranking(
        ranked=(
            Ranked(
                "alice",
                1,
                1,
                Decimal("78.00"),
                dict(zip(KEYS, map(Decimal, ("27", "16", "35")), strict=True)),
            ),
            Ranked(
                "bob", 2, 2, Decimal("72.00"), dict(zip(KEYS, map(Decimal, ("18", "14", "40")), strict=True))
            ),
        ),
        unranked=(),
    )


def test_missing_fifth_of_the_weight_is_spread_over_the_rest() -> None:
    (alice,) = rank(CRITERIA, [entry("alice", 80, None, 90)]).ranked
    assert alice.composite == Decimal("86.25")
    assert alice.points == {"performance": Decimal("30.00"), "assessment": Decimal("56.25")}
    assert alice.missing == ("Potential",)


def test_less_than_four_fifths_of_the_weight_is_unranked_with_reason() -> None:
    assert rank(CRITERIA, [entry("alice", None, 100, 100)]).unranked == (
        Unranked(
            "alice", "Missing Performance: 70% of the weight is scored, 80% is needed.", ("Performance",)
        ),
    )


def test_just_under_four_fifths_does_not_read_as_four_fifths() -> None:
    criteria = [Criterion("a", "A", Decimal("79.9")), Criterion("b", "B", Decimal("20.1"))]
    assert "79% of the weight" in rank(criteria, [Entry("alice", {"a": 50})]).unranked[0].reason


def test_nothing_missing_when_weight_is_zero() -> None:
    (alice,) = rank(
        [PERFORMANCE, Criterion("later", "Later", 0)], [Entry("alice", {"performance": 50})]
    ).ranked
    assert (alice.composite, alice.missing) == (Decimal(50), ())


def test_tie_is_broken_by_the_stored_rule() -> None:
    even = [Criterion("a", "A", 1), Criterion("b", "B", 1)]
    pair = [Entry("alice", {"a": 60, "b": 80}), Entry("bob", {"a": 80, "b": 60})]
    assert [each.key for each in rank(even, pair, TieBreak(("a",))).ranked] == ["bob", "alice"]
    assert [each.key for each in rank(even, pair, TieBreak(("b",))).ranked] == ["alice", "bob"]
    assert rank(even, pair, TieBreak(("b",))).ranked[0].tied_with == ("bob",)


def test_lots_depend_on_the_seed_and_not_on_the_name() -> None:
    pair = [entry("alice", 50, 50, 50), entry("bob", 50, 50, 50)]
    winners = {rank(CRITERIA, pair, TieBreak(seed=str(seed))).ranked[0].key for seed in range(20)}
    assert winners == {"alice", "bob"}


def test_equal_points_share_a_rank_and_the_next_one_is_left_out() -> None:
    rows = [entry("ana", 50, 50, 50), entry("ben", 50, 50, 50), entry("cleo", 40, 40, 40)]
    ranked = rank(CRITERIA, rows).ranked
    assert [(each.rank, each.place, bool(each.tied_with)) for each in ranked] == [
        (1, 1, True),
        (1, 2, True),
        (3, 3, False),
    ]


@given(entries, st.integers())
def test_order_of_entries_does_not_matter(table: dict[str, tuple[object, ...]], seed: int) -> None:
    listed = [entry(key, *row) for key, row in table.items()]
    shuffled = random.Random(seed).sample(listed, len(listed))
    assert rank(CRITERIA, listed, TieBreak(("assessment",))) == rank(
        CRITERIA, shuffled, TieBreak(("assessment",))
    )


@given(entries)
def test_points_add_up_and_ranks_follow_them(table: dict[str, tuple[object, ...]]) -> None:
    ranking = rank(CRITERIA, [entry(key, *row) for key, row in table.items()])
    assert [each.place for each in ranking.ranked] == list(range(1, len(ranking.ranked) + 1))
    assert all(sum(each.points.values()) == each.composite for each in ranking.ranked)
    composites = [each.composite for each in ranking.ranked]
    assert composites == sorted(composites, reverse=True)
    assert {each.key for each in (*ranking.ranked, *ranking.unranked)} == set(table)


@given(st.tuples(*[st.decimals(0, 100, places=1)] * 3), st.integers(0, 2), st.decimals(0, 50, places=1))
def test_better_score_never_lowers_the_composite(row: tuple[Decimal, ...], which: int, more: Decimal) -> None:
    better = [min(Decimal(100), score + more) if n == which else score for n, score in enumerate(row)]
    (before,) = rank(CRITERIA, [entry("alice", *row)]).ranked
    (after,) = rank(CRITERIA, [entry("alice", *better)]).ranked
    assert after.composite >= before.composite


@pytest.mark.parametrize(
    ("criteria", "row", "sentence"),
    [
        ([Criterion("performance", "Performance", 0)], {}, "The weights add up to zero"),
        ([], {}, "The weights add up to zero"),
        ([Criterion("performance", "Performance", -1)], {}, "weight of Performance is below zero"),
        ([PERFORMANCE, PERFORMANCE], {}, "used once"),
        ([PERFORMANCE], {"performance": 101}, "Performance is 101; scores run from 0 to 100"),
        ([PERFORMANCE], {"performance": float("nan")}, "scores run from 0 to 100"),
    ],
)
def test_faulty_input_is_refused_with_a_sentence(criteria: list[Criterion], row: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        rank(criteria, [Entry("alice", row)])


def test_double_candidate_and_unknown_tie_break_are_refused() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        rank(CRITERIA, [entry("alice", 1, 1, 1), entry("alice", 2, 2, 2)])
    with pytest.raises(ValueError, match="uses luck, which is not a criterion"):
        rank(CRITERIA, [], TieBreak(("luck",)))


def test_normalize_puts_a_rating_on_a_hundred() -> None:
    assert [normalize(value, 1, 5) for value in (1, 2, Decimal("3.3"), 5)] == [
        Decimal(0),
        Decimal(25),
        Decimal("57.5"),
        Decimal(100),
    ]
    with pytest.raises(ValueError, match="outside the scale 1 to 5"):
        normalize(6, 1, 5)
    with pytest.raises(ValueError, match="low end below"):
        normalize(1, 5, 5)
