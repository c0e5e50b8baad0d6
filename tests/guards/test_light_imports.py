import subprocess
import sys

import pytest
from django.conf import settings

PURE = [
    "mentoring.matching",
    "metrics.statistics",
    "metrics.suppression",
    "selection.assignment",
    "selection.dayplan",
    "selection.ranking",
    "selection.reliability",
]
# Measures with every kind of interval, as the outcomes page does, in a process that serves pages.
SERVE = """
import datetime, sys, django
django.setup()
import metrics.api.outcomes, metrics.views.outcomes, metrics.views.impact
from metrics.arms import Arm, Spell
from metrics.measures import measure_all
start, stop = datetime.date(2024, 1, 1), datetime.date(2026, 1, 1)
left, risen = datetime.date(2024, 6, 1), datetime.date(2024, 5, 1)
lives = [
    Spell(
        person=n, arm=arm, program=1, start=start, stop=stop, end=left if n < 6 else None,
        promotions=(risen,) if n < 9 else (), promotable_until=stop,
    )
    for n in range(40) for arm in Arm
]
assert all(one.figure.high for one in measure_all(lives, stop))
print(*({'scipy', 'numpy'} & sys.modules.keys()))
from django.urls import get_resolver
get_resolver().url_patterns
print(*({'scipy', 'numpy'} & sys.modules.keys()))
"""


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_load_neither_scipy_numpy_nor_django(module: str) -> None:
    """Pages name rules and hide small numbers; only background work may pay for numpy and scipy."""
    assert (
        _loaded_by(f"import sys, {module}; print(*({{'scipy', 'numpy', 'django'}} & sys.modules.keys()))")
        == []
    )


def test_pages_and_measuring_outcomes_load_neither_scipy_nor_numpy() -> None:
    assert _loaded_by(SERVE) == []


def _loaded_by(program: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )
    return ran.stdout.split()
