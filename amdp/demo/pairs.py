"""Mentors and their mentees: the pool, one match, and what they have talked about since."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from amdp.demo.clock import at, days_ago
from amdp.demo.directory import World
from amdp.demo.texts import NEXT_STEPS, SHARED_NOTES
from amdp.directory.models import Account, Person
from cohorts.models import Cohort, Competency
from mentoring.models import (
    CheckIn,
    CoachingAction,
    CoachingSession,
    CoachingTopic,
    MatchWish,
    Mentor,
    Mentorship,
)
from mentoring.queries import settings_of
from mentoring.rhythm import plan_check_in, plan_silence, wake_for
from mentoring.runs import work_on
from mentoring.services import invite_mentors, publish_run, save_profile, start_run

AREAS = ("oncology", "immunology", "cardiometabolic", "rare_disease")
MEETS_EVERY = 26
PINS = (("participant", "mentor"), ("participant_2", "mentor_2"))


def mentor(world: World, cohort: Cohort) -> None:
    """Everything about mentoring in the running cohort."""
    _pool(world, cohort)
    pairs = _match(world, cohort)
    _meet(world, cohort, pairs)
    _check_in(world, pairs)
    _plan(world, cohort, pairs)


def _pool(world: World, cohort: Cohort) -> None:
    """Account directors are asked before the start; all but the last two say how much time they have."""
    admin, people = world.cast["ld_admin"], _experienced(world)
    before = days_ago(cohort.starts_on, 40, 9)
    with at(before):
        mentors = invite_mentors(people[:-2], by=admin)
    competencies = list(cohort.program.competencies.all())
    for place, one in enumerate(mentors):
        with at(before + dt.timedelta(days=1 + place % 6, hours=place % 5)):
            _say(world, one, competencies)
    with at(days_ago(world.today, 9, 9)):
        invite_mentors(people[-2:], by=admin)


def _experienced(world: World) -> list[Person]:
    cast = [world.part(key) for _, key in PINS if key in world.cast]
    rest = [world.person(one) for one in world.everybody if one.level == "director" and not one.part]
    return [*cast, *rest]


def _say(world: World, mentor: Mentor, competencies: Sequence[Competency]) -> None:
    chance, person = world.chance, mentor.person
    save_profile(
        mentor,
        hours_per_month=Decimal(chance.choice((4, 6, 6, 8))),
        account_types=chance.sample(Account.Kind.values[:7], 3),
        therapeutic_areas=chance.sample(AREAS, 2),
        languages=["en"] if person.language == "en" else [person.language, "en"],
        strengths={one: chance.randint(3, 5) for one in chance.sample(list(competencies), 4)},
        by=world.member_of(person),
    )


def _match(world: World, cohort: Cohort) -> list[Mentorship]:
    """One run, two pairs pinned, published a week after the start."""
    admin, people = world.cast["ld_admin"], {one.person_id: one for one in cohort.participants.all()}
    pool = {one.person_id: one for one in Mentor.objects.all()}
    for mentee, mentor in PINS:
        if mentee in world.cast and mentor in world.cast:
            MatchWish.objects.create(
                participant=people[world.part(mentee).pk],
                mentor=pool[world.part(mentor).pk],
                kind=MatchWish.Kind.PIN,
                confirmed=True,
            )
    with at(days_ago(cohort.starts_on + dt.timedelta(days=6), 0, 9)):
        run = start_run(cohort, by=admin)
        work_on(world.organization.pk, run.pk)
        run.refresh_from_db()
    with at(days_ago(cohort.starts_on + dt.timedelta(days=7), 0, 14)):
        publish_run(run, by=admin)
    active = Mentorship.objects.filter(participant__cohort=cohort, state=Mentorship.State.ACTIVE)
    return list(
        active.select_related("mentor__person", "participant__person", "participant__cohort").order_by("pk")
    )


def _meet(world: World, cohort: Cohort, pairs: Sequence[Mentorship]) -> None:
    """About a session a month, the last one of the first participant still to be confirmed."""
    competencies = list(cohort.program.competencies.all())
    sessions = [one for pair in pairs for one in _sessions(world, pair)]
    CoachingSession.objects.bulk_create(sessions)
    for session in sessions:
        session.logged_at = dt.datetime.combine(session.held_on, dt.time(17), tzinfo=dt.UTC)
    CoachingSession.objects.bulk_update(sessions, ["logged_at"])
    CoachingTopic.objects.bulk_create(
        CoachingTopic(session=one, competency=world.chance.choice(competencies)) for one in sessions
    )
    CoachingAction.objects.bulk_create(_action(world, one) for one in sessions)


def _sessions(world: World, pair: Mentorship) -> list[CoachingSession]:
    day, last = pair.started_on + dt.timedelta(days=6), world.today - dt.timedelta(days=3)
    if _is_silent(world, pair):
        last = world.today - dt.timedelta(days=52)
    sessions = []
    while day <= last:
        held = day - dt.timedelta(days=max(0, day.weekday() - 4))
        sessions.append(_session(world, pair, held))
        day += dt.timedelta(days=MEETS_EVERY + world.chance.randint(-4, 4))
    pair.last_session_on = sessions[-1].held_on if sessions else None
    if sessions and pair.participant.person == world.part("participant"):
        sessions[-1].state, sessions[-1].confirmed_at = CoachingSession.State.LOGGED, None
    return sessions


def _session(world: World, pair: Mentorship, held: dt.date) -> CoachingSession:
    chance = world.chance
    kind = chance.choice(CoachingSession.Kind.values)
    own = pair.participant.person
    return CoachingSession(
        mentorship=pair,
        held_on=held,
        minutes=chance.choice((30, 45, 45, 60, 90)),
        kind=kind,
        account=world.account_of(own) if kind == CoachingSession.Kind.ACCOUNT else None,
        shared_notes=chance.choice(SHARED_NOTES),
        state=CoachingSession.State.CONFIRMED,
        logged_by=pair.mentor.person.membership,
        confirmed_at=dt.datetime.combine(held + dt.timedelta(days=1), dt.time(8), tzinfo=dt.UTC),
        form_token=uuid5(NAMESPACE_URL, f"{pair.pk} {held}"),
    )


def _action(world: World, session: CoachingSession) -> CoachingAction:
    due = session.held_on + dt.timedelta(days=14)
    done = dt.datetime.combine(due, dt.time(9), tzinfo=dt.UTC) if due < world.today else None
    return CoachingAction(session=session, text=world.chance.choice(NEXT_STEPS), due_on=due, done_at=done)


def _is_silent(world: World, pair: Mentorship) -> bool:
    """Nobody has heard of the second mentor's other mentees for a while."""
    if "mentor_2" not in world.cast or pair.mentor.person != world.part("mentor_2"):
        return False
    return pair.participant.person != world.part("participant_2")


def _check_in(world: World, pairs: Sequence[Mentorship]) -> None:
    """Asked a month ago and answered; asked again this week, where the cast has not answered yet."""
    cast = {world.part(key).pk for pair in PINS for key in pair if key in world.cast}
    now, past = days_ago(world.today, 3).date(), days_ago(world.today, 33).date()
    CheckIn.objects.bulk_create(
        _answered(world, pair, side, past) for pair in pairs for side in CheckIn.Side.values
    )
    CheckIn.objects.bulk_create(
        CheckIn(mentorship=pair, side=side, asked_on=now)
        if person.pk in cast
        else _answered(world, pair, side, now)
        for pair in pairs
        for side, person in (("mentor", pair.mentor.person), ("mentee", pair.participant.person))
    )


def _answered(world: World, pair: Mentorship, side: str, day: dt.date) -> CheckIn:
    return CheckIn(
        mentorship=pair,
        side=side,
        asked_on=day,
        going=world.chance.choice(("green", "green", "green", "amber")),
        answered_at=dt.datetime.combine(day, dt.time(15), tzinfo=dt.UTC) + dt.timedelta(days=1),
    )


def _plan(world: World, cohort: Cohort, pairs: Sequence[Mentorship]) -> None:
    """When each pair is looked at next, counted from what has happened."""
    decided = settings_of(cohort)
    soon = days_ago(world.today + dt.timedelta(days=5), 0, 15)
    for place, pair in enumerate(pairs):
        plan_silence(pair, decided)
        plan_check_in(pair, decided, days_ago(world.today, 3).date())
        if _is_silent(world, pair):
            pair.silence, pair.silence_due_at = Mentorship.Silence.ADMINS, None
        elif place % 3 == 0 or pair.mentor.person == world.part("mentor"):
            pair.next_meeting_at = soon + dt.timedelta(minutes=30 * (place % 4))
    fields = [
        "last_session_on",
        "silence",
        "silence_due_at",
        "check_in_on",
        "check_in_due_at",
        "next_meeting_at",
    ]
    Mentorship.objects.bulk_update(pairs, fields)
    wake_for(pairs)
