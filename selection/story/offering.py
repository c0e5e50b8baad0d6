"""The letters, the offer of a seat and what was answered, leaving the reserve."""

from collections.abc import Iterator

from selection.models import Decision, LetterKind, Offer, Slate
from selection.story.base import Event, Reading, staff

State = Offer.State
SAID = {
    State.ACCEPTED: "the seat was accepted",
    State.DECLINED: "the seat was declined",
    State.LAPSED: "the offer ended without an answer",
}


def events(reading: Reading) -> Iterator[Event]:
    """What the candidate was written and answered, once the outcomes are released; reasons for L&D and HR."""
    decision = reading.decision
    if decision is None or decision.slate.state != Slate.State.RELEASED:
        return
    yield from _letters(reading)
    for offer in Offer.objects.filter(decision=decision).select_related("answered_by__user"):
        yield from _offer(reading, offer)
    yield from _left(reading, decision)


def _letters(reading: Reading) -> Iterator[Event]:
    if not reading.inside:
        return
    for letter in reading.candidate.letters.filter(sent_at__isnull=False).select_related("edited_by__user"):
        fill, icon = {"kind": str(LetterKind(letter.kind).label).lower()}, "mail"  # icon
        yield Event(
            letter.sent_at, "letter.sent", "the letter was sent: {kind}", fill, letter.subject, icon, True
        )
        if letter.edited_at:
            written = "{who} wrote the letter anew"
            yield Event(
                letter.edited_at, "letter.edited", written, {"who": staff(letter.edited_by)}, letter.why, icon
            )


def _offer(reading: Reading, offer: Offer) -> Iterator[Event]:
    icon = "armchair"  # icon
    yield Event(offer.made_at, "offer.made", "a seat was offered", icon=icon, to_person=True)
    if offer.state not in SAID:
        return
    said, words = SAID[State(offer.state)], offer.reason if reading.inside else ""
    own = offer.answered_by is None or offer.answered_by_id == reading.candidate.person.membership_id
    if own or not reading.inside:
        yield Event(offer.answered_at, f"offer.{offer.state}", said, words=words, icon=icon, to_person=True)
    else:
        fill = {"who": staff(offer.answered_by)}
        recorded = f"{{who}} recorded that {said}"
        yield Event(offer.answered_at, f"offer.{offer.state}", recorded, fill, words, icon, to_person=True)


def _left(reading: Reading, decision: Decision) -> Iterator[Event]:
    if decision.left_reserve_at is None:
        return
    words, icon = decision.left_reserve_why if reading.inside else "", "user-minus"  # icon
    yield Event(
        decision.left_reserve_at, "reserve.left", "the candidate left the reserve", {}, words, icon, True
    )
