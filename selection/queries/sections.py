"""The selection's lines on a cohort's own page (settings.COHORT_SECTIONS)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from amdp.identity.models import Membership
from cohorts.access import can_run_cohort
from cohorts.models import Cohort, Program
from cohorts.readiness import DONE, IN_PROGRESS, NOT_STARTED, Section
from selection import access
from selection.models import CalibrationSession, Criterion, Slate
from selection.plan_parts import PARTS
from selection.queries.nominations import with_counts
from selection.queries.plan import pattern_of


def cohort_sections(cohort: Cohort, member: Membership) -> list[Section]:
    """Criteria, candidates, panel and slate, for those who follow the selection as a whole."""
    found = with_set_up(with_counts(access.visible_selections(member))).filter(pk=cohort.pk).first()
    if found is None:
        return []

    def line(key: str, title: str, state: str, detail: str, page: str) -> Section:
        address = reverse(f"selection:{page}", kwargs={"org": member.organization.slug, "pk": cohort.pk})
        return Section(key, title, state, detail, url=address)

    counts = f"{found.nominated} nominated, {found.admitted} approved"  # type: ignore[attr-defined]
    weights = ", ".join(f"{one['kind']} {one['weight']}%" for one in found.set_up)  # type: ignore[attr-defined]
    criteria = line(
        "selection",
        "Selection plan",
        DONE if weights else NOT_STARTED,
        weights.capitalize() or "Begin it: windows, eligibility, criteria, seats per market.",
        "selection_setup",
    )
    if cohort.state == Cohort.State.DRAFT:
        return [criteria]
    after = cohort.state not in (Cohort.State.NOMINATING, Cohort.State.ASSESSING)
    sections = [
        criteria,
        line("candidates", "Candidates", DONE if after else IN_PROGRESS, counts, "candidate_list"),
    ]
    if can_run_cohort(member, cohort):
        panel: int = found.panel  # type: ignore[attr-defined]
        state = DONE if after else IN_PROGRESS if panel else NOT_STARTED
        sections.append(line("assessors", "Assessors", state, f"{panel} on the panel", "assessor_list"))
    if cohort.state != Cohort.State.NOMINATING:
        state, detail = _calibration(found.calibration_state, is_over=found.slate_state is not None)  # type: ignore[attr-defined]
        sections.append(line("calibration", "Calibration", state, detail, "calibration_detail"))
    state, detail = _slate(found.slate_state)  # type: ignore[attr-defined]
    sections.append(line("slate", "Slate", state, detail, "slate_detail"))
    return sections


def program_sections(program: Program, member: Membership) -> list[Section]:
    """The selection plan that new cohorts of a program copy, for those who follow selections."""
    if not member.has(*access.READS_SELECTION):
        return []
    plan = pattern_of(program)
    said = (
        "; ".join(
            f"{part.title.lower()}: {part.said(plan)}"
            for part in PARTS
            if part.key in ("eligibility", "criteria")
        )
        if plan
        else ""
    )
    return [
        Section(
            "selection",
            "Selection plan",
            DONE if plan else NOT_STARTED,
            said.capitalize() or "Without one, cohorts begin with what suits this kind of program.",
            url=reverse("selection:program_plan", args=[member.organization.slug, program.pk]),
        )
    ]


def with_set_up(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """``set_up``, the weights in order; ``panel``, how many assess; ``slate_state`` of the latest
    slate, ``calibration_state``."""
    criteria = Criterion.objects.filter(plan__cohort=OuterRef("pk")).order_by("position", "pk")
    slates = Slate.objects.filter(cohort=OuterRef("pk")).order_by("-drawn_at", "-pk")
    sessions = CalibrationSession.objects.filter(cohort=OuterRef("pk")).order_by()
    return cohorts.annotate(
        set_up=ArraySubquery(criteria.values(one=JSONObject(kind="kind", weight="weight"))),
        panel=Count("assessors", distinct=True),
        slate_state=Subquery(slates.values("state")[:1]),
        calibration_state=Subquery(sessions.values("state")[:1]),
    )


def _calibration(state: str | None, *, is_over: bool) -> tuple[str, str]:
    if state is None:
        return NOT_STARTED, "None before the slate" if is_over else "After the assessment, if you want one"
    if state == CalibrationSession.State.CLOSED:
        return DONE, "Closed"
    return IN_PROGRESS, "Open; the slate waits for it"


def _slate(state: str | None) -> tuple[str, str]:
    if state is None:
        return NOT_STARTED, "After the assessment"
    if state == Slate.State.RELEASED:
        return DONE, "Released"
    return IN_PROGRESS, Slate.State(state).label
