"""The parts of a design, all edited the same way: list, add, change, move, delete."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from cohorts import services
from cohorts.forms.programs import (
    BehaviorForm,
    CompetencyForm,
    MetricForm,
    ObjectiveForm,
    OutcomeForm,
    StakeholderForm,
    StakeholderFunctionForm,
)
from cohorts.models import Behavior, Competency, Metric, Objective, Outcome, Program, Stakeholder
from cohorts.readiness import program_sections
from cohorts.services.programs import Part
from cohorts.views.loading import program_to_edit


@dataclass(frozen=True)
class Kind:
    """What one section of the design holds and how it is edited."""

    key: str
    model: Any
    form: Any
    title: str
    one: str
    help: str


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "objectives",
            Objective,
            ObjectiveForm,
            "Objectives",
            "objective",
            "What the program is for. Three to five sentences are remembered, ten are not.",
        ),
        Kind(
            "outcomes",
            Outcome,
            OutcomeForm,
            "Outcomes",
            "outcome",
            "What people will see being different when the program has worked.",
        ),
        Kind(
            "metrics",
            Metric,
            MetricForm,
            "Baseline metrics",
            "metric",
            "The numbers the program is judged by, measured before it starts. Results are compared with these.",
        ),
        Kind(
            "competencies",
            Competency,
            CompetencyForm,
            "Competency model",
            "competency",
            "What good work looks like, in behaviours assessors and mentors can see and rate from 1 to 5.",
        ),
        Kind(
            "stakeholders",
            Stakeholder,
            StakeholderFunctionForm,
            "Stakeholders",
            "stakeholder",
            "The people whose signature the design needs before nominations can open.",
        ),
        Kind("behaviors", Behavior, BehaviorForm, "Behaviours", "behaviour", ""),
    )
}


def section_detail(request: MemberRequest, org: str, program: int, section: str) -> HttpResponse:
    found, kind = program_to_edit(request, program), _kind(section, listed=True)
    status = next(one for one in program_sections(found) if one.key == section)
    parts = list(_parts(found, kind))
    context = {"program": found, "kind": kind, "parts": parts, "status": status}
    return render(request, "cohorts/section_detail.html", context)


def competency_detail(request: MemberRequest, org: str, program: int, competency: int) -> HttpResponse:
    found = program_to_edit(request, program)
    one = get_object_or_404(found.competencies.prefetch_related("behaviors"), pk=competency)
    return render(request, "cohorts/competency_detail.html", {"program": found, "competency": one})


def part_add(request: MemberRequest, org: str, program: int, section: str) -> HttpResponse:
    found, kind = program_to_edit(request, program), _kind(section, listed=True)
    if kind.model is Stakeholder:
        return _stakeholder_add(request, org, found, kind)
    return _edit(request, org, found, kind, kind.model(program=found))


def behavior_add(request: MemberRequest, org: str, program: int, competency: int) -> HttpResponse:
    found = program_to_edit(request, program)
    one = get_object_or_404(found.competencies, pk=competency)
    return _edit(request, org, found, KINDS["behaviors"], Behavior(competency=one))


def part_edit(request: MemberRequest, org: str, program: int, section: str, part: int) -> HttpResponse:
    found, kind = program_to_edit(request, program), _kind(section)
    return _edit(request, org, found, kind, get_object_or_404(_parts(found, kind), pk=part))


def part_delete(request: MemberRequest, org: str, program: int, section: str, part: int) -> HttpResponse:
    found, kind = program_to_edit(request, program), _kind(section)
    one = get_object_or_404(_parts(found, kind), pk=part)
    back = _home_of(org, found, one)
    refusals = []
    if request.method == "POST":
        signed = _signatures(found)
        try:
            services.delete_part(one, by=request.member)
        except ValidationError as refused:
            refusals = refused.messages
        else:
            messages.success(request, f"“{one}” is removed.")
            if not isinstance(one, Stakeholder):
                _say_reopened(request, found, signed)
            return redirect(back)
    context = {"program": found, "kind": kind, "part": one, "back": back, "refusals": refusals}
    return render(request, "cohorts/part_delete.html", context)


@require_POST
def part_move(request: MemberRequest, org: str, program: int, section: str, part: int) -> HttpResponse:
    found, kind = program_to_edit(request, program), _kind(section)
    one = get_object_or_404(_parts(found, kind), pk=part)
    if isinstance(one, Stakeholder):
        raise Http404("Stakeholders have no order.")
    services.move_part(one, up=request.POST.get("to") == "up", by=request.member)
    return redirect(_home_of(org, found, one))


def _edit(request: MemberRequest, org: str, program: Program, kind: Kind, part: Part) -> HttpResponse:
    form = kind.form(request.POST or None, instance=part)
    back = _home_of(org, program, part)
    if request.method == "POST" and form.is_valid():
        signed = _signatures(program)
        try:
            services.save_part(form.instance, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            _say_reopened(request, program, signed)
            return redirect(_after_save(org, program, part, back))
    context = {"program": program, "kind": kind, "part": part, "form": form, "back": back}
    return render(request, "cohorts/part_edit.html", context)


def _stakeholder_add(request: MemberRequest, org: str, program: Program, kind: Kind) -> HttpResponse:
    finding = "find_now" in request.POST
    typed = None if finding else request.POST or None
    form = StakeholderForm(typed, initial=request.POST.dict() if finding else None, member=request.member)
    back = reverse("cohorts:section_detail", args=[org, program.pk, kind.key])
    if request.method == "POST" and not finding and form.is_valid():
        part = Stakeholder(
            program=program, person=form.cleaned_data["person"], function=form.cleaned_data["function"]
        )
        signed = _signatures(program)
        try:
            services.save_part(part, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            _say_reopened(request, program, signed)
            return redirect(back)
    context = {"program": program, "form": form, "back": back, "finding": finding}
    return render(request, "cohorts/stakeholder_add.html", context)


def _kind(section: str, *, listed: bool = False) -> Kind:
    kind = KINDS.get(section)
    if kind is None or (listed and kind.model is Behavior):
        raise Http404("There is no such section.")
    return kind


def _parts(program: Program, kind: Kind) -> QuerySet[Any]:
    """The parts of one kind in a program, with what their list shows."""
    if kind.model is Behavior:
        return Behavior.objects.filter(competency__program=program).select_related("competency__program")
    if kind.model is Competency:
        return program.competencies.select_related("program").prefetch_related("behaviors")
    if kind.model is Stakeholder:
        return program.stakeholders.select_related("program", "person")
    return kind.model._default_manager.filter(program=program).select_related("program")


def _home_of(org: str, program: Program, part: Part) -> str:
    """Where a part is listed."""
    if isinstance(part, Behavior):
        return reverse("cohorts:competency_detail", args=[org, program.pk, part.competency_id])
    key = next(kind.key for kind in KINDS.values() if kind.model is type(part))
    return reverse("cohorts:section_detail", args=[org, program.pk, key])


def _after_save(org: str, program: Program, part: Part, back: str) -> str:
    """A competency goes on to its behaviours."""
    if isinstance(part, Competency):
        return reverse("cohorts:competency_detail", args=[org, program.pk, part.pk])
    return back


def _signatures(program: Program) -> int:
    return program.stakeholders.filter(signed_at__isnull=False).count()


def _say_reopened(request: MemberRequest, program: Program, signed: int) -> None:
    """Tell of signatures that a change has cost, and of a program that is open again."""
    was_signed_off = program.state == Program.State.SIGNED_OFF
    program.refresh_from_db(fields=["state"])
    if was_signed_off and program.state == Program.State.DRAFT:
        messages.warning(
            request,
            f"You changed what stakeholders had signed, so {program} is open again. Ask for the signatures anew.",
        )
    elif _signatures(program) < signed:
        messages.warning(
            request, "You changed what was signed already, so those stakeholders have to be asked anew."
        )
