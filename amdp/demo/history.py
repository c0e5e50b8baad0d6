"""What lies behind us when the demo opens: mails of long ago are sent and read."""

import datetime as dt

from django.db.models import F
from django.utils import timezone

from amdp.notifications.models import Notification

STILL_NEW = dt.timedelta(days=10)


def settle_notifications() -> None:
    """Older messages have been sent when they were planned, and read; the last days' are sent now."""
    now = timezone.now()
    planned = Notification.objects.filter(state=Notification.State.PLANNED)
    old = planned.filter(not_before__lt=now - STILL_NEW)
    old.update(state=Notification.State.SENT, sent_at=F("not_before"), read_at=F("not_before"))
