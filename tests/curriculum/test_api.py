"""The API: the same eyes and the same verbs as the pages."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amdp.identity.models import Role
from amdp.identity.services import create_token
from curriculum.models import ParticipantActivity, Project
from tests.factories.cohorts import ParticipantFactory
from tests.factories.curriculum import (
    AttendanceFactory,
    FacilitatorFactory,
    ItemFactory,
    ProjectFactory,
    SessionFactory,
)
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.identity import MembershipFactory

BASE = "/api/v1/o/acme/"


def post(client, path, body):
    return client.post(f"{BASE}{path}", body, content_type="application/json")


def results(client, path):
    return client.get(f"{BASE}{path}").json()["results"]


def test_everybody_reads_their_own_part_of_the_journeys(
    acme, sign_in, alice, bob, ld_admin, hr_analyst, sponsor
):
    item = ItemFactory(participant__person=bob.person)
    ItemFactory()
    for member, count in [(ld_admin, 2), (alice, 1), (bob, 1), (hr_analyst, 0), (sponsor, 0)]:
        client = sign_in(member)
        assert len(results(client, "journeys/")) == count
        assert len(results(client, "journey-activities/")) == count
    modules = sign_in(bob).get(f"{BASE}journeys/{item.participant_id}/modules/").json()
    assert [(one["asked"], one["done"], one["state"]) for one in modules] == [(1, 0, "now")]


def test_one_completes_ones_own_activity(acme, sign_in, alice, bob):
    item = ItemFactory(participant__person=bob.person)
    assert post(sign_in(alice), f"journey-activities/{item.pk}/complete/", {}).status_code == 403
    assert post(sign_in(bob), f"journey-activities/{item.pk}/complete/", {}).json()["state"] == "done"
    again = post(sign_in(bob), f"journey-activities/{item.pk}/complete/", {})
    assert (again.status_code, again.json()["detail"]) == (400, "This is done or handed in already.")


def test_work_is_handed_in_and_confirmed(acme, sign_in, alice, bob, ld_admin):
    item = ItemFactory(participant__person=bob.person, job=True)
    account = AccountFactory(owner=bob.person)
    body = {
        "account": account.pk,
        "answers": {"Business drivers?": "Growth", "Clinical drivers?": "Oncology"},
    }
    project = post(sign_in(bob), f"journey-activities/{item.pk}/hand-in/", body).json()
    assert project["state"] == "submitted"
    confirmed = {"used_on": str(timezone.now().date() - datetime.timedelta(days=1)), "seen": "Used it."}
    assert post(sign_in(ld_admin), f"projects/{project['id']}/confirm/", confirmed).status_code == 403
    assert (
        post(sign_in(alice), f"projects/{project['id']}/confirm/", confirmed).json()["state"] == "confirmed"
    )


def test_a_draft_is_nobody_elses(acme, sign_in, alice, ld_admin, bob):
    ProjectFactory(item__participant__person=bob.person)
    assert [len(results(sign_in(member), "projects/")) for member in (bob, alice, ld_admin)] == [1, 0, 0]


def test_facilitators_take_the_roster(acme, sign_in, alice, bob):
    seat = AttendanceFactory(participant__person=bob.person)
    path = f"sessions/{seat.session_id}/"
    body = {"marks": [{"participant": seat.participant_id, "state": "attended"}]}
    assert post(sign_in(bob), f"{path}attendance/", body).status_code == 403
    assert sign_in(bob).get(f"{BASE}{path}roster/").status_code == 403
    FacilitatorFactory(session=seat.session, person=alice.person)
    assert post(sign_in(alice), f"{path}attendance/", body).json()[0]["state"] == "attended"
    assert ParticipantActivity.objects.get().state == "done"


@pytest.mark.parametrize("path", ["journeys/", "journey-activities/", "sessions/", "projects/"])
def test_lists_cost_the_same_with_one_and_thirty(acme, sign_in, ld_admin, path):
    def add(count):
        for _ in range(count):
            participant = ParticipantFactory()
            ProjectFactory(submitted=True, item__participant=participant)
            AttendanceFactory(participant=participant)

    def cost():
        sign_in(ld_admin).get(f"{BASE}{path}?page_size=100")
        with CaptureQueriesContext(connection) as queries:
            sign_in(ld_admin).get(f"{BASE}{path}?page_size=100")
        return len(queries)

    add(1)
    one = cost()
    add(10)
    assert cost() == one


def test_who_holds_a_session_reads_its_hours_as_on_the_page(acme, sign_in, alice, bob, ld_admin):
    day = timezone.now().date() + datetime.timedelta(days=9)
    session = SessionFactory(day=day, starts=datetime.time(3), place="")
    AttendanceFactory(session=session, participant__person=bob.person)
    FacilitatorFactory(session=session, person=alice.person)
    read = {
        member: bool(results(sign_in(member), "sessions/")[0]["outside_hours"])
        for member in (alice, bob, ld_admin)
    }
    assert read == {alice: True, bob: False, ld_admin: True}


def test_an_id_larger_than_any_is_refused_with_a_sentence(acme, sign_in, ld_admin):
    session = SessionFactory(day=timezone.now().date() + datetime.timedelta(days=9))
    for number in (0, 2**63, 10**30):
        path = f"sessions/{session.pk}/seats/"
        assert post(sign_in(ld_admin), path, {"participants": [number]}).status_code == 400


def test_a_draft_is_kept_and_stays_the_authors(acme, sign_in, alice, bob, ld_admin, hr_analyst, charlie):
    item = ItemFactory(participant__person=bob.person, job=True)
    account, foreign = AccountFactory(owner=bob.person), AccountFactory(owner=PersonFactory())
    path = f"journey-activities/{item.pk}/draft/"
    body = {"account": account.pk, "answers": {"Business drivers?": "Growth"}}
    for member, status in [(alice, 403), (ld_admin, 403), (hr_analyst, 404), (charlie, 404)]:
        assert post(sign_in(member), path, body).status_code == status
    client = sign_in(bob)
    assert post(client, path, {"account": foreign.pk, "answers": {}}).status_code == 404
    for wrong in ({"answers": "Growth"}, {"answers": {"Business drivers?": "a\0b"}}, {}):
        refused = post(client, path, wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["answers"])
    assert not Project.objects.exists()
    kept = post(client, path, body).json()
    assert (kept["state"], kept["account"], kept["answers"]) == ("draft", account.pk, body["answers"])
    more = post(client, path, {"answers": {"Clinical drivers?": "Oncology"}}).json()
    assert more["answers"] == {"Business drivers?": "Growth", "Clinical drivers?": "Oncology"}
    assert results(sign_in(alice), "projects/") == []
    ProjectFactory(submitted=True, item__participant=item.participant)
    done = ParticipantActivity.objects.get(state="handed_in")
    refused = post(sign_in(bob), f"journey-activities/{done.pk}/draft/", body)
    assert refused.json()["detail"] == "This is handed in and can no longer be changed."


def test_ld_says_who_holds_a_session(acme, sign_in, alice, bob, ld_admin, hr_analyst, charlie):
    session = SessionFactory(day=timezone.now().date() + datetime.timedelta(days=9))
    AttendanceFactory(session=session, participant__person=bob.person)
    fay = MembershipFactory(organization=acme, user__name="Fay External", granted_roles=[Role.FACILITATOR])
    path, body = f"sessions/{session.pk}/facilitators/", {"people": [alice.person.pk], "members": [fay.pk]}
    for member, status in [(alice, 403), (bob, 403), (hr_analyst, 404), (charlie, 404)]:
        assert post(sign_in(member), path, body).status_code == status
    client = sign_in(ld_admin)
    for wrong, field in [
        ({"people": [10**15], "members": []}, "people"),
        ({"people": [2**70], "members": []}, "people"),
        ({"people": [bob.person.pk], "members": []}, "people"),
        ({"people": [], "members": [hr_analyst.pk]}, "members"),
        ({"people": []}, "members"),
    ]:
        refused = post(client, path, wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert not session.facilitators.exists()
    assert {one["name"] for one in post(client, path, body).json()} == {"Alice Manager", "Fay External"}
    assert post(client, path, {"people": [], "members": [fay.pk]}).json() == [
        {"person": None, "membership": fay.pk, "name": "Fay External"}
    ]
    assert [one["name"] for one in sign_in(bob).get(f"{BASE}{path}").json()] == ["Fay External"]
    assert sign_in(hr_analyst).get(f"{BASE}{path}").status_code == 404


def test_a_token_that_may_only_read_does_none_of_it(acme, ld_admin, client):
    session = SessionFactory(day=timezone.now().date() + datetime.timedelta(days=9))
    _, secret = create_token(ld_admin, name="Nightly report", scope="read", days=30)
    may = {"headers": {"Authorization": f"Bearer {secret}"}}
    assert client.get(f"{BASE}sessions/{session.pk}/facilitators/", **may).status_code == 200
    module = session.activity.module_id
    for method, path in [
        ("post", f"sessions/{session.pk}/facilitators/"),
        ("post", f"cohort-journeys/{session.journey.cohort_id}/schedule/"),
        ("patch", f"modules/{module}/"),
        ("delete", f"modules/{module}/"),
    ]:
        refused = getattr(client, method)(f"{BASE}{path}", **may)
        assert (refused.status_code, refused.json()["detail"]) == (403, "This token may only read.")
