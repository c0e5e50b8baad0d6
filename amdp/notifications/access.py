from django.db.models import QuerySet

from amdp.identity.models import Membership
from amdp.notifications.models import Notification
from amdp.notifications.queries import notifications_of


def visible_notifications(member: Membership) -> QuerySet[Notification]:
    """One's own, once they have come due; nobody reads another's, whatever their role."""
    return notifications_of(member)
