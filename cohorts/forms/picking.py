"""Choosing a person or an account out of many: type a name, press “Find”, tick."""

from typing import Any

from django.db.models import QuerySet

from amdp.directory.models import Account, Person
from amdp.web.forms import as_key

SHOWN = 12


class PickMixin:
    """A choice among found rows: typing a name and pressing “Find” offers them, what is chosen stays.

    The view builds the form anew from what was posted when “Find” was pressed, so nothing typed is lost.
    """

    def offer(self: Any, name: str, found: list[Any], everything: QuerySet[Any]) -> None:
        """Offer what was found and what is chosen already."""
        raw = self.data.getlist(self.add_prefix(name)) if self.is_bound else self.initial.get(name, [])
        typed = raw if isinstance(raw, list) else [raw]
        ids = [key for pk in typed if (key := as_key(str(pk))) is not None]
        chosen = list(everything.filter(pk__in=ids)) if ids else []
        rows = [*chosen, *(one for one in found if one not in chosen)]
        self.offered = {**getattr(self, "offered", {}), **{f"{name}-{one.pk}": one for one in rows}}
        self.fields[name].choices = [(str(one.pk), str(one)) for one in rows]
        self.fields[name].choice_help = {str(one.pk): described(one) for one in rows}

    def sought(self: Any, name: str) -> str:
        """What stands in a search box."""
        source = self.data if self.is_bound else self.initial
        return str(source.get(name) or "").replace("\0", "").strip()[:100]

    def picked(self: Any, name: str, pk: str) -> Any:
        return self.offered[f"{name}-{pk}"]


def described(row: Person | Account) -> str:
    """The line under a person or an account that is offered."""
    if isinstance(row, Person):
        parts = [row.job_title, row.market, "" if row.membership_id else "no login yet"]
    else:
        complexity = f"complexity {row.complexity}" if row.complexity else "complexity not known"
        parts = [
            row.get_kind_display(),
            row.city,
            complexity,
            f"owned by {row.owner}" if row.owner else "no owner",
        ]
    return " · ".join(part for part in parts if part)
