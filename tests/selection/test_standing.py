"""Eligibility over time: kept when it changes, told once when it flips, frozen when nominations close."""

import datetime

import pytest
from django.utils import timezone

from amdp.directory.changes import announce
from amdp.directory.models import Person
from amdp.imports.importer import Outcome
from amdp.imports.services import record_run
from amdp.notifications.models import Due, Notification
from cohorts.models import Cohort
from cohorts.services import move_cohort
from selection.models import EligibilityResult
from selection.queries.standing import standing_of, with_standing
from selection.services import draft_nomination, submit_nomination
from selection.services.eligibility import check_daily, evaluate, evaluate_all
from selection.tasks import reevaluate
from tests.factories.directory import PerformanceRatingFactory
from tests.factories.selection import NominationFactory

TEXT = {
    "rationale": "Runs our most complex hospital account.",
    "evidence": "March: drew the formulary committee with us.",
    "performance_view": 4,
    "potential_view": 4,
}


@pytest.fixture
def candidate(alice, jordan, cohort):
    """Jordan, whom Alice has handed in."""
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    return submit_nomination(nomination, by=alice).nomination.candidate


def lose(person):
    """HR enters that the person leaves."""
    Person.objects.filter(pk=person.pk).update(termination_date="2027-12-31")


def told():
    kind = "selection.eligibility_flipped"
    rows = Notification.objects.filter(kind=kind).order_by("subject", "pk")
    return [(str(row.person or row.membership), row.subject) for row in rows]


def results(candidate):
    rows = candidate.eligibility_results.order_by("pk")
    return [(row.is_met, row.why, row.has_flipped) for row in rows]


def test_handing_in_keeps_what_each_rule_said(candidate):
    standing = standing_of(candidate)
    assert (standing.eligibility.verdict, standing.eligibility.tally) == ("Eligible", "6 of 6 rules met")
    tenure = next(check for check in standing.eligibility.checks if check.fact == "tenure")
    assert (tenure.name, tenure.asked, tenure.met) == ("At least 24 months in the company", "24 months", True)
    assert tenure.shown.endswith("in the company, since 8 Jan 2018")
    assert (standing.is_frozen, standing.why) == (False, "A nomination was handed in")


def test_a_change_in_the_directory_is_kept_and_told_once(candidate, alice, jordan, cohort, ld_admin):
    lose(jordan.person)
    evaluate(cohort, why="directory")
    evaluate(cohort, why="directory")
    assert results(candidate) == [(True, "handed_in", False), (False, "directory", True)]
    subject = "Jordan Lee no longer meets the rules of Account Director 2027"
    assert told() == sorted([(str(ld_admin), subject), (str(alice.person), subject)])
    Person.objects.filter(pk=jordan.person.pk).update(termination_date=None)
    evaluate(cohort, why="directory")
    assert results(candidate)[-1] == (True, "directory", True)
    assert len(told()) == 4


def test_nothing_new_is_noted_as_checked_and_nothing_more(candidate, cohort):
    before = EligibilityResult.objects.get()
    evaluate(cohort, why="day")
    after = EligibilityResult.objects.get()
    assert after.checked_at > before.checked_at
    assert (after.evaluated_at, after.groups) == (before.evaluated_at, before.groups)


def test_another_fact_with_the_same_verdict_is_kept_without_a_notice(candidate, jordan, cohort):
    PerformanceRatingFactory(person=jordan.person, year=2026, rating=5)
    evaluate(cohort, why="directory")
    assert results(candidate) == [(True, "handed_in", False), (True, "directory", False)]
    assert told() == []


def test_an_import_has_the_rules_read_anew(
    candidate, jordan, acme, django_capture_on_commit_callbacks, monkeypatch
):
    called = []
    monkeypatch.setattr("selection.tasks.reevaluate.delay", called.append)
    with django_capture_on_commit_callbacks(execute=True):
        record_run("people", "people.csv", Outcome(rows=1, changed=1))
        announce()
    assert called == [acme.pk]
    lose(jordan.person)
    reevaluate(acme.pk)
    assert results(candidate)[-1] == (False, "directory", True)


def test_once_a_day_the_tick_reads_them_anew(candidate, jordan, acme):
    lose(jordan.person)
    Due.objects.all().delete()
    check_daily(acme.pk, timezone.now())
    assert len(results(candidate)) == 1
    assert Due.objects.filter(organization_id=acme.pk).exists()
    check_daily(acme.pk, timezone.now() + datetime.timedelta(hours=25))
    assert results(candidate)[-1] == (False, "day", True)


def test_when_nominations_close_it_is_read_a_last_time_and_frozen(candidate, jordan, cohort, ld_admin):
    candidate.nominations.update(state="approved")
    candidate.nominations.get().approvals.update(state="approved")
    candidate.state = "admitted"
    candidate.save()
    lose(jordan.person)
    moved = move_cohort(cohort, to=Cohort.State.ASSESSING, by=ld_admin)
    assert results(candidate)[-1] == (False, "closed", True)
    Person.objects.filter(pk=jordan.person.pk).update(termination_date=None)
    evaluate(moved, why="directory")
    evaluate_all("day")
    candidate.cohort = moved
    standing = standing_of(candidate)
    assert (standing.is_frozen, standing.eligibility.is_met) == (True, False)
    assert len(results(candidate)) == 2


def test_drafts_and_those_who_are_out_are_not_watched(cohort, acme):
    NominationFactory(candidate__cohort=cohort)
    for state in ("declined", "withdrawn"):
        NominationFactory(candidate__cohort=cohort, candidate__state=state, state=state)
    assert evaluate(cohort, why="day") == []


def test_an_admin_who_is_a_candidate_is_not_told_of_others(candidate, cohort, jordan, ada, ld_admin):
    NominationFactory(candidate__cohort=cohort, candidate__person=ada.person, candidate__state="proposed")
    lose(jordan.person)
    evaluate(cohort, why="directory")
    assert "Ada Admin" not in [who for who, _ in told()]
    assert len(told()) == 2


def test_the_list_knows_what_the_last_result_says(candidate, jordan, cohort):
    lose(jordan.person)
    evaluate(cohort, why="directory")
    assert [row.meets_rules for row in with_standing(cohort.candidates.all())] == [False]


@pytest.mark.parametrize("count", [1, 12])
def test_reading_anew_costs_the_same_queries_for_any_number(cohort, count, count_queries):
    for _ in range(count):
        NominationFactory(candidate__cohort=cohort, candidate__state="proposed", state="submitted")
    evaluate(cohort, why="day")
    assert count_queries(lambda: evaluate(cohort, why="day")) <= 14
