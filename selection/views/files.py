from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from selection import access, services
from selection.forms.files import FileForm


def candidate_file(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """For whom a file is written out, and who is named in it."""
    candidate = get_object_or_404(access.visible_candidates(request.member), pk=pk)
    if not access.files_for(request.member, "board").filter(pk=pk).exists():
        raise PermissionDenied(access.NOT_THE_FILE)
    form = FileForm(request.POST or None, is_released=candidate.cohort.released_at is not None)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.ask_for_file(candidate, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("exports:export_detail", org, run.pk)
    return render(request, "selection/candidate_file.html", {"candidate": candidate, "form": form})


@require_POST
def own_file(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The own file, after the release."""
    candidate = get_object_or_404(access.visible_outcomes(request.member), pk=pk)
    file_format = "zip" if request.POST.get("as") == "zip" else "pdf"
    run = services.ask_for_file(candidate, audience="person", file_format=file_format, by=request.member)
    return redirect("exports:export_detail", org, run.pk)
