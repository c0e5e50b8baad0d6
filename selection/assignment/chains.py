"""Chains of assessors each of whom takes a sitting over from the one before.

The residual network of the flow has candidates × exercises × assessors arcs; only the assessors carry a cost,
so it folds into a network of assessors alone. A chain keeps every sitting as full as it was and moves one
rating's weight from its start to its end: those between carry what they carried.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .bits import members
from .board import Board, Move


@dataclass(frozen=True)
class Reach:
    """Whom chains of one weight lead to, the nearest first, and through whom."""

    board: Board
    weight: int
    before: dict[int, int | None]

    @property
    def order(self) -> list[int]:
        return list(self.before)

    def hand_on_to(self, end: int) -> int:
        """Hand sittings on along the chain to its end; the start that it came from."""
        while (giver := self.before[end]) is not None:
            self.board.apply([self._least_repeating(giver, end)])
            end = giver
        return end

    def moves_to(self, end: int) -> list[Move]:
        """The same without doing it, each time the first sitting that can be handed on."""
        moves = []
        while (giver := self.before[end]) is not None:
            moves.append(next(self._moves(giver, end)))
            end = giver
        return moves

    def _moves(self, giver: int, taker: int) -> Iterator[Move]:
        for sitting in self.board.handed_on(giver, self.weight):
            if self.board.newcomers(sitting) >> taker & 1:
                yield Move(sitting, giver, taker)

    def _least_repeating(self, giver: int, taker: int) -> Move:
        board = self.board

        def familiar(move: Move) -> tuple[tuple[int, int], int]:
            others = board.sits[move.sitting] & ~(1 << giver)
            candidate = board.sittings[move.sitting].candidate
            return board.ties.familiarity(candidate, others, taker), move.sitting

        return min(self._moves(giver, taker), key=familiar)


def reach(board: Board, starts: Iterable[int], weight: int) -> Reach:
    """Breadth first, so that chains are as short as can be."""
    before: dict[int, int | None] = dict.fromkeys(starts)
    seen = 0
    for start in before:
        seen |= 1 << start
    front = list(before)
    for giver in front:
        near = 0
        for sitting in board.handed_on(giver, weight):
            near |= board.newcomers(sitting)
        for taker in members(near & ~seen):
            before[taker] = giver
            front.append(taker)
        seen |= near
    return Reach(board, weight, before)
