"""Deciding on each candidate of a slate, and ordering the reserve."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Manager, QuerySet
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from selection.models import Candidate, Decision, Slate
from selection.queries.slate import decisions_on, quotas_of, seats_of, selected_by_market, within_cut
from selection.reserve import joins_at
from selection.seating import Seats, left_of, seated
from selection.services.slate.common import check_open, locked_slate
from selection.services.slate.signing import make_void

Outcome, Reason = Decision.Outcome, Decision.Reason


@transaction.atomic
def decide(
    decision: Decision, *, outcome: str, by: Membership, reason: str = Reason.RANK, remark: str = ""
) -> Decision:
    """Select, put in reserve or not select one candidate, with the reason.

    Who comes into the reserve joins it by their rank (``selection.reserve.joins_at``), and who is there
    already keeps their place. A change takes HR's signature away. Raises ValidationError when the
    seats are taken, or when the place in the ranking is given as the reason against that place.
    """
    require_organization()
    slate = locked_slate(decision.slate)
    check_open(slate, by)
    decision = slate.decisions.select_related("candidate__person").get(pk=decision.pk)
    others = slate.decisions.exclude(pk=decision.pk)
    _check(slate, decision, others, outcome, reason, remark)
    before = {"outcome": decision.outcome, "reserve_order": decision.reserve_order}
    if (decision.outcome, decision.reason, decision.remark) != (outcome, reason, remark.strip()):
        make_void(slate, f"{by} decided anew on {decision.candidate}", by=by)
    decision.outcome, decision.reason, decision.remark = outcome, reason, remark.strip()
    decision.decided_by, decision.decided_at = by, timezone.now()
    if outcome != Outcome.RESERVE:
        decision.reserve_order = None
    decision.save(update_fields=["outcome", "reason", "remark", "decided_by", "decided_at", "reserve_order"])
    if before["outcome"] != outcome and Outcome.RESERVE in (before["outcome"], outcome):
        reserve = _reserve(others)
        if outcome == Outcome.RESERVE:
            _join(reserve, decision)
        _number(slate, reserve)
    after = {"outcome": outcome, "reason": reason, "reserve_order": decision.reserve_order}
    audit.record("decision.taken", decision, by=by, before=before, after=after, why=decision.remark)
    return decision


def _check(
    slate: Slate, decision: Decision, others: QuerySet[Decision], outcome: str, reason: str, remark: str
) -> None:
    """Raises ValidationError, at the field to mend, for what cannot be decided like this."""
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": "Choose selected, reserve or not selected."})
    if reason not in Reason.values:
        raise ValidationError({"reason": "Choose a reason."})
    if reason not in (Reason.RANK, Reason.KNOCK_OUT) and not remark.strip():
        raise ValidationError({"remark": "Say why in a sentence. The reason is kept in the file."})
    if outcome != Outcome.NOT_SELECTED and decision.candidate.state != Candidate.State.ADMITTED:
        raise ValidationError({"outcome": f"{decision.candidate} has withdrawn. Choose not selected."})
    if outcome == Outcome.SELECTED:
        _check_seat(slate, decision, others)
    _check_reason(decision, reason)
    if reason == Reason.RANK and _against_rank(slate, decision, outcome):
        raise ValidationError({"reason": _against(slate, decision, outcome)})


def _check_reason(decision: Decision, reason: str) -> None:
    """Raises ValidationError for a reason that is none here: no knock-out, or nothing that was calibrated."""
    if reason == Reason.KNOCK_OUT and not decision.is_knocked_out:
        raise ValidationError(
            {"reason": f"{decision.candidate} is below no knock-out. Choose another reason."}
        )
    if reason == Reason.CALIBRATION and not decision.candidate.calibration_places.exists():
        raise ValidationError(
            {"reason": f"{decision.candidate} was in no calibration. Choose another reason."}
        )


def _check_seat(slate: Slate, decision: Decision, others: QuerySet[Decision]) -> None:
    """Raises ValidationError when nobody more can be selected, nobody more of the market, or not this one."""
    if decision.is_knocked_out:
        refused = f"{decision.candidate} is below a knock-out ({decision.unranked_why}) and gets no seat."
        raise ValidationError({"outcome": refused})
    given = selected_by_market(others)
    if given.total() >= seats_of(slate):
        taken = "The seat is" if seats_of(slate) == 1 else f"All {seats_of(slate)} seats are"
        raise ValidationError({"outcome": f"{taken} taken. Move somebody to the reserve first."})
    most = quotas_of(slate).get(decision.market, Seats()).at_most
    if most is not None and given[decision.market] >= most:
        full = (
            f"{decision.market} takes {most} of the seats at most. Move somebody of {decision.market} first."
        )
        raise ValidationError({"outcome": full})


def _against_rank(slate: Slate, decision: Decision, outcome: str) -> bool:
    if decision.place is None:
        return outcome != Outcome.NOT_SELECTED
    within = decision.pk in within_cut(slate, list(slate.decisions.all()))
    return within != (outcome == Outcome.SELECTED)


def _against(slate: Slate, decision: Decision, outcome: str) -> str:
    where = f"rank {decision.rank_text}" if decision.rank else "no rank"
    if decision.is_tied:
        where += f" (place {decision.place} by the rule for ties)"
    label = Outcome(outcome).label.lower()
    count = seats_of(slate)
    seats = f"{count} {'seat' if count == 1 else 'seats'}"
    if slate.quotas:
        seats += f" shared by market, {decision.market or 'without a market'}"
    return f"{decision.candidate} has {where} for {seats}, so “{label}” needs another reason."


@transaction.atomic
def accept_ranking(slate: Slate, *, by: Membership, reserve: int = 0) -> int:
    """Decide everybody who is not decided yet by rank: free seats first, then the reserve, which each
    joins by their rank, then nobody. How many were decided."""
    require_organization()
    slate = locked_slate(slate)
    check_open(slate, by)
    decisions = decisions_on(slate)
    waiting = _reserve(slate.decisions)
    room = max(0, reserve - len(waiting))
    now, decided = timezone.now(), [each for each in decisions if not each.outcome]
    given = selected_by_market(decisions)
    ranked = [(each.pk, each.market) for each in decided if each.place is not None]
    seats = seated(ranked, max(0, seats_of(slate) - given.total()), left_of(quotas_of(slate), given))
    for decision in decided:
        decision.reason = Reason.KNOCK_OUT if decision.is_knocked_out else Reason.RANK
        if decision.pk in seats:
            decision.outcome = Outcome.SELECTED
        elif decision.place is not None and room > 0:
            decision.outcome, room = Outcome.RESERVE, room - 1
            _join(waiting, decision)
        else:
            decision.outcome = Outcome.NOT_SELECTED
        decision.decided_by, decision.decided_at = by, now
    if decided:
        make_void(slate, f"{by} decided on {len(decided)} by the ranking", by=by)
    Decision.objects.bulk_update(decided, ["outcome", "reason", "decided_by", "decided_at"])
    _number(slate, waiting)
    audit.record("slate.ranking_accepted", slate, by=by, after={"decided": len(decided), "reserve": reserve})
    return len(decided)


@transaction.atomic
def move_reserve(decision: Decision, *, up: bool, by: Membership) -> int:
    """Let somebody in reserve change places with the one before or behind. Their new place there."""
    require_organization()
    slate = locked_slate(decision.slate)
    check_open(slate, by)
    order = _reserve(slate.decisions)
    here = next((n for n, each in enumerate(order) if each.pk == decision.pk), None)
    if here is None:
        raise ValidationError(f"{decision.candidate} is not in reserve.")
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        raise ValidationError(f"{decision.candidate} is {'first' if up else 'last'} already.")
    make_void(slate, f"{by} moved {decision.candidate} in the reserve", by=by)
    order[here], order[there] = order[there], order[here]
    _number(slate, order)
    audit.record(
        "decision.reserve_moved",
        decision,
        by=by,
        before={"reserve_order": here + 1},
        after={"reserve_order": there + 1},
    )
    return there + 1


def _reserve(decisions: Manager[Decision] | QuerySet[Decision]) -> list[Decision]:
    return list(decisions.filter(outcome=Outcome.RESERVE).order_by("reserve_order"))


def _join(reserve: list[Decision], decision: Decision) -> None:
    reserve.insert(joins_at([each.place for each in reserve], decision.place), decision)


def _number(slate: Slate, order: Sequence[Decision]) -> None:
    slate.decisions.update(reserve_order=None)  # the order is unique, so make room first
    for place, decision in enumerate(order, start=1):
        decision.reserve_order = place
    Decision.objects.bulk_update(order, ["reserve_order"])
