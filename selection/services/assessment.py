"""Scoring: drafts, and handing in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Behavior, Cohort
from selection import access, notices
from selection.days import why_closed
from selection.models import Candidate, Observation, Rating, Scoresheet
from selection.queries.assessment import behaviors_of, jotted_on, marks_of
from selection.queries.conflicts import HELD_BACK, held_back
from selection.services.reliability import work_out_when_complete


@dataclass(frozen=True)
class Mark:
    """What an assessor says about one behaviour; a score without an observation can be kept, not submitted.

    ``before``: the score and words that stood there when the assessor began to change them, where known.
    """

    score: int | None = None
    observation: str = ""
    before: tuple[int | None, str] | None = None

    @property
    def now(self) -> tuple[int | None, str]:
        return self.score, self.observation.strip()


@dataclass(frozen=True)
class Clash:
    """A behaviour that was changed in two places: what stands there, and what was to be kept on top."""

    behavior: int
    theirs: tuple[int | None, str]
    yours: tuple[int | None, str]

    @property
    def shown(self) -> dict[str, Any]:
        """As a document, for the API and the page's script."""
        both = {"theirs": self.theirs, "yours": self.yours}
        marks = {name: {"score": score, "observation": text} for name, (score, text) in both.items()}
        return {"behavior": self.behavior, **marks}


@dataclass(frozen=True)
class Kept:
    """A sheet after a draft was kept, and what was not, because it changed elsewhere meanwhile."""

    sheet: Scoresheet
    clashes: list[Clash]


@transaction.atomic
def save_scores(
    sheet: Scoresheet, marks: Mapping[int, Mark], *, by: Membership, version: int | None = None
) -> Kept:
    """Keep a draft: ratings and observations by behaviour id. What is left out stays as it was; an empty
    mark takes back. Nobody but the assessor sees any of it.

    ``version`` is the one the draft was written on. On an older one, what was changed only elsewhere stays,
    what was changed only here is kept, and a behaviour changed in both places is left and told as a clash.
    """
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    _check_marks(sheet, marks)
    stored = marks_of(sheet)
    clashes = [] if version in (None, sheet.version) else _clashes(stored, marks)
    left = {clash.behavior for clash in clashes}
    changed = False
    for behavior, mark in marks.items():
        old = stored.get(behavior, (None, ""))
        elsewhere = version not in (None, sheet.version) and mark.now == mark.before
        if behavior in left or elsewhere or mark.now == old:
            continue
        changed = True
        _keep_rating(sheet, behavior, mark.score)
        _keep_observation(sheet, behavior, mark.observation.strip())
    sheet.saved_at = timezone.now()
    sheet.version += changed
    sheet.save(update_fields=["saved_at", "version"])
    return Kept(sheet, clashes)


@transaction.atomic
def draft_from_paper(sheet: Scoresheet, marks: Mapping[int, Mark], *, by: Membership) -> Scoresheet:
    """Keep what an assessor wrote on paper as the draft of their sheet, in their name. They are told, and hand it
    in themselves; nobody else can. Raises ValidationError for a sheet that was begun: it is theirs alone."""
    require_organization()
    sheet = _locked_sheet(sheet)
    if not access.can_draft_from_paper(by, sheet):
        raise PermissionDenied(access.NOT_FROM_PAPER)
    _check_open(sheet)
    if sheet.saved_at is not None or sheet.state != Scoresheet.State.OPEN:
        raise ValidationError(f"{sheet.assessor} has begun this sheet, and goes on with it.")
    _check_marks(sheet, marks)
    for behavior, mark in marks.items():
        _keep_rating(sheet, behavior, mark.score)
        _keep_observation(sheet, behavior, mark.observation.strip())
    sheet.saved_at = timezone.now()
    sheet.version += 1
    sheet.save(update_fields=["saved_at", "version"])
    notices.paper_typed_in(sheet, by)
    audit.record("scoresheet.typed_in", sheet, by=by, after={"behaviors": len(marks)})
    return sheet


def _check_marks(sheet: Scoresheet, marks: Mapping[int, Mark]) -> None:
    known = {behavior.pk for behavior in behaviors_of(sheet)}
    if unknown := set(marks) - known:
        raise ValidationError(f"There is no behavior {min(unknown)} in this exercise.")
    if any(mark.score is not None and not 1 <= mark.score <= 5 for mark in marks.values()):
        raise ValidationError("Ratings run from 1 to 5.")


def _clashes(stored: Mapping[int, tuple[int | None, str]], marks: Mapping[int, Mark]) -> list[Clash]:
    """Behaviours that stand otherwise than when their change began, and would change once more."""
    found = []
    for behavior, mark in marks.items():
        theirs = stored.get(behavior, (None, ""))
        if mark.now not in (theirs, mark.before) and theirs != mark.before:
            found.append(Clash(behavior, theirs, mark.now))
    return found


@transaction.atomic
def note_observation(
    sheet: Scoresheet,
    text: str,
    *,
    by: Membership,
    behavior: int | None = None,
    key: UUID | None = None,
    at: datetime | None = None,
) -> Observation:
    """Write down what was just seen, to be sorted to a behaviour at once or later. Sent twice under one key it
    is kept once. A time ahead of now, or before the sheet was handed out, counts as now."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    if not text.strip():
        raise ValidationError({"text": "Write what you saw or heard."})
    _check_behavior(sheet, behavior)
    if key and (there := sheet.observations.filter(key=key).first()):
        return there
    now = timezone.now()
    if at is None or not sheet.assigned_at <= at <= now:
        at = now
    sheet.saved_at = now
    sheet.save(update_fields=["saved_at"])
    return Observation.objects.create(
        scoresheet=sheet, behavior_id=behavior, text=text.strip(), noted_at=at, jotted=True, key=key
    )


@transaction.atomic
def sort_observation(observation: Observation, behavior: int | None, *, by: Membership) -> Observation:
    """Put what was jotted down to a behaviour, or back to those to be sorted."""
    require_organization()
    sheet = _locked_sheet(observation.scoresheet)
    _check_scorer(sheet, by)
    _check_behavior(sheet, behavior)
    observation.behavior_id = behavior
    observation.save(update_fields=["behavior"])
    return observation


@transaction.atomic
def drop_observation(observation: Observation, *, by: Membership) -> None:
    """Take back what was jotted down."""
    require_organization()
    _check_scorer(_locked_sheet(observation.scoresheet), by)
    observation.delete()


def _check_behavior(sheet: Scoresheet, behavior: int | None) -> None:
    if behavior is not None and behavior not in {each.pk for each in behaviors_of(sheet)}:
        raise ValidationError(f"There is no behavior {behavior} in this exercise.")


@transaction.atomic
def submit_scoresheet(sheet: Scoresheet, *, by: Membership) -> Scoresheet:
    """Hand the sheet in; from then on it cannot change. Raises ValidationError unless every rating has an
    observation and every competency a rating, and while L&D has to decide who scores the candidate."""
    require_organization()
    sheet = _locked_sheet(sheet)
    _check_scorer(sheet, by)
    if held_back(sheet):
        raise ValidationError(HELD_BACK)
    behaviors = behaviors_of(sheet)
    problems = _unready(behaviors, marks_of(sheet), {each.behavior_id for each in jotted_on(sheet)})
    if problems:
        raise ValidationError(problems)
    sheet.state, sheet.submitted_at = Scoresheet.State.SUBMITTED, timezone.now()
    sheet.save(update_fields=["state", "submitted_at"])
    notices.plan_scoring_reminders([sheet.assessor])
    audit.record("scoresheet.submitted", sheet, by=by, before={"state": "open"}, after={"state": sheet.state})
    work_out_when_complete(sheet.candidate.cohort)
    return sheet


def _unready(
    behaviors: Iterable[Behavior], marks: Mapping[int, tuple[int | None, str]], jotted: Collection[int | None]
) -> list[str]:
    problems: list[str] = []
    rated: dict[str, bool] = {}
    for behavior in behaviors:
        score, text = marks.get(behavior.pk, (None, ""))
        rated.setdefault(behavior.competency.name, False)
        if score is not None:
            rated[behavior.competency.name] = True
            if not text and behavior.pk not in jotted:
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
    own = sheet.observations.filter(behavior_id=behavior, jotted=False)
    noted = own.first()
    if not text:
        own.delete()
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
    _check_open(sheet)


def _check_open(sheet: Scoresheet) -> None:
    if sheet.candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{sheet.candidate} is no longer in this selection. Nothing needs scoring.")
    if sheet.candidate.cohort.state != Cohort.State.ASSESSING:
        raise ValidationError("Scoring opens when nominations have closed and ends with the assessment.")
    if closed := why_closed(sheet.candidate.cohort):
        raise ValidationError(f"{closed} What you have saved stays. L&D can move the day.")


def _locked_sheet(sheet: Scoresheet) -> Scoresheet:
    return (
        Scoresheet.objects.select_for_update(of=("self",))
        .select_related(
            "candidate__person", "candidate__cohort__program", "exercise", "assessor__person", "organization"
        )
        .get(pk=sheet.pk)
    )
