"""A session is logged by the mentor, confirmed by the participant. Private notes go to the vault only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Account
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Competency
from mentoring import messages
from mentoring.models import (
    CoachingAction,
    CoachingSession,
    CoachingTopic,
    Mentorship,
    PrivateNote,
)
from mentoring.queries import settings_of
from mentoring.rhythm import plan_silence, wake_for
from mentoring.services.mentorships import locked
from mentoring.vault import close_note

EDITABLE = timedelta(days=7)


@dataclass(frozen=True)
class NextStep:
    """Who does what, by when."""

    text: str
    owner: str = CoachingAction.Owner.MENTEE
    due_on: date | None = None


@dataclass(frozen=True)
class SessionFacts:
    """What a mentor fills in. Day, length and kind are all it takes."""

    held_on: date
    minutes: int
    kind: str = CoachingSession.Kind.COACHING
    account: Account | None = None
    shared_notes: str = ""
    competencies: Iterable[Competency] = ()
    actions: Iterable[NextStep] = ()
    next_meeting_at: datetime | None = None
    private_note: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, session: CoachingSession) -> Self:
        """What stands there now. The private note is not read, and saving these leaves it as it is."""
        return cls(
            held_on=session.held_on,
            minutes=session.minutes,
            kind=session.kind,
            account=session.account,
            shared_notes=session.shared_notes,
            competencies=[one.competency for one in session.topics.select_related("competency")],
            actions=[NextStep(one.text, one.owner, one.due_on) for one in session.actions.all()],
            next_meeting_at=session.mentorship.next_meeting_at,
        )


@transaction.atomic
def log_session(
    mentorship: Mentorship, facts: SessionFacts, *, token: UUID, by: Membership
) -> CoachingSession:
    """Log a session and ask the participant to confirm it.

    The same token again, from a double tap or a phone that sends twice, gives the session that is there.
    """
    require_organization()
    mentorship = locked(mentorship)  # two taps wait here for each other
    known = CoachingSession.objects.filter(form_token=token).first()
    if known is not None:
        return _same_or_refuse(known, mentorship)
    if mentorship.state != Mentorship.State.ACTIVE:
        raise ValidationError(f"{mentorship} no longer work together, so nothing can be logged.")
    _check(mentorship, facts, by)
    session = CoachingSession(mentorship=mentorship, form_token=token, logged_by=by)
    _fill(session, facts, by)
    _after_meeting(mentorship, facts)
    audit.record("coaching_session.logged", session, by=by, after=_told(session))
    messages.session_logged(session)
    return session


@transaction.atomic
def edit_session(session: CoachingSession, facts: SessionFacts, *, by: Membership) -> CoachingSession:
    """Change what was logged, within seven days or when the participant asked; it is confirmed anew.

    An action that stays the same stays done. After the pair has ended nothing more is planned.
    """
    require_organization()
    session = _locked_session(session)
    session.mentorship = locked(session.mentorship)
    asked = session.state == CoachingSession.State.AMENDING
    answered = asked or session.state == CoachingSession.State.CONFIRMED
    if not asked and timezone.now() - session.logged_at > EDITABLE:
        raise ValidationError(
            "A session can be changed for seven days, after that when the participant asks."
        )
    _check(session.mentorship, facts, by)
    before = _told(session)
    session.state, session.confirmed_at = CoachingSession.State.LOGGED, None
    session.topics.all().delete()
    _fill(session, facts, by)
    _after_meeting(session.mentorship, facts, anew=True)
    audit.record("coaching_session.changed", session, by=by, before=before, after=_told(session))
    if answered:
        messages.session_logged(session, again=True)
    return session


@transaction.atomic
def confirm_session(session: CoachingSession, *, by: Membership) -> CoachingSession:
    """The participant agrees with what was logged. Confirming twice changes nothing."""
    require_organization()
    session = _locked_session(session)
    if session.state == CoachingSession.State.CONFIRMED:
        return session
    if session.state != CoachingSession.State.LOGGED:
        raise ValidationError("A change was asked for. Confirm the session once it is made.")
    session.state, session.confirmed_at = CoachingSession.State.CONFIRMED, timezone.now()
    session.save(update_fields=["state", "confirmed_at"])
    audit.record("coaching_session.confirmed", session, by=by)
    return session


@transaction.atomic
def ask_to_amend(session: CoachingSession, *, why: str, by: Membership) -> CoachingSession:
    """The participant remembers it differently."""
    require_organization()
    session = _locked_session(session)
    if session.state != CoachingSession.State.LOGGED:
        raise ValidationError("This session is not waiting for your answer.")
    if not why.strip():
        raise ValidationError({"why": "Say what should be different."})
    session.state, session.amend_why = CoachingSession.State.AMENDING, why.strip()
    session.save(update_fields=["state", "amend_why"])
    audit.record("coaching_session.amendment_asked", session, by=by)
    messages.amendment_asked(session)
    return session


@transaction.atomic
def finish_action(action: CoachingAction, *, done: bool = True) -> CoachingAction:
    """Tick an action off, or put it back."""
    require_organization()
    action.done_at = timezone.now() if done else None
    action.save(update_fields=["done_at"])
    return action


def _check(mentorship: Mentorship, facts: SessionFacts, by: Membership) -> None:
    if facts.held_on > local_today(by):
        raise ValidationError({"held_on": "This day has not come yet. Log the session once you have met."})
    if facts.held_on < mentorship.started_on - timedelta(days=31):
        raise ValidationError({"held_on": "That is long before the two of you became a pair."})
    meeting = facts.next_meeting_at
    if meeting is not None and meeting <= timezone.now() and meeting != mentorship.next_meeting_at:
        raise ValidationError({"next_meeting_at": "This time is over. Choose a later one, or none."})


def _fill(session: CoachingSession, facts: SessionFacts, by: Membership) -> None:
    session.held_on, session.minutes, session.kind = facts.held_on, facts.minutes, facts.kind
    session.account, session.shared_notes = facts.account, facts.shared_notes.strip()
    session.full_clean(
        exclude=["organization", "mentorship", "account", "logged_by"], validate_constraints=False
    )
    session.save()
    CoachingTopic.objects.bulk_create(
        CoachingTopic(session=session, competency=one) for one in facts.competencies
    )
    _keep_actions(session, facts.actions)
    if facts.private_note is not None:
        _keep_private(session, facts.private_note, by)


def _keep_actions(session: CoachingSession, steps: Iterable[NextStep]) -> None:
    there = {one.text: one for one in session.actions.all()}
    for step in steps:
        if not (text := step.text.strip()):
            continue
        action = there.pop(text, None) or CoachingAction(session=session, text=text)
        action.owner, action.due_on = step.owner, step.due_on
        action.save()
    CoachingAction.objects.filter(pk__in=[one.pk for one in there.values()]).delete()


def _keep_private(session: CoachingSession, text: str, author: Membership) -> None:
    notes = PrivateNote.objects.filter(session=session, author=author)
    if not text.strip():
        notes.delete()
        return
    PrivateNote.objects.update_or_create(
        session=session, author=author, defaults={"ciphertext": close_note(text.strip(), author)}
    )


def _after_meeting(mentorship: Mentorship, facts: SessionFacts, *, anew: bool = False) -> None:
    """`anew`: the form showed the next meeting, so that an empty one takes it back."""
    last = mentorship.sessions.order_by("-held_on").values_list("held_on", flat=True).first()
    mentorship.last_session_on = last
    if mentorship.state == Mentorship.State.ACTIVE:
        over = mentorship.next_meeting_at is not None and mentorship.next_meeting_at <= timezone.now()
        if anew or over or facts.next_meeting_at is not None:
            mentorship.next_meeting_at = facts.next_meeting_at
        plan_silence(mentorship, settings_of(mentorship.participant.cohort))
        wake_for([mentorship])
    mentorship.save(update_fields=["last_session_on", "next_meeting_at", "silence", "silence_due_at"])


def _locked_session(session: CoachingSession) -> CoachingSession:
    return (
        CoachingSession.objects.select_for_update(of=("self",))
        .select_related(
            "mentorship__mentor__person", "mentorship__participant__person", "mentorship__participant__cohort"
        )
        .get(pk=session.pk)
    )


def _same_or_refuse(known: CoachingSession, mentorship: Mentorship) -> CoachingSession:
    if known.mentorship_id != mentorship.pk:
        raise ValidationError("This form was sent for somebody else already. Open it again.")
    return known


def _told(session: CoachingSession) -> dict[str, object]:
    """What the audit log may hold: that they met, not what they said."""
    return {"held_on": session.held_on, "minutes": session.minutes, "kind": session.kind}
