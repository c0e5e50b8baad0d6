"""What a stage that is over no longer lets happen, also when it ends at the same moment."""

import datetime
import threading
import time

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse

from amdp.identity.models import Membership
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection import access
from selection.models import Approval, Candidate, Nomination, Scoresheet
from selection.notices import APPROVAL_DUE, APPROVAL_LATE
from selection.queries import unmet_for_move
from selection.queries.home import approvals_for
from selection.queries.slate import decisions_on
from selection.queries.slate_rows import rows_of
from selection.queries.tasks import waiting_for
from selection.services import (
    accept_ranking,
    assign_assessor,
    decide,
    decide_nomination,
    draw_slate,
    release_slate,
    submit_nomination,
    withdraw_candidate,
)
from selection.services.chain import due_for
from selection.services.panel import due_for as due_for_assessor
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    eligible_person,
    in_state,
    nominating_cohort,
    signed,
)
from tests.selection.test_slate import assessed_cohort, by_name


def url(name, pk):
    return reverse(f"selection:{name}", args=["acme", pk])


# --- nominations are closed --------------------------------------------------------------------------


@pytest.fixture
def returned(cohort, alice, jordan):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person, state=Candidate.State.RETURNED)
    return NominationFactory(candidate=candidate, nominator=alice.person, state=Nomination.State.RETURNED)


def test_a_question_is_answered_until_nominations_are_closed_and_not_after(sign_in, alice, cohort, returned):
    """The window may be over by then; the stage may not."""
    long_ago = datetime.date(2020, 1, 1)
    Cohort.objects.update(nominations_open_on=long_ago, nominations_close_on=long_ago)
    client = sign_in(alice)
    assert client.get(url("nomination_edit", returned.pk)).status_code == 200
    in_state(cohort, Cohort.State.ASSESSING)
    assert client.get(url("nomination_edit", returned.pk)).status_code == 302
    returned.refresh_from_db()
    assert not access.can_edit_nomination(alice, Nomination.objects.get(pk=returned.pk))
    assert (
        "Answer and hand in again" not in client.get(url("nomination_detail", returned.pk)).content.decode()
    )


def test_withdrawing_says_only_what_is_so(sign_in, alice, cohort, returned):
    client = sign_in(alice)
    before = client.get(url("nomination_withdraw", returned.pk)).content.decode()
    assert "You may nominate Jordan anew until" in before
    assert "nothing needs deciding" not in before  # nobody is asked while the question waits
    in_state(cohort, Cohort.State.ASSESSING)
    after = client.get(url("nomination_withdraw", returned.pk)).content.decode()
    assert "Nominations are closed, so Jordan cannot be nominated anew." in after


@pytest.mark.django_db(transaction=True)
def test_who_hands_in_while_nominations_are_being_closed_is_refused():
    organization = OrganizationFactory(slug="acme-closing")
    with organization_context(organization):
        boss = PersonFactory()
        member = MembershipFactory(organization=organization)
        boss.membership = member
        boss.save()
        cohort = nominating_cohort()
        person = eligible_person(manager=boss)
        nomination = NominationFactory(
            candidate=CandidateFactory(cohort=cohort, person=person, state=Candidate.State.DRAFTED),
            nominator=boss,
        )
    said = []

    def hand_in():
        try:
            with organization_context(organization):
                submit_nomination(nomination, by=member)
        except ValidationError as refused:
            said.append(refused.messages[0])
        finally:
            connection.close()

    other = threading.Thread(target=hand_in)
    with organization_context(organization), transaction.atomic():
        Cohort.objects.select_for_update().get(pk=cohort.pk)
        in_state(cohort, Cohort.State.ASSESSING)
        other.start()
        time.sleep(1)
        assert said == []  # waits for what happens to the stage
    other.join(30)
    assert said == [f"{cohort} does not take nominations at this stage."]
    with organization_context(organization):
        assert not Approval.objects.exists()


# --- somebody is taken out ---------------------------------------------------------------------------


def test_assessors_are_not_reminded_of_somebody_taken_out(ld_admin, cohort):
    candidate = CandidateFactory(cohort=cohort)
    assign_assessor(candidate, AssessorFactory(cohort=cohort), by=ld_admin)
    reminders = Notification.objects.filter(kind__in=["selection.scoring_due", "selection.scoring_late"])
    assert reminders.count() == 2
    withdraw_candidate(candidate, why="Moves to Research.", by=ld_admin)
    assert not reminders.exists()


def test_somebody_taken_out_meanwhile_is_given_to_nobody(ld_admin, cohort):
    candidate, assessor = CandidateFactory(cohort=cohort), AssessorFactory(cohort=cohort)
    withdraw_candidate(candidate, why="Moves to Research.", by=ld_admin)
    assert candidate.state == Candidate.State.ADMITTED  # what another browser still shows
    with pytest.raises(ValidationError, match="is not admitted to the assessment"):
        assign_assessor(candidate, assessor, by=ld_admin)


def test_nothing_waits_for_a_decision_on_somebody_who_was_taken_out(cohort, alice, dana, jordan, ld_admin):
    """Alice's nomination is approved; Dana's own of the same person still waits for L&D."""
    candidate = CandidateFactory(cohort=cohort, person=jordan.person, state=Candidate.State.DRAFTED)
    first = NominationFactory(candidate=candidate, nominator=alice.person)
    submit_nomination(first, by=alice)
    decide_nomination(first, decision="approve", by=dana)
    submit_nomination(NominationFactory(candidate=candidate, nominator=dana.person), by=dana)
    CandidateFactory(cohort=cohort)
    reminders = Notification.objects.filter(kind__in=[APPROVAL_DUE, APPROVAL_LATE])
    assert unmet_for_move(cohort, "assessing") == ["1 nomination waits for a decision."]
    assert (approvals_for(ld_admin).count(), reminders.count()) == (1, 2)
    assert waiting_for(Membership.objects.get(pk=dana.pk)) != []
    withdraw_candidate(candidate, why="Moves abroad.", by=ld_admin)
    assert unmet_for_move(cohort, "assessing") == []
    assert (approvals_for(ld_admin).count(), waiting_for(dana), reminders.count()) == (0, [], 0)


def test_only_ld_takes_somebody_out(hr_analyst, alice, cohort):
    candidate = CandidateFactory(cohort=cohort)
    for member in (hr_analyst, alice):
        with pytest.raises(PermissionDenied):
            withdraw_candidate(candidate, why="No.", by=member)


# --- scoring is not open -----------------------------------------------------------------------------


def test_a_sheet_that_cannot_be_scored_says_why_and_that_nothing_was_saved(sign_in, erin, cohort):
    sheet = ScoresheetFactory(
        candidate=CandidateFactory(cohort=cohort), assessor=AssessorFactory(cohort=cohort, person=erin.person)
    )
    client, name = sign_in(erin), sheet.candidate.person.first_name

    def page():
        return client.get(url("scoresheet_edit", sheet.pk)).content.decode()

    assert "Scoring opens when nominations have closed." in page()
    refused = client.post(url("scoresheet_edit", sheet.pk), {"action": "save"}).content.decode()
    assert "Nothing was saved" in refused
    assert "Your draft is saved" not in refused
    in_state(cohort, Cohort.State.ASSESSING)
    assert "nobody sees your ratings" in page()
    Candidate.objects.update(state=Candidate.State.WITHDRAWN)
    assert f"{name} is no longer in this selection. Nothing needs scoring." in page()
    Candidate.objects.update(state=Candidate.State.ADMITTED)
    in_state(cohort, Cohort.State.SELECTING)
    assert "The assessment is over. Scores stay as they are." in page()
    assert Scoresheet.objects.get().saved_at is None


# --- the slate stands --------------------------------------------------------------------------------


def test_only_ld_accepts_the_ranking_whatever_the_form_says(sign_in, ld_admin, hr_analyst, acme):
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    for body in ({}, {"reserve": "1"}):
        assert sign_in(hr_analyst).post(url("slate_accept", slate.cohort_id), body).status_code == 403


def test_a_seat_less_and_somebody_who_left_are_said_before_the_release(sign_in, ld_admin, acme):
    slate = draw_slate(assessed_cohort(seats=2), by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    Cohort.objects.update(seats=1)
    person = by_name(slate)["Ana"].candidate.person
    person.termination_date = datetime.date(2026, 1, 31)
    person.save()
    said = [
        "2 are selected for 1 seat. Move some to the reserve.",
        "Ana does not work here any more. Decide anew.",
    ]
    page = sign_in(ld_admin).get(url("slate_release", slate.cohort_id)).content.decode()
    assert [sentence in page for sentence in said] == [True, True]
    with pytest.raises(ValidationError) as refused:
        release_slate(signed(slate), by=ld_admin)
    assert refused.value.messages == said
    decide(by_name(slate)["Ben"], outcome="reserve", by=ld_admin)  # rank 2 for 1 seat
    with pytest.raises(ValidationError, match="The seat is taken"):
        decide(by_name(slate)["Ben"], outcome="selected", by=ld_admin)


def test_who_has_no_rank_is_not_promised_another_slate(acme, ld_admin):
    cohort = assessed_cohort(values=(5, 4))
    Candidate.objects.get(person__first_name="Ben").person.performance_ratings.all().delete()
    slate = draw_slate(cohort, by=ld_admin)
    rows = {row.name: row for row in rows_of(slate, decisions_on(slate))}
    assert by_name(slate)["Ben"].rank is None
    assert rows["Ben"].change == (
        "Nothing on this slate: it ranks what was scored when it was drawn up. A seat needs another reason."
    )


# --- days --------------------------------------------------------------------------------------------


@time_machine.travel("2026-11-22 20:00:00+00:00", tick=False)
def test_days_to_decide_and_to_score_count_from_today_where_somebody_works(acme):
    """A Sunday evening in London is Monday morning in Auckland."""
    auckland = PersonFactory(time_zone="Pacific/Auckland", market="NZ")
    london = PersonFactory(time_zone="Europe/London", market="GB")
    assert due_for(auckland, london, 5) == datetime.date(2026, 11, 30)
    assert due_for(london, auckland, 5) == due_for(None, london, 5) == datetime.date(2026, 11, 27)
    assert due_for_assessor(auckland) - due_for_assessor(london) == datetime.timedelta(days=3)
