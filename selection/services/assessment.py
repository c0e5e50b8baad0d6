"""Scoring: drafts, and handing in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Behavior, Cohort
from selection import access, notices
from selection.models import Candidate, Observation, Rating, Scoresheet
from selection.queries.assessment import behaviors_of, marks_of
from selection.services.reliability import work_out_when_complete


@dataclass(frozen=True)
class Mark:
    """What an assessor says about one behaviour; a score without an observation can be kept, not submitted."""

    score: int | None = None
    observation: str = ""


@transaction.atomic
def save_scores(sheet: Scoresheet, marks: Mapping[int, Mark], *, by: Membership) -> Scoresheet:
    """Keep a draft: ratings and observations by behaviour id. What is left out stays as it was; an empty
    mark takes back. Nobody but the assessor sees any of it."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    known = {behavior.pk for behavior in behaviors_of(sheet)}
    if unknown := set(marks) - known:
        raise ValidationError(f"There is no behavior {min(unknown)} in this exercise.")
    for behavior, mark in marks.items():
        if mark.score is not None and not 1 <= mark.score <= 5:
            raise ValidationError("Ratings run from 1 to 5.")
        _keep_rating(sheet, behavior, mark.score)
        _keep_observation(sheet, behavior, mark.observation.strip())
    sheet.saved_at = timezone.now()
    sheet.save(update_fields=["saved_at"])
    return sheet


@transaction.atomic
def submit_scoresheet(sheet: Scoresheet, *, by: Membership) -> Scoresheet:
    """Hand the sheet in; from then on it cannot change. Raises ValidationError unless every rating has an
    observation and every competency a rating."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    behaviors = behaviors_of(sheet)
    problems = _unready(behaviors, marks_of(sheet))
    if problems:
        raise ValidationError(problems)
    sheet.state, sheet.submitted_at = Scoresheet.State.SUBMITTED, timezone.now()
    sheet.save(update_fields=["state", "submitted_at"])
    notices.scoring_settled(sheet)
    audit.record("scoresheet.submitted", sheet, by=by, before={"state": "open"}, after={"state": sheet.state})
    work_out_when_complete(sheet.candidate.cohort)
    return sheet


def _unready(behaviors: Iterable[Behavior], marks: Mapping[int, tuple[int | None, str]]) -> list[str]:
    problems: list[str] = []
    rated: dict[str, bool] = {}
    for behavior in behaviors:
        score, text = marks.get(behavior.pk, (None, ""))
        rated.setdefault(behavior.competency.name, False)
        if score is not None:
            rated[behavior.competency.name] = True
            if not text:
                problems.append(f"Write what you saw for “{behavior.text}”. A rating needs an observation.")
    empty = [name for name, done in rated.items() if not done]
    if empty:
        problems.append(f"Rate at least one behaviour of {', '.join(empty)}.")
    return problems


def _keep_rating(sheet: Scoresheet, behavior: int, score: int | None) -> None:
    if score is None:
        sheet.ratings.filter(behavior_id=behavior).delete()
    else:
        Rating.objects.update_or_create(scoresheet=sheet, behavior_id=behavior, defaults={"score": score})


def _keep_observation(sheet: Scoresheet, behavior: int, text: str) -> None:
    """Keeps the time of the first note on a behaviour, however often its words change."""
    noted = sheet.observations.filter(behavior_id=behavior).first()
    if not text:
        sheet.observations.filter(behavior_id=behavior).delete()
    elif noted is None:
        Observation.objects.create(scoresheet=sheet, behavior_id=behavior, text=text)
    elif noted.text != text:
        noted.text = text
        noted.save(update_fields=["text"])


def _check_scorer(sheet: Scoresheet, by: Membership) -> None:
    if not access.is_assessor(by, sheet):
        raise PermissionDenied("Only the assessor it was given to can score this sheet.")
    if sheet.state == Scoresheet.State.SUBMITTED:
        raise ValidationError("You have submitted this sheet. It stays as it is.")
    if sheet.candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{sheet.candidate} is no longer in this selection. Nothing needs scoring.")
    if sheet.candidate.cohort.state != Cohort.State.ASSESSING:
        raise ValidationError("Scoring opens when nominations have closed and ends with the assessment.")


def _locked_sheet(sheet: Scoresheet) -> Scoresheet:
    return (
        Scoresheet.objects.select_for_update(of=("self",))
        .select_related(
            "candidate__person", "candidate__cohort__program", "exercise", "assessor__person", "organization"
        )
        .get(pk=sheet.pk)
    )
