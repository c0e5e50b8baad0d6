"""Pools to match, believable and of any size, and what scipy alone would have to solve."""

import random

import numpy as np

from mentoring.matching import Mentor, Person
from mentoring.matching.result import Result
from mentoring.matching.seating import Seats, expanded_costs


def matching_pool(people: int, mentors: int, seed: int = 5) -> tuple[list[Person], list[Mentor]]:
    """A believable pool, the same for the same seed."""
    chance = random.Random(seed)
    places = [("US", "America/New_York", "en"), ("FR", "Europe/Paris", "fr"), ("JP", "Asia/Tokyo", "ja")]
    skills = [f"skill {n}" for n in range(6)]

    def common() -> dict:
        market, zone, language = chance.choices(places, (6, 3, 2))[0]
        return {
            "market": market,
            "zone": zone,
            "languages": (language, "en") if chance.random() < 0.7 else (language,),
            "account_types": frozenset(chance.sample(["idn", "payer", "aco", "pbm", "gpo"], 2)),
            "therapeutic_areas": frozenset(chance.sample(["onc", "imm", "cardio", "neuro"], 2)),
            "line": (f"m{chance.randrange(mentors)}",),
        }

    return (
        [
            Person(key=f"p{n}", needs={skill: chance.random() for skill in skills}, **common())
            for n in range(people)
        ],
        [
            Mentor(
                key=f"m{n}",
                strengths={skill: chance.random() for skill in skills},
                seats=chance.randint(1, 5),
                load=chance.randint(0, 1),
                **common(),
            )
            for n in range(mentors)
        ],
    )


def expanded_matrix(result: Result) -> np.ndarray:
    """The whole model as one matrix: people × (seats, and one "unmatched" option each)."""
    seats = Seats.of(result.free, result.load, len(result.people))
    lots = np.random.default_rng(1).integers(0, 2**63, result.cost.shape, dtype=np.uint64)
    allowed = result.eligible & (result.free > 0)
    costs, unmatched = expanded_costs(result.cost, allowed, seats, result.load_points, lots)
    costs[costs == unmatched] *= 2
    return np.hstack([costs, np.full((len(costs), len(costs)), unmatched)])
