"""What the worker does. Tasks take ids and are safe to run twice."""

from celery import shared_task
from django.utils import timezone

from amdp.notifications import delivery, due
from amdp.tenancy.tasks import organization_task


# A tick nobody ran in time is not worth running: the next one sees the same.
@shared_task(expires=55)
def tick() -> None:
    """Each minute, from beat: wake the organizations that have something due."""
    for organization_id in due.due_organizations(timezone.now()):
        tick_organization.delay(organization_id)


@organization_task(expires=300)
def tick_organization(organization_id: int) -> None:
    """Reminders of one organization, and mail that is due or was left behind."""
    due.run_due(organization_id, timezone.now(), deliver.delay)


@organization_task()
def deliver(organization_id: int, ids: list[int]) -> None:
    """Send these notifications, each to whoever claims it first."""
    delivery.deliver(organization_id, ids)
