"""Who is within the seats: kept ones first, then down the ranking. Pure: places and quotas in, keys out."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Seats:
    """Of a group: how many seats are kept for it, and how many it takes at most (None: as many as there are)."""

    at_least: int = 0
    at_most: int | None = None


def fitting(quotas: Mapping[str, Seats], seats: int) -> dict[str, Seats]:
    """The same quotas, with one seat after the other taken from who has most kept until they fit the seats."""
    kept = {group: quota.at_least for group, quota in quotas.items()}
    while sum(kept.values()) > seats:
        most = max(kept, key=lambda group: (kept[group], group))
        kept[most] -= 1
    return {group: Seats(kept[group], quota.at_most) for group, quota in quotas.items()}


def seated(ranked: Sequence[tuple[Key, str]], seats: int, quotas: Mapping[str, Seats]) -> set[Key]:
    """Who gets a seat. ``ranked`` is best first, each with the group; groups without a quota are not bound.

    The best of each group take the seats kept for it; the others go down the ranking to whoever's group has
    not its most yet. The rule of ``selection.sensitivity``, for one ranking.
    """
    quotas = fitting(quotas, seats)
    place: Counter[str] = Counter()
    kept: list[Key] = []
    others: list[Key] = []
    for key, group in ranked:
        place[group] += 1
        quota = quotas.get(group, Seats())
        if place[group] <= quota.at_least:
            kept.append(key)
        elif quota.at_most is None or place[group] <= quota.at_most:
            others.append(key)
    return {*kept, *others[: seats - len(kept)]}


def left_of(quotas: Mapping[str, Seats], given: Mapping[str, int]) -> dict[str, Seats]:
    """What is left of the quotas when some seats are given already."""
    return {
        group: Seats(
            max(0, quota.at_least - given.get(group, 0)),
            None if quota.at_most is None else max(0, quota.at_most - given.get(group, 0)),
        )
        for group, quota in quotas.items()
    }
