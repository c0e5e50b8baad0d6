"""Agreeing on a rating after everybody has handed in: beside the submitted ones, which stay as they are."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Competency
from selection import access, notices
from selection.models import Assessor, Candidate, ConsensusRating, ConsensusVoice, Scoresheet
from selection.queries.consensus import handed_in, ratings_of, rows_for, voices_missing

HALVES = tuple(Decimal(n) / 2 for n in range(2, 11))


@transaction.atomic
def write_consensus(
    sheet: Scoresheet, competency: Competency, *, score: Decimal, why: str, version: int, by: Membership
) -> ConsensusRating:
    """Propose what the assessors agree on for one competency, or change it; everybody else has to agree anew.

    ``version`` is the one that was read, 0 where there was none. Raises ValidationError when somebody else
    wrote meanwhile, with what they wrote.
    """
    require_organization()
    sheet = _held(sheet, by)
    if competency.pk not in {row.competency.pk for row in rows_for(sheet, sheet.assessor)}:
        raise ValidationError(f"{competency} was not rated in this exercise.")
    if score not in HALVES:
        raise ValidationError({"score": "Choose 1 to 5, in halves."})
    if not why.strip():
        raise ValidationError({"why": "Say in a sentence why. It stays in the file."})
    rating = ratings_of(sheet).filter(competency=competency).first()
    if rating is None:
        rating = ConsensusRating(candidate=sheet.candidate, exercise=sheet.exercise, competency=competency)
        rating.version = 0
    if rating.version != version:
        raise ValidationError(_overtaken(rating))
    rating.score, rating.why, rating.written_by = score, why.strip(), sheet.assessor
    rating.written_at, rating.agreed_at = timezone.now(), None
    rating.version += 1
    rating.save()
    rating.voices.all().delete()
    _speak(rating, sheet.assessor, sheet)
    audit.record("consensus.written", rating, by=by)
    notices.agreement_asked(rating, _beside(sheet))
    return rating


@transaction.atomic
def agree_consensus(rating: ConsensusRating, *, version: int, by: Membership) -> ConsensusRating:
    """Agree with it as it stands. Once every assessor has, it is what they agreed on."""
    require_organization()
    sheets = Scoresheet.objects.filter(candidate=rating.candidate_id, exercise=rating.exercise_id)
    own = next(
        (each for each in sheets.select_related("assessor__person") if access.is_assessor(by, each)), None
    )
    if own is None:
        raise PermissionDenied(access.NOT_THEIRS)
    sheet = _held(own, by)
    rating = ratings_of(sheet).get(pk=rating.pk)
    if rating.version != version:
        raise ValidationError(_overtaken(rating))
    if rating.voices.filter(assessor=sheet.assessor).exists():
        raise ValidationError("You have agreed already.")
    _speak(rating, sheet.assessor, sheet)
    audit.record("consensus.agreed", rating, by=by)
    return rating


def _beside(sheet: Scoresheet) -> list[Scoresheet]:
    """The other sheets that count; not of who still has to score the candidate and may not read it yet."""
    open_ = Scoresheet.objects.filter(candidate=sheet.candidate_id, state=Scoresheet.State.OPEN).order_by()
    without = {sheet.assessor_id, *open_.values_list("assessor_id", flat=True)}
    found = [each for each in handed_in(sheet) if each.assessor_id not in without]
    for each in found:
        each.candidate, each.exercise = sheet.candidate, sheet.exercise
    return found


def _speak(rating: ConsensusRating, assessor: Assessor, sheet: Scoresheet) -> None:
    ConsensusVoice.objects.create(rating=rating, assessor=assessor)
    unsaid = ratings_of(sheet).exclude(voices__assessor=assessor)
    if not unsaid.exists():
        notices.agreement_settled(sheet)
    if not voices_missing(rating, handed_in(sheet)):
        rating.agreed_at = timezone.now()
        rating.save(update_fields=["agreed_at"])


def _held(sheet: Scoresheet, by: Membership) -> Scoresheet:
    """The sheet as it is now, with the candidate locked: one writes after the other."""
    Candidate.objects.select_for_update(of=("self",)).get(pk=sheet.candidate_id)
    sheet = Scoresheet.objects.select_related(
        "candidate__person", "candidate__cohort", "exercise", "assessor__person"
    ).get(pk=sheet.pk)
    if refusal := access.why_not_agreeing(by, sheet):
        if refusal == access.NOT_THEIRS:
            raise PermissionDenied(refusal)
        raise ValidationError(refusal)
    return sheet


def _overtaken(rating: ConsensusRating) -> str:
    if not rating.pk:
        return "Load the page again, then write."
    return (
        f"{rating.written_by} wrote {rating.score:.1f} meanwhile: “{rating.why}” Your sentence is still here; "
        "keep it to replace theirs, or agree."
    )
