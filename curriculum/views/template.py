"""The template of a program's journey: modules and activities, all edited the same way."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from cohorts.models import Program
from curriculum import access, services
from curriculum.blueprints import journey_blueprint
from curriculum.forms.template import ActivityForm, ModuleForm, StartForm
from curriculum.models import Activity, Module
from curriculum.queries.preview import modules_with_activities, preview


@require_safe
def template_detail(request: MemberRequest, org: str, program: int) -> HttpResponse:
    found = get_object_or_404(access.visible_templates(request.member), pk=program)
    modules = modules_with_activities(found)
    context = {
        "program": found,
        "modules": modules,
        "activities": sum(len(one.activities.all()) for one in modules),
        "may_edit": access.can_edit_template(request.member, found),
        "has_blueprint": journey_blueprint(found.blueprint) is not None,
        "cohorts": found.cohorts.filter(journeys__isnull=False).exclude(state__in=access.OVER),
    }
    return render(request, "curriculum/template_detail.html", context)


@require_POST
def template_copy(request: MemberRequest, org: str, program: int) -> HttpResponse:
    found = _to_edit(request, get_object_or_404(access.visible_templates(request.member), pk=program))
    try:
        modules = services.copy_blueprint(found, by=request.member)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, f"{len(modules)} modules are yours to change.")
    return redirect("curriculum:template_detail", org, found.pk)


@require_safe
def template_dates(request: MemberRequest, org: str, program: int) -> HttpResponse:
    """The template's dates for a start one chooses."""
    found = get_object_or_404(access.visible_templates(request.member), pk=program)
    start, market = _next_quarter(timezone.localdate()), request.organization.market
    form = StartForm(
        request.GET if "starts_on" in request.GET else None, initial={"starts_on": start, "market": market}
    )
    if form.is_bound and form.is_valid():
        start, market = form.cleaned_data["starts_on"], form.cleaned_data["market"]
    context = {
        "program": found,
        "form": form,
        "lines": preview(found, start, market),
        "start": start,
        "market": market,
    }
    return render(request, "curriculum/template_dates.html", context)


def module_add(request: MemberRequest, org: str, program: int) -> HttpResponse:
    found = _to_edit(request, get_object_or_404(access.visible_templates(request.member), pk=program))
    return _edit_module(request, org, Module(program=found))


def module_edit(request: MemberRequest, org: str, module: int) -> HttpResponse:
    return _edit_module(request, org, _module(request, module))


def module_delete(request: MemberRequest, org: str, module: int) -> HttpResponse:
    found = _module(request, module)
    refusals: list[str] = []
    if request.method == "POST":
        try:
            services.delete_module(found, by=request.member)
        except ValidationError as refused:
            refusals = refused.messages
        else:
            messages.success(request, f"“{found}” is removed.")
            return redirect("curriculum:template_detail", org, found.program_id)
    context = {"one": found, "program": found.program, "what": "module", "refusals": refusals}
    context["count"] = found.activities.count() if found.pk else 0
    return render(request, "curriculum/part_delete.html", context)


@require_POST
def module_move(request: MemberRequest, org: str, module: int) -> HttpResponse:
    found = _module(request, module)
    services.move_module(found, up=request.POST.get("to") == "up", by=request.member)
    return redirect(_at(request, found.program_id, found.pk))


def activity_add(request: MemberRequest, org: str, module: int) -> HttpResponse:
    return _edit_activity(request, org, Activity(module=_module(request, module)))


def activity_edit(request: MemberRequest, org: str, activity: int) -> HttpResponse:
    return _edit_activity(request, org, _activity(request, activity))


def activity_delete(request: MemberRequest, org: str, activity: int) -> HttpResponse:
    found = _activity(request, activity)
    refusals: list[str] = []
    if request.method == "POST":
        try:
            services.delete_activity(found, by=request.member)
        except ValidationError as refused:
            refusals = refused.messages
        else:
            messages.success(request, f"“{found}” is removed.")
            return redirect("curriculum:template_detail", org, found.module.program_id)
    context = {"one": found, "program": found.module.program, "what": "activity", "refusals": refusals}
    return render(request, "curriculum/part_delete.html", context)


@require_POST
def activity_move(request: MemberRequest, org: str, activity: int) -> HttpResponse:
    found = _activity(request, activity)
    services.move_activity(found, up=request.POST.get("to") == "up", by=request.member)
    return redirect(_at(request, found.module.program_id, found.module_id))


def _edit_module(request: MemberRequest, org: str, module: Module) -> HttpResponse:
    form = ModuleForm(request.POST or None, instance=module)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_module(form.instance, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, f"“{saved}” is saved. Schedule running cohorts again to move their dates."
            )
            return redirect(_at(request, saved.program_id, saved.pk))
    context = {"form": form, "module": module, "program": module.program}
    return render(request, "curriculum/module_edit.html", context)


def _edit_activity(request: MemberRequest, org: str, activity: Activity) -> HttpResponse:
    form = ActivityForm(request.POST or None, instance=activity)
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_activity(
                form.instance, competencies=form.cleaned_data["competencies"], by=request.member
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, f"“{saved}” is saved. Schedule running cohorts again to move their dates."
            )
            return redirect(_at(request, saved.module.program_id, saved.module_id))
    context = {
        "form": form,
        "activity": activity,
        "module": activity.module,
        "program": activity.module.program,
    }
    return render(request, "curriculum/activity_edit.html", context)


def _module(request: MemberRequest, pk: int) -> Module:
    module: Module = get_object_or_404(access.visible_modules(request.member), pk=pk)
    _to_edit(request, module.program)
    return module


def _activity(request: MemberRequest, pk: int) -> Activity:
    activity: Activity = get_object_or_404(access.visible_template_activities(request.member), pk=pk)
    _to_edit(request, activity.module.program)
    return activity


def _to_edit(request: MemberRequest, program: Program) -> Program:
    if not access.can_edit_template(request.member, program):
        raise PermissionDenied("Only L&D admins design a journey, and an archived program keeps its own.")
    return program


def _at(request: MemberRequest, program: int, module: int) -> str:
    address = reverse("curriculum:template_detail", args=[request.organization.slug, program])
    return f"{address}#module-{module}"


def _next_quarter(today: date) -> date:
    """The first day of the next quarter: a start people often choose."""
    month = (today.month - 1) // 3 * 3 + 4
    return date(today.year + month // 13, (month - 1) % 12 + 1, 1)
