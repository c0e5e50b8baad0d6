"""What the worker does: match a cohort, and each tick look at the pairs that are due."""

from datetime import datetime

from amdp.tenancy.tasks import organization_task


@organization_task(name="mentoring.tasks.match")
def match(organization_id: int, run_id: int) -> None:
    """Solve a match; see ``mentoring/runs.py``."""
    from mentoring.runs import work_on  # loads numpy and scipy: workers only

    work_on(organization_id, run_id)


def due(organization_id: int, now: datetime) -> None:
    """The tick's hook (``settings.TICK_HOOKS``): silent pairs and check-ins that have come due."""
    from mentoring.reminders import remind_due

    remind_due(organization_id, now)
