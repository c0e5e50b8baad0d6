"""Settings, members, profile and tokens, as each role finds them."""

import pytest

from amdp.audit.models import AuditEntry
from amdp.identity.models import ApiToken, Membership, Role
from amdp.identity.services import create_token
from amdp.tenancy.models import Organization
from tests.factories.identity import MembershipFactory

OWNERS_PAGES = ["organization/", "organization/accent/", "members/", "members/{pk}/", "members/{pk}/remove/"]


@pytest.mark.parametrize("path", OWNERS_PAGES)
def test_only_owners_find_the_owners_pages(path, sign_in, owner, ld_admin, hr_analyst, sponsor, bob):
    url = f"/o/acme/settings/{path.format(pk=bob.pk)}"
    answers = [sign_in(m).get(url).status_code for m in (owner, ld_admin, hr_analyst, sponsor, bob)]
    assert answers == [200, 404, 404, 404, 404]


def test_settings_shows_only_what_the_member_may_set(sign_in, owner, ld_admin, hr_analyst, sponsor):
    def titles(member):
        response = sign_in(member).get("/o/acme/settings/")
        return (
            [place.title for place in response.context["places"]]
            if response.context
            else response.status_code
        )

    assert titles(owner) == [
        "Organization",
        "Members and roles",
        "Invitations",
        "Files of selections",
        "Audit log",
        "Export log",
    ]
    assert titles(ld_admin) == ["Invitations", "Files of selections"]
    assert titles(hr_analyst) == ["Files of selections", "Audit log", "Export log"]
    assert sign_in(sponsor).get("/o/acme/settings/").status_code == 404


def test_organization_change_saves_and_is_audited(sign_in, owner):
    asked = {"name": "Acme Oncology", "accent": "#AA3300", "time_zone": "Europe/Berlin", "market": "DE"}
    response = sign_in(owner).post("/o/acme/settings/organization/", asked)
    assert response["Location"] == "/o/acme/settings/organization/"
    acme = Organization.objects.get()
    assert (acme.name, acme.accent, acme.market, acme.requires_two_factor) == (
        "Acme Oncology",
        "#aa3300",
        "DE",
        False,
    )
    entry = AuditEntry.objects.get(verb="organization.changed")
    assert entry.before["name"] == "Acme"
    assert entry.after == {
        "name": "Acme Oncology",
        "accent": "#aa3300",
        "time_zone": "Europe/Berlin",
        "market": "DE",
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [("accent", "red"), ("time_zone", "Mars/Olympus"), ("market", "XX"), ("name", "")],
)
def test_organization_change_says_what_is_wrong(field, value, sign_in, owner):
    asked = {"name": "New name", "accent": "#aa3300", "time_zone": "UTC", "market": "DE", field: value}
    response = sign_in(owner).post("/o/acme/settings/organization/", asked)
    assert list(response.context["form"].errors) == [field]
    assert Organization.objects.get().name == "Acme"


def test_accent_preview_says_when_a_colour_is_adjusted(sign_in, owner):
    page = sign_in(owner).get("/o/acme/settings/organization/accent/?accent=%23ffee88").content.decode()
    assert "The colour is moved to" in page
    assert "style=" not in page


def test_member_change_grants_a_role(sign_in, owner, bob):
    asked = {"roles": [Role.FACILITATOR], "why": "Teaches module 2"}
    response = sign_in(owner).post(f"/o/acme/settings/members/{bob.pk}/", asked)
    assert response["Location"] == "/o/acme/settings/members/"
    bob.refresh_from_db()
    assert bob.granted_roles == [Role.FACILITATOR]


def test_member_change_shows_the_services_sentence(sign_in, owner):
    response = sign_in(owner).post(f"/o/acme/settings/members/{owner.pk}/", {"why": "Enough"})
    assert "only owner of Acme" in response.content.decode()


def test_member_change_asks_for_a_reason_at_its_field(sign_in, owner, bob):
    response = sign_in(owner).post(f"/o/acme/settings/members/{bob.pk}/", {"roles": [Role.SPONSOR]})
    assert response.context["form"].errors == {"why": ["Say why. The reason is kept in the audit log."]}


def test_member_remove_asks_then_removes(sign_in, owner, bob):
    client, url = sign_in(owner), f"/o/acme/settings/members/{bob.pk}/remove/"
    client.get(url)
    assert Membership.objects.get(pk=bob.pk).is_active
    client.post(url, {"why": "Left"})
    assert not Membership.objects.get(pk=bob.pk).is_active
    assert client.get(url).status_code == 404
    assert sign_in(bob).get("/o/acme/me/").status_code == 404


def test_members_of_another_organization_are_not_there(sign_in, owner, charlie):
    assert sign_in(owner).get(f"/o/acme/settings/members/{charlie.pk}/").status_code == 404
    page = sign_in(owner).get("/o/acme/settings/members/?q=Charlie").content.decode()
    assert "Charlie Stranger" not in page


def test_member_list_searches_and_filters(sign_in, owner, alice, ld_admin):
    def names(query):
        return [
            row.display_name
            for row in sign_in(owner).get(f"/o/acme/settings/members/?{query}").context["list"].rows
        ]

    assert names("") == ["Alice Manager", "Lena Admin", "Olivia Owner"]
    assert names("q=lena") == ["Lena Admin"]
    assert names("role=owner") == ["Olivia Owner"]
    assert names("role=none") == ["Alice Manager"]


def test_member_list_costs_the_same_with_many(sign_in, owner, acme, count_queries):
    client = sign_in(owner)
    one = count_queries(lambda: client.get("/o/acme/settings/members/"))
    MembershipFactory.create_batch(24, organization=acme, granted_roles=["sponsor"])
    assert count_queries(lambda: client.get("/o/acme/settings/members/")) == one


def test_profile_changes_name_and_clock(sign_in, alice):
    sign_in(alice).post("/o/acme/me/", {"name": "Alice M. Manager", "time_zone": "Asia/Tokyo"})
    alice.refresh_from_db()
    assert (alice.user.name, alice.time_zone) == ("Alice M. Manager", "Asia/Tokyo")
    assert "Tokyo" in sign_in(alice).get("/o/acme/me/").content.decode()


def test_a_token_is_shown_once(sign_in, alice):
    client = sign_in(alice)
    made = client.post("/o/acme/me/tokens/", {"name": "Report", "scope": "read", "days": "90"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert secret not in client.get("/o/acme/me/tokens/").content.decode()
    assert ApiToken.objects.get().expires_at > ApiToken.objects.get().created_at


def test_one_cannot_revoke_the_token_of_a_colleague(sign_in, alice, bob):
    token, _ = create_token(alice, name="Report")
    url = f"/o/acme/me/tokens/{token.pk}/revoke/"
    assert sign_in(bob).post(url).status_code == 404
    assert sign_in(alice).post(url).status_code == 302
    token.refresh_from_db()
    assert not token.is_usable


def test_several_organizations_are_a_choice(client, alice, globex):
    MembershipFactory(organization=globex, user=alice.user)
    client.force_login(alice.user)
    page = client.get("/").content.decode()
    assert 'href="/o/acme/"' in page
    assert 'href="/o/globex/"' in page


def test_without_an_organization_one_is_told_what_to_do(client, alice):
    Membership.objects.update(is_active=False)
    client.force_login(alice.user)
    assert "You belong to no organization" in client.get("/").content.decode()


def test_refused_access_is_audited(sign_in, bob):
    sign_in(bob).get("/o/acme/settings/members/")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_name, entry.after["path"]) == (
        "access.refused",
        "Bob Mentor",
        "/o/acme/settings/members/",
    )
