"""Celery tasks of one organization."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from celery import shared_task

P = ParamSpec("P")
R = TypeVar("R")


def organization_task(**options: Any) -> Callable[[Callable[Concatenate[int, P], R]], Any]:
    """A Celery task that takes the organization's id first and refuses to start without one.

    It opens no transaction: each step of the task does, inside ``organization_context``, so that a
    claim can be committed before the work it claims.
    """

    def decorate(function: Callable[Concatenate[int, P], R]) -> Any:
        @wraps(function)
        def run(organization_id: int, *args: P.args, **kwargs: P.kwargs) -> R:
            if (
                isinstance(organization_id, bool)
                or not isinstance(organization_id, int)
                or organization_id < 1
            ):
                raise ValueError(f"{function.__name__} needs an organization id first.")
            return function(organization_id, *args, **kwargs)

        task = shared_task(**options)(run)
        task.takes_organization = True
        return task

    return decorate
