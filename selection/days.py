"""Days as they are where a person works, and where the windows of a selection are counted."""

from datetime import date
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import DateField, Exists, Expression, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from amdp.directory.calendar import add_business_days
from amdp.directory.models import Person
from amdp.web.time import day, place_of
from cohorts.models import Cohort
from selection.models import CalibrationSession, SelectionPlan, Stage

Window = tuple[date, date]


def today_of(person: Person) -> date:
    """Today where the person is."""
    return timezone.localdate(timezone=ZoneInfo(person.time_zone or "UTC"))


def business_days_for(person: Person, count: int) -> date:
    """So many business days from today, in the person's zone and by the holidays of their market."""
    return add_business_days(today_of(person), count, person.market)


def business_days_after(person: Person, start: date, count: int) -> date:
    """So many business days after a day, by the holidays of the person's market."""
    return add_business_days(start, count, person.market)


def zone_of(cohort: Cohort) -> str:
    """The time zone in whose days the windows of a cohort are said: its plan's, else the organization's."""
    stored = SelectionPlan.objects.filter(cohort=cohort).values_list("time_zone", flat=True).first()
    return stored or cohort.organization.time_zone


def today_in(cohort: Cohort) -> date:
    """Today where the windows of the cohort are counted."""
    return timezone.localdate(timezone=ZoneInfo(zone_of(cohort)))


def window_of(cohort: Cohort, kind: Stage.Kind) -> Window | None:
    """The first and the last day of a stage, where the plan of the cohort says them."""
    stages = Stage.objects.filter(plan__cohort=cohort, kind=kind, opens_on__isnull=False).order_by()
    found = stages.exclude(closes_on=None).values_list("opens_on", "closes_on").first()
    return cast("Window | None", found)


def why_over(cohort: Cohort, kind: Stage.Kind) -> str:
    """A sentence once the window of a stage is over, by the calendar of its plan; else nothing."""
    window = window_of(cohort, kind)
    if window is None or today_in(cohort) <= window[1]:
        return ""
    where = place_of(zone_of(cohort))
    return f"The {kind.label.lower()} closed at the end of {day(window[1])}, days in {where}."


def why_closed(cohort: Cohort) -> str:
    """A sentence once the window of the assessment is over, or the calibration has begun, in which everybody
    reads what was scored; else nothing."""
    opened = CalibrationSession.objects.filter(cohort=cohort).order_by().values_list("opened_at", flat=True)
    if began := opened.first():
        return f"Scoring ended when the calibration began on {day(began)}."
    return why_over(cohort, Stage.Kind.ASSESSMENT)


def today_there() -> Expression:
    """``today_in`` of each cohort of a queryset, inside the database."""
    own = SelectionPlan.objects.filter(cohort=OuterRef("pk")).values("time_zone")[:1]
    zone = Coalesce(NullIf(Subquery(own), Value("")), F("organization__time_zone"))
    return Cast(Func(zone, Value(timezone.now()), function="timezone"), DateField())


def is_over(kind: Stage.Kind, cohort: str = "cohort") -> Exists:
    """``why_over`` of rows with a cohort, inside the database."""
    zone = Coalesce(NullIf(F("plan__time_zone"), Value("")), F("organization__time_zone"))
    today = Cast(Func(zone, Value(timezone.now()), function="timezone"), DateField())
    over = Stage.objects.filter(plan__cohort=OuterRef(cohort), kind=kind, closes_on__lt=today)
    return Exists(over.order_by())


def window_is_open() -> Q:
    """A condition on cohorts: nominations are open today, by the calendar of each plan."""
    return Q(nominations_open_on__lte=today_there(), nominations_close_on__gte=today_there())
