"""The file of a candidate as one document of plain data: for the person, or for a review board.

``Terms`` say for whom and who is named. Whoever is not appears by their part (“assessor 2”); other candidates
never appear, also not in what somebody wrote; demographics are nowhere in a file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q

from amdp.directory.models import Person
from selection.feedback import as_document
from selection.models import Candidate, Nomination, Observation, Rating, Scoresheet
from selection.queries.assessment import assessments_of
from selection.queries.conflicts import counts
from selection.queries.feedback import feedback_on
from selection.queries.standing import standing_of
from selection.story import Names, Part, Reading, Who, story_of

Row = dict[str, Any]


class Audience(StrEnum):
    PERSON = "person"
    BOARD = "board"


AUDIENCES = [(Audience.PERSON.value, "The person"), (Audience.BOARD.value, "A review board")]
# Whom the person reads by name: those the selection told them of. Everybody else appears by their part.
NAMED_FOR_PERSON = (Part.PERSON, Part.NOMINATOR, Part.LEADER)
NAMED_FOR_BOARD = (Part.PERSON, Part.NOMINATOR, Part.LEADER, Part.APPROVER, Part.STAFF)
CAN_BE_NAMED = (
    Part.NOMINATOR,
    Part.LEADER,
    Part.APPROVER,
    Part.REFEREE,
    Part.ASSESSOR,
    Part.PANEL,
    Part.STAFF,
)


@dataclass(frozen=True)
class Terms:
    """For whom a file is written out, what for, and who is named in it."""

    audience: Audience
    purpose: str = ""
    named: tuple[Part, ...] = NAMED_FOR_BOARD

    @property
    def hidden(self) -> tuple[Part, ...]:
        shown = NAMED_FOR_PERSON if self.audience == Audience.PERSON else (Part.PERSON, *self.named)
        return tuple(part for part in Part if part not in shown)


def dossier(candidate: Candidate, terms: Terms, *, at: datetime, zone: str = "UTC") -> Row:
    """Everything the file holds for this audience, ready to be kept as JSON."""
    reading, for_person = Reading(candidate), terms.audience == Audience.PERSON
    events = story_of(reading)
    names = Names(
        events,
        hidden=terms.hidden,
        others=_other_candidates(candidate),
        keep=candidate.person.name,
        address=candidate.person.email,
    )
    told = [event for event in events if event.to_person or not for_person]
    feedback = feedback_on(candidate)
    return {
        "about": _about(candidate, terms, at) | {"time_zone": zone},
        "person": _person(candidate.person),
        "story": [
            {
                "at": _when(each.at),
                "kind": each.kind,
                "what": names.text(each),
                "words": names.words(each.words),
            }
            for each in told
            if not (for_person and each.at is None)
        ],
        "nominations": [_nomination(each, names) for each in reading.nominations],
        "eligibility": _eligibility(candidate),
        "assessment": _assessment(candidate, names, for_person=for_person),
        "outcome": _outcome(reading, names, for_person=for_person),
        "feedback": as_document(feedback.report) if feedback else None,
    }


def _about(candidate: Candidate, terms: Terms, at: datetime) -> Row:
    return {
        "cohort": candidate.cohort.name,
        "program": candidate.cohort.program.name,
        "made_for": terms.audience.value,
        "purpose": terms.purpose,
        "made_at": at.isoformat(),
        "by_part": [str(part.value) for part in terms.hidden],
    }


def _person(person: Person) -> Row:
    return {
        "name": person.name,
        "number": person.employee_number,
        "job_title": person.job_title,
        "grade": person.grade.code if person.grade else "",
        "business_unit": person.business_unit,
        "market": person.market,
    }


def _nomination(nomination: Nomination, names: Names) -> Row:
    proposer = Part.PERSON if nomination.is_own else Part.NOMINATOR
    return {
        "by": names.say(Who(nomination.who, proposer)),
        "state": nomination.get_state_display(),
        "handed_in_at": _when(nomination.submitted_at),
        "rationale": names.words(nomination.rationale),
        "evidence": names.words(nomination.evidence),
        "criteria": [
            {"name": each.name, "words": names.words(each.words)} for each in nomination.evidence_given.all()
        ],
        "performance_view": nomination.performance_view,
        "potential_view": nomination.potential_view,
    }


def _eligibility(candidate: Candidate) -> Row | None:
    standing = standing_of(candidate)
    if standing is None:
        return None
    return {
        "verdict": standing.eligibility.verdict,
        "as_of": _when(standing.as_of),
        "rules": [
            {"rule": check.name, "found": check.shown, "met": check.met, "exception": bool(check.exception)}
            for group in standing.eligibility.groups
            for check in group.checks
        ],
    }


def _outcome(reading: Reading, names: Names, *, for_person: bool) -> Row | None:
    decision = reading.decision
    if decision is None or not decision.outcome:
        return None
    said: Row = {
        "outcome": decision.get_outcome_display(),
        "place_in_reserve": decision.reserve_order,
        "reason": decision.get_reason_display(),
        "words": names.words(decision.remark),
    }
    if not for_person:  # a place says how others did
        said |= {"rank": decision.rank_text, "points": str(decision.composite or "")}
    return said


# --- what was seen -----------------------------------------------------------------------------------


def _assessment(candidate: Candidate, names: Names, *, for_person: bool) -> Row | None:
    found = assessments_of(candidate.cohort, [candidate]).get(candidate.pk)
    if found is None:
        return None
    return {
        "assessors": found.assessors,
        "competencies": [
            {"name": each.competency.name, "mean": round(float(each.mean), 2)} for each in found.competencies
        ],
        "behaviors": list(_behaviors(candidate, names, for_person=for_person)),
    }


def _behaviors(candidate: Candidate, names: Names, *, for_person: bool) -> Iterator[Row]:
    """What each exercise showed of each behaviour. For the person without who said what: scores by size, notes by
    their letters, so that nothing ties one assessor's together."""
    sheets = {
        sheet.pk: sheet
        for sheet in Scoresheet.objects.filter(
            counts(), candidate=candidate, state=Scoresheet.State.SUBMITTED
        ).select_related("exercise", "assessor__person")
    }
    ratings = Rating.objects.filter(scoresheet__in=list(sheets)).select_related("behavior__competency")
    notes = _notes(sheets)
    rows: dict[tuple[int, int], list[Rating]] = {}
    order = ("behavior__competency__position", "behavior__position", "behavior_id", "pk")
    for rating in ratings.order_by("scoresheet__exercise__position", "scoresheet__exercise_id", *order):
        exercise = sheets[rating.scoresheet_id].exercise_id
        rows.setdefault((exercise, rating.behavior_id), []).append(rating)
    for found in rows.values():
        behavior = found[0].behavior
        said = [_said(each, sheets, notes, names) for each in found]
        row: Row = {
            "exercise": sheets[found[0].scoresheet_id].exercise.name,
            "competency": behavior.competency.name,
            "behavior": behavior.text,
        }
        if for_person:
            row |= {
                "scores": sorted(each["score"] for each in said),
                "seen": sorted(text for each in said for text in each["seen"]),
            }
        else:
            row["ratings"] = said
        yield row


def _said(
    rating: Rating, sheets: dict[int, Scoresheet], notes: dict[tuple[int, int], list[str]], names: Names
) -> Row:
    assessor = Who(str(sheets[rating.scoresheet_id].assessor), Part.ASSESSOR)
    seen = notes.get((rating.scoresheet_id, rating.behavior_id), ())
    return {
        "by": names.say(assessor),
        "score": rating.score,
        "seen": [names.words(text) for text in seen],
    }


def _notes(sheets: Iterable[int]) -> dict[tuple[int, int], list[str]]:
    rows = Observation.objects.filter(Q(behavior__isnull=False), scoresheet__in=list(sheets))
    found: dict[tuple[int, int], list[str]] = {}
    for sheet, behavior, text in rows.order_by("noted_at", "pk").values_list(
        "scoresheet_id", "behavior_id", "text"
    ):
        found.setdefault((sheet, behavior), []).append(text)
    return found


def _other_candidates(candidate: Candidate) -> Iterable[tuple[str, str]]:
    others = Person.objects.filter(candidacies__cohort=candidate.cohort_id).exclude(pk=candidate.person_id)
    return others.values_list("first_name", "last_name")


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
