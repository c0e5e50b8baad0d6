"""Feedback reports: edited and read through by L&D, and kept as they were released."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from amdp.web.pdf import render
from cohorts.models import Cohort
from selection import access
from selection.feedback import as_document
from selection.models import Candidate, FeedbackReport
from selection.papers.feedback import feedback_document
from selection.queries.feedback import Feedback, feedback_in, feedback_on

LONGEST = 1200
ONE_SITTING = timedelta(hours=1)
NEEDED = {"opening": "The report needs an opening.", "closing": "The report needs an end."}
RELEASED = "The report was released and stays as it is."


@transaction.atomic
def edit_feedback(
    candidate: Candidate,
    texts: Mapping[str, str],
    *,
    by: Membership,
    before: Mapping[str, str] | None = None,
) -> Feedback:
    """Put these texts, by key, into the report of a candidate; those left out stay. The text that was worked out
    takes an edit back, and an empty one leaves its point out. An edit takes back that it was read through.

    ``before``: what stood there as the editing began, where known. What somebody else changed meanwhile is left
    as it is and refused with a ValidationError at its key; the other texts are kept all the same when the page
    sends them again.
    """
    feedback = _locked(candidate, by)
    row = feedback.row
    assert row is not None  # made while locking
    current, written = feedback.written.texts | _texts(row), feedback.written.texts
    if unknown := set(texts) - set(written):
        raise ValidationError({"texts": f"There is no text {min(unknown)} in this report."})
    changed = {}
    for key, said in texts.items():
        text = _clean(key, said)
        untouched = before is not None and _same(text, before.get(key, ""))
        if untouched or _same(text, current[key]):
            continue
        if before is not None and not _same(current[key], before.get(key, "")):
            _refuse_if_elsewhere(row, key, by)
        changed[key] = text
    if not changed:
        return feedback
    now = timezone.now()
    for key, text in changed.items():
        if _same(text, written[key]):
            row.edits.pop(key, None)
        else:
            edit = {"text": text, "by": by.pk, "name": by.display_name, "at": now.isoformat()}
            row.edits[key] = edit
    sitting = row.edited_by_id == by.pk and row.edited_at and now - row.edited_at < ONE_SITTING
    row.edited_at, row.edited_by, row.checked_at, row.checked_by = now, by, None, None
    row.save(update_fields=["edits", "edited_at", "edited_by", "checked_at", "checked_by"])
    if not sitting:  # a draft keeps itself every few seconds
        audit.record("feedback.edited", row, by=by)
    fresh = feedback_on(candidate)
    assert fresh is not None
    return fresh


@transaction.atomic
def check_feedback(candidate: Candidate, *, by: Membership, checked: bool = True) -> Feedback:
    """Note that somebody of L&D has read the report through as it stands, or take that back."""
    feedback = _locked(candidate, by)
    row = feedback.row
    assert row is not None
    if checked != (row.checked_at is not None):
        row.checked_at, row.checked_by = (timezone.now(), by) if checked else (None, None)
        row.save(update_fields=["checked_at", "checked_by"])
        audit.record("feedback.read_through" if checked else "feedback.to_be_read", row, by=by)
    return feedback


def print_feedback(feedback: Feedback, *, by: Membership) -> bytes:
    """The report as PDF; that somebody else than its candidate took it out is noted."""
    if person_of(by) != feedback.candidate.person:
        audit.record("export.feedback", feedback.candidate, by=by, after={"rows": 1, "kind": "pdf"})
    return render(feedback_document(feedback, by.organization), at=timezone.now())


def keep_released(cohort: Cohort, before: str, by: Membership | None) -> None:
    """Named in ``settings.COHORT_MOVED``: as outcomes are released, each report is kept as it reads then, and
    stays so whatever becomes of the program's words. The cohort is locked by the caller."""
    if before != Cohort.State.SELECTING:
        return
    admitted = cohort.candidates.filter(state=Candidate.State.ADMITTED).select_related("person")
    found, now = feedback_in(cohort, list(admitted)), timezone.now()
    there: list[FeedbackReport] = []
    new: list[FeedbackReport] = []
    for feedback in found.values():
        row = feedback.row or FeedbackReport(candidate=feedback.candidate)
        row.content, row.released_at = as_document(feedback.report), now
        (there if feedback.row else new).append(row)
    FeedbackReport.objects.bulk_create(new)
    FeedbackReport.objects.bulk_update(there, ["content", "released_at"], batch_size=500)


def _texts(row: FeedbackReport) -> dict[str, str]:
    return {key: edit["text"] for key, edit in row.edits.items()}


def _clean(key: str, said: Any) -> str:
    text = str(said).replace("\r\n", "\n").replace("\0", "").strip()
    if not text and key in NEEDED:
        raise ValidationError({key: NEEDED[key]})
    if len(text) > LONGEST:
        raise ValidationError({key: f"At most {LONGEST:,} characters; these are {len(text):,}."})
    return text


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _refuse_if_elsewhere(row: FeedbackReport, key: str, by: Membership) -> None:
    edit = row.edits.get(key)
    who = edit["name"] if edit and edit["by"] != by.pk else None
    if edit is None and row.edited_by_id not in (None, by.pk):
        who = str(row.edited_by)
    if who:
        raise ValidationError({key: f"{who} changed this text meanwhile. Open the page anew to see it."})


def _locked(candidate: Candidate, by: Membership) -> Feedback:
    """The report with its row, locked; both made when they are not there yet."""
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=candidate.cohort_id)
    if cohort.released_at is not None:
        raise ValidationError(RELEASED)
    if not access.can_prepare_feedback(by, cohort):
        raise PermissionDenied(access.NOT_THE_REPORTS)
    FeedbackReport.objects.get_or_create(candidate=candidate)
    FeedbackReport.objects.select_for_update(of=("self",)).get(candidate=candidate)
    feedback = feedback_on(candidate)
    if feedback is None:
        raise ValidationError(f"Nobody assessed {candidate}, so there is no report.")
    return feedback
