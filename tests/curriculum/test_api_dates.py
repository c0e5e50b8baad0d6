"""Over the API a journey is brought to dates as on its page: read first, then set."""

import datetime

import pytest

from cohorts.models import Cohort
from curriculum.models import Journey, ParticipantActivity, ParticipantJourney, Session
from tests.factories.cohorts import CohortFactory

BASE = "/api/v1/o/acme/"
TEN = datetime.time(10)


def post(client, path, **body):
    return client.post(f"{BASE}{path}", body, content_type="application/json")


@pytest.fixture
def path(cohort):
    return f"cohort-journeys/{cohort.pk}/schedule/"


@pytest.fixture
def live(program):
    """The live activity of the small journey."""
    return program.modules.first().activities.get(title="Round table")


def sessions_of(plan):
    return [one for module in plan["modules"] for line in module["activities"] for one in line["sessions"]]


def test_the_preview_saves_nothing_and_says_what_scheduling_then_does(
    in_march, cohort, bobs, path, live, sign_in, ld_admin
):
    client = sign_in(ld_admin)
    shown = client.get(f"{BASE}{path}").json()
    assert (shown["scheduled_at"], shown["people"], len(shown["modules"])) == (None, 1, 2)
    assert [one["id"] for one in sessions_of(shown)] == [None]
    assert not Journey.objects.exists()
    done = post(client, path)
    assert (done.status_code, done.json()["scheduled_at"] is not None) == (200, True)
    session = Session.objects.get()
    planned, kept = sessions_of(shown)[0], sessions_of(done.json())[0]
    assert (
        (planned["day"], planned["starts"])
        == (kept["day"], kept["starts"])
        == (
            str(session.day),
            str(session.starts),
        )
    )
    assert (planned["is_new"], kept["is_new"], kept["id"]) == (True, False, session.pk)
    assert ParticipantActivity.objects.count() == 3


def test_a_new_session_is_wished_elsewhere_first_to_look_then_for_good(
    in_march, cohort, bobs, path, live, sign_in, ld_admin
):
    client, wish = sign_in(ld_admin), {"activity": live.pk, "day": "2027-03-20", "starts": "10:00"}
    looked = post(client, path, wishes=[wish], check=True).json()
    assert sessions_of(looked)[0]["day"] == "2027-03-20"
    assert sessions_of(looked)[0]["outside_hours"]  # a Saturday
    assert not Session.objects.exists()
    assert post(client, path, wishes=[wish]).status_code == 200
    session = Session.objects.get()
    assert (session.day, session.starts) == (datetime.date(2027, 3, 20), TEN)


def test_who_may_not_schedule_reads_no_preview_either(
    in_march, cohort, bobs, path, sign_in, ld_admin, hr_analyst, alice, bob, charlie
):
    for member, status in [(hr_analyst, 403), (alice, 404), (bob, 404), (charlie, 404)]:
        client = sign_in(member)
        answers = [client.get(f"{BASE}{path}"), post(client, path)]
        assert [one.status_code for one in answers] == [status, status]
    cohort.state = Cohort.State.GRADUATED
    cohort.save()
    refused = post(sign_in(ld_admin), path)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "Only L&D admins schedule a journey, until the cohort has graduated.",
    )
    assert not Journey.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"starts": "25:00"},
        {"activity": 10**15},
        {"day": "soon"},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_with_a_sentence(
    in_march, cohort, bobs, path, live, sign_in, ld_admin, wrong
):
    refused = post(sign_in(ld_admin), path, wishes=[{"activity": live.pk, "starts": "10:00", **wrong}])
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["wishes"])
    assert refused.json()["detail"]
    assert not Journey.objects.exists()


def test_a_wish_for_what_is_there_already_changes_nothing(scheduled, cohort, path, live, sign_in, ld_admin):
    before = list(Session.objects.values())
    there = post(sign_in(ld_admin), path, wishes=[{"activity": live.pk, "starts": "10:00"}])
    assert (there.status_code, list(there.json()["errors"])) == (400, ["wishes"])
    assert list(Session.objects.values()) == before


def test_a_wish_for_the_past_is_refused_by_name(in_march, cohort, bobs, path, live, sign_in, ld_admin):
    refused = post(sign_in(ld_admin), path, wishes=[{"activity": live.pk, "day": "2027-03-01"}])
    assert (refused.status_code, "Round table" in refused.json()["detail"]) == (400, True)
    assert not Journey.objects.exists()


def test_a_program_without_a_journey_is_said_so(acme, sign_in, ld_admin):
    refused = post(sign_in(ld_admin), f"cohort-journeys/{CohortFactory(state='running').pk}/schedule/")
    assert refused.status_code == 400
    assert "has no journey yet" in refused.json()["detail"]


def test_dates_are_counted_from_another_day(
    scheduled, cohort, sign_in, ld_admin, hr_analyst, alice, bob, charlie
):
    path = f"journeys/{scheduled.pk}/joined-on/"
    body = {"joined_on": "2027-03-10"}
    for member, status in [(alice, 403), (bob, 403), (hr_analyst, 404), (charlie, 404)]:
        assert post(sign_in(member), path, **body).status_code == status
    client = sign_in(ld_admin)
    for wrong in ("2026-01-01", "9999-12-31", "soon", ""):
        refused = post(client, path, joined_on=wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["joined_on"])
    assert ParticipantJourney.objects.get().joined_on < datetime.date(2027, 3, 10)
    saved = post(client, path, **body)
    assert (saved.status_code, saved.json()["id"]) == (200, scheduled.pk)
    assert ParticipantJourney.objects.get().joined_on == datetime.date(2027, 3, 10)
