"""Who reads outcomes, and of whom."""

from django.db.models import QuerySet

from amdp.directory.access import leads
from amdp.identity.models import Membership, Role
from cohorts.access import visible_participants
from cohorts.models import Participant

READS_ALL = (Role.HR_ANALYST, Role.LD_ADMIN)


def reads_all_outcomes(member: Membership) -> bool:
    """HR analysts, and L&D admins: their programs are all programs of the organization."""
    return member.has(*READS_ALL)


def can_read_outcomes(member: Membership) -> bool:
    """The dashboard: of everybody, or of the own line for whoever leads one."""
    return reads_all_outcomes(member) or leads(member)


def can_read_summary(member: Membership) -> bool:
    """The one page of results."""
    return member.has(Role.SPONSOR, *READS_ALL)


def can_read_definitions(member: Membership) -> bool:
    """What each number means: whoever sees one."""
    return can_read_summary(member) or can_read_outcomes(member)


def can_read_diversity(member: Membership) -> bool:
    """Counts by self-identified attribute, through suppression: HR analysts and sponsors."""
    return member.has(Role.HR_ANALYST, Role.SPONSOR)


def can_export_people(member: Membership) -> bool:
    """Only HR takes names together with outcomes out of the product."""
    return member.has(Role.HR_ANALYST)


def exportable_participants(member: Membership) -> QuerySet[Participant]:
    """The participants whose outcomes the member may take out, with names."""
    found = visible_participants(member)
    return found if can_export_people(member) else found.none()
