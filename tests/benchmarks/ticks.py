"""One tick with a thousand messages due, among ten thousand and a hundred thousand that are not."""

import datetime as dt

from django.db import connection
from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.due import run_due
from amdp.notifications.models import Notification
from amdp.notifications.services import wake_at
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from tests.benchmarks.results import Result, alternately

DUE = 1000
FEW, MANY = 10_000, 100_000
FILL = """
INSERT INTO notifications_notification (organization_id, person_id, kind, about_type, period, subject, why, body, action, path, urgent, state,
  reason, not_before, attempts, created_at)
SELECT %(organization)s, %(person)s, 'mentoring.pulse', 'bench', n::text, 'How is it going?', 'You are in a pair.', '[]', '', '', false, 'planned', '',
  CASE WHEN n <= %(due)s THEN now() - interval '1 minute' ELSE now() + interval '30 days' + n * interval '1 minute' END, 0, now()
FROM generate_series(1, %(due)s + %(scheduled)s) n
"""


def measure() -> list[Result]:
    few, many = organization_with(FEW), organization_with(MANY)
    short, long = alternately(lambda: tick(few), lambda: tick(many))
    ratio = long / short
    return [
        Result(
            "pulse_tick", long * 1000, "ms", short * 1000, ratio,
            aim="ratio ≤ 1.2", met=ratio <= 1.2, extra={"scheduled": MANY, "due": DUE},
        )
    ]  # fmt: skip


def organization_with(scheduled: int) -> Organization:
    """An organization with that many messages ahead, kept between runs."""
    slug = f"bench-tick-{scheduled}"
    organization, _ = Organization.objects.get_or_create(slug=slug, defaults={"name": slug})
    with organization_context(organization):
        Notification.objects.filter(
            state="planned", not_before__lt=timezone.now() + dt.timedelta(days=1)
        ).delete()
        if Notification.objects.count() != scheduled + DUE:
            Notification.objects.all().delete()
            person, _ = Person.objects.get_or_create(
                employee_number="1", defaults={"first_name": "A", "last_name": "B"}
            )
            facts = {"organization": organization.pk, "person": person.pk, "due": DUE, "scheduled": scheduled}
            with connection.cursor() as cursor:
                cursor.execute(FILL, facts)
    return organization


def tick(organization: Organization) -> None:
    """What the worker does for one organization each minute; the chunks go nowhere, so that they stay due."""
    now = timezone.now()
    with organization_context(organization):
        wake_at(now)
    assert run_due(organization.pk, now, lambda organization_id, ids: None) == DUE
