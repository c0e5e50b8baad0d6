"""The order of the reserve. Pure: places of the ranking in, a position out."""

from collections.abc import Sequence
from itertools import pairwise

WORDS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def joins_at(order: Sequence[int | None], place: int | None) -> int:
    """Where somebody with this place in the ranking joins the reserve, counted from 0.

    ``order`` holds the places of those who are there, in the order of the reserve. The newcomer stands before
    the first person of a worse place, and behind everybody where there is none. While the reserve is in the
    order of the ranking this keeps it so. Where L&D moved it by hand, nobody who is there changes places
    with another, and nobody better than the newcomer who stands before that first worse person is passed.

    Places hold what the stored rule for ties decided, so those with equal points stand as on the slate. No
    place (too little was measured) is worse than any place; among such people the latest stands last.
    """
    return next((at for at, there in enumerate(order) if _is_worse(there, place)), len(order))


def is_by_rank(order: Sequence[int | None]) -> bool:
    """Whether the reserve is in the order of the ranking, that is nobody was moved by hand."""
    return not any(_is_worse(before, behind) for before, behind in pairwise(order))


def _is_worse(place: int | None, than: int | None) -> bool:
    return than is not None and (place is None or place > than)


def nth(number: int) -> str:
    """A place in the reserve in a sentence: ``second``, ``number 11``."""
    return WORDS[number - 1] if 1 <= number <= len(WORDS) else f"number {number}"
