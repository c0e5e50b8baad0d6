"""What a member finds on the selection's own page and on a cohort's."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from amdp.directory.access import leads
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.days import window_is_open
from selection.models import Approval, Candidate, Decision, Nomination, Scoresheet
from selection.queries.approvals import approvals_for
from selection.queries.nominations import open_cohorts, with_counts

SHOWN = 50
IN_SELECTION = (Cohort.State.DRAFT, Cohort.State.NOMINATING, Cohort.State.ASSESSING, Cohort.State.SELECTING)


def link(name: str, member: Membership, pk: int) -> str:
    return reverse(f"selection:{name}", kwargs={"org": member.organization.slug, "pk": pk})


# --- lists of one member -----------------------------------------------------------------------------


def sheets_for(member: Membership) -> QuerySet[Scoresheet]:
    """Open score sheets of candidates that are being assessed, first due first."""
    person = person_of(member)
    sheets = Scoresheet.objects.select_related("candidate__person", "candidate__cohort", "exercise")
    if person is None:
        return sheets.none()
    return sheets.filter(
        assessor__person=person,
        state=Scoresheet.State.OPEN,
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state=Cohort.State.ASSESSING,
    ).order_by("due_on", "pk")


def nominations_by(member: Membership) -> QuerySet[Nomination]:
    """The member's own nominations, latest first; withdrawn ones left out."""
    person = person_of(member)
    nominations = Nomination.objects.select_related("candidate__person", "candidate__cohort")
    if person is None:
        return nominations.none()
    return (
        nominations.filter(nominator=person)
        .exclude(state=Nomination.State.WITHDRAWN)
        .order_by("-updated_at", "-pk")
    )


def _released_outcome() -> Subquery:
    """What became of a nomination's candidate, once everybody has been told."""
    decisions = Decision.objects.filter(candidate=OuterRef("candidate"), slate__released_at__isnull=False)
    return Subquery(decisions.order_by().values("outcome")[:1])


@dataclass(frozen=True)
class Selection:
    """The selection's own page."""

    approvals: list[Approval]
    sheets: list[Scoresheet]
    nominations: list[Nomination]
    open_cohorts: list[Cohort]
    run: list[Cohort]
    outcomes: list[Candidate]

    @property
    def todo(self) -> int:
        """How many decisions and score sheets wait for the member."""
        return len(self.approvals) + len(self.sheets)


def selection_of(member: Membership) -> Selection:
    """Everything on the selection's own page; a fixed number of queries."""
    runs = with_counts(access.visible_selections(member)).filter(state__in=IN_SELECTION)
    open_ = list(open_cohorts(member).filter(window_is_open())[:SHOWN]) if leads(member) else []
    return Selection(
        approvals=list(approvals_for(member)[:SHOWN]),
        sheets=list(sheets_for(member)[:SHOWN]),
        nominations=sorted(
            nominations_by(member).annotate(outcome=_released_outcome())[:SHOWN],
            key=lambda each: each.state not in Nomination.OPEN,
        ),
        open_cohorts=open_,
        run=list(runs.order_by("nominations_close_on", "pk")[:SHOWN]),
        outcomes=list(access.visible_outcomes(member).order_by("-cohort__released_at")[:SHOWN]),
    )
