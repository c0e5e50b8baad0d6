"""Numbers that follow each other tell nothing about one person."""

import datetime

from metrics.arms import Arm, Measure
from metrics.measures import HIDDEN
from metrics.queries import results
from metrics.services import release_figures
from tests.factories.metrics import lives, released_cohort

START = datetime.date(2024, 1, 15)
FIRST = datetime.date(2025, 2, 1)
LATER = datetime.date(2025, 9, 1)


def retention():
    return results().of(Measure.RETENTION, Arm.PROGRAM)


def promotions():
    return results().of(Measure.PROMOTIONS, Arm.PROGRAM)


def people(promoted_later):
    """Five are promoted in the first year; some more in June 2025."""
    made = lives(20, left=[datetime.date(2024, 6, 1)] * 5, promoted=[datetime.date(2024, 9, 1)] * 5)
    for life in made[5 : 5 + promoted_later]:
        life.promoted = [datetime.date(2025, 6, 1)]
    return made


def test_one_more_promotion_waits(acme):
    released_cohort(START, selected=people(promoted_later=1))
    release_figures(acme, as_of=FIRST)
    release_figures(acme, as_of=LATER)
    assert (promotions().events, promotions().as_of) == (5, FIRST)


def test_five_more_are_shown(acme):
    released_cohort(START, selected=people(promoted_later=5))
    release_figures(acme, as_of=FIRST)
    release_figures(acme, as_of=LATER)
    assert (promotions().events, promotions().as_of) == (10, LATER)


def test_what_did_not_change_goes_on_with_the_date(acme):
    released_cohort(START, selected=people(promoted_later=1))
    release_figures(acme, as_of=FIRST)
    release_figures(acme, as_of=LATER)
    assert (retention().value, retention().as_of) == (0.75, LATER)


def test_a_hidden_number_may_be_followed_by_any(acme):
    made = released_cohort(START, selected=lives(20, left=[datetime.date(2024, 6, 1)] * 4))
    release_figures(acme, as_of=FIRST)
    assert retention().hidden == HIDDEN
    person = made.selected[10]
    person.termination_date = datetime.date(2024, 7, 1)
    person.save()
    release_figures(acme, as_of=LATER)
    assert retention().value == 0.75
