"""Last: everybody comparable, and candidates meeting different people, without touching places or loads.

A local search over exchanges that leave every sitting as full and the loads, as a whole, as they were. An
exchange stays when it lowers, in this order: the groups of assessors that nothing ties together, the partners
that assessors are missing, meetings that repeat, seats of the former plan that were lost. It ends when no
exchange it knows helps, or after a fixed number of tries.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from .bits import bits_of, members
from .board import Board, Move
from .chains import reach

TRIES = 30_000
Step = Callable[[], None]


class Aim(StrEnum):
    """Why an exchange was made."""

    LINK = "link"
    VARIETY = "variety"
    RETURN = "return"


class Score(NamedTuple):
    """Lower is better, from left to right."""

    parts: int
    missing_partners: int
    repeats: int
    lost: int


class Linking:
    """One search. `touched`: the seats that came about by it, and for what."""

    def __init__(self, board: Board, tries: int = TRIES) -> None:
        self.board = board
        self.tries = tries
        self.possible = possible_partners(board)
        self.touched: dict[tuple[int, int], Aim] = {}
        self.score = self._scored()

    def run(self, step: Step) -> None:
        self._until_nothing_helps(self._introductions, Aim.LINK)
        step()
        self._until_nothing_helps(self._fresh_faces, Aim.VARIETY)
        step()
        self._until_nothing_helps(self._returns, Aim.RETURN)
        step()

    def _until_nothing_helps(self, exchanges: Callable[[], Iterator[list[Move]]], aim: Aim) -> None:
        while any(self._kept(moves, aim) for moves in exchanges()):
            pass

    def _kept(self, moves: list[Move], aim: Aim) -> bool:
        """Try an exchange; take it back unless it is better."""
        if self.tries <= 0:
            return False
        self.tries -= 1
        self.board.apply(moves)
        found = self._scored()
        if found >= self.score:
            self.board.undo(moves)
            return False
        self.score = found
        for move in moves:
            self.touched.pop((move.sitting, move.giver), None)
            self.touched[move.into, move.taker] = aim
        return True

    def _scored(self) -> Score:
        board, ties = self.board, self.board.ties
        missing = sum(
            max(0, self._wanted(each) - partners.bit_count()) for each, partners in enumerate(ties.partners)
        )
        return Score(len(ties.parts(board.active())), missing, ties.repeats, board.planned_missing())

    def _wanted(self, assessor: int) -> int:
        if not self.board.load[assessor]:
            return 0
        return min(self.board.problem.partners, self.possible[assessor].bit_count())

    # --- exchanges worth trying --------------------------------------------------------------------------

    def _introductions(self) -> Iterator[list[Move]]:
        """Bring assessors who stand apart, or know too few, beside somebody they have not scored with."""
        board, ties = self.board, self.board.ties
        parts = ties.parts(board.active())
        for part in parts[1:]:
            yield from self._beside(part, ~part)
        for each, partners in enumerate(ties.partners):
            if partners.bit_count() < self._wanted(each):
                yield from self._beside(1 << each, ~partners & ~(1 << each))
        if self.score.parts > 1:
            yield from self._other_places()

    def _beside(self, ours: int, others: int) -> Iterator[list[Move]]:
        """One of the others joins a sitting of one of ours, or one of ours a sitting of one of the others."""
        board = self.board
        for sitting, sits in enumerate(board.sits):
            for stays, joins in ((ours, others), (others, ours)):
                if not sits & stays:
                    continue
                for giver in members(board.movable(sitting)):
                    if sits & stays & ~(1 << giver):
                        yield from self._takeovers(sitting, giver, board.newcomers(sitting) & joins)

    def _other_places(self) -> Iterator[list[Move]]:
        """Where places are short: the place that stays empty can be another, of a candidate no worse off."""
        board = self.board
        short = [each for each in range(len(board.sits)) if board.missing(each)]
        for into in short:
            for sitting in range(len(board.sits)):
                if not self._could_lend(sitting, into):
                    continue
                for giver in members(board.movable(sitting)):
                    for taker in members(board.newcomers(into)):
                        yield from neutral(board, Move(sitting, giver, taker, into))

    def _could_lend(self, sitting: int, into: int) -> bool:
        board = self.board
        one_more = board.sits[sitting].bit_count() == board.sits[into].bit_count() + 1
        return one_more and board.sittings[sitting].weight == board.sittings[into].weight

    def _fresh_faces(self) -> Iterator[list[Move]]:
        """Replace whom a candidate meets again by somebody they meet less."""
        board, met = self.board, self.board.ties.met
        for sitting, about in enumerate(board.sittings):
            for giver in members(board.movable(sitting)):
                often = met[about.candidate, giver]
                if often > 1:
                    seldom = (
                        each
                        for each in members(board.newcomers(sitting))
                        if met[about.candidate, each] < often - 1
                    )
                    yield from self._takeovers(sitting, giver, bits_of(seldom))

    def _returns(self) -> Iterator[list[Move]]:
        """Put people back where the former plan had them."""
        board = self.board
        for sitting, about in enumerate(board.sittings):
            lost = about.planned & ~board.sits[sitting]
            for giver in members(board.movable(sitting) & ~about.planned):
                yield from self._takeovers(sitting, giver, lost)

    def _takeovers(self, sitting: int, giver: int, takers: int) -> Iterator[list[Move]]:
        for taker in members(takers):
            yield from neutral(self.board, Move(sitting, giver, taker))


def neutral(board: Board, first: Move) -> Iterator[list[Move]]:
    """The ways to make this move so that the loads stay, as a whole, what they are: alone, with one move back,
    or with a longer chain back."""
    giver, taker = first.giver, first.taker
    weight = board.sittings[first.sitting].weight
    if giver == taker:
        yield [first]
        return
    if board.load[giver] - board.load[taker] == weight and board.has_room(taker, weight):
        yield [first]
    back = [
        Move(each, taker, giver)
        for each in board.handed_on(taker, weight)
        if board.newcomers(each) >> giver & 1
    ]
    yield from ([first, move] for move in back)
    yield from ([first, *moves] for moves in _longer(board, first, weight, bool(back)))


def _longer(board: Board, first: Move, weight: int, has_back: bool) -> Iterable[list[Move]]:
    found = reach(board, [first.taker], weight)
    level = board.load[first.giver] - weight
    for end in found.order[1:]:
        returns = end == first.giver and not has_back
        shifts = end != first.giver and board.load[end] == level and board.has_room(end, weight)
        moves = found.moves_to(end) if returns or shifts else []
        if moves and all(each.giver != first.giver for each in moves):
            yield moves


def bridges(board: Board) -> list[Move]:
    """What would tie groups together at the cost of less even loads, the least uneven first; the board stays
    as it is."""
    made: list[Move] = []
    while move := _bridge(board):
        board.apply([move])
        made.append(move)
    board.undo(made)
    return made


def _bridge(board: Board) -> Move | None:
    parts = board.ties.parts(board.active())
    if len(parts) < 2:
        return None
    for move in sorted(
        _across(board, parts), key=lambda each: (board.load[each.taker] - board.load[each.giver], each[:3])
    ):
        board.apply([move])
        fewer = len(board.ties.parts(board.active())) < len(parts)
        board.undo([move])
        if fewer:
            return move
    return None


def _across(board: Board, parts: list[int]) -> Iterator[Move]:
    """Somebody of one group takes a place beside somebody of another."""
    group = {each: part for part in parts for each in members(part)}
    for sitting, about in enumerate(board.sittings):
        for giver in members(board.movable(sitting)):
            beside = board.sits[sitting] & ~(1 << giver)
            for taker in members(board.newcomers(sitting) if beside else 0):
                apart = not beside & group.get(taker, beside)
                if apart and board.has_room(taker, about.weight):
                    yield Move(sitting, giver, taker)


def possible_partners(board: Board) -> list[int]:
    """By assessor, with whom the rules let them score anybody together."""
    found = [0] * len(board.assessors)
    for about in board.sittings:
        together = about.able | about.fixed
        if about.need > 1:
            for each in members(together):
                found[each] |= together & ~(1 << each)
    return found
