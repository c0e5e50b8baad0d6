"""HR's co-signature: asked for, given or returned with a question, and void after a change."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection import access, notices
from selection.models import Signature, Slate
from selection.queries.signing import needs_signature, signers_of
from selection.queries.slate import decisions_on, unready_to_release
from selection.services.slate.common import check_open, locked_slate

State = Signature.State
CHANGED = "The slate was changed meanwhile and is with L&D again. You are asked anew when it is ready."


@transaction.atomic
def ask_signature(slate: Slate, *, by: Membership, note: str = "") -> Signature:
    """Send a slate on which everybody is decided to HR.

    Raises ValidationError with what is still open, when the plan asks for no signature, when HR has been asked
    already, and when nobody of HR can sign.
    """
    require_organization()
    slate = locked_slate(slate)
    check_open(slate, by)
    if not needs_signature(slate):
        raise ValidationError("The selection plan asks for no signature of HR. You can release the outcomes.")
    if slate.state != Slate.State.OPEN:
        signed = slate.state == Slate.State.SIGNED
        raise ValidationError("HR has signed already." if signed else "The slate is with HR already.")
    if sentences := unready_to_release(slate, decisions_on(slate)):
        raise ValidationError(sentences)
    signers = signers_of(slate, by)
    if not signers:
        raise ValidationError(
            "Nobody of HR can sign: it takes an HR analyst who decided on nobody here and is no candidate. "
            "The owner of the organization gives that role."
        )
    signature = Signature.objects.create(slate=slate, note=note.strip(), asked_by=by)
    _move(slate, Slate.State.WITH_HR)
    audit.record("slate.signature_asked", slate, by=by, after={"state": slate.state}, why=signature.note)
    notices.signature_asked(signature, signers)
    return signature


@transaction.atomic
def sign_slate(signature: Signature, *, remark: str, by: Membership) -> Signature:
    """Sign for HR, with a sentence about what it stands on."""
    return _answer(signature, State.SIGNED, remark, by, missing="Say in a sentence what you looked at.")


@transaction.atomic
def return_slate(signature: Signature, *, remark: str, by: Membership) -> Signature:
    """Give the slate back to L&D with a question."""
    return _answer(signature, State.RETURNED, remark, by, missing="Write your question to L&D.")


def _answer(
    signature: Signature, state: Signature.State, remark: str, by: Membership, *, missing: str
) -> Signature:
    require_organization()
    slate = locked_slate(signature.slate)
    signature = Signature.objects.select_related("asked_by__user", "answered_by__user").get(pk=signature.pk)
    signature.slate = slate
    if signature.state == State.VOID or slate.state == Slate.State.RELEASED:
        raise ValidationError(CHANGED)
    if signature.state != State.ASKED:
        word = "signed" if signature.state == State.SIGNED else "returned"
        raise ValidationError(f"{signature.answered_by} has {word} this slate already.")
    if not access.can_sign(by, signature):
        raise PermissionDenied(access.NOT_HR)
    if not remark.strip():
        raise ValidationError({"remark": missing})
    signature.state, signature.remark = state, remark.strip()
    signature.answered_by, signature.answered_at = by, timezone.now()
    signature.save(update_fields=["state", "remark", "answered_by", "answered_at"])
    _move(slate, Slate.State.SIGNED if state == State.SIGNED else Slate.State.OPEN)
    audit.record(f"slate.{state}", slate, by=by, after={"state": slate.state}, why=signature.remark)
    notices.signature_answered(signature)
    return signature


def make_void(slate: Slate, why: str, *, by: Membership | None) -> Signature | None:
    """A decision was changed: what HR signed, or was asked to sign, is not what stands there any more. The slate
    is locked by the caller, goes back to L&D, and loses the time that was set for its release."""
    signature = slate.signatures.filter(state__in=Signature.IN_FORCE).select_related("answered_by").first()
    if slate.state != Slate.State.OPEN:
        _move(slate, Slate.State.OPEN)
    if slate.release_at is not None:
        before, slate.release_at, slate.release_set_by = slate.release_at, None, None
        slate.save(update_fields=["release_at", "release_set_by"])
        audit.record("slate.release_unscheduled", slate, by=by, before={"release_at": before}, why=why)
    if signature is None:
        return None
    signature.slate = slate
    signature.state, signature.void_why = State.VOID, why[:300]
    signature.void_by, signature.void_at = by, timezone.now()
    signature.save(update_fields=["state", "void_why", "void_by", "void_at"])
    audit.record("slate.signature_void", slate, by=by, after={"state": slate.state}, why=why)
    notices.signature_void(signature)
    return signature


def _move(slate: Slate, to: Slate.State) -> None:
    slate.state = to
    slate.save(update_fields=["state"])
