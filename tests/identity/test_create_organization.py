"""The command that makes the first organization."""

import pytest
from django.core.management import CommandError, call_command

from amdp.directory.invitations.services import accept_as_new_login
from amdp.identity.models import Invitation, Membership, Role
from amdp.identity.queries import invitation_for
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization


@pytest.fixture
def create(db, capsys):
    def run(slug="initech", name="Initech", owner="Bill@Example.com", **options):
        call_command("create_organization", slug, name=name, owner=owner, **options)
        return capsys.readouterr().out.splitlines()

    return run


def accept(organization, link):
    with organization_context(organization):
        invitation = invitation_for(link.rstrip("/").rsplit("/", 1)[-1])
        return accept_as_new_login(invitation, organization, name="Bill", password="seven green lamps")


def test_it_prints_the_link_with_which_the_owner_sets_a_password(create):
    *sentences, link = create()
    organization = Organization.objects.get(slug="initech")
    member = accept(organization, link)
    assert (member.user.email, member.granted_roles) == ("bill@example.com", [Role.OWNER])
    assert sentences == [
        "Created Initech at /o/initech/.",
        "bill@example.com becomes the owner and sets a password here, within 14 days:",
    ]


def test_again_before_accepting_it_prints_a_new_link(create):
    former, latest = create()[-1], create()[-1]
    organization = Organization.objects.get()
    assert former != latest
    with organization_context(organization):
        assert Invitation.objects.count() == 1
    assert accept(organization, latest).has(Role.OWNER)


def test_again_after_accepting_it_changes_nothing(create):
    accept(Organization.objects.get(slug="initech"), create()[-1]) if create() else None
    assert create(name="Other") == [
        "/o/initech/ exists and is called Initech; its name stays.",
        "bill@example.com is an owner already and signs in as before.",
    ]
    assert Membership.objects.count() == 1


@pytest.mark.parametrize(
    ("slug", "owner", "sentence"),
    [
        ("api", "a@example.com", "reserved"),
        ("no good", "a@example.com", "slug"),
        ("initech", "nobody", "valid email"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(create, slug, owner, sentence):
    with pytest.raises(CommandError, match=sentence):
        create(slug=slug, owner=owner)
    assert not Organization.objects.exists()


def test_a_member_is_not_made_owner_behind_the_owners_back(create, alice):
    with pytest.raises(CommandError, match="An owner can make them an owner"):
        create(slug="acme", name="Acme", owner=alice.user.email)


def test_a_time_zone_given_with_it_counts_as_confirmed_and_none_is_asked_for_later(create):
    create()
    assert Organization.objects.get().time_zone_confirmed_at is None
    create("hooli", "Hooli", time_zone="Europe/Berlin")
    hooli = Organization.objects.get(slug="hooli")
    assert (hooli.time_zone, hooli.time_zone_confirmed_at is None) == ("Europe/Berlin", False)
    with pytest.raises(CommandError, match="“Mars/Olympus” is no time zone"):
        create("acme", "Acme", time_zone="Mars/Olympus")
    assert not Organization.objects.filter(slug="acme").exists()
