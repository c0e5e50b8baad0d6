"""Reading nominations: whom a leader proposed, and how far files are."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.access import visible_cohorts
from cohorts.models import Cohort
from selection import access
from selection.models import Approval, Candidate, Endorsement, Nomination, NominationTerms


def open_cohorts(member: Membership) -> QuerySet[Cohort]:
    """Cohorts a member may read that take nominations or did, for the way into a nomination; whoever acts for
    a leader reaches what leaders do."""
    return reachable_cohorts(member).filter(state=Cohort.State.NOMINATING)


def reachable_cohorts(member: Membership) -> QuerySet[Cohort]:
    """The same at any stage: for a form that was open while nominations closed."""
    found = visible_cohorts(member).select_related("program", "organization")
    if not access.acting_principals(member):
        return found
    nominating = Cohort.objects.filter(state=Cohort.State.NOMINATING).order_by().values("pk")
    seen = Q(pk__in=nominating) | Q(pk__in=found.order_by().values("pk"))
    return Cohort.objects.filter(seen).select_related("program", "organization")


def nominated_by(
    member: Membership, cohort: Cohort, principal: Person | None = None
) -> dict[int, Nomination]:
    """The nominations in a cohort by the member, or by whom they act for, by person; withdrawn ones left out."""
    person = principal or person_of(member)
    if person is None:
        return {}
    own = (
        Nomination.objects.filter(candidate__cohort=cohort, nominator=person)
        .exclude(state=Nomination.State.WITHDRAWN)
        .exclude(candidate__person=person)
        .select_related("candidate")
    )
    return {nomination.candidate.person_id: nomination for nomination in own}


def approvals_at_stake(nomination: Nomination) -> list[Approval]:
    """The approvals given in the present round: a change makes them count no more."""
    given = Approval.objects.filter(nomination=nomination, state=Approval.State.APPROVED)
    latest = given.filter(round=Subquery(_latest_round(nomination)))
    return list(
        latest.select_related("approver", "decided_by__user", "decided_for").order_by("position", "pk")
    )


def _latest_round(nomination: Nomination) -> QuerySet[Approval, int]:
    rounds = Approval.objects.filter(nomination=nomination).order_by("-round")
    return rounds.values_list("round", flat=True)[:1]


# --- nominating oneself -------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnNomination:
    """What somebody reads of the nomination they made of themselves: all until it is shared with those who
    decide; after that their own words, and nothing of what becomes of it."""

    nomination: Nomination
    endorsement: Endorsement | None

    @property
    def is_draft(self) -> bool:
        return self.nomination.state == Nomination.State.DRAFT

    @property
    def is_shared(self) -> bool:
        return self.nomination.submitted_at is not None

    @property
    def may_withdraw(self) -> bool:
        return not self.is_shared and self.nomination.state in Nomination.OPEN


def own_cohorts(member: Membership) -> QuerySet[Cohort]:
    """Cohorts for which the member can nominate themselves, or did."""
    person = person_of(member)
    cohorts = Cohort.objects.select_related("program", "organization")
    if person is None:
        return cohorts.none()
    allowed = NominationTerms.objects.filter(plan__cohort=OuterRef("pk"), allows_self=True).order_by()
    did = Nomination.objects.filter(
        candidate__cohort=OuterRef("pk"), candidate__person=person, nominator=person
    ).order_by()
    here = Q(markets=[]) | Q(markets__contains=[person.market])
    may = here & Q(Exists(allowed), state=Cohort.State.NOMINATING) if person.manager_id else Q(pk__in=[])
    return cohorts.filter(may | Q(Exists(did)))


def own_nomination_in(member: Membership, cohort: Cohort) -> OwnNomination | None:
    """The member's nomination of themselves in a cohort, the latest."""
    person = person_of(member)
    own = Nomination.objects.filter(candidate__cohort=cohort, candidate__person=person, nominator=person)
    found = own.select_related("candidate__person", "candidate__cohort", "nominator", "endorser")
    nomination = found.exclude(state=Nomination.State.WITHDRAWN).order_by("-pk").first()
    if nomination is None:
        return None
    asked = nomination.endorsements.select_related("leader").order_by("-asked_at", "-pk").first()
    return OwnNomination(nomination, asked)


def with_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """``nominated``, ``waiting``, ``returned`` and ``admitted``: how many files there are and how far they are."""
    state = Candidate.State
    return cohorts.annotate(
        nominated=Count("candidates", filter=~Q(candidates__state=state.DRAFTED), distinct=True),
        waiting=Count("candidates", filter=Q(candidates__state=state.PROPOSED), distinct=True),
        returned=Count("candidates", filter=Q(candidates__state=state.RETURNED), distinct=True),
        admitted=Count("candidates", filter=Q(candidates__state=state.ADMITTED), distinct=True),
    )
