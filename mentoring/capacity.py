"""Hours a month, over all duties: what somebody gave away already and what is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from cohorts.models import Commitment
from mentoring.models import Mentor

NO_HOURS = Decimal(0)


@dataclass(frozen=True)
class Load:
    """Hours a month by duty, against what the mentor has."""

    capacity: Decimal
    mentoring: Decimal = NO_HOURS
    assessing: Decimal = NO_HOURS
    teaching: Decimal = NO_HOURS

    @property
    def committed(self) -> Decimal:
        return self.mentoring + self.assessing + self.teaching

    @property
    def left(self) -> Decimal:
        return max(NO_HOURS, self.capacity - self.committed)

    @property
    def is_over(self) -> bool:
        return self.committed > self.capacity


def running(on: date) -> Q:
    """Commitments that are not over on that day; those that start later count already."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=on)


def committed_hours(person_ids: Iterable[int], on: date) -> dict[int, Decimal]:
    """Hours a month by person, over every duty, in one query."""
    rows = Commitment.objects.filter(running(on), person__in=list(person_ids)).order_by()
    return dict(rows.values_list("person_id").annotate(hours=Sum("hours_per_month")))


def load_of(mentor: Mentor, on: date) -> Load:
    """The load of one mentor by duty, in one query."""
    rows = Commitment.objects.filter(running(on), person_id=mentor.person_id).order_by()
    by_duty = dict(rows.values_list("duty").annotate(hours=Sum("hours_per_month")))
    return Load(mentor.hours_per_month, **{str(duty): hours for duty, hours in by_duty.items()})


def with_committed(mentors: QuerySet[Mentor], on: date) -> QuerySet[Mentor]:
    """Each mentor with the hours committed to all duties, as ``committed``."""
    hours = (
        Commitment.objects.filter(running(on), person=OuterRef("person"))
        .order_by()
        .values("person")
        .annotate(total=Sum("hours_per_month"))
        .values("total")
    )
    return mentors.annotate(committed=Coalesce(Subquery(hours), NO_HOURS, output_field=DecimalField()))
