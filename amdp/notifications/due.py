"""When the tick has to look at an organization.

Planning something due at a time promises that a ``Due`` row at or before that time outlives the planning
transaction. The promise is kept without a lock that two planners could wait for each other on:

- A planner adds a row, unless one that lies in the future, yet early enough, is there already; that one it
  locks in share mode, which other planners do not mind.
- The tick notes the rows that are due and that no planner holds, does the work, and then removes just those.
  A planner it did not see has therefore added, or is holding, a row that stays.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from amdp.notifications import queries
from amdp.notifications.models import Due
from amdp.tenancy.context import organization_context, require_organization

logger = logging.getLogger(__name__)

Hook = Callable[[int, datetime], None]
Enqueue = Callable[[int, list[int]], object]
T = TypeVar("T")

CHUNK = 1000
# Planners trust only rows this far ahead: clocks of two machines may differ.
MARGIN = timedelta(seconds=60)
# What has been handed to the workers is handed out again after this time, should it still wait.
AGAIN = timedelta(minutes=10)

REGISTER = """
WITH early_enough AS (
    SELECT 1 FROM notifications_due
    WHERE organization_id = %(organization)s AND next_due_at > %(trusted)s AND next_due_at <= %(at)s
    LIMIT 1 FOR KEY SHARE
)
INSERT INTO notifications_due (organization_id, next_due_at)
SELECT %(organization)s, %(at)s WHERE NOT EXISTS (SELECT 1 FROM early_enough)
"""


def wake_at(at: datetime) -> None:
    """Have the tick look at the current organization at this time or a little earlier.

    Takes effect with the transaction it is called in.
    """
    organization_id = require_organization()
    trusted = timezone.now() + MARGIN
    with connection.cursor() as cursor:
        cursor.execute(REGISTER, {"organization": organization_id, "at": at, "trusted": trusted})


def due_organizations(now: datetime) -> list[int]:
    """The organizations that want to be looked at: one query, however many are idle."""
    due = Due.objects.filter(next_due_at__lte=now)
    return list(due.order_by("organization_id").values_list("organization_id", flat=True).distinct())


def run_due(organization_id: int, now: datetime, enqueue: Enqueue) -> int:
    """Call the hooks, then hand what is due to ``enqueue`` in chunks of ids. The number of ids.

    Safe to run twice, at once too: handing out twice sends once. When a hook raises, the organization
    stays due and is tried again with the next tick.
    """
    with organization_context(organization_id):
        noted = _due_and_free(organization_id, now)
    all_went_well = _call_hooks(organization_id, now)
    with organization_context(organization_id):
        ids = queries.deliverable_ids(now)
    for chunk in chunks(ids, CHUNK):
        enqueue(organization_id, chunk)
    if all_went_well:
        with organization_context(organization_id):
            Due.objects.filter(pk__in=noted).delete()
            following = queries.next_due(now, again=now + AGAIN)
            if following is not None:
                wake_at(following)
    return len(ids)


def _due_and_free(organization_id: int, now: datetime) -> list[int]:
    rows = Due.objects.filter(organization_id=organization_id, next_due_at__lte=now)
    return list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))


def _call_hooks(organization_id: int, now: datetime) -> bool:
    """One app's broken reminders hold up nobody else's."""
    all_went_well = True
    for name in getattr(settings, "TICK_HOOKS", []):
        hook: Hook = import_string(name)
        try:
            hook(organization_id, now)
        except Exception:
            logger.exception("%s failed for organization %s", name, organization_id)
            all_went_well = False
    return all_went_well


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size`` items, in order."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
