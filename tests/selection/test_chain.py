"""A nomination goes along its chain: who is asked first, next, again; who is left out and why."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.queries import person_of
from amdp.directory.services import rebuild_lines
from amdp.notifications.models import Notification
from selection import access
from selection.models import Approval, Candidate, Nomination
from selection.queries.approvals import approvals_for, approvals_of, chain_of, steps_of
from selection.queries.chain import expected_chain
from selection.services import (
    decide_nomination,
    delegate_to,
    draft_nomination,
    submit_nomination,
    withdraw_nomination,
)
from tests.factories.directory import GradeFactory, PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    DelegationFactory,
    NominationFactory,
    ScoresheetFactory,
    chain_steps,
)

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}
LEADER, ROLE, PERSON = "leader", "role", "person"
State = Nomination.State
FIRST, SECOND = {"kind": LEADER}, {"kind": LEADER, "level": 2}
HR, LD, SPONSOR = ({"kind": ROLE, "role": role} for role in ("hr_analyst", "ld_admin", "sponsor"))


@pytest.fixture
def vera(acme, login):
    """At the top: Dana reports to her."""
    return login(PersonFactory(first_name="Vera", last_name="President"))


@pytest.fixture
def dana(vera, login):
    return login(PersonFactory(first_name="Dana", last_name="Director", manager=vera.person))


@pytest.fixture
def nomination(cohort, alice, jordan):
    return draft_nomination(cohort, jordan.person, by=alice, **TEXT)


def handed_in(nomination, by):
    submit_nomination(nomination, by=by)
    nomination.refresh_from_db()
    return nomination


def chain(nomination):
    """Who stands where in it."""
    return [(link.who, link.state) for link in chain_of(approvals_of([nomination])[nomination.pk])]


def asked(nomination):
    return access.open_approval(nomination)


# --- along the chain ---------------------------------------------------------------------------------


def test_each_step_is_asked_when_the_one_before_is_approved(
    cohort, nomination, alice, dana, vera, hr_analyst
):
    chain_steps(cohort, FIRST, SECOND, HR)
    handed_in(nomination, alice)
    assert chain(nomination) == [("Dana Director", "now"), ("Vera President", "next"), ("HR", "next")]
    assert not approvals_for(vera).exists()
    assert not access.visible_nominations(vera).exists()
    decide_nomination(nomination, decision="approve", by=dana)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.candidate.state) == (State.SUBMITTED, Candidate.State.PROPOSED)
    assert list(approvals_for(vera)) == [asked(nomination)]
    decide_nomination(nomination, decision="approve", by=vera)
    decide_nomination(nomination, decision="approve", by=hr_analyst)
    nomination.refresh_from_db()
    candidate = Candidate.objects.get()
    assert (nomination.state, candidate.state) == (State.APPROVED, Candidate.State.ADMITTED)
    assert chain(nomination) == [
        ("Dana Director", "done"),
        ("Vera President", "done"),
        (str(hr_analyst), "done"),
    ]
    told = Notification.objects.filter(person=alice.person).order_by("pk").values_list("kind", flat=True)
    assert list(told) == [
        "selection.approval_step",
        "selection.approval_step",
        "selection.nomination_approved",
    ]


def test_without_steps_the_nearest_leader_decides_as_before(cohort, nomination, alice, dana):
    handed_in(nomination, alice)
    approval = Approval.objects.get()
    assert (approval.approver, approval.why) == (dana.person, "The nearest leader above Alice Manager")


def test_a_decline_ends_it_and_nobody_else_is_asked(cohort, nomination, alice, dana, vera):
    chain_steps(cohort, FIRST, SECOND)
    handed_in(nomination, alice)
    decide_nomination(nomination, decision="decline", remark="No backfill.", by=dana)
    assert [each.state for each in Approval.objects.order_by("position")] == ["declined", "dropped"]
    assert not approvals_for(vera).exists()
    assert Candidate.objects.get().state == Candidate.State.DECLINED


def test_an_answered_question_goes_on_at_the_step_that_asked(
    cohort, nomination, alice, dana, vera, hr_analyst
):
    chain_steps(cohort, FIRST, SECOND, HR)
    handed_in(nomination, alice)
    decide_nomination(nomination, decision="approve", by=dana)
    decide_nomination(nomination, decision="return", remark="Which account?", by=vera)
    nomination.refresh_from_db()
    assert chain(nomination) == [("Dana Director", "done"), ("Vera President", "ended"), ("HR", "next")]
    submit_nomination(nomination, answer="Tidewater.", by=alice)
    nomination.refresh_from_db()
    assert chain(nomination) == [("Dana Director", "done"), ("Vera President", "now"), ("HR", "next")]
    assert asked(nomination).answer == "Tidewater."
    decide_nomination(nomination, decision="approve", by=vera)
    assert chain(nomination)[-1] == ("HR", "now")
    nomination.refresh_from_db()
    assert [(step.who, step.what) for step in steps_of(nomination)] == [
        ("Alice Manager", "nominated"),
        ("Dana Director", "approved"),
        ("Vera President", "returned it with a question"),
        ("Alice Manager", "answered and handed in again"),
        ("Vera President", "approved"),
        ("HR", "decides"),
    ]


def test_withdrawing_ends_what_is_open_and_what_would_come(cohort, nomination, alice, dana, vera):
    chain_steps(cohort, FIRST, SECOND)
    handed_in(nomination, alice)
    withdraw_nomination(nomination, by=alice)
    assert {each.state for each in Approval.objects.all()} == {"dropped"}
    assert not Notification.objects.filter(person=vera.person).exists()


# --- who is asked ------------------------------------------------------------------------------------


def test_up_to_a_grade_every_leader_on_the_way_is_asked(cohort, nomination, alice, dana, vera):
    low, high = GradeFactory(code="70"), GradeFactory(code="90")
    for leader, grade in ((dana.person, low), (vera.person, high)):
        leader.grade = grade
        leader.save()
    top = PersonFactory(first_name="Theo", last_name="Top", grade=high)
    vera.person.manager = top
    vera.person.save()
    rebuild_lines()
    chain_steps(cohort, {"kind": "grade", "grade": high})
    nomination = Nomination.objects.get()
    links = expected_chain(cohort, nomination.candidate.person, nomination.nominator)
    people = [link.approver for link in links]
    assert people == [dana.person, vera.person]


def test_a_market_or_business_unit_gets_its_own_step_instead_of_the_line(cohort, nomination, alice, erin):
    named = {"kind": PERSON, "person": erin.person, "replaces_line": True}
    chain_steps(cohort, FIRST, {**named, "markets": ["DE"], "business_units": ["Oncology"]}, LD)
    nominee = nomination.candidate.person

    def who(**fields):
        for name, value in fields.items():
            setattr(nominee, name, value)
        return [link.who for link in expected_chain(cohort, nominee, nomination.nominator)]

    assert who(market="US", business_unit="Cardio") == ["Dana Director", "L&D"]
    assert who(market="DE", business_unit="Cardio") == ["Erin Assessor", "L&D"]
    assert who(market="US", business_unit="Oncology") == ["Erin Assessor", "L&D"]


def test_a_step_of_a_market_can_also_come_in_addition(cohort, nomination, erin):
    chain_steps(cohort, FIRST, {"kind": PERSON, "person": erin.person, "markets": ["DE"]})
    nominee = nomination.candidate.person
    nominee.market = "DE"
    chain = expected_chain(cohort, nominee, nomination.nominator)
    assert [(link.who, link.why) for link in chain] == [
        ("Dana Director", "The nearest leader above Alice Manager"),
        ("Erin Assessor", "Named in the plan for DE"),
    ]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("jordan", "Jordan Lee is the nominee"),
        ("alice", "Alice Manager has nominated Jordan Lee"),
        ("erin", "Erin Assessor scores Jordan Lee"),
    ],
)
def test_who_has_a_stake_in_it_is_left_out_with_the_reason(
    request, cohort, nomination, alice, dana, jordan, erin, who, why
):
    ScoresheetFactory(
        candidate=nomination.candidate, assessor=AssessorFactory(cohort=cohort, person=erin.person)
    )
    chain_steps(cohort, {"kind": PERSON, "person": request.getfixturevalue(who).person}, FIRST)
    handed_in(nomination, alice)
    assert [(each.state, each.why) for each in Approval.objects.order_by("position")] == [
        ("skipped", why),
        ("asked", "The nearest leader above Alice Manager"),
    ]


def test_the_same_person_is_asked_once(cohort, nomination, alice, dana, ld_admin):
    chain_steps(cohort, FIRST, {"kind": PERSON, "person": dana.person}, LD, LD)
    handed_in(nomination, alice)
    assert chain(nomination) == [
        ("Dana Director", "now"),
        ("Dana Director", "skipped"),
        ("L&D", "next"),
        ("L&D", "skipped"),
    ]


def test_a_role_that_nobody_has_is_left_out_and_ld_decides_where_nobody_is_left(cohort, nomination, alice):
    chain_steps(cohort, SPONSOR)
    handed_in(nomination, alice)
    approval = Approval.objects.get()
    assert (approval.state, approval.who) == ("asked", "L&D")
    assert approval.why == "Nobody who may decide is in the role Executive sponsor, so L&D decides"


def test_a_sponsor_who_is_asked_sees_that_nomination_and_no_other(
    cohort, nomination, alice, jordan, casey, sponsor
):
    other = draft_nomination(cohort, casey.person, by=alice, **TEXT)
    handed_in(other, alice)
    chain_steps(cohort, SPONSOR)
    handed_in(nomination, alice)
    assert list(access.visible_nominations(sponsor)) == [nomination]
    assert list(access.visible_candidates(sponsor)) == [nomination.candidate]
    assert list(approvals_for(sponsor)) == [asked(nomination)]
    decide_nomination(nomination, decision="approve", by=sponsor)
    assert list(access.visible_nominations(sponsor)) == [nomination]


def test_who_holds_the_role_and_is_in_the_selection_is_not_asked(cohort, nomination, alice, login):
    inside = login(PersonFactory(first_name="Ida", last_name="Inside"), "sponsor")
    outside = login(PersonFactory(first_name="Otto", last_name="Outside"), "sponsor")
    NominationFactory(candidate__cohort=cohort, candidate__person=inside.person, candidate__state="proposed")
    chain_steps(cohort, SPONSOR)
    handed_in(nomination, alice)
    told = Notification.objects.filter(kind="selection.approval_asked").values_list("person", flat=True)
    assert list(told) == [outside.person.pk]
    assert not access.can_decide_nomination(inside, nomination)
    assert not approvals_for(inside).exists()
    assert not access.visible_nominations(inside).exists()


def test_who_decided_an_earlier_step_in_a_role_does_not_decide_the_next(
    cohort, nomination, alice, dana, login
):
    both = login(PersonFactory(first_name="Bo", last_name="Both"), "ld_admin", "hr_analyst")
    login(PersonFactory(first_name="Hana", last_name="Other"), "hr_analyst")
    chain_steps(cohort, LD, HR)
    handed_in(nomination, alice)
    decide_nomination(nomination, decision="approve", by=both)
    assert asked(nomination).who == "HR"
    assert not approvals_for(both).exists()
    with pytest.raises(PermissionDenied):
        decide_nomination(nomination, decision="approve", by=both)


def test_the_only_one_in_a_role_who_decided_before_is_not_waited_for(cohort, nomination, alice, login):
    both = login(PersonFactory(first_name="Bo", last_name="Both"), "ld_admin", "hr_analyst")
    chain_steps(cohort, LD, HR)
    handed_in(nomination, alice)
    decide_nomination(nomination, decision="approve", by=both)
    nomination.refresh_from_db()
    assert nomination.state == State.APPROVED
    assert chain(nomination)[1] == ("HR", "skipped")


# --- days and reminders ------------------------------------------------------------------------------


def test_each_step_has_its_days_and_its_reminder(cohort, nomination, alice, dana):
    chain_steps(cohort, {**FIRST, "days": 8, "remind_after": 3})
    handed_in(nomination, alice)
    planned = Notification.objects.filter(person=dana.person, not_before__gt=timezone.now())
    kinds = planned.order_by("not_before").values_list("kind", flat=True)
    assert list(kinds) == ["selection.approval_soon", "selection.approval_due", "selection.approval_late"]
    decide_nomination(nomination, decision="approve", by=dana)
    assert not planned.exists()


# --- in somebody's name ------------------------------------------------------------------------------


def acting(principal, delegate, **fields):
    return DelegationFactory(principal=principal.person, delegate=delegate.person, **fields)


def test_a_delegate_decides_for_the_approver_and_everybody_reads_it(cohort, nomination, alice, dana, erin):
    acting(dana, erin)
    handed_in(nomination, alice)
    assert list(approvals_for(erin)) == list(approvals_for(dana)) == [asked(nomination)]
    assert list(access.visible_nominations(erin)) == [nomination]
    assert set(
        Notification.objects.filter(kind="selection.approval_asked").values_list("person", flat=True)
    ) == {dana.person.pk, erin.person.pk}
    decide_nomination(nomination, decision="approve", by=erin)
    approval = Approval.objects.get()
    assert (approval.decided_by, approval.decided_for) == (erin, dana.person)
    nomination.refresh_from_db()
    assert ("Erin Assessor for Dana Director", "approved") in [(s.who, s.what) for s in steps_of(nomination)]
    assert AuditEntry.objects.get(verb="nomination.approved").after["for"] == "Dana Director"
    assert (
        "Erin Assessor for Dana Director"
        in Notification.objects.get(kind="selection.nomination_approved").why
    )
    assert Notification.objects.get(kind="selection.approval_in_your_name").person == dana.person
    assert list(access.visible_nominations(erin)) == [nomination]


def test_who_delegated_still_decides(cohort, nomination, alice, dana, erin):
    acting(dana, erin)
    handed_in(nomination, alice)
    decide_nomination(nomination, decision="approve", by=dana)
    assert Approval.objects.get().decided_for is None


@pytest.mark.parametrize("fields", [{"duties": ["nominate"]}, {"from_on": "tomorrow"}, {"revoked_at": "now"}])
def test_a_delegation_for_something_else_or_not_now_lets_nobody_decide(
    cohort, nomination, alice, dana, erin, fields
):
    words = {
        "tomorrow": timezone.now().date() + datetime.timedelta(days=1),
        "now": timezone.now(),
    }
    acting(dana, erin, **{name: words.get(str(value), value) for name, value in fields.items()})
    handed_in(nomination, alice)
    assert not approvals_for(erin).exists()
    assert not access.visible_nominations(erin).exists()
    with pytest.raises(PermissionDenied):
        decide_nomination(nomination, decision="approve", by=erin)


@pytest.mark.parametrize("who", ["jordan", "alice"])
def test_neither_nominee_nor_nominator_decides_in_somebodys_name(
    request, cohort, nomination, alice, dana, jordan, who
):
    delegate = request.getfixturevalue(who)
    acting(dana, delegate)
    handed_in(nomination, alice)
    assert not approvals_for(delegate).exists()
    assert not Notification.objects.filter(kind="selection.approval_asked", person=delegate.person).exists()
    with pytest.raises(PermissionDenied):
        decide_nomination(nomination, decision="approve", by=delegate)


def test_who_decided_for_somebody_is_not_asked_at_a_later_step(cohort, nomination, alice, dana, erin, vera):
    acting(dana, erin)
    chain_steps(cohort, FIRST, {"kind": PERSON, "person": erin.person}, SECOND)
    handed_in(nomination, alice)
    decide_nomination(nomination, decision="approve", by=erin)
    assert chain(nomination) == [
        ("Erin Assessor for Dana Director", "done"),
        ("Erin Assessor", "skipped"),
        ("Vera President", "now"),
    ]
    skipped = Approval.objects.get(state=Approval.State.SKIPPED)
    assert skipped.why == "Erin Assessor decided an earlier step for Dana Director"


def test_an_approver_can_hand_over_without_leading_anybody(cohort, nomination, alice, erin, casey):
    chain_steps(cohort, {"kind": PERSON, "person": erin.person})
    handed_in(nomination, alice)
    today = timezone.now().date()
    given = delegate_to(casey.person, duties=["approve"], from_on=today, until_on=today, why="Away", by=erin)
    assert given.principal == person_of(erin)


# --- twice -------------------------------------------------------------------------------------------


def test_a_late_click_does_not_decide_the_next_step(cohort, nomination, alice, dana, vera, login):
    chain_steps(cohort, FIRST, SECOND)
    handed_in(nomination, alice)
    seen = asked(nomination).pk
    decide_nomination(nomination, decision="approve", by=dana, step=seen)
    with pytest.raises(ValidationError, match="decided by Dana Director already: approved"):
        decide_nomination(nomination, decision="approve", by=vera, step=seen)
    assert asked(nomination).approver == vera.person
