"""Who gets how far, by self-identified attribute: for HR and sponsors, and nobody to be found in it."""

import datetime
from itertools import accumulate

from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from amdp.directory.models import Demographics
from cohorts.models import Participant
from metrics.linked import N
from metrics.models import StageRelease
from metrics.services import release_stages
from metrics.stage_chart import stage_chart
from metrics.stages import (
    STAGES,
    Gender,
    Stage,
    StageShare,
    added,
    beside_cohorts,
    frozen,
    through_suppression,
)
from metrics.tables import stage_rows
from selection.models import Candidate, Exercise, Scoresheet, SelectionPlan
from tests.factories.metrics import lives, released_cohort
from tests.factories.selection import AssessorFactory
from tests.metrics.test_pages import API, CSV, PAGE, SUMMARY, rows_of

K = 10
START = datetime.date(2024, 1, 15)
few = st.integers(0, 60) | st.integers(0, 12)
tables = st.fixed_dictionaries({stage: st.fixed_dictionaries(dict.fromkeys(Gender, few)) for stage in STAGES})


def reached(furthest):
    """People at each stage: those who got no further, and those who did."""
    found = {stage: {} for stage in STAGES}
    for group in Gender:
        upwards = accumulate(furthest[stage].get(group, 0) for stage in reversed(STAGES))
        for stage, count in zip(reversed(STAGES), upwards, strict=True):
            found[stage][group] = count
    return {stage: {**groups, N: sum(groups.values())} for stage, groups in found.items()}


def widths(furthest, shown):
    """How much closer somebody with a solver bounds those at a stage, and those who got no further, than allowed.

    Somebody who knows how many got to each stage in all.
    """
    names = [(stage, group) for stage in STAGES for group in Gender]

    def row(stages, groups):
        return [int(stage in stages and group in groups) for stage, group in names]

    equations, known = [], []
    for place, stage in enumerate(STAGES):
        for column, count in shown[stage].items():
            if count is not None:
                equations.append(row(STAGES[place:], Gender if column == N else [column]))
                known.append(count)
    found = []
    for place, stage in enumerate(STAGES):
        for group in Gender:
            for stages in (STAGES[place:], [stage]):
                everybody = sum(furthest[one].get(each, 0) for one in stages for each in Gender)
                if not 0 < sum(furthest[one].get(group, 0) for one in stages) < K:
                    continue
                ends = []
                for sign in (1, -1):
                    aim = [sign * one for one in row(stages, [group])]
                    answer = linprog(aim, A_eq=equations or None, b_eq=known or None, bounds=(0, None))
                    ends.append(sign * answer.fun if answer.status == 0 else float("inf"))
                found.append(ends[1] - ends[0] - min(K - 1, everybody))
    return found


@settings(max_examples=60, deadline=None)
@given(tables)
def test_neither_those_at_a_stage_nor_those_who_got_no_further_are_told_when_few(furthest):
    shown = through_suppression(furthest)
    assert all(spare >= -1e-6 for spare in widths(furthest, shown))
    truth = reached(furthest)
    assert all(
        count is None or (count == truth[stage][column] and (column == N or not 0 < count < K))
        for stage, columns in shown.items()
        for column, count in columns.items()
    )


@settings(max_examples=60, deadline=None)
@given(tables, tables)
def test_two_tables_one_after_the_other_tell_of_no_few(first, more):
    """A cohort comes; what is shown of both days differs by nobody or by enough."""
    both = {stage: {group: first[stage][group] + more[stage][group] for group in Gender} for stage in STAGES}
    before = through_suppression(first)
    after = through_suppression(both, [before])
    assert all(spare >= -1e-6 for spare in widths(both, after))
    for stage in STAGES:
        for column in Gender:
            old, new = before[stage][column], after[stage][column]
            assert old is None or new is None or not 0 < abs(new - old) < K


def test_the_table_of_all_tells_nothing_that_a_published_cohort_hides():
    """Of two cohorts one was published whole; what is left of all is the other one, whose few women stay hidden."""
    one = {Stage.SELECTED: {Gender.WOMEN: 30, Gender.MEN: 30}}
    other = {Stage.SELECTED: {Gender.WOMEN: 4, Gender.MEN: 26}}
    levels = ("nominated", "eligible", "approved", "assessed", "slated")
    row = {**dict.fromkeys(Gender, 0), Gender.WOMEN: 30, Gender.MEN: 30, N: 60}
    sensitive = beside_cohorts({"1": one, "2": other}, {"1": dict.fromkeys(levels, row)})
    assert {(stage, group) for stage, group in sensitive if group in (Gender.WOMEN, Gender.MEN)} == {
        (stage, group)
        for stage in ("nominated", "eligible", "assessed", "selected")
        for group in (Gender.WOMEN, Gender.MEN)
    }
    both = added([one, other])
    assert through_suppression(both)[Stage.SELECTED][Gender.WOMEN] == 34
    assert through_suppression(both, sensitive=sensitive)[Stage.SELECTED][Gender.WOMEN] is None


@settings(max_examples=60, deadline=None)
@given(st.lists(tables, min_size=2, max_size=3))
def test_what_is_left_of_all_after_published_cohorts_is_never_a_few(cohorts):
    counts = {str(place): table for place, table in enumerate(cohorts)}
    levels = {"nominated": Stage.NOMINATED, "eligible": Stage.ELIGIBLE, "approved": Stage.ELIGIBLE}
    levels |= {"assessed": Stage.ASSESSED, "slated": Stage.SELECTED}
    published = {}
    for name, table in counts.items():
        shown = through_suppression(table)
        published[name] = {level: shown[stage] for level, stage in levels.items()}
    all_ = through_suppression(added(cohorts), sensitive=beside_cohorts(counts, published))
    for level, stage in levels.items():
        for group in Gender:
            told = [shown[level][group] for shown in published.values() if shown[level][group] is not None]
            if told and all_[stage][group] is not None:
                assert not 0 < abs(all_[stage][group] - sum(told)) < K


def test_large_groups_are_shown():
    furthest = {stage: {Gender.WOMEN: 20, Gender.MEN: 30} for stage in STAGES}
    assert through_suppression(furthest)[Stage.SELECTED] == {
        Gender.WOMEN: 40,
        Gender.MEN: 60,
        Gender.OTHERS: 0,
        Gender.UNKNOWN: 0,
        N: 100,
    }


def test_a_later_answer_rewrites_no_stage():
    first = {Stage.SELECTED: {Gender.WOMEN: 12, Gender.MEN: 20}}
    later = {
        Stage.SELECTED: {Gender.WOMEN: 2, Gender.MEN: 3},
        Stage.GRADUATED: {Gender.WOMEN: 11, Gender.MEN: 16},
    }
    table = frozen(later, [first])
    assert table[Stage.SELECTED] == {Gender.WOMEN: 1, Gender.MEN: 4, Gender.OTHERS: 0, Gender.UNKNOWN: 0}
    assert table[Stage.GRADUATED] == {Gender.WOMEN: 11, Gender.MEN: 16, Gender.OTHERS: 0, Gender.UNKNOWN: 0}


# --- counted and shown ----------------------------------------------------------------------------------


def say(people, women):
    """The first of them are women, the others men."""
    Demographics.objects.bulk_create(
        Demographics(person=person, gender="female" if place < women else "male", source="self")
        for place, person in enumerate(people)
    )


def assessed_cohort(acme):
    """Sixty nominated and assessed, forty selected: 24 of 60 and 12 of 40 are women; all have graduated."""
    made = released_cohort(START, selected=lives(40), passed_over=lives(20))
    say(made.selected, 12)
    say(made.passed_over, 10)
    assessor = AssessorFactory(cohort=made.cohort)
    plan = SelectionPlan.objects.create(cohort=made.cohort, time_zone="UTC")
    exercise = Exercise.objects.create(plan=plan, name="Assessment", whole=True)
    Scoresheet.objects.bulk_create(
        Scoresheet(candidate=candidate, exercise=exercise, assessor=assessor, state="submitted", due_on=START)
        for candidate in Candidate.objects.filter(cohort=made.cohort)
    )
    return made


def test_hr_reads_shares_by_stage_on_page_files_and_api(hr_analyst, acme, sign_in):
    assessed_cohort(acme)
    client = sign_in(hr_analyst)
    page = client.get(PAGE).content.decode()
    assert "37% of those nominated and 30% of those selected are women" in page
    in_csv = {
        (row["Measure"], row["Group"]): (row["n"], row["Events"])
        for row in rows_of(client.get(CSV))
        if "by gender" in row["Measure"]
    }
    assert in_csv["Nominated, by gender", "Women"] == ("60", "22")
    assert in_csv["Selected, by gender", "Men"] == ("40", "28")
    in_api = {
        (one["title"], one["group"]): (str(one["n"]), str(one["events"]))
        for one in client.get(API).json()["figures"]
        if one["measure"] == "gender_by_stage"
    }
    assert in_api == in_csv


def test_few_women_are_hidden_and_so_is_what_tells_of_them(hr_analyst, acme, sign_in):
    made = released_cohort(START, selected=lives(40), passed_over=lives(20))
    say([*made.selected, *made.passed_over], 9)
    client = sign_in(hr_analyst)
    page = client.get(PAGE).content.decode()
    assert "Too few people to show who is nominated and selected" in page
    rows = [row for row in rows_of(client.get(CSV)) if row["Measure"] == "Selected, by gender"]
    assert {row["Events"] for row in rows if row["Group"] in {"Women", "Men"}} == {""}


def test_only_hr_and_sponsors_read_it_and_of_all_programs_alone(
    hr_analyst, ld_admin, sponsor, alice, bob, acme, sign_in
):
    made = assessed_cohort(acme)
    assert 'id="stages-finding"' in sign_in(hr_analyst).get(PAGE).content.decode()
    assert (
        'id="stages-finding"'
        not in sign_in(hr_analyst).get(f"{PAGE}?cohort={made.cohort.pk}").content.decode()
    )
    assert 'id="stages-finding"' in sign_in(sponsor).get(SUMMARY).content.decode()
    for member in (ld_admin, alice):
        client = sign_in(member)
        assert 'id="stages-finding"' not in client.get(PAGE).content.decode()
        assert not [row for row in rows_of(client.get(CSV)) if "gender" in row["Measure"]]
    assert 'id="stages-finding"' not in sign_in(ld_admin).get(SUMMARY).content.decode()
    assert (
        reverse("metrics:definitions", args=["acme"]) + "#stages"
        in sign_in(sponsor).get(SUMMARY).content.decode()
    )


def test_each_stage_holds_the_next_and_stays_as_it_was(hr_analyst, acme):
    made = assessed_cohort(acme)
    first = release_stages(acme, as_of=datetime.date(2025, 1, 1))
    assert [first.shown[stage][Gender.WOMEN] for stage in STAGES] == [22, 22, 22, 12, 0]
    Demographics.objects.filter(gender="female").update(gender="male")
    Participant.objects.filter(cohort=made.cohort).update(
        state="graduated", graduated_on=datetime.date(2025, 6, 1)
    )
    later = release_stages(acme, as_of=datetime.date(2025, 7, 1))
    assert [later.shown[stage][Gender.WOMEN] for stage in STAGES][:4] == [22, 22, 22, 12]
    assert StageRelease.objects.count() == 2
    assert timezone.now() >= later.released_at


def test_nobody_among_nobody_is_not_hidden():
    row, hidden = stage_rows(
        [StageShare(Stage.GRADUATED, Gender.WOMEN, 0, 0), StageShare(Stage.SELECTED, Gender.WOMEN, None, 40)],
        "All programs",
        datetime.date(2026, 1, 1),
    )
    assert (row.events, row.value, row.hidden) == (0, None, "")
    assert (hidden.events, hidden.value, hidden.hidden) == (None, None, "hidden: too few people")


def test_where_no_gender_is_known_the_chart_says_so_and_draws_nothing():
    found = [StageShare(stage, Gender.UNKNOWN, 40, 40) for stage in STAGES]
    chart = stage_chart(found, "1 Jan 2026")
    assert (chart.finding, chart.spec) == ("Neither the HR file nor anybody nominated says a gender", {})
    assert chart.rows[0] == ["Nominated", "40", "40 (100%)"]
