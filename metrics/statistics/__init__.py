"""The measures' estimators: pure functions, tested against independent packages and published tables.

Plain Python: pages compute them too, and neither numpy nor scipy belongs into the processes that serve pages.
"""

from .change import Change, mean, mean_change
from .estimates import CONFIDENCE, Estimate
from .proportions import difference, proportion
from .rates import rate
from .survival import Curve, kaplan_meier, months_later

__all__ = [
    "CONFIDENCE",
    "Change",
    "Curve",
    "Estimate",
    "difference",
    "kaplan_meier",
    "mean",
    "mean_change",
    "months_later",
    "proportion",
    "rate",
]
