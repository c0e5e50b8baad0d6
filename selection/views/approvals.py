from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from selection import access, services
from selection.forms import DecideNominationForm
from selection.models import Approval
from selection.queries.approvals import approvals_for, approvals_of, chain_of, steps_of
from selection.queries.eligibility import eligibility_for


def nomination_decide(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Facts on the left, decision on the right. A GET never changes anything."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    approval = access.open_approval(nomination)
    may_decide = access.can_decide_nomination(request.member, nomination)
    meanwhile = approval is not None and as_key(request.POST.get("step", "")) not in (None, approval.pk)
    if request.method == "POST" and approval is not None and not may_decide and not meanwhile:
        raise PermissionDenied("Somebody else decides this nomination.")
    if approval is None and request.method != "POST":
        return redirect("selection:nomination_detail", org, nomination.pk)
    form = DecideNominationForm(request.POST or None)
    step = as_key(request.POST.get("step", ""))
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_nomination(nomination, by=request.member, step=step, **form.cleaned_data)
        except ValidationError as refused:
            if approval is None or step not in (None, approval.pk):
                messages.warning(request, refused.messages[0])
                return redirect("selection:nomination_detail", org, nomination.pk)
            form.refuse(refused)
        else:
            done = {"approve": "approved", "return": "returned", "decline": "declined"}
            word = done[form.cleaned_data["decision"]]
            messages.success(
                request, f"{nomination.candidate.person} is {word}. {nomination.nominator} is told now."
            )
            if approvals_for(request.member).exists():
                return redirect("selection:selection_home", org)
            return redirect("selection:nomination_detail", org, nomination.pk)
    cohort = nomination.candidate.cohort
    approvals = approvals_of([nomination])[nomination.pk]
    context = {
        "nomination": nomination,
        "approval": approval,
        "form": form,
        "may_decide": may_decide,
        "capacity": access.capacity_to_decide(request.member, approval) if approval else None,
        "steps": steps_of(nomination, approvals),
        "chain": chain_of(approvals),
        "following": next((one for one in approvals if one.state == Approval.State.PLANNED), None),
        "eligibility": eligibility_for(cohort, nomination.candidate.person),
    }
    return render(request, "selection/nomination_decide.html", context)
