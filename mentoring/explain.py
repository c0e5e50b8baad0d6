"""Sentences about a match: why this mentor, why not that one, why nobody."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mentoring.matching import RULE_NAMES, Rule
from mentoring.matching.people import rules_in

if TYPE_CHECKING:
    from mentoring.matching.result import Unmatched

CRITERION_NAMES = {
    "competency": "Strong where it is needed",
    "account_type": "Same kind of account",
    "therapeutic_area": "Therapeutic area",
    "market": "Market",
    "language": "Language",
    "time_zone": "Shared working hours",
}
WHY_NOT = {
    Rule.SAME_PERSON: "Nobody mentors themselves.",
    Rule.REPORTING_LINE: "They stand in the same reporting line.",
    Rule.FORMER_MANAGER: "Former managers do not mentor.",
    Rule.CONFLICT_OF_INTEREST: "There is a conflict of interest on an account.",
    Rule.NO_COMMON_LANGUAGE: "They have no language in common.",
    Rule.TOO_FEW_COMMON_HOURS: "Their working hours overlap too little.",
    Rule.MENTOR_PAUSED: "The mentor is paused.",
    Rule.MENTOR_FULL: "The mentor has no free hours.",
    Rule.EXCLUDED_BY_PERSON: "L&D ruled this pair out.",
    Rule.EXCLUDED_BY_MENTOR: "The mentor ruled this pair out.",
}
SHORT = {
    **RULE_NAMES,
    Rule.EXCLUDED_BY_PERSON: "Ruled out by L&D",
    Rule.MENTOR_FULL: "Mentor has no free hours",
}


IN_A_WORD = {
    "competency": "strengths",
    "account_type": "accounts",
    "therapeutic_area": "area",
    "market": "market",
    "language": "language",
    "time_zone": "hours",
}


def points_line(points: Mapping[str, int]) -> str:
    """Where the fit comes from, of 100: "strengths 36 · market 10"."""
    return " · ".join(
        f"{word} {points[name] / 10:.0f}" for name, word in IN_A_WORD.items() if points.get(name)
    )


def why_not(mask: int) -> list[str]:
    """A sentence per rule against a pair; empty when nothing speaks against it."""
    return [WHY_NOT[rule] for rule in rules_in(mask)]


def rule_names(mask: int) -> str:
    """The rules in few words: "Same reporting line, no common language"."""
    names = [SHORT[rule] for rule in rules_in(mask)]
    return ", ".join([names[0], *(name[0].lower() + name[1:] for name in names[1:])]) if names else ""


def reason_of(unmatched: "Unmatched") -> str:
    """Why somebody has no mentor, counted per rule or as a shortage of hours."""
    if unmatched.shortage is not None:
        return str(unmatched.shortage)
    if not unmatched.blocked:
        return "There is nobody in the mentor pool."
    counted = sorted(unmatched.blocked.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{SHORT[rule].lower()} ({count})" for rule, count in counted]
    return f"No mentor is possible: {', '.join(parts)}."
