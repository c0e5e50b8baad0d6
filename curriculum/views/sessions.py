"""Sessions: the own list, one session, its roster, its calendar file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amdp.identity.models import Role
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from curriculum import access, services
from curriculum.calendar_file import calendar_response
from curriculum.filters import SessionFilter
from curriculum.forms.sessions import RosterForm
from curriculum.queries.hours import outside_hours, own_hours
from curriculum.queries.schedule import roster_of, search_sessions, with_facilitators, with_seats_taken


@require_safe
def session_list(request: MemberRequest, org: str) -> HttpResponse:
    """A facilitator's own sessions; all of them for L&D admins."""
    sessions = access.visible_sessions(request.member)
    if not request.member.has(Role.LD_ADMIN):
        sessions = access.held_sessions(request.member)
    rows = ListPage(
        request,
        with_facilitators(with_seats_taken(sessions)),
        noun=("session", "sessions"),
        search=search_sessions,
        filters=SessionFilter,
        sorts={"day": ("day", "starts"), "title": ("activity__title",), "cohort": ("journey__cohort__name",)},
        placeholder="Search by title or place",
    )
    hours, now = outside_hours(rows.rows), timezone.now()
    context = {
        "list": rows,
        "lines": [(row, hours.get(row.pk, ""), row.starts_at <= now) for row in rows.rows],
        "all": request.member.has(Role.LD_ADMIN),
    }
    return render(request, "curriculum/session_list.html", context)


@require_safe
def session_detail(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = get_object_or_404(with_facilitators(access.visible_sessions(request.member)), pk=session)
    reads = access.can_read_roster(request.member, found)
    own = roster_of(found).filter(participant__in=access.own_journeys(request.member)).first()
    now = timezone.now()
    context = {
        "session": found,
        "own": own,
        "reads_roster": reads,
        "may_change": access.can_change_session(request.member, found),
        "may_add": access.can_schedule(request.member, found.journey.cohort),
        "roster": list(roster_of(found)) if reads else [],
        "has_begun": found.starts_at <= now,
        "is_over": found.ends_at <= now,
        "hours": outside_hours([found]).get(found.pk, "") if reads else "",
        "own_hours": own_hours(found, own.participant.person) if own else "",
    }
    return render(request, "curriculum/session_detail.html", context)


def roster(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """Attended, absent or excused, name by name."""
    found = get_object_or_404(access.visible_sessions(request.member), pk=session)
    if not access.can_take_roster(request.member, found):
        raise PermissionDenied(access.why_no_roster(found))
    form = RosterForm(request.POST or None, lines=list(roster_of(found)))
    if request.method == "POST" and form.is_valid():
        try:
            found = services.record_attendance(found, form.marks, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, "The roster is complete." if found.is_held else "Saved. Some names are still open."
            )
            return redirect("curriculum:session_detail", org, found.pk)
    context = {"session": found, "form": form, "has_begun": found.starts_at <= timezone.now()}
    return render(request, "curriculum/roster.html", context)


@require_safe
def session_calendar(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """The session as an event for one's own calendar."""
    found = get_object_or_404(access.visible_sessions(request.member), pk=session)
    return calendar_response(found, request, org)
