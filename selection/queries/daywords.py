"""What the planner of the assessment days says, in sentences with names."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from selection.dayplan import Clash, Kind, Reason, Slot, Unplaced

CLASHES = {
    Kind.OUTSIDE: "{what} would lie outside the assessment days, its preparation included.",
    Kind.BREAK: "{what} would lie in a break.",
    Kind.ABSENT: "{who} is away then.",
    Kind.HOURS: "For {who} it would be outside working hours where they are.",
    Kind.LENGTH: "{what} takes another time than planned.",
    Kind.ROOM_MISSING: "{what} needs a room.",
    Kind.ROOM_UNSUITED: "{room} is not meant for {what}.",
    Kind.TWICE: "{who} does {what} twice.",
    Kind.ROOM: "{room} is taken by {other}, or needs the time to change over.",
    Kind.CANDIDATE: "{who} is in {other}, or needs the rest around it.",
    Kind.ASSESSOR: "{who} is in {other}, or on the way.",
}


@dataclass(frozen=True)
class Names:
    """What the keys of the planner are called; assessors have theirs with a minus."""

    candidates: Mapping[int, str]
    assessors: Mapping[int, str]
    exercises: Mapping[int, str]
    rooms: Mapping[int, str]
    zone: str

    def clash(self, clash: Clash) -> str:
        """A clash in a sentence."""
        who = clash.who or 0
        return CLASHES[clash.kind].format(
            what=self._what(clash.slot.meeting.exercise),
            who=self._who(who),
            room=self.rooms.get(who, "The room"),
            other=self._other(clash.other),
        )

    def unplaced(self, one: Unplaced) -> str:
        """Why a meeting has no time, and what would help."""
        what = self._what(one.meeting.exercise)
        candidate = self._who(one.meeting.candidate)
        people = [candidate] * one.candidate + [self._who(key) for key in one.assessors]
        match one.reason:
            case Reason.NO_DAY:
                return (
                    f"No day is long enough for {what} with its preparation. Lengthen a day or move a break."
                )
            case Reason.NO_ROOM:
                return f"No room suits {what}. Add one, or hold it by video."
            case Reason.AWAY:
                return self._away(what, people)
            case Reason.APART:
                return (
                    f"{candidate} and the assessors of {what} are never there at the same time. Add a day, or "
                    "widen the hours for video."
                )
        full = [*people, *(["every room that suits"] if one.rooms else [])]
        if full:
            has = "has" if len(full) == 1 else "have"
            return f"{_and(full)} {has} no time left for {what}. Add a day or a room."
        return f"There is time for {what}, but none at which all are free. Add a day or a room."

    def _away(self, what: str, people: list[str]) -> str:
        if not people:
            return f"No room is open for long enough for {what}."
        return (
            f"{_and(people)} cannot be there for long enough for {what} on any of the days. Add a day, widen "
            "the hours for video, or ask somebody else."
        )

    def _what(self, exercise: int) -> str:
        return f"“{self.exercises.get(exercise, 'An exercise')}”"

    def _who(self, key: int) -> str:
        return (
            self.assessors.get(key, "An assessor") if key < 0 else self.candidates.get(key, "The candidate")
        )

    def _other(self, other: Slot | None) -> str:
        if other is None:
            return "something else"
        start = other.start.astimezone(ZoneInfo(self.zone))
        return (
            f"{self._what(other.meeting.exercise)} of {self._who(other.meeting.candidate)} at {start:%H:%M}"
        )


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else " and ".join([", ".join(names[:-1]), names[-1]])
