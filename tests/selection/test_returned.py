"""A nomination that was sent back with a question reads so, wherever L&D looks."""

import csv
import io

import pytest
from django.urls import reverse

from cohorts.models import Cohort
from selection.models import Approval, Candidate
from selection.services import decide_nomination, submit_nomination
from tests.factories.selection import NominationFactory, in_state

State = Candidate.State


@pytest.fixture
def returned(cohort, alice, dana, jordan):
    """Alice nominated Jordan; Dana asks for more."""
    nomination = NominationFactory(
        candidate__cohort=cohort, candidate__person=jordan.person, nominator=alice.person
    )
    submit_nomination(nomination, by=alice)
    decide_nomination(nomination, decision="return", remark="Which account was it?", by=dana)
    nomination.refresh_from_db()
    return nomination


def candidates(client, cohort, **query):
    return client.get(reverse("selection:candidate_list", args=["acme", cohort.pk]), query)


def test_the_file_follows_its_nominations(returned, alice):
    candidate = returned.candidate
    candidate.refresh_from_db()
    assert candidate.state == State.RETURNED
    submit_nomination(returned, answer="Tidewater.", by=alice)
    candidate.refresh_from_db()
    assert candidate.state == State.PROPOSED


def test_one_of_two_nominations_returned_still_waits_for_approval(returned, dana):
    second = NominationFactory(candidate=returned.candidate, nominator=dana.person)
    submit_nomination(second, by=dana)
    returned.candidate.refresh_from_db()
    assert returned.candidate.state == State.PROPOSED
    assert Approval.objects.filter(nomination=second, state="asked").exists()


def test_the_list_says_who_returned_it_and_can_be_narrowed_to_it(sign_in, ld_admin, cohort, returned):
    client = sign_in(ld_admin)
    page = candidates(client, cohort)
    text = page.content.decode()
    assert "</svg>Waiting for approval" not in text
    assert "Returned with a question" in text
    assert "by Dana Director" in text
    assert "1 returned with a question" in text
    assert [row.pk for row in candidates(client, cohort, state="returned").context["list"].rows] == [
        returned.candidate_id
    ]
    assert list(candidates(client, cohort, state="proposed").context["list"].rows) == []


def test_the_download_says_so_too(sign_in, ld_admin, cohort, returned):
    file = b"".join(candidates(sign_in(ld_admin), cohort, download="csv")).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(file)))
    assert (row["Stage"], row["Returned by"]) == ("Returned with a question", "Dana Director")


def test_the_file_shows_the_question_and_who_answers_it(sign_in, ld_admin, alice, returned):
    address = reverse("selection:candidate_detail", args=["acme", returned.candidate_id])
    page = sign_in(ld_admin).get(address).content.decode()
    assert "Dana Director asked Alice Manager" in page
    assert "Which account was it?" in page
    assert "goes on when Alice answers" in page
    own = sign_in(alice).get(address).content.decode()
    in_state(returned.candidate.cohort, Cohort.State.ASSESSING)
    late = sign_in(ld_admin).get(address).content.decode()
    assert "was not answered before the assessment began" in late
    assert "Dana Director asked you" in own
    assert "Answer and hand in again" in own


def test_the_api_says_so_too(sign_in, ld_admin, returned):
    found = sign_in(ld_admin).get("/api/v1/o/acme/candidates/", {"state": "returned"}).json()["results"]
    assert [row["state"] for row in found] == ["returned"]
