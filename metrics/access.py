"""Who reads outcomes, and of whom."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from amdp.directory.access import leads
from amdp.identity.models import Membership, Role
from cohorts.access import visible_participants
from cohorts.models import Cohort, Participant
from metrics.models import ImpactLook
from selection.access.setup import hidden_cohorts

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
    return can_read_summary(member) or can_read_outcomes(member) or reviews_impact(member)


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


# --- adverse impact of selections ----------------------------------------------------------------------


def reviews_impact(member: Membership) -> bool:
    """Exact counts by self-identified attribute: the granted role alone, and nobody who runs selections."""
    return member.has(Role.IMPACT_REVIEWER) and not member.has(Role.LD_ADMIN)


def can_read_impact(member: Membership) -> bool:
    """Whether and how a selection was reviewed: the reviewer, L&D, HR, and sponsors after the release."""
    return reviews_impact(member) or member.has(*READS_ALL, Role.SPONSOR)


def visible_impact(member: Membership) -> QuerySet[Cohort]:
    """Cohorts whose review a member may read of. Nobody reads of a selection they are in before its release."""
    cohorts = Cohort.objects.exclude(state=Cohort.State.DRAFT)
    if reviews_impact(member) or member.has(*READS_ALL):
        return cohorts.exclude(pk__in=hidden_cohorts(member))
    return cohorts.filter(released_at__isnull=False) if member.has(Role.SPONSOR) else cohorts.none()


def can_read_suppressed(member: Membership) -> bool:
    """The published table, small numbers hidden: HR and sponsors; L&D reads that it was reviewed."""
    return reviews_impact(member) or can_read_diversity(member)


def visible_looks(member: Membership) -> QuerySet[ImpactLook]:
    """One's own looks at exact counts."""
    looks = ImpactLook.objects.select_related("cohort__program", "by__user")
    return looks.filter(by=member) if reviews_impact(member) else looks.none()


def open_looks(member: Membership) -> QuerySet[ImpactLook]:
    """Those that have not ended, of selections the member may still see."""
    seen = Q(cohort=None) | Q(cohort__in=visible_impact(member))
    return visible_looks(member).filter(seen, ends_at__gt=timezone.now())
