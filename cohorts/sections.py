"""The parts of a cohort's and a program's page: their own, and what apps above add through a setting (ADR 0006)."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from amdp.identity.models import Membership
from amdp.web.time import day
from cohorts.models import Cohort, Program
from cohorts.readiness import DONE, PROBLEM, Section

Adds = Callable[[Cohort, Membership], list[Section]]
AddsToProgram = Callable[[Program, Membership], list[Section]]


def cohort_sections(cohort: Cohort, member: Membership, *, may_run: bool) -> list[Section]:
    """Dates, seats and window, then the lines of selection, curriculum and mentoring that the member may open."""
    added: list[Adds] = [import_string(name) for name in settings.COHORT_SECTIONS]
    return [*_own(cohort, member, may_run), *(section for add in added for section in add(cohort, member))]


def added_to_program(program: Program, member: Membership) -> list[Section]:
    """What apps above add to a program's page: what each of its cohorts begins with."""
    added: list[AddsToProgram] = [import_string(name) for name in settings.PROGRAM_SECTIONS]
    return [section for add in added for section in add(program, member)]


def _own(cohort: Cohort, member: Membership, may_run: bool) -> list[Section]:
    def url(key: str) -> str:
        if not may_run or cohort.state in (Cohort.State.GRADUATED, Cohort.State.SUSTAINING):
            return ""
        return reverse("cohorts:cohort_edit", args=[member.organization.slug, cohort.pk, key])

    done = DONE if cohort.state == Cohort.State.DRAFT else ""
    window_over = cohort.nominations_close_on < timezone.localdate() and cohort.state == Cohort.State.DRAFT
    started = cohort.starts_on <= timezone.localdate() and cohort.state == Cohort.State.DRAFT
    markets = ", ".join(cohort.markets) or "all markets"
    return [
        Section(
            "dates",
            "Dates",
            PROBLEM if started else done,
            f"{day(cohort.starts_on)} to {day(cohort.ends_on)}",
            url=url("dates"),
        ),
        Section("seats", "Seats and markets", done, f"{cohort.seats} seats, {markets}", url=url("seats")),
        Section(
            "window",
            "Nomination window",
            PROBLEM if window_over else done,
            f"{day(cohort.nominations_open_on)} to {day(cohort.nominations_close_on)}",
            url=url("window"),
        ),
    ]
