import datetime
import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection import access
from selection.models import Approval, Candidate, Nomination, SelectionPlan
from selection.queries import unmet_for_move
from selection.services import (
    decide_nomination,
    draft_nomination,
    edit_nomination,
    submit_nomination,
    withdraw_candidate,
    withdraw_nomination,
)
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    ApprovalFactory,
    CandidateFactory,
    NominationFactory,
    eligible_person,
    in_state,
    nominating_cohort,
)

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}
State = Nomination.State


@pytest.fixture
def nomination(cohort, alice, jordan):
    """Alice's complete draft for Jordan."""
    return draft_nomination(cohort, jordan.person, by=alice, **TEXT)


@pytest.fixture
def submitted(nomination, alice):
    """The same, waiting for Dana."""
    submit_nomination(nomination, by=alice)
    nomination.refresh_from_db()
    return nomination


def told():
    """Kinds and recipients of what people have been told."""
    now = timezone.now()
    rows = Notification.objects.filter(not_before__lte=now).order_by("pk")
    return [(row.kind, str(row.recipient)) for row in rows]


# --- drafting ----------------------------------------------------------------------------------------


def test_a_leader_drafts_for_the_own_line_and_nobody_sees_it(cohort, alice, dana, ld_admin, nomination):
    assert (nomination.state, nomination.candidate.state) == (State.DRAFT, Candidate.State.DRAFTED)
    assert list(access.visible_nominations(alice)) == [nomination]
    for member in (dana, ld_admin):
        assert not access.visible_nominations(member).exists()
        assert not access.visible_candidates(member).exists()
    assert told() == []


def test_drafting_again_takes_up_the_same_draft(cohort, alice, jordan, nomination):
    again = draft_nomination(cohort, jordan.person, by=alice, rationale="Better words.")
    assert (again.pk, again.rationale, again.evidence) == (nomination.pk, "Better words.", TEXT["evidence"])


def test_nobody_nominates_themselves_or_somebody_elses_people(cohort, alice, dana, erin, jordan):
    with pytest.raises(ValidationError, match="cannot nominate yourself"):
        draft_nomination(cohort, alice.person, by=alice)
    for person in (dana.person, erin.person):
        with pytest.raises(ValidationError, match="not in your reporting line"):
            draft_nomination(cohort, person, by=alice)
    with pytest.raises(ValidationError, match="not in your reporting line"):
        draft_nomination(cohort, alice.person, by=jordan)
    assert not Candidate.objects.exists()


def test_a_member_without_a_person_has_no_line(cohort, ld_admin, jordan):
    with pytest.raises(ValidationError, match="not tied to a person"):
        draft_nomination(cohort, jordan.person, by=ld_admin)


@pytest.mark.parametrize("state", [state for state in Cohort.State if state != Cohort.State.NOMINATING])
def test_only_a_nominating_cohort_takes_nominations(cohort, alice, jordan, state):
    in_state(cohort, state)
    with pytest.raises(ValidationError, match="does not take nominations at this stage"):
        draft_nomination(cohort, jordan.person, by=alice)


def test_the_window_is_the_same_moment_for_everybody(cohort, alice, jordan):
    close = cohort.nominations_close_on
    after_midnight_utc = datetime.datetime.combine(
        close + datetime.timedelta(days=1), datetime.time(2), tzinfo=datetime.UTC
    )
    alice.time_zone = "Europe/Berlin"  # where it is the next day already
    with time_machine.travel(after_midnight_utc, tick=False):
        SelectionPlan.objects.update(time_zone="America/New_York")
        assert draft_nomination(cohort, jordan.person, by=alice).state == State.DRAFT
        SelectionPlan.objects.update(time_zone="Europe/Berlin")
        with pytest.raises(ValidationError, match=r"closed on .* in Berlin\. Your draft is kept"):
            draft_nomination(cohort, jordan.person, by=alice)


def test_a_draft_stays_when_the_window_closes_meanwhile(cohort, alice, nomination):
    Cohort.objects.update(nominations_close_on=timezone.now().date() - datetime.timedelta(days=2))
    with pytest.raises(ValidationError, match="Your draft is kept"):
        submit_nomination(nomination, by=alice)
    assert edit_nomination(nomination, by=alice, rationale="Still mine.").rationale == "Still mine."


# --- handing in --------------------------------------------------------------------------------------


def test_handing_in_asks_the_leader_above_and_keeps_the_rules(nomination, alice, dana):
    approval = submit_nomination(nomination, by=alice)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.candidate.state) == (State.SUBMITTED, Candidate.State.PROPOSED)
    assert (approval.approver, approval.state) == (dana.person, Approval.State.ASKED)
    assert {each["fact"]: each["met"] for each in nomination.eligibility} == {
        "employed": True,
        "tenure": True,
        "time_in_grade": True,
        "market": True,
        "ratings": True,
        "other_cohort": True,
    }
    assert told() == [("selection.approval_asked", "Dana Director")]
    assert AuditEntry.objects.filter(verb="nomination.submitted").count() == 1


@pytest.mark.parametrize("missing", list(TEXT))
def test_an_incomplete_nomination_is_not_handed_in(cohort, alice, jordan, missing):
    text = {**TEXT, missing: "" if missing in ("rationale", "evidence") else None}
    nomination = draft_nomination(cohort, jordan.person, by=alice, **text)
    with pytest.raises(ValidationError) as refused:
        submit_nomination(nomination, by=alice)
    assert list(refused.value.message_dict) == [missing]


def test_an_ineligible_person_can_be_drafted_but_not_handed_in(cohort, alice):
    newcomer = PersonFactory(
        first_name="Nora", last_name="New", manager=alice.person, hire_date=timezone.now().date()
    )
    nomination = draft_nomination(cohort, newcomer, by=alice, **TEXT)
    with pytest.raises(ValidationError) as refused:
        submit_nomination(nomination, by=alice)
    (sentence,) = refused.value.messages
    assert "Nora New cannot be nominated for Account Director 2027 yet." in sentence
    assert "At least 24 months in the company (0 months" in sentence
    assert "Last 2 ratings at least 3 (no rating in the HR data)" in sentence
    nomination.refresh_from_db()
    assert nomination.state == State.DRAFT


def test_a_person_who_left_the_line_meanwhile_cannot_be_handed_in(nomination, alice, jordan, erin):
    from amdp.directory.services import rebuild_lines

    jordan.person.manager = erin.person
    jordan.person.save()
    rebuild_lines()
    with pytest.raises(ValidationError, match="not in your reporting line"):
        submit_nomination(nomination, by=alice)


def test_nominations_of_one_person_share_one_file_and_skip_fellow_nominators(
    cohort, jordan, alice, dana, login
):
    vera = login(PersonFactory(first_name="Vera", last_name="Vice"))
    dana.person.manager = vera.person
    dana.person.save()
    from amdp.directory.services import rebuild_lines

    rebuild_lines()
    for member in (dana, alice, jordan):
        member.person.refresh_from_db()
        member.__dict__.pop("_person", None)
    first = submit_nomination(draft_nomination(cohort, jordan.person, by=dana, **TEXT), by=dana)
    second = submit_nomination(draft_nomination(cohort, jordan.person, by=alice, **TEXT), by=alice)
    assert first.nomination.candidate == second.nomination.candidate
    assert (first.approver, second.approver) == (vera.person, vera.person)


def test_at_the_top_of_the_house_the_admin_decides(cohort, dana, ld_admin, jordan, alice):
    approval = submit_nomination(draft_nomination(cohort, jordan.person, by=dana, **TEXT), by=dana)
    assert approval.approver is None
    assert told() == [("selection.approval_asked", "Lena Admin")]
    assert access.can_decide_nomination(ld_admin, approval.nomination)
    assert not access.can_decide_nomination(dana, approval.nomination)
    assert not access.can_decide_nomination(alice, approval.nomination)
    decide_nomination(approval.nomination, decision="approve", by=ld_admin)
    assert Candidate.objects.get().state == Candidate.State.ADMITTED


def test_an_approver_without_login_is_written_to_and_the_admin_may_decide(cohort, ld_admin, login):
    boss = PersonFactory(first_name="Otto", last_name="Offline")
    leader = login(PersonFactory(manager=boss))
    report = eligible_person(manager=leader.person)
    approval = submit_nomination(draft_nomination(cohort, report, by=leader, **TEXT), by=leader)
    assert told() == [
        ("selection.approval_asked", "Otto Offline"),
        ("selection.approval_asked", "Lena Admin"),
    ]
    assert access.can_decide_nomination(ld_admin, approval.nomination)


# --- who may do what, in which state -----------------------------------------------------------------

VERBS = {
    "edit": lambda nomination, by: edit_nomination(nomination, by=by, rationale="New words."),
    "submit": lambda nomination, by: submit_nomination(nomination, by=by),
    "withdraw": lambda nomination, by: withdraw_nomination(nomination, by=by),
    "approve": lambda nomination, by: decide_nomination(nomination, decision="approve", by=by),
    "return": lambda nomination, by: decide_nomination(
        nomination, decision="return", by=by, remark="Why now?"
    ),
    "decline": lambda nomination, by: decide_nomination(
        nomination, decision="decline", by=by, remark="Not yet."
    ),
}
ALLOWED = {
    ("edit", "alice"): {State.DRAFT, State.RETURNED},
    ("submit", "alice"): {State.DRAFT, State.RETURNED},
    ("withdraw", "alice"): set(Nomination.OPEN),
    ("approve", "dana"): {State.SUBMITTED},
    ("return", "dana"): {State.SUBMITTED},
    ("decline", "dana"): {State.SUBMITTED},
}
ROLES = ["alice", "dana", "jordan", "casey", "erin", "ld_admin", "hr_analyst", "owner", "sponsor"]


@pytest.mark.parametrize("verb", list(VERBS))
def test_each_verb_in_each_state_for_each_role(request, cohort, alice, dana, jordan, verb):
    members = {role: request.getfixturevalue(role) for role in ROLES}
    candidate = CandidateFactory(cohort=cohort, person=jordan.person, state=Candidate.State.PROPOSED)
    nomination = NominationFactory(candidate=candidate, nominator=alice.person)
    approval = ApprovalFactory(nomination=nomination, approver=dana.person)
    passed = {role: set() for role in ROLES}
    for state in State:
        Nomination.objects.filter(pk=nomination.pk).update(state=state)
        asked = Approval.State.ASKED if state == State.SUBMITTED else Approval.State.DROPPED
        Approval.objects.filter(pk=approval.pk).update(state=asked)
        for role, member in members.items():
            savepoint = transaction.savepoint()
            try:
                VERBS[verb](nomination, member)
                passed[role].add(state)
            except (PermissionDenied, ValidationError):
                assert Nomination.objects.get(pk=nomination.pk).state == state
                assert not AuditEntry.objects.filter(verb__startswith="nomination").exists()
            transaction.savepoint_rollback(savepoint)
    assert passed == {role: ALLOWED.get((verb, role), set()) for role in ROLES}


@pytest.mark.parametrize("role", ["jordan", "casey", "erin", "owner", "sponsor", "charlie"])
def test_strangers_to_a_nomination_do_not_see_it(request, submitted, role):
    member = request.getfixturevalue(role)
    assert not access.visible_nominations(member).exists()
    assert not access.visible_candidates(member).exists()


def test_those_it_concerns_see_it(submitted, alice, dana, ld_admin, hr_analyst):
    for member in (alice, dana, ld_admin, hr_analyst):
        assert list(access.visible_nominations(member)) == [submitted]
        assert list(access.visible_candidates(member)) == [submitted.candidate]


def test_an_admin_who_is_nominated_sees_nothing_of_it(cohort, alice, login, submitted):
    admin = login(eligible_person(manager=alice.person), "ld_admin")
    assert access.visible_selections(admin).filter(pk=cohort.pk).exists()
    own = NominationFactory(
        candidate__cohort=cohort,
        candidate__person=admin.person,
        candidate__state=Candidate.State.PROPOSED,
        nominator=alice.person,
        state=State.SUBMITTED,
    )
    assert own not in access.visible_nominations(admin)
    assert not access.visible_candidates(admin).exists()
    assert not access.visible_selections(admin).exists()
    assert not access.can_run_selection(admin, cohort)


# --- deciding ----------------------------------------------------------------------------------------


def test_approving_admits_the_candidate_and_tells_the_nominator(submitted, dana):
    approval = decide_nomination(submitted, decision="approve", by=dana)
    submitted.refresh_from_db()
    assert (submitted.state, Candidate.objects.get().state) == (State.APPROVED, Candidate.State.ADMITTED)
    assert (approval.decided_by, approval.state) == (dana, Approval.State.APPROVED)
    assert told()[1:] == [("selection.nomination_approved", "Alice Manager")]


def test_returning_asks_a_question_and_handing_in_again_asks_anew(submitted, alice, dana):
    with pytest.raises(ValidationError, match="Write the question"):
        decide_nomination(submitted, decision="return", by=dana, remark=" ")
    decide_nomination(submitted, decision="return", by=dana, remark="Can Jordan travel?")
    submit_nomination(submitted, by=alice, answer="Yes, from May.")
    rows = list(submitted.approvals.values_list("state", "remark", "answer"))
    assert rows == [("returned", "Can Jordan travel?", ""), ("asked", "", "Yes, from May.")]
    assert [kind for kind, _ in told()] == [
        "selection.approval_asked",
        "selection.nomination_returned",
        "selection.approval_asked",
    ]


def test_an_answer_may_come_after_the_window_has_closed(cohort, submitted, alice, dana):
    decide_nomination(submitted, decision="return", by=dana, remark="Can Jordan travel?")
    Cohort.objects.update(nominations_close_on=timezone.now().date() - datetime.timedelta(days=2))
    assert submit_nomination(submitted, by=alice, answer="Yes.").state == Approval.State.ASKED


def test_declining_needs_a_reason_that_is_kept(submitted, dana):
    with pytest.raises(ValidationError, match="Say why"):
        decide_nomination(submitted, decision="decline", by=dana)
    decide_nomination(submitted, decision="decline", by=dana, remark="No backfill this year.")
    assert Candidate.objects.get().state == Candidate.State.DECLINED
    entry = AuditEntry.objects.get(verb="nomination.declined")
    assert (entry.why, entry.after) == ("No backfill this year.", {"state": "declined", "step": 1})


def test_reminders_are_planned_and_taken_back_with_the_decision(submitted, dana):
    due = submitted.approvals.get().due_on
    reminders = ["selection.approval_due", "selection.approval_late"]
    planned = Notification.objects.filter(kind__in=reminders).order_by("not_before")
    assert [row.kind for row in planned] == reminders
    assert planned[0].not_before.date() == due
    decide_nomination(submitted, decision="approve", by=dana)
    assert not planned.all().exists()


def test_the_second_decision_gets_a_sentence(submitted, dana):
    decide_nomination(submitted, decision="approve", by=dana)
    with pytest.raises(ValidationError, match="decided by Dana Director already: approved"):
        decide_nomination(submitted, decision="decline", by=dana, remark="Changed my mind.")


def test_withdrawing_tells_the_approver(submitted, alice):
    withdraw_nomination(submitted, by=alice, why="Takes another role.")
    assert Candidate.objects.get().state == Candidate.State.WITHDRAWN
    assert submitted.approvals.get().state == Approval.State.DROPPED
    assert told()[1:] == [("selection.approval_dropped", "Dana Director")]
    with pytest.raises(ValidationError, match="withdrew this nomination"):
        decide_nomination(submitted, decision="approve", by=alice)


def test_after_withdrawing_one_may_nominate_anew(cohort, submitted, alice, jordan):
    withdraw_nomination(submitted, by=alice)
    again = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    assert (again.pk != submitted.pk, again.candidate) == (True, submitted.candidate)


def test_nobody_approves_somebody_they_nominated(submitted, dana, jordan):
    NominationFactory(candidate=submitted.candidate, nominator=dana.person, state=State.DRAFT)
    with pytest.raises(PermissionDenied):
        decide_nomination(submitted, decision="approve", by=dana)


def test_a_candidate_taken_out_stays_out(cohort, submitted, dana, ld_admin):
    decide_nomination(submitted, decision="approve", by=dana)
    candidate = Candidate.objects.get()
    with pytest.raises(ValidationError, match="Say why"):
        withdraw_candidate(candidate, why="", by=ld_admin)
    withdraw_candidate(candidate, why="Moves abroad.", by=ld_admin)
    second = NominationFactory(candidate=candidate, nominator=dana.person, state=State.SUBMITTED)
    ApprovalFactory(nomination=second, approver=None)
    decide_nomination(second, decision="approve", by=ld_admin)
    candidate.refresh_from_db()
    assert candidate.state == Candidate.State.WITHDRAWN


def test_the_cohort_waits_for_open_decisions(cohort, submitted, dana):
    assert unmet_for_move(cohort, "assessing") == [
        "1 nomination waits for a decision.",
        "Nobody is approved for the assessment yet.",
    ]
    decide_nomination(submitted, decision="approve", by=dana)
    assert unmet_for_move(cohort, "assessing") == []


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_yield_one_decision():
    organization = OrganizationFactory(slug="acme-parallel")
    with organization_context(organization):
        boss = PersonFactory(membership=MembershipFactory(organization=organization))
        leader = PersonFactory(manager=boss)
        candidate = CandidateFactory(
            cohort=nominating_cohort(), person=eligible_person(manager=leader), state="proposed"
        )
        nomination = NominationFactory(candidate=candidate, nominator=leader, state=State.SUBMITTED)
        ApprovalFactory(nomination=nomination, approver=boss)
    member, ready, outcomes = boss.membership, threading.Barrier(2), []

    def click(decision):
        try:
            with organization_context(organization):
                ready.wait(10)
                decide_nomination(nomination, decision=decision, by=member, remark="Said.")
                outcomes.append(decision)
        except ValidationError as refused:
            outcomes.append(refused.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[each]) for each in ("approve", "decline")]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert len([each for each in outcomes if each in ("approve", "decline")]) == 1
    assert len([each for each in outcomes if "already" in each]) == 1
    with organization_context(organization):
        assert nomination.approvals.exclude(decided_at=None).count() == 1
        assert AuditEntry.objects.filter(verb__startswith="nomination.").count() == 1
        assert [kind for kind, _ in told()] in (
            ["selection.nomination_approved"],
            ["selection.nomination_declined"],
        )
