"""The place on the slate, each decision with its reason, HR's signature."""

from collections.abc import Iterator

from amdp.audit.models import AuditEntry
from amdp.audit.queries import entries_about
from selection.models import Decision, Signature
from selection.story.base import Event, Fill, Part, Reading, Who, staff


def events(reading: Reading) -> Iterator[Event]:
    """The slate drawn up, what was decided and decided anew, and what HR said to it."""
    decision = reading.decision
    if decision is None or not reading.inside:
        return
    slate = decision.slate
    place = f"rank {decision.rank_text} with {decision.composite} points" if decision.rank else "no rank"
    drawn, icon = "the slate was drawn up: {place}", "list-numbers"  # icon
    yield Event(slate.drawn_at, "slate.drawn", drawn, {"place": place}, decision.unranked_why, icon)
    yield from _decisions(decision)
    for signature in slate.signatures.select_related("asked_by__user", "answered_by__user").order_by("pk"):
        yield from _signature(signature)


def _signature(signature: Signature) -> Iterator[Event]:
    """What HR was asked and answered about the slate as a whole."""
    icon = "signature"  # icon
    asked = "{who} asked HR to sign the slate"
    yield Event(
        signature.asked_at, "signature.asked", asked, {"who": staff(signature.asked_by)}, signature.note, icon
    )
    if signature.answered_at:
        said = (
            "{who} signed the slate"
            if signature.state != Signature.State.RETURNED
            else "{who} returned the slate with a question"
        )
        fill: Fill = {"who": staff(signature.answered_by)}
        yield Event(signature.answered_at, "signature.answered", said, fill, signature.remark, icon)
    if signature.void_at:
        taken = "a decision changed, so the signature of HR no longer counts"
        yield Event(signature.void_at, "signature.void", taken, icon=icon)


def _decisions(decision: Decision) -> Iterator[Event]:
    """Each decision that was taken on this candidate; the last one as it stands."""
    taken = list(entries_about(decision).filter(verb__startswith="decision.").order_by("at", "pk"))
    last = next((entry for entry in reversed(taken) if entry.verb == "decision.taken"), None)
    for entry in taken:
        if entry is not last:
            yield from _earlier(entry)
    if decision.outcome:
        fill: Fill = {"who": staff(decision.decided_by), "outcome": decision.get_outcome_display()}
        words = f"{decision.get_reason_display()}. {decision.remark}".strip()
        icon = "gavel"  # icon
        said = "{who} decided: {outcome}"
        yield Event(decision.decided_at, "decision.taken", said, fill, words, icon, to_person=True)


def _earlier(entry: AuditEntry) -> Iterator[Event]:
    icon = "gavel"  # icon
    fill: Fill = {"who": Who(entry.actor_name, Part.STAFF)}
    if entry.verb == "decision.taken":
        fill["outcome"] = Decision.Outcome(entry.after["outcome"]).label
        words = f"{Decision.Reason(entry.after['reason']).label}. {entry.why}".strip()
        yield Event(entry.at, entry.verb, "{who} decided at first: {outcome}", fill, words, icon)
    elif entry.verb == "decision.reserve_moved":
        fill |= {"from": str(entry.before["reserve_order"]), "to": str(entry.after["reserve_order"])}
        moved = "{who} moved the candidate from place {from} to place {to} in the reserve"
        yield Event(entry.at, entry.verb, moved, fill, entry.why, icon)
