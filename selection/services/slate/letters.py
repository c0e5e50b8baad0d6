"""Letters: written anew for one person before the release, and put into the outbox with it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import notices
from selection.letters import Text
from selection.models import Decision, Letter
from selection.plan_parts.letters import why_not_written
from selection.queries.letters import Draft, draft_for
from selection.services.slate.common import check_open, locked_slate


@transaction.atomic
def edit_letter(decision: Decision, *, subject: str, body: str, why: str, by: Membership) -> Letter:
    """Write the letter to one person anew, with the reason. Merge fields are filled in as it goes out.

    Raises ValidationError at the field to mend, and once the letter has gone out.
    """
    require_organization()
    slate = locked_slate(decision.slate)
    check_open(slate, by)
    decision = slate.decisions.select_related("candidate__person").get(pk=decision.pk)
    if not decision.outcome:
        raise ValidationError(f"Decide on {decision.candidate} first.")
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    for field, words in (("subject", subject), ("body", body)):
        if not words:
            raise ValidationError({field: "A letter needs a subject and a text."})
        if sentences := why_not_written(Text("", words)):
            raise ValidationError({field: sentences})
    if not why.strip():
        raise ValidationError({"why": "Say why this letter is different. The reason is kept with it."})
    letter, _ = Letter.objects.update_or_create(
        slate=slate,
        candidate=decision.candidate,
        kind=decision.outcome,
        defaults={
            "subject": subject[:200],
            "body": body,
            "why": why.strip()[:300],
            "edited_by": by,
            "edited_at": timezone.now(),
        },
    )
    audit.record("slate.letter_edited", decision, by=by, after={"letter": letter.kind}, why=letter.why)
    return letter


@transaction.atomic
def restore_letter(decision: Decision, *, by: Membership) -> Draft:
    """Take back what was written for one person: the text of the plan is sent again."""
    require_organization()
    slate = locked_slate(decision.slate)
    check_open(slate, by)
    letters = slate.letters.filter(candidate=decision.candidate_id, kind=decision.outcome)
    if not letters.delete()[0]:
        raise ValidationError("This letter is the usual one already.")
    audit.record("slate.letter_restored", decision, by=by, after={"letter": decision.outcome})
    return draft_for(decision, decision.outcome)


def put_out(drafts: Iterable[Draft], *, now: datetime) -> list[Letter]:
    """Keep these letters word for word and put them into the outbox; the worker sends each once. The slate is
    locked by the caller."""
    new: list[Letter] = []
    known: list[Letter] = []
    for draft in drafts:
        letter = draft.row or Letter(kind=draft.kind)
        letter.slate, letter.candidate = draft.decision.slate, draft.decision.candidate
        letter.subject, letter.body, letter.sent_at = draft.letter.subject[:200], draft.letter.body, now
        (known if draft.row else new).append(letter)
    Letter.objects.bulk_create(new)
    Letter.objects.bulk_update(known, ["subject", "body", "sent_at"])
    notices.letters_out([*new, *known])
    return [*new, *known]
