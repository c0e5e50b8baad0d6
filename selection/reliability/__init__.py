"""How far raters agree, and how each of them rates. Pure: ratings in, coefficients with intervals and n out.

The words and results are here, for pages. What computes (``tables`` and all that takes a table: ``icc``,
``alpha``, ``severity``, ``halo``) loads numpy and scipy: import it from its module, where it is called and in
background work. Ratings are never changed by any of it: what is found about raters is shown, not applied.
"""

from .results import (
    CONFIDENCE,
    WHY,
    Alpha,
    Chosen,
    Design,
    Gap,
    Halo,
    Icc,
    Kind,
    Severity,
    Undefined,
)
from .spread import Spread, spreads

__all__ = [
    "CONFIDENCE",
    "WHY",
    "Alpha",
    "Chosen",
    "Design",
    "Gap",
    "Halo",
    "Icc",
    "Kind",
    "Severity",
    "Spread",
    "Undefined",
    "spreads",
]
