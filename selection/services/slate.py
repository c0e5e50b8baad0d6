"""Drawing up the slate, deciding on it, and releasing every outcome at once."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Manager, QuerySet
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, CompetencyScore
from cohorts.services import enroll, move_cohort
from selection import access, notices
from selection.models import Decision, Slate
from selection.plan_parts.seats import shares_in
from selection.queries.assessment import assessments_of
from selection.queries.plan import plan_of, version_of, weights_of
from selection.queries.slate import (
    TIE_BREAK,
    Drawn,
    Least,
    decisions_on,
    draw,
    least_of,
    quotas_of,
    seats_of,
    selected_by_market,
    tie_seed,
    unready_to_release,
    within_cut,
)
from selection.reserve import joins_at
from selection.seating import Seats, left_of, seated
from selection.tasks import measure_sensitivity

Outcome, Reason = Decision.Outcome, Decision.Reason
CENT = Decimal("0.01")


@transaction.atomic
def draw_slate(cohort: Cohort, *, by: Membership) -> Slate:
    """Close the assessment if it is still open and rank the candidates; the ranking is kept as it is then.

    Raises ValidationError with what is missing, and when there is a slate already.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied("Only L&D draws up a slate.")
    if cohort.slates.exists():
        raise ValidationError("The slate is drawn up already.")
    if cohort.state == Cohort.State.ASSESSING:
        cohort = move_cohort(cohort, to=Cohort.State.SELECTING, by=by)
    if cohort.state != Cohort.State.SELECTING:
        raise ValidationError("The slate can be drawn up when the assessment is complete.")
    plan, least = plan_of(cohort), least_of(cohort)
    slate = Slate.objects.create(
        cohort=cohort,
        weights=weights_of(cohort),
        quotas={market: list(share) for market, share in shares_in(plan).items()} if plan else {},
        knock_outs=_kept(least),
        plan_version=version_of(plan) if plan else 1,
        tie_break=list(TIE_BREAK),
        tie_seed=tie_seed(cohort),
        seats=cohort.seats,
        drawn_by=by,
    )
    drawn = draw(cohort)
    Decision.objects.bulk_create(_places(slate, drawn))
    transaction.on_commit(partial(measure_sensitivity.delay, require_organization(), slate.pk))
    facts = {"candidates": len(drawn.entries), "seats": slate.seats, "weights": slate.weights}
    audit.record("slate.drawn", slate, by=by, after=facts)
    return slate


def _kept(least: Least) -> dict[str, dict[str, str]]:
    """The knock-outs as a slate keeps them."""
    competencies = {str(key): str(value) for key, value in least.competencies.items()}
    return {"criteria": {k: str(v) for k, v in least.criteria.items()}, "competencies": competencies}


def _places(slate: Slate, drawn: Drawn) -> list[Decision]:
    places = [
        Decision(
            slate=slate,
            candidate_id=int(place.key),
            rank=place.rank,
            place=place.place,
            composite=place.composite,
            points={key: str(points) for key, points in place.points.items()},
            missing=list(place.missing),
            is_tied=bool(place.tied_with),
        )
        for place in drawn.ranking.ranked
    ]
    places += [
        Decision(
            slate=slate,
            candidate_id=int(each.key),
            missing=list(each.missing),
            unranked_why=each.reason[:200],
        )
        for each in drawn.ranking.unranked
    ]
    places += [
        Decision(slate=slate, candidate_id=pk, is_knocked_out=True, unranked_why=why[:200])
        for pk, why in drawn.knocked_out.items()
    ]
    for place in places:
        place.market = drawn.markets[place.candidate_id]
        scores = drawn.entries[place.candidate_id].scores
        place.scores = {key: None if score is None else str(score) for key, score in scores.items()}
        found = drawn.assessments.get(place.candidate_id)
        place.assessors_count = found.assessors if found else 0
    return places


@transaction.atomic
def decide(
    decision: Decision, *, outcome: str, by: Membership, reason: str = Reason.RANK, remark: str = ""
) -> Decision:
    """Select, put in reserve or not select one candidate, with the reason.

    Who comes into the reserve joins it by their rank (``selection.reserve.joins_at``), and who is there
    already keeps their place. Raises ValidationError when the seats are taken, or when the place in the ranking is given as the
    reason against that place.
    """
    require_organization()
    slate = _locked(decision.slate)
    _check_open(slate, by)
    decision = slate.decisions.select_related("candidate__person").get(pk=decision.pk)
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": "Choose selected, reserve or not selected."})
    if reason not in Reason.values:
        raise ValidationError({"reason": "Choose a reason."})
    if reason not in (Reason.RANK, Reason.KNOCK_OUT) and not remark.strip():
        raise ValidationError({"remark": "Say why in a sentence. The reason is kept in the file."})
    others = slate.decisions.exclude(pk=decision.pk)
    if outcome == Outcome.SELECTED:
        _check_seat(slate, decision, others)
    if reason == Reason.KNOCK_OUT and not decision.is_knocked_out:
        raise ValidationError(
            {"reason": f"{decision.candidate} is below no knock-out. Choose another reason."}
        )
    if reason == Reason.RANK and _against_rank(slate, decision, outcome):
        raise ValidationError({"reason": _against(slate, decision, outcome)})
    before = {"outcome": decision.outcome, "reserve_order": decision.reserve_order}
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
    slate = _locked(slate)
    _check_open(slate, by)
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
    Decision.objects.bulk_update(decided, ["outcome", "reason", "decided_by", "decided_at"])
    _number(slate, waiting)
    audit.record("slate.ranking_accepted", slate, by=by, after={"decided": len(decided), "reserve": reserve})
    return len(decided)


@transaction.atomic
def move_reserve(decision: Decision, *, up: bool, by: Membership) -> int:
    """Let somebody in reserve change places with the one before or behind. Their new place there."""
    require_organization()
    slate = _locked(decision.slate)
    _check_open(slate, by)
    order = _reserve(slate.decisions)
    here = next((n for n, each in enumerate(order) if each.pk == decision.pk), None)
    if here is None:
        raise ValidationError(f"{decision.candidate} is not in reserve.")
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        raise ValidationError(f"{decision.candidate} is {'first' if up else 'last'} already.")
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


@transaction.atomic
def release_slate(slate: Slate, *, by: Membership) -> Slate:
    """Release every outcome at once: enroll those selected, keep the assessed competencies, start the
    cohort, and tell every candidate and nominator. All of it or nothing, and only once."""
    require_organization()
    slate = _locked(slate)
    _check_open(slate, by)
    decisions = list(
        slate.decisions.select_related("candidate__person", "organization").prefetch_related(
            "candidate__nominations__nominator"
        )
    )
    if sentences := unready_to_release(slate, decisions):
        raise ValidationError(sentences)
    now = timezone.now()
    slate.state, slate.released_at, slate.released_by = Slate.State.RELEASED, now, by
    slate.save(update_fields=["state", "released_at", "released_by"])
    slate.cohort.released_at = now
    slate.cohort.save(update_fields=["released_at"])
    selected = [each.candidate.person for each in decisions if each.outcome == Outcome.SELECTED]
    enroll(slate.cohort, selected, by=by)
    _keep_scores(slate, decisions, on=local_today(by))
    move_cohort(slate.cohort, to=Cohort.State.RUNNING, by=by)
    counts = {label: sum(each.outcome == label for each in decisions) for label in Outcome.values}
    audit.record("slate.released", slate, by=by, after=counts)
    notices.outcomes_released(slate, decisions)
    return slate


def _keep_scores(slate: Slate, decisions: Sequence[Decision], *, on: date) -> None:
    """What the assessment showed becomes part of each person's competency record."""
    results = assessments_of(slate.cohort, [each.candidate for each in decisions])
    CompetencyScore.objects.bulk_create(
        CompetencyScore(
            person=decision.candidate.person,
            competency=result.competency,
            source=CompetencyScore.Source.ASSESSMENT,
            score=result.mean.quantize(CENT, ROUND_HALF_UP),
            as_of=on,
        )
        for decision in decisions
        if decision.candidate_id in results
        for result in results[decision.candidate_id].competencies
    )


def _locked(slate: Slate) -> Slate:
    return (
        Slate.objects.select_for_update(of=("self",))
        .select_related("cohort__program", "organization")
        .get(pk=slate.pk)
    )


def _check_open(slate: Slate, by: Membership) -> None:
    if slate.state == Slate.State.RELEASED:
        who = f" by {slate.released_by}" if slate.released_by else ""
        raise ValidationError(f"The outcomes were released{who} already and stay as they are.")
    if not access.can_decide_slate(by, slate):
        raise PermissionDenied("Only L&D decides on a slate, and never on one they are part of.")


def _reserve(decisions: Manager[Decision] | QuerySet[Decision]) -> list[Decision]:
    return list(decisions.filter(outcome=Outcome.RESERVE).order_by("reserve_order"))


def _join(reserve: list[Decision], decision: Decision) -> None:
    reserve.insert(joins_at([each.place for each in reserve], decision.place), decision)


def _number(slate: Slate, order: Sequence[Decision]) -> None:
    slate.decisions.update(reserve_order=None)  # the order is unique, so make room first
    for place, decision in enumerate(order, start=1):
        decision.reserve_order = place
    Decision.objects.bulk_update(order, ["reserve_order"])
