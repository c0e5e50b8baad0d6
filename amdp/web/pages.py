"""The list pattern: search, filters, sort, pages and download, all of it in the address.

A view builds a ``ListPage`` over what the member may see and hands it to a template that extends
``list.html``::

    rows = ListPage(request, visible_people(member), noun=("person", "people"), search=matching,
                    filters=PersonFilter, sorts={"name": ("name",), "hired": ("hired_on", "name")})
    return rows.file(COLUMNS, "people") if rows.download else render(request, "…_list.html", {"list": rows})

It costs two queries whatever the number of rows: one count, one page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import FileResponse, HttpRequest, QueryDict

from amdp.web.exports import Column, file_response

PAGE_SIZE = 25
LONGEST_SEARCH = 100
AROUND = 2
CHUNK = 2000
DOWNLOADS = ("csv", "xlsx")

Search = Callable[[QuerySet[Any], str], QuerySet[Any]]


@dataclass(frozen=True)
class Option:
    """One choice of a filter, as a link."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Filter:
    """A filter as a chip: links for its choices, or a small form when it has none."""

    label: str
    chosen: str
    options: list[Option]
    field: Any
    kept: list[tuple[str, str]]


@dataclass(frozen=True)
class PageLink:
    """One number in the row of pages; without an address it stands for those left out."""

    number: int
    url: str
    current: bool = False


def ordered(name: str, *, down: bool) -> OrderBy:
    """By this field, up or down; ``-field`` turns it round, ``field?`` may be empty and then comes last."""
    field = F(name.removeprefix("-").removesuffix("?"))
    last = True if name.endswith("?") else None
    return field.desc(nulls_last=last) if down != name.startswith("-") else field.asc(nulls_last=last)


class ListPage:
    """One page of a list as the address asks for it. Nonsense in the address is ignored, never an error."""

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        *,
        sorts: Mapping[str, Sequence[str]],
        noun: tuple[str, str] = ("result", "results"),
        search: Search | None = None,
        filters: type[django_filters.FilterSet] | None = None,
        default: str = "",
        placeholder: str = "",
        size: int = PAGE_SIZE,
        downloadable: bool = False,
        bulk_url: str = "",
    ) -> None:
        self.query: QueryDict = request.GET
        self.path = request.path
        self.sorts = sorts
        self.noun = noun
        self.searchable = search is not None
        self.placeholder = placeholder or f"Search {noun[1]}"
        self.size = size
        self.downloadable = downloadable
        self.bulk_url = bulk_url
        self.q = self.query.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
        self.sort = self._known_sort(default or next(iter(sorts)))
        self.filterset = (
            filters(self._without_nulls(), queryset=queryset, request=request) if filters else None
        )
        found = self.filterset.qs if self.filterset else queryset
        if search and self.q:
            found = search(found, self.q)
        self.queryset = found.order_by(*self._ordering())

    # --- the rows ------------------------------------------------------------------------------------

    @cached_property
    def count(self) -> int:
        return self.queryset.order_by().count()

    @cached_property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))

    @cached_property
    def page(self) -> int:
        """The page asked for, or the nearest there is."""
        asked = self.query.get("page", "1")
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
        return min(max(1, wanted), self.pages)

    @cached_property
    def rows(self) -> list[Any]:
        """This page. The second half of a long list is read from its end, so no offset passes the middle."""
        if not self.count:
            return []
        start = (self.page - 1) * self.size
        stop = min(start + self.size, self.count)
        if start <= self.count // 2:
            return list(self.queryset[start:stop])
        backwards = self.queryset.reverse()[self.count - stop : self.count - start]
        return list(backwards)[::-1]

    @property
    def first(self) -> int:
        return min(self.count, (self.page - 1) * self.size + 1)

    @property
    def last(self) -> int:
        return min(self.count, self.page * self.size)

    @property
    def count_line(self) -> str:
        """``1,204 people``, ``1 person``."""
        return f"{self.count:,} {self.noun[0] if self.count == 1 else self.noun[1]}"

    # --- sorting --------------------------------------------------------------------------------------

    def sort_state(self, name: str) -> str:
        """For ``aria-sort``."""
        if self.sort.lstrip("-") != name:
            return ""
        return "descending" if self.sort.startswith("-") else "ascending"

    def sort_url(self, name: str) -> str:
        """Sorts by this, or turns it round when it is sorted so already."""
        return self.url(sort=f"-{name}" if self.sort == name else name, page=None)

    def _known_sort(self, default: str) -> str:
        asked = self.query.get("sort", default)
        return asked if asked.removeprefix("-") in self.sorts else default

    def _ordering(self) -> list[OrderBy]:
        """The primary key decides ties, so that pages never overlap."""
        down = self.sort.startswith("-")
        names = [*self.sorts[self.sort.removeprefix("-")], "pk"]
        return [ordered(name, down=down) for name in names]

    # --- addresses ------------------------------------------------------------------------------------

    def url(self, **changes: object) -> str:
        """This list's address with some of its words changed; None takes a word out."""
        words = {name: values for name, values in self.query.lists() if name != "download"}
        for name, value in changes.items():
            words.pop(name, None)
            if value not in (None, ""):
                words[name] = [str(value)]
        text = urlencode([(name, value) for name, values in words.items() for value in values if value])
        return f"{self.path}?{text}" if text else self.path

    @property
    def previous_url(self) -> str:
        return self.url(page=self.page - 1 if self.page > 2 else None) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(page=self.page + 1) if self.page < self.pages else ""

    @property
    def page_links(self) -> Iterator[PageLink]:
        """First, last, and those around this one; a gap between."""
        near = range(self.page - AROUND, self.page + AROUND + 1)
        shown = sorted({1, self.pages, *(number for number in near if 1 <= number <= self.pages)})
        before = 0
        for number in shown:
            if number - before > 1:
                yield PageLink(0, "")
            yield PageLink(number, self.url(page=number if number > 1 else None), number == self.page)
            before = number

    # --- search and filters ---------------------------------------------------------------------------

    @property
    def kept_for_search(self) -> list[tuple[str, str]]:
        """What a new search keeps: filters and sort, not the page."""
        return self._kept("q")

    def _kept(self, *left_out: str) -> list[tuple[str, str]]:
        out = {"page", "download", *left_out}
        return [
            (name, value)
            for name, values in self.query.lists()
            if name not in out
            for value in values
            if value
        ]

    @cached_property
    def filters(self) -> list[Filter]:
        if self.filterset is None:
            return []
        return [self._filter(name) for name in self.filterset.form.fields]

    def _filter(self, name: str) -> Filter:
        assert self.filterset is not None
        bound = self.filterset.form[name]
        choices = getattr(bound.field, "choices", None)
        value = self.query.get(name, "")
        label = str(bound.label)
        if choices is None:
            return Filter(label, value, [], bound, self._kept(name))
        pairs = [("" if key is None else str(key), str(text)) for key, text in choices]
        chosen = next((text for key, text in pairs if key and key == value), "")
        options = [
            Option(
                text if key else "All",
                self.url(**{name: key, "page": None}),
                key == (value if chosen else ""),
            )
            for key, text in pairs
        ]
        return Filter(label, chosen, options, bound, [])

    @property
    def narrowed(self) -> bool:
        """Does the address leave anything out?"""
        names = self.filterset.form.fields if self.filterset else ()
        return bool(self.q) or any(self.query.get(name) for name in names)

    # --- download what I see --------------------------------------------------------------------------

    @property
    def download(self) -> str:
        """``csv`` or ``xlsx`` when the address asks for a file."""
        kind = self.query.get("download", "")
        return kind if self.downloadable and kind in DOWNLOADS else ""

    @property
    def csv_url(self) -> str:
        return self.url(download="csv", page=None)

    @property
    def xlsx_url(self) -> str:
        return self.url(download="xlsx", page=None)

    def file(
        self, columns: Sequence[Column], name: str, *, notes: Sequence[tuple[str, object]] = ()
    ) -> FileResponse:
        """Every row of the list as it is searched, filtered and sorted now, not only this page."""
        rows = self.queryset.iterator(chunk_size=CHUNK)
        about = [("Rows", self.count_line), *([("Search", self.q)] if self.q else []), *notes]
        about += [(one.label, one.chosen) for one in self.filters if one.chosen]
        return file_response(self.download or "csv", name, columns, rows, notes=about)

    # --- small print ----------------------------------------------------------------------------------

    def _without_nulls(self) -> QueryDict:
        """PostgreSQL refuses a NUL in text; an address may hold one."""
        clean = self.query.copy()
        for name, values in clean.lists():
            clean.setlist(name, [value.replace("\0", "") for value in values])
        return clean
