from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.requests import MemberRequest
from selection import access
from selection.defaults import GroupTerms
from selection.forms import SetupForm
from selection.queries.eligibility import in_force, named, scope_of
from selection.queries.plan import groups_of, is_set_up, rules_of, weights_of
from selection.services import set_up_selection


def selection_setup(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Criteria, weights and eligibility rules of a cohort; L&D edits them until nominations begin."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    may_edit = access.can_set_up(request.member, cohort)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied(access.why_not_set_up(cohort))
    weights, rules = weights_of(cohort), rules_of(cohort)
    form = SetupForm(request.POST or None, weights=weights, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            set_up_selection(
                cohort, weights=form.weights, groups=[GroupTerms(tuple(form.terms))], by=request.member
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Criteria and rules of {cohort} are set.")
            return redirect("selection:selection_setup", org, cohort.pk)
    context = {
        "cohort": cohort,
        "form": form,
        "may_edit": may_edit,
        "is_set_up": is_set_up(cohort),
        "weights": weights,
        "groups": named(in_force(groups_of(cohort), scope_of(cohort)), scope_of(cohort)),
        "locked": access.LOCKED,
    }
    return render(request, "selection/selection_setup.html", context)
