"""The journey of the running cohort: what is done, what is late, what comes next."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from amdp.demo.clock import at, days_ago
from amdp.demo.directory import World
from amdp.demo.texts import CONFIRMED, PROJECT_ANSWERS, REFLECTIONS
from amdp.directory.models import Person
from amdp.identity.models import Membership
from cohorts.models import Cohort, Program
from curriculum.models import (
    Attendance,
    Module,
    ParticipantActivity,
    Project,
    ProjectReview,
    Session,
)
from curriculum.services import copy_blueprint, name_facilitators, schedule_journey

Item = ParticipantActivity
GRACE = 6


def template(world: World, program: Program) -> None:
    """The journey of the blueprint, kept as it is."""
    with at(days_ago(world.today, 200, 9)):
        copy_blueprint(program, by=world.cast["ld_admin"])


def travel(world: World, cohort: Cohort) -> None:
    """Dates given before the start; everything since then done, more or less."""
    admin = world.cast["ld_admin"]
    start = dt.datetime.combine(cohort.starts_on - dt.timedelta(days=10), dt.time(9), tzinfo=dt.UTC)
    with at(start):
        schedule_journey(cohort, by=admin)
    _hold_sessions(world, cohort, admin)
    items = list(
        Item.objects.filter(participant__cohort=cohort, is_asked=True)
        .select_related("activity__module", "participant__person__manager")
        .order_by("participant", "due_on", "pk")
    )
    behind_us = [one for one in items if _is_behind_us(world, one) and not one.activity.is_session]
    handed_in = [one for one in behind_us if one.activity.hands_in]
    _work(world, [one for one in behind_us if not one.activity.hands_in])
    _projects(world, handed_in)
    _today(world, cohort)
    schedule_journey(cohort, by=admin)


def _is_behind_us(world: World, item: ParticipantActivity) -> bool:
    """Most people finish in time; every seventh takes a week longer."""
    slack = GRACE if item.participant_id % 7 == 3 else -2
    return item.due_on < world.today - dt.timedelta(days=slack) and item.state == Item.State.TO_DO


def _hold_sessions(world: World, cohort: Cohort, admin: Membership) -> None:
    """Sessions of the past are held; those who missed the last one had a second date."""
    sessions = list(Session.objects.filter(journey__cohort=cohort).select_related("activity").order_by("day"))
    outsider = world.cast["facilitator"]
    for place, session in enumerate(sessions):
        holder = {"members": [outsider]} if place % 2 else {"people": [_teacher(world)]}
        name_facilitators(session, by=admin, **holder)
    held = [one for one in sessions if one.day < world.today]
    _mark(world, held, admin)
    if held:
        _catch_up(world, held[-1], admin)


def _catch_up(world: World, missed: Session, admin: Membership) -> None:
    """A second date for three who missed a session; its roster is still to be taken."""
    keys = [key for key in ("participant_2", "participant") if key in world.cast]
    own = world.part(keys[0])
    seats = list(missed.roster.exclude(participant__person=own).order_by("pk")[:2])
    seats += list(missed.roster.filter(participant__person=own))
    session = Session.objects.create(
        journey=missed.journey,
        activity=missed.activity,
        day=days_ago(world.today, 2).date(),
        starts=missed.starts,
        zone=missed.zone,
        minutes=missed.minutes,
        place="Video",
        set_by_hand=True,
    )
    name_facilitators(session, members=[world.cast["facilitator"]], by=admin)
    who = [seat.participant_id for seat in seats]
    missed.roster.filter(participant__in=who).update(state=Attendance.State.ABSENT)
    Attendance.objects.bulk_create(Attendance(session=session, participant_id=pk) for pk in who)
    items = Item.objects.filter(activity=missed.activity, participant__in=who)
    items.update(state=Item.State.TO_DO, done_at=None, opens_on=session.day, due_on=session.day)


def _mark(world: World, held: Sequence[Session], admin: Membership) -> None:
    for session in held:
        session.state = Session.State.HELD
        session.roster_taken_at = session.ends_at
        session.roster_taken_by = admin
    Session.objects.bulk_update(held, ["state", "roster_taken_at", "roster_taken_by"])
    seats = list(Attendance.objects.filter(session__in=held).select_related("session"))
    for seat in seats:
        absent = world.chance.random() < 0.05
        seat.state = Attendance.State.EXCUSED if absent else Attendance.State.ATTENDED
        seat.marked_at = seat.session.ends_at
    Attendance.objects.bulk_update(seats, ["state", "marked_at"])
    states = {(seat.participant_id, seat.session.activity_id): seat.state for seat in seats}
    _follow(states, {one.activity_id: one.ends_at for one in held})


def _follow(states: dict[tuple[int, int], str], ends: dict[int, dt.datetime]) -> None:
    items = list(Item.objects.filter(activity__in=ends))
    for item in items:
        mark = states.get((item.participant_id, item.activity_id))
        if mark:
            item.state = Item.State.DONE if mark == Attendance.State.ATTENDED else Item.State.EXCUSED
            item.done_at, item.remind_at, item.reminder = ends[item.activity_id], None, ""
    Item.objects.bulk_update(items, ["state", "done_at", "remind_at", "reminder"], batch_size=500)


def _work(world: World, done: Sequence[ParticipantActivity]) -> None:
    for item in done:
        _finish(world, item)
    Item.objects.bulk_update(
        done, ["state", "done_at", "reflection", "remind_at", "reminder"], batch_size=500
    )


def _finish(world: World, item: ParticipantActivity) -> None:
    days = world.chance.randint(0, 3)
    item.state = Item.State.DONE
    item.done_at = dt.datetime.combine(item.due_on - dt.timedelta(days=days), dt.time(15), tzinfo=dt.UTC)
    item.remind_at, item.reminder = None, ""
    if item.activity.asks_reflection:
        item.reflection = world.chance.choice(REFLECTIONS)


def _projects(world: World, items: Sequence[ParticipantActivity]) -> None:
    """Work on real accounts, confirmed by the manager."""
    for item in items:
        _finish(world, item)
    Item.objects.bulk_update(items, ["state", "done_at", "remind_at", "reminder"])
    projects = Project.objects.bulk_create(_project(world, item) for item in items)
    reviews = ProjectReview.objects.bulk_create(
        _review(world, project) for project in projects if project.state == Project.State.CONFIRMED
    )
    for review in reviews:
        review.at = review.project.item.done_at  # type: ignore[assignment]
    ProjectReview.objects.bulk_update(reviews, ["at"])


def _project(world: World, item: ParticipantActivity) -> Project:
    confirmed = item.activity.needs_confirmation
    return Project(
        item=item,
        account=world.account_of(item.participant.person),
        state=Project.State.CONFIRMED if confirmed else Project.State.FINISHED,
        answers=_answers(item),
        submitted_at=(item.done_at or timezone.now()) - dt.timedelta(days=2),
    )


def _answers(item: ParticipantActivity) -> dict[str, str]:
    return {
        prompt: PROJECT_ANSWERS[(place + item.participant_id) % len(PROJECT_ANSWERS)]
        for place, prompt in enumerate(item.activity.prompts)
    }


def _review(world: World, project: Project) -> ProjectReview:
    manager = project.item.participant.person.manager
    day = (project.item.done_at or timezone.now()).date()
    return ProjectReview(
        project=project,
        decision=ProjectReview.Decision.CONFIRMED,
        by=world.members.get(manager.pk) if manager else None,
        by_name=str(manager or "The manager"),
        used_on=day - dt.timedelta(days=4),
        text=CONFIRMED,
    )


def _today(world: World, cohort: Cohort) -> None:
    """The second participant has something late; the first has handed in what the manager has not read yet."""
    own = Item.objects.filter(participant__cohort=cohort, is_asked=True).select_related(
        "activity", "participant__person"
    )
    first = own.filter(participant__person=world.part("participant"))
    item = next(
        (one for one in first.order_by("-due_on") if one.activity.hands_in and one.due_on < world.today),
        None,
    )
    if item is not None:
        _hand_in(world, item)
    if "participant_2" in world.cast:
        late = own.filter(participant__person=world.part("participant_2"), state=Item.State.DONE)
        simple = late.filter(Q(activity__needs_confirmation=False), activity__prompts=[]).exclude(
            activity__mode__in=["virtual", "workshop"]
        )
        last = simple.exclude(activity__module__rule=Module.Rule.ONE_OF).order_by("-due_on").first()
        if last is not None:
            last.state, last.done_at, last.reflection = Item.State.TO_DO, None, ""
            last.save(update_fields=["state", "done_at", "reflection"])


def _hand_in(world: World, item: ParticipantActivity) -> None:
    Project.objects.filter(item=item).delete()
    Project.objects.create(
        item=item,
        account=world.account_of(item.participant.person),
        state=Project.State.SUBMITTED,
        answers=_answers(item),
        submitted_at=days_ago(world.today, 6, 16),
    )
    item.state, item.done_at, item.remind_at, item.reminder = Item.State.HANDED_IN, None, None, ""
    item.save(update_fields=["state", "done_at", "remind_at", "reminder"])


def _teacher(world: World) -> Person:
    return world.part("mentor")
