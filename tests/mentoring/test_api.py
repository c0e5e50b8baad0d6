"""The API: the same verbs, the same walls."""

import datetime
import uuid

import pytest
from django.utils import timezone

from mentoring import runs
from mentoring.models import MatchRun, PrivateNote
from mentoring.services import SessionFacts, log_session
from tests.factories.mentoring import CoachingSessionFactory, MentorFactory, MentorshipFactory

API = "/api/v1/o/acme/"
SECRET = "He doubts the plan."


def yesterday():
    return timezone.now().date() - datetime.timedelta(days=1)


def test_a_session_is_logged_once_and_its_note_never_comes_back(sign_in, bob, mateo, pair):
    posted = {
        "mentorship": pair.pk, "token": str(uuid.uuid4()), "held_on": yesterday().isoformat(), "minutes": 50,
        "shared_notes": "Five names.", "private_note": SECRET, "actions": [{"text": "Ask Elisa"}],
    }  # fmt: skip
    client = sign_in(bob)
    first, second = (
        client.post(f"{API}coaching-sessions/", posted, content_type="application/json") for _ in range(2)
    )
    assert (first.status_code, first.json()["id"]) == (201, second.json()["id"])
    assert PrivateNote.objects.count() == 1
    for answer in (
        first,
        client.get(f"{API}coaching-sessions/"),
        client.get(f"{API}coaching-sessions/{first.json()['id']}/"),
    ):
        assert SECRET not in answer.content.decode()
    client = sign_in(mateo)
    confirmed = client.post(f"{API}coaching-sessions/{first.json()['id']}/confirm/")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")


def test_others_neither_read_nor_write_a_pairs_sessions(sign_in, alice, ld_admin, owner, bob, mateo, pair):
    session = log_session(pair, SessionFacts(held_on=yesterday(), minutes=45), token=uuid.uuid4(), by=bob)
    for member in (alice, ld_admin, owner):
        client = sign_in(member)
        assert client.get(f"{API}coaching-sessions/").json()["results"] == []
        assert client.get(f"{API}coaching-sessions/{session.pk}/").status_code == 404
        assert client.post(f"{API}coaching-sessions/{session.pk}/confirm/").status_code == 404
    assert sign_in(bob).post(f"{API}coaching-sessions/{session.pk}/confirm/").status_code == 403
    posted = {
        "mentorship": pair.pk,
        "token": str(uuid.uuid4()),
        "held_on": yesterday().isoformat(),
        "minutes": 45,
    }
    refused = sign_in(mateo).post(f"{API}coaching-sessions/", posted, content_type="application/json")
    assert refused.status_code == 403


def test_a_match_is_started_and_published(sign_in, ld_admin, bob, cohort, mentor, participant):
    client = sign_in(ld_admin)
    started = client.post(f"{API}match-runs/", {"cohort": cohort.pk}, content_type="application/json")
    assert started.status_code == 201
    run = MatchRun.objects.get()
    early = client.post(f"{API}match-runs/{run.pk}/publish/")
    assert (early.status_code, "not finished" in early.json()["detail"]) == (400, True)
    runs.work_on(cohort.organization_id, run.pk)
    assert client.get(f"{API}match-runs/{run.pk}/pairs/").json()[0]["mentor_name"] == "Bob Mentor"
    published = client.post(f"{API}match-runs/{run.pk}/publish/").json()
    assert [(one["mentor_name"], one["sessions"]) for one in published] == [("Bob Mentor", 0)]
    client = sign_in(bob)
    assert client.get(f"{API}match-runs/{run.pk}/").status_code == 404
    assert (
        client.post(f"{API}match-runs/", {"cohort": cohort.pk}, content_type="application/json").status_code
        == 403
    )


@pytest.mark.parametrize("path", ["mentors", "mentorships"])
def test_lists_cost_the_same_with_1_and_30_rows(path, sign_in, ld_admin, pair, django_assert_max_num_queries):
    client = sign_in(ld_admin)

    def cost():
        with django_assert_max_num_queries(40) as captured:
            assert client.get(f"{API}{path}/").status_code == 200
        return len(captured)

    cost()
    one = cost()
    for _ in range(24):
        CoachingSessionFactory(mentorship=MentorshipFactory(mentor=MentorFactory()))
    assert cost() == one
