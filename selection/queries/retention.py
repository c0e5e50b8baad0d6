"""Which files are deleted when, and what stays of a selection in numbers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cohorts.models import Cohort, Participant
from selection.models import Candidate, Decision, Erasure, LegalHold, Rating, RetentionRule
from selection.models.retention import DEFAULT_MONTHS

# Nobody's file goes without L&D and the owners having been told this long before.
NOTICE = timedelta(days=30)


def months_kept() -> int | None:
    """The organization's period in months; None: until somebody decides."""
    rule = RetentionRule.objects.first()
    return DEFAULT_MONTHS if rule is None else rule.months


def erasable(cohort: Cohort) -> QuerySet[Candidate]:
    """The files of everybody who does not take part: not selected, never drawn from the reserve, declined,
    withdrawn, and drafts."""
    took_part = Participant.objects.order_by().filter(cohort=OuterRef("cohort"), person=OuterRef("person"))
    return Candidate.objects.filter(~Exists(took_part), cohort=cohort)


@dataclass(frozen=True)
class Kept:
    """The files of one selection: how many, until when, and what stops or stopped it."""

    cohort: Cohort
    files: int
    over_on: date
    due_on: date | None
    hold: LegalHold | None
    erasure: Erasure | None

    @property
    def erase_on(self) -> date | None:
        """The day on which the files go: when they were kept long enough, and told of long enough before."""
        if self.due_on is None or self.hold is not None:
            return None
        told_on = self.erasure.told_at.date() if self.erasure else timezone.now().date()
        return max(self.due_on, told_on + NOTICE)

    @property
    def tell_on(self) -> date | None:
        """From when on L&D and the owners are told."""
        return None if self.due_on is None or self.hold is not None else self.due_on - NOTICE

    @property
    def is_over(self) -> bool:
        """Whether they are deleted."""
        return self.erasure is not None and self.erasure.finished_at is not None


def kept_files() -> list[Kept]:
    """Every selection that is over, with files to be deleted or deleted already; the next one first."""
    months = months_kept()
    took_part = Participant.objects.order_by().filter(
        cohort=OuterRef("candidates__cohort"), person=OuterRef("candidates__person")
    )
    today = timezone.now().date()
    cohorts = (
        Cohort.objects.filter(Q(released_at__isnull=False) | Q(ends_on__lt=today))
        .select_related("program", "organization")
        .annotate(files=Count("candidates", filter=~Exists(took_part)))
        .order_by("released_at", "pk")
    )
    in_force = LegalHold.objects.filter(lifted_at=None).select_related("placed_by__user")
    holds = {hold.cohort_id: hold for hold in in_force}
    erasures = {erasure.cohort_id: erasure for erasure in Erasure.objects.all()}
    found = [
        Kept(
            cohort=cohort,
            files=vars(cohort)["files"],
            over_on=_over_on(cohort),
            due_on=None if months is None else months_later(_over_on(cohort), months),
            hold=holds.get(cohort.pk),
            erasure=erasures.get(cohort.pk),
        )
        for cohort in cohorts
    ]
    return [one for one in found if one.files or one.erasure]


def hold_on(cohort: Cohort) -> LegalHold | None:
    """The legal hold in force; None where there is none."""
    in_force = LegalHold.objects.filter(cohort=cohort, lifted_at=None)
    return in_force.select_related("placed_by__user").first()


def _over_on(cohort: Cohort) -> date:
    """The day of the release where the organization is; the end of a cohort that never had one."""
    if cohort.released_at is None:
        return cohort.ends_on
    return cohort.released_at.astimezone(ZoneInfo(cohort.organization.time_zone)).date()


def months_later(day: date, months: int) -> date:
    """The same day of a later month, the 28th at most."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))


def at_morning(day: date) -> datetime:
    """When the tick looks at what is due on a day."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=ZoneInfo("UTC"))


def numbers_of(cohort: Cohort) -> dict[str, Any]:
    """What stays of a selection when its files go: counts alone, no row of a person."""
    states = cohort.candidates.order_by().values_list("state").annotate(count=Count("pk"))
    outcomes = Decision.objects.order_by().filter(slate__cohort=cohort).exclude(outcome="")
    ratings: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0] * 5))
    rows = (
        Rating.objects.order_by()
        .filter(scoresheet__candidate__cohort=cohort, scoresheet__state="submitted")
        .values_list("scoresheet__exercise__name", "behavior__competency__name", "score")
        .annotate(count=Count("pk"))
    )
    for exercise, competency, score, count in rows:
        ratings[exercise][competency][score - 1] += count
    return {
        "candidates": dict(states),
        "outcomes": dict(outcomes.values_list("outcome").annotate(count=Count("pk"))),
        "ratings": ratings,
    }
