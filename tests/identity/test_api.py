"""The API: the same rules as the pages, told in JSON."""

import datetime as dt

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.throttling import UserRateThrottle

from amdp.audit import services as audit
from amdp.identity.models import ApiToken, Invitation
from amdp.identity.services import create_token, revoke_token
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory

BASE = "/api/v1/o/acme/"


@pytest.fixture
def ask(client):
    """Ask with a personal token: ``ask(secret).get("me/")``."""

    class Asker:
        def __init__(self, secret, organization="acme"):
            self.headers = {"Authorization": f"Bearer {secret}"}
            self.base = f"/api/v1/o/{organization}/"

        def get(self, path):
            return client.get(self.base + path, headers=self.headers)

        def post(self, path, data=None):
            return client.post(self.base + path, data or {}, "application/json", headers=self.headers)

    return Asker


def test_a_token_speaks_for_its_member(ask, alice):
    _, secret = create_token(alice, name="Report")
    body = ask(secret).get("me/").json()
    assert (body["id"], body["name"], body["roles"]) == (alice.pk, "Alice Manager", [])


def test_a_token_that_reads_may_not_post(ask, owner):
    _, secret = create_token(owner, name="Report")
    response = ask(secret).post("invitations/", {"email": "new@example.com"})
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
    assert response.json()["detail"] == "This token may only read."
    assert not Invitation.objects.exists()


def test_a_token_that_writes_may(ask, owner):
    _, secret = create_token(owner, name="Sync", scope="write")
    response = ask(secret).post("invitations/", {"email": "new@example.com", "roles": ["sponsor"]})
    assert (response.status_code, response.json()["roles"]) == (201, ["sponsor"])
    pk = response.json()["id"]
    assert ask(secret).post(f"invitations/{pk}/withdraw/").json()["state"] == "withdrawn"
    late = ask(secret).post(f"invitations/{pk}/resend/")
    assert (late.status_code, late.json()["detail"]) == (400, "This invitation is already withdrawn.")


def test_no_answer_holds_a_token(ask, owner):
    _, secret = create_token(owner, name="Sync", scope="write")
    created = ask(secret).post("invitations/", {"email": "new@example.com"})
    assert "token" not in created.content.decode()


@pytest.mark.parametrize("ended", ["expired", "revoked", "made up"])
def test_a_token_that_is_over_is_401(ended, ask, alice):
    token, secret = create_token(alice, name="Report")
    if ended == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    elif ended == "revoked":
        revoke_token(token, by=alice)
    else:
        secret = "amdp_made-up"
    response = ask(secret).get("me/")
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_of_acme_opens_nothing_at_globex(ask, owner, globex):
    _, secret = create_token(owner, name="Report")
    assert ask(secret, "globex").get("members/").status_code == 401


def test_a_session_does_not_lend_its_rights_to_a_bad_token(ask, owner, client):
    client.force_login(owner.user)
    assert ask("amdp_made-up").get("me/").status_code == 401


def test_a_session_posts_only_with_a_csrf_token(owner):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    response = client.post(f"{BASE}invitations/", {"email": "a@example.com"}, "application/json")
    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_members_are_the_owners_to_read(sign_in, owner, alice):
    assert sign_in(owner).get(f"{BASE}members/").json()["count"] == 2
    assert [row["name"] for row in sign_in(alice).get(f"{BASE}members/").json()["results"]] == [
        "Alice Manager"
    ]
    assert sign_in(alice).get(f"{BASE}members/{owner.pk}/").status_code == 404


def test_audit_follows_the_page(sign_in, owner, hr_analyst, alice):
    audit.record("nomination.approved", by=owner)
    audit.record("export.downloaded", by=owner)

    def verbs(member):
        return [row["verb"] for row in sign_in(member).get(f"{BASE}audit/").json()["results"]]

    assert verbs(owner) == ["export.downloaded", "nomination.approved"]
    assert verbs(hr_analyst) == ["export.downloaded"]
    assert verbs(alice) == []
    found = sign_in(owner).get(f"{BASE}audit/?verb=export.").json()["results"]
    assert [row["verb"] for row in found] == ["export.downloaded"]


def test_inviting_follows_the_page(sign_in, ld_admin, sponsor):
    person = PersonFactory(email="nora@example.com")

    def post(member, **body):
        response = sign_in(member).post(f"{BASE}invitations/", body, "application/json")
        return response.status_code, response.json().get("detail")

    assert post(sponsor, person=person.pk) == (403, "Only owners and L&D admins invite.")
    assert post(ld_admin, email="eve@example.com") == (
        403,
        "Only owners invite somebody who is not in the directory.",
    )
    assert post(ld_admin, person=person.pk, roles=["owner"]) == (403, "Only owners hand out these roles.")
    assert post(ld_admin, person=0)[0] == 404
    assert post(ld_admin) == (400, "Give a person, an e-mail address, or both.")
    assert post(ld_admin, person=person.pk)[0] == 201


def test_too_many_requests_are_slowed_down(ask, alice, bob, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    _, secret = create_token(alice, name="Report")
    answers = [ask(secret).get("me/") for _ in range(3)]
    assert [response.status_code for response in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0
    _, other = create_token(bob, name="Report")
    assert ask(other).get("me/").status_code == 200


def test_lists_cost_the_same_with_many(sign_in, owner, acme, count_queries):
    client = sign_in(owner)
    one = count_queries(lambda: client.get(f"{BASE}members/?page_size=100"))
    MembershipFactory.create_batch(30, organization=acme)
    assert count_queries(lambda: client.get(f"{BASE}members/?page_size=100")) == one


def test_the_description_is_valid_openapi():
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert f"{BASE}members/".replace("acme", "{org}") in schema["paths"]


def test_the_description_and_its_page_are_for_members(sign_in, alice):
    client = sign_in(alice)
    assert client.get(f"{BASE}schema/?format=json").json()["openapi"].startswith("3.")
    page = client.get(f"{BASE}docs/")
    assert "<style" not in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]
    script = client.get(f"{BASE}docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert f"{BASE}schema/" in script.content.decode()


def test_inviting_several_names_those_who_cannot_be(sign_in, ld_admin, sponsor, charlie):
    nora, mute = PersonFactory(email="nora@example.com"), PersonFactory(first_name="Mute", email="")

    def post(member, *people):
        body = {"people": list(people)}
        return sign_in(member).post(f"{BASE}invitations/bulk/", body, "application/json")

    assert [post(one, nora.pk).status_code for one in (sponsor, charlie)] == [403, 404]
    assert post(ld_admin, nora.pk, 0).json()["errors"] == {"people": ["Some of these people do not exist."]}
    assert not Invitation.objects.exists()
    body = post(ld_admin, nora.pk, mute.pk).json()
    assert [one["email"] for one in body["invitations"]] == ["nora@example.com"]
    assert [one["person"] for one in body["refused"]] == [mute.pk]
    assert "no e-mail address" in body["refused"][0]["why"]
