"""Opening a cohort, setting it up and moving it through its life."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from amdp.audit import services as audit
from amdp.directory.changes import announce
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts import messages
from cohorts.models import Cohort, Program
from cohorts.preconditions import unmet

WINDOW_BEFORE_START = timedelta(days=112)
WINDOW_LENGTH = timedelta(days=28)
DECISION_BEFORE_START = timedelta(days=35)
# What lies outside was typed wrongly, and other days are counted from these.
YEARS = range(2000, 2101)
DAYS = ["starts_on", "ends_on", "nominations_open_on", "nominations_close_on", "decisions_due_on"]
EDITABLE = ["name", *DAYS, "seats", "markets"]


@transaction.atomic
def open_cohort(
    program: Program, *, name: str, starts_on: date, seats: int, by: Membership | None, **fields: Any
) -> Cohort:
    """A new cohort being set up. Dates not given are proposed from the program's length and the start.

    A draft program may have a draft cohort; nominations then wait for the signatures.
    Raises ValidationError for an archived program, a taken name or dates out of order.
    """
    require_organization()
    if program.state == Program.State.ARCHIVED:
        raise ValidationError(f"{program} is archived. Choose another program.")
    _check_years({"starts_on": starts_on})
    proposed = proposed_dates(starts_on, program.length_months)
    given = {name: value for name, value in fields.items() if value is not None}
    cohort = Cohort(
        program=program, name=name.strip(), starts_on=starts_on, seats=seats, **{**proposed, **given}
    )
    _check(cohort)
    cohort.save()
    audit.record("cohort.opened", cohort, by=by, after=_facts(cohort))
    return cohort


@transaction.atomic
def save_cohort(cohort: Cohort, *, by: Membership) -> Cohort:
    """Dates, seats, markets and the nomination window, as they now stand on the object."""
    require_organization()
    before = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if before.state in (Cohort.State.GRADUATED, Cohort.State.SUSTAINING):
        raise ValidationError(f"{cohort} has graduated; its dates and seats stay as they were.")
    _check(cohort)
    enrolled = cohort.participants.exclude(state="withdrawn").count()
    if cohort.seats < enrolled:
        raise ValidationError(
            {"seats": f"{enrolled} people are enrolled already, so {cohort.seats} seats are too few."}
        )
    cohort.save(update_fields=EDITABLE)
    audit.record("cohort.changed", cohort, by=by, before=_facts(before), after=_facts(cohort))
    announce()
    return cohort


@transaction.atomic
def move_cohort(cohort: Cohort, *, to: str, by: Membership | None) -> Cohort:
    """Move a cohort to the next stage of its life; the only writer of its state.

    Raises ValidationError with every unmet precondition, of this app and of those above it. These hear of
    the move within its transaction.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    target = Cohort.State(to)
    if cohort.next_state != target:
        raise ValidationError(
            f"{cohort} is “{cohort.get_state_display()}”; it cannot go to “{target.label}” from there."
        )
    sentences = unmet(cohort, target)
    if sentences:
        raise ValidationError(sentences)
    before, cohort.state = cohort.state, target
    cohort.save(update_fields=["state"])
    audit.record("cohort.moved", cohort, by=by, before={"state": before}, after={"state": target})
    if target == Cohort.State.NOMINATING:
        messages.nominations_open(cohort)
    for name in settings.COHORT_MOVED:
        import_string(name)(cohort, before, by)
    announce()
    return cohort


def proposed_dates(starts_on: date, length_months: int) -> dict[str, date]:
    """End, nomination window and decision day that usually go with a start.

    The window opens sixteen weeks before, or today when that has passed and the start has not.
    """
    opens, today = starts_on - WINDOW_BEFORE_START, timezone.localdate()
    if opens < today < starts_on:
        opens = today
    closes = min(opens + WINDOW_LENGTH, starts_on - timedelta(days=1))
    return {
        "ends_on": _add_months(starts_on, length_months),
        "nominations_open_on": opens,
        "nominations_close_on": closes,
        "decisions_due_on": max(closes, starts_on - DECISION_BEFORE_START),
    }


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def _check_years(days: dict[str, date | None]) -> None:
    wrong = {name: day.year for name, day in days.items() if day is not None and day.year not in YEARS}
    if wrong:
        raise ValidationError({name: f"The year {year} cannot be right." for name, year in wrong.items()})


def _check(cohort: Cohort) -> None:
    _check_years({name: getattr(cohort, name) for name in DAYS})
    errors: dict[str, str] = {}
    if not cohort.name:
        errors["name"] = "Give the cohort a name."
    elif Cohort.objects.filter(program=cohort.program_id, name=cohort.name).exclude(pk=cohort.pk).exists():
        errors["name"] = f"This program has a cohort called “{cohort.name}” already."
    if cohort.seats < 1:
        errors["seats"] = "There has to be at least one seat."
    if cohort.ends_on <= cohort.starts_on:
        errors["ends_on"] = "The cohort has to end after it starts."
    if cohort.nominations_close_on < cohort.nominations_open_on:
        errors["nominations_close_on"] = "Nominations have to close on or after the day they open."
    elif cohort.nominations_close_on >= cohort.starts_on:
        errors["nominations_close_on"] = "Nominations have to close before the cohort starts."
    decided = cohort.decisions_due_on
    if decided and not cohort.nominations_close_on <= decided <= cohort.starts_on:
        errors["decisions_due_on"] = "Decisions fall between the close of nominations and the start."
    if errors:
        raise ValidationError(errors)


def _facts(cohort: Cohort) -> dict[str, Any]:
    return {field: getattr(cohort, field) for field in EDITABLE}
