"""When each stage opens and closes: whole days in the plan's time zone."""

from collections.abc import Mapping
from datetime import date, timedelta

from amdp.web.time import day, place_of
from cohorts.models import Cohort
from selection.models import SelectionPlan, Stage
from selection.plan_parts.base import Part

Kind = Stage.Kind
Window = tuple[date, date]
# What has a window of its own here; nominations take theirs from the cohort.
PLANNED = (Kind.APPROVAL, Kind.ASSESSMENT, Kind.CALIBRATION, Kind.DECISION)
DAYS = {Kind.APPROVAL: 10, Kind.ASSESSMENT: 21, Kind.CALIBRATION: 5, Kind.DECISION: 7}
AFTERWARDS = (Kind.ASSESSMENT, Kind.CALIBRATION, Kind.DECISION)
ONE_DAY = timedelta(days=1)


def propose_windows(cohort: Cohort, days: Mapping[str, int]) -> dict[str, Window]:
    """Windows that follow each other from the close of nominations to the day decisions fall, or else to the
    day before the cohort starts. Each has so many days, or its share of them where there are fewer; the last
    one takes what is left. Approvals begin with the nominations and end so many days after them."""
    start, closes = cohort.starts_on - ONE_DAY, cohort.nominations_close_on
    due = cohort.decisions_due_on
    last = min(due, start) if due and (due - closes).days >= len(AFTERWARDS) else start
    room = max(0, (last - closes).days)
    wanted = sum(days[kind] for kind in AFTERWARDS)
    approved = min(closes + timedelta(days=days[Kind.APPROVAL]), start)
    found: dict[str, Window] = {Kind.APPROVAL: (cohort.nominations_open_on, approved)}
    opens = min(closes + ONE_DAY, last)
    for kind in AFTERWARDS:
        length = days[kind] if wanted <= room else max(1, days[kind] * room // wanted)
        ends = last if kind == AFTERWARDS[-1] else min(opens + timedelta(days=length) - ONE_DAY, last)
        found[kind] = (opens, ends)
        opens = min(ends + ONE_DAY, last)
    return found


def windows_of(plan: SelectionPlan) -> dict[str, Window]:
    """The window of every stage that has one, in order; nominations first, from the cohort."""
    found: dict[str, Window] = {}
    if plan.cohort is not None:
        found[Kind.NOMINATION] = (plan.cohort.nominations_open_on, plan.cohort.nominations_close_on)
    stages = {stage.kind: stage for stage in plan.stages.all()}
    for kind in PLANNED:
        stage = stages.get(kind)
        if stage and stage.opens_on and stage.closes_on:
            found[kind] = (stage.opens_on, stage.closes_on)
    return found


def days_of(plan: SelectionPlan) -> dict[str, int]:
    """How many days each stage usually lasts."""
    stored = {stage.kind: stage.days for stage in plan.stages.all()}
    return {kind: stored.get(kind, DAYS[kind]) for kind in PLANNED}


def store(plan: SelectionPlan, *, days: Mapping[str, int], windows: Mapping[str, Window]) -> None:
    """Write lengths and windows of the stages of one plan."""
    for kind in PLANNED:
        opens, closes = windows.get(kind, (None, None))
        values = {"days": days[kind], "opens_on": opens, "closes_on": closes}
        Stage.objects.update_or_create(plan=plan, kind=kind, defaults=values)


def out_of_order(cohort: Cohort, windows: Mapping[str, Window]) -> dict[str, str]:
    """By stage, why its window cannot be, in a sentence."""
    refused: dict[str, str] = {}
    for kind, (opens, closes) in windows.items():
        name = Kind(kind).label
        if closes < opens:
            refused[kind] = f"{name} closes before it opens."
        elif closes >= cohort.starts_on:
            refused[kind] = f"{name} has to close before the cohort starts on {day(cohort.starts_on)}."
    for before, after in ((Kind.ASSESSMENT, Kind.CALIBRATION), (Kind.CALIBRATION, Kind.DECISION)):
        if {before, after} <= windows.keys() and windows[after][1] < windows[before][0]:
            refused.setdefault(after, f"{after.label} closes before the {before.label.lower()} opens.")
    approval = windows.get(Kind.APPROVAL)
    if approval and approval[1] < cohort.nominations_close_on:
        refused.setdefault(
            Kind.APPROVAL,
            f"Approvals have to stay open until nominations close on {day(cohort.nominations_close_on)}.",
        )
    assessment = windows.get(Kind.ASSESSMENT)
    if assessment and assessment[0] <= cohort.nominations_close_on:
        refused.setdefault(
            Kind.ASSESSMENT,
            f"The assessment has to open after nominations close on {day(cohort.nominations_close_on)}.",
        )
    return refused


def _content(plan: SelectionPlan) -> dict[str, str]:
    if plan.is_pattern:
        return {Kind(kind).label: f"{days} days" for kind, days in days_of(plan).items()}
    windows = {
        Kind(kind).label: f"{opens.isoformat()} to {closes.isoformat()}"
        for kind, (opens, closes) in windows_of(plan).items()
    }
    return {"Time zone": plan.time_zone, **windows}


def _propose(plan: SelectionPlan) -> None:
    days = days_of(plan)
    store(plan, days=days, windows=propose_windows(plan.cohort, days) if plan.cohort else {})


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    days = days_of(source)
    store(target, days=days, windows=propose_windows(target.cohort, days) if target.cohort else {})


def _missing(plan: SelectionPlan) -> list[str]:
    if plan.cohort is None:
        return []
    windows = windows_of(plan)
    absent = [
        f"Say when the {Kind(kind).label.lower()} opens and closes."
        for kind in PLANNED
        if kind not in windows
    ]
    return absent + list(out_of_order(plan.cohort, windows).values())


def _said(plan: SelectionPlan) -> str:
    if plan.is_pattern:
        return ", ".join(f"{Kind(kind).label.lower()} {days} days" for kind, days in days_of(plan).items())
    windows = windows_of(plan)
    if not windows:
        return "No windows yet"
    first, last = min(each[0] for each in windows.values()), max(each[1] for each in windows.values())
    return f"{day(first)} to {day(last)}, days in {place_of(plan.time_zone)}"


PART = Part(
    key="windows",
    title="Stages and windows",
    about="When each stage opens and closes. A window is whole days in one time zone, the same moment for everybody.",
    stage=Kind.NOMINATION,
    last=Cohort.State.SELECTING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
