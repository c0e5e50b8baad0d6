from collections.abc import Mapping

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.directory.access import visible_people
from amdp.directory.queries import employed, search_people
from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from selection import access, services
from selection.forms.approvals import DecideNominationForm
from selection.models import Approval
from selection.plan_parts import part_of
from selection.plan_parts.approval import sample_of
from selection.queries.approvals import approvals_for, approvals_of, chain_of, steps_of
from selection.queries.chain import chains_in
from selection.queries.eligibility import eligibility_for
from selection.queries.requests import as_requests, requests_for, search_requests, visible_approvals
from selection.views.plan import plan_url

DONE = {"approve": "approved", "return": "returned", "decline": "declined"}
TRIED = 8
# so few are found without searching
FEW = 8
NOT_YOURS = "Somebody else decides this nomination."


class RequestFilter(django_filters.FilterSet):
    """The cohorts in which something waits for the member."""

    cohort = django_filters.ModelChoiceFilter(
        field_name="nomination__candidate__cohort", queryset=Cohort.objects.none(), label="Cohort"
    )

    class Meta:
        model = Approval
        fields = ["cohort"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        waiting = approvals_for(self.request.member).order_by().values("nomination__candidate__cohort")
        self.filters["cohort"].extra["queryset"] = Cohort.objects.filter(pk__in=waiting)


def approval_list(request: MemberRequest, org: str) -> HttpResponse:
    """Everything that waits for the member's decision, of all cohorts: decided here, one by one or several."""
    refused: Mapping[int, str] = {}
    if request.method == "POST":
        refused = _decide_one(request) if "approval" in request.POST else _decide_several(request)
        if not refused:
            return redirect(request.get_full_path())
    rows = ListPage(
        request,
        requests_for(request.member),
        noun=("nomination", "nominations"),
        search=search_requests,
        filters=RequestFilter,
        sorts={"due": ("due_on", "pk"), "name": ("nomination__candidate__person__last_name_key", "pk")},
        placeholder="Search by the nominee’s name",
        bulk_url=request.get_full_path(),
    )
    context = {
        "list": rows,
        "requests": as_requests(request.member, rows.rows),
        "several": rows.count > FEW,
        "refused": refused,
        "typed": request.POST.get("remark", ""),
        "acts_for": access.acting_for(request.member),
    }
    return render(request, "selection/approval_list.html", context)


def _decide_one(request: MemberRequest) -> dict[int, str]:
    """Decide the request whose button was pressed. By its id why not, when the row has to say it."""
    key = as_key(request.POST.get("approval", ""))
    approval = get_object_or_404(visible_approvals(request.member), pk=key or 0)
    decision = request.POST.get("decision", "")
    try:
        services.decide_nomination(
            approval.nomination,
            decision=decision,
            by=request.member,
            remark=request.POST.get("remark", ""),
            step=approval.pk,
        )
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            return {approval.pk: " ".join(error.messages)}
        messages.warning(request, f"{approval.nomination.candidate.person}: {error.messages[0]}")
    else:
        person, nominator = approval.nomination.candidate.person, approval.nomination.leader
        messages.success(request, f"{person} is {DONE[decision]}. {nominator} is told now.")
    return {}


def _decide_several(request: MemberRequest) -> dict[int, str]:
    """Approve those that are ticked, each by itself; what could not be approved is said by name."""
    if not request.POST.getlist("selected"):
        messages.warning(request, "Tick the nominations you approve first.")
        return {}
    keys = [key for key in map(as_key, request.POST.getlist("selected")) if key is not None]
    chosen = list(visible_approvals(request.member).filter(pk__in=keys))
    done, refused = services.approve_several(chosen, by=request.member)
    if done:
        names = ", ".join(str(each.nomination.candidate.person) for each in done)
        messages.success(request, f"Approved: {names}. Whoever nominated them is told now.")
    for approval, sentence in refused:
        messages.warning(request, f"{approval.nomination.candidate.person}: {sentence}")
    return {}


def nomination_decide(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Facts on the left, decision on the right. A GET never changes anything."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    approval = access.open_approval(nomination)
    step = as_key(request.POST.get("step", ""))
    came_late = approval is None or step not in (None, approval.pk)
    capacity = access.capacity_to_decide(request.member, approval) if approval else None
    if request.method == "POST" and capacity is None and not came_late:
        raise PermissionDenied(NOT_YOURS)
    if approval is None and request.method != "POST":
        return redirect("selection:nomination_detail", org, nomination.pk)
    form = DecideNominationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_nomination(nomination, by=request.member, step=step, **form.cleaned_data)
        except ValidationError as refused:
            if came_late:
                messages.warning(request, refused.messages[0])
                return redirect("selection:nomination_detail", org, nomination.pk)
            form.refuse(refused)
        else:
            word = DONE[form.cleaned_data["decision"]]
            messages.success(
                request, f"{nomination.candidate.person} is {word}. {nomination.leader} is told now."
            )
            if approvals_for(request.member).exists():
                return redirect("selection:approval_list", org)
            return redirect("selection:nomination_detail", org, nomination.pk)
    approvals = approvals_of([nomination])[nomination.pk]
    context = {
        "nomination": nomination,
        "approval": approval,
        "form": form,
        "may_decide": capacity is not None,
        "capacity": capacity,
        "steps": steps_of(nomination, approvals),
        "chain": chain_of(approvals),
        "following": next((one for one in approvals if one.state == Approval.State.PLANNED), None),
        "eligibility": eligibility_for(nomination.candidate.cohort, nomination.candidate.person),
    }
    return render(request, "selection/nomination_decide.html", context)


def approval_preview(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Who would decide for some people of the directory, by the steps as they are saved."""
    plan = get_object_or_404(access.visible_plans(request.member), pk=pk)
    q = request.GET.get("find", "").strip()
    people = (
        search_people(visible_people(request.member).filter(employed()), q)[:TRIED]
        if q
        else sample_of(plan, TRIED)
    )
    context = {
        "plan": plan,
        "q": q,
        "chains": chains_in(plan, people),
        "content": part_of("approval").content(plan),
        "back": plan_url(org, plan),
    }
    return render(request, "selection/approval_preview.html", context)
