"""Oneself, the organization and its members over the API: the verbs of the settings pages."""

import pytest
from django.urls import NoReverseMatch, reverse

from amdp.audit.models import AuditEntry
from amdp.identity.models import ApiToken, Membership
from amdp.identity.services import create_token
from amdp.tenancy.models import Organization

BASE = "/api/v1/o/acme/"
WRONG = [("ld_admin", 403), ("alice", 403), ("charlie", 404)]


def post(client, path, **body):
    return client.post(f"{BASE}{path}/", body, content_type="application/json")


def errors(answer):
    """The sentences by field of a refusal."""
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    return answer.json()["errors"]


def test_one_changes_one_s_own_profile_in_part(sign_in, alice, bob, charlie):
    client = sign_in(alice)
    answer = post(client, "me/change", time_zone="Asia/Tokyo").json()
    assert (answer["name"], answer["time_zone"]) == ("Alice Manager", "Asia/Tokyo")
    assert post(client, "me/change", name="Alice Lead").json()["time_zone"] == "Asia/Tokyo"
    assert list(errors(post(client, "me/change", time_zone="Moon/Base"))) == ["time_zone"]
    assert list(errors(post(client, "me/change", name=""))) == ["name"]
    alice.refresh_from_db()
    bob.user.refresh_from_db()
    assert (alice.time_zone, alice.user.name, bob.user.name) == ("Asia/Tokyo", "Alice Lead", "Bob Mentor")
    assert post(sign_in(charlie), "me/change", name="Eve").status_code == 404


def test_an_owner_changes_the_organization_in_part(sign_in, owner, acme):
    client = sign_in(owner)
    before = client.get(f"{BASE}organization/").json()
    answer = post(client, "organization/change", name="Acme Life", slug="other", requires_two_factor=False)
    assert answer.json() == {**before, "name": "Acme Life"}
    refused = errors(post(client, "organization/change", name="Else", time_zone="Moon/Base", market="XX"))
    assert sorted(refused) == ["market", "time_zone"]
    assert list(errors(post(client, "organization/change", accent="blue"))) == ["accent"]
    assert client.get(f"{BASE}organization/").json() == answer.json()
    assert AuditEntry.objects.get(verb="organization.changed").after == {"name": "Acme Life"}


def test_an_owner_confirms_the_time_zone(sign_in, owner, acme):
    answer = post(sign_in(owner), "organization/confirm-time-zone", time_zone="Europe/Berlin").json()
    assert answer["time_zone"] == "Europe/Berlin"
    assert answer["time_zone_confirmed_at"]
    refused = post(sign_in(owner), "organization/confirm-time-zone", time_zone="Moon/Base")
    assert list(errors(refused)) == ["time_zone"]
    assert Organization.objects.get(pk=acme.pk).time_zone == "Europe/Berlin"


@pytest.mark.parametrize("who", ["ld_admin", "hr_analyst", "alice", "charlie"])
def test_for_others_there_are_no_such_settings(request, sign_in, acme, who):
    client = sign_in(request.getfixturevalue(who))
    answers = [
        client.get(f"{BASE}organization/"),
        post(client, "organization/change", name="Mine"),
        post(client, "organization/confirm-time-zone", time_zone="Europe/Berlin"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert Organization.objects.get(pk=acme.pk).name == "Acme"


def test_an_owner_sets_roles_with_a_reason(sign_in, owner, alice):
    client, path = sign_in(owner), f"members/{alice.pk}/roles"
    assert post(client, path, roles=["sponsor"], why="Board").json()["roles"] == ["sponsor"]
    assert list(errors(post(client, path, roles=["king"], why="Board"))) == ["roles"]
    assert list(errors(post(client, path, roles=["owner"], why=" "))) == ["why"]
    last = post(client, f"members/{owner.pk}/roles", roles=[], why="Enough")
    assert "only owner" in last.json()["detail"]
    assert post(client, path, roles=[], why="Left the board").json()["roles"] == []
    assert Membership.objects.get(pk=owner.pk).granted_roles == ["owner"]
    whys = AuditEntry.objects.filter(verb__startswith="role.").values_list("verb", "why")
    assert set(whys) == {("role.granted", "Board"), ("role.revoked", "Left the board")}


def test_an_owner_removes_a_member_with_their_tokens(sign_in, owner, alice):
    create_token(alice, name="Report")
    client, path = sign_in(owner), f"members/{alice.pk}/remove"
    assert list(errors(post(client, path))) == ["why"]
    assert ApiToken.objects.exists()
    assert post(client, path, why="Left").json()["is_active"] is False
    assert not ApiToken.objects.exists()
    assert post(client, path, why="Again").status_code == 404
    assert "only owner" in post(client, f"members/{owner.pk}/remove", why="Enough").json()["detail"]


@pytest.mark.parametrize(("who", "status"), WRONG)
@pytest.mark.parametrize("verb", ["roles", "remove"])
def test_nobody_else_does(request, sign_in, owner, who, status, verb):
    """One’s own row is read, another’s is not."""
    member = request.getfixturevalue(who)
    client = sign_in(member)
    body = {"roles": ["owner"], "why": "I want to"}
    assert post(client, f"members/{member.pk}/{verb}", **body).status_code == status
    assert post(client, f"members/{owner.pk}/{verb}", **body).status_code == 404
    members = Membership.objects.filter(pk__in=[owner.pk, member.pk], is_active=True)
    assert members.count() == 2
    assert not AuditEntry.objects.filter(verb__startswith="role.").exists()


def test_a_token_that_reads_changes_nothing(client, owner):
    _, secret = create_token(owner, name="Report")
    headers = {"Authorization": f"Bearer {secret}"}
    for path in ("me/change", "organization/change", f"members/{owner.pk}/roles"):
        answer = client.post(f"{BASE}{path}/", {}, "application/json", headers=headers)
        assert (answer.status_code, answer.json()["detail"]) == (403, "This token may only read.")


def test_a_token_makes_no_tokens():
    with pytest.raises(NoReverseMatch):
        reverse("api:token-list", kwargs={"org": "acme"})
