"""Who takes part in a match, and what the cohort decided about it. Plain values; sets and words, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntFlag


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What both sides of a pair have. Keys name a human: the same key on both sides is the same human."""

    key: str
    account_types: frozenset[str] = frozenset()
    therapeutic_areas: frozenset[str] = frozenset()
    market: str = ""
    languages: tuple[str, ...] = ()  # the preferred one first; empty means unknown
    zone: str = "UTC"
    work_hours: tuple[float, float] = (9, 17)  # local, start and end
    line: tuple[str, ...] = ()  # managers, the nearest first
    accounts: frozenset[str] = frozenset()
    conflicts: frozenset[str] = frozenset()  # accounts this human must not hear about
    excludes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Person(Profile):
    """Someone who wants a mentor. Needs: how much of each competency is missing, 0–1."""

    needs: Mapping[str, float] = field(default_factory=dict)
    former_managers: frozenset[str] = frozenset()
    current_mentor: str = ""


@dataclass(frozen=True, kw_only=True)
class Mentor(Profile):
    """Someone who can take mentees. Strengths: 0–1 per competency.

    `seats` are the places free for this run, `load` the mentees already held outside of it.
    """

    strengths: Mapping[str, float] = field(default_factory=dict)
    seats: int = 1
    load: int = 0
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Relative weights of the fit criteria; a fit is 0–1,000 points over all of them."""

    competency: float = 40
    account_type: float = 15
    therapeutic_area: float = 15
    market: float = 10
    language: float = 10
    time_zone: float = 10

    def __post_init__(self) -> None:
        values = [getattr(self, each.name) for each in fields(self)]
        if min(values) < 0:
            raise ValueError("A weight is below zero. Use zero to leave a criterion out.")
        if sum(values) == 0:
            raise ValueError("The weights add up to zero. Give at least one criterion a weight.")


CRITERIA = tuple(each.name for each in fields(Weights))


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Hard rules, each can be switched off (False or zero), and the points two wishes are worth.

    `load_points`: what each mentee a mentor already has costs; spreads the load.
    `change_points`: what giving someone another mentor than the present one costs.
    """

    line_levels: int = 3
    former_manager: bool = True
    conflict_of_interest: bool = True
    common_language: bool = True
    common_hours: float = 2
    load_points: int = 5
    change_points: int = 20


@dataclass(frozen=True)
class Pin:
    """A pair that is settled. One that breaks a hard rule must be confirmed."""

    person: str
    mentor: str
    confirmed: bool = False


class Rule(IntFlag):
    """Why a pair cannot be; combined as a bitmask per pair."""

    SAME_PERSON = 1
    REPORTING_LINE = 2
    FORMER_MANAGER = 4
    CONFLICT_OF_INTEREST = 8
    NO_COMMON_LANGUAGE = 16
    TOO_FEW_COMMON_HOURS = 32
    MENTOR_PAUSED = 64
    MENTOR_FULL = 128
    EXCLUDED_BY_PERSON = 256
    EXCLUDED_BY_MENTOR = 512


# A pin may break these once somebody has confirmed it; the others are about time that is not there or conflicts.
CONFIRMABLE = Rule.NO_COMMON_LANGUAGE | Rule.TOO_FEW_COMMON_HOURS | Rule.EXCLUDED_BY_PERSON

RULE_NAMES: Mapping[Rule, str] = {
    Rule.SAME_PERSON: "Same person",
    Rule.REPORTING_LINE: "Same reporting line",
    Rule.FORMER_MANAGER: "Former manager",
    Rule.CONFLICT_OF_INTEREST: "Conflict of interest on an account",
    Rule.NO_COMMON_LANGUAGE: "No common language",
    Rule.TOO_FEW_COMMON_HOURS: "Too few common working hours",
    Rule.MENTOR_PAUSED: "Mentor is paused",
    Rule.MENTOR_FULL: "Mentor has no free place",
    Rule.EXCLUDED_BY_PERSON: "Excluded by the participant",
    Rule.EXCLUDED_BY_MENTOR: "Excluded by the mentor",
}


def rules_in(mask: int) -> tuple[Rule, ...]:
    """The single rules in a bitmask, in their order."""
    return tuple(rule for rule in Rule if mask & rule)


def seats_from_hours(hours_left: float, hours_per_mentee: float) -> int:
    """Whole seats that fit into the hours a month left after all other duties; never below zero."""
    if hours_per_mentee <= 0:
        raise ValueError("A mentee takes more than zero hours a month.")
    # a tiny allowance: 0.3 hours at 0.1 each are three seats, although floats say 2.9999…
    return max(0, int(hours_left / hours_per_mentee + 1e-9))
