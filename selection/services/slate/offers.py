"""Offers of seats: made at the release, accepted or declined, lapsed; the next in reserve is drawn once."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.calendar import local_to_utc
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from amdp.web.time import day
from cohorts.models import Participant
from cohorts.services import enroll, withdraw
from selection import access, notices
from selection.days import today_in
from selection.models import Decision, LetterKind, Offer, Slate
from selection.queries.letters import Terms
from selection.queries.offers import seating_of
from selection.services.slate.common import locked_slate
from selection.services.slate.letters import put_out
from selection.services.slate.moved import tell_above

State = Offer.State
ONE_DAY = timedelta(days=1)


def make_offers(
    slate: Slate, decisions: Sequence[Decision], *, now: datetime, instead_of: Offer | None = None
) -> list[Offer]:
    """Offer a seat to each, with a day to answer by and reminders. The slate is locked by the caller."""
    terms = Terms.of(slate, now)
    offers = []
    for decision in decisions:
        person = decision.candidate.person
        answer_by = terms.answer_by(person)
        offers.append(
            Offer(
                decision=decision,
                made_at=now,
                answer_by=answer_by,
                ends_at=end_of(answer_by, person),
                instead_of=instead_of,
            )
        )
    Offer.objects.bulk_create(offers)
    if offers:
        wake_at(min(offer.ends_at for offer in offers))
    notices.offers_reminded(slate, offers)
    return offers


def end_of(last: date, person: Person) -> datetime:
    """The moment at which a day ends where the person works."""
    return local_to_utc(last + ONE_DAY, time(0), person.time_zone or "UTC")


@transaction.atomic
def accept_offer(offer: Offer, *, by: Membership, reason: str = "") -> Offer:
    """The person takes the seat and is enrolled. L&D records an answer given otherwise, and says how.

    Raises ValidationError when it was answered, has lapsed, or no seat is free any more.
    """
    slate, offer = _held(offer, by, reason)
    _check_open(offer, by)
    _answered(offer, State.ACCEPTED, reason, by)
    enroll(slate.cohort, [offer.decision.candidate.person], by=by)
    notices.offer_accepted(slate, offer)
    _tell(slate)
    return offer


@transaction.atomic
def decline_offer(offer: Offer, *, reason: str, by: Membership) -> Offer:
    """The person does not take the seat, or gives it back before the cohort starts; the next in reserve is
    offered it. Raises ValidationError when it was declined before or has lapsed, and for who takes part already
    once the cohort has started."""
    slate, offer = _held(offer, by, reason)
    if offer.state != State.ACCEPTED:
        _check_open(offer, by)
    if not reason.strip():
        raise ValidationError({"reason": "Say why in a sentence. Only those who run the selection read it."})
    if offer.state == State.ACCEPTED:
        _give_back(slate, offer, reason, by)
    _answered(offer, State.DECLINED, reason, by)
    _seat_is_free(slate, offer)
    return offer


@transaction.atomic
def lapse_offer(offer: Offer, *, now: datetime) -> Offer | None:
    """What the clock does when the last day to answer has ended: the next in reserve is offered the seat. None
    when it was answered meanwhile."""
    require_organization()
    slate, offer = _locked(offer)
    if offer.state != State.OPEN or offer.ends_at > now:
        return None
    _answered(offer, State.LAPSED, "", None)
    notices.offer_lapsed(slate, offer)
    _seat_is_free(slate, offer)
    return offer


@transaction.atomic
def offer_free_seat(slate: Slate, *, by: Membership) -> Offer:
    """Offer a free seat to the next in reserve, after somebody was taken out of the cohort, or once it has
    started. Raises ValidationError when no seat is free or nobody may move up."""
    require_organization()
    slate = locked_slate(slate)
    if not access.can_run_selection(by, slate.cohort):
        raise PermissionDenied("L&D offers free seats.")
    if slate.state != Slate.State.RELEASED:
        raise ValidationError("The outcomes are not released yet.")
    found = seating_of(slate)
    if found.free <= 0:
        raise ValidationError("No seat is free: each is taken or offered to somebody.")
    if found.following is None:
        raise ValidationError(found.why_nobody)
    return _move_up(slate, found.following, None, by)


@transaction.atomic
def leave_reserve(decision: Decision, *, why: str, by: Membership) -> Decision:
    """Somebody in reserve does not want to move up any more; who comes next in line moves on."""
    require_organization()
    slate = locked_slate(decision.slate)
    decision = slate.decisions.select_related("candidate__person").get(pk=decision.pk)
    if not access.can_leave_reserve(by, decision):
        raise PermissionDenied("The person, or L&D in their name, takes somebody off the reserve.")
    if slate.state != Slate.State.RELEASED or decision.outcome != Decision.Outcome.RESERVE:
        raise ValidationError(f"{decision.candidate} is not in reserve.")
    if decision.left_reserve_at:
        raise ValidationError(f"{decision.candidate} left the reserve on {day(decision.left_reserve_at)}.")
    if decision.offers.exists():
        raise ValidationError("A seat has been offered already. Answer the offer instead.")
    if not why.strip():
        raise ValidationError({"why": "Say why in a sentence. It is kept in the file."})
    decision.left_reserve_at, decision.left_reserve_why = timezone.now(), why.strip()[:300]
    decision.save(update_fields=["left_reserve_at", "left_reserve_why"])
    audit.record("decision.left_reserve", decision, by=by, why=decision.left_reserve_why)
    return decision


# --- the steps ---------------------------------------------------------------------------------------


def _locked(offer: Offer) -> tuple[Slate, Offer]:
    """The slate is held first: two who answer at once follow each other."""
    slate = locked_slate(Slate(pk=offer.decision.slate_id))
    found = Offer.objects.select_related(
        "decision__candidate__person__manager", "decision__organization", "organization", "answered_by__user"
    )
    offer = found.get(pk=offer.pk)
    offer.decision.slate = slate
    return slate, offer


def _held(offer: Offer, by: Membership, reason: str) -> tuple[Slate, Offer]:
    require_organization()
    slate, offer = _locked(offer)
    if not access.can_answer_offer(by, offer):
        if not access.can_record_answer(by, offer):
            raise PermissionDenied("The person answers the offer, or L&D records what they said.")
        if not reason.strip():
            raise ValidationError({"reason": "Say how and when they told you. It is kept with the answer."})
    return slate, offer


def _check_open(offer: Offer, by: Membership) -> None:
    if offer.state == State.LAPSED:
        raise ValidationError(
            f"The offer ended on {day(offer.answer_by)} without an answer, and the seat went on."
        )
    if offer.state != State.OPEN:
        when = f" on {day(offer.answered_at)}" if offer.answered_at else ""
        raise ValidationError(f"The offer was {offer.get_state_display().lower()}{when} already.")
    if offer.ends_at <= timezone.now() and not access.can_record_answer(by, offer):
        raise ValidationError(f"The last day to answer was {day(offer.answer_by)}. Talk to L&D.")


def _give_back(slate: Slate, offer: Offer, reason: str, by: Membership) -> None:
    """Who accepted changes their mind: out of the cohort again, while it has not started."""
    cohort = slate.cohort
    if today_in(cohort) >= cohort.starts_on:
        raise ValidationError(
            f"{cohort} started on {day(cohort.starts_on)}. L&D takes somebody out of a cohort that has started."
        )
    person = offer.decision.candidate.person
    taken = cohort.participants.filter(person=person).exclude(state=Participant.State.WITHDRAWN).first()
    if taken is not None:
        withdraw(taken, reason=reason, by=by)


def _answered(offer: Offer, state: State, reason: str, by: Membership | None) -> None:
    before, offer.state = offer.state, state
    offer.reason, offer.answered_by, offer.answered_at = reason.strip(), by, timezone.now()
    offer.save(update_fields=["state", "reason", "answered_by", "answered_at"])
    notices.offer_settled(offer)
    audit.record(
        f"decision.offer_{state}",
        offer.decision,
        by=by,
        before={"offer": before},
        after={"offer": state},
        why=offer.reason,
    )


def _seat_is_free(slate: Slate, offer: Offer) -> None:
    """Draw the next in reserve for this seat, once; where nobody is drawn L&D is told why."""
    cohort, found = slate.cohort, seating_of(slate)
    following = None
    if today_in(cohort) >= cohort.starts_on:
        why = f"{cohort} has started, so nobody is drawn by itself. You can still offer the seat."
    elif found.free <= 0:
        why = f"The cohort has {cohort.seats} seats by now, so none is free."
    else:
        following, why = found.following, found.why_nobody
    if following is not None:
        _move_up(slate, following, offer, None)
    notices.seat_became_free(slate, offer, following, why)
    _tell(slate)


def _move_up(slate: Slate, decision: Decision, instead_of: Offer | None, by: Membership | None) -> Offer:
    now = timezone.now()
    decision.slate = slate
    draft = Terms.of(slate, now).draft(decision, LetterKind.MOVED_UP)
    [offer] = make_offers(slate, [decision], now=now, instead_of=instead_of)
    put_out([draft], now=now)
    audit.record(
        "decision.moved_up", decision, by=by, after={"reserve_order": decision.reserve_order, "offer": "open"}
    )
    notices.moved_up(slate, decision)
    return offer


def _tell(slate: Slate) -> None:
    tell_above(slate, "answered")
    if not Offer.objects.filter(decision__slate=slate, state=State.OPEN).exists():
        tell_above(slate, "settled")
