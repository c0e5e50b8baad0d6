"""Who was to score the candidate, who did, what came between, and when somebody was taken out."""

from collections.abc import Iterator

from amdp.audit.models import AuditEntry
from amdp.audit.queries import entries_about
from selection.models import AssessorConflict, Scoresheet
from selection.story.base import Event, Fill, Part, Reading, Who, staff


def events(reading: Reading) -> Iterator[Event]:
    """Score sheets handed out, taken away and submitted, for who reads them; what came up between an assessor
    and the candidate; and that the candidate was taken out."""
    for sheet in reading.sheets:
        yield from _sheet(sheet)
    if reading.runs:
        yield from _typed_in(reading)
        yield from _taken_away(reading)
    for conflict in reading.conflicts:
        yield from _conflict(conflict)
    yield from _withdrawal(reading)


def _sheet(sheet: Scoresheet) -> Iterator[Event]:
    fill: Fill = {"who": Who(str(sheet.assessor), Part.ASSESSOR), "exercise": _in(sheet.exercise.title)}
    given = "given to {who}{exercise} to score"
    icon = "clipboard-list"  # icon
    yield Event(sheet.assigned_at, "scoresheet.assigned", given, fill, sheet.why, icon)
    if sheet.submitted_at:
        done = "{who} submitted the score sheet{exercise}"
        icon = "clipboard-check"  # icon
        yield Event(sheet.submitted_at, "scoresheet.submitted", done, fill, icon=icon, to_person=True)


def _typed_in(reading: Reading) -> Iterator[Event]:
    sheets: dict[int | None, Scoresheet] = {sheet.pk: sheet for sheet in reading.sheets}
    typed = AuditEntry.objects.filter(
        verb="scoresheet.typed_in", object_type=Scoresheet._meta.label_lower, object_id__in=list(sheets)
    )
    icon = "clipboard-text"  # icon
    for entry in typed.order_by("at", "pk"):
        sheet = sheets[entry.object_id]
        fill: Fill = {
            "who": Who(entry.actor_name, Part.STAFF),
            "assessor": Who(str(sheet.assessor), Part.ASSESSOR),
            "exercise": _in(sheet.exercise.title),
        }
        paper = "{who} typed in what {assessor} had written on paper{exercise}"
        yield Event(entry.at, "scoresheet.typed_in", paper, fill, icon=icon)


def _in(exercise: str) -> str:
    return f" ({exercise})" if exercise else ""


def _taken_away(reading: Reading) -> Iterator[Event]:
    gone = AuditEntry.objects.filter(
        verb="scoresheet.taken_away", before__candidate=reading.candidate.pk
    ).order_by("at", "pk")
    icon = "clipboard-x"  # icon
    for entry in gone:
        fill: Fill = {
            "who": Who(entry.actor_name, Part.STAFF),
            "assessor": Who(entry.before["assessor"], Part.ASSESSOR),
            "exercise": _in(entry.before.get("exercise", "")),
        }
        took = "{who} took the score sheet{exercise} away from {assessor}"
        yield Event(entry.at, "scoresheet.taken_away", took, fill, entry.why, icon)


def _conflict(conflict: AssessorConflict) -> Iterator[Event]:
    icon = "alert-triangle"  # icon
    assessor = Who(str(conflict.assessor), Part.ASSESSOR)
    fill: Fill = {"assessor": assessor, "what": conflict.text.removeprefix(assessor.name)}
    yield Event(conflict.found_at, "conflict.found", "{assessor}{what}", fill, icon=icon)
    if conflict.asked_at:
        fill = {"assessor": assessor, "who": staff(conflict.asked_by)}
        asked = "{who} asked that {assessor} goes on scoring"
        yield Event(conflict.asked_at, "conflict.asked", asked, fill, conflict.reason, icon)
    if conflict.decided_at:
        agreed = conflict.state == AssessorConflict.State.KEPT
        fill = {"assessor": assessor, "who": staff(conflict.decided_by)}
        said = f"{{who}} {'agreed' if agreed else 'did not agree'} that {{assessor}} goes on scoring"
        yield Event(conflict.decided_at, "conflict.decided", said, fill, conflict.remark, icon)
    if conflict.excluded_at:
        fill = {"assessor": assessor, "who": staff(conflict.excluded_by)}
        left = "{who} left the ratings of {assessor} out of the mean"
        yield Event(conflict.excluded_at, "conflict.excluded", left, fill, conflict.excluded_why, icon, True)


def _withdrawal(reading: Reading) -> Iterator[Event]:
    candidate, icon = reading.candidate, "user-minus"  # icon
    if not candidate.withdrawn_why:
        return
    entry = entries_about(candidate).filter(verb="candidate.withdrawn").first()
    fill = {"who": Who(entry.actor_name if entry else "L&D", Part.STAFF)}
    out = "{who} took the candidate out of the selection"
    at = entry.at if entry else None
    yield Event(at, "candidate.withdrawn", out, fill, candidate.withdrawn_why, icon, to_person=True)
