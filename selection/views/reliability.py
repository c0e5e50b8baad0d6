"""How far the assessors of a cohort agree."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from amdp.web.htmx import wants_fragment
from selection import access, services
from selection.queries.reliability import reliability_of
from selection.views.assessment import told


@require_safe
def reliability(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Agreement by exercise and competency; how each assessor rates for those who run the selection."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    found = reliability_of(cohort)
    context = {
        "cohort": cohort,
        "found": found,
        "may_run": access.can_run_selection(request.member, cohort),
    }
    response = render(request, "selection/reliability.html", context)
    if wants_fragment(request) and found and not found.report.is_awaited:
        response["HX-Refresh"] = "true"  # the page asked until it was done; its head changes too
    return response


@require_POST
def reliability_measure(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Have it worked out from the sheets handed in by now."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    with told(request, "It is being worked out from the score sheets submitted by now."):
        services.work_out_reliability(cohort, by=request.member)
    return redirect("selection:reliability", org, cohort.pk)
