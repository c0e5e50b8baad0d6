"""What all notices of a selection need."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from amdp.directory.calendar import MORNING, local_to_utc
from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.queries import at_local_morning
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from selection.models import Candidate, Nomination


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


def impartial(cohort: Cohort, *roles: Role) -> list[Membership]:
    """Who holds one of the roles and is no candidate of the cohort, whose selection they must not learn of."""
    inside = Candidate.objects.filter(cohort=cohort, person__membership__isnull=False)
    inside = inside.exclude(state=Candidate.State.DRAFTED).order_by()
    found: dict[int, Membership] = {}
    for role in roles:
        members: Iterable[Membership] = members_with(cohort.organization, role).exclude(
            pk__in=inside.values("person__membership")
        )
        found |= {member.pk: member for member in members}
    return list(found.values())
