"""A member's drafts in a cohort, each with what it still lacks."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.eligibility import Eligibility
from selection.models import Nomination
from selection.queries.eligibility import eligibility_of
from selection.queries.evidence import lacking, terms_of_nominations


@dataclass(frozen=True)
class Draft:
    """One draft with what keeps it from being handed in, in sentences."""

    nomination: Nomination
    lacks: list[str]
    eligibility: Eligibility

    @property
    def is_ready(self) -> bool:
        return not self.lacks and self.eligibility.is_met


def drafts_by(member: Membership, cohort: Cohort) -> QuerySet[Nomination]:
    """The drafts of the member and of those they act for, of others; by name."""
    drafts = Nomination.objects.filter(candidate__cohort=cohort, state=Nomination.State.DRAFT)
    person = person_of(member)
    if person is None:
        return drafts.none()
    mine = Q(nominator=person) | Q(nominator__in=access.acting_principals(member))
    others = drafts.filter(mine).exclude(candidate__person=person).exclude(nominator=F("candidate__person"))
    return others.select_related(
        "candidate__person__grade", "candidate__cohort", "nominator", "written_by", "endorser"
    ).order_by("candidate__person__last_name_key", "pk")


def drafts_with_lacks(member: Membership, cohort: Cohort) -> list[Draft]:
    """The same with what each lacks; a fixed number of queries however many there are."""
    rows = list(drafts_by(member, cohort).prefetch_related("evidence_given", "references"))
    terms = terms_of_nominations(cohort)
    judged = eligibility_of(cohort, [row.candidate.person for row in rows])
    return [Draft(row, list(lacking(row, terms).values()), judged[row.candidate.person_id]) for row in rows]
