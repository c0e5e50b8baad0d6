"""Stakeholders sign a program's objectives, baselines and competency model, or return it with a reason."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts import messages
from cohorts.models import Program, Stakeholder
from cohorts.readiness import missing_for_sign_off


@transaction.atomic
def ask_for_sign_off(program: Program, *, due_on: date, by: Membership) -> list[Stakeholder]:
    """Ask every stakeholder who has not signed, by mail and on their home page.

    Raises ValidationError with everything that is still missing. Returns those who were asked.
    """
    require_organization()
    program = Program.objects.select_for_update().get(pk=program.pk)
    if program.state != Program.State.DRAFT:
        raise ValidationError(f"{program} is signed off already.")
    missing = missing_for_sign_off(program)
    if missing:
        raise ValidationError(missing)
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": "Choose a day that is not over."})
    asked = list(
        program.stakeholders.select_for_update(of=("self",)).filter(signed_at=None).select_related("person")
    )
    for stakeholder in asked:
        stakeholder.asked_at, stakeholder.due_on = timezone.now(), due_on
        stakeholder.returned_at, stakeholder.return_reason = None, ""
    Stakeholder.objects.bulk_update(asked, ["asked_at", "due_on", "returned_at", "return_reason"])
    audit.record(
        "program.sign_off_asked",
        program,
        by=by,
        after={"stakeholders": [str(one.person) for one in asked], "due_on": due_on},
    )
    for stakeholder in asked:
        messages.sign_off_asked(stakeholder, program, by=by)
    _finish_when_all_signed(program, by=by)
    return asked


@transaction.atomic
def sign_off(program: Program, *, by: Membership, remark: str = "") -> Program:
    """Sign as the stakeholder the member is. With the last signature the program is signed off."""
    program, stakeholder = _asked_stakeholder(program, by)
    stakeholder.signed_at, stakeholder.signed_by, stakeholder.remark = timezone.now(), by, remark.strip()
    stakeholder.returned_at, stakeholder.return_reason = None, ""
    stakeholder.save(update_fields=["signed_at", "signed_by", "remark", "returned_at", "return_reason"])
    audit.record(
        "program.signed", program, by=by, after={"function": stakeholder.function}, why=stakeholder.remark
    )
    _finish_when_all_signed(program, by=by)
    return program


@transaction.atomic
def return_program(program: Program, *, by: Membership, reason: str) -> Program:
    """Send the program back to L&D with what would have to change. Other signatures stay until it is edited."""
    if not reason.strip():
        raise ValidationError({"reason": "Say what would have to change, so that L&D can mend it."})
    program, stakeholder = _asked_stakeholder(program, by)
    stakeholder.returned_at, stakeholder.return_reason = timezone.now(), reason.strip()
    stakeholder.save(update_fields=["returned_at", "return_reason"])
    audit.record("program.returned", program, by=by, why=stakeholder.return_reason)
    messages.program_returned(stakeholder, program)
    return program


def reopen(program: Program, *, why: str, by: Membership, keep_signatures: bool = False) -> None:
    """Open the design again after a change to what was signed; the program says why.

    Stakeholders who had signed have to sign anew, unless ``keep_signatures``.
    """
    if not keep_signatures:
        program.stakeholders.filter(signed_at__isnull=False).update(
            signed_at=None, signed_by=None, remark="", asked_at=None, due_on=None
        )
    if program.state != Program.State.SIGNED_OFF:
        return
    program.state, program.signed_off_at = Program.State.DRAFT, None
    program.reopened_at, program.reopened_why = timezone.now(), why[:300]
    program.save(update_fields=["state", "signed_off_at", "reopened_at", "reopened_why"])
    audit.record("program.reopened", program, by=by, why=why)


def _asked_stakeholder(program: Program, by: Membership) -> tuple[Program, Stakeholder]:
    require_organization()
    program = Program.objects.select_for_update().get(pk=program.pk)
    stakeholder = program.stakeholders.select_for_update(of=("self",)).filter(person=person_of(by)).first()
    if stakeholder is None or stakeholder.asked_at is None:
        raise ValidationError("Nobody asked for your signature on this program.")
    if stakeholder.signed_at is not None:
        raise ValidationError("You have signed this program already.")
    return program, stakeholder


def _finish_when_all_signed(program: Program, *, by: Membership) -> None:
    if not program.stakeholders.exists() or program.stakeholders.filter(signed_at=None).exists():
        return
    program.state, program.signed_off_at = Program.State.SIGNED_OFF, timezone.now()
    program.reopened_at, program.reopened_why = None, ""
    program.save(update_fields=["state", "signed_off_at", "reopened_at", "reopened_why"])
    audit.record("program.signed_off", program, by=by)
    messages.program_signed_off(program)
