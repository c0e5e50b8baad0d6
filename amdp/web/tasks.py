"""The lines of the home page. Each app answers for its own; home puts them together."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that needs the member: what, for whom, due when, one button."""

    title: str
    detail: str
    action: str
    url: str
    icon: str
    due: date | None = None
    due_note: str = ""

    def is_late(self, today: date) -> bool:
        return self.due is not None and self.due < today


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something the member waits for, from somebody else."""

    title: str
    detail: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened and that the member may know."""

    at: datetime
    text: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """Something in the member's calendar."""

    at: datetime
    title: str
    detail: str
    url: str = ""


def in_order(tasks: list[Task]) -> list[Task]:
    """Overdue first, then by due date; what has no date comes last, in the order given."""
    return sorted(tasks, key=lambda task: (task.due is None, task.due or date.max))
