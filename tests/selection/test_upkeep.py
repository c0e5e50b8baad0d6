"""Somebody is late, leaves, loses the login, or the line changes while a nomination waits for them."""

import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.changes import announce
from amdp.directory.services import rebuild_lines
from amdp.notifications.models import Due, Notification
from selection import access, tasks
from selection.clock import keep_approvals, reroute_open
from selection.models import Approval, Candidate, Nomination
from selection.queries.approvals import approvals_for, approvals_of, chain_of, steps_of
from selection.services import decide_nomination, draft_nomination, submit_nomination, withdraw_candidate
from tests.factories.directory import PersonFactory
from tests.factories.selection import CandidateFactory, DelegationFactory, chain_steps, eligible_person

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}
FIRST, SECOND = {"kind": "leader"}, {"kind": "leader", "level": 2}
LATE = {**FIRST, "days": 2, "escalate_after": 2}


@pytest.fixture
def vera(acme, login):
    """At the top: Dana reports to her."""
    return login(PersonFactory(first_name="Vera", last_name="President"))


@pytest.fixture
def dana(vera, login):
    return login(PersonFactory(first_name="Dana", last_name="Director", manager=vera.person))


@pytest.fixture
def nominated(cohort, alice, jordan):
    """Hand in Alice's nomination of Jordan by these steps."""

    def by(*steps):
        if steps:
            chain_steps(cohort, *steps)
        nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
        submit_nomination(nomination, by=alice)
        return Nomination.objects.get()

    return by


def asked():
    return Approval.objects.get(state=Approval.State.ASKED)


def chain(nomination):
    return [(link.who, link.state, link.also) for link in chain_of(approvals_of([nomination])[nomination.pk])]


def told(person, kind):
    return Notification.objects.filter(person=person, kind=f"selection.{kind}")


def tick(organization, **later):
    """The tick, so much later; the requests are looked at anew."""
    cache.clear()
    now = timezone.now() + datetime.timedelta(**later)
    with time_machine.travel(now, tick=False):
        keep_approvals(organization.pk, now)
    return now


# --- late --------------------------------------------------------------------------------------------


def test_the_next_leader_is_asked_too_and_either_decides(acme, nominated, alice, dana, vera):
    nomination = nominated(LATE)
    tick(acme, days=2)
    assert not asked().is_escalated
    tick(acme, days=9)
    assert asked().escalated_to == vera.person
    assert chain(nomination) == [("Dana Director", "now", "Vera President")]
    assert list(approvals_for(dana)) == list(approvals_for(vera)) == [asked()]
    assert list(access.visible_nominations(vera)) == [nomination]
    assert told(vera.person, "approval_escalated").get().subject.startswith("Approve Jordan Lee")
    assert told(dana.person, "approval_escalated_told").count() == 1
    assert told(alice.person, "approval_escalated_told").count() == 1
    entry = AuditEntry.objects.get(verb="nomination.escalated")
    assert (entry.actor_name, entry.after) == ("AMDP", {"asked_too": "Vera President"})
    with time_machine.travel(timezone.now() + datetime.timedelta(days=10), tick=False):
        decide_nomination(nomination, decision="approve", by=vera)
    nomination.refresh_from_db()
    assert [(step.who, step.what) for step in steps_of(nomination)] == [
        ("Alice Manager", "nominated"),
        ("Vera President", "is asked too"),
        ("Vera President", "approved"),
    ]


def test_escalating_happens_once(acme, nominated, vera):
    nominated(LATE)
    tick(acme, days=9)
    tick(acme, days=10)
    assert told(vera.person, "approval_escalated").count() == 1
    assert AuditEntry.objects.filter(verb="nomination.escalated").count() == 1


def test_ld_is_asked_where_the_plan_says_so_or_nobody_stands_above(acme, nominated, dana, vera, ld_admin):
    nomination = nominated({**LATE, "level": 2})
    tick(acme, days=9)
    assert (asked().escalated_to, asked().escalated_who) == (None, "L&D")
    assert list(approvals_for(ld_admin)) == [asked()]
    decide_nomination(nomination, decision="approve", by=ld_admin)
    assert Candidate.objects.get().state == Candidate.State.ADMITTED


def test_to_ld_at_once_when_chosen(acme, nominated, ld_admin, vera):
    nominated({**LATE, "escalate_to": "ld_admin"})
    tick(acme, days=9)
    assert asked().escalated_to is None
    assert not approvals_for(vera).exists()


def test_a_delegate_of_whom_is_asked_too_may_decide(acme, nominated, vera, erin):
    nomination = nominated(LATE)
    tick(acme, days=9)
    assert not approvals_for(erin).exists()
    DelegationFactory(principal=vera.person, delegate=erin.person)
    decide_nomination(nomination, decision="approve", by=erin)
    assert Approval.objects.get().decided_for == vera.person


def test_without_a_rule_and_without_an_open_request_nobody_else_is_asked(acme, nominated, dana, ld_admin):
    nomination = nominated()
    tick(acme, days=60)
    assert not asked().is_escalated
    decide_nomination(nomination, decision="approve", by=dana)
    Approval.objects.update(escalate_at=timezone.now())
    tick(acme, days=1)
    assert not AuditEntry.objects.filter(verb="nomination.escalated").exists()


def test_nobody_is_asked_about_somebody_taken_out(acme, cohort, nominated, ld_admin):
    nomination = nominated(LATE)
    CandidateFactory(cohort=cohort)
    Candidate.objects.filter(pk=nomination.candidate_id).update(state=Candidate.State.ADMITTED)
    withdraw_candidate(Candidate.objects.get(pk=nomination.candidate_id), why="Left us.", by=ld_admin)
    tick(acme, days=30)
    assert not asked().is_escalated


def test_the_organization_is_looked_at_again_in_time(acme, nominated):
    nominated(LATE)
    now = tick(acme, minutes=1)
    assert Due.objects.filter(organization=acme, next_due_at__lte=now + datetime.timedelta(hours=1)).exists()


# --- somebody leaves ---------------------------------------------------------------------------------


def test_who_leaves_is_replaced_the_same_day_and_the_file_keeps_both(acme, nominated, alice, dana, vera):
    nomination = nominated(FIRST)
    dana.person.termination_date = timezone.now().date()
    dana.person.save()
    tick(acme, hours=1)
    assert asked().approver == dana.person  # the last day at work
    tick(acme, days=1, hours=6)
    assert asked().approver == vera.person
    assert told(vera.person, "approval_asked").count() == 1
    assert told(alice.person, "approval_moved").count() == 1
    assert not told(dana.person, "approval_moved").exists()
    assert not told(dana.person, "approval_due").exists()
    nomination.refresh_from_db()
    assert [(step.who, step.what, step.words) for step in steps_of(nomination)] == [
        ("Alice Manager", "nominated", ""),
        ("Dana Director", "was asked and decides no longer", "Dana Director has left"),
        ("Vera President", "decides", ""),
    ]
    assert chain(nomination) == [("Vera President", "now", "")]
    entry = AuditEntry.objects.get(verb="nomination.rerouted")
    assert (entry.before["asked"], entry.after["asked"]) == ("Dana Director", "Vera President")
    with pytest.raises(PermissionDenied):
        decide_nomination(nomination, decision="approve", by=dana)
    decide_nomination(nomination, decision="approve", by=vera)


def test_who_loses_the_login_is_replaced(acme, nominated, dana, vera):
    nominated(FIRST)
    dana.is_active = False
    dana.save()
    assert reroute_open(acme.pk) == 1
    assert asked().approver == vera.person
    assert Approval.objects.get(state="moved").why == "Dana Director cannot sign in any more"


def test_who_never_had_a_login_stays_asked(acme, cohort, login, dana):
    boss = PersonFactory(first_name="Nora", last_name="Nologin", manager=dana.person)
    leader = login(PersonFactory(first_name="Lee", last_name="Leader", manager=boss))
    approval = _handed_in(cohort, leader)
    assert (approval.approver, reroute_open(acme.pk)) == (boss, 0)


def test_in_a_named_persons_place_ld_decides(acme, nominated, erin, ld_admin):
    nominated({"kind": "person", "person": erin.person}, FIRST)
    erin.person.termination_date = timezone.now().date() - datetime.timedelta(days=2)
    erin.person.save()
    reroute_open(acme.pk)
    assert (asked().who, asked().why) == ("L&D", "Erin Assessor has left, so L&D decides")
    assert list(approvals_for(ld_admin)) == [asked()]


def test_a_later_step_is_resolved_when_its_turn_comes(acme, nominated, dana, vera, login):
    nomination = nominated(FIRST, SECOND)
    top = PersonFactory(first_name="Theo", last_name="Top")
    vera.person.manager = top
    vera.person.termination_date = timezone.now().date() - datetime.timedelta(days=2)
    vera.person.save()
    rebuild_lines()
    decide_nomination(nomination, decision="approve", by=dana)
    assert asked().approver == top


# --- the line changes --------------------------------------------------------------------------------


def test_a_reorganization_asks_who_stands_there_now_and_tells_both(acme, nominated, alice, dana, vera, login):
    nomination = nominated(FIRST)
    new = login(PersonFactory(first_name="Nina", last_name="New", manager=vera.person))
    alice.person.manager = new.person
    alice.person.save()
    rebuild_lines()
    assert reroute_open(acme.pk) == 1
    assert asked().approver == new.person
    assert Approval.objects.get(state="moved").why == (
        "Dana Director no longer stands there in the line above Alice Manager"
    )
    assert told(dana.person, "approval_moved").count() == 1
    assert told(new.person, "approval_asked").count() == 1
    assert not access.visible_nominations(dana).exists()
    assert list(access.visible_nominations(new)) == [nomination]
    assert reroute_open(acme.pk) == 0


def test_what_was_approved_before_a_reorganization_stands(acme, nominated, alice, dana, vera, login):
    nomination = nominated(FIRST, SECOND)
    decide_nomination(nomination, decision="approve", by=dana)
    new = login(PersonFactory(first_name="Nina", last_name="New", manager=dana.person))
    alice.person.manager = new.person
    alice.person.save()
    rebuild_lines()
    reroute_open(acme.pk)
    assert chain(nomination) == [("Dana Director", "done", ""), ("Vera President", "now", "")]
    assert Candidate.objects.get().state == Candidate.State.PROPOSED


def test_an_approver_who_nominates_the_same_person_no_longer_decides(
    acme, cohort, nominated, jordan, dana, vera
):
    nominated(FIRST)
    draft_nomination(cohort, jordan.person, by=dana, **TEXT)
    reroute_open(acme.pk)
    assert asked().approver == vera.person
    assert Approval.objects.get(state="moved").why == "Dana Director has nominated Jordan Lee"


def test_nothing_changes_where_nothing_changed(acme, nominated, dana):
    nominated(FIRST, SECOND)
    assert reroute_open(acme.pk) == 0
    assert not AuditEntry.objects.filter(verb="nomination.rerouted").exists()


def test_an_answer_goes_along_to_who_decides_now(acme, nominated, alice, dana, vera):
    nomination = nominated(FIRST)
    decide_nomination(nomination, decision="return", remark="Which account?", by=dana)
    nomination.refresh_from_db()
    submit_nomination(nomination, answer="Tidewater.", by=alice)
    dana.is_active = False
    dana.save()
    reroute_open(acme.pk)
    assert (asked().approver, asked().answer) == (vera.person, "Tidewater.")


def _handed_in(cohort, leader):
    person = eligible_person(manager=leader.person)
    nomination = draft_nomination(cohort, person, by=leader, **TEXT)
    return submit_nomination(nomination, by=leader)


def test_a_changed_directory_is_looked_at_at_once(
    acme, nominated, dana, vera, monkeypatch, django_capture_on_commit_callbacks
):
    nominated(FIRST)
    dana.person.termination_date = timezone.now().date() - datetime.timedelta(days=2)
    dana.person.save()
    for task in (tasks.reevaluate, tasks.reroute):
        monkeypatch.setattr(task, "delay", task)
    with django_capture_on_commit_callbacks(execute=True):
        announce()
    assert asked().approver == vera.person
