"""Logging, confirming, and the note that stays with its author."""

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from amdp.notifications.services import notify_many
from mentoring.access import visible_private_notes
from mentoring.messages import check_in_asked, silent_for_mentor
from mentoring.models import CheckIn, CoachingSession, Mentorship, PrivateNote
from mentoring.services import (
    NextStep,
    SessionFacts,
    ask_to_amend,
    confirm_session,
    edit_session,
    end_mentorship,
    finish_action,
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


def test_an_action_that_stays_the_same_stays_done(pair, bob):
    steps = [NextStep(f"Step {number}") for number in range(4)]
    session = log_session(pair, facts(actions=steps), token=uuid.uuid4(), by=bob)
    finish_action(session.actions.get(text="Step 3"))
    edit_session(session, facts(actions=[steps[3], NextStep("Another")]), by=bob)
    found = {one.text: one.done_at is not None for one in session.actions.all()}
    assert found == {"Another": False, "Step 3": True}


def test_the_form_shows_and_keeps_all_actions_however_many_a_program_logged(pair, bob, sign_in):
    steps = [NextStep(f"Step {number}") for number in range(5)]
    session = log_session(pair, facts(actions=steps), token=uuid.uuid4(), by=bob)
    address = reverse("mentoring:session_edit", args=["acme", session.pk])
    client = sign_in(bob)
    form = client.get(address).context["form"]
    posted = {name: form[name].value() or "" for name in form.fields}
    posted |= {"competencies": [], "held_on": session.held_on.isoformat(), "minutes": 30}
    assert client.post(address, posted).status_code == 302
    assert session.actions.count() == 5


def test_after_a_pair_has_ended_a_change_plans_nothing(pair, bob, ld_admin):
    session = log_session(pair, facts(), token=uuid.uuid4(), by=bob)
    end_mentorship(pair, reason="Other duties.", by=ld_admin)
    soon = timezone.now() + datetime.timedelta(days=3)
    edit_session(session, facts(minutes=30, next_meeting_at=soon), by=bob)
    pair.refresh_from_db()
    assert (pair.state, pair.silence_due_at, pair.next_meeting_at) == ("ended", None, None)


def test_a_change_to_what_was_confirmed_asks_again_and_takes_back_the_next_meeting(pair, bob, mateo):
    soon = timezone.now() + datetime.timedelta(days=3)
    session = log_session(pair, facts(next_meeting_at=soon), token=uuid.uuid4(), by=bob)
    log_session(pair, facts(), token=uuid.uuid4(), by=bob)
    pair.refresh_from_db()
    assert pair.next_meeting_at == soon  # nothing said is no cancellation
    confirm_session(session, by=mateo)
    edit_session(session, facts(minutes=30, next_meeting_at=None), by=bob)
    pair.refresh_from_db()
    assert pair.next_meeting_at is None
    assert Notification.objects.filter(kind="mentoring.session_logged").count() == 3


def test_a_next_meeting_in_the_past_is_refused_unless_it_is_the_one_that_was(pair, bob):
    past = timezone.now() - datetime.timedelta(hours=2)
    with pytest.raises(ValidationError, match="This time is over"):
        log_session(pair, facts(next_meeting_at=past), token=uuid.uuid4(), by=bob)
    session = log_session(pair, facts(), token=uuid.uuid4(), by=bob)
    Mentorship.objects.update(next_meeting_at=past)
    edit_session(session, facts(minutes=30, next_meeting_at=past), by=bob)


def test_what_waits_for_a_morning_is_taken_back_when_the_pair_ends(pair, bob, ld_admin):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    check_in = CheckIn.objects.create(mentorship=pair, side="mentor", asked_on=timezone.now().date())
    notify_many([silent_for_mentor(pair, pair.started_on, tomorrow), check_in_asked(check_in, tomorrow)])
    end_mentorship(pair, reason="Other duties.", by=ld_admin)
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert kinds == {"mentoring.ended"}


def test_a_report_of_an_error_holds_no_note(pair, bob, sign_in, rf):
    from mentoring.views.sessions import session_edit, session_log

    for view in (session_log, session_edit):
        request = rf.post("/", {"private_note": SECRET})
        with pytest.raises(AttributeError):  # the request has no member: any error will do
            view(request, "acme", **({"session": 1} if view is session_edit else {}))
        assert request.sensitive_post_parameters == ("private_note", "shared_notes")
