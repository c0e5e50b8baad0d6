"""Who sees and does what in a selection.

A candidate sees nothing before the release, not even that a nomination exists, whatever other roles the
same human holds: every queryset here leaves out one's own file until then.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.access import leads
from amdp.directory.models import Person
from amdp.directory.queries import below, employed, is_above, local_today, person_of
from amdp.identity.models import Membership, Role
from cohorts.access import can_run_cohort
from cohorts.models import Cohort
from selection.models import (
    Approval,
    Assessor,
    Candidate,
    Decision,
    Nomination,
    Scoresheet,
    Slate,
)

READS_SELECTION = (Role.LD_ADMIN, Role.HR_ANALYST)
RELEASED = Slate.State.RELEASED
LOCKED = "Nominations have begun, so criteria and rules stay as they are: everyone is measured alike."
NOT_THE_PANEL = "L&D names the assessors of a cohort."
NOT_TAKEN_OUT = "L&D takes candidates out of a selection. A leader can withdraw a nomination."


# --- set-up ------------------------------------------------------------------------------------------


def can_run_selection(member: Membership, cohort: Cohort) -> bool:
    """L&D admins run selections, but never one in which they are a candidate themselves."""
    return can_run_cohort(member, cohort) and not _is_candidate_in(member, cohort)


def can_set_up(member: Membership, cohort: Cohort) -> bool:
    """Criteria and rules are editable while the cohort is being set up."""
    return can_run_selection(member, cohort) and cohort.state == Cohort.State.DRAFT


def why_not_set_up(cohort: Cohort) -> str:
    """Why one cannot set the criteria now."""
    return "L&D sets the criteria of a cohort." if cohort.state == Cohort.State.DRAFT else LOCKED


def visible_selections(member: Membership) -> QuerySet[Cohort]:
    """Cohorts whose selection a member may follow as a whole: L&D and HR, unless they are in it."""
    cohorts = Cohort.objects.select_related("program")
    if not member.has(*READS_SELECTION):
        return cohorts.none()
    return cohorts.exclude(pk__in=_hidden_cohorts(member))


def _hidden_cohorts(member: Membership) -> QuerySet[Candidate, int]:
    """Ids of cohorts whose selection the member must not see because they are in it, until the release."""
    own = Candidate.objects.exclude(state=Candidate.State.DRAFTED).exclude(cohort__released_at__isnull=False)
    person = person_of(member)
    own = own.filter(person=person) if person else own.none()
    return own.values_list("cohort_id", flat=True)


def not_run_by(member: Membership) -> Q:
    """A condition on approvals: of cohorts whose selection the member must not see, being in it."""
    return Q(nomination__candidate__cohort__in=_hidden_cohorts(member))


def _is_candidate_in(member: Membership, cohort: Cohort) -> bool:
    return cohort.released_at is None and _hidden_cohorts(member).filter(cohort=cohort).exists()


# --- nominations -------------------------------------------------------------------------------------


def can_nominate(member: Membership, cohort: Cohort) -> bool:
    """Anyone with a line, while the window is open on the member's own calendar."""
    return leads(member) and window_is_open(member, cohort)


def window_is_open(member: Membership, cohort: Cohort) -> bool:
    """Whether the cohort takes nominations today, where the member is."""
    today = local_today(member)
    within = cohort.nominations_open_on <= today <= cohort.nominations_close_on
    return cohort.state == Cohort.State.NOMINATING and within


def why_closed(cohort: Cohort) -> str:
    """Why one cannot nominate now."""
    if cohort.state != Cohort.State.NOMINATING:
        return f"{cohort} does not take nominations at this stage."
    return f"Leaders nominate for {cohort} from the own line, while its window is open."


def nominatable_people(member: Membership) -> QuerySet[Person]:
    """The own line, without the member: whom a leader may nominate."""
    person = person_of(member)
    if person is None:
        return Person.objects.none()
    return below(person).filter(employed()).select_related("grade", "manager")


def visible_nominations(member: Membership) -> QuerySet[Nomination]:
    """L&D and HR: all but drafts, unless they are in that selection. Leaders: their own and those they are
    asked to approve. The nominee: the approved ones, after the release."""
    nominations = Nomination.objects.select_related("candidate__person", "candidate__cohort", "nominator")
    person = person_of(member)
    seen = Q(pk__in=[])
    if member.has(*READS_SELECTION):
        seen = ~Q(state=Nomination.State.DRAFT) & ~Q(candidate__cohort__in=_hidden_cohorts(member))
    if person is None:
        return nominations.filter(seen)
    asked = Approval.objects.filter(nomination=OuterRef("pk"), approver=person).order_by()
    seen = seen | Q(nominator=person) | Q(Exists(asked))
    own = Q(candidate__person=person)
    told = own & Q(candidate__cohort__released_at__isnull=False, state=Nomination.State.APPROVED)
    return nominations.filter((seen & ~own) | told)


def nominates(member: Membership, nomination: Nomination) -> bool:
    """Whether the nomination is the member's own."""
    person = person_of(member)
    return person is not None and person.pk == nomination.nominator_id


def can_edit_nomination(member: Membership, nomination: Nomination) -> bool:
    """Its nominator, while it is a draft and the window is open, or a question waits and nominations are
    not closed yet."""
    cohort = nomination.candidate.cohort
    if nomination.state == Nomination.State.RETURNED:
        open_ = cohort.state == Cohort.State.NOMINATING
    else:
        open_ = window_is_open(member, cohort)
    return nominates(member, nomination) and nomination.is_editable and open_


def can_withdraw_nomination(member: Membership, nomination: Nomination) -> bool:
    """Its nominator, until it is decided."""
    return nominates(member, nomination) and nomination.state in Nomination.OPEN


def can_decide_nomination(member: Membership, nomination: Nomination) -> bool:
    """The approver it waits for; L&D where there is none, or none with a login. Nobody decides what they
    nominated, or on themselves."""
    approval = open_approval(nomination)
    if approval is None or not _is_impartial(member, nomination):
        return False
    person = person_of(member)
    if approval.approver is not None and person is not None and approval.approver_id == person.pk:
        return True
    orphan = approval.approver is None or approval.approver.membership_id is None
    return orphan and can_run_selection(member, nomination.candidate.cohort)


def open_approval(nomination: Nomination) -> Approval | None:
    """The request that waits for an answer, if any."""
    return (
        nomination.approvals.filter(state=Approval.State.ASKED)
        .select_related("approver", "approver__membership")
        .first()
    )


def _is_impartial(member: Membership, nomination: Nomination) -> bool:
    person = person_of(member)
    if person is None:
        return True
    if person.pk == nomination.candidate.person_id:
        return False
    proposed = nomination.candidate.nominations.filter(nominator=person)
    return not proposed.exclude(state=Nomination.State.WITHDRAWN).exists()


# --- candidates --------------------------------------------------------------------------------------


def visible_candidates(member: Membership) -> QuerySet[Candidate]:
    """L&D and HR: every file. Leaders: those they nominated, once they handed it in and until they withdraw
    it, or are asked to approve. Assessors use their score sheets. Never one's own before the release."""
    candidates = Candidate.objects.select_related("person__grade", "cohort__program").exclude(
        state=Candidate.State.DRAFTED
    )
    person = person_of(member)
    if member.has(*READS_SELECTION):
        return candidates.exclude(cohort__in=_hidden_cohorts(member))
    if person is None:
        return candidates.none()
    mine = Nomination.objects.filter(candidate=OuterRef("pk"), nominator=person).exclude(
        state__in=[Nomination.State.DRAFT, Nomination.State.WITHDRAWN]
    )
    asked = Approval.objects.filter(nomination__candidate=OuterRef("pk"), approver=person)
    return candidates.filter(Exists(mine.order_by()) | Exists(asked.order_by())).exclude(person=person)


def visible_outcomes(member: Membership) -> QuerySet[Candidate]:
    """The member's own files whose outcome was released."""
    person = person_of(member)
    candidates = Candidate.objects.select_related("person", "cohort__program")
    if person is None:
        return candidates.none()
    decided = Decision.objects.filter(candidate=OuterRef("pk"), slate__state=RELEASED)
    return candidates.filter(Exists(decided.order_by()), person=person)


# --- assessment --------------------------------------------------------------------------------------


def visible_scoresheets(member: Membership) -> QuerySet[Scoresheet]:
    """One's own assigned sheets. L&D: all submitted ones too, unless they are in that selection, or still
    have to score the same candidate: every assessor scores without knowing what the others wrote."""
    sheets = Scoresheet.objects.select_related(
        "candidate__person__grade", "candidate__cohort__program", "assessor__person"
    )
    person = person_of(member)
    seen = Q(assessor__person=person) if person else Q(pk__in=[])
    if member.has(Role.LD_ADMIN):
        seen |= (
            Q(state=Scoresheet.State.SUBMITTED)
            & ~Q(candidate__cohort__in=_hidden_cohorts(member))
            & ~Q(candidate__in=_still_to_score(member))
        )
    sheets = sheets.filter(seen)
    return sheets.exclude(candidate__person=person) if person else sheets


def _still_to_score(member: Membership) -> QuerySet[Scoresheet, int]:
    """Ids of the candidates whose sheet the member has open while the assessment lasts."""
    person = person_of(member)
    sheets = Scoresheet.objects.filter(
        state=Scoresheet.State.OPEN,
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state__in=(Cohort.State.NOMINATING, Cohort.State.ASSESSING),
    ).order_by()
    sheets = sheets.filter(assessor__person=person) if person else sheets.none()
    return sheets.values_list("candidate_id", flat=True)


def visible_assessors(member: Membership) -> QuerySet[Assessor]:
    """The panels of selections the member follows as a whole; only who runs one reads or changes it."""
    return Assessor.objects.select_related("person", "cohort").filter(cohort__in=visible_selections(member))


def visible_assignments(member: Membership) -> QuerySet[Scoresheet]:
    """Who scores whom in selections the member follows as a whole; only who runs one reads or changes it.
    What stands on a sheet is for ``visible_scoresheets``."""
    candidates = visible_candidates(member).filter(cohort__in=visible_selections(member))
    return Scoresheet.objects.select_related(
        "candidate__person", "candidate__cohort", "assessor__person"
    ).filter(candidate__in=candidates.order_by().values("pk"))


def assigned_to(member: Membership) -> QuerySet[Scoresheet, int]:
    """Ids of the candidates this member assesses, until their outcome is released: whose entry in the
    directory an assessor reads."""
    person = person_of(member)
    sheets = Scoresheet.objects.filter(
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state__in=(Cohort.State.ASSESSING, Cohort.State.SELECTING),
    ).order_by()
    sheets = sheets.filter(assessor__person=person) if person else sheets.none()
    return sheets.values_list("candidate__person_id", flat=True)


def is_assessor(member: Membership, sheet: Scoresheet) -> bool:
    """Whether the sheet was given to the member."""
    person = person_of(member)
    return person is not None and person.pk == sheet.assessor.person_id


def can_score(member: Membership, sheet: Scoresheet) -> bool:
    """The assessor it is assigned to, until it is handed in, while the cohort assesses and the candidate is
    in it."""
    open_ = sheet.state == Scoresheet.State.OPEN and sheet.candidate.state == Candidate.State.ADMITTED
    return open_ and sheet.candidate.cohort.state == Cohort.State.ASSESSING and is_assessor(member, sheet)


def can_read_scores(member: Membership, candidate: Candidate) -> bool:
    """The mean by competency: L&D and HR as sheets are handed in, but not while they have to score the same
    candidate; leaders for their line after the release."""
    if member.has(*READS_SELECTION):
        return not _still_to_score(member).filter(candidate=candidate).exists()
    released = candidate.cohort.released_at is not None
    person = person_of(member)
    return released and person is not None and is_above(person, candidate.person)


# --- slate -------------------------------------------------------------------------------------------


def visible_slates(member: Membership) -> QuerySet[Slate]:
    """L&D and HR, unless they are on it. Nobody else before the release."""
    slates = Slate.objects.select_related("cohort__program", "drawn_by", "released_by")
    if not member.has(*READS_SELECTION):
        return slates.none()
    return slates.exclude(cohort__in=_hidden_cohorts(member))


def visible_decisions(member: Membership) -> QuerySet[Decision]:
    """L&D and HR: all. Leaders: their own line's, after the release. The person: the own one, then too.
    Sponsors: those selected, after the release."""
    decisions = Decision.objects.select_related("candidate__person", "slate__cohort__program")
    if member.has(*READS_SELECTION):
        return decisions.exclude(slate__cohort__in=_hidden_cohorts(member))
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
