from datetime import timedelta

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from amdp.directory.queries import local_today
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from cohorts import access, queries, services
from cohorts.forms.cohorts import COHORT_FORMS, CohortNewForm
from cohorts.life import MOVES, stages
from cohorts.models import Cohort, Participant, Program
from cohorts.preconditions import cautions, unmet
from cohorts.sections import cohort_sections
from cohorts.tables import COHORT_COLUMNS, PARTICIPANT_COLUMNS, log_export
from cohorts.views.loading import cohort_to_run, program_to_edit

# From then on a cohort's page is about its participants first.
ENROLLED = (Cohort.State.RUNNING, Cohort.State.GRADUATED, Cohort.State.SUSTAINING)
# A running cohort says what its graduation still needs when the end comes near, not from the first day on.
CLOSING = timedelta(days=90)


class CohortFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Stage", choices=Cohort.State.choices)
    program = django_filters.ModelChoiceFilter(
        label="Program", queryset=lambda request: programs_for(request)
    )

    class Meta:
        model = Cohort
        fields = ["state", "program"]


def programs_for(request: MemberRequest | None) -> object:
    return access.visible_programs(request.member) if request else Program.objects.none()


class ParticipantFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Stage", choices=Participant.State.choices)

    class Meta:
        model = Participant
        fields = ["state"]


def cohort_list(request: MemberRequest, org: str) -> HttpResponseBase:
    rows = ListPage(
        request,
        queries.with_participant_counts(access.visible_cohorts(request.member)),
        noun=("cohort", "cohorts"),
        search=queries.search_cohorts,
        filters=CohortFilter,
        sorts={
            "starts": ("starts_on",),
            "name": ("name",),
            "program": ("program__name", "-starts_on"),
            "seats": ("seats",),
        },
        default="-starts",
        placeholder="Search by cohort or program",
        downloadable=True,
    )
    if rows.download:
        log_export("cohorts", rows, by=request.member)
        return rows.file(COHORT_COLUMNS, "cohorts")
    may_open = access.can_run_cohort(request.member)
    return render(request, "cohorts/cohort_list.html", {"list": rows, "may_open": may_open})


def cohort_new(request: MemberRequest, org: str, program: int) -> HttpResponse:
    found = program_to_edit(request, program)
    form = CohortNewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = services.open_cohort(found, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("cohorts:cohort_detail", org, cohort.pk)
    return render(request, "cohorts/cohort_new.html", {"form": form, "program": found})


def cohort_detail(request: MemberRequest, org: str, cohort: int) -> HttpResponseBase:
    """The life of a cohort, what it still needs, its parts and its participants."""
    cohorts = queries.with_participant_counts(access.visible_cohorts(request.member))
    found = get_object_or_404(cohorts, pk=cohort)
    participants = queries.of_cohort(access.visible_participants(request.member), found)
    rows = ListPage(
        request,
        participants,
        noun=("participant", "participants"),
        search=queries.search_participants,
        filters=ParticipantFilter,
        sorts={"name": ("person__last_name_key",), "market": ("person__market",), "state": ("state",)},
        placeholder="Search by name",
        downloadable=True,
    )
    if rows.download:
        log_export("participants", rows, by=request.member, about=found)
        return rows.file(PARTICIPANT_COLUMNS, "participants")
    may_run = access.can_run_cohort(request.member, found)
    today = local_today(request.member)
    next_state = (
        None if found.state == Cohort.State.RUNNING and found.ends_on - today > CLOSING else found.next_state
    )
    context = {
        "cohort": found,
        "list": rows,
        "stages": stages(found),
        "enrolled": found.state in ENROLLED,
        "may_run": may_run,
        "sections": cohort_sections(found, request.member, may_run=may_run),
        "move": MOVES.get(next_state) if may_run and next_state else None,
        "unmet": unmet(found, next_state) if may_run and next_state else [],
        "days_left": (found.nominations_close_on - today).days,
    }
    return render(request, "cohorts/cohort_detail.html", context)


def cohort_edit(request: MemberRequest, org: str, cohort: int, section: str) -> HttpResponse:
    found = cohort_to_run(request, cohort)
    if section not in COHORT_FORMS:
        raise Http404("There is no such section.")
    title, form_class = COHORT_FORMS[section]
    form = form_class(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_cohort(form.instance, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("cohorts:cohort_detail", org, found.pk)
    return render(
        request, "cohorts/cohort_edit.html", {"form": form, "cohort": found, "section_title": title}
    )


def cohort_move(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    """What the next stage means, in words, and the button that goes there."""
    found = cohort_to_run(request, cohort)
    target = found.next_state
    if target is None:
        raise PermissionDenied(f"{found} has reached the last stage of its life.")
    sentences = unmet(found, target)
    if request.method == "POST" and request.POST.get("to") == target:
        try:
            services.move_cohort(found, to=target, by=request.member)
        except ValidationError as refused:
            sentences = refused.messages
        else:
            messages.success(request, MOVES[target].told.format(cohort=found))
            return redirect("cohorts:cohort_detail", org, found.pk)
    context = {
        "cohort": found,
        "move": MOVES[target],
        "target": target,
        "unmet": sentences,
        "cautions": cautions(found, target, request.member),
    }
    return render(request, "cohorts/cohort_move.html", context)
