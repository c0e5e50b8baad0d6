"""What the selection adds to the home page and to a cohort's own page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amdp.identity.models import Membership
from cohorts.models import Cohort
from cohorts.readiness import DONE, IN_PROGRESS, NOT_STARTED
from selection.models import Candidate, Nomination, Scoresheet
from selection.queries import cohort_sections, tasks
from selection.queries.home import selection_of
from selection.services import accept_ranking, decide_nomination, draw_slate, release_slate
from tests.factories.selection import (
    ApprovalFactory,
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    eligible_person,
    in_state,
    signed,
)


def again(member):
    """The member as the next request sees them."""
    return Membership.objects.select_related("organization", "user").get(pk=member.pk)


def tasks_for(member):
    return tasks.tasks_for(again(member))


def waiting_for(member):
    return tasks.waiting_for(again(member))


def events_for(member):
    return tasks.events_for(again(member))


def titles(lines):
    return [line.title for line in lines]


def asked_of(member):
    """Tasks about a person; that nominations are open is told by tests/home/test_beginnings.py."""
    return [task for task in tasks_for(member) if task.action != "Nominate"]


@pytest.fixture
def submitted(cohort, alice, dana, jordan):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person, state=Candidate.State.PROPOSED)
    nomination = NominationFactory(candidate=candidate, nominator=alice.person, state="submitted")
    ApprovalFactory(nomination=nomination, approver=dana.person)
    return nomination


def test_the_approver_has_a_task_and_the_nominator_waits(submitted, alice, dana, jordan, ld_admin):
    (task,) = asked_of(dana)
    assert (task.title, task.action, task.due) == (
        "Decide on Jordan Lee",
        "Decide",
        submitted.approvals.get().due_on,
    )
    assert task.url == f"/o/acme/selection/nominations/{submitted.pk}/decide/"
    assert titles(waiting_for(alice)) == ["Dana Director decides on Jordan Lee"]
    for member in (alice, jordan, ld_admin):
        assert asked_of(member) == []
    assert waiting_for(jordan) == events_for(jordan) == []


def test_l_and_d_reads_how_many_nominations_came_in(submitted, alice, ld_admin):
    assert events_for(ld_admin) == []
    Nomination.objects.filter(pk=submitted.pk).update(submitted_at=timezone.now())
    (event,) = events_for(ld_admin)
    assert event.text == f"1 nomination for {submitted.candidate.cohort} came in lately"
    assert event.url == f"/o/acme/selection/cohorts/{submitted.candidate.cohort_id}/candidates/"
    assert events_for(alice) == []


def test_a_question_is_a_task_and_an_event_of_the_nominator(submitted, alice, dana):
    decide_nomination(submitted, decision="return", by=dana, remark="Travel?")
    assert titles(asked_of(alice)) == ["Answer the question about Jordan Lee"]
    assert [event.text for event in events_for(alice)] == [
        "Dana Director returned your nomination of Jordan Lee"
    ]
    assert asked_of(dana) == waiting_for(alice) == []


def test_ld_decides_where_there_is_no_leader(submitted, ld_admin):
    submitted.approvals.update(approver=None)
    assert titles(tasks_for(ld_admin)) == ["Decide on Jordan Lee"]


def test_an_assessor_has_a_task_while_the_cohort_assesses(cohort, jordan, erin):
    sheet = ScoresheetFactory(
        candidate=CandidateFactory(cohort=cohort, person=jordan.person),
        assessor=AssessorFactory(cohort=cohort, person=erin.person),
    )
    assert tasks_for(erin) == []
    in_state(cohort, Cohort.State.ASSESSING)
    assert titles(tasks_for(erin)) == ["Score Jordan Lee"]
    Scoresheet.objects.filter(pk=sheet.pk).update(state="submitted")
    assert tasks_for(erin) == []


def test_ld_is_led_from_the_end_of_the_window_to_the_release(cohort, ld_admin, alice, jordan, login):
    assert tasks_for(ld_admin) == []
    Cohort.objects.update(nominations_close_on=timezone.now().date() - datetime.timedelta(days=2))
    assert titles(tasks_for(ld_admin)) == ["Name the assessors for Account Director 2027"]
    in_state(cohort, Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort) for _ in range(2)]
    assert tasks_for(ld_admin) == []
    candidate = assessed_candidate(cohort, panel, nominator=alice.person)
    assert titles(tasks_for(ld_admin)) == ["Draw up the slate of Account Director 2027"]
    Scoresheet.objects.filter(assessor=panel[0]).update(state="open")
    assert tasks_for(ld_admin) == []
    Scoresheet.objects.filter(assessor=panel[0]).update(state="submitted")
    slate = draw_slate(cohort, by=ld_admin)
    assert titles(tasks_for(ld_admin)) == ["Decide and release the selection for Account Director 2027"]
    member = login(candidate.person)
    accept_ranking(slate, by=ld_admin)
    assert events_for(member) == []
    assert [one.outcome for one in selection_of(again(alice)).nominations] == [None]
    release_slate(signed(slate), by=ld_admin)
    assert [one.outcome for one in selection_of(again(alice)).nominations] == ["selected"]
    assert [event.text for event in events_for(member)] == [
        "Your outcome for Account Director 2027: selected"
    ]
    assert f"The outcome of {candidate.person} for Account Director 2027: selected" in [
        event.text for event in events_for(alice)
    ]
    assert tasks_for(ld_admin) == []


def test_the_cohorts_page_leads_to_the_selection(cohort, ld_admin, hr_analyst, alice, submitted):
    assert [(one.key, one.status, one.detail) for one in cohort_sections(cohort, ld_admin)] == [
        ("selection", DONE, "Performance 30%, potential 25%, assessment 45%"),
        ("candidates", IN_PROGRESS, "1 nominated, 0 approved"),
        ("assessors", NOT_STARTED, "0 on the panel"),
        ("slate", NOT_STARTED, "After the assessment"),
    ]
    assert [one.key for one in cohort_sections(cohort, hr_analyst)] == ["selection", "candidates", "slate"]
    assert cohort_sections(cohort, alice) == []


def test_home_costs_the_same_with_1_and_30_of_everything(cohort, alice, dana, erin, ld_admin):
    in_state(cohort, Cohort.State.ASSESSING)
    assessor = AssessorFactory(cohort=cohort, person=erin.person)

    def more(count):
        for _ in range(count):
            waiting = CandidateFactory(
                cohort=cohort, person=eligible_person(manager=alice.person), state="proposed"
            )
            nomination = NominationFactory(
                candidate=waiting, nominator=alice.person, state=Nomination.State.SUBMITTED
            )
            ApprovalFactory(nomination=nomination, approver=dana.person)
            ScoresheetFactory(candidate=CandidateFactory(cohort=cohort), assessor=assessor)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            for member in (alice, dana, erin, ld_admin):
                tasks_for(member), waiting_for(member), events_for(member)
        return len(queries)

    more(1)
    first = cost()
    more(29)
    assert cost() == first
