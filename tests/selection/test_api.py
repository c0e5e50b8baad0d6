"""The selection over the API: the same verbs, the same refusals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amdp.audit.models import AuditEntry
from cohorts.models import Behavior, Cohort
from selection.models import Nomination
from selection.services import accept_ranking, draw_slate, release_slate
from tests.factories.selection import (
    ApprovalFactory,
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    in_state,
    signed,
)

API = "/api/v1/o/acme"


def post(client, path, **body):
    return client.post(f"{API}/{path}/", body, content_type="application/json")


def patch(client, path, **body):
    return client.patch(f"{API}/{path}/", body, content_type="application/json")


def names(response):
    return [one["candidate_name"] for one in response.json()["results"]]


@pytest.fixture
def slate(cohort, ld_admin, jordan, alice):
    in_state(cohort, Cohort.State.ASSESSING)
    Cohort.objects.update(seats=1)
    panel = [AssessorFactory(cohort=cohort) for _ in range(2)]
    jordans = assessed_candidate(cohort, panel, value=5, nominator=alice.person)
    type(jordans).objects.filter(pk=jordans.pk).update(person=jordan.person)
    assessed_candidate(cohort, panel, value=2, first_name="Zoe", last_name="Zed")
    slate = draw_slate(cohort, by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    return slate


def test_a_nomination_from_draft_to_approval(sign_in, cohort, alice, dana, jordan):
    client = sign_in(alice)
    draft = post(client, "nominations", cohort=cohort.pk, person=jordan.person.pk, rationale="Why.")
    assert (draft.status_code, draft.json()["state"]) == (201, "draft")
    path = f"nominations/{draft.json()['id']}"
    refused = post(client, f"{path}/submit")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert set(refused.json()["errors"]) == {"evidence", "performance_view", "potential_view"}
    patch(client, path, evidence="Seen.", performance_view=4, potential_view=4)
    assert [each["met"] for each in client.get(f"{API}/{path}/eligibility/").json()] == [True] * 6
    assert post(client, f"{path}/submit").json()["state"] == "submitted"
    assert post(client, f"{path}/approve").status_code == 403
    client = sign_in(dana)
    assert post(client, f"{path}/return").json()["errors"] == {
        "remark": ["Write the question you would like answered."]
    }
    assert post(client, f"{path}/return", remark="Travel?").json()["state"] == "returned"
    assert post(sign_in(alice), f"{path}/submit", answer="Yes.").json()["state"] == "submitted"
    assert post(sign_in(dana), f"{path}/approve").json()["state"] == "approved"
    again = post(sign_in(dana), f"{path}/decline", remark="No.")
    assert "decided by Dana Director already" in again.json()["detail"]


def test_people_outside_the_line_are_not_there(sign_in, cohort, alice, erin, jordan):
    assert post(sign_in(alice), "nominations", cohort=cohort.pk, person=erin.person.pk).status_code == 404
    assert post(sign_in(jordan), "nominations", cohort=cohort.pk, person=jordan.person.pk).status_code == 404


def test_withdrawing_and_declining(sign_in, cohort, alice, dana, jordan, casey):
    words = {"withdraw": {"why": "Moves."}, "decline": {"remark": "No backfill."}}
    for person, verb, member in ((jordan, "withdraw", alice), (casey, "decline", dana)):
        candidate = CandidateFactory(cohort=cohort, person=person.person, state="proposed")
        nomination = NominationFactory(candidate=candidate, nominator=alice.person, state="submitted")
        ApprovalFactory(nomination=nomination, approver=dana.person)
        answer = post(sign_in(member), f"nominations/{nomination.pk}/{verb}", **words[verb])
        assert answer.json()["state"] in ("withdrawn", "declined")
    assert AuditEntry.objects.get(verb="nomination.withdrawn").why == "Moves."


def test_scores_are_the_assessors_alone(sign_in, cohort, jordan, erin, ld_admin, alice):
    in_state(cohort, Cohort.State.ASSESSING)
    sheet = ScoresheetFactory(
        candidate=CandidateFactory(cohort=cohort, person=jordan.person),
        assessor=AssessorFactory(cohort=cohort, person=erin.person),
    )
    path = f"scoresheets/{sheet.pk}"
    pks = list(Behavior.objects.filter(competency__program=cohort.program).values_list("pk", flat=True))
    marks = [{"behavior": pk, "score": 4, "observation": "Asked first."} for pk in pks]
    kept = patch(sign_in(erin), path, marks=marks)
    assert len(kept.json()["marks"]) == len(pks)
    for member in (ld_admin, alice, jordan):
        assert sign_in(member).get(f"{API}/{path}/").status_code == 404
    assert post(sign_in(erin), f"{path}/submit").json()["state"] == "submitted"
    assert (
        sign_in(ld_admin).get(f"{API}/{path}/").json()["marks"]
        == sign_in(erin).get(f"{API}/{path}/").json()["marks"]
    )
    assert patch(sign_in(erin), path, marks=marks).status_code == 400


def test_the_slate_is_decided_and_released(
    sign_in, slate, ld_admin, hr_analyst, jordan, alice, casey, sponsor
):
    client = sign_in(hr_analyst)
    assert names(client.get(f"{API}/decisions/")) == ["Jordan Lee", "Zoe Zed"]
    first = client.get(f"{API}/decisions/").json()["results"][0]["id"]
    assert post(client, f"decisions/{first}/decide", outcome="reserve").status_code == 403
    assert post(client, f"slates/{slate.pk}/release").status_code == 403
    for member in (jordan, alice, casey, sponsor):
        assert names(sign_in(member).get(f"{API}/decisions/")) == []
        assert post(sign_in(member), f"slates/{slate.pk}/release").status_code == 404
    client = sign_in(ld_admin)
    refused = post(client, f"decisions/{first}/decide", outcome="reserve")
    assert "needs another reason" in refused.json()["detail"]
    assert "Ask HR" in post(client, f"slates/{slate.pk}/release").json()["detail"]
    signed(slate)
    assert post(client, f"slates/{slate.pk}/release").json()["state"] == "released"
    assert "already" in post(client, f"slates/{slate.pk}/release").json()["detail"]
    seen = {
        member: names(sign_in(member).get(f"{API}/decisions/")) for member in (jordan, alice, casey, sponsor)
    }
    assert seen == {jordan: ["Jordan Lee"], alice: ["Jordan Lee"], casey: [], sponsor: ["Jordan Lee"]}
    own = sign_in(jordan).get(f"{API}/decisions/").json()["results"][0]
    assert set(own) == {"id", "slate", "candidate", "candidate_name", "outcome", "reserve_order"}
    assert "composite" in sign_in(alice).get(f"{API}/decisions/").json()["results"][0]


def test_lists_cost_the_same_with_1_and_30_rows(sign_in, cohort, ld_admin, alice, dana):
    in_state(cohort, Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort), AssessorFactory(cohort=cohort)]
    paths = ["nominations", "candidates", "scoresheets"]

    def cost():
        client, found = sign_in(ld_admin), []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"{API}/{path}/?page_size=100").status_code == 200
            found.append(len(queries))
        return found

    assessed_candidate(cohort, panel)
    sign_in(ld_admin).get(f"{API}/candidates/")
    first = cost()
    for _ in range(29):
        assessed_candidate(cohort, panel)
    assert cost() == first


def test_a_released_nomination_is_the_nominees_too(sign_in, slate, ld_admin, jordan):
    assert sign_in(jordan).get(f"{API}/nominations/").json()["results"] == []
    release_slate(signed(slate), by=ld_admin)
    (own,) = sign_in(jordan).get(f"{API}/nominations/").json()["results"]
    assert (own["person"], own["state"]) == (jordan.person.pk, Nomination.State.APPROVED)
