"""Working out how far the assessors of a cohort agree. For workers: loads numpy and scipy."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Avg
from django.utils import timezone

from selection.models import Rating, ReliabilityReport, Scoresheet
from selection.queries.conflicts import counts
from selection.reliability import Undefined, spreads
from selection.reliability.alpha import alpha
from selection.reliability.halo import halos
from selection.reliability.icc import icc
from selection.reliability.severity import severities
from selection.reliability.tables import table_of

Cell = tuple[int, int]
DIGITS = 6


@dataclass
class Given:
    """The ratings handed in. Means are over the behaviours of one sheet.

    ``cells``: by exercise and competency (candidate, assessor, mean); ``whole``: ((candidate, exercise),
    assessor, mean over the sheet); ``by_competency``: per assessor and candidate, the means by competency;
    ``scores``: (assessor, score) behaviour by behaviour.
    """

    cells: dict[Cell, list[tuple[int, int, float]]] = field(default_factory=lambda: defaultdict(list))
    whole: list[tuple[str, int, float]] = field(default_factory=list)
    by_competency: list[tuple[int, int, int, float]] = field(default_factory=list)
    scores: list[tuple[int, int]] = field(default_factory=list)


def measure(report_id: int) -> None:
    """Work a report out; safe to run twice, the same ratings give the same numbers."""
    report = ReliabilityReport.objects.get(pk=report_id)
    begun = timezone.now()
    submitted = Scoresheet.objects.filter(
        counts(), candidate__cohort=report.cohort_id, state=Scoresheet.State.SUBMITTED
    )
    sheets = submitted.count()
    content = content_of(given_in(report.cohort_id), seed=f"cohort-{report.cohort_id}")
    ReliabilityReport.objects.filter(pk=report.pk).update(
        content=content, sheets=sheets, worked_out_at=max(begun, report.asked_at)
    )


def given_in(cohort: int) -> Given:
    """Every rating of the submitted sheets of a cohort; two queries. Candidates who withdrew are among them:
    how their assessors rated them says how these rate. What L&D left out is not."""
    rows = Rating.objects.filter(
        counts("scoresheet__"),
        scoresheet__candidate__cohort=cohort,
        scoresheet__state=Scoresheet.State.SUBMITTED,
    ).order_by()
    keys = ("scoresheet__exercise_id", "scoresheet__candidate_id", "scoresheet__assessor_id")
    found = Given()
    sheets: dict[tuple[str, int], list[float]] = defaultdict(list)
    halo: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    means = rows.values_list(*keys, "behavior__competency_id").annotate(mean=Avg("score"))
    for exercise, candidate, assessor, competency, mean in means:
        value = float(mean)
        found.cells[exercise, competency].append((candidate, assessor, value))
        sheets[f"{candidate}:{exercise}", assessor].append(value)
        halo[assessor, candidate, competency].append(value)
    found.whole = [(unit, assessor, _mean(values)) for (unit, assessor), values in sorted(sheets.items())]
    found.by_competency = [(*key, _mean(values)) for key, values in sorted(halo.items())]
    found.scores = list(rows.values_list("scoresheet__assessor_id", "score"))
    return found


def content_of(given: Given, *, seed: str) -> dict[str, Any]:
    """What a report holds, from ratings: plain numbers, ids and words' keys."""
    return {
        "cells": [_cell(cell, sorted(rated), seed) for cell, rated in sorted(given.cells.items())],
        "raters": _raters(given),
    }


def _cell(cell: Cell, rated: list[tuple[int, int, float]], seed: str) -> dict[str, Any]:
    table = table_of(rated)
    found = icc(table)
    said: dict[str, Any] = {"exercise": cell[0], "competency": cell[1]}
    if isinstance(found, Undefined):
        said |= {"gap": found.gap.name, "n": found.n}
    else:
        said |= {
            "design": found.design.value,
            "single": _rounded(asdict(found.single)),
            "average": _rounded(asdict(found.average)) if found.average else None,
        }
    agreed = alpha(table, f"{seed}-{cell[0]}-{cell[1]}")
    said["alpha"] = None if isinstance(agreed, Undefined) else _rounded(asdict(agreed))
    return said


def _raters(given: Given) -> list[dict[str, Any]]:
    severe = {each.rater: each for each in severities(table_of(given.whole))}
    halo = {each.rater: each for each in halos(given.by_competency)}
    found = []
    for spread in spreads(given.scores):
        one = severe[spread.rater]
        found.append(
            _rounded(
                {
                    "assessor": spread.rater,
                    "ratings": spread.n,
                    "severity": one.points,
                    "low": one.low,
                    "high": one.high,
                    "group": one.group,
                    "halo": halo[spread.rater].value,
                    "lowest": spread.lowest,
                    "highest": spread.highest,
                    "mean": spread.mean,
                    "deviation": spread.deviation,
                    "shares": [round(spread.shares[point], DIGITS) for point in sorted(spread.shares)],
                }
            )
        )
    return found


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, DIGITS) if isinstance(value, float) else value for name, value in values.items()
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
