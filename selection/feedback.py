"""A feedback report in words, written from what assessors rated. Pure: the same ratings give the same words.

It speaks to the candidate, says a level in a word instead of a rank or a number, quotes what the program
itself describes as that level or the next one, and knows nobody else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MOST = 3  # strengths, and things to work on
PER_COMPETENCY = 2
WORDS = {5: "Outstanding", 4: "Strong", 3: "Solid", 2: "Growing", 1: "At the beginning"}
MEANINGS = {
    5: "Others learn from how you do it.",
    4: "Reliably more than the situation asked for.",
    3: "What the situation asked for.",
    2: "Seen in parts, or with some help.",
    1: "Not seen on these days, or only begun.",
}
STEPS = (
    "In the next four weeks, choose one real conversation or task in which to try it. Tell somebody you trust "
    "beforehand what you want to do, and ask them afterwards what they saw.",
    "Agree with your manager on one task of the next three months that asks for it, and put a date in the "
    "calendar on which you look back together.",
    "Find a colleague who does this well and go along once. Write down two things you want to do the same way, "
    "and do one of them in the week after.",
)
CLOSING = (
    "Nobody is compared with anybody here. Read it once, put it aside for a day, and then talk it through with "
    "your manager: what do you recognize, what surprises you, and with which one thing do you want to begin?"
)
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Seen:
    """How a behaviour was rated: the mean over assessors, and of these over exercises."""

    key: int
    text: str
    competency: str
    anchors: tuple[str, ...]
    mean: Decimal


@dataclass(frozen=True)
class Facts:
    """What a report is written from: one person's, nobody else's."""

    first_name: str
    cohort: str
    exercises: tuple[str, ...]
    assessors: int
    competencies: tuple[tuple[str, str, Decimal], ...]  # name, what it means, mean
    seen: tuple[Seen, ...]
    # by competency, what the program offers for it; for those who take part
    offers: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Line:
    """A competency with its level, 1–5, and the word for it."""

    name: str
    about: str
    level: int
    word: str


@dataclass(frozen=True)
class Point:
    """Something said about a behaviour; ``key`` names it while it is edited."""

    key: str
    title: str
    about: str
    text: str


@dataclass(frozen=True)
class Report:
    """A report as it is read."""

    opening: str
    profile: tuple[Line, ...]
    strengths: tuple[Point, ...]
    develop: tuple[Point, ...]
    steps: tuple[Point, ...]
    closing: str

    @property
    def texts(self) -> dict[str, str]:
        """Everything that can be edited, by key."""
        points = (*self.strengths, *self.develop, *self.steps)
        return {"opening": self.opening, **{each.key: each.text for each in points}, "closing": self.closing}


def level_of(mean: Decimal) -> int:
    """The nearest of the five levels; halves go up."""
    return min(5, max(1, int(mean.quantize(Decimal(1), ROUND_HALF_UP))))


def write(facts: Facts) -> Report:
    """The report as it follows from the ratings alone."""
    strengths = _strongest(facts.seen)
    develop = _open(facts.seen, without={each.key for each in strengths})
    return Report(
        opening=_opening(facts),
        profile=tuple(
            Line(name, about, level_of(mean), WORDS[level_of(mean)])
            for name, about, mean in facts.competencies
        ),
        strengths=tuple(
            Point(f"strength-{each.key}", each.text, each.competency, _strength(each)) for each in strengths
        ),
        develop=tuple(
            Point(f"develop-{each.key}", each.text, each.competency, _next(each)) for each in develop
        ),
        steps=tuple(
            Point(f"step-{each.key}", each.text, each.competency, _step(place, each, facts))
            for place, each in enumerate(develop)
        ),
        closing=CLOSING,
    )


def edited(report: Report, texts: Mapping[str, str]) -> Report:
    """The report with these texts in place of those worked out; a point whose text was emptied is left out."""

    def points(listed: tuple[Point, ...]) -> tuple[Point, ...]:
        changed = (replace(each, text=texts.get(each.key, each.text)) for each in listed)
        return tuple(each for each in changed if each.text)

    return replace(
        report,
        opening=texts.get("opening", report.opening),
        strengths=points(report.strengths),
        develop=points(report.develop),
        steps=points(report.steps),
        closing=texts.get("closing", report.closing),
    )


def as_document(report: Report) -> dict[str, Any]:
    """A report as it is kept."""
    return asdict(report)


def from_document(kept: Mapping[str, Any]) -> Report:
    """A report that was kept."""
    return Report(
        opening=kept["opening"],
        profile=tuple(Line(**each) for each in kept["profile"]),
        strengths=tuple(Point(**each) for each in kept["strengths"]),
        develop=tuple(Point(**each) for each in kept["develop"]),
        steps=tuple(Point(**each) for each in kept["steps"]),
        closing=kept["closing"],
    )


# --- what is said of what ----------------------------------------------------------------------------


def _strongest(seen: Sequence[Seen]) -> list[Seen]:
    """Behaviours at a solid level or above, best first; the best one where there is none."""
    order = sorted(seen, key=lambda each: -each.mean)
    return _few(each for each in order if level_of(each.mean) >= 3) or order[:1]


def _open(seen: Sequence[Seen], *, without: set[int]) -> list[Seen]:
    """Behaviours with a level above them, the widest open first."""
    order = sorted(seen, key=lambda each: each.mean)
    return _few(each for each in order if each.key not in without and level_of(each.mean) < 5)


def _few(listed: Iterable[Seen]) -> list[Seen]:
    chosen: list[Seen] = []
    for each in listed:
        same = sum(other.competency == each.competency for other in chosen)
        if same < PER_COMPETENCY and len(chosen) < MOST:
            chosen.append(each)
    return chosen


# --- sentences ---------------------------------------------------------------------------------------


def _opening(facts: Facts) -> str:
    what = _listed(facts.exercises) or "the assessment"
    who = "One assessor" if facts.assessors == 1 else f"{_count(facts.assessors).capitalize()} assessors"
    each = "and wrote down" if facts.assessors == 1 else "and each wrote down"
    return (
        f"{facts.first_name}, you took part in {what} for {facts.cohort}. {who} watched how you went about it "
        f"{each} what was to be seen before rating it. This report puts that together in words. It is about "
        "what was seen on those days, not about everything you can do."
    )


def _strength(seen: Seen) -> str:
    level = level_of(seen.mean)
    if level < 3 or not seen.anchors[level - 1]:
        return "Of all that was watched, this came to you most easily. Keep using it."
    return f"What was seen comes closest to this description: “{seen.anchors[level - 1]}”"


def _next(seen: Seen) -> str:
    level = level_of(seen.mean)
    begin = (
        "This is where practice will show most."
        if level < 3
        else "This is good already, and can become more."
    )
    ahead = seen.anchors[level]
    return f"{begin} The next step looks like this: “{ahead}”" if ahead else begin


def _step(place: int, seen: Seen, facts: Facts) -> str:
    text = STEPS[place % len(STEPS)]
    if offers := facts.offers.get(seen.competency):
        text += f" In the program, {_listed([f'“{each}”' for each in offers[:2]])} will help you with it."
    return text


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _count(number: int) -> str:
    return COUNTS[number] if number < len(COUNTS) else str(number)
