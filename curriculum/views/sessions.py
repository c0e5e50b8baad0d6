"""Sessions: the own list, one session, its roster."""

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
from curriculum.filters import SessionFilter
from curriculum.forms import FacilitatorsForm, RosterForm, SessionForm
from curriculum.models import Session
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
    return render(
        request, "curriculum/session_list.html", {"list": rows, "all": request.member.has(Role.LD_ADMIN)}
    )


@require_safe
def session_detail(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = get_object_or_404(with_facilitators(access.visible_sessions(request.member)), pk=session)
    may_take = access.can_take_roster(request.member, found)
    context = {
        "session": found,
        "own": roster_of(found).filter(participant__in=access.own_journeys(request.member)).first(),
        "may_take_roster": may_take,
        "may_change": access.can_change_session(request.member, found),
        "roster": list(roster_of(found)) if may_take else [],
        "has_begun": found.starts_at <= timezone.now(),
    }
    return render(request, "curriculum/session_detail.html", context)


def roster(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """Attended, absent or excused, name by name."""
    found = get_object_or_404(access.visible_sessions(request.member), pk=session)
    if not access.can_take_roster(request.member, found):
        raise PermissionDenied("Only the facilitators of this session and L&D admins take its roster.")
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


def session_edit(request: MemberRequest, org: str, session: int) -> HttpResponse:
    found = _to_change(request, session)
    form = SessionForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_session(form.instance, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved. Everybody with a seat is told about a new time.")
            return redirect("curriculum:session_detail", org, found.pk)
    return render(request, "curriculum/session_edit.html", {"session": found, "form": form})


def session_facilitators(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """Name who holds a session; “Find” only looks people up."""
    found = _to_change(request, session)
    finding = "find_now" in request.POST
    form = FacilitatorsForm(
        request.POST or None, session=found, member=request.member, find=request.POST.get("find", "")
    )
    if request.method == "POST" and not finding and form.is_valid():
        try:
            services.name_facilitators(
                found, people=form.chosen_people, members=form.chosen_members, by=request.member
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved. New facilitators are told.")
            return redirect("curriculum:session_detail", org, found.pk)
    return render(request, "curriculum/session_facilitators.html", {"session": found, "form": form})


def _to_change(request: MemberRequest, pk: int) -> Session:
    session: Session = get_object_or_404(access.visible_sessions(request.member), pk=pk)
    if not access.can_change_session(request.member, session):
        raise PermissionDenied("Only L&D admins change a session, and only until its roster is taken.")
    return session
