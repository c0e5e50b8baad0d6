"""The plan of a selection: its parts and what is missing, each part's form, versions and previews."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from amdp.identity.models import Role
from amdp.identity.requests import MemberRequest
from cohorts.access import visible_programs
from cohorts.models import Cohort, Program
from selection import access
from selection.models import SelectionPlan
from selection.plan_forms import FORMS
from selection.plan_parts import PARTS, Part, part_of
from selection.previews import preview_of, previews_of
from selection.queries.plan import overview_of, pattern_of, plan_of, versions_of
from selection.services import begin_plan, change_plan


def selection_setup(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The selection plan of a cohort: its parts, what is missing before nominations open, its versions."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    return _overview(request, cohort, plan_of(cohort))


def program_plan(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """What the cohorts of a program copy."""
    program = get_object_or_404(_programs(request), pk=pk)
    return _overview(request, program, pattern_of(program))


def _programs(request: MemberRequest) -> QuerySet[Program]:
    programs = visible_programs(request.member)
    return programs if request.member.has(*access.READS_SELECTION) else programs.none()


def _overview(request: MemberRequest, run: Cohort | Program, plan: SelectionPlan | None) -> HttpResponse:
    cohort = run if isinstance(run, Cohort) else None
    context: dict[str, Any] = {
        "run": run,
        "cohort": cohort,
        "program": cohort.program if cohort else run,
        "plan": plan,
        "may_begin": access.can_begin_plan(request.member, run),
    }
    if plan is not None:
        context |= {"overview": overview_of(plan), "previews": previews_of(plan)}
    elif cohort:
        context["pattern"] = pattern_of(cohort.program)
    return render(request, "selection/plan_detail.html", context)


@require_POST
def plan_begin(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Copy the program's plan, or what its blueprint proposes, into the cohort."""
    return _begin(request, org, get_object_or_404(access.visible_selections(request.member), pk=pk))


@require_POST
def program_plan_begin(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Make the plan that the program's cohorts copy."""
    return _begin(request, org, get_object_or_404(_programs(request), pk=pk))


def _begin(request: MemberRequest, org: str, run: Cohort | Program) -> HttpResponse:
    try:
        plan = begin_plan(run, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        page = "selection_setup" if isinstance(run, Cohort) else "program_plan"
        return redirect(f"selection:{page}", org, run.pk)
    messages.success(request, "The plan is begun. Look through its parts and change what should differ.")
    return redirect(plan_url(org, plan))


def plan_url(org: str, plan: SelectionPlan) -> str:
    """The overview a plan belongs to."""
    if plan.cohort_id is not None:
        return reverse("selection:selection_setup", args=[org, plan.cohort_id])
    return reverse("selection:program_plan", args=[org, plan.program_id])


def plan_part(request: MemberRequest, org: str, pk: int, key: str) -> HttpResponse:
    """One part of a plan: to change for who runs it, in words for who reads it."""
    plan, part = _plan_and_part(request, pk, key)
    may_edit = access.can_change_part(request.member, plan, part)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied(access.why_over(part) if part.is_over(plan) else access.NOT_THE_PLAN)
    opened = part.has_opened(plan)
    form = FORMS[key](request.POST or None, plan=plan, by=request.member, opened=opened)
    if request.method == "POST" and form.is_valid():
        try:
            change_plan(plan, key, form.write, by=request.member, why=form.why)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{part.title}: saved.")
            return redirect(plan_url(org, plan))
    context = {
        "plan": plan,
        "part": part,
        "form": form,
        "may_edit": may_edit,
        "opened": opened,
        "over": access.why_over(part) if part.is_over(plan) else "",
        "content": part.content(plan),
        "back": plan_url(org, plan),
    }
    return render(request, f"selection/plan_{key}.html", context)


def _plan_and_part(request: MemberRequest, pk: int, key: str) -> tuple[SelectionPlan, Part]:
    plan = get_object_or_404(access.visible_plans(request.member), pk=pk)
    if key not in {part.key for part in PARTS}:
        raise Http404
    return plan, part_of(key)


def plan_version(request: MemberRequest, org: str, pk: int, number: int) -> HttpResponse:
    """A version of a plan in words, with what was different before."""
    plan = get_object_or_404(access.visible_plans(request.member), pk=pk)
    version = next((each for each in versions_of(plan) if each.number == number), None)
    if version is None:
        raise Http404
    context = {"plan": plan, "version": version, "back": plan_url(org, plan)}
    return render(request, "selection/plan_version.html", context)


def plan_preview(request: MemberRequest, org: str, pk: int, role: str) -> HttpResponse:
    """What one role will be shown, before anything is open."""
    plan = get_object_or_404(access.visible_plans(request.member), pk=pk)
    previews = previews_of(plan)
    if role not in {preview.role for preview in previews}:
        raise Http404
    context = {
        "plan": plan,
        "role": role,
        "previews": previews,
        "preview": preview_of(plan, role),
        "back": plan_url(org, plan),
        "is_admin": request.member.has(Role.LD_ADMIN),
    }
    return render(request, "selection/plan_preview.html", context)
