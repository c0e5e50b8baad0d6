"""Two people, or two clicks, at once: the second is told, and sees no page of ours that broke."""

from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from amdp.identity.models import Role
from amdp.tenancy.context import organization_context
from amdp.web.errors import TWICE, sentence_for_the_second
from cohorts.models import Placement, Program
from cohorts.services import programs
from cohorts.views import placements
from tests.factories.cohorts import ParticipantFactory, PlacementFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory


@pytest.fixture
def shop(transactional_db):
    return OrganizationFactory(slug="acme")


def at_once(member, url, data):
    """The answers to two clicks that have met halfway."""
    found = []

    def click():
        client = Client(raise_request_exception=False)
        client.force_login(member.user)
        found.append(client.post(url, data))
        connection.close()

    clicks = [Thread(target=click), Thread(target=click)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(30)
    return sorted(found, key=lambda answer: answer.status_code)


def meeting(function):
    """The function, left only when two have gone through it."""
    both = Barrier(2, timeout=20)

    def together(*args, **kwargs):
        found = function(*args, **kwargs)
        both.wait()
        return found

    return together


def test_of_two_programs_of_one_name_one_is_made(shop, monkeypatch):
    member = MembershipFactory(organization=shop, granted_roles=[Role.LD_ADMIN])
    monkeypatch.setattr(programs, "_refuse_taken_name", meeting(programs._refuse_taken_name))
    url = reverse("cohorts:program_new", args=["acme"])
    first, second = at_once(member, url, {"blueprint": "blank", "name": "Accounts"})
    assert (first.status_code, second.status_code) == (302, 409)
    assert TWICE in second.content.decode()
    with organization_context(shop):
        assert Program.objects.count() == 1


def test_a_signature_given_twice_counts_once(shop, monkeypatch):
    member = MembershipFactory(organization=shop)
    with organization_context(shop):
        leader = PersonFactory(membership=member)
        placement = PlacementFactory(participant=ParticipantFactory(state="graduated"), leader=leader)
    monkeypatch.setattr(placements, "visible_placement", meeting(placements.visible_placement))
    url = reverse("cohorts:placement_sign", args=["acme", placement.pk])
    first, second = at_once(member, url, {})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "can sign this as the leader, and only once" in second.content.decode()
    with organization_context(shop):
        assert Placement.objects.get().leader_signed_at is not None


class Stated(Exception):
    def __init__(self, state):
        self.pgcode = state


@pytest.mark.parametrize(
    ("kind", "state", "sentence"),
    [
        (IntegrityError, "23505", TWICE),
        (OperationalError, "40P01", TWICE),
        (IntegrityError, "23503", ""),
        (OperationalError, "57014", ""),
    ],
)
def test_only_what_two_do_at_once_is_told_so(kind, state, sentence):
    error = kind("x")
    error.__cause__ = Stated(state)
    assert sentence_for_the_second(error) == sentence
    assert sentence_for_the_second(RuntimeError("x")) == ""
