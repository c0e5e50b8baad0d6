"""What no field can mean finds nothing, and breaks no page."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.curriculum import ItemFactory, SessionFactory


def url(name, *args):
    return reverse(f"curriculum:{name}", args=["acme", *args])


@pytest.mark.parametrize("typed", [{"find": "a\0b"}, {"find": "a", "people": "²"}, {"people": "9" * 30}])
def test_nobody_is_found_by_what_no_name_and_no_number_can_be(acme, sign_in, ld_admin, typed):
    session = SessionFactory(day=timezone.now().date() + datetime.timedelta(days=20))
    page = sign_in(ld_admin).post(url("session_facilitators", session.pk), typed)
    assert page.status_code == 200
    assert not session.facilitators.exists()


@pytest.mark.parametrize("typed", [{"find": "a\0b"}, {"account": "²"}, {"account": "9" * 30}])
def test_no_account_is_found_by_what_none_can_be(acme, sign_in, bob, typed):
    item = ItemFactory(participant__person=bob.person, job=True)
    client = sign_in(bob)
    assert client.post(url("project_edit", item.pk), typed | {"find_now": "1"}).status_code == 200
    assert client.post(url("project_draft", item.pk), typed).status_code in (200, 422)
    assert item.projects.get().account is None


def test_a_choice_without_words_is_asked_for_them(program, sign_in, ld_admin):
    module = program.modules.first()
    fields = {"title": "One", "track": "learn", "rule": "one_of", "length_days": 5}
    fields |= {"offset_months": 0, "offset_days": 0}
    page = sign_in(ld_admin).post(url("module_edit", module.pk), fields).content.decode()
    assert "Say what the choice is about." in page
    assert "module_choice_named" not in page
