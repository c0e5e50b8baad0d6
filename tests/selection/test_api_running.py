"""Running a selection over the API: criteria and rules, reminders, taking somebody out, the slate."""

import pytest

from amdp.notifications.models import Notification
from cohorts.models import Cohort
from selection.access import NOT_TAKEN_OUT
from selection.models import Candidate, Decision, Nomination, Slate
from selection.queries.plan import plan_of
from tests.factories.cohorts import CompetencyFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    assessed_candidate,
    in_state,
)
from tests.selection.test_unanswered import returned

API = "/api/v1/o/acme"


def send(client, method, path, **body):
    return getattr(client, method)(f"{API}/{path}/", body, content_type="application/json")


def refused(response, **errors):
    """Whether it is a problem that says these sentences by field, and nothing was found to be done."""
    told = response.json()
    return (response.status_code, response["Content-Type"], told["errors"]) == (
        400,
        "application/problem+json",
        {name: [sentence] for name, sentence in errors.items()},
    )


# --- reminders ---------------------------------------------------------------------------------------


def test_nominators_are_reminded_once_a_day(
    sign_in, ld_admin, hr_analyst, stranger, cohort, alice, dana, jordan
):
    returned(cohort, alice, dana, jordan.person)
    before, path = Notification.objects.count(), f"selections/{cohort.pk}/remind-nominators"
    answer = send(sign_in(hr_analyst), "post", path)
    assert (answer.status_code, answer.json()["detail"]) == (403, "L&D reminds nominators.")
    for member in (alice, dana, jordan, stranger):
        assert send(sign_in(member), "post", path).status_code == 404
    assert Notification.objects.count() == before
    client = sign_in(ld_admin)
    assert [send(client, "post", path).json() for _ in range(2)] == [{"reminded": 1}, {"reminded": 0}]
    in_state(cohort, Cohort.State.ASSESSING)
    assert refused(
        send(client, "post", path),
        non_field_errors="Nominations are closed, so questions can no longer be answered.",
    )


# --- taking somebody out -----------------------------------------------------------------------------


def test_somebody_is_taken_out_with_the_reason(sign_in, ld_admin, cohort):
    candidate = CandidateFactory(cohort=cohort)
    client, path = sign_in(ld_admin), f"candidates/{candidate.pk}/withdraw"
    assert refused(send(client, "post", path), why="Say why. The reason is kept in the file.")
    assert send(client, "post", path, why="x" * 1201).json()["errors"].keys() == {"why"}
    candidate.refresh_from_db()
    assert candidate.state == Candidate.State.ADMITTED
    answer = send(client, "post", path, why="Moves to Lyon.")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    candidate.refresh_from_db()
    assert candidate.withdrawn_why == "Moves to Lyon."
    again = send(client, "post", path, why="Moves to Lyon.")
    assert refused(again, non_field_errors=f"{candidate.person} is not among the candidates being assessed.")


def test_who_takes_candidates_out(sign_in, hr_analyst, ada, stranger, cohort, alice, jordan, casey):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(candidate=candidate, nominator=alice.person, state=Nomination.State.APPROVED)
    path = f"candidates/{candidate.pk}/withdraw"
    for member in (hr_analyst, alice):
        answer = send(sign_in(member), "post", path, why="No.")
        assert (answer.status_code, answer.json()["detail"]) == (403, NOT_TAKEN_OUT)
    CandidateFactory(cohort=cohort, person=ada.person)
    for member in (ada, jordan, casey, stranger):
        assert send(sign_in(member), "post", path, why="No.").status_code == 404
    candidate.refresh_from_db()
    assert candidate.state == Candidate.State.ADMITTED


# --- the slate ---------------------------------------------------------------------------------------


@pytest.fixture
def assessed(cohort):
    in_state(cohort, Cohort.State.ASSESSING)
    assessed_candidate(cohort, [AssessorFactory(cohort=cohort) for _ in range(2)])
    return cohort


def test_the_slate_is_drawn_up_once(sign_in, ld_admin, assessed):
    client = sign_in(ld_admin)
    answer = send(client, "post", "slates", cohort=assessed.pk)
    assert (answer.status_code, answer.json()["cohort"]) == (201, assessed.pk)
    assert Decision.objects.get().slate_id == answer.json()["id"]
    assessed.refresh_from_db()
    assert assessed.state == Cohort.State.SELECTING
    again = send(client, "post", "slates", cohort=assessed.pk)
    assert refused(again, non_field_errors="The slate is drawn up already.")
    assert refused(send(client, "post", "slates"), cohort="This field is required.")


def test_what_is_missing_for_a_slate_is_said(sign_in, ld_admin, assessed):
    CandidateFactory(cohort=assessed)
    answer = send(sign_in(ld_admin), "post", "slates", cohort=assessed.pk)
    assert (answer.status_code, answer.json()["detail"]) == (400, "Give 1 candidate at least 2 assessors.")
    assessed.refresh_from_db()
    assert (Slate.objects.exists(), assessed.state) == (False, Cohort.State.ASSESSING)


def test_who_draws_up_a_slate(sign_in, hr_analyst, ada, stranger, alice, assessed):
    assert send(sign_in(hr_analyst), "post", "slates", cohort=assessed.pk).status_code == 403
    CandidateFactory(cohort=assessed, person=ada.person, state=Candidate.State.DECLINED)
    for member in (ada, alice, stranger):
        assert send(sign_in(member), "post", "slates", cohort=assessed.pk).status_code == 404
    assert not Slate.objects.exists()


# --- an L&D admin who is a candidate -----------------------------------------------------------------


def test_an_admin_in_a_selection_finds_nothing_of_it(sign_in, ada, ld_admin, cohort, alice, dana, jordan):
    CompetencyFactory(program=cohort.program)
    returned(cohort, alice, dana, jordan.person)
    paths = {
        "get": ["", "/assessors", "/assignments"],
        "post": ["/remind-nominators", "/assessors", "/assign-evenly"],
    }

    def answers(member):
        client = sign_in(member)
        return {
            send(client, method, f"selections/{cohort.pk}{end}").status_code
            for method, ends in paths.items()
            for end in ends
        }

    assert 404 not in answers(ada)
    CandidateFactory(cohort=cohort, person=ada.person)
    assert answers(ada) == {404}
    assert sign_in(ada).get(f"{API}/selections/").json()["results"] == []
    plan = f"{API}/selection-plans/{plan_of(cohort).pk}/"
    assert {sign_in(ada).get(plan + end).status_code for end in ("", "criteria/")} == {404}
    assert len(sign_in(ld_admin).get(f"{API}/selections/").json()["results"]) == 1
