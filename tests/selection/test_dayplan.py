from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selection.dayplan import (
    Center,
    Clash,
    Day,
    Exercise,
    Kind,
    Meeting,
    Person,
    Reason,
    Room,
    Slot,
    Task,
    clashes,
    plan,
)
from tests.factories.dayplans import center, planned

ZONES = ["Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
MONDAY = date(2026, 3, 2)


def day(when=MONDAY, start=9, end=17, zone="Europe/Zurich", breaks=()):
    return Day(when, time(start), time(end), zone, tuple((time(one), time(other)) for one, other in breaks))


def at(hour, minute=0, when=MONDAY, zone="Europe/Zurich"):
    return datetime.combine(when, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


def slot(meeting, hour, minute=0, minutes=30, room=100):
    start = at(hour, minute)
    return Slot(meeting, start, start + timedelta(minutes=minutes), room)


@st.composite
def tasks(draw):
    """Anything that can be asked, small; also what cannot be done."""
    zone = draw(st.sampled_from(ZONES))
    first = draw(st.sampled_from([MONDAY, date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24)]))
    days = [
        Day(
            first + timedelta(days=number),
            time(draw(st.integers(0, 10)), draw(st.sampled_from([0, 20]))),
            time(draw(st.integers(13, 18))),
            zone,
            draw(
                st.sampled_from(
                    [(), ((time(11), time(12)),), ((time(1, 30), time(3, 30)), (time(12), time(12, 45)))]
                )
            ),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    exercises = [
        Exercise(key, draw(st.integers(10, 120)), draw(st.sampled_from([0, 0, 17])), draw(st.booleans()))
        for key in range(1, 1 + draw(st.integers(1, 4)))
    ]
    rooms = [
        Room(key, draw(st.none() | st.frozensets(st.sampled_from(exercises).map(lambda each: each.key))))
        for key in range(100, 100 + draw(st.integers(0, 3)))
    ]
    panel = range(50, 50 + draw(st.integers(1, 5)))
    asked = Center(
        exercises,
        rooms,
        days,
        [draw(people(key, days[0])) for key in range(2)],
        [draw(people(key, days[0])) for key in panel[:2]],
        rest=draw(st.sampled_from([0, 7, 10])),
        changeover=draw(st.sampled_from([0, 5])),
        step=draw(st.sampled_from([5, 15])),
    )
    met = st.sets(st.sampled_from(panel), min_size=1, max_size=2).map(lambda keys: tuple(sorted(keys)))
    meetings = [
        Meeting(candidate, exercise.key, draw(met))
        for candidate in range(draw(st.integers(1, 5)))
        for exercise in exercises
    ]
    return Task(asked, meetings)


def people(key, day):
    start = datetime.combine(day.date, day.start, ZoneInfo(day.zone)).astimezone(UTC)
    absence = st.tuples(st.integers(-60, 600), st.integers(5, 300)).map(
        lambda pair: (start + timedelta(minutes=pair[0]), start + timedelta(minutes=sum(pair)))
    )
    return st.builds(
        Person,
        st.just(key),
        st.sampled_from(ZONES),
        st.none() | st.just((time(7), time(20))),
        st.lists(absence, max_size=2).map(tuple),
    )


@settings(deadline=None)
@given(tasks())
def test_nothing_ever_clashes_or_lies_outside_and_nothing_is_lost(task):
    result = plan(task)
    assert clashes(task.center, result.slots) == []
    found = [each.meeting for each in result.slots] + [each.meeting for each in result.unplaced]
    assert sorted(found) == sorted(task.meetings)
    for each in result.slots:
        assert any(
            datetime.combine(one.date, one.start, ZoneInfo(one.zone)) <= each.prepares_from(task.center)
            and each.end <= datetime.combine(one.date, one.end, ZoneInfo(one.zone))
            for one in task.center.days
        )
        assert each.start.tzinfo is UTC


@settings(deadline=None, max_examples=40)
@given(tasks(), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_does_not_matter(task, chance):
    def shuffled(things):
        return chance.sample(things, len(things))

    asked = task.center
    other = replace(
        asked,
        exercises=shuffled(asked.exercises),
        rooms=shuffled(asked.rooms),
        days=shuffled(asked.days),
        candidates=shuffled(asked.candidates),
        assessors=shuffled(asked.assessors),
    )
    assert plan(task) == plan(Task(other, shuffled(task.meetings)))


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(2, 6), st.integers(1, 2), st.integers(10, 30))
def test_all_is_placed_where_time_obviously_suffices(candidates, exercises, assessors, rooms, minutes):
    """Even one after the other, twice over, all would fit into the day."""
    longest = 15 + minutes + 10
    asked = Center(
        [Exercise(key, minutes, 15) for key in range(exercises)],
        [Room(key) for key in range(rooms)],
        [Day(MONDAY, time(0), time(23, 55), "UTC")],
    )
    meetings = [
        Meeting(one, key, ((one + key) % assessors, (one + key + 1) % assessors))
        for one in range(candidates)
        for key in range(exercises)
    ]
    assert 2 * longest * len(meetings) < 24 * 60
    assert plan(Task(asked, meetings)).unplaced == ()


def test_a_center_of_three_days_is_planned_without_anybody_coming_twice():
    task = planned(40, 5, 12)
    result = plan(task)
    assert (len(result.slots), result.unplaced) == (200, ())
    assert clashes(task.center, result.slots) == []
    assert set(result.days.values()) == {1}
    assert sum(result.waiting.values()) / 40 < 4 * 60


def test_almost_full_days_still_hold_everything():
    result = plan(planned(12, 4, 6, rooms=3, days=1, minutes=25))
    assert result.unplaced == ()


def test_rests_and_preparation_are_kept_and_nobody_waits_for_nothing():
    asked = Center([Exercise(1, 45, 20), Exercise(2, 30)], [Room(100)], [day(breaks=[(12, 13)])], rest=15)
    result = plan(Task(asked, [Meeting(1, 1, (50,)), Meeting(1, 2, (51,))]))
    first, second = result.slots
    assert min(first.prepares_from(asked), first.start) == at(9)
    assert second.prepares_from(asked) - first.end == timedelta(minutes=15)
    assert (result.waiting, result.days) == ({1: 15}, {1: 1})
    assert result.ends == second.end


def test_a_room_suits_and_video_needs_none():
    asked = Center(
        [Exercise(1, 30), Exercise(2, 30, virtual=True)], [Room(100), Room(101, frozenset({1}))], [day()]
    )
    result = plan(Task(asked, [Meeting(one, key, (one,)) for one in range(2) for key in (1, 2)]))
    used = {(each.meeting.exercise, each.room) for each in result.slots}
    assert {each for each in used if each[0] == 2} == {(2, None)}
    assert (1, 101) in used


def test_who_is_on_video_keeps_hours_of_their_own():
    asked = Center(
        [Exercise(1, 30, virtual=True)],
        [],
        [day()],
        [Person(1, "America/New_York", (time(8), time(18)))],
        [Person(50, "Asia/Kolkata", (time(8), time(20)))],
    )
    (made,) = plan(Task(asked, [Meeting(1, 1, (50,))])).slots
    assert made.start == at(8, zone="America/New_York") == at(14)
    assert [each.kind for each in clashes(asked, [replace(made, start=at(13), end=at(13, 30))])] == [
        Kind.HOURS
    ]


# --- clocks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "hours"), [(date(2026, 3, 29), 7), (date(2026, 10, 25), 9), (date(2026, 3, 30), 8)]
)
def test_a_day_on_which_clocks_change_is_shorter_or_longer(when, hours):
    """From midnight to eight on the wall: on the night of the change an hour is missing, or comes twice."""
    asked = Center([Exercise(1, 60)], [Room(100)], [Day(when, time(0), time(8), "Europe/Zurich")], rest=0)
    result = plan(Task(asked, [Meeting(one, 1, (50,)) for one in range(10)]))
    assert len(result.slots) == hours
    assert {later.start - sooner.start for sooner, later in pairwise(result.slots)} == {timedelta(hours=1)}
    assert result.slots[0].start == at(0, when=when)
    assert result.ends == at(8, when=when)


def test_the_same_wall_time_is_another_moment_after_clocks_changed():
    days = [day(date(2026, 3, 27), 9, 10), day(date(2026, 3, 30), 9, 10)]
    asked = Center([Exercise(1, 60)], [Room(100)], days)
    result = plan(Task(asked, [Meeting(one, 1, (50,)) for one in range(2)]))
    assert [each.start.hour for each in result.slots] == [8, 7]


# --- moving by hand ----------------------------------------------------------------------------------

CENTER = Center(
    [Exercise(1, 30, 15), Exercise(2, 30)],
    [Room(100), Room(101, frozenset({2}))],
    [day(breaks=[(12, 13)])],
    [Person(1), Person(2)],
    [Person(50, absences=((at(16), at(17)),))],
    changeover=5,
)
ONE, TWO = Meeting(1, 1, (50,)), Meeting(1, 2, (51,))
OTHER = Meeting(2, 2, (50,))
AS_PLANNED = [slot(ONE, 10), slot(TWO, 11), slot(OTHER, 14)]


@pytest.mark.parametrize(
    ("moved", "found"),
    [
        (slot(ONE, 10), []),
        (slot(ONE, 15), []),
        (slot(ONE, 10, 20), []),
        (slot(ONE, 10, 25), [(Kind.CANDIDATE, 1)]),
        (slot(ONE, 10, 40), [(Kind.CANDIDATE, 1), (Kind.ROOM, 100)]),
        (slot(ONE, 14, 30), [(Kind.ASSESSOR, 50), (Kind.ROOM, 100)]),
        (slot(ONE, 14, 35), []),
        (slot(ONE, 9, 5), [(Kind.OUTSIDE, None)]),
        (slot(ONE, 12, 50), [(Kind.BREAK, None)]),
        (slot(ONE, 13, 10), [(Kind.BREAK, None)]),
        (slot(ONE, 15, 45), [(Kind.ABSENT, 50)]),
        (slot(ONE, 10, minutes=25), [(Kind.LENGTH, None)]),
        (slot(ONE, 10, room=None), [(Kind.ROOM_MISSING, None)]),
        (slot(ONE, 10, room=7), [(Kind.ROOM_MISSING, 7)]),
        (slot(ONE, 10, room=101), [(Kind.ROOM_UNSUITED, 101)]),
    ],
)
def test_one_slot_moved_by_hand_is_checked_like_a_plan(moved, found):
    about = clashes(CENTER, AS_PLANNED, moved=moved)
    assert [(each.kind, each.who) for each in about] == found
    assert {each.slot for each in about} <= {moved}
    assert {(each.kind, each.who) for each in clashes(CENTER, [moved, *AS_PLANNED[1:]])} == set(found)


def test_a_clash_names_the_other_slot():
    moved = slot(OTHER, 10)
    assert clashes(CENTER, AS_PLANNED, moved=moved) == [
        Clash(Kind.ASSESSOR, moved, 50, AS_PLANNED[0]),
        Clash(Kind.ROOM, moved, 100, AS_PLANNED[0]),
    ]


def test_an_exercise_is_done_once():
    assert [each.kind for each in clashes(CENTER, [slot(TWO, 9), slot(TWO, 15)])] == [Kind.TWICE]


def test_what_is_kept_stays_and_the_rest_goes_around_it():
    kept = slot(ONE, 9, 47)
    result = plan(Task(CENTER, [ONE, TWO, OTHER], [kept]))
    assert kept in result.slots
    assert (len(result.slots), result.unplaced, clashes(CENTER, result.slots)) == (3, (), [])


# --- what has no place -------------------------------------------------------------------------------


def reason_of(task):
    (unplaced,) = plan(task).unplaced
    return unplaced.reason, unplaced.candidate, unplaced.assessors, unplaced.rooms


def test_what_has_no_place_says_why():
    short, long = day(end=10), day(end=12)
    thirty, room = Exercise(1, 30), Room(100)
    meeting = [Meeting(1, 1, (50, 51))]
    away = [Person(51, absences=((at(8), at(18)),))]
    assert reason_of(Task(Center([Exercise(1, 90)], [room], [short]), meeting)) == (
        Reason.NO_DAY,
        False,
        (),
        False,
    )
    assert reason_of(Task(Center([thirty], [], [short]), meeting)) == (Reason.NO_ROOM, False, (), True)
    assert reason_of(Task(Center([thirty], [room], [long], assessors=away), meeting)) == (
        Reason.AWAY,
        False,
        (51,),
        False,
    )
    apart = [
        Person(50, absences=((at(9, 30), at(10)),)),
        Person(51, absences=((at(9), at(9, 30)),)),
    ]
    assert reason_of(Task(Center([thirty], [room], [short], assessors=apart), meeting)) == (
        Reason.APART,
        False,
        (),
        False,
    )


def test_what_is_full_names_who_has_no_time_left():
    asked = Center([Exercise(1, 60)], [Room(100), Room(101)], [day(end=11)])
    meetings = [Meeting(one, 1, (50,)) for one in range(3)]
    assert reason_of(Task(asked, meetings)) == (Reason.FULL, False, (50,), False)
    meetings = [Meeting(one, 1, (50 + one,)) for one in range(5)]
    assert reason_of(Task(asked, meetings)) == (Reason.FULL, False, (), True)


def test_nothing_to_plan_is_planned():
    assert plan(Task(center(), [])).slots == ()
    assert reason_of(Task(center(days=0), [Meeting(1, 1, (50,))]))[0] == Reason.NO_DAY


def test_progress_is_told_to_the_end():
    told = []
    plan(planned(3, 2, 4), progress=lambda done, total: told.append((done, total)))
    assert told == [(done, told[-1][1]) for done in range(told[-1][1] + 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Task(center(), [Meeting(1, 9, (50,))]),
        lambda: Task(center(), [Meeting(1, 1, (50,)), Meeting(1, 1, (51,))]),
        lambda: Meeting(1, 1, (50, 50)),
        lambda: Exercise(1, 0),
        lambda: Center([], [Room(1), Room(1)], []),
        lambda: Center([], [], [], step=0),
        lambda: plan(Task(Center([], [], [day(start=17, end=9)]), [])),
        lambda: plan(Task(Center([], [], [day(), day(start=10)]), [])),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"not part|once|twice|least|negative|ends before|lie on each other"):
        wrong()
