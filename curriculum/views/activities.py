"""One activity of one participant."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from curriculum import access, services
from curriculum.forms.work import CompleteForm
from curriculum.models import Attendance, ParticipantActivity, ParticipantJourney, Project, Session
from curriculum.queries.explain import why_date
from curriculum.queries.opening import opening_of
from curriculum.queries.schedule import journey_of


@require_safe
def activity_detail(request: MemberRequest, org: str, item: int) -> HttpResponse:
    found = get_object_or_404(access.visible_activities(request.member), pk=item)
    form = CompleteForm(required=found.activity.asks_reflection)
    return render(request, "curriculum/activity_detail.html", _context(request, found, form))


@require_POST
def activity_complete(request: MemberRequest, org: str, item: int) -> HttpResponse:
    found = get_object_or_404(access.visible_activities(request.member), pk=item)
    if not access.can_work_on(request.member, found):
        raise PermissionDenied("Only the participant completes this.")
    form = CompleteForm(request.POST, required=found.activity.asks_reflection)
    if form.is_valid():
        try:
            services.complete_activity(found, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{found.activity}” is done.")
            return redirect("curriculum:journey_detail", org, found.participant_id)
    return render(request, "curriculum/activity_detail.html", _context(request, found, form))


def _context(request: MemberRequest, item: ParticipantActivity, form: CompleteForm) -> dict[str, object]:
    journey = journey_of(item.participant.cohort)
    seat = Attendance.objects.filter(participant=item.participant, session__activity=item.activity_id)
    seats = seat.select_related("session__activity", "session__journey").order_by("session__day", "pk")
    line = seats.exclude(session__state=Session.State.CANCELLED).last()
    cancelled = seats.last() if line is None else None
    place = ParticipantJourney.objects.filter(participant=item.participant).first()
    project = Project.objects.filter(item=item).select_related("account").first()
    may_work = access.can_work_on(request.member, item)
    hidden = project is not None and project.submitted_at is None and not may_work
    return {
        "item": item,
        "activity": item.activity,
        "participant": item.participant,
        "form": form,
        "is_own": access.is_own(request.member, item.participant),
        "may_work": may_work and item.is_open,
        "opening": opening_of(item),
        "line": line,
        "cancelled": cancelled.session if cancelled else None,
        "project": None if hidden else project,
        "builds": [one.competency for one in item.activity.builds.select_related("competency")],
        "why": why_date(item, journey, place, line.session if line else None) if journey else None,
    }
