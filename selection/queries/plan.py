"""Plans of selections: the one a cohort goes by, its pattern, and what they say."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from cohorts.models import Cohort, Program
from selection.days import today_in
from selection.defaults import weights_for
from selection.models import Criterion, EligibilityRule, PlanVersion, SelectionPlan, Stage
from selection.plan_parts import PARTS, Part
from selection.plan_parts.eligibility import in_order
from selection.plan_parts.windows import windows_of


def plans() -> QuerySet[SelectionPlan]:
    """Plans with what they are for and all their parts, in a handful of queries however many there are."""
    rules = in_order(EligibilityRule.objects.all())
    plans = SelectionPlan.objects.select_related("organization", "program", "cohort__program")
    return plans.prefetch_related(
        "stages",
        "criteria",
        "quotas",
        "letter_templates",
        "knock_outs__competency",
        "nomination_terms",
        "nomination_criteria",
        "exercises__observed",
        Prefetch("eligibility_rules", rules),
    )


def plan_of(cohort: Cohort) -> SelectionPlan | None:
    """The plan by which the cohort selects; None until somebody begins one."""
    return plans().filter(cohort=cohort).first()


def pattern_of(program: Program) -> SelectionPlan | None:
    """What the program's cohorts copy; None until somebody makes one."""
    return plans().filter(program=program).first()


def is_set_up(cohort: Cohort) -> bool:
    """Whether somebody began a plan for this cohort."""
    return SelectionPlan.objects.filter(cohort=cohort).exists()


def version_of(plan: SelectionPlan) -> int:
    """The number of the version in force: 1 until the plan is changed in use."""
    return plan.versions.values_list("number", flat=True).first() or 1


def weights_of(cohort: Cohort) -> dict[str, int]:
    """Weights in percent by criterion, in order; the blueprint's proposal while nothing is saved."""
    stored = dict(Criterion.objects.filter(plan__cohort=cohort).values_list("kind", "weight"))
    if not stored:
        return weights_for(cohort.program.blueprint)
    return {kind: stored.get(kind, 0) for kind in Criterion.Kind.values}


def stored_rules(cohort: Cohort) -> QuerySet[EligibilityRule]:
    """The stored eligibility rules of a cohort with their groups and grades, in order."""
    return in_order(EligibilityRule.objects.filter(plan__cohort=cohort))


# --- the overview ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartLine:
    """One part on the overview: what it says, what it lacks, and whether a change makes a version."""

    part: Part
    said: str
    missing: list[str]
    opened: bool
    over: bool

    @property
    def status(self) -> str:
        if self.missing:
            return "Something is missing"
        if self.over:
            return "In use, fixed"
        return "In use" if self.opened else "Ready"

    @property
    def tone(self) -> str:
        return "warn" if self.missing else "good" if not self.opened else "line"


@dataclass(frozen=True)
class Overview:
    """A plan at a glance."""

    lines: list[PartLine]
    stages: list["StageLine"]
    versions: list[PlanVersion]

    @property
    def missing(self) -> list[tuple[Part, str]]:
        return [(line.part, sentence) for line in self.lines for sentence in line.missing]


@dataclass(frozen=True)
class StageLine:
    """One stage with its window and where today stands to it: ``ahead``, ``open`` or ``over``."""

    name: str
    opens_on: date
    closes_on: date
    now: str


def overview_of(plan: SelectionPlan) -> Overview:
    """The parts of a plan with what is missing, its windows and its versions."""
    lines = [
        PartLine(part, part.said(plan), part.missing(plan), part.has_opened(plan), part.is_over(plan))
        for part in PARTS
    ]
    return Overview(lines, stages_of(plan), list(plan.versions.select_related("made_by__user")))


def stages_of(plan: SelectionPlan) -> list[StageLine]:
    """The windows of a cohort's plan; none for a pattern. Before nominations are opened nothing is."""
    if plan.cohort is None:
        return []
    today, draft = today_in(plan.cohort), plan.cohort.state == Cohort.State.DRAFT

    def now(opens: date, closes: date) -> str:
        return "ahead" if today < opens or draft else "over" if today > closes else "open"

    return [
        StageLine(Stage.Kind(kind).label, opens, closes, now(opens, closes))
        for kind, (opens, closes) in windows_of(plan).items()
    ]


@dataclass(frozen=True)
class Version:
    """A version of a plan with what differs from the one before."""

    row: PlanVersion
    parts: list["VersionPart"]

    @property
    def number(self) -> int:
        return self.row.number


@dataclass(frozen=True)
class VersionPart:
    """One part in words: label, what it says, and what it said before if that differs."""

    title: str
    lines: list[tuple[str, str, str | None]]


def versions_of(plan: SelectionPlan) -> list[Version]:
    """Every version of a plan, newest first."""
    rows = list(plan.versions.select_related("made_by__user").order_by("-number"))
    older = [*rows[1:], None]
    return [Version(row, _parts(row, before)) for row, before in zip(rows, older, strict=True)]


def _parts(row: PlanVersion, before: PlanVersion | None) -> list[VersionPart]:
    titles = {part.key: part.title for part in PARTS}
    return [
        VersionPart(titles.get(key, key), _lines(said, before.content.get(key, {}) if before else said))
        for key, said in row.content.items()
    ]


def _lines(said: dict[str, str], before: dict[str, str]) -> list[tuple[str, str, str | None]]:
    labels = [*said, *(label for label in before if label not in said)]
    return [
        (label, said.get(label, ""), None if said.get(label) == before.get(label) else before.get(label, ""))
        for label in labels
    ]
