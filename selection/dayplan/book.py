"""The appointments while they are made: who is free when, and what fits where."""

from collections.abc import Iterable, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import NamedTuple

from .problem import Meeting, Person, Slot, Task
from .timeline import Timeline, first_of, runs


class Side(StrEnum):
    CANDIDATE = "candidate"
    ASSESSOR = "assessor"
    ROOM = "room"


class Need(NamedTuple):
    """Somebody or something that can be in one place at a time."""

    side: Side
    key: int


@dataclass(frozen=True, eq=False)
class Request:
    """A meeting in cells: `lead` of preparation and `length` of the meeting; `rooms` in which it could be, none
    on video."""

    meeting: Meeting
    lead: int
    length: int
    virtual: bool
    rooms: tuple[Need, ...]
    candidate: Need
    assessors: tuple[Need, ...]


class Place(NamedTuple):
    cell: int
    room: Need | None


class Book:
    """`busy` is what each need does, `taken` the same with the time to rest or change over around it."""

    def __init__(self, task: Task) -> None:
        self.center = task.center
        self.line = Timeline(task.center)
        done = {(slot.meeting.candidate, slot.meeting.exercise) for slot in task.kept}
        self.requests = [
            self._request(each)
            for each in sorted(task.meetings)
            if (each.candidate, each.exercise) not in done
        ]
        self.there, self.on_video = self._availability(task)
        self.busy: dict[Need, dict[Request, int]] = {need: {} for need in self.there}
        self.free = dict(self.there)
        self.pads = {
            Side.CANDIDATE: self.line.cells(self.center.rest),
            Side.ASSESSOR: self.line.cells(self.center.changeover),
            Side.ROOM: self.line.cells(self.center.changeover),
        }
        self.places: dict[Request, Place] = {}
        self.spread: dict[
            Need, tuple[int, int, int]
        ] = {}  # what cost_of has read of busy, until that changes
        for slot in task.kept:
            self._keep(slot)

    # --- what fits ---------------------------------------------------------------------------------------

    def starts(self, request: Request) -> int:
        """The cells in which the meeting could begin, whatever the room."""
        return self.alone(request, request.candidate) & self.together(request)

    def together(self, request: Request) -> int:
        """The same but for the candidate."""
        found = self.in_a_room(request)
        for assessor in request.assessors:
            found &= self.alone(request, assessor)
        return found

    def alone(self, request: Request, need: Need) -> int:
        """When only this one is asked."""
        free = self.free[need]
        if request.virtual:
            free &= self.on_video[need]
        if need.side != Side.CANDIDATE:
            return runs(free, request.length)
        return runs(free, request.lead + request.length) << request.lead

    def whenever(self, request: Request) -> int:
        """The cells in which it could begin if nobody did anything else."""
        return runs(self.line.open, request.lead + request.length) << request.lead

    def in_a_room(self, request: Request) -> int:
        if request.virtual:
            return self.line.open
        return reduce(or_, (self.alone(request, room) for room in request.rooms), 0)

    # --- making and taking back --------------------------------------------------------------------------

    def place(self, request: Request, cell: int) -> None:
        """Into the room that suits least else, of those that are free."""
        free = (room for room in request.rooms if self.alone(request, room) >> cell & 1)
        self.put(request, Place(cell, None if request.virtual else next(free)))

    def put(self, request: Request, place: Place) -> None:
        self.places[request] = place
        for need in self._needs(request, place):
            lead = request.lead if need.side == Side.CANDIDATE else 0
            cells = self.line.block(place.cell - lead, lead + request.length)
            self.busy[need][request] = cells
            self.spread.pop(need, None)
            self.free[need] &= ~self._padded(need, place.cell - lead, lead + request.length)

    def remove(self, request: Request) -> Place:
        place = self.places.pop(request)
        for need in self._needs(request, place):
            del self.busy[need][request]
            self.spread.pop(need, None)
            self.free[need] = self.there[need] & ~self._taken(need)
        return place

    def clear(self) -> None:
        """Take back all that was placed; what is kept stays."""
        self.restore({})

    def restore(self, places: Mapping[Request, Place]) -> None:
        """Exactly these places."""
        for request, place in [*self.places.items()]:
            if places.get(request) != place:
                self.remove(request)
        for request, place in places.items():
            if request not in self.places:
                self.put(request, place)

    def emptied(self) -> "Book":
        """A look at the same with nothing placed."""
        other = copy(self)
        other.free = dict(self.there)
        return other

    def open_requests(self) -> list[Request]:
        return [each for each in self.requests if each not in self.places]

    def slots(self) -> list[Slot]:
        found = []
        for request, (cell, room) in self.places.items():
            start = self.line.moment(cell)
            minutes = self.center.exercise[request.meeting.exercise].minutes
            end = start + timedelta(minutes=minutes)
            found.append(Slot(request.meeting, start, end, room.key if room else None))
        return found

    def placed_with(self, need: Need) -> list[Request]:
        """What could be moved of what this one does."""
        return [each for each in self.busy[need] if each in self.places]

    def barred_by(self, request: Request, need: Need, other: Request) -> int:
        """The cells in which the one cannot begin because of what both need for the other."""
        cells, pad = self.busy[need][other], self.pads[need.side]
        first = first_of(cells)
        lead = request.lead if need.side == Side.CANDIDATE else 0
        return self.line.near(first, first - pad - request.length + 1, cells.bit_length() + pad + lead)

    # --- inside ------------------------------------------------------------------------------------------

    def _needs(self, request: Request, place: Place) -> Iterable[Need]:
        return (request.candidate, *request.assessors, *([place.room] if place.room else []))

    def _padded(self, need: Need, first: int, count: int) -> int:
        return self.line.block(first, count, self.pads[need.side])

    def _taken(self, need: Need) -> int:
        pad = self.pads[need.side]
        found = 0
        for cells in self.busy[need].values():
            found |= (
                self._padded(need, first_of(cells), cells.bit_length() - first_of(cells)) if pad else cells
            )
        return found

    def _request(self, meeting: Meeting) -> Request:
        exercise = self.center.exercise[meeting.exercise]
        suited = [room for room in self.center.rooms if room.suits(exercise.key) and not exercise.virtual]
        special = sorted(suited, key=lambda room: (_breadth(room.exercises), room.key))
        return Request(
            meeting,
            self.line.cells(exercise.preparation),
            self.line.cells(exercise.minutes),
            exercise.virtual,
            tuple(Need(Side.ROOM, room.key) for room in special),
            Need(Side.CANDIDATE, meeting.candidate),
            tuple(Need(Side.ASSESSOR, each) for each in meeting.assessors),
        )

    def _availability(self, task: Task) -> tuple[dict[Need, int], dict[Need, int]]:
        meetings = [*task.meetings, *(slot.meeting for slot in task.kept)]
        people = self._people(Side.CANDIDATE, task.center.candidates, {each.candidate for each in meetings})
        people |= self._people(
            Side.ASSESSOR, task.center.assessors, {key for each in meetings for key in each.assessors}
        )
        rooms = {room.key for room in task.center.rooms} | {
            slot.room for slot in task.kept if slot.room is not None
        }
        there = {need: self.line.when_there(person) for need, person in people.items()}
        there |= {Need(Side.ROOM, key): self.line.open for key in sorted(rooms)}
        return there, {need: self.line.on_video(person) for need, person in people.items()}

    @staticmethod
    def _people(side: Side, known: Sequence[Person], keys: set[int]) -> dict[Need, Person]:
        listed = {each.key: each for each in known}
        return {Need(side, key): listed.get(key, Person(key)) for key in sorted(keys)}

    def _keep(self, slot: Slot) -> None:
        """What stays occupies its time, wherever that lies."""
        meeting, request = slot.meeting, self._request(slot.meeting)
        spans = {Need(Side.CANDIDATE, meeting.candidate): (slot.prepares_from(self.center), slot.end)}
        spans |= {Need(Side.ASSESSOR, key): (slot.start, slot.end) for key in meeting.assessors}
        if slot.room is not None:
            spans[Need(Side.ROOM, slot.room)] = (slot.start, slot.end)
        for need, span in spans.items():
            self.there[need] &= ~self.line.touched([span], self.pads[need.side])
            self.free[need] &= self.there[need]
            cells = self.line.touched([span])
            if cells:
                self.busy[need][request] = cells


def _breadth(exercises: Set[int] | None) -> float:
    return float("inf") if exercises is None else len(exercises)
