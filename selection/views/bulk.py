"""Files in and out: what there is to download, a file checked, and brought in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from amdp.audit import services as audit
from amdp.identity.requests import MemberRequest
from amdp.web.forms import Form
from selection import services
from selection.bulk import KINDS
from selection.bulk.base import Kind
from selection.bulk.reading import rows_of
from selection.bulk.writing import bulk_file

SALT = "selection.bulk"
AN_HOUR = 3600
OLD = "The preview is older than an hour. Upload the file again."


class UploadForm(Form):
    file = forms.FileField(label="CSV or Excel file")


def kind_of(request: MemberRequest, pk: int, kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    cohort = get_object_or_404(KINDS[kind].cohorts(request.member), pk=pk)
    return KINDS[kind](cohort, request.member)


@require_safe
def bulk_file_out(request: MemberRequest, org: str, pk: int, kind: str) -> FileResponse:
    """The rows there are, to be read or filled in."""
    found, file_format = kind_of(request, pk, kind), request.GET.get("as", "xlsx")
    if file_format not in ("csv", "xlsx"):
        raise Http404
    audit.record(f"export.{kind}", found.cohort, by=request.member, after={"kind": file_format})
    return bulk_file(found, file_format)


def bulk_file_in(request: MemberRequest, org: str, pk: int, kind: str) -> HttpResponse:
    """Upload, see what it would do or what is wrong with it, then bring it in."""
    found = kind_of(request, pk, kind)
    context: dict[str, Any] = {"kind": found, "cohort": found.cohort, "closed": found.may_bring_in()}
    if request.method == "POST" and context["closed"]:
        raise PermissionDenied(context["closed"])
    sealed = request.POST.get("sealed", "")
    form = UploadForm(request.POST or None, request.FILES or None)
    try:
        if sealed:
            rows = opened(sealed, request, found)
            result = services.bring_in_file(kind, found.cohort, rows, by=request.member)
            if not result.errors:
                messages.success(request, f"{len(result.changes)} changed, {result.unchanged} as they were.")
                return redirect("selection:bulk_file_in", org, pk, kind)
            context["result"] = result
        elif request.method == "POST" and form.is_valid():
            rows = rows_of(form.cleaned_data["file"], found.columns())
            result = services.bring_in_file(kind, found.cohort, rows, by=request.member, dry_run=True)
            seal = signing.dumps([request.member.pk, pk, kind, rows], salt=SALT, compress=True)
            context |= {"result": result, "sealed": "" if result.errors else seal}
    except ValidationError as refused:
        if sealed:
            messages.error(request, " ".join(refused.messages))
        else:
            form.refuse(refused)
    return render(
        request, "selection/bulk_file_in.html", {**context, "form": UploadForm() if sealed else form}
    )


def opened(sealed: str, request: MemberRequest, kind: Kind) -> list[tuple[int, dict[str, str]]]:
    """The rows that were looked at, by this member, for this cohort. Raises ValidationError when they are old."""
    try:
        member, cohort, key, rows = signing.loads(sealed, salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature as bad:
        raise ValidationError(OLD) from bad
    if (member, cohort, key) != (request.member.pk, kind.cohort.pk, kind.key):
        raise ValidationError(OLD)
    return [(number, row) for number, row in rows]
