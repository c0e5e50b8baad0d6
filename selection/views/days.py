from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amdp.directory.queries import person_of
from amdp.identity.requests import MemberRequest
from amdp.web.calendar_file import calendar_of, calendar_response
from amdp.web.htmx import wants_fragment
from amdp.web.progress import progress_of
from cohorts.models import Cohort
from selection import access, services
from selection.calendars import events_of, seats_in
from selection.days import window_of, zone_of
from selection.forms import WhyForm
from selection.forms.days import DaysSetup, SlotForm
from selection.models import AssessmentRun, AssessmentSlot, DayPlan, Stage
from selection.queries.assessment import exercises_of
from selection.queries.dayplan import (
    clashes_in,
    day_plan_of,
    days_in,
    days_outside,
    grid_of,
    moment_on,
    people_of,
    shared_calls,
    slots_of,
    worded,
)
from selection.queries.owndays import own_days_of

State = AssessmentSlot.State


def planned(request: MemberRequest, pk: int) -> Cohort:
    """The cohort, for whoever may plan its days; 404 for those who may not see it."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    if not access.can_plan_days(request.member, cohort):
        raise PermissionDenied(access.NOT_THE_DAYS)
    return cohort


def day_plan_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The days as a grid by room or by person, what clashes, and what has no time with why."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    plan = day_plan_of(cohort)
    runs = access.visible_assessment_runs(request.member).filter(cohort=cohort, kind="days")
    context: dict[str, Any] = {
        "cohort": cohort,
        "plan": plan,
        "run": runs.filter(state__in=AssessmentRun.UNDER_WAY).first(),
        "may_plan": access.can_plan_days(request.member, cohort),
        "by": "person" if request.GET.get("by") == "person" else "room",
    }
    if plan is not None:
        own = person_of(request.member)
        everything = worded(plan, slots_of(plan))
        slots = [each for each in everything if own is None or each.candidate.person_id != own.pk]
        clashing = clashes_in(plan, slots)
        candidates, assessors = people_of(slots)
        placed = [each for each in slots if each.state == State.PLACED]
        context |= {
            "days": grid_of(plan, slots, clashing),
            "clashing": [(each, clashing[each.pk]) for each in placed if each.pk in clashing],
            "candidates": candidates,
            "assessors": assessors,
            "placed": placed,
            "open": [
                each for each in slots if each.state != State.PLACED and each.candidate.state == "admitted"
            ],
            "shared": shared_calls(slots),
            "outside": days_outside(cohort, days_in(plan)),
        }
    return render(request, "selection/day_plan_detail.html", context)


def day_plan_setup(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Days, breaks, rooms and what is held by video."""
    cohort = planned(request, pk)
    exercises = list(exercises_of(cohort))
    setup = DaysSetup(request.POST or None, day_plan_of(cohort), exercises, zone_of(cohort))
    if request.method == "POST" and setup.is_valid():
        try:
            services.set_up_days(cohort, setup.wish, by=request.member)
        except ValidationError as refused:
            setup.terms.refuse(refused)
        else:
            messages.success(request, "The days are kept.")
            again = "more" in request.POST
            return redirect("selection:day_plan_setup" if again else "selection:day_plan", org, cohort.pk)
    window = window_of(cohort, Stage.Kind.ASSESSMENT)
    context = {"cohort": cohort, "setup": setup, "window": window, "zone": zone_of(cohort)}
    return render(request, "selection/day_plan_setup.html", context)


@require_POST
def day_plan_start(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Have a worker plan the days."""
    cohort = planned(request, pk)
    anew = request.POST.get("anew") == "yes"
    try:
        run = services.start_assessment_run(cohort, "days", by=request.member, anew=anew)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("selection:day_plan", org, cohort.pk)
    return redirect("selection:assessment_run", org, run.pk)


@require_POST
def day_plan_publish(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    plan = get_object_or_404(access.visible_day_plans(request.member), cohort=pk)
    planned(request, pk)
    try:
        services.publish_days(plan, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "The days are published. Everybody gets their times and an invitation.")
    return redirect("selection:day_plan", org, pk)


def day_plan_cancel(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Call the published days off, with the reason everybody reads."""
    plan = get_object_or_404(access.visible_day_plans(request.member), cohort=pk)
    planned(request, pk)
    form = WhyForm(request.POST or None)
    form.fields["why"].help_text = "Candidates and assessors read it."
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_days(plan, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The days are cancelled. Everybody is told.")
            return redirect("selection:day_plan", org, pk)
    return render(request, "selection/day_plan_cancel.html", {"plan": plan, "form": form})


def slot_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One slot: move it, after reading what clashes, or take it out."""
    slot = get_object_or_404(access.visible_slots(request.member), pk=pk)
    may_plan = access.can_plan_days(request.member, slot.plan.cohort)
    if request.method == "POST" and not may_plan:
        raise PermissionDenied(access.NOT_THE_DAYS)
    if request.POST.get("action") == "out":
        return taken_out(request, org, slot)
    days = list(slot.plan.days.all())
    form = SlotForm(request.POST or None, slot=slot, days=days, initial=where(slot, days))
    clashes: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        day = next(one for one in days if one.pk == data["day"])
        room = slot.plan.rooms.filter(pk=data["room"]).first() if data["room"] else None
        try:
            services.move_slot(
                slot,
                starts_at=moment_on(day, data["at"]),
                room=room,
                link=data.get("link") if "link" in request.POST else None,
                anyway=request.POST.get("anyway") == "yes",
                by=request.member,
            )
        except ValidationError as refused:
            clashes = refused.messages
        else:
            said = " Everybody concerned is told." if slot.plan.is_published else ""
            messages.success(request, f"{slot.exercise} of {slot.candidate} is moved.{said}")
            return redirect("selection:day_plan", org, slot.plan.cohort_id)
    fresh = worded(slot.plan, slots_of(slot.plan).filter(pk=slot.pk))[0]
    context = {"slot": fresh, "plan": slot.plan, "form": form, "clashes": clashes, "may_plan": may_plan}
    return render(request, "selection/slot_detail.html", context)


def taken_out(request: MemberRequest, org: str, slot: AssessmentSlot) -> HttpResponse:
    try:
        services.take_out_slot(slot, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{slot.exercise} of {slot.candidate} has no time any more.")
    return redirect("selection:day_plan", org, slot.plan.cohort_id)


def where(slot: AssessmentSlot, days: list[Any]) -> dict[str, Any]:
    """When and where it is now, for the form."""
    found: dict[str, Any] = {"room": slot.room_id, "link": slot.link}
    for one in days:
        if slot.starts_at is None:
            break
        there = timezone.localtime(slot.starts_at, timezone=ZoneInfo(one.zone))
        if there.date() == one.on:
            return found | {"day": one.pk, "at": there.time()}
    return found


# --- work under way ----------------------------------------------------------------------------------


@require_safe
def assessment_run(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """How far the worker is; when it is over, what came out."""
    run = get_object_or_404(access.visible_assessment_runs(request.member), pk=pk)
    fragment = wants_fragment(request)
    context = {
        "run": run,
        "progress": progress_of(run) if run.is_under_way else None,
        "may_stop": access.can_run_selection(request.member, run.cohort),
    }
    page = "_assessment_run" if fragment else "assessment_run"
    response = render(request, f"selection/{page}.html", context)
    if fragment and (not run.is_under_way or run.is_stuck):
        response["HX-Refresh"] = "true"
    return response


@require_POST
def assessment_run_stop(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    run = get_object_or_404(access.visible_assessment_runs(request.member), pk=pk)
    try:
        services.stop_assessment_run(run, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("selection:assessment_run", org, run.pk)


# --- one's own ---------------------------------------------------------------------------------------


@require_safe
def own_days(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The member's own times of an assessment, in their own zone."""
    found = own_days_of(request.member, pk)
    if found is None:
        raise Http404
    return render(request, "selection/own_days.html", {"own": found})


@require_safe
def own_days_calendar(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The same as a file for a calendar; downloaded again it replaces what it was."""
    person = person_of(request.member)
    slots = list(access.own_slots(request.member).filter(plan__cohort=pk))
    if person is None or not slots:
        raise Http404
    plan: DayPlan = slots[0].plan
    body = calendar_of(
        events_of(person, slots, seats_in(slots).get(person.pk, {})), now=timezone.now(), product="Assessment"
    )
    return calendar_response(body, f"assessment {plan.cohort}")
