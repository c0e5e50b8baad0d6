"""A number as it may be shown: with its n, its events, its interval, its day, or the reason why it is hidden."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from metrics.arms import Measure

ALL = "all"


@dataclass(frozen=True)
class Step:
    """The curve after some months: the share still employed, and how many were still observed."""

    month: int
    share: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True)
class Figure:
    """One measure of one group in one program (or in all): what page, files and API are made of.

    ``events`` are people retained, or promotions. ``hidden`` says in words why there is no value.
    """

    measure: str
    scope: str
    arm: str
    as_of: date
    n: int | None = None
    events: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    person_years: float | None = None
    hidden: str = ""
    steps: tuple[Step, ...] = field(default=())

    @property
    def is_shown(self) -> bool:
        return not self.hidden

    @property
    def title(self) -> str:
        return Measure(self.measure).label

    def as_json(self) -> dict[str, Any]:
        """For storing it; ``from_json`` reads it back."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Figure":
        steps = tuple(Step(**step) for step in facts["steps"])
        return cls(**facts | {"as_of": date.fromisoformat(facts["as_of"]), "steps": steps})
