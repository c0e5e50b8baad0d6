"""Programs, cohorts, participants and placements over the API."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories.cohorts import (
    CohortFactory,
    ParticipantFactory,
    PlacementFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.directory import AccountFactory

API = "/api/v1/o/acme"
DUE = (timezone.now().date() + datetime.timedelta(days=14)).isoformat()


def post(client, path, **body):
    return client.post(f"{API}/{path}/", body, content_type="application/json")


def test_a_program_comes_with_its_design(sign_in, sponsor):
    program = ProgramFactory(complete=True)
    body = sign_in(sponsor).get(f"{API}/programs/{program.pk}/").json()
    assert body["objectives"] == ["Fill most account director vacancies from within."]
    assert [one["baseline"] for one in body["metrics"]] == ["34.00"]
    assert [len(one["behaviors"]) for one in body["competencies"]] == [3]


def test_baselines_are_left_out_for_participants(sign_in, bob):
    participant = ParticipantFactory(person=bob.person, cohort__program=ProgramFactory(complete=True))
    body = sign_in(bob).get(f"{API}/programs/{participant.cohort.program_id}/").json()
    assert (body["metrics"], len(body["competencies"])) == ([], 1)


def test_asking_and_signing(sign_in, ld_admin, alice):
    program = ProgramFactory(complete=True)
    StakeholderFactory(program=program, person=alice.person)
    assert post(sign_in(alice), f"programs/{program.pk}/sign-off").status_code == 404
    assert post(sign_in(ld_admin), f"programs/{program.pk}/ask-sign-off", due_on=DUE).status_code == 200
    assert post(sign_in(ld_admin), f"programs/{program.pk}/sign-off").status_code == 403
    assert post(sign_in(alice), f"programs/{program.pk}/sign-off").json()["state"] == "signed_off"


def test_a_refused_move_says_why(sign_in, ld_admin, hr_analyst):
    cohort = CohortFactory(program=ProgramFactory(name="Residency"))
    answer = post(sign_in(ld_admin), f"cohorts/{cohort.pk}/move", to="nominating")
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Residency is not signed off by its stakeholders yet."
    unmet = sign_in(ld_admin).get(f"{API}/cohorts/{cohort.pk}/unmet/").json()
    assert unmet == {"to": "nominating", "unmet": [answer.json()["detail"]], "cautions": []}
    assert post(sign_in(hr_analyst), f"cohorts/{cohort.pk}/move", to="nominating").status_code == 403


def test_participants_pause_and_come_back(sign_in, ld_admin, sponsor):
    participant = ParticipantFactory()
    path = f"participants/{participant.pk}"
    assert post(sign_in(sponsor), f"{path}/defer", reason="x").status_code == 403
    assert post(sign_in(ld_admin), f"{path}/defer", reason="Leave").json()["state"] == "deferred"
    assert post(sign_in(ld_admin), f"{path}/bring-back").json()["state"] == "active"


def test_a_placement_is_proposed_and_signed(sign_in, ld_admin, alice, bob, hr_analyst):
    graduate = ParticipantFactory(person=bob.person, graduated=True)
    wanted = {
        "participant": graduate.pk,
        "job_title": "Account Director",
        "effective_on": DUE,
        "leader": alice.person.pk,
        "accounts": [AccountFactory().pk],
    }
    assert post(sign_in(hr_analyst), "placements", **wanted).status_code == 403
    created = post(sign_in(ld_admin), "placements", **wanted)
    assert created.status_code == 201
    path = f"placements/{created.json()['id']}/sign"
    assert post(sign_in(ld_admin), path).status_code == 403
    assert post(sign_in(alice), path).json()["state"] == "proposed"
    assert post(sign_in(hr_analyst), path).json()["state"] == "signed"


def test_a_leader_cannot_name_an_account_out_of_sight(sign_in, alice, bob):
    graduate = ParticipantFactory(person=bob.person, graduated=True)
    answer = post(
        sign_in(alice),
        "placements",
        participant=graduate.pk,
        job_title="Director",
        effective_on=DUE,
        leader=alice.person.pk,
        accounts=[AccountFactory().pk],
    )
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Some of these accounts do not exist."


@pytest.mark.parametrize("kind", ["programs", "cohorts", "participants", "placements"])
def test_lists_cost_the_same_with_1_and_30_rows(sign_in, ld_admin, kind):
    cohort = CohortFactory(state="running", seats=99)
    PlacementFactory(participant=ParticipantFactory(cohort=cohort, graduated=True))
    client = sign_in(ld_admin)
    client.get(f"{API}/{kind}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"{API}/{kind}/")
    CohortFactory.create_batch(20)
    for one in ParticipantFactory.create_batch(20, cohort=cohort, graduated=True):
        PlacementFactory(participant=one)
    with CaptureQueriesContext(connection) as many:
        assert client.get(f"{API}/{kind}/").json()["count"] == 21
    assert len(many) == len(few)


def test_half_a_character_is_told_so(sign_in, ld_admin):
    url = f"/api/v1/o/acme/cohorts/{CohortFactory().pk}/move/"
    answer = sign_in(ld_admin).post(url, '{"to": "\\ud800"}', content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "The text holds half a character. Send whole ones.",
    )
