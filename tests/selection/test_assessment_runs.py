"""Who scores whom, worked out by a worker: progress, stopping, two at once, a worker that dies."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from amdp.notifications.models import Notification
from amdp.web.progress import progress_of, teller
from selection import runs, tasks
from selection.models import AssessmentRun, Scoresheet
from selection.runs import work_on
from selection.services import add_assessor, start_assessment_run, stop_assessment_run
from tests.factories.days import assessing, panel_of
from tests.factories.directory import PersonFactory
from tests.factories.selection import CandidateFactory

State = AssessmentRun.State


@pytest.fixture
def running(cohort):
    cohort = assessing(cohort)
    panel_of(cohort, "Erin", "Oscar", "Pia")
    for _ in range(3):
        CandidateFactory(cohort=cohort)
    return cohort


@pytest.fixture
def begun(monkeypatch):
    """What reached the queue."""
    sent = []
    monkeypatch.setattr(tasks.work_on_assessment, "delay", lambda *ids: sent.append(ids))
    return sent


@pytest.fixture
def run(running, begun, ld_admin):
    return start_assessment_run(running, "assign", by=ld_admin)


def fresh(run):
    return AssessmentRun.objects.get(pk=run.pk)


def test_a_worker_hands_out_the_sheets_and_tells_who_started_it(run, ld_admin):
    work_on(run.organization_id, run.pk)
    assert (fresh(run).state, fresh(run).said) == (State.DONE, "6 score sheets are handed out.")
    assert Scoresheet.objects.count() == 6
    assert Notification.objects.get(kind="selection.run_over").membership == ld_admin


def test_nothing_is_done_twice(run):
    work_on(run.organization_id, run.pk)
    work_on(run.organization_id, run.pk)
    assert Scoresheet.objects.count() == 6


def test_two_at_once_are_one(run, running, ld_admin, begun):
    assert start_assessment_run(running, "assign", by=ld_admin) == run
    assert AssessmentRun.objects.count() == 1


def test_it_is_queued_once_after_the_commit(running, ld_admin, begun, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = start_assessment_run(running, "assign", by=ld_admin)
        start_assessment_run(running, "assign", by=ld_admin)
    assert begun == [(running.organization_id, run.pk)]


def test_stopped_it_changes_nothing(run, ld_admin):
    stop_assessment_run(run, by=ld_admin)
    work_on(run.organization_id, run.pk)
    assert fresh(run).state == State.CANCELLED
    assert not Scoresheet.objects.exists()
    with pytest.raises(ValidationError, match="over already"):
        stop_assessment_run(run, by=ld_admin)


def test_stopped_while_it_is_worked_out_it_changes_nothing(run, ld_admin, monkeypatch):
    solve = runs.assign

    def slowly(problem):
        stop_assessment_run(fresh(run), by=ld_admin)
        return solve(problem)

    monkeypatch.setattr(runs, "assign", slowly)
    work_on(run.organization_id, run.pk)
    assert fresh(run).state == State.CANCELLED
    assert not Scoresheet.objects.exists()


def test_a_killed_worker_is_said_and_it_can_be_started_again(run, running, ld_admin, client, monkeypatch):
    def killed(problem):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(runs, "assign", killed)
        with pytest.raises(SystemExit):
            work_on(run.organization_id, run.pk)
    assert fresh(run).state == State.WORKING
    later = timezone.now() + datetime.timedelta(minutes=3)
    with time_machine.travel(later, tick=False):
        assert fresh(run).is_stuck
        client.force_login(ld_admin.user)
        page = client.get(reverse("selection:assessment_run", args=["acme", run.pk])).text
        assert "The worker was stopped before it was done" in page
        assert "Start again" in page
        again = start_assessment_run(running, "assign", by=ld_admin)
        assert again != run
        assert fresh(run).state == State.FAILED
        work_on(run.organization_id, again.pk)
        work_on(run.organization_id, run.pk)
    assert Scoresheet.objects.count() == 6


def test_the_queue_brings_a_killed_run_back_to_another_worker(run, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(runs, "assign", lambda problem: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            work_on(run.organization_id, run.pk)
    work_on(run.organization_id, run.pk)
    assert not Scoresheet.objects.exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3), tick=False):
        work_on(run.organization_id, run.pk)
    assert fresh(run).state == State.DONE


def test_what_goes_wrong_is_said_in_words(run, running, monkeypatch):
    running.assessors.all().delete()
    work_on(run.organization_id, run.pk)
    assert (fresh(run).state, fresh(run).said) == (State.FAILED, "Put at least 2 people on the panel first.")


def test_a_fault_is_said_and_not_hidden(run, monkeypatch):
    monkeypatch.setattr(runs, "assign", lambda problem: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work_on(run.organization_id, run.pk)
    assert fresh(run).said == "It stopped halfway and nothing changed. Start it again."


def test_a_panel_that_changed_meanwhile_is_solved_anew(run, running, ld_admin, monkeypatch):
    solve = runs.assign
    newcomer = PersonFactory(first_name="Quinn")

    def meanwhile(problem):
        add_assessor(running, newcomer, by=ld_admin)
        return solve(problem)

    monkeypatch.setattr(runs, "assign", meanwhile)
    work_on(run.organization_id, run.pk)
    assert running.assessors.get(person=newcomer).scoresheets.exists()


def test_the_page_shows_how_far_it_is_and_stops_it(run, ld_admin, client):
    client.force_login(ld_admin.user)
    teller(AssessmentRun, run.organization_id, run.pk)("Finding the best spread", 2, 5)
    assert progress_of(run).done == 2
    page = reverse("selection:assessment_run", args=["acme", run.pk])
    assert "Finding the best spread" in client.get(page).text
    client.post(reverse("selection:assessment_run_stop", args=["acme", run.pk]))
    assert "stopped it. Nothing changed." in client.get(page).text
