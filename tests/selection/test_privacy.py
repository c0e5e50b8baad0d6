"""Whoever is in a selection learns nothing of it, and whoever scores does not know what others wrote."""

import pytest
from django.urls import reverse

from amdp.notifications.models import Notification
from cohorts.models import Cohort
from selection import access
from selection.models import Candidate, Nomination
from selection.queries import unmet_for_move
from selection.queries.candidates import file_of
from selection.queries.conflicts import conflict
from selection.queries.home import approvals_for
from selection.services import accept_ranking, draw_slate, release_slate, submit_nomination
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    eligible_person,
    in_state,
    score,
    signed,
)
from tests.selection.test_slate import assessed_cohort, by_name

API = "/api/v1/o/acme"


@pytest.fixture
def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


def under(leader, person):
    person.manager, person.line = leader, f"{leader.line}{person.pk}/"
    person.save()


# --- an L&D admin who is a candidate -----------------------------------------------------------------


def test_an_admin_in_the_selection_reads_no_sheet_and_no_nomination_of_rivals(sign_in, ada, assessing):
    rival = assessed_candidate(assessing, [AssessorFactory(cohort=assessing)])
    sheet, nomination = rival.scoresheets.get(), rival.nominations.get()
    assert access.visible_scoresheets(ada).exists()
    assert access.visible_nominations(ada).exists()
    CandidateFactory(cohort=assessing, person=ada.person)
    client = sign_in(ada)
    for address, pk in (("scoresheet_edit", sheet.pk), ("nomination_detail", nomination.pk)):
        assert client.get(reverse(f"selection:{address}", args=["acme", pk])).status_code == 404
    for address in (f"scoresheets/{sheet.pk}", f"nominations/{nomination.pk}", f"candidates/{rival.pk}"):
        assert client.get(f"{API}/{address}/").status_code == 404


def test_an_admin_is_not_asked_to_approve_in_a_selection_they_are_in(sign_in, ada, ld_admin, login, cohort):
    """Nobody stands above Tom, so L&D decides on his nominations."""
    tom = login(PersonFactory(first_name="Tom"))
    for person in (ada.person, eligible_person(first_name="Rival")):
        under(tom.person, person)
        nomination = NominationFactory(
            candidate=CandidateFactory(cohort=cohort, person=person, state=Candidate.State.DRAFTED),
            nominator=tom.person,
        )
        submit_nomination(nomination, by=tom)
    told = Notification.objects.filter(kind__startswith="selection.approval")
    assert {each.membership for each in told} == {ld_admin}
    assert list(approvals_for(ada)) == []
    assert approvals_for(ld_admin).count() == 2
    assert (
        sign_in(ada).get(reverse("selection:nomination_decide", args=["acme", nomination.pk])).status_code
        == 404
    )
    assert not access.can_decide_nomination(ada, nomination)


def test_what_a_stage_waits_for_names_nobody(ada, assessing):
    """It stands on the cohort's page, which every L&D admin reads."""
    CandidateFactory(cohort=assessing, person=ada.person)
    assert "Ada" not in " ".join(unmet_for_move(assessing, "selecting"))


# --- scoring without knowing what others wrote -------------------------------------------------------


@pytest.mark.parametrize("role", ["ld_admin", "hr_analyst"])
def test_who_still_scores_a_candidate_reads_nothing_of_the_others(sign_in, login, assessing, role):
    lou = login(PersonFactory(first_name="Lou"), role)
    candidate = assessed_candidate(assessing, [AssessorFactory(cohort=assessing)], value=5)
    theirs = candidate.scoresheets.get()
    own = ScoresheetFactory(
        candidate=candidate, assessor=AssessorFactory(cohort=assessing, person=lou.person)
    )
    client = sign_in(lou)
    assert client.get(reverse("selection:scoresheet_edit", args=["acme", theirs.pk])).status_code == 404
    assert client.get(f"{API}/scoresheets/{theirs.pk}/").status_code == 404
    assert file_of(candidate, lou).assessment is None
    score(own, 2)
    assert file_of(candidate, lou).assessment.assessors == 2
    assert (theirs in access.visible_scoresheets(lou)) == (role == "ld_admin")


def test_who_is_a_candidate_does_not_score_rivals(sign_in, ld_admin, assessing, erin):
    panel = AssessorFactory(cohort=assessing, person=erin.person)
    rival = CandidateFactory(cohort=assessing)
    assert conflict(erin.person, rival) == ""
    CandidateFactory(cohort=assessing, person=erin.person)
    assert (
        conflict(erin.person, rival) == "Erin Assessor is a candidate of this cohort and cannot score others."
    )
    in_state(assessing, Cohort.State.NOMINATING)
    assert unmet_for_move(assessing, "assessing") == [
        "1 person on the panel is a candidate of this cohort. Take this person off the panel."
    ]
    page = sign_in(ld_admin).get(reverse("selection:assessor_list", args=["acme", assessing.pk]))
    assert "Candidate of this cohort, cannot score" in page.content.decode()
    panel.delete()
    assert unmet_for_move(assessing, "assessing") == []


# --- leaders -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [Nomination.State.DRAFT, Nomination.State.WITHDRAWN])
def test_a_draft_or_a_withdrawn_nomination_opens_nobodys_file(cohort, alice, jordan, state):
    """Dana nominated Jordan; Alice learns of it when she hands in her own."""
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(candidate=candidate, state=Nomination.State.APPROVED)
    own = NominationFactory(candidate=candidate, nominator=alice.person, state=state)
    assert not access.visible_candidates(alice).exists()
    Nomination.objects.filter(pk=own.pk).update(state=Nomination.State.SUBMITTED)
    assert list(access.visible_candidates(alice)) == [candidate]


def test_leaders_do_not_read_over_the_api_how_far_the_assessment_is(
    sign_in, ld_admin, assessing, alice, jordan
):
    candidate = CandidateFactory(cohort=assessing, person=jordan.person)
    NominationFactory(candidate=candidate, nominator=alice.person, state=Nomination.State.APPROVED)
    ScoresheetFactory(candidate=candidate)
    shown = sign_in(alice).get(f"{API}/candidates/{candidate.pk}/").json()
    assert not {"sheets", "submitted"} & set(shown)
    assert sign_in(ld_admin).get(f"{API}/candidates/{candidate.pk}/").json()["sheets"] == 1


def test_leaders_read_no_reason_of_ld_over_the_api(sign_in, login, acme, ld_admin):
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    ana = by_name(slate)["Ana"]
    leader = login(PersonFactory(first_name="Lea"))
    under(leader.person, ana.candidate.person)
    release_slate(signed(slate), by=ld_admin)
    shown = sign_in(leader).get(f"{API}/decisions/{ana.pk}/").json()
    assert (shown["outcome"], shown["rank"]) == ("selected", 1)
    assert not {"reason", "remark", "decided_at"} & set(shown)
