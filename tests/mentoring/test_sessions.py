"""Logging, confirming, and the note that stays with its author."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from mentoring.access import visible_private_notes
from mentoring.models import CoachingSession, PrivateNote
from mentoring.services import (
    NextStep,
    SessionFacts,
    ask_to_amend,
    confirm_session,
    edit_session,
    log_session,
)
from mentoring.vault import LOST, close_note, open_note

SECRET = "He doubts the plan; ask about home."


def facts(**changes):
    yesterday = timezone.now().date() - datetime.timedelta(days=1)
    return SessionFacts(**({"held_on": yesterday, "minutes": 45} | changes))


def test_a_logged_session_asks_the_participant_to_confirm(pair, bob, mateo):
    step = NextStep("Ask Elisa for an introduction", due_on=timezone.now().date())
    session = log_session(pair, facts(shared_notes="Five names.", actions=[step]), token=uuid.uuid4(), by=bob)
    pair.refresh_from_db()
    assert (session.state, pair.last_session_on, session.actions.get().text) == (
        "logged",
        session.held_on,
        "Ask Elisa for an introduction",
    )
    assert Notification.objects.get(kind="mentoring.session_logged").person == mateo.person
    confirm_session(session, by=mateo)
    session.refresh_from_db()
    assert session.state == "confirmed"


def test_a_double_tap_logs_one_session(pair, bob):
    token = uuid.uuid4()
    assert log_session(pair, facts(), token=token, by=bob) == log_session(pair, facts(), token=token, by=bob)
    assert CoachingSession.objects.count() == 1


def test_a_session_in_the_future_is_refused(pair, bob):
    tomorrow = timezone.now().date() + datetime.timedelta(days=2)
    with pytest.raises(ValidationError, match="has not come yet"):
        log_session(pair, facts(held_on=tomorrow), token=uuid.uuid4(), by=bob)


def test_the_participant_asks_for_a_change_and_confirms_it(pair, bob, mateo):
    session = log_session(pair, facts(minutes=90), token=uuid.uuid4(), by=bob)
    with pytest.raises(ValidationError, match="Say what should be different"):
        ask_to_amend(session, why="", by=mateo)
    ask_to_amend(session, why="It was half an hour.", by=mateo)
    with pytest.raises(ValidationError, match="A change was asked for"):
        confirm_session(session, by=mateo)
    edit_session(session, facts(minutes=30), by=bob)
    assert confirm_session(session, by=mateo).minutes == 30
    assert Notification.objects.filter(kind="mentoring.session_logged").count() == 2


def test_after_seven_days_a_session_stays_as_it_is(pair, bob):
    session = log_session(pair, facts(), token=uuid.uuid4(), by=bob)
    CoachingSession.objects.update(logged_at=timezone.now() - datetime.timedelta(days=8))
    with pytest.raises(ValidationError, match="for seven days"):
        edit_session(session, facts(minutes=30), by=bob)


def test_a_private_note_is_nowhere_but_in_the_vault(pair, bob, mateo, ld_admin, owner):
    session = log_session(pair, facts(private_note=SECRET), token=uuid.uuid4(), by=bob)
    note = PrivateNote.objects.get()
    assert open_note(note.ciphertext, bob) == SECRET
    assert [visible_private_notes(one).count() for one in (bob, mateo, ld_admin, owner)] == [1, 0, 0, 0]
    assert SECRET not in str(list(AuditEntry.objects.values()))
    assert SECRET not in str(list(Notification.objects.values()))
    with connection.cursor() as cursor:
        cursor.execute("select array_agg(n::text)::text from mentoring_privatenote n")
        assert "doubts" not in cursor.fetchone()[0]
    edit_session(session, facts(private_note=""), by=bob)
    assert not PrivateNote.objects.exists()


def test_a_note_copied_to_somebody_else_stays_shut(bob, mateo):
    assert open_note(close_note(SECRET, bob), mateo) == LOST


def test_notes_survive_a_new_key(bob, settings):
    closed = close_note(SECRET, bob)
    settings.PRIVATE_NOTES_KEYS = ["new", *settings.PRIVATE_NOTES_KEYS]
    assert open_note(closed, bob) == SECRET
    settings.PRIVATE_NOTES_KEYS = ["new"]
    assert open_note(closed, bob) == LOST


def test_facts_do_not_show_the_note_when_printed():
    assert SECRET not in repr(facts(private_note=SECRET))
