"""One line of what concerns a member: its columns, the same whatever it is about, so that PostgreSQL appends them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from cohorts.models import Cohort
from selection.queries.home import SHOWN

Part = QuerySet[Any, Any]
TEXT, NOTHING = TextField(), Value("", output_field=TextField())
NO_DAY, NO_TIME = Cast(Value(None), DateField()), Cast(Value(None), DateTimeField())
NO_NUMBER = Value(0, output_field=IntegerField())


@dataclass(frozen=True)
class Line:
    """One thing about one person in one cohort; what a kind does not need is empty."""

    kind: str
    pk: int
    person: str
    cohort: str
    who: str
    state: str
    on: date | None
    at: datetime | None
    seats: int


def part(
    found: QuerySet[Any],
    kind: str | Case,
    *,
    pk: str = "pk",
    person: Any = None,
    cohort: Any = "name",
    who: Any = None,
    state: str | None = None,
    on: Any = None,
    at: str | None = None,
    seats: str | None = None,
    most: int = SHOWN,
) -> Part:
    """The columns of a line; types are said where a part has nothing to put in."""
    return found.values_list(
        Value(kind, output_field=TEXT) if isinstance(kind, str) else kind,
        F(pk),
        person or NOTHING,
        cohort,
        who or NOTHING,
        F(state) if state else NOTHING,
        on or NO_DAY,
        F(at) if at else NO_TIME,
        F(seats) if seats else NO_NUMBER,
    )[:most]


def cohort_at(reference: str) -> Subquery:
    return Subquery(Cohort.objects.filter(pk=OuterRef(reference)).order_by().values("name"))
