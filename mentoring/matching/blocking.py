"""The hard rules as one bitmask per pair, so that "why not this mentor" is a look-up."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .fit import Matrix, no_common_language, shares_any
from .people import Mentor, Person, Rule, Rules

Mask = NDArray[np.uint16]


def blocked_pairs(people: Sequence[Person], mentors: Sequence[Mentor], rules: Rules, hours: Matrix) -> Mask:
    """People × mentors; zero where nothing speaks against the pair. `hours`: common working hours."""
    mask = np.zeros((len(people), len(mentors)), np.uint16)
    _mark_humans(mask, people, mentors, rules)
    if rules.conflict_of_interest:
        mask[_conflicted(people, mentors)] |= Rule.CONFLICT_OF_INTEREST.value
    if rules.common_language:
        mask[no_common_language(people, mentors)] |= Rule.NO_COMMON_LANGUAGE.value
    mask[hours < rules.common_hours] |= Rule.TOO_FEW_COMMON_HOURS.value
    mask[:, np.array([each.paused for each in mentors], bool)] |= Rule.MENTOR_PAUSED.value
    mask[:, np.array([each.seats < 1 for each in mentors], bool)] |= Rule.MENTOR_FULL.value
    return mask


def _mark_humans(mask: Mask, people: Sequence[Person], mentors: Sequence[Mentor], rules: Rules) -> None:
    """Rules that name single humans: a few look-ups per person or mentor, never one per pair."""
    row_of = {each.key: number for number, each in enumerate(people)}
    column_of = {each.key: number for number, each in enumerate(mentors)}
    for row, person in enumerate(people):
        named = {
            Rule.SAME_PERSON: (person.key,),
            Rule.REPORTING_LINE: person.line[: rules.line_levels],
            Rule.FORMER_MANAGER: person.former_managers if rules.former_manager else (),
            Rule.EXCLUDED_BY_PERSON: person.excludes,
        }
        for rule, keys in named.items():
            for key in keys:
                if key in column_of:
                    mask[row, column_of[key]] |= rule.value
    for column, mentor in enumerate(mentors):
        for key in mentor.line[: rules.line_levels]:
            if key in row_of:
                mask[row_of[key], column] |= Rule.REPORTING_LINE.value
        for key in mentor.excludes:
            if key in row_of:
                mask[row_of[key], column] |= Rule.EXCLUDED_BY_MENTOR.value


def _conflicted(people: Sequence[Person], mentors: Sequence[Mentor]) -> NDArray[np.bool_]:
    mentor_may_not = shares_any([each.accounts for each in people], [each.conflicts for each in mentors])
    person_may_not = shares_any([each.conflicts for each in people], [each.accounts for each in mentors])
    return mentor_may_not | person_may_not
