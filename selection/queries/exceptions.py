"""Exceptions that wait for a second person, and flips of eligibility, for the home page."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.models import EligibilityException, EligibilityResult, Nomination
from selection.queries.proposers import proposed_by


def exceptions_for(member: Membership) -> QuerySet[EligibilityException]:
    """Those this member may decide as the second person, first asked first."""
    waiting = access.visible_exceptions(member).filter(
        state=EligibilityException.State.ASKED, cohort__state=Cohort.State.NOMINATING
    )
    waiting = waiting.exclude(asked_by=member).order_by("asked_at", "pk")
    person = person_of(member)
    if person is None:
        return waiting
    nominated = Nomination.objects.filter(
        proposed_by(person), candidate__cohort=OuterRef("cohort"), candidate__person=OuterRef("person")
    ).exclude(state=Nomination.State.WITHDRAWN)
    return waiting.exclude(Exists(nominated.order_by()))


def flips_for(member: Membership, since: datetime) -> QuerySet[EligibilityResult]:
    """Candidates who met the rules no longer, or again, of late: of selections the member runs, and of the
    member's own nominations; latest first."""
    person = person_of(member)
    runs = Q(candidate__cohort__in=access.visible_selections(member).order_by().values("pk"))
    if not member.has(access.READS_SELECTION[0]):
        runs = Q(pk__in=[])
    if person is not None:
        behind = Q(nominator=person) | Q(endorser=person)
        mine = Nomination.objects.filter(behind, candidate=OuterRef("candidate"))
        runs |= Q(Exists(mine.exclude(state=Nomination.State.WITHDRAWN).order_by()))
    found = EligibilityResult.objects.filter(runs, has_flipped=True, evaluated_at__gte=since)
    found = found.exclude(candidate__person=person) if person else found
    return found.order_by("-evaluated_at", "-pk")
