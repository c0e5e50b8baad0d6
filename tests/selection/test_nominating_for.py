"""Nominating in a leader's name, and changing a nomination that waits for its decision."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from amdp.notifications.models import Notification
from selection import access
from selection.models import Approval, Delegation, Nomination, SelectionPlan
from selection.plan_parts.nomination import Terms, store_terms
from selection.queries.approvals import approvals_for, steps_of
from selection.queries.nominations import approvals_at_stake
from selection.services import decide_nomination, draft_nomination, revise_nomination, submit_nomination
from tests.factories.selection import DelegationFactory, chain_steps
from tests.selection.test_api import API, patch, post

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}
State = Nomination.State


@pytest.fixture
def erin_for_alice(alice, erin):
    """Erin nominates for Alice while she is away."""
    return DelegationFactory(principal=alice.person, delegate=erin.person, duties=[Delegation.Duty.NOMINATE])


@pytest.fixture
def nomination(cohort, alice, jordan):
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    submit_nomination(nomination, by=alice)
    nomination.refresh_from_db()
    return nomination


def told(kind):
    rows = Notification.objects.filter(kind=f"selection.{kind}", not_before__lte=timezone.now())
    return [str(row.recipient) for row in rows.order_by("pk")]


# --- in a leader's name -------------------------------------------------------------------------------


def test_a_delegate_nominates_and_the_nomination_is_the_leaders(
    cohort, alice, erin, jordan, dana, erin_for_alice
):
    nomination = draft_nomination(cohort, jordan.person, by=erin, in_name_of=alice.person, **TEXT)
    approval = submit_nomination(nomination, by=erin)
    nomination.refresh_from_db()
    assert (nomination.nominator, nomination.written_by) == (alice.person, erin.person)
    assert nomination.who == "Erin Assessor for Alice Manager"
    assert approval.approver == dana.person
    assert steps_of(nomination)[0].who == "Erin Assessor for Alice Manager"
    for member in (alice, erin):
        assert list(access.visible_nominations(member)) == [nomination]
        assert access.can_withdraw_nomination(member, nomination)


def test_nobody_nominates_without_the_duty_or_after_it_is_over(cohort, alice, erin, jordan, erin_for_alice):
    erin_for_alice.duties = [Delegation.Duty.APPROVE]
    erin_for_alice.save()
    assert not access.nominatable_people(erin, alice.person).exists()
    with pytest.raises(PermissionDenied):
        draft_nomination(cohort, jordan.person, by=erin, in_name_of=alice.person, **TEXT)


def test_nobody_nominates_themselves_in_somebodys_name(cohort, dana, jordan, alice):
    DelegationFactory(principal=alice.person, delegate=jordan.person, duties=[Delegation.Duty.NOMINATE])
    assert jordan.person not in access.nominatable_people(jordan, alice.person)
    with pytest.raises(ValidationError, match="Nobody nominates themselves"):
        draft_nomination(cohort, jordan.person, by=jordan, in_name_of=alice.person, **TEXT)


def test_a_delegate_reads_no_nomination_of_themselves(cohort, alice, jordan, casey, nomination):
    DelegationFactory(principal=alice.person, delegate=jordan.person, duties=[Delegation.Duty.NOMINATE])
    other = draft_nomination(cohort, casey.person, by=alice, **TEXT)
    assert list(access.visible_nominations(jordan)) == [other]


def test_who_wrote_it_does_not_approve_it(cohort, alice, erin, jordan, dana, erin_for_alice):
    chain_steps(cohort, {"kind": "person", "person": erin.person}, {"kind": "leader", "level": 1})
    nomination = draft_nomination(cohort, jordan.person, by=erin, in_name_of=alice.person, **TEXT)
    approval = submit_nomination(nomination, by=erin)
    assert approval.approver == dana.person
    DelegationFactory(principal=dana.person, delegate=erin.person)
    assert not approvals_for(erin).exists()
    with pytest.raises(PermissionDenied):
        decide_nomination(nomination, decision="approve", by=erin)


def test_the_list_shows_whose_line_it_is(sign_in, cohort, alice, erin, jordan, casey, erin_for_alice):
    client = sign_in(erin)
    address = f"/o/acme/selection/cohorts/{cohort.pk}/nominate/"
    assert client.get(address).url == f"{address}?for={alice.person.pk}"
    page = client.get(f"{address}?for={alice.person.pk}").content.decode()
    assert "For Alice Manager until" in page
    assert "Jordan Lee" in page
    form = client.get(f"{address}{jordan.person.pk}/?for={alice.person.pk}").content.decode()
    assert "You nominate for Alice Manager" in form
    made = client.post(
        f"{address}{jordan.person.pk}/?for={alice.person.pk}", {**TEXT, "action": "submit"}, follow=True
    )
    assert "Written by Erin Assessor for Alice Manager" in made.content.decode()
    assert client.get(f"{address}?for={jordan.person.pk}").status_code == 404


def test_over_the_api_in_a_leaders_name(sign_in, cohort, alice, erin, jordan, erin_for_alice, casey):
    client = sign_in(erin)
    query = f"cohort={cohort.pk}&in_name_of={alice.person.pk}"
    listed = client.get(f"{API}/nominees/?{query}").json()["results"]
    assert {one["name"] for one in listed} == {"Jordan Lee", "Casey Colleague"}
    body = {"cohort": cohort.pk, "person": jordan.person.pk, "in_name_of": alice.person.pk, **TEXT}
    made = post(client, "nominations", **body)
    assert (made.status_code, made.json()["who"]) == (201, "Erin Assessor for Alice Manager")
    assert post(client, "nominations", **{**body, "in_name_of": casey.person.pk}).status_code == 404


# --- changing one that waits --------------------------------------------------------------------------


def test_a_change_makes_the_approvals_begin_anew_and_keeps_what_was(cohort, alice, dana, jordan, ld_admin):
    chain_steps(cohort, {"kind": "leader", "level": 1}, {"kind": "role", "role": "ld_admin"})
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    submit_nomination(nomination, by=alice)
    decide_nomination(nomination, decision="approve", by=dana)
    assert [one.who for one in approvals_at_stake(nomination)] == ["Dana Director"]
    approval = revise_nomination(nomination, by=alice, rationale="Better words.")
    assert (approval.round, approval.approver) == (2, dana.person)
    assert list(nomination.approvals.order_by("round", "position").values_list("round", "state")) == [
        (1, "approved"),
        (1, "dropped"),
        (2, "asked"),
        (2, "planned"),
    ]
    said = [one.content["Why this person, why now"] for one in nomination.versions.order_by("number")]
    assert said == [TEXT["rationale"], "Better words."]
    assert sorted(told("nomination_revised")) == ["Dana Director", "Lena Admin"]
    steps = [step.what for step in steps_of(nomination)]
    assert "changed it, and the approvals begin anew" in steps
    decide_nomination(nomination, decision="approve", by=dana)
    decide_nomination(nomination, decision="approve", by=ld_admin)
    nomination.refresh_from_db()
    assert nomination.state == State.APPROVED


def test_who_decides_on_what_was_there_before_reads_that_it_changed(nomination, alice, dana):
    seen = nomination.approvals.get(state=Approval.State.ASKED)
    revise_nomination(nomination, by=alice, rationale="Better words.")
    with pytest.raises(ValidationError, match="changed this nomination meanwhile"):
        decide_nomination(nomination, decision="approve", by=dana, step=seen.pk)


def test_a_change_needs_a_difference_and_everything_that_is_asked(nomination, alice):
    with pytest.raises(ValidationError, match="Nothing differs"):
        revise_nomination(nomination, by=alice, rationale=TEXT["rationale"])
    with pytest.raises(ValidationError, match="Say why"):
        revise_nomination(nomination, by=alice, rationale=" ")
    nomination.refresh_from_db()
    assert (nomination.rationale, nomination.approvals.count()) == (TEXT["rationale"], 1)


def test_what_is_decided_stays(nomination, alice, dana):
    decide_nomination(nomination, decision="approve", by=dana)
    with pytest.raises(ValidationError, match="decided"):
        revise_nomination(nomination, by=alice, rationale="Better words.")


def test_only_who_has_it_in_hand_changes_it(nomination, dana, erin, jordan):
    for member in (dana, erin, jordan):
        with pytest.raises(PermissionDenied):
            revise_nomination(nomination, by=member, rationale="Mine.")


def test_the_page_says_beforehand_what_follows(sign_in, cohort, alice, dana, jordan):
    chain_steps(cohort, {"kind": "leader", "level": 1}, {"kind": "role", "role": "ld_admin"})
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    submit_nomination(nomination, by=alice)
    decide_nomination(nomination, decision="approve", by=dana)
    client, address = sign_in(alice), f"/o/acme/selection/nominations/{nomination.pk}/edit/"
    page = client.get(address).content.decode()
    assert "Dana Director approved on" in page
    assert "this no longer counts" in page
    assert "data-autosave" not in page.partition("<form class")[2].partition("</form>")[0]
    after = client.post(address, {**TEXT, "rationale": "Better words."}, follow=True).content.decode()
    assert "Version 1" in after
    assert TEXT["rationale"] in after


def test_over_the_api_a_change_and_its_versions(sign_in, nomination, alice):
    client = sign_in(alice)
    answer = post(client, f"nominations/{nomination.pk}/revise", rationale="Better words.")
    assert (answer.status_code, answer.json()["rationale"]) == (200, "Better words.")
    versions = client.get(f"{API}/nominations/{nomination.pk}/versions/").json()
    assert [one["number"] for one in versions] == [1, 2]
    assert patch(client, f"nominations/{nomination.pk}", rationale="x").status_code == 400


# --- when the window closes meanwhile -----------------------------------------------------------------


def test_a_form_that_is_open_when_the_window_closes_keeps_the_draft(sign_in, cohort, alice, jordan):
    client, address = sign_in(alice), f"/o/acme/selection/cohorts/{cohort.pk}/nominate/{jordan.person.pk}/"
    assert client.get(address).status_code == 200
    type(cohort).objects.update(nominations_close_on=cohort.nominations_open_on)
    page = client.post(address, {**TEXT, "action": "submit"}, follow=True).content.decode()
    assert f"Nominations for {cohort} closed on" in page
    assert "What you wrote is kept as a draft" in page
    draft = Nomination.objects.get()
    assert (draft.state, draft.rationale) == (State.DRAFT, TEXT["rationale"])
    saved = client.post(
        f"/o/acme/selection/nominations/{draft.pk}/edit/",
        {**TEXT, "rationale": "Even better."},
        headers={"accept": "application/json"},
    )
    assert saved.json()["saved"]
    assert "closed on" in saved.json()["why"]
    draft.refresh_from_db()
    assert draft.rationale == "Even better."
    assert client.get(address).status_code == 302  # to the draft


def test_the_first_words_are_a_draft_and_more_of_them_the_same(sign_in, cohort, alice, jordan):
    client, asks = sign_in(alice), {"headers": {"Accept": "application/json"}}
    address = reverse("selection:nomination_create", args=["acme", cohort.pk, jordan.person.pk])
    assert f'data-autosave="{address}"' in client.get(address).content.decode()
    for words in ("Runs", "Runs our most complex account."):
        assert client.post(address, {"rationale": words}, **asks).json() == {"saved": True}
    assert Nomination.objects.get().rationale == "Runs our most complex account."
    assert client.get(address).status_code == 302


def test_the_form_says_whom_a_number_stands_for(sign_in, cohort, alice, jordan, erin):
    store_terms(SelectionPlan.objects.get(cohort=cohort), Terms(references=1))
    number = erin.person.employee_number
    nomination = draft_nomination(
        cohort, jordan.person, by=alice, references=[{"name": number, "about": ""}], **TEXT
    )
    page = sign_in(alice).get(reverse("selection:nomination_edit", args=["acme", nomination.pk]))
    assert "Erin Assessor, Territory Manager." in page.content.decode()
