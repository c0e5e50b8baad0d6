"""What can be made into a big file. ``settings.EXPORTS`` names the functions, because apps above this one have some."""

from collections.abc import Callable

from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string

from amdp.identity.models import Membership
from amdp.web.copying import Export

Maker = Callable[[Membership, QueryDict], Export | None]


def export_of(kind: str, member: Membership, query: str) -> Export | None:
    """What the member may take out, searched and filtered as the address says; None for what there is not."""
    name = settings.EXPORTS.get(kind)
    if name is None:
        return None
    make: Maker = import_string(name)
    return make(member, QueryDict(query))
