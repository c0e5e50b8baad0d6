"""Last: everybody comparable, and candidates meeting different people, without touching places or loads.

A local search over exchanges that leave every sitting as full and the loads, as a whole, as they were. An
exchange stays when it lowers, in this order: the groups of assessors that nothing ties together, the partners
that assessors are missing, meetings that repeat, seats of the former plan that were lost. It ends when no
exchange it knows helps, or after a fixed number of tries.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from .bits import bits_of, members
from .board import Board, Move
from .chains import reach

TRIES = 20_000
CHAIN = 8  # what looking for a chain takes, in tries
NOBODY = -1
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
        panel, sittings = range(len(self.board.assessors)), range(len(self.board.sittings))
        for aim, exchanges, places in (
            (Aim.LINK, self._ties, [NOBODY, *panel]),
            (Aim.VARIETY, self._fresh_faces, sittings),
            (Aim.RETURN, self._returns, sittings),
        ):
            better = True
            while better:
                better = sum(self._until_nothing_helps(exchanges, place, aim) for place in places) > 0
            step()

    def _until_nothing_helps(
        self, exchanges: Callable[[int], Iterator[list[Move]]], place: int, aim: Aim
    ) -> bool:
        """Whether any exchange at this place helped."""
        helped = False
        while any(self._kept(moves, aim) for moves in exchanges(place)):
            helped = True
        return helped

    def _kept(self, moves: list[Move], aim: Aim) -> bool:
        """Try an exchange; take it back unless it is better."""
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

    def _ties(self, assessor: int) -> Iterator[list[Move]]:
        """Bring whoever knows too few beside somebody they have not scored with; with NOBODY, groups that stand
        apart beside each other."""
        partners = self.board.ties.partners
        if assessor == NOBODY:
            for part in self.board.ties.parts(self.board.active())[1:]:
                yield from self._beside(part, ~part)
            if self.score.parts > 1:
                yield from self._other_places()
        elif partners[assessor].bit_count() < self._wanted(assessor):
            yield from self._beside(1 << assessor, ~partners[assessor] & ~(1 << assessor))

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
                if self.tries <= 0 or not self._could_lend(sitting, into):
                    continue
                for giver in members(board.movable(sitting)):
                    for taker in members(board.newcomers(into)):
                        yield from self._neutral(Move(sitting, giver, taker, into))

    def _could_lend(self, sitting: int, into: int) -> bool:
        board = self.board
        one_more = board.sits[sitting].bit_count() == board.sits[into].bit_count() + 1
        return one_more and board.sittings[sitting].weight == board.sittings[into].weight

    def _fresh_faces(self, sitting: int) -> Iterator[list[Move]]:
        """Replace whom a candidate meets again by somebody they meet less."""
        board, met = self.board, self.board.ties.met
        candidate = board.sittings[sitting].candidate
        for giver in members(board.movable(sitting)):
            often = met[candidate, giver]
            if often > 1:
                newcomers = members(board.newcomers(sitting))
                seldom = bits_of(each for each in newcomers if met[candidate, each] < often - 1)
                yield from self._takeovers(sitting, giver, seldom)

    def _returns(self, sitting: int) -> Iterator[list[Move]]:
        """Put people back where the former plan had them."""
        planned = self.board.sittings[sitting].planned
        lost = planned & ~self.board.sits[sitting]
        if lost:
            for giver in members(self.board.movable(sitting) & ~planned):
                yield from self._takeovers(sitting, giver, lost)

    def _takeovers(self, sitting: int, giver: int, takers: int) -> Iterator[list[Move]]:
        for taker in members(takers):
            yield from self._neutral(Move(sitting, giver, taker))

    def _neutral(self, first: Move) -> Iterator[list[Move]]:
        """The ways to make this move so that the loads stay, as a whole, what they are: alone, with one move
        back, or with a longer chain back. As long as there are tries left."""
        has_back = False
        for moves in _short(self.board, first):
            if self.tries <= 0:
                return
            has_back = has_back or len(moves) > 1
            yield moves
        if self.tries > 0 and first.giver != first.taker:
            self.tries -= CHAIN
            yield from _longer(self.board, first, has_back=has_back)


def _short(board: Board, first: Move) -> Iterator[list[Move]]:
    giver, taker = first.giver, first.taker
    weight = board.sittings[first.sitting].weight
    if giver == taker:
        yield [first]
        return
    if board.load[giver] - board.load[taker] == weight and board.has_room(taker, weight):
        yield [first]
    for each in [*board.handed_on(taker, weight)]:
        if board.newcomers(each) >> giver & 1:
            yield [first, Move(each, taker, giver)]


def _longer(board: Board, first: Move, *, has_back: bool) -> Iterator[list[Move]]:
    weight = board.sittings[first.sitting].weight
    found = reach(board, [first.taker], weight)
    level = board.load[first.giver] - weight
    for end in found.order[1:]:
        returns = end == first.giver and not has_back
        shifts = end != first.giver and board.load[end] == level and board.has_room(end, weight)
        moves = found.moves_to(end) if returns or shifts else []
        if moves and all(each.giver != first.giver for each in moves):
            yield [first, *moves]


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
