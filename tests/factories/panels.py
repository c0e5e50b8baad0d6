"""Assessment centres to assign, believable and of any size."""

import random

from selection.assignment import Assessor, Exercise, Problem


def panel_problem(candidates: int, exercises: int, assessors: int, seed: int = 3) -> Problem:
    """Most assessors trained for most exercises, some with a maximum, some conflicts; the same for the same
    seed."""
    chance = random.Random(seed)
    people, tasks = range(1000, 1000 + assessors), range(1, exercises + 1)
    level = 2 * candidates * exercises / assessors
    return Problem(
        candidates=range(candidates),
        exercises=[Exercise(each) for each in tasks],
        assessors=[
            Assessor(
                each,
                frozenset(chance.sample(tasks, chance.randint(max(1, exercises - 2), exercises))),
                int(level * 1.2) if chance.random() < 0.4 else None,
            )
            for each in people
        ],
        conflicts={
            each: set(chance.sample(people, chance.randint(0, assessors // 10))) for each in range(candidates)
        },
    )
