"""Pages over rows that are in memory already."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from amdp.web.pages import ListPage


class ItemPage(ListPage):
    """The pages and addresses of a list page, over a sequence instead of a queryset."""

    def __init__(self, request: HttpRequest, items: Sequence[Any], size: int = 50) -> None:
        self.query = request.GET
        self.path = request.path
        self.size = size
        self.items = items

    @cached_property
    def count(self) -> int:
        return len(self.items)

    @cached_property
    def rows(self) -> list[Any]:
        start = (self.page - 1) * self.size
        return list(self.items[start : start + self.size])
