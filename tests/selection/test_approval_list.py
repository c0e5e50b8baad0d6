"""Deciding from the list, from the mail's link and in two browsers."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from selection.models import Approval, Candidate, Nomination
from selection.services import decide_nomination, draft_nomination, submit_nomination
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    ApprovalFactory,
    CandidateFactory,
    DelegationFactory,
    NominationFactory,
    chain_steps,
    eligible_person,
    nominating_cohort,
)

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}
API = "/api/v1/o/acme/approvals/"


def page():
    return reverse("selection:approval_list", args=["acme"])


def handed_in(cohort, alice, person):
    nomination = draft_nomination(cohort, person, by=alice, **TEXT)
    return submit_nomination(nomination, by=alice)


@pytest.fixture
def asked(cohort, alice, jordan):
    """Jordan's nomination waits for Dana."""
    return handed_in(cohort, alice, jordan.person)


@pytest.fixture
def both(cohort, alice, asked, casey):
    """Casey's too."""
    return asked, handed_in(cohort, alice, casey.person)


def states():
    return sorted(Candidate.objects.values_list("person__first_name", "state"))


# --- the list ----------------------------------------------------------------------------------------


def test_the_list_says_what_one_needs_to_decide(sign_in, dana, asked):
    text = sign_in(dana).get(page()).content.decode()
    for words in (
        "1 nomination waits for you",
        "Jordan Lee",
        "Called back by the pharmacy director.",
        "nominated by Alice Manager",
        "6 of 6 rules met",
        "4 of 5",
        "5 of 5",
    ):
        assert words in text


def test_all_cohorts_and_those_of_whom_one_acts_for_are_on_it(sign_in, dana, erin, alice, asked, casey):
    other = nominating_cohort(name="Leadership 2027")
    handed_in(other, alice, casey.person)
    DelegationFactory(principal=dana.person, delegate=erin.person)
    text = sign_in(erin).get(page()).content.decode()
    assert "you act for Dana Director" in text
    assert text.count("For Dana Director") == 2
    assert "Leadership 2027" in text


def test_approving_returning_and_declining_from_the_list(sign_in, dana, both):
    browser = sign_in(dana)
    first, second = both
    answer = browser.post(page(), {"approval": first.pk, "decision": "approve"}, follow=True)
    assert "Jordan Lee is approved. Alice Manager is told now." in answer.content.decode()
    sent = {"approval": second.pk, "decision": "return", "remark": "Which account?"}
    assert "Casey Colleague is returned." in browser.post(page(), sent, follow=True).content.decode()
    assert states() == [("Casey", "returned"), ("Jordan", "admitted")]


def test_a_decline_without_a_reason_is_said_at_the_row_and_what_was_typed_stays(sign_in, dana, both):
    sent = {"approval": both[0].pk, "decision": "decline", "remark": "   "}
    text = sign_in(dana).post(page(), sent).content.decode()
    assert text.count("Say why you decline.") == 1
    assert states() == [("Casey", "proposed"), ("Jordan", "proposed")]


def test_several_at_once_are_each_recorded_by_themselves(sign_in, dana, alice, both):
    sent = {"selected": [each.pk for each in both], "decision": "approve"}
    answer = sign_in(dana).post(page(), sent, follow=True).content.decode()
    assert "Approved: Jordan Lee, Casey Colleague." in answer
    assert states() == [("Casey", "admitted"), ("Jordan", "admitted")]
    assert AuditEntry.objects.filter(verb="nomination.approved").count() == 2
    assert Notification.objects.filter(kind="selection.nomination_approved", person=alice.person).count() == 2


def test_what_was_decided_meanwhile_is_said_and_the_rest_is_approved(sign_in, dana, erin, both):
    DelegationFactory(principal=dana.person, delegate=erin.person)
    decide_nomination(both[0].nomination, decision="approve", by=erin)
    sent = {"selected": [each.pk for each in both], "decision": "approve"}
    answer = sign_in(dana).post(page(), sent, follow=True).content.decode()
    assert "Approved: Casey Colleague." in answer
    assert "Jordan Lee: This was decided by Erin Assessor for Dana Director already: approved." in answer


def test_nothing_ticked_is_said(sign_in, dana, both):
    answer = sign_in(dana).post(page(), {"decision": "approve"}, follow=True).content.decode()
    assert "Tick the nominations you approve first." in answer


def test_nobody_decides_from_the_list_what_is_not_theirs(sign_in, alice, casey, ld_admin, stranger, asked):
    sent = {"approval": asked.pk, "decision": "approve"}
    assert sign_in(casey).post(page(), sent).status_code == 404
    for member in (alice, ld_admin):
        assert sign_in(member).post(page(), sent).status_code == 403
        answer = sign_in(member).post(page(), {"selected": [asked.pk]}, follow=True).content.decode()
        assert "Jordan Lee: Somebody else decides this nomination." in answer
    assert states() == [("Jordan", "proposed")]


def test_the_list_costs_the_same_with_one_and_thirty(sign_in, acme, cohort, dana, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    browser, counts = sign_in(dana), []
    for many in (1, 29):
        for _ in range(many):
            candidate = CandidateFactory(cohort=cohort, state="proposed")
            nomination = NominationFactory(candidate=candidate, state="submitted")
            ApprovalFactory(nomination=nomination, approver=dana.person)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the mail's link ---------------------------------------------------------------------------------


def test_opening_the_mails_link_changes_nothing(sign_in, dana, asked):
    link = Notification.objects.get(kind="selection.approval_asked").path

    def everything():
        rows = (Approval, Nomination, Candidate)
        return [list(model.objects.order_by("pk").values()) for model in rows]

    before, entries = everything(), AuditEntry.objects.count()
    browser = sign_in(dana)
    for query in ("", "?decision=approve", f"?decision=approve&step={asked.pk}"):
        assert browser.get(link + query).status_code == 200
        assert browser.head(link + query).status_code == 200
    assert (everything(), AuditEntry.objects.count()) == (before, entries)


def test_the_link_still_leads_somewhere_when_somebody_else_decided(sign_in, dana, erin, asked):
    link = Notification.objects.get(kind="selection.approval_asked").path
    DelegationFactory(principal=dana.person, delegate=erin.person)
    decide_nomination(asked.nomination, decision="approve", by=erin)
    answer = sign_in(dana).get(link, follow=True)
    assert "Erin Assessor for Dana Director approved" in answer.content.decode()


# --- two browsers ------------------------------------------------------------------------------------


def test_the_second_browser_reads_who_decided(sign_in, dana, erin, asked):
    DelegationFactory(principal=dana.person, delegate=erin.person)
    link = reverse("selection:nomination_decide", args=["acme", asked.nomination_id])
    first, second = sign_in(dana), sign_in(erin)
    assert first.get(link).status_code == second.get(link).status_code == 200
    second.post(link, {"step": asked.pk, "decision": "approve"})
    sent = {"step": asked.pk, "decision": "decline", "remark": "No backfill."}
    answer = first.post(link, sent, follow=True).content.decode()
    assert "This was decided by Erin Assessor for Dana Director already: approved." in answer
    assert states() == [("Jordan", "admitted")]


def test_the_second_click_on_an_earlier_step_does_not_decide_the_next(sign_in, cohort, alice, jordan, login):
    vera = login(PersonFactory(first_name="Vera", last_name="President"))
    chain_steps(cohort, {"kind": "leader"}, {"kind": "person", "person": vera.person})
    asked = handed_in(cohort, alice, jordan.person)
    dana = asked.approver.membership
    link = reverse("selection:nomination_decide", args=["acme", asked.nomination_id])
    sign_in(dana).post(link, {"step": asked.pk, "decision": "approve"})
    answer = sign_in(dana).post(link, {"step": asked.pk, "decision": "approve"}, follow=True)
    assert "This was decided by Dana Director already: approved." in answer.content.decode()
    assert Approval.objects.get(state="asked").approver == vera.person


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verbs", [("approve", "approve"), ("approve", "decline")])
def test_approver_and_delegate_at_once_yield_one_decision(verbs):
    """Two transactions on real connections: one decides, the other learns who did."""
    organization = OrganizationFactory(slug="acme")
    with organization_context(organization):
        members = [MembershipFactory(organization=organization) for _ in range(2)]
        leader, delegate = (PersonFactory(membership=member) for member in members)
        DelegationFactory(principal=leader, delegate=delegate)
        candidate = CandidateFactory(cohort=nominating_cohort(), person=eligible_person(), state="proposed")
        nomination = NominationFactory(candidate=candidate, state="submitted")
        approval = ApprovalFactory(nomination=nomination, approver=leader)
    start, said = threading.Barrier(2), []

    def decide(member, verb):
        try:
            start.wait(timeout=10)
            with transaction.atomic(), organization_context(organization):
                decide_nomination(
                    Nomination.objects.get(pk=nomination.pk),
                    decision=verb,
                    remark="No backfill.",
                    by=member,
                    step=approval.pk,
                )
            said.append("decided")
        except (ValidationError, PermissionDenied) as refused:
            said.append(getattr(refused, "messages", [str(refused)])[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=pair) for pair in zip(members, verbs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    with organization_context(organization):
        found = Approval.objects.get()
        assert AuditEntry.objects.filter(verb__startswith="nomination.").count() == 1
        assert found.state in {"approved", "declined"}
    assert sorted(word.split(" ")[0] for word in said) == ["This", "decided"]
    late = next(word for word in said if word != "decided")
    assert late.startswith("This was decided by ")


# --- over the API ------------------------------------------------------------------------------------


def test_programs_read_what_waits_and_decide(sign_in, dana, alice, both):
    browser = sign_in(dana)
    found = browser.get(API, {"waiting": "true"}).json()["results"]
    assert [(row["person_name"], row["who"], row["state"]) for row in found] == [
        ("Jordan Lee", "Dana Director", "asked"),
        ("Casey Colleague", "Dana Director", "asked"),
    ]
    assert sign_in(alice).get(API, {"waiting": "true"}).json()["results"] == []
    assert len(sign_in(alice).get(API).json()["results"]) == 2
    browser = sign_in(dana)
    body = {"remark": "Which account?"}
    done = browser.post(f"{API}{both[0].pk}/return/", body, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "returned")
    late = browser.post(f"{API}{both[0].pk}/approve/", {}, content_type="application/json")
    assert late.status_code == 400
    assert "This was decided by Dana Director already" in late.content.decode()
    declined = browser.post(f"{API}{both[1].pk}/decline/", {}, content_type="application/json")
    assert declined.status_code == 400


def test_programs_approve_several(sign_in, dana, casey, stranger, both):
    keys = [each.pk for each in both]
    body = {"approvals": keys}
    address = f"{API}approve-several/"
    assert sign_in(casey).post(address, body, content_type="application/json").json() == {
        "approved": [],
        "refused": [],
    }
    done = sign_in(dana).post(address, body, content_type="application/json").json()
    assert done == {"approved": keys, "refused": []}
    again = sign_in(dana).post(address, body, content_type="application/json").json()
    assert [each["approval"] for each in again["refused"]] == keys
