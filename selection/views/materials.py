from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from selection import access, services
from selection.forms.materials import MaterialForm, VersionForm
from selection.models import ExerciseMaterial


def material_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The files of an exercise with their versions; L&D adds one."""
    exercise = get_object_or_404(access.visible_exercises(request.member), pk=pk)
    may_change = access.can_change_materials(request.member, exercise)
    if request.method == "POST" and not may_change:
        raise PermissionDenied(access.NOT_THE_PLAN)
    form = MaterialForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        file = data.pop("file")
        try:
            services.add_material(
                exercise, file, file_name=file.name, size=file.size, by=request.member, **data
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The file is kept.")
            return redirect("selection:material_list", org, exercise.pk)
    materials = access.visible_materials(request.member).filter(exercise=exercise, removed_at=None)
    context = {
        "exercise": exercise,
        "materials": materials.prefetch_related("versions__added_by__user"),
        "form": form,
        "may_change": may_change,
    }
    return render(request, "selection/material_list.html", context)


def material_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One file: its versions, and a newer one."""
    material = get_object_or_404(access.visible_materials(request.member), pk=pk)
    may_change = material.removed_at is None and access.can_change_materials(
        request.member, material.exercise
    )
    if request.method == "POST" and not may_change:
        raise PermissionDenied(access.NOT_THE_PLAN)
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            services.replace_material(material, file, file_name=file.name, size=file.size, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The newer version is kept; people get it from now on.")
            return redirect("selection:material_detail", org, material.pk)
    context = {
        "material": material,
        "versions": material.versions.select_related("added_by__user"),
        "form": form,
        "may_change": may_change,
    }
    return render(request, "selection/material_detail.html", context)


@require_POST
def material_remove(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    material: ExerciseMaterial = get_object_or_404(access.visible_materials(request.member), pk=pk)
    if not access.can_change_materials(request.member, material.exercise):
        raise PermissionDenied(access.NOT_THE_PLAN)
    try:
        services.remove_material(material, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"“{material}” is taken away. Its versions stay on file.")
    return redirect("selection:material_list", org, material.exercise_id)


@require_safe
def material_file(request: MemberRequest, org: str, pk: int) -> HttpResponseBase:
    """The file itself: always to be kept, never to be shown in the product's own pages."""
    version = get_object_or_404(access.visible_versions(request.member), pk=pk)
    if not default_storage.exists(version.path):
        raise Http404
    response = FileResponse(
        default_storage.open(version.path, "rb"),
        as_attachment=True,
        filename=version.file_name,
        content_type=version.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
