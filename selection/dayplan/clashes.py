"""What speaks against slots: the one check for plans made here and for slots moved by hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from .hours import breaks_of, own_hours, span_of
from .problem import Center, Person, Slot, Span


class Kind(StrEnum):
    """The first four are about one slot and time, the next about its place, the last about two slots."""

    OUTSIDE = "outside"  # not within a day, preparation included
    BREAK = "break"  # in a break of the day
    ABSENT = "absent"  # somebody is away
    HOURS = "hours"  # on video, outside somebody's own hours
    LENGTH = "length"  # shorter or longer than the exercise
    ROOM_MISSING = "room_missing"
    ROOM_UNSUITED = "room_unsuited"
    TWICE = "twice"  # the candidate does the exercise twice
    CANDIDATE = "candidate"  # is elsewhere, or has too short a rest
    ASSESSOR = "assessor"  # is elsewhere, or has no time to change over
    ROOM = "room"  # is taken, or not yet free again


@dataclass(frozen=True)
class Clash:
    """`who`: the key of the candidate, assessor or room it is about; `other`: the slot it clashes with."""

    kind: Kind
    slot: Slot
    who: int | None = None
    other: Slot | None = None


def clashes(center: Center, slots: Iterable[Slot], *, moved: Slot | None = None) -> list[Clash]:
    """Everything that speaks against these slots. With `moved`, that slot instead of the one its meeting has
    among them, and only what concerns it."""
    if moved is None:
        listed = list(slots)
        return [clash for slot in listed for clash in _alone(center, slot)] + _together(center, listed)
    same = (moved.meeting.candidate, moved.meeting.exercise)
    others = [each for each in slots if (each.meeting.candidate, each.meeting.exercise) != same]
    return [
        *_alone(center, moved),
        *(_about(moved, each) for each in _together(center, [moved, *others], moved)),
    ]


def _about(moved: Slot, clash: Clash) -> Clash:
    """The moved slot first."""
    other = clash.other if clash.slot == moved else clash.slot
    return Clash(clash.kind, moved, clash.who, other)


# --- one slot ----------------------------------------------------------------------------------------


def _alone(center: Center, slot: Slot) -> Iterator[Clash]:
    exercise = center.exercise[slot.meeting.exercise]
    whole = (slot.prepares_from(center), slot.end)
    days = [day for day in center.days if _within(whole, span_of(day))]
    if not days:
        yield Clash(Kind.OUTSIDE, slot)
    if any(_overlap(whole, each) for day in days for each in breaks_of(day)):
        yield Clash(Kind.BREAK, slot)
    if slot.end - slot.start != timedelta(minutes=exercise.minutes):
        yield Clash(Kind.LENGTH, slot)
    for person, span in _people(center, slot, whole):
        if any(_overlap(span, absence) for absence in person.absences):
            yield Clash(Kind.ABSENT, slot, person.key)
        if exercise.virtual and not any(_within(span, hours) for hours in own_hours(person, span)):
            yield Clash(Kind.HOURS, slot, person.key)
    if not exercise.virtual:
        yield from _misplaced(center, slot)


def _misplaced(center: Center, slot: Slot) -> Iterator[Clash]:
    room = center.room.get(slot.room) if slot.room is not None else None
    if room is None:
        yield Clash(Kind.ROOM_MISSING, slot, slot.room)
    elif not room.suits(slot.meeting.exercise):
        yield Clash(Kind.ROOM_UNSUITED, slot, room.key)


def _people(center: Center, slot: Slot, whole: Span) -> Iterator[tuple[Person, Span]]:
    meeting = slot.meeting
    yield center.candidate.get(meeting.candidate, Person(meeting.candidate)), whole
    for assessor in meeting.assessors:
        yield center.assessor.get(assessor, Person(assessor)), (slot.start, slot.end)


# --- two slots ---------------------------------------------------------------------------------------

Use = tuple[datetime, datetime, Slot]


def _together(center: Center, slots: Sequence[Slot], only: Slot | None = None) -> list[Clash]:
    found = []
    for (kind, who), uses in _uses(center, slots).items():
        apart = timedelta(minutes=center.rest if kind == Kind.CANDIDATE else center.changeover)
        for one, other in combinations(uses, 2):
            if only is not None and only not in (one[2], other[2]):
                continue
            if kind == Kind.CANDIDATE and one[2].meeting.exercise == other[2].meeting.exercise:
                found.append(Clash(Kind.TWICE, one[2], who, other[2]))
            if one[0] < other[1] + apart and other[0] < one[1] + apart:
                found.append(Clash(kind, one[2], who, other[2]))
    return found


def _uses(center: Center, slots: Iterable[Slot]) -> dict[tuple[Kind, int], list[Use]]:
    """Whom and what the slots need, and from when to when."""
    uses: dict[tuple[Kind, int], list[Use]] = defaultdict(list)
    for slot in slots:
        uses[Kind.CANDIDATE, slot.meeting.candidate].append((slot.prepares_from(center), slot.end, slot))
        for assessor in slot.meeting.assessors:
            uses[Kind.ASSESSOR, assessor].append((slot.start, slot.end, slot))
        if slot.room is not None:
            uses[Kind.ROOM, slot.room].append((slot.start, slot.end, slot))
    return uses


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]
