"""What can be made into a file. ``settings.EXPORTS`` names the functions, because apps above this one have some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string

from amdp.identity.models import Membership
from amdp.web.copying import Export
from amdp.web.exports import TYPES

FORMATS = {**TYPES, "pdf": "application/pdf", "zip": "application/zip"}


@dataclass(frozen=True)
class Paper:
    """Something whole that is written out, not a table: ``write`` fills the file in one of the formats."""

    title: str
    formats: tuple[str, ...]
    write: Callable[[IO[bytes], str], None]


Maker = Callable[[Membership, QueryDict], Export | Paper | None]


def export_of(kind: str, member: Membership, query: str) -> Export | Paper | None:
    """What the member may take out, searched and filtered as the address says; None for what there is not."""
    name = settings.EXPORTS.get(kind)
    if name is None:
        return None
    make: Maker = import_string(name)
    return make(member, QueryDict(query))


def comes_as(export: Export | Paper, file_format: str) -> bool:
    """Whether it can be made in that format."""
    return file_format in (export.formats if isinstance(export, Paper) else TYPES)
