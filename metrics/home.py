"""What the home page says to the adverse-impact reviewer."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from amdp.identity.models import Membership
from amdp.web.tasks import Task
from amdp.web.time import day
from metrics import access
from metrics.models import ImpactReview, ImpactSnapshot


def tasks_for(member: Membership) -> list[Task]:
    """Selections with closed stages that nobody has reviewed as they are; one query, none for others."""
    if not access.reviews_impact(member):
        return []
    same = {name: OuterRef(name) for name in ("cohort", "level", "reached")}
    reviewed = ImpactReview.objects.order_by().filter(
        **{f"snapshot__{name}": ref for name, ref in same.items()}
    )
    waiting = (
        ImpactSnapshot.objects.filter(
            ~Exists(reviewed),
            occasion=ImpactSnapshot.Occasion.CLOSED,
            cohort__in=access.visible_impact(member),
        )
        .select_related("cohort")
        .order_by("frozen_at", "pk")
    )
    found: dict[int, list[ImpactSnapshot]] = {}
    for one in waiting:
        found.setdefault(one.cohort_id, []).append(one)
    return [_task(member, snapshots) for snapshots in found.values()]


def _task(member: Membership, snapshots: list[ImpactSnapshot]) -> Task:
    first = snapshots[0]
    titles = ", ".join(one.title.lower() for one in snapshots)
    return Task(
        title=f"Review adverse impact of {first.cohort}",
        detail=f"{titles[0].upper()}{titles[1:]}, frozen since {day(first.frozen_at)}",
        action="Review",
        url=reverse("metrics:impact_detail", args=[member.organization.slug, first.cohort_id]),
        icon="scale",
    )
