"""L&D admins plan sessions: another date, a new time, seats, who holds it, or none after all."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.identity.requests import MemberRequest
from cohorts.models import Cohort
from curriculum import access, services
from curriculum.forms.sessions import CancelForm, FacilitatorsForm, HoldersForm, SeatsForm, SessionForm
from curriculum.models import Activity, Journey, Session
from curriculum.queries.hours import attendees_of, holding, hours_for, outside_hours, seated
from curriculum.queries.schedule import (
    candidates_for,
    holders_of,
    journey_of,
    live_activities,
    roster_of,
)


def session_add(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    """First which activity, then when, where, for whom and by whom."""
    found = get_object_or_404(access.visible_cohorts(request.member), pk=cohort)
    if not access.can_schedule(request.member, found):
        raise PermissionDenied("Only L&D admins add sessions, until the cohort has graduated.")
    journey = journey_of(found)
    if journey is None:
        messages.warning(request, "Schedule the journey first. Its sessions come with it.")
        return redirect("curriculum:journey_schedule", org, found.pk)
    wanted = request.GET.get("activity", "")
    lives = live_activities(journey)
    activity = next((one.activity for one in lives if str(one.activity.pk) == wanted), None)
    if activity is None:
        return render(request, "curriculum/session_choose.html", {"cohort": found, "lives": lives})
    return _add(request, found, journey, activity)


def _add(request: MemberRequest, cohort: Cohort, journey: Journey, activity: Activity) -> HttpResponse:
    session = _another(journey, activity)
    data = request.POST or None
    form = SessionForm(data, instance=session)
    seats = SeatsForm(data, candidates=candidates_for(session))
    holders = HoldersForm(data, people=holders_of(activity, journey), member=request.member)
    hours, checking = "", "check" in request.POST
    if data and all([form.is_valid(), seats.is_valid(), holders.is_valid()]):
        comes = [*(seated(one.person) for one in seats.chosen), *(holding(one) for one in holders.chosen)]
        hours = hours_for(session, comes)
        if not checking:
            try:
                services.add_session(
                    session,
                    participants=seats.chosen,
                    people=[one for one in holders.chosen if isinstance(one, Person)],
                    members=[one for one in holders.chosen if isinstance(one, Membership)],
                    by=request.member,
                )
            except ValidationError as refused:
                form.refuse(refused)
            else:
                return _saved(request, session, "The session is added. Everybody with a seat in it is told.")
    context = {
        "cohort": cohort,
        "activity": activity,
        "form": form,
        "seats": seats,
        "holders": holders,
        "hours": hours,
        "checking": checking and form.is_valid(),
    }
    return render(request, "curriculum/session_add.html", context)


def session_edit(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """A new time, place or number of seats; “Check” only says for whom it would be at night."""
    found = _to_change(request, session)
    hours, checking = outside_hours([found]).get(found.pk, ""), "check" in request.POST
    form = SessionForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        if checking:
            hours = hours_for(found, attendees_of([found])[found.pk])
        else:
            try:
                services.change_session(found, by=request.member)
            except ValidationError as refused:
                form.refuse(refused)
            else:
                return _saved(
                    request, found, "Saved. Everybody with a seat is told about a new time or place."
                )
    context = {"session": found, "form": form, "hours": hours, "checking": checking and form.is_valid()}
    return render(request, "curriculum/session_edit.html", context)


def session_seats(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """Seats for more participants; what they had in another date becomes free."""
    found = _to_change(request, session)
    form = SeatsForm(request.POST or None, candidates=candidates_for(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.give_seats(found, form.chosen, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return _saved(request, found, "Saved. Everybody who is new in it is told.")
    context = {"session": found, "form": form, "roster": list(roster_of(found))}
    return render(request, "curriculum/session_seats.html", context)


def session_cancel(request: MemberRequest, org: str, session: int) -> HttpResponse:
    """Asks once more, and for what participants shall read."""
    found = _to_change(request, session)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_session(found, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The session is cancelled. Everybody with a seat is told.")
            return redirect("curriculum:session_detail", org, found.pk)
    context = {"session": found, "form": form, "seated": roster_of(found).count()}
    return render(request, "curriculum/session_cancel.html", context)


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
            return _saved(request, found, "Saved. New facilitators are told.")
    return render(request, "curriculum/session_facilitators.html", {"session": found, "form": form})


def _another(journey: Journey, activity: Activity) -> Session:
    """A new date as the template suggests it."""
    return Session(
        journey=journey,
        activity=activity,
        starts=activity.session_starts,
        zone=journey.zone,
        minutes=activity.minutes or 60,
        place=activity.session_place,
        link=activity.link,
        seats=activity.session_seats,
    )


def _saved(request: MemberRequest, session: Session, sentence: str) -> HttpResponse:
    """Back to the session; whom its hour disturbs is said once more."""
    messages.success(request, sentence)
    if hours := outside_hours([session]).get(session.pk):
        messages.warning(request, hours)
    return redirect("curriculum:session_detail", request.organization.slug, session.pk)


def _to_change(request: MemberRequest, pk: int) -> Session:
    session: Session = get_object_or_404(access.visible_sessions(request.member), pk=pk)
    if not access.can_change_session(request.member, session):
        raise PermissionDenied("Only L&D admins change a session, and only while it is planned.")
    return session
