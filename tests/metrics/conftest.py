import datetime

import pytest
from django.core.cache import cache

from tests.factories.metrics import lives, released_cohort

RELEASED = datetime.date(2024, 1, 15)


@pytest.fixture(autouse=True)
def _measure_anew():
    """What was measured is remembered for a while, and organizations' ids come back after the tests."""
    cache.clear()


@pytest.fixture
def world(acme):
    """Twenty selected, of whom five left within a year and six were promoted; twenty not selected, of whom
    eight left and five were promoted."""
    return released_cohort(
        RELEASED,
        selected=lives(20, left=[datetime.date(2024, 6, 1)] * 5, promoted=[datetime.date(2025, 3, 1)] * 6),
        passed_over=lives(20, left=[datetime.date(2024, 4, 1)] * 8, promoted=[datetime.date(2025, 3, 1)] * 5),
    )
