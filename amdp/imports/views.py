from collections.abc import Callable
from functools import wraps
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.audit import services as audit
from amdp.identity.requests import MemberRequest
from amdp.imports import files, services
from amdp.imports.access import can_import, visible_runs
from amdp.imports.forms import ColumnsForm, UploadForm
from amdp.imports.models import ImportRun, Kind
from amdp.imports.progress import standing
from amdp.imports.queries import file_columns
from amdp.imports.tables import ItemPage
from amdp.web.htmx import wants_fragment
from amdp.web.pages import ListPage

State = ImportRun.State
DOWNLOADS = {files.REJECTED, files.ERRORS, files.ABSENT}
View = Callable[..., HttpResponseBase]


def importers_only(view: View) -> View:
    """Only those who may bring files in; the others are told who may."""

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_import(request.member):
            raise PermissionDenied("Only owners of the organization bring files in. Ask one of them.")
        return view(request, *args, **kwargs)

    return guarded


class RunFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="File", choices=Kind.choices)
    state = django_filters.ChoiceFilter(label="State", choices=State.choices)

    class Meta:
        model = ImportRun
        fields = ["kind", "state"]


@importers_only
def import_list(request: MemberRequest, org: str) -> HttpResponse:
    """What was brought in, newest first."""
    runs = ListPage(
        request,
        visible_runs(request.member).defer("errors", "absent_rows"),
        noun=("file", "files"),
        filters=RunFilter,
        sorts={"when": ("created_at",), "rows": ("rows",)},
        default="-when",
    )
    return render(request, "imports/import_list.html", {"list": runs})


@importers_only
def import_new(request: MemberRequest, org: str) -> HttpResponse:
    """Choose a file."""
    kind = request.GET.get("kind", Kind.PEOPLE)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": kind})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.upload_file(form.cleaned_data["kind"], file, file.name, by=request.member)
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            return redirect("imports:import_columns", org, run.pk)
    return render(request, "imports/import_new.html", {"form": form})


@importers_only
def import_columns(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Say which column holds what."""
    run = get_object_or_404(visible_runs(request.member), pk=pk)
    if not run.may_become(State.CHECKING):
        return redirect("imports:import_detail", org, run.pk)
    form = ColumnsForm(request.POST or None, run=run)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_columns(run, form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("imports:import_detail", org, run.pk)
    context = {"run": run, "form": form, "columns": file_columns(run)}
    return render(request, "imports/import_columns.html", context)


@importers_only
def import_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """How a file stands: being worked on, checked, refused, imported."""
    run = get_object_or_404(visible_runs(request.member), pk=pk)
    if run.state == State.UPLOADED:
        return redirect("imports:import_columns", org, run.pk)
    context = {"run": run, "errors": ItemPage(request, run.errors), "absent": run.absent_rows[:20]}
    if run.is_working:
        context["standing"] = standing(run)
    response = render(request, "imports/import_detail.html", context)
    if wants_fragment(request) and not run.is_working:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@importers_only
def import_confirm(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    return _verb(request, org, pk, services.confirm_import)


@require_POST
@importers_only
def import_restart(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    return _verb(request, org, pk, services.restart_run)


@require_POST
@importers_only
def import_discard(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    _verb(request, org, pk, services.discard_run)
    return redirect("imports:import_list", org)


@importers_only
def import_file(request: MemberRequest, org: str, pk: int, name: str) -> HttpResponseBase:
    """A list that belongs to a run: rows refused, errors, who is missing."""
    run = get_object_or_404(visible_runs(request.member), pk=pk)
    file = files.open_file(run.folder, name) if name in DOWNLOADS else None
    if file is None:
        raise Http404
    audit.record("export.import_list", run, by=request.member, after={"file": name})
    return FileResponse(file, as_attachment=True, filename=f"{run.kind}-{name}", content_type="text/csv")


def _verb(request: MemberRequest, org: str, pk: int, verb: Callable[..., ImportRun]) -> HttpResponse:
    run = get_object_or_404(visible_runs(request.member), pk=pk)
    try:
        verb(run, by=request.member)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect("imports:import_detail", org, run.pk)
