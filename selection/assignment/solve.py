"""The assignment: pure, deterministic, always with an answer."""

from collections.abc import Callable

from .board import Board
from .evening import even_out
from .filling import fill
from .linking import Linking
from .problem import Problem
from .reading import read
from .result import Assignment

Progress = Callable[[int, int], None]
LATER_STEPS = 4


def assign(problem: Problem, *, progress: Progress | None = None) -> Assignment:
    """Who scores whom: most places filled, then loads most even, then assessors most comparable, then meetings
    least repeated, then fewest seats of the former plan lost.

    Never against a rule or above a maximum, but for pins, which stay. The same input gives the same answer in
    any order. `progress` is told how many steps of how many are done.
    """
    board = Board(problem)
    step = _counted(sum(each.need for each in board.sittings) + LATER_STEPS, progress)
    fill(board, step)
    even_out(board)
    step()
    linking = Linking(board)
    linking.run(step)
    return read(board, linking)


def _counted(total: int, progress: Progress | None) -> Callable[[], None]:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(min(done, total), total)

    return step
