"""Somebody with every page ever shown, a pencil and a solver learns of nobody."""

import datetime
from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from metrics.arms import Arm, Measure, Spell
from metrics.cuts import NO, YES
from metrics.disclosure import Earlier, Seen
from metrics.figures import ALL
from metrics.measures import measure_all

FIRST = datetime.date(2022, 1, 1)
K = 5

# program, cohort (of the program), market, quarter of the decision, quarters until leaving or promotion
people = st.lists(
    st.tuples(
        st.integers(1, 2),
        st.integers(1, 2),
        st.sampled_from(["DE", "FR", "IT"]),
        st.integers(0, 6),
        st.none() | st.integers(1, 8),
    ),
    min_size=1,
    max_size=70,
)


def spells_on(day, found):
    """These lives as known on a day."""
    made = []
    for person, (program, cohort, market, quarter, then) in enumerate(found):
        start = FIRST + datetime.timedelta(days=91 * quarter)
        happened = start + datetime.timedelta(days=91 * then) if then else None
        if start > day:
            continue
        known = happened if happened and happened <= day else None
        made.append(
            Spell(
                person=person, arm=Arm.PROGRAM, program=program, cohort=10 * program + cohort, market=market,
                start=start, stop=day, end=known, promotions=(), promotable_until=known or day,
            )
        )  # fmt: skip
    return made


def shown_over_time(found, days):
    """What each day showed of 12-month retention, one after the other: (rows, cells shown)."""
    earlier: list[Earlier] = []
    for day in days:
        measured = [
            one
            for one in measure_all(
                spells_on(day, found), day, earlier={(Measure.RETENTION, Arm.PROGRAM): earlier}
            )
            if (one.figure.measure, one.figure.arm) == (Measure.RETENTION, Arm.PROGRAM)
        ]
        groups = {one.figure.scope: one.cells for one in measured}
        earlier.append(Earlier(groups=groups, seen={one.figure.scope: one.seen for one in measured}))
    return earlier


def leaf_sums(scopes):
    """Each scope as the cohorts, or markets, it is the sum of."""
    cohorts = [scope for scope in scopes if scope.startswith("cohort:")]
    markets = [scope for scope in scopes if scope.startswith("market:")]
    sums = {scope: [[scope]] for scope in (*cohorts, *markets)}
    for scope in scopes:
        if scope.startswith("program:"):
            sums[scope] = [[one for one in cohorts if one.split(":")[1][0] == scope.split(":")[1]]]
    sums[ALL] = [cohorts, markets]
    return sums


def widths(cut):
    """How much closer somebody with a solver bounds each number of a day than allowed, given what is shown of it.

    Somebody who knows how many people are in each group.
    """
    sums = leaf_sums(sorted(cut.groups))
    leaves = [scope for scope, parts in sums.items() if parts == [[scope]]]
    place = {(leaf, column): n for n, (leaf, column) in enumerate(product(leaves, (YES, NO)))}

    def row(part, columns):
        return [sum((leaf, column) == name for leaf in part for column in columns) for name in place]

    equations = [
        [a - b for a, b in zip(*(row(part, [column]) for part in sums[ALL]), strict=True)]
        for column in (YES, NO)
    ]
    known = [0, 0]
    for scope, seen in cut.seen.items():
        shown = ([YES], [NO]) if seen == Seen.ALL_OF_IT else ([YES, NO],)
        for columns, part in product(shown, sums[scope]):
            equations.append(row(part, columns))
            known.append(sum(len(cut.groups[scope].get(column, ())) for column in columns))
    found = {}
    for scope, columns in product(cut.groups, ([YES], [NO])):
        aim, ends = row(sums[scope][0], columns), []
        for sign in (1, -1):
            answer = linprog([sign * one for one in aim], A_eq=equations, b_eq=known, bounds=(0, None))
            assert answer.status in {0, 3}
            ends.append(sign * answer.fun if answer.status == 0 else float("inf"))
        everybody = len(people_in(cut, scope, (YES, NO)))
        found[scope, tuple(columns)] = ends[1] - ends[0] - min(K - 1, everybody)
    return found


def people_in(cut, scope, columns):
    return set().union(*(cut.groups.get(scope, {}).get(column, ()) for column in columns))


@settings(max_examples=40, deadline=None)
@given(people, st.permutations([7, 9, 11]))
def test_nobody_works_out_a_small_number_of_a_day_or_between_two(found, order):
    """Whatever day is asked for first. Sums tie only numbers of one day together, so a change is worked out when
    the number is on both days."""
    days = [FIRST + datetime.timedelta(days=91 * quarter) for quarter in order]
    cuts = [cut for cut in shown_over_time(found, days) if len(cut.groups) > 1]
    bounds = [widths(cut) for cut in cuts]
    for cut, width in zip(cuts, bounds, strict=True):
        for (scope, columns), open_by in width.items():
            assert not 0 < len(people_in(cut, scope, columns)) < K or open_by >= -1e-6
    for (one, here), (other, there) in permutations(zip(cuts, bounds, strict=True), 2):
        for scope, columns in {*here} & {*there}:
            gone = people_in(one, scope, columns) - people_in(other, scope, columns)
            if 0 < len(gone) < K:
                assert max(here[scope, columns], there[scope, columns]) >= -1e-6


@settings(max_examples=60, deadline=None)
@given(people, st.permutations([7, 9, 11, 14]))
def test_what_is_shown_of_two_days_differs_by_nobody_or_enough(found, order):
    days = [FIRST + datetime.timedelta(days=91 * quarter) for quarter in order]
    for one, other in permutations(shown_over_time(found, days), 2):
        for scope in {*one.groups} & {*other.groups}:
            if max(one.seen[scope], other.seen[scope]) == Seen.ALL_OF_IT:
                for column in (YES, NO):
                    gone = people_in(one, scope, [column]) - people_in(other, scope, [column])
                    assert not 0 < len(gone) < K
