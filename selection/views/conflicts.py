from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.requests import MemberRequest
from amdp.web.forms import Form
from selection import access, services
from selection.forms import WhyForm
from selection.forms.conflicts import AskToKeepForm, DecideToKeepForm, ReassignForm
from selection.models import Assessor, AssessorConflict
from selection.queries.assessment import panel
from selection.queries.conflicts import conflicts_of, is_drawn

SAID = {
    "reassign": "The sheets are handed on.",
    "ask": "A second person of L&D or HR is asked.",
    "decide": "Your decision is kept. Who asked is told.",
    "exclude": "The ratings are left out of the mean.",
    "include": "The ratings count again.",
}


def conflict_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """What came up between an assessor and a candidate, and what L&D and a second person decide about it."""
    conflict = get_object_or_404(access.visible_conflicts(request.member), pk=pk)
    action = request.POST.get("action", "")
    forms = forms_for(request, conflict, action)
    if request.method == "POST":
        form = forms.get(action)
        if form is None:
            raise PermissionDenied(access.NOT_THE_CONFLICT)
        if form.is_valid():
            try:
                carry_out(conflict, action, form, request)
            except ValidationError as refused:
                form.refuse(refused)
            else:
                messages.success(request, SAID[action])
                return redirect("selection:conflict_detail", org, conflict.pk)
    sheets = conflict.candidate.scoresheets.filter(assessor=conflict.assessor).select_related("exercise")
    context = {
        "conflict": conflict,
        "sheets": sheets,
        "forms": forms,
        "is_mine": conflict.asked_by_id == request.member.pk,
        "is_open": not is_drawn(conflict.candidate.cohort),
    }
    return render(request, "selection/conflict_detail.html", context)


def forms_for(request: MemberRequest, conflict: AssessorConflict, action: str) -> dict[str, Form]:
    """What the member can do about it now, by the name of the verb."""
    found: dict[str, Form] = {}
    if is_drawn(conflict.candidate.cohort):
        return found
    sent = {name: request.POST if name == action else None for name in SAID}
    sheets = conflict.candidate.scoresheets.filter(assessor=conflict.assessor)
    if access.can_settle_conflict(request.member, conflict):
        if conflict.is_waiting and sheets.filter(state="open").exists():
            found["reassign"] = ReassignForm(sent["reassign"], free=free_for(conflict), prefix="to")
        if conflict.state == "open" and conflict.ground in ("line", "proposer"):
            found["ask"] = AskToKeepForm(sent["ask"], prefix="keep")
        if conflict.excluded_at:
            found["include"] = WhyForm(sent["include"], prefix="in")
        elif sheets.filter(state="submitted").exists():
            found["exclude"] = WhyForm(sent["exclude"], prefix="out")
    if conflict.state == "asked" and access.can_be_second_on(request.member, conflict):
        found["decide"] = DecideToKeepForm(sent["decide"], prefix="second")
    return found


def free_for(conflict: AssessorConflict) -> list[Assessor]:
    """Those of the panel who may score the candidate and do not yet, fewest sheets first."""
    candidate = conflict.candidate
    scoring = set(candidate.scoresheets.values_list("assessor_id", flat=True))
    listed = sorted(panel(candidate.cohort), key=lambda each: each.sheets)
    barred = conflicts_of([candidate], listed)[candidate.pk]
    return [each for each in listed if each.pk not in barred | scoring]


def carry_out(conflict: AssessorConflict, action: str, form: Form, request: MemberRequest) -> None:
    """Call the verb the form belongs to."""
    data, by = form.cleaned_data, request.member
    match action:
        case "reassign":
            assessor = get_object_or_404(conflict.candidate.cohort.assessors, pk=data["assessor"])
            services.reassign_sheets(conflict, assessor, by=by)
        case "ask":
            services.ask_to_keep(conflict, reason=data["reason"], by=by)
        case "decide":
            keep = data["decision"] == "keep"
            services.decide_to_keep(conflict, keep=keep, remark=data["remark"], by=by)
        case "exclude":
            services.exclude_ratings(conflict, why=data["why"], by=by)
        case "include":
            services.include_ratings(conflict, why=data["why"], by=by)
