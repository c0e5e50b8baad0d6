"""What happens before a nomination is shared: self-nomination and endorsement, consent, references."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from amdp.notifications.models import Notification
from selection import access
from selection.models import Approval, Candidate, Nomination, NominationReference, SelectionPlan
from selection.plan_parts.nomination import Terms, store_terms
from selection.queries.nominations import own_nomination_in
from selection.services import (
    answer_consent,
    answer_endorsement,
    answer_reference,
    decide_nomination,
    draft_nomination,
    submit_nomination,
    withdraw_nomination,
)
from tests.selection.test_api import API, post

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}
OWN = {"rationale": "I would like to lead a larger account.", "evidence": "Won Tidewater in March."}
VIEWS = {"performance_view": 3, "potential_view": 4}
State = Nomination.State


def told(kind):
    """Who has been told by now, by kind."""
    rows = Notification.objects.filter(kind=f"selection.{kind}", not_before__lte=timezone.now())
    return [str(row.recipient) for row in rows.order_by("pk")]


def planned(kind):
    return Notification.objects.filter(kind=f"selection.{kind}", state=Notification.State.PLANNED).count()


@pytest.fixture
def ask(cohort):
    """The plan asks as these terms say."""

    def by(**terms):
        store_terms(SelectionPlan.objects.get(cohort=cohort), Terms(**terms))

    return by


# --- nominating oneself -------------------------------------------------------------------------------


@pytest.fixture
def own(cohort, ask, alice, jordan):
    """Jordan's nomination of themselves, waiting for Alice."""
    ask(allows_self=True)
    nomination = draft_nomination(cohort, jordan.person, by=jordan, **OWN)
    assert submit_nomination(nomination, by=jordan) is None
    nomination.refresh_from_db()
    return nomination


def test_nobody_nominates_themselves_where_the_plan_does_not_allow_it(cohort, jordan):
    with pytest.raises(ValidationError, match="cannot nominate yourself"):
        draft_nomination(cohort, jordan.person, by=jordan, **OWN)


def test_the_leader_is_asked_and_nobody_else_knows(own, alice, dana, jordan, ld_admin, hr_analyst):
    assert (own.state, own.candidate.state) == (State.ENDORSING, Candidate.State.DRAFTED)
    assert told("endorsement_asked") == ["Alice Manager"]
    for member in (alice, jordan):
        assert list(access.visible_nominations(member)) == [own]
    for member in (dana, ld_admin, hr_analyst):
        assert not access.visible_nominations(member).exists()
        assert not access.visible_candidates(member).exists()


def test_an_endorsed_one_goes_up_from_the_leader_who_endorsed_it(own, alice, dana, jordan, ld_admin):
    answer_endorsement(own.endorsements.get(), agrees=True, by=alice, words="Leads already.", **VIEWS)
    own.refresh_from_db()
    assert (own.state, own.endorser, own.potential_view) == (State.SUBMITTED, alice.person, 4)
    assert own.approvals.get(state=Approval.State.ASKED).approver == dana.person
    assert list(access.visible_nominations(ld_admin)) == [own]
    assert told("endorsement_answered") == ["Jordan Lee"]
    with pytest.raises(PermissionDenied):
        decide_nomination(own, decision="approve", by=alice)


def test_once_shared_the_person_reads_their_words_and_nothing_of_what_becomes_of_it(own, alice, dana, jordan):
    answer_endorsement(own.endorsements.get(), agrees=True, by=alice, words="Leads already.", **VIEWS)
    assert not access.visible_nominations(jordan).exists()
    decide_nomination(own, decision="decline", by=dana, remark="Too early.")
    assert not access.visible_nominations(jordan).exists()
    shown = own_nomination_in(jordan, own.candidate.cohort)
    assert (shown.is_shared, shown.may_withdraw) == (True, False)
    assert "Jordan Lee" not in told("nomination_declined")
    assert told("nomination_declined") == ["Alice Manager"]


def test_the_page_of_the_person_is_the_same_whatever_was_decided(sign_in, own, alice, dana, jordan):
    answer_endorsement(own.endorsements.get(), agrees=True, by=alice, words="Leads already.", **VIEWS)
    address = f"/o/acme/selection/cohorts/{own.candidate.cohort_id}/myself/"

    def read():
        page = sign_in(jordan).get(address).content.decode()
        return page.partition('class="split"')[2].partition("</main>")[0]

    before = read()
    decide_nomination(own, decision="decline", by=dana, remark="Too early.")
    assert "It is with those who decide" in before
    assert read() == before


def test_a_question_to_an_endorsed_one_is_the_leaders_to_answer(own, alice, dana, jordan):
    answer_endorsement(own.endorsements.get(), agrees=True, by=alice, words="Leads already.", **VIEWS)
    decide_nomination(own, decision="return", by=dana, remark="When?")
    own.refresh_from_db()
    assert told("nomination_returned") == ["Alice Manager"]
    assert access.can_edit_nomination(alice, own)
    assert not access.can_edit_nomination(jordan, own)
    submit_nomination(own, by=alice, answer="In autumn.")
    own.refresh_from_db()
    assert (own.state, own.rationale) == (State.SUBMITTED, OWN["rationale"])


def test_a_leader_declines_with_a_reason_the_person_reads(own, alice, jordan, dana):
    with pytest.raises(ValidationError, match="Say why not"):
        answer_endorsement(own.endorsements.get(), agrees=False, by=alice)
    answer_endorsement(own.endorsements.get(), agrees=False, by=alice, words="After the launch.")
    own.refresh_from_db()
    assert own.state == State.DECLINED
    assert not own.approvals.exists()
    assert own_nomination_in(jordan, own.candidate.cohort).endorsement.words == "After the launch."
    assert list(access.visible_nominations(jordan)) == [own]


def test_endorsing_needs_own_views_and_is_the_leaders_alone(own, alice, dana, jordan, ld_admin):
    asked = own.endorsements.get()
    with pytest.raises(ValidationError, match="Choose how"):
        answer_endorsement(asked, agrees=True, by=alice, words="Yes.")
    for member in (dana, jordan, ld_admin):
        with pytest.raises(PermissionDenied):
            answer_endorsement(asked, agrees=True, by=member, words="Yes.", **VIEWS)
    answer_endorsement(asked, agrees=True, by=alice, words="Yes.", **VIEWS)
    with pytest.raises(ValidationError, match="answered already"):
        answer_endorsement(asked, agrees=True, by=alice, words="Yes.", **VIEWS)


def test_withdrawing_before_it_is_shared_leaves_nothing_to_anybody(own, alice, jordan, ld_admin):
    withdraw_nomination(own, by=jordan)
    own.candidate.refresh_from_db()
    assert own.candidate.state == Candidate.State.DRAFTED
    assert told("endorsement_dropped") == ["Alice Manager"]
    assert not access.visible_nominations(ld_admin).exists()


def test_from_the_page_of_the_person_to_that_of_the_leader(sign_in, ask, cohort, alice, jordan):
    ask(allows_self=True)
    home = "/o/acme/selection/"
    assert "Put yourself forward" in sign_in(jordan).get(home).content.decode()
    address = f"{home}cohorts/{cohort.pk}/myself/"
    page = sign_in(jordan).post(address, {**OWN, "action": "submit"}, follow=True).content.decode()
    assert "Alice Manager is asked to endorse your nomination" in page
    assert "Nominated themselves" in sign_in(alice).get(home).content.decode()
    asked = Nomination.objects.get().endorsements.get()
    leader = f"{home}endorsements/{asked.pk}/"
    refused = sign_in(alice).post(leader, {"answer": "yes"}).content.decode()
    assert "Say in a sentence" in refused
    done = sign_in(alice).post(leader, {"answer": "yes", "words": "Leads already.", **VIEWS}, follow=True)
    assert "You endorsed it" in done.content.decode()


# --- consent ------------------------------------------------------------------------------------------


@pytest.fixture
def asked(cohort, ask, alice, jordan):
    """Alice's nomination of Jordan, waiting for Jordan's consent."""
    ask(asks_consent=True, consent_days=3)
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    assert submit_nomination(nomination, by=alice) is None
    nomination.refresh_from_db()
    return nomination


def test_nobody_who_decides_sees_it_before_the_nominee_consents(asked, dana, ld_admin, hr_analyst, jordan):
    assert asked.state == State.CONSENTING
    assert told("consent_asked") == ["Jordan Lee"]
    assert not Approval.objects.exists()
    for member in (dana, ld_admin, hr_analyst):
        assert not access.visible_nominations(member).exists()
        assert not access.visible_candidates(member).exists()
    assert (planned("consent_due"), planned("consent_late")) == (1, 1)


def test_with_the_nominees_yes_it_goes_up(asked, jordan, dana, alice):
    answer_consent(asked.consents.get(), agrees=True, by=jordan)
    asked.refresh_from_db()
    assert asked.state == State.SUBMITTED
    assert asked.approvals.get().approver == dana.person
    assert told("consent_answered") == ["Alice Manager"]
    assert (planned("consent_due"), planned("consent_late")) == (0, 0)
    assert not access.visible_nominations(jordan).exists()


def test_a_no_takes_it_back_and_the_nominator_is_told_kindly(asked, jordan, alice, dana, ld_admin):
    answer_consent(asked.consents.get(), agrees=False, by=jordan, words="Not this year.")
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN
    mail = Notification.objects.get(kind="selection.consent_answered")
    assert "would rather not be put forward" in mail.subject
    for member in (dana, ld_admin):
        assert not access.visible_nominations(member).exists()
        assert not access.visible_candidates(member).exists()
    assert not told("approval_dropped")


def test_who_consented_is_not_asked_again_in_the_same_cohort(asked, cohort, dana, jordan):
    answer_consent(asked.consents.get(), agrees=True, by=jordan)
    second = draft_nomination(cohort, jordan.person, by=dana, **TEXT)
    assert submit_nomination(second, by=dana) is not None


def test_only_the_nominee_answers_and_only_while_nominations_are_taken(asked, alice, jordan, cohort):
    with pytest.raises(PermissionDenied):
        answer_consent(asked.consents.get(), agrees=True, by=alice)
    type(cohort).objects.filter(pk=cohort.pk).update(state="assessing")
    with pytest.raises(ValidationError, match="Nominations are closed"):
        answer_consent(asked.consents.get(), agrees=True, by=jordan)


def test_the_nominee_reads_the_words_and_not_the_views(sign_in, asked, jordan, casey):
    address = f"/o/acme/selection/consents/{asked.consents.get().pk}/"
    page = sign_in(jordan).get(address).content.decode()
    assert TEXT["rationale"] in page
    assert TEXT["evidence"] in page
    assert "of 5" not in page
    assert sign_in(casey).get(address).status_code == 404
    done = sign_in(jordan).post(address, {"answer": "no", "words": ""}, follow=True).content.decode()
    assert "You said no" in done


def test_over_the_api_consent_and_endorsement(sign_in, asked, jordan, casey, alice):
    client = sign_in(jordan)
    found = client.get(f"{API}/consents/").json()["results"]
    assert [one["nominated_by"] for one in found] == ["Alice Manager"]
    assert "potential_view" not in found[0]
    answer = post(client, f"consents/{found[0]['id']}/give")
    assert (answer.status_code, answer.json()["state"]) == (200, "given")
    assert post(client, f"consents/{found[0]['id']}/refuse").status_code == 400


# --- references ---------------------------------------------------------------------------------------


@pytest.fixture
def referred(cohort, ask, alice, jordan, erin):
    ask(references=1, asks_statements=True)
    named = [{"name": "erin assessor", "about": "Tidewater"}]
    return draft_nomination(cohort, jordan.person, by=alice, references=named, **TEXT)


def test_who_is_named_is_asked_once_it_is_shared_and_sees_nothing_else(referred, alice, erin, dana):
    assert referred.references.get().person == erin.person
    assert not told("reference_asked")
    submit_nomination(referred, by=alice)
    assert told("reference_asked") == ["Erin Assessor"]
    reference = access.visible_references(erin).get()
    assert not access.visible_nominations(erin).exists()
    answer_reference(reference, statement=" Calm in front of the board. ", by=erin)
    assert referred.references.get().statement == "Calm in front of the board."
    assert told("reference_answered") == ["Alice Manager"]
    with pytest.raises(ValidationError, match="answered already"):
        answer_reference(reference, statement="More.", by=erin)
    with pytest.raises(PermissionDenied):
        answer_reference(reference, statement="Mine.", by=dana)


@pytest.mark.parametrize("name", ["Nobody Atall", "Jordan Lee", "Alice Manager"])
def test_a_name_the_directory_does_not_know_keeps_the_draft_and_says_so(cohort, ask, alice, jordan, name):
    """The nominee and the nominator are no references."""
    ask(references=1)
    named = [{"name": name}]
    draft = draft_nomination(cohort, jordan.person, by=alice, references=named, **TEXT)
    assert (draft.references.get().typed, draft.references.get().person) == (name, None)
    with pytest.raises(ValidationError) as refused:
        submit_nomination(draft, by=alice)
    assert list(refused.value.message_dict) == ["reference_1"]


def test_the_statement_joins_the_nomination_on_every_page(sign_in, referred, alice, erin, dana):
    submit_nomination(referred, by=alice)
    address = f"/o/acme/selection/references/{referred.references.get().pk}/"
    page = sign_in(erin).get(address).content.decode()
    assert "About: Tidewater" in page
    assert TEXT["rationale"] not in page
    sign_in(erin).post(address, {"statement": "Calm in front of the board."})
    decide = sign_in(dana).get(f"/o/acme/selection/nominations/{referred.pk}/decide/").content.decode()
    assert "Calm in front of the board." in decide
    assert sign_in(dana).get(address).status_code == 404


def test_a_withdrawn_nomination_needs_no_statement_any_more(referred, alice, erin):
    submit_nomination(referred, by=alice)
    withdraw_nomination(referred, by=alice)
    assert referred.references.get().state == NominationReference.State.DROPPED
    assert told("reference_dropped") == ["Erin Assessor"]
    assert not access.visible_references(erin).exists()


def test_over_the_api_a_statement(sign_in, referred, alice, erin):
    submit_nomination(referred, by=alice)
    client = sign_in(erin)
    (found,) = client.get(f"{API}/references/").json()["results"]
    assert (found["about_person"], found["asked_by"], found["about"]) == (
        "Jordan Lee",
        "Alice Manager",
        "Tidewater",
    )
    answer = post(client, f"references/{found['id']}/answer", statement="Calm.")
    assert answer.json()["state"] == "answered"
    shown = sign_in(alice).get(f"{API}/nominations/{referred.pk}/").json()["references"]
    assert [(one["name"], one["statement"]) for one in shown] == [("erin assessor", "Calm.")]


def test_a_reminder_is_planned_for_the_day_an_answer_is_due(asked):
    consent = asked.consents.get()
    due = Notification.objects.get(kind="selection.consent_due")
    assert due.not_before.date() in (consent.due_on, consent.due_on + datetime.timedelta(days=1))
