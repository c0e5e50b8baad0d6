"""The API of pairs: sessions, what was agreed on, how it is going, and messages for a morning."""

import datetime
import uuid

import pytest
from django.utils import timezone

from amdp.notifications.models import Notification
from mentoring.models import CheckIn, CoachingAction, CoachingSession, PrivateNote, Pulse
from mentoring.services import NextStep, SessionFacts, log_session, plan_pulse
from mentoring.vault import open_note
from tests.factories.cohorts import CompetencyFactory
from tests.factories.directory import AccountFactory
from tests.factories.mentoring import MentorshipFactory

API = "/api/v1/o/acme/"
SECRET = "He doubts the plan."
YESTERDAY = timezone.now().date() - datetime.timedelta(days=1)
LATER = timezone.now().date() + datetime.timedelta(days=20)


@pytest.fixture
def send(sign_in):
    """``send(bob, "post", "mentorships/1/end/", {…})``: the status and what was said."""

    def as_member(member, method, path, body=None):
        answer = getattr(sign_in(member), method)(f"{API}{path}", body or {}, content_type="application/json")
        assert SECRET not in answer.content.decode()
        return answer.status_code, answer.json()

    return as_member


@pytest.fixture
def session(pair, bob):
    facts = SessionFacts(
        held_on=YESTERDAY,
        minutes=45,
        shared_notes="Five names.",
        actions=[NextStep("Ask Elisa"), NextStep("Read the plan", "mentor", LATER)],
        private_note=SECRET,
    )
    return log_session(pair, facts, token=uuid.uuid4(), by=bob)


def told(answer):
    """The status, the field and the first sentence of a problem."""
    status, body = answer
    return status, next(iter(body["errors"])), body["detail"]


# --- the end of a pair --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["bob", "ld_admin"])
def test_the_mentor_or_ld_ends_a_pair_with_a_reason(who, send, pair, request):
    member, path = request.getfixturevalue(who), f"mentorships/{pair.pk}/end/"
    assert told(send(member, "post", path, {"reason": "  "})) == (
        400,
        "reason",
        "Say why. L&D reads it when looking for another mentor.",
    )
    assert told(send(member, "post", path)) == (400, "reason", "This field is required.")
    status, ended = send(member, "post", path, {"reason": "Too far apart."})
    assert (status, ended["state"], "ended_why" in ended) == (200, "ended", False)
    pair.refresh_from_db()
    assert pair.ended_why == "Too far apart."
    assert send(member, "post", path, {"reason": "Again."})[0] == 403


def test_others_do_not_end_a_pair(send, pair, mateo, owner, hr_analyst, charlie):
    path = f"mentorships/{pair.pk}/end/"
    for member, expected in ((mateo, 403), (owner, 404), (hr_analyst, 404), (charlie, 404)):
        assert send(member, "post", path, {"reason": "No."})[0] == expected
    pair.refresh_from_db()
    assert pair.state == "active"


# --- sessions -----------------------------------------------------------------------------------------


def test_a_mentor_changes_a_session_and_what_is_left_out_stays(send, bob, mateo, session):
    CoachingAction.objects.filter(text="Ask Elisa").update(done_at=timezone.now())
    send(mateo, "post", f"coaching-sessions/{session.pk}/confirm/")
    competency = CompetencyFactory(program=session.mentorship.participant.cohort.program)
    account = AccountFactory(owner=mateo.person)
    body = {"minutes": 60, "competencies": [competency.pk], "account": account.pk}
    status, changed = send(bob, "patch", f"coaching-sessions/{session.pk}/", body)
    assert (status, changed["state"], changed["minutes"], changed["shared_notes"]) == (
        200,
        "logged",
        60,
        "Five names.",
    )
    assert (changed["competencies"], changed["account"]) == ([competency.pk], account.pk)
    assert [(one["text"], one["owner"], bool(one["done_at"])) for one in changed["actions"]] == [
        ("Ask Elisa", "mentee", True),
        ("Read the plan", "mentor", False),
    ]
    assert open_note(PrivateNote.objects.get().ciphertext, bob) == SECRET
    status, changed = send(bob, "patch", f"coaching-sessions/{session.pk}/", {"actions": [], "account": None})
    assert (changed["actions"], changed["account"], changed["competencies"]) == ([], None, [competency.pk])


def test_a_private_note_is_changed_and_deleted_and_never_comes_back(send, bob, session):
    path = f"coaching-sessions/{session.pk}/"
    status, changed = send(bob, "patch", path, {"private_note": SECRET + " Still."})
    assert (status, "private_note" in changed) == (200, False)
    assert open_note(PrivateNote.objects.get().ciphertext, bob) == SECRET + " Still."
    assert send(bob, "patch", path, {"private_note": ""})[0] == 200
    assert not PrivateNote.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"held_on": LATER.isoformat()}, "held_on", "This day has not come yet. Log the session once you have met."),
        ({"minutes": 601}, "minutes", "Ensure this value is less than or equal to 600."),
        ({"kind": "chat"}, "kind", '"chat" is not a valid choice.'),
        ({"shared_notes": "a\0b"}, "shared_notes", "Null characters are not allowed."),
        ({"actions": [{"owner": "mentor"}]}, "actions", "This field is required."),
        (
            {"competencies": [10**30]},
            "competencies",
            "One of these is not a competency of the pair’s program.",
        ),
        (
            {"next_meeting_at": "2001-01-01T09:00:00Z"},
            "next_meeting_at",
            "This time is over. Choose a later one, or none.",
        ),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_says_at_which_field(body, field, sentence, send, bob, session):
    answer = send(bob, "patch", f"coaching-sessions/{session.pk}/", {"minutes": 30} | body)
    assert told(answer) == (400, field, sentence)
    session.refresh_from_db()
    assert (session.minutes, session.shared_notes, session.actions.count()) == (45, "Five names.", 2)


def test_a_session_is_not_about_somebody_elses_account(send, bob, session):
    stranger = AccountFactory()
    for pk in (stranger.pk, 10**30):
        assert send(bob, "patch", f"coaching-sessions/{session.pk}/", {"account": pk})[0] == 404


def test_only_the_mentor_changes_a_session(send, mateo, alice, ld_admin, owner, charlie, session):
    path = f"coaching-sessions/{session.pk}/"
    assert send(mateo, "patch", path, {"minutes": 5}) == (
        403,
        {
            "type": "about:blank",
            "title": "You do not have permission to perform this action",
            "status": 403,
            "detail": "The mentor changes what was logged; you can ask for a change.",
        },
    )
    for member in (alice, ld_admin, owner, charlie):
        assert send(member, "patch", path, {"minutes": 5})[0] == 404
    session.refresh_from_db()
    assert session.minutes == 45


def test_a_session_is_changed_for_seven_days(send, bob, session):
    CoachingSession.objects.update(logged_at=timezone.now() - datetime.timedelta(days=8))
    assert told(send(bob, "patch", f"coaching-sessions/{session.pk}/", {"minutes": 30})) == (
        400,
        "non_field_errors",
        "A session can be changed for seven days, after that when the participant asks.",
    )


@pytest.mark.parametrize("who", ["bob", "mateo"])
def test_either_of_the_two_ticks_an_action_off_and_puts_it_back(who, send, session, request):
    member = request.getfixturevalue(who)
    agreed = send(member, "get", f"coaching-actions/?session={session.pk}&done=false")[1]["results"]
    assert [(one["text"], one["session"]) for one in agreed] == [
        ("Ask Elisa", session.pk),
        ("Read the plan", session.pk),
    ]
    path = f"coaching-actions/{agreed[0]['id']}/finish/"
    assert send(member, "post", path)[1]["done_at"]
    assert send(member, "get", "coaching-actions/?done=true")[1]["count"] == 1
    assert told(send(member, "post", path, {"done": "perhaps"})) == (400, "done", "Must be a valid boolean.")
    assert send(member, "post", path, {"done": False})[1]["done_at"] is None


def test_others_read_no_action_and_finish_none(send, alice, ld_admin, owner, charlie, session):
    action = session.actions.first()
    for member in (alice, ld_admin, owner, charlie):
        assert send(member, "post", f"coaching-actions/{action.pk}/finish/")[0] == 404
        assert send(member, "get", f"coaching-actions/{action.pk}/")[0] == 404
    assert send(ld_admin, "get", "coaching-actions/")[1]["results"] == []
    assert not CoachingAction.objects.filter(done_at__isnull=False).exists()


# --- how it is going ------------------------------------------------------------------------------------


@pytest.fixture
def asked(pair):
    today = timezone.now().date()
    return CheckIn.objects.create(mentorship=pair, side="mentee", asked_on=today)


def test_whoever_is_asked_answers_and_ld_reads_it(send, mateo, ld_admin, asked):
    path = f"check-ins/{asked.pk}/"
    assert send(ld_admin, "get", path)[0] == 404  # not answered yet
    status, said = send(mateo, "post", f"{path}answer/", {"going": "amber", "sentence": " We rarely meet. "})
    assert (status, said["going"], said["sentence"]) == (200, "amber", "We rarely meet.")
    assert send(ld_admin, "get", path)[1]["sentence"] == "We rarely meet."
    assert send(ld_admin, "get", "check-ins/?going=amber&answered=true")[1]["count"] == 1
    status, refusal = send(ld_admin, "post", f"{path}answer/", {"going": "green"})
    assert (status, refusal["detail"]) == (403, "This check-in is somebody else’s to answer.")
    asked.refresh_from_db()
    assert asked.going == "amber"


def test_the_other_side_never_reads_or_gives_the_answer(send, bob, mateo, alice, owner, charlie, asked):
    send(mateo, "post", f"check-ins/{asked.pk}/answer/", {"going": "red", "sentence": "No."})
    bob.granted_roles = ["ld_admin"]  # L&D who mentors reads what others say, not what is said about them
    bob.save()
    for member in (bob, alice, owner, charlie):
        assert send(member, "get", f"check-ins/{asked.pk}/")[0] == 404
        assert send(member, "post", f"check-ins/{asked.pk}/answer/", {"going": "green"})[0] == 404
    assert send(bob, "get", "check-ins/?going=red")[1]["results"] == []


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({}, "going", "This field is required."),
        ({"going": "blue"}, "going", '"blue" is not a valid choice.'),
        ({"going": "red", "sentence": "a\0"}, "sentence", "Null characters are not allowed."),
        (
            {"going": "red", "sentence": "x" * 301},
            "sentence",
            "Ensure this field has no more than 300 characters.",
        ),
    ],
)
def test_an_answer_that_cannot_be_says_at_which_field(body, field, sentence, send, mateo, asked):
    assert told(send(mateo, "post", f"check-ins/{asked.pk}/answer/", body)) == (400, field, sentence)
    asked.refresh_from_db()
    assert (asked.going, asked.answered_at) == ("", None)


def test_a_check_in_is_answered_until_the_next_one(send, mateo, asked):
    day = asked.asked_on + datetime.timedelta(days=30)
    CheckIn.objects.create(mentorship=asked.mentorship, side="mentee", asked_on=day)
    assert told(send(mateo, "post", f"check-ins/{asked.pk}/answer/", {"going": "red"})) == (
        400,
        "non_field_errors",
        "You have been asked again since. Answer the newer one.",
    )


# --- messages for a morning -----------------------------------------------------------------------------


def planned(pair, **changes):
    return {
        "cohort": pair.participant.cohort_id,
        "audience": "both",
        "subject": "Book June",
        "text": "Find a date.",
        "send_on": LATER.isoformat(),
    } | changes


def test_ld_plans_a_message_and_takes_it_back(send, ld_admin, pair):
    status, pulse = send(ld_admin, "post", "pulses/", planned(pair))
    assert (status, pulse["recipients"], pulse["state"]) == (201, 2, "planned")
    waiting = Notification.objects.filter(kind="mentoring.pulse")
    assert waiting.count() == 2
    path = f"pulses/{pulse['id']}/withdraw/"
    assert send(ld_admin, "post", path)[1]["state"] == "withdrawn"
    assert not waiting.exists()
    assert told(send(ld_admin, "post", path)) == (
        400,
        "non_field_errors",
        "This message is withdrawn already.",
    )


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"send_on": YESTERDAY.isoformat()}, "send_on", "This day is over. Choose today or a later one."),
        ({"send_on": "soon"}, "send_on", "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."),
        ({"audience": "all"}, "audience", '"all" is not a valid choice.'),
        ({"subject": ""}, "subject", "This field may not be blank."),
        ({"text": "x" * 2001}, "text", "Ensure this field has no more than 2000 characters."),
    ],
)  # fmt: skip
def test_a_message_that_cannot_be_says_at_which_field(changes, field, sentence, send, ld_admin, pair):
    assert told(send(ld_admin, "post", "pulses/", planned(pair, **changes))) == (400, field, sentence)
    assert not Pulse.objects.exists()


def test_a_message_needs_somebody_to_read_it(send, ld_admin, pair, cohort):
    pair.delete()
    assert told(send(ld_admin, "post", "pulses/", planned(pair, cohort=cohort.pk))) == (
        400,
        "audience",
        "There is nobody to send this to: no pairs are active.",
    )


def test_messages_are_for_ld_alone(send, ld_admin, bob, mateo, owner, charlie, pair):
    facts = planned(pair) | {"send_on": LATER}
    del facts["cohort"]
    pulse = plan_pulse(pair.participant.cohort, **facts, by=ld_admin)
    for member, expected in ((bob, 403), (mateo, 403), (owner, 403), (charlie, 404)):
        assert send(member, "post", "pulses/", planned(pair))[0] == expected
        assert send(member, "get", f"pulses/{pulse.pk}/")[0] == 404
        assert send(member, "post", f"pulses/{pulse.pk}/withdraw/")[0] == 404
    assert [one.state for one in Pulse.objects.all()] == ["planned"]


# --- the price of lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["check-ins", "coaching-actions"])
def test_lists_of_ones_own_cost_the_same_with_1_and_30_rows(
    path, sign_in, bob, mentor, pair, session, count_queries
):
    def more(number):
        for _ in range(number):
            other = MentorshipFactory(mentor=mentor)
            CheckIn.objects.create(mentorship=other, side="mentor", asked_on=YESTERDAY)
            facts = SessionFacts(held_on=YESTERDAY, minutes=30, actions=[NextStep("Meet")])
            log_session(other, facts, token=uuid.uuid4(), by=bob)

    def read():
        return count_queries(lambda: client.get(f"{API}{path}/"))

    client = sign_in(bob)
    more(1)
    read()
    one = read()
    more(24)
    assert read() == one
