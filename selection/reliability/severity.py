"""Who rates low and who rates high, when raters did not see the same candidates."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from .results import CONFIDENCE, Severity, tail_of
from .tables import Grid, Table


@dataclass(frozen=True, eq=False)
class _Fit:
    """Effect of each rater, their covariance but for the error's variance, and the sum of squared residuals."""

    effects: Grid
    inverse: Grid
    residual: float


def severities(table: Table, confidence: float = CONFIDENCE) -> list[Severity]:
    """How far each rater is from the others on the same candidates, in the order of the table's raters.

    Score = candidate + rater + error, by least squares over whatever was rated; severity is minus the rater's
    effect, and within each group of connected raters these add up to zero. Raters are connected who share a
    candidate, or are each connected with a third: only then the data say how they compare (Searle (1971), Linear
    Models, section 7.4). Student's interval with the residual error of all groups together. Shown, never applied
    to a score. Raises ValueError for a confidence not between 0 and 1.
    """
    tail = tail_of(confidence)
    if not table.raters:
        return []
    groups = connected(table)
    fit = _fit(table, groups)
    freedom = int(table.known.sum()) - len(table.candidates) - len(table.raters) + max(groups) + 1
    reach = _reach(fit, freedom, tail) if freedom else None
    seen = table.known.sum(axis=0)
    return [
        Severity(rater, groups[place], *_points(fit, groups, reach, place), int(seen[place]))
        for place, rater in enumerate(table.raters)
    ]


def _reach(fit: _Fit, freedom: int, tail: float) -> Grid:
    # a rater alone has a variance of zero, which floats may leave below
    variances = fit.residual / freedom * np.maximum(np.diag(fit.inverse), 0)
    return np.asarray(stdtrit(freedom, 1 - tail) * np.sqrt(variances), dtype=np.float64)


def _points(
    fit: _Fit, groups: list[int], reach: Grid | None, place: int
) -> tuple[float | None, float | None, float | None]:
    if groups.count(groups[place]) == 1:
        return None, None, None
    points = -float(fit.effects[place])
    if reach is None:
        return points, None, None
    return points, points - float(reach[place]), points + float(reach[place])


def connected(table: Table) -> list[int]:
    """The group of each rater, numbered from 0 as they come."""
    seen = table.known
    group = [-1] * len(table.raters)
    for first in range(len(group)):
        if group[first] >= 0:
            continue
        members = np.zeros(len(group), bool)
        grown = np.arange(len(group)) == first
        while (grown != members).any():
            members = grown
            grown = seen[seen[:, members].any(axis=1)].any(axis=0)
        number = max(group) + 1
        group = [number if member else old for member, old in zip(members, group, strict=True)]
    return group


def _fit(table: Table, groups: list[int]) -> _Fit:
    """Candidates are swept out first, so what is solved is as large as the panel, however many candidates."""
    seen = table.known.astype(float)
    per_candidate = seen.sum(axis=1)
    means = np.nansum(table.values, axis=1) / per_candidate
    off = np.where(table.known, table.values - means[:, None], 0.0)
    normal = np.diag(seen.sum(axis=0)) - seen.T @ (seen / per_candidate[:, None])
    # effects of a group are known up to a constant; with these ones added they come out adding up to zero
    numbers = np.array(groups)
    ones = (numbers[:, None] == numbers) / np.bincount(numbers)[numbers]
    inverse = np.linalg.inv(normal + ones) - ones
    right = off.sum(axis=0)
    effects = inverse @ right
    residual = float((off**2).sum() - effects @ right)
    return _Fit(effects, inverse, max(residual, 0.0))
