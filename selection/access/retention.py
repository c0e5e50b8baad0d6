"""Who reads how long files are kept, who decides it and who stops it."""

from django.db.models import QuerySet

from amdp.identity.models import Membership, Role
from cohorts.models import Cohort


def can_read_retention(member: Membership) -> bool:
    """Owners, L&D and HR: how many files go when, never whose."""
    return member.has(Role.OWNER, Role.LD_ADMIN, Role.HR_ANALYST)


def can_set_retention(member: Membership) -> bool:
    """Owners say how long files are kept, and lift holds."""
    return member.has(Role.OWNER)


def can_place_hold(member: Membership) -> bool:
    """Owners and L&D."""
    return member.has(Role.OWNER, Role.LD_ADMIN)


def visible_kept(member: Membership) -> QuerySet[Cohort]:
    """Cohorts whose retention the member reads."""
    return Cohort.objects.all() if can_read_retention(member) else Cohort.objects.none()
