"""A participant's journey, and the ways to it for each role."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from amdp.directory.access import leads
from amdp.directory.queries import local_today
from amdp.identity.models import Role
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from curriculum import access
from curriculum.filters import ParticipantFilter
from curriculum.queries.journey import journey_view
from curriculum.queries.progress import progress_of, search_participants, with_progress


@require_safe
def journey_home(request: MemberRequest, org: str) -> HttpResponse:
    """Where “Journeys” leads: cohorts for who runs or studies them, else the own journey, line or sessions."""
    member = request.member
    if member.has(Role.LD_ADMIN):
        return redirect("curriculum:cohort_list", org)
    own = access.own_journeys(member).first()
    if own is not None:
        return redirect("curriculum:journey_detail", org, own.pk)
    if member.has(Role.FACILITATOR):
        return redirect("curriculum:session_list", org)
    if member.has(*access.READS_AGGREGATES):
        return redirect("curriculum:cohort_list", org)
    if leads(member):
        return redirect("curriculum:line_journeys", org)
    if access.holds_sessions(member):
        return redirect("curriculum:session_list", org)
    return render(request, "curriculum/journey_none.html")


@require_safe
def line_journeys(request: MemberRequest, org: str) -> HttpResponse:
    """A leader's participants and how they are doing."""
    rows = ListPage(
        request,
        with_progress(access.line_journeys(request.member), local_today(request.member)),
        noun=("participant", "participants"),
        search=search_participants,
        filters=ParticipantFilter,
        sorts=SORTS,
        default="-late",
        placeholder="Search by name",
    )
    return render(request, "curriculum/line_journeys.html", {"list": rows})


@require_safe
def journey_detail(request: MemberRequest, org: str, participant: int) -> HttpResponse:
    """One next step, the months at a glance, the weeks."""
    found = get_object_or_404(access.visible_journeys(request.member), pk=participant)
    context = {
        "participant": found,
        "view": journey_view(found, org),
        "is_own": access.is_own(request.member, found),
        "may_schedule": access.can_schedule(request.member, found.cohort)
        and found.state == found.State.ACTIVE,
        "others": access.own_journeys(request.member).exclude(pk=found.pk),
        "leads": leads(request.member),
    }
    return render(request, "curriculum/journey_detail.html", context)


@require_safe
def progress_panel(request: MemberRequest, org: str, participant: int) -> HttpResponse:
    """How far somebody is, as a panel that a mentor's page loads."""
    found = get_object_or_404(access.visible_journeys(request.member), pk=participant)
    return render(request, "curriculum/_progress_panel.html", {"progress": progress_of(found)})


SORTS = {
    "name": ("person__last_name_key",),
    "late": ("late", "-person__last_name_key"),
    "done": ("over",),
    "next": ("next_due?",),
    "market": ("person__market", "person__last_name_key"),
}
