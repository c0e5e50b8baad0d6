"""Circles in reporting lines. Pure, and linear in the number of people."""

from collections.abc import Mapping


def cycles(manager_of: Mapping[str, str]) -> list[list[str]]:
    """Every circle, each from its smallest member upwards: ``[a, b]`` when a reports to b and b to a.

    ``manager_of`` has an empty string, or no entry, where the line ends.
    """
    seen: dict[str, int] = {}
    found = []
    for walk, start in enumerate(manager_of, 1):
        person = start
        while person and person not in seen:
            seen[person] = walk
            person = manager_of.get(person, "")
        if person and seen[person] == walk:
            found.append(_members(manager_of, person))
    return found


def _members(manager_of: Mapping[str, str], start: str) -> list[str]:
    members = [start]
    person = manager_of[start]
    while person != start:
        members.append(person)
        person = manager_of[person]
    first = members.index(min(members))
    return members[first:] + members[:first]
