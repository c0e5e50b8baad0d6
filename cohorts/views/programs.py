import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from cohorts import access, queries, services
from cohorts.blueprints import blueprints
from cohorts.forms.programs import BLANK, ProgramForm, ProgramNewForm
from cohorts.models import Behavior, Program
from cohorts.readiness import program_sections
from cohorts.sections import added_to_program
from cohorts.views.loading import program_to_edit


class ProgramFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Stage", choices=Program.State.choices)

    class Meta:
        model = Program
        fields = ["state"]


def program_list(request: MemberRequest, org: str) -> HttpResponse:
    cohorts = access.visible_cohorts(request.member)
    rows = ListPage(
        request,
        queries.with_cohort_counts(access.visible_programs(request.member), cohorts),
        noun=("program", "programs"),
        search=queries.search_programs,
        filters=ProgramFilter,
        sorts={"name": ("name",), "cohorts": ("cohort_count", "name"), "state": ("state", "name")},
        placeholder="Search by name",
    )
    may_create = access.can_edit_program(request.member)
    return render(request, "cohorts/program_list.html", {"list": rows, "may_create": may_create})


def program_new(request: MemberRequest, org: str) -> HttpResponse:
    if not access.can_edit_program(request.member):
        raise PermissionDenied("Only L&D admins create programs.")
    form = ProgramNewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        blueprint = blueprints().get(form.cleaned_data["blueprint"])
        try:
            program = services.create_program(
                form.cleaned_data["name"], blueprint=blueprint, by=request.member
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("cohorts:program_detail", org, program.pk)
    return render(request, "cohorts/program_new.html", {"form": form, "blank": BLANK})


def program_detail(request: MemberRequest, org: str, program: int) -> HttpResponse:
    """The task list for L&D, the design for everybody else."""
    found = get_object_or_404(access.visible_programs(request.member), pk=program)
    cohorts = access.visible_cohorts(request.member).filter(program=found)
    context = {
        "program": found,
        "cohorts": queries.with_participant_counts(cohorts),
        "may_edit": access.can_edit_program(request.member, found),
        "may_sign": access.can_sign_off(request.member, found),
        "may_read": access.can_read_design(request.member, found),
        "added": added_to_program(found, request.member),
    }
    if context["may_edit"]:
        sections = program_sections(found)
        context |= {"sections": sections, "open_count": sum(bool(one.missing) for one in sections)}
    if context["may_read"]:
        stakeholders = found.stakeholders.select_related("person")
        awaited = sum(one.asked_at is not None and one.signed_at is None for one in stakeholders)
        context |= {"stakeholders": stakeholders, "awaited": awaited}
    if not context["may_edit"]:
        context |= design_of(found)
    return render(request, "cohorts/program_detail.html", context)


def design_of(program: Program) -> dict[str, object]:
    """What a reader of the design sees: sentences, numbers and the competency model, in five queries."""
    behaviors = Prefetch("behaviors", queryset=Behavior.objects.order_by("position", "id"))
    return {
        "objectives": program.objectives.all(),
        "outcomes": program.outcomes.all(),
        "metrics": program.metrics.all(),
        "competencies": program.competencies.prefetch_related(behaviors),
    }


def program_edit(request: MemberRequest, org: str, program: int) -> HttpResponse:
    found = program_to_edit(request, program)
    form = ProgramForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_program(form.instance, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("cohorts:program_detail", org, found.pk)
    return render(request, "cohorts/program_edit.html", {"form": form, "program": found})


def program_archive(request: MemberRequest, org: str, program: int) -> HttpResponse:
    found = program_to_edit(request, program)
    refusals = []
    if request.method == "POST":
        try:
            services.archive_program(found, by=request.member)
        except ValidationError as refused:
            refusals = refused.messages
        else:
            messages.success(request, f"{found} is archived. Its cohorts and numbers stay.")
            return redirect("cohorts:program_list", org)
    return render(request, "cohorts/program_archive.html", {"program": found, "refusals": refusals})
