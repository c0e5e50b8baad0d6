"""The measures' estimators: pure functions, tested against independent packages and published tables.

scipy is large and loads slowly, so the functions that need it import it when they are called.
"""

from .change import Change, mean_change
from .estimates import CONFIDENCE, Estimate
from .proportions import difference, proportion
from .rates import person_years, rate
from .survival import Curve, Retention, kaplan_meier, months_later, retention, retention_curve

__all__ = [
    "CONFIDENCE",
    "Change",
    "Curve",
    "Estimate",
    "Retention",
    "difference",
    "kaplan_meier",
    "mean_change",
    "months_later",
    "person_years",
    "proportion",
    "rate",
    "retention",
    "retention_curve",
]
