from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amdp.exports import services
from amdp.exports.access import visible_runs
from amdp.exports.files import made_file
from amdp.exports.kinds import Paper, comes_as, export_of
from amdp.exports.models import ExportRun
from amdp.identity.requests import MemberRequest
from amdp.web.htmx import wants_fragment


@require_http_methods(["GET", "HEAD", "POST"])
def export_new(request: MemberRequest, org: str, kind: str, file_format: str) -> HttpResponse:
    """How big the file will be, and the button that has it made."""
    query = request.META.get("QUERY_STRING", "")
    export = export_of(kind, request.member, query)
    if export is None or isinstance(export, Paper) or not comes_as(export, file_format):
        raise Http404  # papers are asked for on pages of their own
    if request.method == "POST":
        run = services.ask_for_export(kind, file_format, query, by=request.member)
        return redirect("exports:export_detail", org, run.pk)
    context = {"export": export, "count": export.rows.order_by().count(), "file_format": file_format}
    return render(request, "exports/export_new.html", context)


@require_safe
def export_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Being made, ready to fetch, or deleted again."""
    run = get_object_or_404(visible_runs(request.member), pk=pk)
    response = render(request, "exports/export_detail.html", {"run": run})
    if wants_fragment(request) and run.state != ExportRun.State.ASKED:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def export_file(request: MemberRequest, org: str, pk: int) -> FileResponse:
    """The file, for whoever asked for it and may still take it out."""
    return made_file(get_object_or_404(visible_runs(request.member), pk=pk), request.member)


@require_POST
def export_again(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    run = get_object_or_404(visible_runs(request.member), pk=pk)
    try:
        services.ask_again(run, by=request.member)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect("exports:export_detail", org, run.pk)
