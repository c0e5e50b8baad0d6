"""Programs, cohorts, participants and placements over the API."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cohorts.models import Cohort, Program
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


def patch(client, path, **body):
    return client.patch(f"{API}/{path}/", body, content_type="application/json")


def test_a_cohort_is_opened(sign_in, ld_admin, hr_analyst, alice, charlie):
    program = ProgramFactory()
    wanted = {"program": program.pk, "name": "Spring", "starts_on": DUE, "seats": 12}
    assert post(sign_in(alice), "cohorts", **wanted).status_code == 404
    assert post(sign_in(charlie), "cohorts", **wanted).status_code == 404
    assert post(sign_in(hr_analyst), "cohorts", **wanted).status_code == 403
    assert not Cohort.objects.exists()
    created = post(sign_in(ld_admin), "cohorts", **wanted)
    assert (created.status_code, created.json()["seated"]) == (201, 0)
    assert Cohort.objects.values_list("name", "seats").get() == ("Spring", 12)
    again = post(sign_in(ld_admin), "cohorts", **wanted)
    assert again.json()["errors"] == {"name": ["This program has a cohort called “Spring” already."]}
    assert Cohort.objects.count() == 1


def test_a_cohort_is_set_up_in_part(sign_in, ld_admin, sponsor, bob, charlie):
    ParticipantFactory(person=bob.person, cohort=(cohort := CohortFactory(seats=12)))
    bob.person.market = "DE"
    bob.person.save()
    path, before = f"cohorts/{cohort.pk}", cohort.starts_on.isoformat()
    statuses = [patch(sign_in(one), path, seats=9).status_code for one in (sponsor, bob, charlie)]
    assert statuses == [403, 403, 404]
    client = sign_in(ld_admin)
    answer = patch(client, path, seats=9, markets=["DE"], name="Autumn").json()
    assert [answer[name] for name in ("seats", "markets", "name", "starts_on")] == [
        9,
        ["DE"],
        "Autumn",
        before,
    ]
    assert patch(client, path, markets=[]).json()["markets"] == []


def test_a_cohort_that_cannot_be_says_where(sign_in, ld_admin):
    cohort = CohortFactory(seats=12)
    path, client = f"cohorts/{cohort.pk}", sign_in(ld_admin)

    def errors(**body):
        answer = patch(client, path, **body)
        assert answer.status_code == 400
        return answer.json()["errors"]

    assert errors(nominations_close_on=cohort.starts_on.isoformat()) == {
        "nominations_close_on": ["Nominations have to close before the cohort starts."]
    }
    assert list(errors(markets=["Atlantis"])) == ["markets"]
    assert list(errors(seats=0)) == ["seats"]
    assert list(errors(starts_on="soon")) == ["starts_on"]
    assert Cohort.objects.get().seats == 12


def test_a_graduate_answers_the_offer(sign_in, ld_admin, alice, bob, charlie):
    graduate = ParticipantFactory(person=bob.person, graduated=True)
    path, yes = f"participants/{graduate.pk}/answer-offer", {"mentoring": True, "teaching": False}
    statuses = [post(sign_in(one), path, **yes).status_code for one in (ld_admin, alice, charlie)]
    assert statuses == [403, 403, 404]
    assert list(post(sign_in(bob), path, mentoring=True).json()["errors"]) == ["teaching"]
    graduate.refresh_from_db()
    assert graduate.offers_mentoring is None
    answer = post(sign_in(bob), path, **yes).json()
    assert (answer["offers_mentoring"], answer["offers_teaching"]) == (True, False)


def test_a_field_that_is_not_known_is_refused_with_those_that_are(sign_in, ld_admin):
    wrong = {"name": "Residency", "colour": "red"}
    answer = sign_in(ld_admin).post("/api/v1/o/acme/programs/", wrong, content_type="application/json")
    assert answer.status_code == 400
    assert "There is no field “colour” here, only: name" in answer.json()["errors"]["colour"][0]
    assert not Program.objects.exists()
