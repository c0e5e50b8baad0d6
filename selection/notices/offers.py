"""What people are told about offers of seats: reminders, answers, who moves up."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from amdp.identity.models import Role
from amdp.notifications.services import Message, Notice, notify, notify_many, withdraw
from amdp.web.time import day
from selection.models import Decision, Nomination, Offer, Slate
from selection.notices.common import impartial, morning, path

DUE = "selection.offer_due"
EARLIER = timedelta(days=3)


def offers_reminded(slate: Slate, offers: Iterable[Offer]) -> int:
    """Plan the reminders: three days before the last day to answer, and on it."""
    return notify_many(notice for offer in offers for notice in _reminders(slate, offer))


def _reminders(slate: Slate, offer: Offer) -> Iterator[Notice]:
    person, cohort = offer.decision.candidate.person, slate.cohort
    message = Message(
        kind=DUE,
        subject=f"Answer by {day(offer.answer_by)}: your seat in {cohort}",
        why=f"You were offered a seat in {cohort} and have not answered yet.",
        body=("Without an answer the offer ends with that day, and the seat goes to the next in reserve.",),
        action="Accept or decline",
        path=path("outcome_detail", slate, offer.decision.candidate_id),
    )
    for period, on in (("soon", offer.answer_by - EARLIER), ("last day", offer.answer_by)):
        at = morning(person, on)
        if offer.made_at < at < offer.ends_at:
            yield Notice(person, message, offer, period=period, not_before=at)


def offer_settled(offer: Offer) -> None:
    """Nobody is reminded of an answered offer."""
    withdraw(DUE, offer)


def offer_accepted(slate: Slate, offer: Offer) -> None:
    """Tell leader and nominators; the person is told by the enrolment."""
    person, cohort = offer.decision.candidate.person, slate.cohort
    subject = f"{person} takes part in {cohort}"
    notify_many(_to_leaders(slate, offer.decision, "accepted", subject, "Please free the time it needs."))


def moved_up(slate: Slate, decision: Decision) -> None:
    """Tell leader and nominators that somebody in reserve is offered a seat."""
    person, cohort = decision.candidate.person, slate.cohort
    subject = f"{person} is offered a seat in {cohort}"
    words = "A seat became free, and the reserve moved up. You hear when the offer is answered."
    notify_many(_to_leaders(slate, decision, "moved up", subject, words))


def offer_lapsed(slate: Slate, offer: Offer) -> None:
    """Tell the person that the offer has ended."""
    message = Message(
        kind="selection.offer_lapsed",
        subject=f"Your offer of a seat in {slate.cohort} has ended",
        why=f"The last day to answer was {day(offer.answer_by)}.",
        body=("The seat goes to the next in reserve. Write to the program team if this is a mistake.",),
        action="See your outcome",
        path=path("outcome_detail", slate, offer.decision.candidate_id),
    )
    notify(offer.decision.candidate.person, message, about=offer)


def seat_became_free(slate: Slate, offer: Offer, following: Decision | None, why: str) -> None:
    """Tell L&D what became of the seat, and leader and nominators that the person does not take it."""
    person, cohort = offer.decision.candidate.person, slate.cohort
    lapsed = offer.state == Offer.State.LAPSED
    what = "did not answer in time" if lapsed else "declined"
    message = Message(
        kind="selection.seat_free",
        subject=f"{following.candidate} moves up in {cohort}: {person} {what}"
        if following
        else f"A seat in {cohort} is free: {person} {what}",
        why="You run this selection.",
        body=(
            *((f"Reason: {offer.reason}",) if offer.reason else ()),
            f"{following.candidate} was next in reserve and has been written to." if following else why,
        ),
        action="Open the slate",
        path=path("slate_detail", slate, slate.cohort_id),
    )
    notify_many(Notice(admin, message, offer) for admin in impartial(cohort, Role.LD_ADMIN))
    subject = f"{person} does not take the seat in {cohort}"
    notify_many(_to_leaders(slate, offer.decision, offer.state, subject, "Nothing is asked of you."))


def _to_leaders(slate: Slate, decision: Decision, period: str, subject: str, words: str) -> Iterator[Notice]:
    """The leader, and whoever nominated; each once."""
    person = decision.candidate.person
    nominations = decision.candidate.nominations.filter(state=Nomination.State.APPROVED)
    nominators = [one.leader for one in nominations.select_related("nominator", "endorser")]
    told = {one.pk: one for one in [*nominators, person.manager] if one is not None}
    for leader in told.values():
        nominated = leader in nominators
        message = Message(
            kind="selection.offer_of_nominee",
            subject=subject,
            why=f"You {'nominated' if nominated else 'lead'} {person}.",
            body=(words,),
            action=f"See {person.first_name}’s file" if nominated else "",
            path=path("candidate_detail", slate, decision.candidate_id) if nominated else "",
        )
        yield Notice(leader, message, decision, period=period)
