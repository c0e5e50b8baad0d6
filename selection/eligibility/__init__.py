"""Whether a person may be nominated, rule by rule, with the reason. Pure: terms and facts in, checks out."""

from selection.eligibility.days import add_months, latest_start, months_between, said
from selection.eligibility.judges import judge
from selection.eligibility.nouns import (
    ALL,
    ANY,
    EACH,
    MEAN,
    Check,
    Eligibility,
    Facts,
    Group,
    Judged,
    Scope,
    Terms,
    demands,
    sentence,
    tally,
)

__all__ = [
    "ALL",
    "ANY",
    "EACH",
    "MEAN",
    "Check",
    "Eligibility",
    "Facts",
    "Group",
    "Judged",
    "Scope",
    "Terms",
    "add_months",
    "demands",
    "judge",
    "latest_start",
    "months_between",
    "said",
    "sentence",
    "tally",
]
