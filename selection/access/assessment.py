"""Who assesses, and who reads what was scored."""

from django.db.models import Q, QuerySet

from amdp.directory.queries import is_above, person_of
from amdp.identity.models import Membership, Role
from cohorts.models import Cohort
from selection.access.candidates import visible_candidates
from selection.access.setup import READS_SELECTION, can_run_selection, hidden_cohorts, visible_selections
from selection.days import why_closed
from selection.models import Assessor, Candidate, Scoresheet

NOT_THE_PANEL = "L&D names the assessors of a cohort."
NOT_FROM_PAPER = "L&D types in what assessors wrote on paper, but not of candidates they still have to score."


def visible_scoresheets(member: Membership) -> QuerySet[Scoresheet]:
    """One's own assigned sheets. L&D: all submitted ones too, unless they are in that selection, or still
    have to score the same candidate: every assessor scores without knowing what the others wrote."""
    sheets = Scoresheet.objects.select_related(
        "candidate__person__grade", "candidate__cohort__program", "exercise", "assessor__person"
    )
    person = person_of(member)
    seen = Q(assessor__person=person) if person else Q(pk__in=[])
    if member.has(Role.LD_ADMIN):
        seen |= (
            Q(state=Scoresheet.State.SUBMITTED)
            & ~Q(candidate__cohort__in=hidden_cohorts(member))
            & ~Q(candidate__in=still_to_score(member))
        )
    sheets = sheets.filter(seen)
    return sheets.exclude(candidate__person=person) if person else sheets


def still_to_score(member: Membership) -> QuerySet[Scoresheet, int]:
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
        "candidate__person", "candidate__cohort", "exercise", "assessor__person"
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
    assessing = sheet.candidate.cohort.state == Cohort.State.ASSESSING
    return open_ and assessing and is_assessor(member, sheet) and not why_closed(sheet.candidate.cohort)


def can_draft_from_paper(member: Membership, sheet: Scoresheet) -> bool:
    """L&D, for an assessor who scored on paper, unless they still have to score the same candidate."""
    if not can_run_selection(member, sheet.candidate.cohort):
        return False
    return not still_to_score(member).filter(candidate=sheet.candidate_id).exists()


def can_read_scores(member: Membership, candidate: Candidate) -> bool:
    """The mean by competency: L&D and HR as sheets are handed in, but not while they have to score the same
    candidate; leaders for their line after the release."""
    if member.has(*READS_SELECTION):
        return not still_to_score(member).filter(candidate=candidate).exists()
    released = candidate.cohort.released_at is not None
    person = person_of(member)
    return released and person is not None and is_above(person, candidate.person)
