"""The whole program once through, each role in the browser, with the real worker and a mail server.

One organization is told from its first login on; each step starts where the one before has ended.
"""

import pytest

from tests.journeys.stages import arrival, journey, mentors, outcomes, program, selection

STAGES = [arrival, program, selection, journey, mentors, outcomes]
pytestmark = pytest.mark.browser


def test_the_way_through(story):
    for stage in STAGES:
        for step in stage.STEPS:
            try:
                step(story)
            except BaseException as error:
                error.add_note(f"in {stage.__name__}.{step.__name__}")
                raise
