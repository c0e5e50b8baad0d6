"""The two groups whose outcomes stand side by side, and one person in one of them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices


class Arm(TextChoices):
    PROGRAM = "program", "Program"
    COMPARISON = "comparison", "Comparison"


class Measure(TextChoices):
    RETENTION = "retention_12", "12-month retention"
    CURVE = "retention_curve", "Retention over time"
    PROMOTIONS = "promotions", "Promotions per person-year"
    SKILL = "skill_level", "Skill level, 1 to 5"
    SKILL_MANAGER = "skill_manager", "Skill level seen by managers, 1 to 5"


# Measured of both groups; skill only of those selected, who are scored in the program.
OF_BOTH = (Measure.RETENTION, Measure.CURVE, Measure.PROMOTIONS)


# The comparison is never shown without these words.
UNMATCHED = "unmatched comparison: eligible nominees who were not selected"
CAVEAT = (
    "The two groups were not made alike. Selected people were chosen for their promise, so part of any difference "
    "was there before the program. And people nominated after an unusually good year tend to be closer to their "
    "own average in the next one, in both groups (regression to the mean)."
)


@dataclass(frozen=True)
class Spell:
    """One person in one group: from the selection decision until observation stops.

    ``end`` is the last day of employment when it lies before ``stop``; ``promotable_until`` closes the time at
    risk of promotion, which is ``start`` for whoever stood in the top grade already.
    """

    person: int
    arm: Arm
    program: int
    start: date
    stop: date
    end: date | None
    promotions: tuple[date, ...]
    promotable_until: date
    cohort: int = 0
    market: str = ""

    @property
    def last(self) -> date:
        """The last day of employment that is known of."""
        return self.end or self.stop


@dataclass(frozen=True)
class SkillLevel:
    """One participant's mean score in a program, and the day of the newest score in it."""

    measure: Measure
    program: int
    person: int
    level: float
    newest: date
