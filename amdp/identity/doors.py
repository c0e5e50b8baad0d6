"""Pages that only some members have. For the others they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponseBase

from amdp.identity import access
from amdp.identity.models import Membership
from amdp.identity.requests import MemberRequest

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def only(allowed: Callable[[Membership], bool]) -> Callable[[View[P]], View[P]]:
    """A view for members who pass the predicate; 404 for everybody else."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not allowed(request.member):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


owners_only: Any = only(access.is_owner)
