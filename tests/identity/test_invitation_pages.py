"""From the invitation to the first page inside, in the browser."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from amdp.directory.invitations.services import invite_person
from amdp.directory.models import Person
from amdp.identity.models import Invitation, Membership, Role, User
from amdp.identity.services import invite, renew_link
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, UserFactory

PASSWORD = "seven green lamps"
BASE = "/o/acme/settings/invitations/"


@pytest.fixture
def nora(acme):
    return PersonFactory(first_name="Nora", last_name="Field", email="nora@example.com")


@pytest.fixture
def path(nora, ld_admin, acme):
    link = renew_link(invite_person(nora, roles=[Role.FACILITATOR], by=ld_admin), acme)
    return link.removeprefix("http://127.0.0.1:8000")


def test_only_owners_and_admins_invite(sign_in, owner, ld_admin, hr_analyst, sponsor, alice):
    for page in ("", "new/", "people/"):
        answers = [
            sign_in(m).get(BASE + page).status_code for m in (owner, ld_admin, hr_analyst, sponsor, alice)
        ]
        assert answers == [200, 200, 404, 404, 404]


def test_an_admin_finds_and_invites_a_person(sign_in, ld_admin, nora):
    client = sign_in(ld_admin)
    found = client.get(f"{BASE}new/?who=fie").content.decode()
    assert f'href="?person={nora.pk}"' in found
    form = client.get(f"{BASE}new/?person={nora.pk}").context["form"]
    assert (form["email"].value(), form.fields["roles"].choices) == (
        "nora@example.com",
        [("facilitator", "Facilitator")],
    )
    client.post(f"{BASE}new/?person={nora.pk}", {"email": "nora@example.com"})
    assert Invitation.objects.get().person_id == nora.pk


def test_an_admin_cannot_hand_out_the_owners_roles_or_invite_outsiders(sign_in, ld_admin, nora):
    client = sign_in(ld_admin)
    client.post(f"{BASE}new/?person={nora.pk}", {"email": "nora@example.com", "roles": ["owner"]})
    client.post(f"{BASE}new/?outside=1", {"email": "eve@example.com"})
    assert not Invitation.objects.exists()


def test_an_owner_invites_an_address_with_any_role(sign_in, owner):
    sign_in(owner).post(
        f"{BASE}new/?outside=1", {"name": "Ida", "email": "ida@example.com", "roles": ["ld_admin", "sponsor"]}
    )
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.granted_roles) == ("ida@example.com", ["ld_admin", "sponsor"])


def test_in_bulk_the_result_names_who_is_not_invited(sign_in, ld_admin, nora, alice):
    selected = [nora.pk, alice.person.pk]
    page = sign_in(ld_admin).post(f"{BASE}bulk/", {"selected": selected}).content.decode()
    assert "1 person is invited" in page
    assert "Alice Manager has a login already." in page


def test_an_admin_does_not_see_the_owners_invitations(sign_in, ld_admin, owner, nora):
    invitation = invite("boss@example.com", roles=[Role.OWNER], by=owner)
    client = sign_in(ld_admin)
    assert client.get(BASE).context["list"].rows == []
    for verb in ("resend", "withdraw"):
        assert client.post(f"{BASE}{invitation.pk}/{verb}/").status_code == 404


def test_send_again_and_withdraw(sign_in, ld_admin, path, nora):
    client, pk = sign_in(ld_admin), Invitation.objects.get().pk
    client.post(f"{BASE}{pk}/resend/")
    client.post(f"{BASE}{pk}/withdraw/")
    assert Invitation.objects.get().state == Invitation.State.WITHDRAWN
    late = client.post(f"{BASE}{pk}/resend/", follow=True).content.decode()
    assert "This invitation is already withdrawn." in late


@pytest.mark.parametrize(("state", "found"), [("open", 1), ("expired", 1), ("accepted", 0), ("withdrawn", 0)])
def test_the_list_is_filtered_by_state(state, found, sign_in, owner):
    invite("a@example.com", by=owner)
    lapsed = invite("b@example.com", by=owner)
    Invitation.objects.filter(pk=lapsed.pk).update(expires_at=timezone.now())
    assert len(sign_in(owner).get(f"{BASE}?state={state}").context["list"].rows) == found


def test_reading_the_link_changes_nothing(client, path):
    before = [User.objects.count(), Membership.objects.count()]
    for _ in range(2):
        assert client.get(path).status_code == 200
    assert client.head(path).status_code == 200
    assert [User.objects.count(), Membership.objects.count()] == before
    assert Invitation.objects.get().state == Invitation.State.SENT


def test_somebody_new_sets_a_password_and_is_in(client, path, nora):
    assert client.get(path).context["form"]["name"].value() == "Nora Field"
    response = client.post(path, {"name": "Nora Field", "password": PASSWORD, "again": PASSWORD})
    assert response["Location"] == "/o/acme/"
    assert client.get("/o/acme/me/").status_code == 200
    assert Person.objects.get(pk=nora.pk).membership.user.email == "nora@example.com"
    other = Client()
    assert (
        other.post("/accounts/login/", {"login": "nora@example.com", "password": PASSWORD})["Location"] == "/"
    )
    assert other.get(path).status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "field"), [("short", "short", "password"), (PASSWORD, "other words", "again")]
)
def test_a_password_that_will_not_do_is_refused_at_its_field(password, again, field, client, path):
    response = client.post(path, {"name": "Nora", "password": password, "again": again})
    assert list(response.context["form"].errors) == [field]
    assert not User.objects.filter(email="nora@example.com").exists()


def test_somebody_with_a_login_signs_in_then_joins(client, path, acme):
    user = UserFactory(email="nora@example.com", password="a long pass phrase")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    assert f'href="/accounts/login/?next={path}"' in client.get(path).content.decode()
    client.post(path, {"name": "Eve", "password": PASSWORD, "again": PASSWORD})
    assert not Membership.objects.filter(user=user).exists()
    login = {"login": user.email, "password": "a long pass phrase", "next": path}
    assert client.post("/accounts/login/", login)["Location"] == path
    assert "Join Acme" in client.get(path).content.decode()
    assert client.post(path)["Location"] == "/o/acme/"
    assert Membership.objects.get(user=user).granted_roles == [Role.FACILITATOR]


def test_another_login_is_asked_to_sign_out(path, globex, client):
    eve = MembershipFactory(organization=globex, user__email="eve@example.com")
    client.force_login(eve.user)
    assert "Sign out" in client.get(path).content.decode()
    client.post(path)
    assert not Membership.objects.filter(user=eve.user, organization__slug="acme").exists()


@pytest.mark.parametrize("path", ["/invitations/acme/guess/", "/invitations/nowhere/guess/"])
def test_a_link_that_does_not_work_says_so(path, client, acme):
    response = client.get(path)
    assert response.status_code == 410
    assert "no longer works" in response.content.decode()


def test_the_page_wears_the_colour_of_who_invites(client, path, acme):
    assert 'href="brand.css"' in client.get(path).content.decode()
    assert "--accent: #155e75" in client.get(f"{path}brand.css").content.decode()
    assert client.get("/invitations/acme/guess/brand.css").status_code == 404


def test_an_expired_link_says_so(client, path):
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert client.get(path).status_code == 410
    assert client.post(path, {"name": "N", "password": PASSWORD, "again": PASSWORD}).status_code == 410


@pytest.mark.parametrize("page", ["", "people/"])
def test_lists_cost_the_same_with_many(page, sign_in, ld_admin, count_queries):
    client = sign_in(ld_admin)
    invite_person(PersonFactory(email="first@example.com"), by=ld_admin)
    PersonFactory()
    one = count_queries(lambda: client.get(BASE + page))
    for number in range(24):
        invite_person(PersonFactory(email=f"n{number}@example.com"), by=ld_admin)
    assert count_queries(lambda: client.get(BASE + page)) == one


def test_people_pages_lead_there(sign_in, ld_admin, hr_analyst, nora, alice):
    def offered(member, path):
        return "Invite" in sign_in(member).get(f"/o/acme/{path}").content.decode()

    assert offered(ld_admin, "people/")
    assert offered(ld_admin, f"people/{nora.pk}/")
    assert not offered(ld_admin, f"people/{alice.person.pk}/")
    assert not offered(hr_analyst, f"people/{nora.pk}/")


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("settings/invitations/", ["Settings"]),
        ("settings/members/", ["Settings"]),
        ("me/tokens/", []),
        ("", ["Home"]),
    ],
)
def test_the_navigation_marks_where_one_is(path, current, sign_in, owner):
    shell = sign_in(owner).get(f"/o/acme/{path}").context["shell"]
    assert [item.label for item in shell.nav if item.current] == current


def test_numbers_that_no_person_can_have_are_nobodys(sign_in, owner):
    client, bulk = sign_in(owner), reverse("invitations:invitation_bulk", args=["acme"])
    for nonsense in ("9" * 5000, "²", "-1"):
        assert (
            client.get(reverse("invitations:invitation_new", args=["acme"]), {"person": nonsense}).status_code
            == 200
        )
        assert client.post(bulk, {"selected": nonsense}).status_code == 200
