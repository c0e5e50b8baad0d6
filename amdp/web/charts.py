"""A chart is a finding, a drawing and the numbers. The browser draws it; see ``static/js/charts.js``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Chart:
    """What ``{% chart %}`` needs.

    ``spec`` is Vega-Lite without size, fonts and axis looks; a colour is written as the name of a token,
    ``"--chart-1"``, so that it follows light, dark and the organization's colour. Without one, where every
    number is hidden, only the table stands. ``rows`` are shown as
    they are, so they come formatted; the first cell of each heads its row.
    """

    name: str
    finding: str
    spec: dict[str, Any]
    description: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    note: str = ""
    height: int = field(default=280)
