"""Participants complete what they have to do."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Participant
from curriculum.access import is_own
from curriculum.models import Module, ParticipantActivity
from curriculum.queries.opening import opening_of

State = ParticipantActivity.State


@transaction.atomic
def complete_activity(
    item: ParticipantActivity, *, by: Membership, reflection: str = ""
) -> ParticipantActivity:
    """A participant has done one of their own activities. Reminders that have not gone out never will.

    Raises ValidationError for somebody else's, for sessions and hand-ins, before the day it opens, and while a
    module before it in the same track is open.
    """
    require_organization()
    item = locked(item)
    refuse_unless_workable(item, by=by)
    activity = item.activity
    if activity.is_session:
        raise ValidationError("The facilitator marks who attended a session.")
    if activity.hands_in:
        raise ValidationError("Hand in your work for this activity.")
    if activity.asks_reflection and not reflection.strip():
        raise ValidationError({"reflection": "Write a sentence or two. It is what you will remember."})
    item.reflection = reflection.strip()
    finish(item, State.DONE, by=by)
    audit.record("activity.completed", item, by=by, after={"participant": str(item.participant)})
    return item


def locked(item: ParticipantActivity) -> ParticipantActivity:
    """The row, locked, with what belongs to it."""
    return (
        ParticipantActivity.objects.select_for_update(of=("self",))
        .select_related("activity__module", "participant__person__manager", "participant__cohort")
        .get(pk=item.pk)
    )


def refuse_unless_workable(item: ParticipantActivity, *, by: Membership) -> None:
    """One's own, of an active participant, not over yet, and open by its day and the modules before it."""
    if not is_own(by, item.participant):
        raise ValidationError("Only the participant can do this.")
    if item.participant.state != Participant.State.ACTIVE:
        raise ValidationError("Your place in the cohort is not active. Ask your L&D admin.")
    if not item.is_open:
        raise ValidationError("This is done or handed in already.")
    opening = opening_of(item)
    if opening is not None:
        raise ValidationError(opening.sentence)


def finish(item: ParticipantActivity, state: str, *, by: Membership | None) -> None:
    """Write the state; the only place where an item's state changes."""
    if state not in ParticipantActivity.MOVES[State(item.state)]:
        raise ValidationError(
            f"“{item}” is {item.get_state_display().lower()}; it cannot become {State(state).label.lower()}."
        )
    item.state = state
    over = state in ParticipantActivity.OVER
    item.done_at = timezone.now() if over else None
    item.done_by = by if over else None
    if state != State.RETURNED:
        item.remind_at, item.reminder = None, ""
    item.save(update_fields=["state", "done_at", "done_by", "reflection", "remind_at", "reminder"])
    if over:
        _let_alternatives_go(item)


def _let_alternatives_go(item: ParticipantActivity) -> None:
    """Of a choice, one module is enough: the others are no longer asked for, though still open."""
    module = item.activity.module
    if module.rule != Module.Rule.ONE_OF:
        return
    own = ParticipantActivity.objects.filter(participant=item.participant_id)
    if (
        own.filter(activity__module=module, activity__required=True)
        .exclude(state__in=ParticipantActivity.OVER)
        .exists()
    ):
        return
    others = own.filter(activity__module__program=module.program_id, activity__module__choice=module.choice)
    others.exclude(activity__module=module).filter(state=State.TO_DO).update(
        is_asked=False, remind_at=None, reminder=""
    )
