"""Working on a match: claim it, read, solve, write. Each step is a transaction; solving holds none."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from amdp.tenancy.context import organization_context
from amdp.web.progress import Tell, forget, teller
from mentoring import messages
from mentoring.explain import reason_of
from mentoring.inputs import Inputs, inputs_of
from mentoring.matching import CONFIRMABLE, CRITERIA, RULE_NAMES, Pin
from mentoring.matching.changes import Change, Outlook, Remedy, Wanted
from mentoring.matching.fit import points_per_person
from mentoring.matching.remedies import outlook, remedies
from mentoring.matching.result import Result
from mentoring.matching.solve import PinRefused, solve
from mentoring.models import CohortMentoring, MatchPair, MatchRun
from mentoring.queries import settings_of
from mentoring.rhythm import organization_day

LEASE = timedelta(minutes=20)
ALTERNATIVES = 4
MENTORS_NAMED = 5
CHUNK = 200


def work_on(organization_id: int, run_id: int) -> None:
    """Do a run that waits, or one whose worker died. Safe to start twice: only one gets the claim."""
    claimed = _claim(organization_id, run_id)
    if claimed is None:
        return
    run, inputs = claimed
    tell = teller(MatchRun, organization_id, run_id)
    try:
        tell("Finding the best pairs", 0, 0)
        result = solve(
            inputs.people,
            inputs.mentors,
            inputs.weights,
            inputs.rules,
            inputs.pins,
            run_key=f"{run.cohort_id}",
        )
        _refuse_lasting(result)
        rows = list(_pairs(run, inputs, result, tell))
        together = _outlook(outlook(result, inputs.rules, inputs.hours_for), inputs)
        _finish(organization_id, run_id, inputs, result, rows, together)
    except PinRefused as refused:
        who = " and ".join(
            str(row[key])
            for row, key in (
                (inputs.mentor_rows, refused.pin.mentor),
                (inputs.participants, refused.pin.person),
            )
        )
        _fail(organization_id, run_id, f"{who} are pinned. {refused} Change what is pinned and run it again.")
    except Exception:
        _fail(organization_id, run_id, "The match stopped halfway. Run it again.")
        raise
    finally:
        forget(MatchRun, organization_id, run_id)


def _claim(organization_id: int, run_id: int) -> tuple[MatchRun, Inputs] | None:
    now = timezone.now()
    with organization_context(organization_id):
        run = (
            MatchRun.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("cohort__program", "cohort__organization")
            .filter(pk=run_id)
            .first()
        )
        if run is None or run.is_over or (run.claimed_until and run.claimed_until > now):
            return None
        run.state, run.claimed_until = MatchRun.State.WORKING, now + LEASE
        run.save(update_fields=["state", "claimed_until"])
        return run, inputs_of(run.cohort, _decided(run), organization_day(run.cohort.organization))


def _decided(run: MatchRun) -> CohortMentoring:
    """The cohort's settings as they were when the run was started."""
    decided = settings_of(run.cohort)
    for name, value in run.weights.items():
        setattr(decided, name, value)
    decided.common_language = run.rules["common_language"] == "True"
    decided.common_hours = Decimal(run.rules["common_hours"])
    decided.hours_per_mentee = Decimal(run.rules["hours_per_mentee"])
    return decided


def _refuse_lasting(result: Result) -> None:
    """A pin was confirmed against some rules; one that came later and holds always still ends it."""
    for pair in result.pairs:
        lasting = [RULE_NAMES[rule].lower() for rule in pair.broken if rule not in CONFIRMABLE]
        if lasting:
            pin = Pin(pair.person, pair.mentor)
            raise PinRefused(f"This pair cannot be: {', '.join(lasting)}.", pin)


def _pairs(run: MatchRun, inputs: Inputs, result: Result, tell: Tell) -> Iterator[MatchPair]:
    """A row per person, with everything needed to explain it later."""
    pairs = {one.person: one for one in result.pairs}
    unmatched = {one.person: one for one in result.unmatched}
    helping = remedies(result, inputs.rules, inputs.hours_for)
    most = points_per_person(result.people, inputs.weights).T.round().astype(int).tolist()
    for number, person in enumerate(result.people):
        if number % 20 == 0:
            tell("Working out the reasons", number, len(result.people))
        row = MatchPair(
            run=run,
            participant=inputs.participants[person.key],
            most=dict(zip(CRITERIA, most[number], strict=True)),
            fits=result.fit[number].tolist(),
            blocked=result.mask[number].tolist(),
        )
        if pair := pairs.get(person.key):
            row.mentor, row.fit, row.rank = inputs.mentor_rows[pair.mentor], pair.fit, pair.rank
            row.points, row.pinned = dict(pair.points), pair.pinned
            row.broken = [int(rule) for rule in pair.broken]
            row.alternatives = [
                _alternative(one, inputs) for one in result.alternatives(person.key, ALTERNATIVES)
            ]
        else:
            row.reason = reason_of(unmatched[person.key])
            row.remedies = [_remedy(one, inputs) for one in helping[person.key]]
        yield row


def _alternative(one: Any, inputs: Inputs) -> dict[str, Any]:
    return {
        "mentor": inputs.mentor_rows[one.mentor].pk,
        "fit": one.fit,
        "points": dict(one.points),
        "cost": one.cost,
        "below_floor": one.below_floor,
        "fewer_matched": one.fewer_matched,
        "moves": [
            {
                "participant": inputs.participants[move.person].pk,
                "mentor": inputs.mentor_rows[move.mentor].pk if move.mentor else None,
            }
            for move in one.moves
        ],
    }


def _remedy(one: Remedy, inputs: Inputs) -> dict[str, Any]:
    place = one.change == Change.PLACE
    return {
        "change": one.change,
        "mentors": [inputs.mentor_rows[key].pk for key in one.mentors[:MENTORS_NAMED]],
        "mentor_count": len(one.mentors),
        "language": one.language,
        "common_hours": one.common_hours if one.change == Change.COMMON_HOURS else None,
        "hours_a_month": inputs.hours_for(one.mentors[0], 1) if place else None,
        "waiting": one.waiting,
        "wanted": _wanted(one.wanted, inputs) if one.wanted else None,
    }


def _wanted(one: Wanted, inputs: Inputs) -> dict[str, Any]:
    return asdict(one) | {"hours_a_month": float(one.people * inputs.hours_each)}


def _outlook(found: Outlook, inputs: Inputs) -> dict[str, Any]:
    places = [
        {
            "mentor": inputs.mentor_rows[key].pk,
            "places": count,
            "hours_a_month": inputs.hours_for(key, count),
        }
        for key, count in found.places.items()
    ]
    return asdict(found) | {
        "places": places,
        "wanted": [_wanted(one, inputs) for one in found.wanted],
    }


def _finish(
    organization_id: int,
    run_id: int,
    inputs: Inputs,
    result: Result,
    rows: list[MatchPair],
    together: dict[str, Any],
) -> None:
    with organization_context(organization_id):
        run = MatchRun.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=run_id)
        if run.state != MatchRun.State.WORKING:
            return
        fits = [row.fit for row in rows if row.fit is not None]
        run.pairs.all().delete()
        MatchPair.objects.bulk_create(rows, batch_size=CHUNK)
        run.mentor_ids = [inputs.mentor_rows[one.key].pk for one in result.mentors]
        run.fingerprint = inputs.fingerprint
        run.people, run.matched = len(rows), len(fits)
        run.seats = sum(one.seats for one in inputs.mentors if not one.paused)
        run.mean_fit = round(sum(fits) / len(fits)) if fits else None
        run.worst_fit = min(fits, default=None)
        run.outlook = together
        run.state, run.claimed_until, run.finished_at = MatchRun.State.DONE, None, timezone.now()
        run.save()
        messages.match_done(run)


def _fail(organization_id: int, run_id: int, problem: str) -> None:
    with organization_context(organization_id):
        run = MatchRun.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=run_id)
        run.state, run.problem, run.claimed_until = MatchRun.State.FAILED, problem, None
        run.finished_at = timezone.now()
        run.save(update_fields=["state", "problem", "claimed_until", "finished_at"])
        messages.match_done(run)
