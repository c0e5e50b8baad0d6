"""The tick's hook for approvals (``settings.TICK_HOOKS``): who is late, and who is no longer the right one."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Min

from amdp.notifications.services import wake_at
from amdp.tenancy.context import organization_context
from selection.models import Approval
from selection.queries.approvals import WAITS
from selection.services.upkeep import escalate, reroute

EVERY = timedelta(hours=1)


def keep_approvals(organization_id: int, now: datetime) -> None:
    """Ask the next in turn where somebody is late, and once an hour whom the chain names now where somebody
    left, lost the login or stands elsewhere. Each request in its own transaction; safe to run twice."""
    with organization_context(organization_id):
        late = list(Approval.objects.filter(WAITS, escalated_at=None, escalate_at__lte=now).order_by("pk"))
    for approval in late:
        with organization_context(organization_id):
            escalate(approval)
    if cache.add(f"selection:{organization_id}:rerouted", True, EVERY.total_seconds()):
        reroute_open(organization_id)
    with organization_context(organization_id):
        waiting = Approval.objects.filter(WAITS)
        if waiting.exists():
            following = waiting.filter(escalated_at=None, escalate_at__gt=now).aggregate(
                at=Min("escalate_at")
            )
            wake_at(min(following["at"] or now + EVERY, now + EVERY))


def reroute_open(organization_id: int) -> int:
    """Look at every open request once. How many went to somebody else."""
    with organization_context(organization_id):
        opened = list(Approval.objects.filter(WAITS).order_by("pk"))
    moved = 0
    for approval in opened:
        with organization_context(organization_id):
            moved += reroute(approval) is not None
    return moved
