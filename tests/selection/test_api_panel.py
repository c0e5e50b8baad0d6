"""The panel and who scores whom over the API: the pages' verbs, and nothing of what is scored."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.access import NOT_THE_PANEL
from selection.models import Assessor, Candidate, Nomination, Scoresheet
from selection.runs import work_on
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    eligible_person,
    score,
)
from tests.selection.test_api_running import API, refused, send


@pytest.fixture
def lou(login):
    """L&D who assesses too."""
    return login(PersonFactory(first_name="Lou", last_name="Both"), "ld_admin")


# --- the panel ---------------------------------------------------------------------------------------


def test_a_panel_is_put_together_and_read(sign_in, ld_admin, cohort, erin):
    client, path = sign_in(ld_admin), f"selections/{cohort.pk}/assessors"
    added = send(client, "post", path, person=erin.person.pk)
    assert added.status_code == 201
    expected = {"cohort": cohort.pk, "person": erin.person.pk, "person_name": "Erin Assessor"}
    expected |= {"trained_on": None, "trained_for": [], "most": None}
    expected |= {"id": Assessor.objects.get().pk, "sheets": 0, "submitted": 0, "is_candidate": False}
    assert added.json() == expected
    assert client.get(f"{API}/{path}/").json() == [expected]
    again = send(client, "post", path, person=erin.person.pk)
    assert refused(again, non_field_errors="Erin Assessor is on the panel already.")


def test_who_cannot_be_on_the_panel(sign_in, ld_admin, cohort, jordan, globex):
    CandidateFactory(cohort=cohort, person=jordan.person)
    with organization_context(globex):
        theirs = PersonFactory()
    client, path = sign_in(ld_admin), f"selections/{cohort.pk}/assessors"
    answer = send(client, "post", path, person=jordan.person.pk)
    assert refused(answer, non_field_errors="Jordan Lee is a candidate of this cohort and cannot assess it.")
    assert refused(send(client, "post", path), person="This field is required.")
    assert send(client, "post", path, person=theirs.pk).status_code == 404
    assert not Assessor.objects.exists()


def test_somebody_without_candidates_is_taken_off(sign_in, ld_admin, cohort):
    free, busy = AssessorFactory(cohort=cohort), AssessorFactory(cohort=cohort)
    ScoresheetFactory(candidate__cohort=cohort, assessor=busy)
    client = sign_in(ld_admin)
    sentence = f"{busy.person} has candidates to score. Take those away first."
    assert refused(send(client, "delete", f"assessors/{busy.pk}"), non_field_errors=sentence)
    assert send(client, "delete", f"assessors/{free.pk}").status_code == 204
    assert list(Assessor.objects.all()) == [busy]


# --- who scores whom ---------------------------------------------------------------------------------


def test_candidates_are_spread_evenly(sign_in, ld_admin, cohort):
    candidates = [CandidateFactory(cohort=cohort) for _ in range(2)]
    AssessorFactory(cohort=cohort)
    client, path = sign_in(ld_admin), f"selections/{cohort.pk}/assign-evenly"

    def worked_out():
        run = send(client, "post", path)
        assert run.status_code == 202
        work_on(cohort.organization_id, run.json()["id"])
        return client.get(f"{API}/assessment-runs/{run.json()['id']}/").json()["said"]

    assert worked_out() == "Put at least 2 people on the panel first."
    AssessorFactory(cohort=cohort)
    assert worked_out() == "4 score sheets are handed out."
    assert worked_out() == "Everybody has their assessors already; nothing is better otherwise."
    read = client.get(f"{API}/selections/{cohort.pk}/assignments/").json()
    assert sorted(each["candidate"] for each in read["results"]) == sorted(
        2 * [each.pk for each in candidates]
    )


def test_one_candidate_is_given_to_one_assessor_and_taken_away(sign_in, ld_admin, cohort, erin, jordan):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    assessor = AssessorFactory(cohort=cohort, person=erin.person)
    client, path = sign_in(ld_admin), f"candidates/{candidate.pk}/assessors"
    given = send(client, "post", path, assessor=assessor.pk)
    assert given.status_code == 201
    shown = given.json()
    assert (shown["candidate_name"], shown["assessor_name"], shown["state"], shown["why"]) == (
        "Jordan Lee",
        "Erin Assessor",
        "open",
        "Chosen by L&D.",
    )
    assert client.get(f"{API}/{path}/").json() == [shown]
    again = send(client, "post", path, assessor=assessor.pk)
    assert refused(again, non_field_errors="Erin Assessor scores Jordan Lee already.")
    assert send(client, "delete", f"scoresheets/{shown['id']}").status_code == 204
    assert client.get(f"{API}/{path}/").json() == []


def test_conflicts_of_interest_and_other_panels_are_refused(sign_in, ld_admin, cohort, alice, jordan):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(candidate=candidate, nominator=alice.person, state=Nomination.State.APPROVED)
    client, path = sign_in(ld_admin), f"candidates/{candidate.pk}/assessors"
    above = AssessorFactory(cohort=cohort, person=alice.person)
    sentence = "Alice Manager nominated Jordan Lee and cannot score them."
    assert refused(send(client, "post", path, assessor=above.pk), non_field_errors=sentence)
    assert send(client, "post", path, assessor=AssessorFactory().pk).status_code == 404
    assert refused(send(client, "post", path, assessor="Erin"), assessor="A valid integer is required.")
    assert not Scoresheet.objects.exists()


def test_a_sheet_that_was_handed_in_stays(sign_in, ld_admin, cohort):
    sheet = score(ScoresheetFactory(candidate__cohort=cohort))
    answer = send(sign_in(ld_admin), "delete", f"scoresheets/{sheet.pk}")
    assert refused(answer, non_field_errors="This score sheet was submitted. It stays as it is.")
    assert Scoresheet.objects.exists()


# --- for whom ----------------------------------------------------------------------------------------


@pytest.fixture
def scored(cohort, alice, jordan, erin):
    """Alice nominated Jordan, and Erin is to score; somebody else is free on the panel."""
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(candidate=candidate, nominator=alice.person, state=Nomination.State.APPROVED)
    sheet = ScoresheetFactory(
        candidate=candidate, assessor=AssessorFactory(cohort=cohort, person=erin.person)
    )
    AssessorFactory(cohort=cohort)
    return sheet


def asked_for(sheet):
    """Every address of the panel with a body that would do."""
    cohort, free = sheet.candidate.cohort_id, Assessor.objects.exclude(pk=sheet.assessor_id).get()
    return [
        ("get", f"selections/{cohort}/assessors", {}),
        ("get", f"selections/{cohort}/assignments", {}),
        ("get", f"candidates/{sheet.candidate_id}/assessors", {}),
        ("post", f"selections/{cohort}/assessors", {"person": PersonFactory().pk}),
        ("post", f"selections/{cohort}/assign-evenly", {}),
        ("post", f"candidates/{sheet.candidate_id}/assessors", {"assessor": free.pk}),
        ("delete", f"assessors/{free.pk}", {}),
        ("delete", f"scoresheets/{sheet.pk}", {}),
    ]


def test_hr_follows_a_selection_but_names_no_assessors(sign_in, hr_analyst, scored):
    client = sign_in(hr_analyst)
    answers = [send(client, method, path, **body) for method, path, body in asked_for(scored)]
    assert {(one.status_code, one.json()["detail"]) for one in answers} == {(403, NOT_THE_PANEL)}
    assert (Assessor.objects.count(), Scoresheet.objects.count()) == (2, 1)


@pytest.mark.parametrize("who", ["alice", "erin", "jordan", "casey", "owner", "sponsor", "stranger", "ada"])
def test_for_everybody_else_there_is_no_panel(request, sign_in, scored, ada, who):
    """Ada is L&D, and a candidate of this cohort."""
    CandidateFactory(cohort=scored.candidate.cohort, person=ada.person)
    client = sign_in(request.getfixturevalue(who))
    answers = {send(client, method, path, **body).status_code for method, path, body in asked_for(scored)}
    assert answers == {404}
    assert (Assessor.objects.count(), Scoresheet.objects.count()) == (2, 1)


def test_ld_who_still_score_somebody_read_who_scores_and_nothing_of_the_scores(sign_in, lou, cohort):
    candidate = assessed_candidate(cohort, [AssessorFactory(cohort=cohort)], value=5)
    theirs = candidate.scoresheets.get()
    ScoresheetFactory(candidate=candidate, assessor=AssessorFactory(cohort=cohort, person=lou.person))
    client = sign_in(lou)
    assert client.get(f"{API}/scoresheets/{theirs.pk}/").status_code == 404
    shown = client.get(f"{API}/selections/{cohort.pk}/assignments/").json()["results"]
    assert [each["state"] for each in shown] == ["submitted", "open"]
    assert not {"marks", "score", "saved_at"} & set(shown[0])
    own = client.get(f"{API}/candidates/{candidate.pk}/assessors/").json()
    assert [each["id"] for each in own] == [each["id"] for each in shown]


def test_somebody_in_the_running_is_marked_on_the_panel(sign_in, ld_admin, cohort, erin):
    AssessorFactory(cohort=cohort, person=erin.person)
    CandidateFactory(cohort=cohort, person=erin.person, state=Candidate.State.PROPOSED)
    (shown,) = sign_in(ld_admin).get(f"{API}/selections/{cohort.pk}/assessors/").json()
    assert shown["is_candidate"]


def test_lists_cost_the_same_with_1_and_30_rows(sign_in, ld_admin, cohort):
    def another():
        candidate = CandidateFactory(cohort=cohort, person=eligible_person())
        ScoresheetFactory(candidate=candidate, assessor=AssessorFactory(cohort=cohort))
        return candidate

    first = another()
    paths = [
        "selections/",
        f"selections/{cohort.pk}/assessors/",
        f"selections/{cohort.pk}/assignments/?page_size=100",
        f"candidates/{first.pk}/assessors/",
    ]

    def cost():
        client, found = sign_in(ld_admin), []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{API}/{path}").status_code == 200
            found.append(len(queries))
        return found

    cost()
    before = cost()
    for _ in range(29):
        another()
    assert cost() == before


def test_who_scores_is_named_until_the_slate(sign_in, ld_admin, scored):
    Cohort.objects.filter(pk=scored.candidate.cohort_id).update(state=Cohort.State.SELECTING)
    client = sign_in(ld_admin)
    for method, path, body in asked_for(scored)[3:7]:
        answer = send(client, method, path, **body)
        assert refused(answer, non_field_errors="The assessment of this cohort is over.")
