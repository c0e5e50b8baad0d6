"""Counting who of one selection got how far, and reading what was frozen, looked at and reviewed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from amdp.directory.models import Demographics
from amdp.identity.models import Membership
from cohorts.models import Cohort, Participant, Program
from metrics import access
from metrics.impact import (
    LEVELS,
    AcrossTable,
    Level,
    across_cohorts,
    before,
    reached_from,
    title_of,
)
from metrics.models import ImpactReview, ImpactSnapshot
from metrics.queries.diversity import SAID
from metrics.stages import Gender
from selection.models import Candidate, Decision, EligibilityResult, Nomination, Scoresheet, SelectionPlan

Occasion = ImpactSnapshot.Occasion
# Which stages are over once a cohort has left a state.
CLOSED_WITH: dict[str, tuple[Level, ...]] = {
    Cohort.State.NOMINATING: (Level.ELIGIBLE, Level.APPROVED),
    Cohort.State.ASSESSING: (Level.ASSESSED,),
    Cohort.State.SELECTING: (Level.SLATED,),
}
BEFORE_RELEASE = (Level.ELIGIBLE, Level.APPROVED, Level.ASSESSED)


def reached(cohort: Cohort, upto: Level) -> dict[str, dict[str, list[int]]]:
    """How many nominees of a cohort got to each level, by self-identified attribute. One query; only counts are
    read, never a person's answer."""
    handed_in = Nomination.objects.order_by().filter(candidate=OuterRef("pk"), submitted_at__isnull=False)
    results = EligibilityResult.objects.filter(candidate=OuterRef("pk")).order_by("-evaluated_at", "-pk")
    decisions = Decision.objects.order_by().filter(candidate=OuterRef("pk"))
    sheets = Scoresheet.objects.order_by().filter(candidate=OuterRef("pk"))
    taken = Participant.objects.order_by().filter(cohort=OuterRef("cohort"), person=OuterRef("person"))
    said = Demographics.objects.order_by().filter(person=OuterRef("person")).values("gender")
    got_to: dict[str, Any] = {
        Level.ELIGIBLE: Q(is_met=True)
        | Q(is_met=None) & Exists(handed_in.exclude(eligibility__contains=[{"met": False}])),
        Level.APPROVED: Exists(handed_in.filter(state=Nomination.State.APPROVED)),
        Level.ASSESSED: Exists(sheets.filter(state=Scoresheet.State.SUBMITTED))
        | Exists(decisions.filter(assessors_count__gt=0)),
        Level.SLATED: Exists(decisions.filter(outcome=Decision.Outcome.SELECTED)),
        Level.ACCEPTED: Exists(taken.exclude(state=Participant.State.WITHDRAWN)),
    }
    rows = (
        Candidate.objects.order_by()
        .filter(Exists(handed_in), cohort=cohort)
        .alias(is_met=Subquery(results.values("is_met")[:1]))
        .annotate(
            furthest=Case(
                *(When(got_to[level], then=Value(level)) for level in reversed(LEVELS) if level in got_to),
                default=Value(Level.NOMINATED),
            ),
            gender=Coalesce(Subquery(said[:1]), Value("")),
        )
        .values_list("furthest", "gender")
        .annotate(count=Count("pk"))
    )
    furthest: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for found, gender, count in rows:
        level = min(found, upto, key=LEVELS.index)
        furthest[level][SAID.get(gender, Gender.OTHERS)] += count
    return {"gender": reached_from(furthest, upto)}


# --- what a page says of each stage --------------------------------------------------------------------


@dataclass(frozen=True)
class StageStatus:
    """One stage of one selection: what is frozen of it and what the reviewer made of it.

    ``is_changed``: it was reviewed as it stood before, and the counts have changed until it closed.
    """

    level: Level
    snapshot: ImpactSnapshot | None = None
    review: ImpactReview | None = None
    is_changed: bool = False

    @property
    def title(self) -> str:
        return title_of(self.level)

    @property
    def is_reviewed(self) -> bool:
        return self.review is not None and not self.is_changed

    @property
    def coming(self) -> str:
        """What those who come to the stage are called."""
        return before(self.level).label.lower()


@dataclass(frozen=True)
class CohortImpact:
    """One selection on the list."""

    cohort: Cohort
    stages: list[StageStatus] = field(default_factory=list)

    @property
    def frozen(self) -> list[StageStatus]:
        return [stage for stage in self.stages if stage.snapshot]

    @property
    def open(self) -> list[StageStatus]:
        """Frozen and not reviewed yet, or changed since."""
        return [stage for stage in self.frozen if not stage.is_reviewed]


def snapshots_of(cohorts: Iterable[Cohort]) -> QuerySet[ImpactSnapshot]:
    """Every snapshot of these cohorts in time order, with its reviews."""
    found = ImpactSnapshot.objects.filter(cohort__in=list(cohorts)).order_by("frozen_at", "pk")
    return found.prefetch_related("reviews__reviewed_by__user")


def impact_of(cohorts: Sequence[Cohort]) -> list[CohortImpact]:
    """Where the review of each cohort stands; three queries for any number."""
    by_cohort: dict[int, list[ImpactSnapshot]] = defaultdict(list)
    for snapshot in snapshots_of(cohorts):
        by_cohort[snapshot.cohort_id].append(snapshot)
    return [CohortImpact(cohort, _stages(by_cohort[cohort.pk])) for cohort in cohorts]


def _stages(snapshots: Sequence[ImpactSnapshot]) -> list[StageStatus]:
    found = []
    for level in LEVELS[1:]:
        own = [one for one in snapshots if one.level == level]
        if own or level != Level.ACCEPTED:
            found.append(_stage(level, own))
    return found


def _stage(level: Level, snapshots: Sequence[ImpactSnapshot]) -> StageStatus:
    """The closed snapshot counts, else the last one asked for; a review of the same counts holds for it too."""
    if not snapshots:
        return StageStatus(level)
    closed = next((one for one in snapshots if one.occasion == Occasion.CLOSED), snapshots[-1])
    reviews = [(review, one) for one in snapshots for review in one.reviews.all()]
    if not reviews:
        return StageStatus(level, closed)
    review, reviewed = max(reviews, key=lambda pair: (pair[0].reviewed_at, pair[0].pk))
    return StageStatus(level, closed, review, is_changed=reviewed.reached != closed.reached)


def unreviewed_before_release(cohort: Cohort) -> list[StageStatus]:
    """The stages of a selection that a reviewer has to look at before its outcomes are released: those that are
    closed, and the slate as it stands now."""
    (found,) = impact_of([cohort])
    by_level = {stage.level: stage for stage in found.stages}
    frozen = [by_level[level] for level in BEFORE_RELEASE if by_level[level].snapshot]
    open_ = [stage for stage in frozen if not stage.is_reviewed]
    slated = by_level[Level.SLATED]
    if cohort.state == Cohort.State.SELECTING and slated.snapshot:
        changed = slated.snapshot.reached != reached(cohort, Level.SLATED)
        slated = StageStatus(slated.level, slated.snapshot, slated.review, slated.is_changed or changed)
    return open_ if slated.is_reviewed else [*open_, slated]


def needs_review(cohort: Cohort) -> bool:
    """Whether the plan lets the release wait for the review."""
    return SelectionPlan.objects.filter(cohort=cohort, needs_impact_review=True).exists()


def unmet_for_release(cohort: Cohort, to: str) -> list[str]:
    """Named in ``settings.COHORT_PRECONDITIONS``: where the plan asks for it, every stage is reviewed as it stands."""
    if to != Cohort.State.RUNNING or not needs_review(cohort):
        return []
    titles = ", ".join(stage.title.lower() for stage in unreviewed_before_release(cohort))
    if not titles:
        return []
    return [
        f"The plan asks for the review of adverse impact before the release. Not reviewed as it stands: {titles}."
    ]


def snapshots_in(cohort: Cohort) -> list[ImpactSnapshot]:
    """The snapshot that counts of each stage of a selection, in order."""
    (found,) = impact_of([cohort])
    return [stage.snapshot for stage in found.frozen if stage.snapshot]


def shown_of(cohort: Cohort) -> dict[str, dict[str, int | None]] | None:
    """The suppressed table published with a cohort's outcomes; None before."""
    published = (
        ImpactSnapshot.objects.filter(cohort=cohort, shown__isnull=False).order_by("frozen_at").first()
    )
    return published.shown["gender"] if published and published.shown else None


@dataclass(frozen=True)
class ProgramImpact:
    """The released selections of one program beside each other."""

    program: Program
    cohorts: list[Cohort]
    tables: list[AcrossTable]


def across_programs(member: Membership) -> list[ProgramImpact]:
    """End to end at the release, cohort by cohort within each program. One query."""
    closed = (
        ImpactSnapshot.objects.filter(
            cohort__in=access.visible_impact(member), level=Level.SLATED, occasion=Occasion.CLOSED
        )
        .select_related("cohort__program")
        .order_by("cohort__program__name", "cohort__starts_on", "pk")
    )
    by_program: dict[Program, list[ImpactSnapshot]] = defaultdict(list)
    for one in closed:
        by_program[one.cohort.program].append(one)
    return [
        ProgramImpact(program, [one.cohort for one in found], across_cohorts([one.reached for one in found]))
        for program, found in by_program.items()
    ]
