from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.directory.queries import local_today, person_of, search_people
from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from amdp.web.time import day
from selection import access, services
from selection.forms.approvals import DelegationForm

FOUND = 12


def delegation_list(request: MemberRequest, org: str) -> HttpResponse:
    """Who acts for the member, for whom the member acts, and the form that lets somebody act."""
    principal = person_of(request.member)
    if principal is None:
        raise PermissionDenied(access.NO_PERSON)
    may_delegate = access.can_delegate(request.member)
    if request.method == "POST" and not may_delegate:
        raise PermissionDenied(access.NOTHING_TO_HAND_OVER)
    people = access.possible_delegates(request.member)
    chosen = request.POST.get("person") or request.GET.get("person", "")
    key = as_key(chosen)
    person = None if key is None else people.filter(pk=key).first()
    form = DelegationForm(request.POST or None, today=local_today(request.member))
    if request.method == "POST" and person is None:
        messages.error(request, "Find and choose the person who acts for you first.")
    elif request.method == "POST" and form.is_valid():
        try:
            services.delegate_to(person, by=request.member, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as refused:
            form.refuse(refused)
        else:
            days = f"from {day(form.cleaned_data['from_on'])} until {day(form.cleaned_data['until_on'])}"
            messages.success(request, f"{person} acts for you {days} and is told now.")
            return redirect("selection:delegation_list", org)
    today, found = local_today(request.member), list(access.visible_delegations(request.member)[:100])
    q = request.GET.get("find", "").strip()
    context = {
        "form": form,
        "may_delegate": may_delegate,
        "person": person,
        "q": q,
        "found": search_people(people, q)[:FOUND] if q else [],
        "given": [one for one in found if one.principal_id == principal.pk and not one.is_over(today)],
        "held": [one for one in found if one.delegate_id == principal.pk and not one.is_over(today)],
        "over": [one for one in found if one.is_over(today)],
        "today": today,
    }
    return render(request, "selection/delegation_list.html", context)


@require_POST
def delegation_revoke(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    delegation = get_object_or_404(access.visible_delegations(request.member), pk=pk)
    try:
        services.revoke_delegation(delegation, by=request.member)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, f"{delegation.delegate} no longer acts for {delegation.principal}.")
    return redirect("selection:delegation_list", org)
