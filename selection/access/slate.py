"""Who reads and decides a slate."""

from django.db.models import Q, QuerySet

from amdp.directory.access import leads
from amdp.directory.queries import below, person_of
from amdp.identity.models import Membership, Role
from selection.access.setup import READS_SELECTION, can_run_selection, hidden_cohorts
from selection.models import Decision, Slate

RELEASED = Slate.State.RELEASED


def visible_slates(member: Membership) -> QuerySet[Slate]:
    """L&D and HR, unless they are on it. Nobody else before the release."""
    slates = Slate.objects.select_related("cohort__program", "drawn_by", "released_by")
    if not member.has(*READS_SELECTION):
        return slates.none()
    return slates.exclude(cohort__in=hidden_cohorts(member))


def visible_decisions(member: Membership) -> QuerySet[Decision]:
    """L&D and HR: all. Leaders: their own line's, after the release. The person: the own one, then too.
    Sponsors: those selected, after the release."""
    decisions = Decision.objects.select_related("candidate__person", "slate__cohort__program")
    if member.has(*READS_SELECTION):
        return decisions.exclude(slate__cohort__in=hidden_cohorts(member))
    seen = Q(pk__in=[])
    person = person_of(member)
    if person is not None:
        seen |= Q(candidate__person=person)
        if leads(member):
            seen |= Q(candidate__person__in=below(person))
    if member.has(Role.SPONSOR):
        seen |= Q(outcome=Decision.Outcome.SELECTED)
    return decisions.filter(seen, slate__state=RELEASED)


def can_decide_slate(member: Membership, slate: Slate) -> bool:
    """L&D, until it is released."""
    return slate.state == Slate.State.OPEN and can_run_selection(member, slate.cohort)
