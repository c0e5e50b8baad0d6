"""How far the ranking of a slate hangs on its weights, kept with the slate. For workers: loads numpy."""

from typing import Any

from django.db import transaction

from selection.models import Decision, Slate
from selection.queries.slate import NAMES, decisions_on, quotas_of, seats_of
from selection.ranking import Criterion, Entry, TieBreak
from selection.seating import fitting
from selection.sensitivity import DRAWS, Pool, Shift, pool_of, shifts, steadiness


def measure(slate_id: int) -> None:
    """Write ``Slate.sensitivity``; safe to run twice, the same slate gives the same numbers.

    ``steady`` holds by decision how often of ``draws`` random weightings the person is within the cut (0–1),
    and in which places 95 % of them lie; ``shifts`` what ten points more or fewer of each criterion change.
    """
    slate = Slate.objects.select_related("cohort").get(pk=slate_id)
    decisions = [each for each in decisions_on(slate) if not each.is_knocked_out]
    found = _measured(slate, decisions) if decisions else {"draws": DRAWS, "steady": {}, "shifts": []}
    with transaction.atomic():
        Slate.objects.filter(pk=slate_id).update(sensitivity=found)


def _measured(slate: Slate, decisions: list[Decision]) -> dict[str, Any]:
    pool = _pool(slate, decisions)
    steady = steadiness(pool, slate.tie_seed)
    keys = [each.pk for each in decisions]
    return {
        "draws": DRAWS,
        "steady": {
            str(key): [round(float(share), 4), int(best), int(worst)]
            for key, share, best, worst in zip(keys, steady.share, steady.best, steady.worst, strict=True)
        },
        "shifts": [_shift(each, keys, decisions) for each in shifts(pool)],
    }


def _pool(slate: Slate, decisions: list[Decision]) -> Pool:
    criteria = [Criterion(key, NAMES[key], slate.weights.get(key, 0)) for key in NAMES]
    entries = [
        Entry(
            str(each.candidate_id),
            {key: None if score is None else float(score) for key, score in each.scores.items()},
        )
        for each in decisions
    ]
    tie_break = TieBreak(tuple(slate.tie_break), slate.tie_seed)
    markets = {str(each.candidate_id): each.market for each in decisions}
    seats = seats_of(slate)
    return pool_of(criteria, entries, tie_break, seats, markets, fitting(quotas_of(slate), seats))


def _shift(shift: Shift, keys: list[int], decisions: list[Decision]) -> dict[str, Any]:
    places = shift.standing.places
    return {
        "criterion": list(NAMES)[shift.criterion],
        "points": round(shift.points, 2),
        "weights": [round(weight, 1) for weight in shift.weights],
        "entered": [keys[row] for row in shift.entered],
        "left": [keys[row] for row in shift.left],
        "moved": [[keys[row], decisions[row].place or 0, int(places[row])] for row in shift.moved],
    }
