"""What all notices of a selection need."""

from datetime import date, datetime

from django.urls import reverse

from amdp.directory.calendar import MORNING, local_to_utc
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.queries import at_local_morning
from amdp.tenancy.models import TenantModel
from selection.models import Nomination


def path(name: str, about: TenantModel, pk: int) -> str:
    """The address of a page of this app in the organization of ``about``."""
    return reverse(f"selection:{name}", kwargs={"org": about.organization.slug, "pk": pk})


def morning(to: Person | Membership, on: date) -> datetime:
    """09:00 on that day, or the next business day, where the recipient is."""
    if isinstance(to, Person):
        return at_local_morning(to, on)
    return local_to_utc(on, MORNING, to.time_zone or to.organization.time_zone)


def in_charge(nomination: Nomination) -> list[Person]:
    """Who hears what becomes of a nomination: the leader behind it, and whoever wrote it in their name. Never
    the nominee, also when they nominated themselves."""
    people = [nomination.leader, nomination.written_by]
    return [one for one in people if one is not None and one.pk != nomination.candidate.person_id]
