"""A calibration in the middle of it: who takes part, what was said, who moved whom, and once back."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from amdp.demo import selections
from amdp.demo.clock import at, months_from
from amdp.demo.directory import World
from amdp.demo.exercises import assess_until
from amdp.demo.programs import live_cohort, season_of
from amdp.directory.models import Person
from amdp.identity.models import Membership
from cohorts.models import Cohort, Program
from selection.access import why_not_moving
from selection.models import CalibrationPlace, CalibrationSession, Scoresheet
from selection.nine_box import HIGH, LOW
from selection.queries.consensus import rows_for
from selection.queries.plan import plan_of
from selection.services import (
    agree_consensus,
    change_plan,
    move_candidate,
    note_in_calibration,
    open_calibration,
    write_consensus,
)

SEATS, PEOPLE, ASSESSORS = 5, 14, 6
LATER = "Two of the panel are away that week, so everything comes a little later."
# how far up or down on the potential axis, and why
MOVES = (
    (1, "{first} carried the formulary talks in the role play alone and let the customer set the pace. The nomination was written before the Lyon contract."),
    (-1, "Strong on the plan, but twice the panel had to ask who decides on the customer’s side. Needs a year on a complex account first."),
    (1, "Two assessors saw {first} on the first morning, when the case had the wrong figures in it. The presentation, a week later, is the fairer picture."),
)  # fmt: skip
BACK = "Agreed on the case, but the role play was on the right material and showed the same gap. One step up is too far."
AGREED = (
    "One of us saw only the second half of the conversation. With both sets of notes on the table we land between.",
    "Same evidence, read differently: asking for the budget first is what the anchor for a 4 describes. We agree on it.",
    "The lower rating was for one slide. Over the whole exercise it was better than that.",
)  # fmt: skip
NOTES = (
    "New to the account since spring. What we rate here is mostly the last account; both leaders say the same.",
    "Covered a vacant territory for seven months on top of the own one. That is not in the yearly rating.",
    "The range between assessors is wide on stakeholder mapping. I was the stricter one and would not go below a 3 after hearing the others.",
    "Wants to stay in the country for two years. That is for the placement, not for this board.",
    "Customers ask for {first} by name. I nominated, so I leave the box to others.",
    "Market access sees the same as sales here; for once there is nothing to add.",
)  # fmt: skip


def in_calibration(world: World, program: Program) -> Cohort:
    """A cohort whose candidates of Europe were all assessed and are talked about since yesterday."""
    starts = months_from(world.today, 2) - dt.timedelta(days=6)
    name = f"Account Leadership {starts.year} EMEA"
    cohort = live_cohort(world, program, name, season_of(starts), seats=SEATS)
    cohort = selections.open_nominations(world, cohort)
    plan, ended = plan_of(cohort), world.today - dt.timedelta(days=2)
    assert plan is not None  # nominations do not open without one
    with at(selections.Moment(world, cohort.nominations_close_on).on(-2)):
        by = world.cast["ld_admin"]
        change_plan(plan, "windows", lambda found: assess_until(found, ended), by=by, why=LATER)
    people = [world.person(one) for one in world.plot.calibrating]
    selections.nominated(world, cohort, people, days=26)
    panel = [
        *(world.part(key) for key in ("assessor", "assessor_2")),
        *(world.person(one) for one in world.everybody if one.level == "director" and not one.part),
    ]
    sheets = selections.assess(world, cohort, panel[:ASSESSORS])
    shown = {one.pk: 1.3 + place * 5 % PEOPLE * 0.24 for place, one in enumerate(people)}

    def strength(sheet: Scoresheet) -> float:
        return shown[sheet.candidate.person_id] + (sheet.assessor_id % 3 - 1) * 0.3

    selections.score(world, sheets, strength, world.today - dt.timedelta(days=12))
    cohort.refresh_from_db()
    _wash_up(world, sheets)
    talk(world, cohort)
    return cohort


def _wash_up(world: World, sheets: Sequence[Scoresheet]) -> None:
    """Where two assessors were furthest apart they agreed on a rating, the day before the calibration."""
    clock = selections.Moment(world, world.today - dt.timedelta(days=2))
    ranked = sorted(
        ((row, sheet) for sheet in sheets for row in rows_for(sheet, sheet.assessor)),
        key=lambda pair: (-pair[0].apart, pair[1].pk, pair[0].competency.pk),
    )
    done: set[int] = set()
    for row, sheet in ranked:
        if len(done) == len(AGREED) or sheet.candidate_id in done:
            continue
        score, why = round((row.mean or Decimal(3)) * 2) / Decimal(2), AGREED[len(done)]
        done.add(sheet.candidate_id)
        with at(clock.on(0, 15)):
            by = world.member_of(sheet.assessor.person)
            rating = write_consensus(sheet, row.competency, score=score, why=why, version=0, by=by)
        for other in [one for one, _ in row.means if one != sheet.assessor]:
            with at(clock.on(0, 16)):
                agree_consensus(rating, version=1, by=world.member_of(other.person))


def talk(world: World, cohort: Cohort) -> CalibrationSession:
    """Opened yesterday; three moves, one of them taken halfway back, and a handful of notes."""
    admin, hr = world.cast["ld_admin"], world.cast["hr"]
    movers = [world.member_of(world.part("assessor")), world.member_of(world.part("assessor_2")), admin]
    clock = selections.Moment(world, world.today - dt.timedelta(days=1))
    leaders = _leaders(world, cohort)
    with at(clock.on(0, 13)):
        session = open_calibration(cohort, [*movers, hr, *leaders], by=admin)
    places = list(
        session.places.select_related("candidate__person", "session__cohort").order_by("candidate__person__last_name")
    )  # fmt: skip
    minute = iter(range(6, 200, 7))
    moved: list[CalibrationPlace] = []
    for steps, reason in MOVES:
        place = next(one for one in places if one not in moved and _room(one, steps))
        moved.append(place)
        _move(place, steps, reason, _mover(movers, place), clock.on(0, 14), next(minute))
    _move(moved[-1], -1, BACK, _mover(movers[::-1], moved[-1]), clock.on(0, 15), next(minute))
    writers = [hr, movers[0], movers[1], admin, leaders[0], hr]
    for place, writer, words in zip(places[1::2], writers, NOTES, strict=False):
        with at(clock.on(0, 14) + dt.timedelta(minutes=next(minute))):
            first = place.candidate.person.first_name
            note_in_calibration(place, words.format(first=first), by=writer)
    return session


def _leaders(world: World, cohort: Cohort) -> list[Membership]:
    """Two of those who nominated, and the second-line leader everybody signs in as."""
    nominators = (
        Person.objects.filter(nominations_made__candidate__cohort=cohort).distinct().order_by("pk")[:2]
    )
    return [world.member_of(one) for one in (*nominators, world.part("second_line"))]


def _room(place: CalibrationPlace, steps: int) -> bool:
    return place.potential is not None and LOW <= place.potential + steps <= HIGH


def _mover(movers: Sequence[Membership], place: CalibrationPlace) -> Membership:
    """The first who is not in the candidate's line."""
    return next(one for one in movers if not why_not_moving(one, place))


def _move(
    place: CalibrationPlace, steps: int, reason: str, by: Membership, start: dt.datetime, minute: int
) -> None:
    place.refresh_from_db(fields=["performance", "potential", "version"])
    with at(start + dt.timedelta(minutes=minute)):
        move_candidate(
            place,
            performance=place.performance or LOW,
            potential=(place.potential or LOW) + steps,
            reason=reason.format(first=place.candidate.person.first_name),
            version=place.version,
            by=by,
        )
