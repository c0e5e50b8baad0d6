"""On-the-job work: written by the participant, confirmed or returned by the line manager."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from curriculum import access, services
from curriculum.forms.work import ConfirmForm, ProjectForm, ReturnForm
from curriculum.models import ParticipantActivity, Project
from curriculum.queries.opening import opening_of


def project_edit(request: MemberRequest, org: str, item: int) -> HttpResponse:
    """Choose the account, answer the prompts, hand in."""
    project = _own_project(request, item)
    if isinstance(project, HttpResponse):
        return project
    finding = "find_now" in request.POST
    form = ProjectForm(
        request.POST or None, project=project, member=request.member, find=request.POST.get("find", "")
    )
    if request.method == "POST" and form.is_valid():
        verb = services.save_draft if finding or "keep" in request.POST else services.submit_project
        try:
            project = verb(project, answers=form.answers, account=form.account_chosen, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            if not finding:
                messages.success(request, _told(project))
                return redirect("curriculum:activity_detail", org, item)
    context = {
        "form": form,
        "project": project,
        "item": project.item,
        "finding": finding,
        "opening": opening_of(project.item),
    }
    return render(request, "curriculum/project_edit.html", context)


@require_POST
def project_draft(request: MemberRequest, org: str, item: int) -> HttpResponse:
    """Autosave: keep what is typed, say nothing else."""
    project = _own_project(request, item)
    if isinstance(project, HttpResponse):
        return JsonResponse({"saved": False}, status=409)
    form = ProjectForm(
        request.POST, project=project, member=request.member, find=request.POST.get("find", "")
    )
    if not form.is_valid():
        return JsonResponse({"saved": False}, status=422)
    services.save_draft(project, answers=form.answers, account=form.account_chosen, by=request.member)
    return JsonResponse({"saved": True})


@require_safe
def project_detail(request: MemberRequest, org: str, project: int) -> HttpResponse:
    """What was handed in and what the manager said; for the manager, the decision beside it."""
    found = get_object_or_404(access.visible_projects(request.member), pk=project)
    return _show(request, found, ConfirmForm(), ReturnForm())


@require_POST
def project_confirm(request: MemberRequest, org: str, project: int) -> HttpResponse:
    found = _to_decide(request, project)
    form = ConfirmForm(request.POST)
    if form.is_valid():
        try:
            services.confirm_project(found, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Confirmed. {found.item.participant.person.first_name} is told.")
            return redirect("curriculum:project_detail", org, found.pk)
    return _show(request, found, form, ReturnForm())


@require_POST
def project_return(request: MemberRequest, org: str, project: int) -> HttpResponse:
    found = _to_decide(request, project)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            services.return_project(found, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, f"Returned. {found.item.participant.person.first_name} reads your question."
            )
            return redirect("curriculum:project_detail", org, found.pk)
    return _show(request, found, ConfirmForm(), form)


def _own_project(request: MemberRequest, pk: int) -> Project | HttpResponse:
    """The draft of the member's own activity; an activity that cannot be worked on shows why."""
    item: ParticipantActivity = get_object_or_404(access.visible_activities(request.member), pk=pk)
    if not access.can_work_on(request.member, item):
        raise PermissionDenied("Only the participant writes this.")
    try:
        project = services.start_project(item, by=request.member)
    except ValidationError as refused:
        messages.warning(request, refused.messages[0])
        return redirect("curriculum:activity_detail", request.organization.slug, item.pk)
    if not project.is_editable:
        return redirect("curriculum:project_detail", request.organization.slug, project.pk)
    project.item = item
    return project


def _to_decide(request: MemberRequest, pk: int) -> Project:
    project: Project = get_object_or_404(access.visible_projects(request.member), pk=pk)
    if not access.can_confirm(request.member, project):
        raise PermissionDenied("Only the line manager confirms or returns what was handed in, and only once.")
    return project


def _show(
    request: MemberRequest, project: Project, confirm: ConfirmForm, give_back: ReturnForm
) -> HttpResponse:
    prompts = project.item.activity.prompts
    context = {
        "project": project,
        "item": project.item,
        "person": project.item.participant.person,
        "answers": [(prompt, project.answers.get(prompt, "")) for prompt in prompts],
        "reviews": list(project.reviews.all()),
        "may_confirm": access.can_confirm(request.member, project),
        "is_own": access.is_own(request.member, project.item.participant),
        "confirm": confirm,
        "give_back": give_back,
    }
    return render(request, "curriculum/project_detail.html", context)


def _told(project: Project) -> str:
    if project.state == Project.State.SUBMITTED:
        return f"Handed in. {project.item.participant.person.manager} is asked to confirm it."
    return "Handed in." if project.state == Project.State.FINISHED else "Draft saved."
