"""“Due soon” and “late”, found by the tick when they have come due."""

from datetime import datetime

from django.db.models import Min

from amdp.notifications.services import notify_many, wake_at
from amdp.tenancy.context import organization_context
from cohorts.models import Participant
from curriculum import messages
from curriculum.dates import next_reminder
from curriculum.models import ParticipantActivity
from curriculum.queries.schedule import journeys_by_cohort

CHUNK = 1000


def remind(organization_id: int, now: datetime) -> None:
    """Tick hook: tell those whose activity is due soon or late, and say when to be called again.

    Reads only what has come due, by a partial index; safe to run twice, because a person is told once per
    activity and kind.
    """
    while True:
        with organization_context(organization_id):
            if _remind_some(now) < CHUNK:
                break
    with organization_context(organization_id):
        waiting = ParticipantActivity.objects.filter(remind_at__isnull=False)
        following = waiting.aggregate(at=Min("remind_at"))["at"]
        if following is not None:
            wake_at(following)


def _remind_some(now: datetime) -> int:
    due = (
        ParticipantActivity.objects.filter(remind_at__lte=now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("activity__module", "participant__person", "participant__cohort", "organization")
        .order_by("remind_at")[:CHUNK]
    )
    items = list(due)
    told = [item for item in items if item.is_open and item.participant.state == Participant.State.ACTIVE]
    notify_many(messages.reminder(item, item.reminder) for item in told)
    journeys = journeys_by_cohort({item.participant.cohort_id for item in items}) if items else {}
    for item in items:
        person, journey = item.participant.person, journeys.get(item.participant.cohort_id)
        market = person.market or (journey.market if journey else "")
        item.remind_at, item.reminder = next_reminder(
            item.due_on, person.time_zone, market, after=now, is_session=item.activity.is_session
        )
        if item not in told:
            item.remind_at, item.reminder = None, ""
    ParticipantActivity.objects.bulk_update(items, ["remind_at", "reminder"], batch_size=CHUNK)
    return len(items)
