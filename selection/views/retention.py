"""How long files of people not selected are kept: what goes when, and what stops it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.doors import only
from amdp.identity.requests import MemberRequest
from selection import access, services
from selection.forms.retention import HoldForm, LiftForm, RetentionForm
from selection.queries.retention import hold_on, kept_files, months_kept


@only(access.can_read_retention)
def retention_detail(request: MemberRequest, org: str) -> HttpResponse:
    """What is deleted when; owners say after how many months."""
    may_set = access.can_set_retention(request.member)
    if request.method == "POST" and not may_set:
        raise PermissionDenied("Only an owner says how long files are kept.")
    form = RetentionForm(request.POST or None, initial={"months": months_kept()})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_retention(form.cleaned_data["months"], by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The period is saved. Nothing goes before L&D and the owners are told.")
            return redirect("selection:retention_detail", org)
    found = kept_files()
    context = {
        "form": form,
        "months": months_kept(),
        "may_set": may_set,
        "may_hold": access.can_place_hold(request.member),
        "ahead": sorted(
            (one for one in found if not one.is_over),
            key=lambda one: (one.erase_on is None, one.erase_on or one.over_on),
        ),
        "over": [one for one in found if one.is_over],
    }
    return render(request, "selection/retention_detail.html", context)


@only(access.can_read_retention)
def hold_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Place a legal hold on the files of one selection, or lift the one there is."""
    cohort = get_object_or_404(access.visible_kept(request.member), pk=pk)
    hold = hold_on(cohort)
    allowed = access.can_set_retention if hold else access.can_place_hold
    if not allowed(request.member):
        raise PermissionDenied("An owner or L&D places a hold, an owner lifts it.")
    form = (LiftForm if hold else HoldForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if hold:
                services.lift_hold(cohort, by=request.member, **form.cleaned_data)
            else:
                services.place_hold(cohort, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"The hold on {cohort} is {'lifted' if hold else 'placed'}.")
            return redirect("selection:retention_detail", org)
    context = {"cohort": cohort, "hold": hold, "form": form}
    return render(request, "selection/hold_edit.html", context)
