"""Circles in reporting lines, of any length."""

from hypothesis import given
from hypothesis import strategies as st

from amdp.imports.lines import cycles


def test_a_circle_is_named_from_its_smallest_member():
    assert cycles({"c": "a", "a": "b", "b": "c", "d": "c", "top": ""}) == [["a", "b", "c"]]
    assert cycles({"a": "a"}) == [["a"]]
    assert cycles({"a": "b", "b": "outside"}) == []


@given(st.lists(st.integers(1, 6), max_size=5), st.lists(st.integers(0, 1000), max_size=40), st.randoms())
def test_every_circle_is_found_and_nothing_else(lengths, tails, chance):
    manager_of, circles, taken = {}, [], 0
    for length in lengths:
        members = [f"{number:04}" for number in range(taken, taken + length)]
        taken += length
        circles.append(members)
        manager_of |= dict(zip(members, [*members[1:], members[0]], strict=True))
    for place, above in enumerate(tails):
        people = list(manager_of)
        manager_of[f"tail{place}"] = people[above % len(people)] if people and above % 5 else ""
    shuffled = list(manager_of.items())
    chance.shuffle(shuffled)
    assert sorted(cycles(dict(shuffled))) == circles


def test_a_long_line_is_no_problem():
    line = {str(number): str(number + 1) for number in range(100_000)}
    assert cycles(line) == []
    assert len(cycles(line | {"100000": "0"})[0]) == 100_001
