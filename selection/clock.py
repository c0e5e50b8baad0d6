"""The tick's hooks of this app (``settings.TICK_HOOKS``): approvals that are late or with the wrong person, outcomes
that are due for their release, offers whose last day has ended."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Min, QuerySet

from amdp.notifications.services import wake_at
from amdp.tenancy.context import organization_context
from selection.models import Approval, Endorsement, Offer, Slate
from selection.queries.approvals import WAITS
from selection.queries.home import TAKING
from selection.services.slate import release_when_due
from selection.services.slate.offers import lapse_offer
from selection.services.upkeep import escalate, reroute, reroute_endorsement

EVERY = timedelta(hours=1)


def keep_approvals(organization_id: int, now: datetime) -> None:
    """Ask the next in turn where somebody is late, and once an hour whom the chain names now where somebody
    left, lost the login or stands elsewhere, also to endorse. Each request in its own transaction; safe to run twice."""
    with organization_context(organization_id):
        late = list(Approval.objects.filter(WAITS, escalated_at=None, escalate_at__lte=now).order_by("pk"))
    for approval in late:
        with organization_context(organization_id):
            escalate(approval)
    if cache.add(f"selection:{organization_id}:rerouted", True, EVERY.total_seconds()):
        reroute_open(organization_id)
    with organization_context(organization_id):
        waiting = Approval.objects.filter(WAITS)
        if waiting.exists() or _endorsements().exists():
            following = waiting.filter(escalated_at=None, escalate_at__gt=now).aggregate(
                at=Min("escalate_at")
            )
            wake_at(min(following["at"] or now + EVERY, now + EVERY))


def _endorsements() -> QuerySet[Endorsement]:
    """Leaders who still have to say whether they stand behind somebody's own nomination."""
    return Endorsement.objects.filter(state=Endorsement.State.ASKED, **TAKING).order_by("pk")


def reroute_open(organization_id: int) -> int:
    """Look at every open request once. How many went to somebody else."""
    with organization_context(organization_id):
        opened = list(Approval.objects.filter(WAITS).order_by("pk"))
        endorsements = list(_endorsements())
    moved = 0
    for approval in opened:
        with organization_context(organization_id):
            moved += reroute(approval) is not None
    for endorsement in endorsements:
        with organization_context(organization_id):
            moved += reroute_endorsement(endorsement) is not None
    return moved


def release_due(organization_id: int, now: datetime) -> None:
    """Release the outcomes whose moment has come, or hold them back with the reason; each slate in its own
    transaction. Safe to run twice, at once too."""
    with organization_context(organization_id):
        pending = Slate.objects.filter(release_at__isnull=False)
        due = list(pending.filter(release_at__lte=now).order_by("release_at", "pk"))
        following = pending.filter(release_at__gt=now).aggregate(at=Min("release_at"))["at"]
        if following:
            wake_at(following)
    for slate in due:
        with organization_context(organization_id):
            release_when_due(slate, now=now)


def lapse_offers(organization_id: int, now: datetime) -> None:
    """End the offers nobody answered by the end of their last day, and draw the next in reserve; each in its own
    transaction. Safe to run twice."""
    with organization_context(organization_id):
        waiting = Offer.objects.filter(state=Offer.State.OPEN)
        ended = list(waiting.filter(ends_at__lte=now).select_related("decision").order_by("ends_at", "pk"))
        following = waiting.filter(ends_at__gt=now).aggregate(at=Min("ends_at"))["at"]
        if following:
            wake_at(following)
    for offer in ended:
        with organization_context(organization_id):
            lapse_offer(offer, now=now)
