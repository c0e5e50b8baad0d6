"""People who can speak to a nomination: named by the nominator, asked when the plan says so."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import person_of, search_people
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.models import Nomination, NominationReference
from selection.queries.evidence import terms_for_nomination

State = NominationReference.State


def write_references(nomination: Nomination, references: list[dict[str, str]] | None) -> None:
    """Keep who can speak to it, as typed: ``name`` and ``about``. Whom the directory knows by that name or
    number is found; others stay as typed, for the draft. Who was asked already stays."""
    if references is None:
        return
    room = terms_for_nomination(nomination).references
    given = [one for one in references if one.get("name", "").strip()][:room]
    asked = {one.typed.lower(): one for one in nomination.references.exclude(state=State.NAMED)}
    nomination.references.filter(state=State.NAMED).delete()
    taken = {one.position for one in asked.values()}
    free = iter(position for position in range(room + len(taken) + 1) if position not in taken)
    for one in given:
        name, about = one["name"].strip()[:120], one.get("about", "").strip()[:300]
        if name.lower() in asked:
            continue
        NominationReference.objects.create(
            nomination=nomination,
            person=found(nomination, name),
            typed=name,
            about=about,
            position=next(free),
        )


def found(nomination: Nomination, name: str) -> Person | None:
    """The one person of the directory by that full name or number; never the nominee or the nominator."""
    out = {nomination.candidate.person_id, nomination.nominator_id, nomination.written_by_id}
    people = search_people(access.possible_referees().exclude(pk__in=[pk for pk in out if pk]), name)
    matching = list(people[:3])
    exact = [one for one in matching if name.lower() in (one.name.lower(), one.employee_number.lower())]
    if len(exact) == 1:
        return exact[0]
    return matching[0] if len(matching) == 1 else None


def ask_references(nomination: Nomination) -> None:
    """Write to those named, where the plan asks for statements, once each."""
    if not terms_for_nomination(nomination).asks_statements:
        return
    named = nomination.references.filter(state=State.NAMED, person__isnull=False).select_related("person")
    for reference in named:
        reference.nomination = nomination
        reference.state, reference.asked_at = State.ASKED, timezone.now()
        reference.save(update_fields=["state", "asked_at"])
        notices.reference_asked(reference)


def drop_references(nomination: Nomination) -> None:
    """Nobody needs a statement any more."""
    for reference in nomination.references.filter(state=State.ASKED).select_related("person"):
        reference.nomination = nomination
        reference.state = State.DROPPED
        reference.save(update_fields=["state"])
        notices.reference_dropped(reference)


@transaction.atomic
def answer_reference(
    reference: NominationReference, *, statement: str, by: Membership
) -> NominationReference:
    """What somebody named can say; it joins the nomination, and those who decide read it."""
    require_organization()
    reference = (
        NominationReference.objects.select_for_update(of=("self",))
        .select_related(
            "person", "nomination__candidate__person", "nomination__candidate__cohort", "organization"
        )
        .get(pk=reference.pk)
    )
    if person_of(by) != reference.person:
        raise PermissionDenied("Only who was named can answer.")
    if reference.state != State.ASKED:
        raise ValidationError("This was answered already, or is no longer needed.")
    if not access.takes_answers(reference.nomination.candidate.cohort):
        raise ValidationError(access.NOT_TAKING)
    if not statement.strip():
        raise ValidationError({"statement": "Write a sentence or two."})
    reference.statement, reference.state = statement.strip(), State.ANSWERED
    reference.answered_at = timezone.now()
    reference.save(update_fields=["statement", "state", "answered_at"])
    audit.record("reference.answered", reference.nomination, by=by, after={"by": str(reference.person)})
    notices.reference_answered(reference)
    return reference


def references_shown(nomination: Nomination) -> list[dict[str, Any]]:
    """What the form holds of them, as typed."""
    return [{"name": one.typed, "about": one.about} for one in nomination.references.all()]
