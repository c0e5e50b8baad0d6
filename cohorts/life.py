"""The life of a cohort in words: its stages, and what moving to each of them does."""

from dataclasses import dataclass

from cohorts.models import Cohort

State = Cohort.State


SHOWN = 10


@dataclass(frozen=True)
class Move:
    """Going to one stage: the button, what will happen, what is said afterwards."""

    action: str
    consequences: tuple[str, ...]
    told: str


@dataclass(frozen=True)
class Left:
    """Somebody a move leaves behind: who, why, and the page about it."""

    name: str
    detail: str
    url: str


@dataclass(frozen=True)
class Caution:
    """What a move would leave behind, read before it happens: whom, and what can be done about it first."""

    sentence: str
    left: tuple[Left, ...]
    choices: tuple[str, ...]
    all_url: str = ""
    action: str = ""
    action_url: str = ""

    @property
    def first(self) -> tuple[Left, ...]:
        """As many as fit on a page."""
        return self.left[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.left) - SHOWN)


MOVES: dict[str, Move] = {
    State.NOMINATING: Move(
        "Open nominations",
        (
            "Leaders can nominate people of their own line until the window closes, and are told by mail.",
            "Criteria and weights are those leaders and candidates read from now on.",
        ),
        "Nominations for {cohort} are open.",
    ),
    State.ASSESSING: Move(
        "Close nominations and start assessing",
        (
            "Leaders can no longer nominate.",
            "Approved candidates can be assigned to assessors.",
        ),
        "Nominations for {cohort} are closed. Assessors can start.",
    ),
    State.SELECTING: Move(
        "Close assessment and start selecting",
        ("Assessors can no longer change their scores.", "The slate is ranked by the weights."),
        "Assessment for {cohort} is closed. The slate is ready.",
    ),
    State.RUNNING: Move(
        "Start the cohort",
        ("Participants see their journey, mentor and first next step.", "Reminders begin to go out."),
        "{cohort} is running.",
    ),
    State.GRADUATED: Move(
        "Close the cohort as graduated",
        (
            "Dates, seats and results of the cohort stay as they are now.",
            "Graduates can be placed; twelve-month results are counted from their graduation.",
        ),
        "{cohort} has graduated.",
    ),
    State.SUSTAINING: Move(
        "Move to sustaining",
        (
            "Mentoring goes on for those who want it.",
            "Graduates who said so are offered as mentors and teachers of the next cohort.",
        ),
        "{cohort} is in its sustaining phase.",
    ),
}

SHORT = {
    State.DRAFT: "Set-up",
    State.NOMINATING: "Nominations",
    State.ASSESSING: "Assessment",
    State.SELECTING: "Selection",
    State.RUNNING: "Running",
    State.GRADUATED: "Graduated",
    State.SUSTAINING: "Sustaining",
}


@dataclass(frozen=True)
class Stage:
    """One step of the stepper."""

    label: str
    state: str


def stages(cohort: Cohort) -> list[Stage]:
    """Every stage, as done, now or to come."""
    order = list(Cohort.State)
    now = order.index(Cohort.State(cohort.state))
    return [
        Stage(SHORT[state], "now" if place == now else "done" if place < now else "")
        for place, state in enumerate(order)
    ]
