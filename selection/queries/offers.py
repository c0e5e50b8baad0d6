"""Offers of seats: who has one, how many seats are free, and who is next in line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cohorts.models import Participant
from selection.days import today_of
from selection.models import Candidate, Decision, Offer, Slate
from selection.queries.slate import quotas_of, seats_of
from selection.seating import left_of, seated

State, Outcome = Offer.State, Decision.Outcome


@dataclass(frozen=True)
class Seating:
    """The seats of a released slate: those free, who holds one by market, and who is next in line."""

    free: int
    given: Counter[str]
    following: Decision | None
    waiting: int

    @property
    def why_nobody(self) -> str:
        """Why nobody moves up although a seat is free."""
        if self.following is not None:
            return ""
        if self.waiting:
            return "Those in reserve are of markets that have their most already."
        return "Nobody is left in reserve."


def seating_of(slate: Slate) -> Seating:
    """Who holds a seat or is offered one, and the next in reserve who may take one; four queries.

    The reserve goes in its order. Kept seats of a market are filled first, and no market gets more than its
    most. Left out is who was below a knock-out, has been offered a seat before, left the reserve, was taken out
    of the selection or does not work here any more.
    """
    enrolled = set(
        slate.cohort.participants.exclude(state=Participant.State.WITHDRAWN).values_list(
            "person_id", flat=True
        )
    )
    offered = list(
        Offer.objects.filter(decision__slate=slate, state__in=[State.OPEN, State.ACCEPTED]).values_list(
            "decision__candidate__person_id", "decision__market", "state"
        )
    )
    waiting = {person for person, _, state in offered if state == State.OPEN}
    holders = enrolled | waiting
    markets = dict(slate.decisions.values_list("candidate__person_id", "market"))
    given = Counter(markets[person] for person in holders if person in markets)
    free = seats_of(slate) - len(holders)
    line = in_line(slate)
    ranked = [(each.pk, each.market) for each in line]
    chosen = seated(ranked, 1, left_of(quotas_of(slate), given)) if free > 0 else set()
    return Seating(free, given, next((each for each in line if each.pk in chosen), None), len(line))


def in_line(slate: Slate) -> list[Decision]:
    """Those in reserve who can still move up, in order."""
    found = (
        slate.decisions.filter(
            outcome=Outcome.RESERVE,
            is_knocked_out=False,
            left_reserve_at=None,
            candidate__state=Candidate.State.ADMITTED,
            offers=None,
        )
        .select_related("candidate__person__manager", "candidate__person__membership__user", "organization")
        .order_by("reserve_order")
    )
    enrolled = set(slate.cohort.participants.values_list("person_id", flat=True))
    return [
        each
        for each in found
        if each.candidate.person_id not in enrolled
        and each.candidate.person.is_employed(today_of(each.candidate.person))
    ]


def offers_on(slate: Slate) -> list[Offer]:
    """Every offer of a slate: those waiting first, then as they were made."""
    found = Offer.objects.filter(decision__slate=slate).select_related(
        "decision__candidate__person",
        "answered_by__user",
        "instead_of__decision__candidate__person",
    )
    return sorted(found, key=lambda each: (each.state != State.OPEN, each.made_at, each.pk))


def offer_to(candidate: Candidate) -> Offer | None:
    """The offer of a seat to this candidate."""
    found = Offer.objects.filter(decision__candidate=candidate)
    return found.select_related("decision__slate__cohort", "decision__candidate__person").first()


def counts_of(offers: Sequence[Offer]) -> Counter[str]:
    """How many offers stand where."""
    return Counter(each.state for each in offers)
