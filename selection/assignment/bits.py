"""Small sets as the bits of whole numbers: a panel fits into one, and a union is one step."""

from collections.abc import Iterable, Iterator


def members(bits: int) -> Iterator[int]:
    """The numbers in the set, ascending."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def bits_of(numbers: Iterable[int]) -> int:
    """The set of these numbers."""
    found = 0
    for number in numbers:
        found |= 1 << number
    return found
