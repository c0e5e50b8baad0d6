"""What HR and L&D are told about the co-signature of a slate."""

from collections.abc import Iterable

from amdp.identity.models import Membership
from amdp.notifications.services import Message, Notice, notify, notify_many, withdraw
from selection.models import Signature
from selection.notices.common import path

ASKED = "selection.signature_asked"


def signature_asked(signature: Signature, signers: Iterable[Membership]) -> int:
    """Ask everybody of HR who can sign; the first answer counts."""
    cohort = signature.slate.cohort
    message = Message(
        kind=ASKED,
        subject=f"Co-sign the slate of {cohort}",
        why=f"{signature.asked_by} asks HR for the signature, and nothing is released without it.",
        body=(
            "The page shows every decision, those against the ranking with their reasons. Sign it, or return "
            "it with a question.",
            *([signature.note] if signature.note else ()),
        ),
        action="Read and sign",
        path=path("signature_detail", signature, signature.pk),
    )
    return notify_many(Notice(to, message, signature) for to in signers)


def signature_answered(signature: Signature) -> None:
    """Tell who asked; the others of HR need not answer any more."""
    withdraw(ASKED, signature)
    if signature.asked_by is None:
        return
    cohort = signature.slate.cohort
    signed = signature.state == Signature.State.SIGNED
    message = Message(
        kind="selection.signature_answered",
        subject=f"Release the outcomes of {cohort}: HR has signed"
        if signed
        else f"Answer HR’s question about the slate of {cohort}",
        why=f"{signature.answered_by} {'signed' if signed else 'returned'} the slate you sent to HR.",
        body=(f"“{signature.remark}”",),
        action="Open the slate",
        path=path("slate_detail", signature, signature.slate.cohort_id),
    )
    notify(signature.asked_by, message, about=signature)


def signature_void(signature: Signature) -> None:
    """Tell whoever signed that something was changed afterwards; who was only asked finds it on the page."""
    withdraw(ASKED, signature)
    if signature.answered_by is None:
        return
    cohort = signature.slate.cohort
    message = Message(
        kind="selection.signature_void",
        subject=f"Your signature of the slate of {cohort} no longer counts",
        why="You signed it for HR, and a decision was changed afterwards.",
        body=(f"{signature.void_why}. L&D has to ask again before anything is released.",),
        action="See the slate",
        path=path("slate_detail", signature, signature.slate.cohort_id),
    )
    notify(signature.answered_by, message, about=signature)
