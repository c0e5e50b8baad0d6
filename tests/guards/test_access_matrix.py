"""Who gets which answer from every page and endpoint: ``access.csv`` says it, and a new address joins it.

Each address is asked with real objects, as everybody: owner, L&D, HR, sponsor, adverse-impact reviewer,
leaders, candidate, participant, assessor, mentor, facilitator, a colleague; signed out; and from another
organization that holds the same. A posted form is empty and what it does is taken back.

After adding an address, or deciding that somebody may see more or less, write the table anew and read what
changed against the matrix in ``docs``: ``ACCESS_TABLE=write pytest tests/guards/test_access_matrix.py``.
"""

import csv
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client

from amdp.tenancy.context import organization_context
from tests.factories.world import ACTORS, ROLES, world
from tests.guards.addresses import addresses

TABLE = Path(__file__).with_name("access.csv")
ADDRESSES = addresses()


@pytest.fixture
def lookalikes(acme, globex, monkeypatch):
    """Acme and Globex with the same in both. Pages are not drawn: the status is all that is asked for."""
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")
    with organization_context(globex):
        there = world(globex)
    with organization_context(acme):
        here = world(acme)
        yield here, there


def answer(client, method, path):
    """The status of one request, whatever it did taken back."""
    with transaction.atomic():
        status = getattr(client, method)(path).status_code
        transaction.set_rollback(True)
    return status


def client_of(member):
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    return client


def line_of(address, method):
    return f"{method.upper()} {address.name}"


def read_table():
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["address"]: row for row in csv.DictReader(stream)}


def write_column(actor, answers):
    rows = read_table() if TABLE.exists() else {}
    kept = [{"address": line, **rows.get(line, {}), actor: status} for line, status in answers.items()]
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, ["address", *ACTORS], lineterminator="\n")
        table.writeheader()
        table.writerows(kept)


def test_every_address_can_be_asked_for_a_real_object(lookalikes):
    here, _ = lookalikes
    assert len(ADDRESSES) > 150
    assert all(one.path("acme", here.objects) for one in ADDRESSES)


@pytest.mark.parametrize("actor", ACTORS)
def test_everybody_gets_the_answer_of_the_table(actor, lookalikes):
    here, _ = lookalikes
    client = client_of(here.members[actor])
    answers = {
        line_of(one, method): str(answer(client, method, one.path("acme", here.objects)))
        for one in ADDRESSES
        for method in one.methods
    }
    assert {line: status for line, status in answers.items() if status.startswith("5")} == {}
    if os.environ.get("ACCESS_TABLE") == "write":
        write_column(actor, answers)
    told = {line: row[actor] for line, row in read_table().items()}
    assert {
        line: (status, told.get(line)) for line, status in answers.items() if told.get(line) != status
    } == {}
    assert set(told) == set(answers)


@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_one_is_sent_to_the_login(method, lookalikes):
    here, _ = lookalikes
    client = Client()
    expected = {True: {401, 405}, False: {302}}
    wrong = {
        one.name: status
        for one in ADDRESSES
        if (status := answer(client, method, one.path("acme", here.objects))) not in expected[one.is_api]
    }
    assert wrong == {}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing_of_acme(method, lookalikes):
    here, there = lookalikes
    client = client_of(there.members["owner"])
    found = {one.name for one in ADDRESSES if answer(client, method, one.path("acme", here.objects)) != 404}
    assert found == set()


@pytest.mark.parametrize("actor", ["owner", "leader"])
def test_objects_of_another_organization_are_as_if_they_were_not(actor, lookalikes):
    """Their ids under the own address: the same answer as for an id that nobody has."""
    here, there = lookalikes
    if actor == "owner":
        here.members[actor].granted_roles = list(ROLES)
        here.members[actor].save()
    client = client_of(here.members[actor])
    nobody = {noun: 999_999_999 if hasattr(one, "pk") else one for noun, one in there.objects.items()}
    different = {}
    for one in ADDRESSES:
        if not any(
            hasattr(there.objects.get(one._noun(name, there.objects)), "pk") for name in one.parameters
        ):
            continue
        for method in one.methods:
            theirs = answer(client, method, one.path("acme", there.objects))
            if theirs < 400 or theirs != answer(client, method, one.path("acme", nobody)):
                different[line_of(one, method)] = theirs
    assert different == {}
