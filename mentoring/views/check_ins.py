from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from mentoring import access, services
from mentoring.forms import CheckInForm, PulseForm
from mentoring.views.loading import cohort_to_match


def check_in_answer(request: MemberRequest, org: str, check_in: int) -> HttpResponse:
    found = get_object_or_404(access.visible_check_ins(request.member), pk=check_in)
    if not access.can_answer_check_in(request.member, found):
        raise PermissionDenied("This check-in is somebody else’s to answer.")
    form = CheckInForm(request.POST or None, initial={"going": found.going, "sentence": found.sentence})
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_check_in(found, **form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Thank you. L&D reads it.")
            return redirect("mentoring:mentoring_home", org)
    pair = found.mentorship
    other = pair.participant if found.side == found.Side.MENTOR else pair.mentor
    return render(
        request, "mentoring/check_in_answer.html", {"form": form, "check_in": found, "other": other}
    )


def pulse_new(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    found = cohort_to_match(request, cohort)
    form = PulseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pulse = services.plan_pulse(found, **form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            people = "1 person gets" if pulse.recipients == 1 else f"{pulse.recipients} people get"
            messages.success(request, f"{people} it at 09:00 where they are.")
            return redirect("mentoring:cohort_mentoring", org, found.pk)
    return render(request, "mentoring/pulse_new.html", {"form": form, "cohort": found})


@require_POST
def pulse_withdraw(request: MemberRequest, org: str, pulse: int) -> HttpResponse:
    found = get_object_or_404(access.visible_pulses(request.member), pk=pulse)
    try:
        spared = services.withdraw_pulse(found, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Withdrawn. {spared} will not get it.")
    return redirect("mentoring:cohort_mentoring", org, found.cohort_id)
