"""What a member finds on the selection's own page and on a cohort's."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from amdp.directory.access import leads
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection import access
from selection.days import window_is_open
from selection.models import (
    Approval,
    CalibrationSession,
    Candidate,
    Consent,
    Decision,
    Delegation,
    Endorsement,
    Nomination,
    NominationReference,
    Offer,
    Scoresheet,
)
from selection.queries.approvals import approvals_for
from selection.queries.consensus import Washup, washups_for
from selection.queries.delegations import lines_to_nominate
from selection.queries.nominations import open_cohorts, own_cohorts, with_counts
from selection.queries.owndays import cohorts_with_days

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
        nominations.filter(Q(endorser=person) | Q(nominator=person) & ~Q(candidate__person=person))
        .exclude(state=Nomination.State.WITHDRAWN)
        .order_by("-updated_at", "-pk")
    )


def calibrations_for(member: Membership) -> QuerySet[CalibrationSession]:
    """Open calibrations in which the member was invited to take part."""
    return access.visible_calibrations(member).filter(
        participants__member=member, state=CalibrationSession.State.OPEN
    )


TAKING = {"nomination__candidate__cohort__state": Cohort.State.NOMINATING}


def endorsements_for(member: Membership) -> QuerySet[Endorsement]:
    """People of the line who nominated themselves and wait for the member."""
    asked = access.visible_endorsements(member).filter(state=Endorsement.State.ASKED, **TAKING)
    return asked.order_by("due_on", "pk")


def consents_for(member: Membership) -> QuerySet[Consent]:
    """Who would like to nominate the member and waits for an answer."""
    asked = access.visible_consents(member).filter(state=Consent.State.ASKED, **TAKING)
    return asked.order_by("due_on", "pk")


def references_for(member: Membership) -> QuerySet[NominationReference]:
    """About whom a statement of the member is wanted."""
    asked = access.visible_references(member).filter(state=NominationReference.State.ASKED, **TAKING)
    return asked.order_by("asked_at", "pk")


def _released_outcome() -> Subquery:
    """What became of a nomination's candidate, once everybody has been told."""
    decisions = Decision.objects.filter(candidate=OuterRef("candidate"), slate__released_at__isnull=False)
    return Subquery(decisions.order_by().values("outcome")[:1])


def _seat() -> Subquery:
    """What became of the seat a nomination's candidate was offered, where they were."""
    offers = Offer.objects.filter(decision__candidate=OuterRef("candidate"))
    return Subquery(offers.order_by("-made_at", "-pk").values("state")[:1])


@dataclass(frozen=True)
class Selection:
    """The selection's own page."""

    approvals: list[Approval]
    sheets: list[Scoresheet]
    nominations: list[Nomination]
    open_cohorts: list[Cohort]
    run: list[Cohort]
    outcomes: list[Candidate]
    endorsements: list[Endorsement]
    consents: list[Consent]
    references: list[NominationReference]
    lines: list[Delegation]
    own: list[Cohort]
    calibrations: list[CalibrationSession]
    days: list[Cohort]
    washups: list[Washup]
    has_washups: bool

    @property
    def todo(self) -> int:
        """How many decisions, answers and score sheets wait for the member."""
        asked = len(self.endorsements) + len(self.consents) + len(self.references)
        return len(self.approvals) + len(self.sheets) + len(self.calibrations) + len(self.washups) + asked


def selection_of(member: Membership) -> Selection:
    """Everything on the selection's own page; a fixed number of queries."""
    runs = with_counts(access.visible_selections(member)).filter(state__in=IN_SELECTION)
    nominates = leads(member) or bool(access.acting_principals(member))
    open_ = list(open_cohorts(member).filter(window_is_open())[:SHOWN]) if nominates else []
    washups = washups_for(member)
    return Selection(
        approvals=list(approvals_for(member)[:SHOWN]),
        sheets=list(sheets_for(member)[:SHOWN]),
        nominations=sorted(
            nominations_by(member).annotate(outcome=_released_outcome(), seat=_seat())[:SHOWN],
            key=lambda each: each.state not in Nomination.OPEN,
        ),
        open_cohorts=open_,
        run=list(runs.order_by("nominations_close_on", "pk")[:SHOWN]),
        outcomes=list(access.visible_outcomes(member).order_by("-cohort__released_at")[:SHOWN]),
        endorsements=list(endorsements_for(member)[:SHOWN]),
        consents=list(consents_for(member)[:SHOWN]),
        references=list(references_for(member)[:SHOWN]),
        lines=lines_to_nominate(member) if access.acting_principals(member) else [],
        calibrations=list(calibrations_for(member)[:SHOWN]),
        washups=[each for each in washups if each.waiting][:SHOWN],
        has_washups=bool(washups),
        own=list(own_cohorts(member).filter(state=Cohort.State.NOMINATING)[:SHOWN]),
        days=cohorts_with_days(member),
    )
