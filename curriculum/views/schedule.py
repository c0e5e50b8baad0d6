"""Bringing a journey to dates."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.identity.requests import MemberRequest
from curriculum import access, services
from curriculum.forms.sessions import WishesForm
from curriculum.forms.template import JoinedOnForm
from curriculum.models import Journey, ParticipantJourney, Session
from curriculum.queries.hours import outside_hours
from curriculum.queries.preview import schedule_preview


def journey_schedule(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    """The dates a journey would get, and the button that sets them."""
    found = get_object_or_404(access.visible_cohorts(request.member), pk=cohort)
    if not access.can_schedule(request.member, found):
        raise PermissionDenied("Only L&D admins schedule a journey, until the cohort has graduated.")
    shown = schedule_preview(found)
    form = WishesForm(request.POST if request.method == "POST" else None, shown=shown)
    if request.method == "POST" and form.is_valid():
        if "check" in request.POST:
            shown = form.shown = schedule_preview(found, form.wishes)
        else:
            try:
                journey = services.schedule_journey(found, wishes=form.wishes, by=request.member)
            except ValidationError as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"The journey of {found} has its dates.")
                _warn_of_nights(request, journey)
                return redirect("curriculum:cohort_progress", org, found.pk)
    context = {"cohort": found, "preview": shown, "form": form, "checking": "check" in request.POST}
    return render(request, "curriculum/journey_schedule.html", context)


def _warn_of_nights(request: MemberRequest, journey: Journey) -> None:
    """Say which sessions no hour suits, for L&D to move or to split."""
    sessions = Session.objects.filter(journey=journey).select_related("activity", "journey")
    hours = outside_hours(sessions)
    if hours:
        named = ", ".join(sorted({f"“{one}”" for one in sessions if one.pk in hours}))
        messages.warning(
            request, f"Outside somebody’s working hours: {named}. The list of sessions says whose."
        )


def joined_on_edit(request: MemberRequest, org: str, participant: int) -> HttpResponse:
    """Count one participant's dates from another day."""
    found = get_object_or_404(access.visible_journeys(request.member), pk=participant)
    if not access.can_schedule(request.member, found.cohort):
        raise PermissionDenied("Only L&D admins change from when dates are counted.")
    place = ParticipantJourney.objects.filter(participant=found).first()
    form = JoinedOnForm(request.POST or None, initial={"joined_on": place.joined_on if place else None})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_joined_on(found, form.cleaned_data["joined_on"], by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{found.person.first_name}’s open dates are counted anew.")
            return redirect("curriculum:journey_detail", org, found.pk)
    return render(request, "curriculum/joined_on_edit.html", {"participant": found, "form": form})
