"""The measures' estimators: pure functions, tested against independent packages and published tables.

Plain Python: pages compute them too, and neither numpy nor scipy belongs into the processes that serve pages.
"""

from cohorts.estimates import CONFIDENCE, Estimate, proportion

from .change import Change, mean, mean_change
from .exact import fisher
from .impact import Comparison, Group, GroupImpact, Impact, adverse_impact
from .proportions import difference, ratio
from .rates import rate
from .strata import Across, Stratum, across
from .survival import Curve, kaplan_meier, months_later

__all__ = [
    "CONFIDENCE",
    "Across",
    "Change",
    "Comparison",
    "Curve",
    "Estimate",
    "Group",
    "GroupImpact",
    "Impact",
    "Stratum",
    "across",
    "adverse_impact",
    "difference",
    "fisher",
    "kaplan_meier",
    "mean",
    "mean_change",
    "months_later",
    "proportion",
    "rate",
    "ratio",
]
