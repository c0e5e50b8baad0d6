"""Reading how far assessors agree: a worker's numbers with names and words."""

from dataclasses import dataclass
from typing import Any

from cohorts.models import Cohort, Competency
from selection.models import Assessor, Exercise, ReliabilityReport, Scoresheet
from selection.queries.conflicts import counts
from selection.reliability import WHY, Design, Gap

# How a coefficient is read: Koo & Li (2016), Journal of Chiropractic Medicine 15:155–163.
READ = ((0.9, "excellent"), (0.75, "good"), (0.5, "moderate"))
STRICT, ALIKE, NARROW = 0.5, 0.7, 0.8


@dataclass(frozen=True)
class Coefficient:
    """A value with its interval and how it is read."""

    kind: str
    value: float
    low: float | None
    high: float | None
    n: int
    raters: int

    @property
    def read(self) -> str:
        return next((word for least, word in READ if self.value >= least), "poor")


@dataclass(frozen=True)
class AgreementRow:
    """One competency in one exercise."""

    exercise: Exercise
    competency: Competency
    single: Coefficient | None
    average: Coefficient | None
    alpha: Coefficient | None
    why: str


@dataclass(frozen=True)
class RaterRow:
    """How one assessor rates: severity in scale points (above zero is stricter), halo, use of the scale."""

    assessor: Assessor
    ratings: int
    severity: float | None
    low: float | None
    high: float | None
    halo: float | None
    lowest: int
    highest: int
    mean: float
    deviation: float | None
    shares: list[float]

    @property
    def remarks(self) -> list[str]:
        """What to talk about, in words; each only where it is beyond chance or plain to see."""
        found = []
        if self.severity is not None and self.low is not None and self.high is not None:
            if self.low > 0 and self.severity >= STRICT:
                found.append("stricter than the others")
            if self.high < 0 and self.severity <= -STRICT:
                found.append("milder than the others")
        if self.halo is not None and self.halo >= ALIKE:
            found.append("rates competencies much alike")
        if self.shares and max(self.shares) >= NARROW:
            found.append(f"gives {self.shares.index(max(self.shares)) + 1} most of the time")
        return found


@dataclass(frozen=True)
class Reliability:
    """The report of a cohort; ``is_stale`` when sheets came in since."""

    report: ReliabilityReport
    rows: list[AgreementRow]
    raters: list[RaterRow]
    groups: int
    is_stale: bool


def reliability_of(cohort: Cohort) -> Reliability | None:
    """The last report of a cohort with names; None while nobody asked for one. A fixed number of queries."""
    report = ReliabilityReport.objects.filter(cohort=cohort).first()
    if report is None:
        return None
    content = report.content or {"cells": [], "raters": []}
    handed_in = Scoresheet.objects.filter(counts(), candidate__cohort=cohort)
    submitted = handed_in.filter(state=Scoresheet.State.SUBMITTED).count()
    raters = _raters(cohort, content.get("raters", []))
    groups = len({each["group"] for each in content.get("raters", [])})
    stale = not report.is_awaited and submitted != report.sheets
    return Reliability(report, _rows(cohort, content.get("cells", [])), raters, groups, stale)


def _rows(cohort: Cohort, cells: list[dict[str, Any]]) -> list[AgreementRow]:
    exercises = {each.pk: each for each in Exercise.objects.filter(plan__cohort=cohort)}
    competencies = {each.pk: each for each in Competency.objects.filter(program=cohort.program_id)}
    rows = [
        _row(exercises[cell["exercise"]], competencies[cell["competency"]], cell)
        for cell in cells
        if cell["exercise"] in exercises and cell["competency"] in competencies
    ]
    return sorted(rows, key=lambda row: (row.exercise.position, row.exercise.pk, row.competency.position))


def _row(exercise: Exercise, competency: Competency, cell: dict[str, Any]) -> AgreementRow:
    why = Gap[cell["gap"]].value if "gap" in cell else WHY[Design(cell["design"])]
    return AgreementRow(
        exercise,
        competency,
        _coefficient(cell.get("single")),
        _coefficient(cell.get("average")),
        _coefficient(cell.get("alpha"), "Alpha"),
        why,
    )


def _coefficient(kept: dict[str, Any] | None, kind: str = "") -> Coefficient | None:
    if kept is None:
        return None
    name = kept.get("kind", kind)
    return Coefficient(name, kept["value"], kept["low"], kept["high"], kept["n"], kept["raters"])


def _raters(cohort: Cohort, kept: list[dict[str, Any]]) -> list[RaterRow]:
    panel = Assessor.objects.filter(cohort=cohort).select_related("person")
    known = {each.pk: each for each in panel.order_by("person__last_name_key", "pk")}
    by_key = {each["assessor"]: each for each in kept}
    fields = (
        "ratings",
        "severity",
        "low",
        "high",
        "halo",
        "lowest",
        "highest",
        "mean",
        "deviation",
        "shares",
    )
    return [
        RaterRow(assessor, *(by_key[key][name] for name in fields))
        for key, assessor in known.items()
        if key in by_key
    ]
