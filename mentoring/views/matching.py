from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from amdp.web.htmx import wants_fragment
from amdp.web.pages import ListPage
from amdp.web.progress import progress_of
from mentoring import access, queries, services
from mentoring.explain import points_line
from mentoring.explanations import comparison, explanation
from mentoring.forms import CohortSettingsForm, WishForm
from mentoring.helping import helps_of, together
from mentoring.models import CohortMentoring, MatchPair, MatchRun, MatchWish
from mentoring.views.loading import cohort_to_match

HEAVY = ("fits", "blocked", "alternatives")
RUNS_SHOWN = 10


class PairFilter(django_filters.FilterSet):
    found = django_filters.ChoiceFilter(
        label="Mentor",
        choices=[("yes", "Found"), ("no", "None found"), ("pinned", "Pinned")],
        method="by_found",
    )

    class Meta:
        model = MatchPair
        fields: list[str] = []

    def by_found(self, pairs: Any, name: str, value: str) -> Any:
        return pairs.filter(pinned=True) if value == "pinned" else pairs.filter(mentor__isnull=value == "no")


def cohort_mentoring(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    found = cohort_to_match(request, cohort)
    wishes = MatchWish.objects.filter(participant__cohort=found)
    check_ins = access.visible_check_ins(request.member).filter(mentorship__participant__cohort=found)
    context = {
        "cohort": found,
        "decided": queries.settings_of(found),
        "counts": queries.counts_of(found),
        "runs": found.match_runs.select_related("started_by__user")[:RUNS_SHOWN],
        "wishes": wishes.select_related("participant__person", "mentor__person"),
        "pulses": access.visible_pulses(request.member).filter(cohort=found)[:RUNS_SHOWN],
        "answers": queries.latest_answers(check_ins),
    }
    return render(request, "mentoring/cohort_mentoring.html", context)


def cohort_settings(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    found = cohort_to_match(request, cohort)
    decided = CohortMentoring.objects.filter(cohort=found).first() or CohortMentoring(cohort=found)
    form = CohortSettingsForm(request.POST or None, instance=decided)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_settings(found, **form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Saved. The next match goes by it.")
            return redirect("mentoring:cohort_mentoring", org, found.pk)
    return render(request, "mentoring/cohort_settings.html", {"form": form, "cohort": found})


@require_POST
def match_run_start(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    found = cohort_to_match(request, cohort)
    try:
        run = services.start_run(found, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("mentoring:cohort_mentoring", org, found.pk)
    return redirect("mentoring:match_run_detail", org, run.pk)


def match_run_detail(request: MemberRequest, org: str, run: int) -> HttpResponse:
    found = get_object_or_404(access.visible_runs(request.member), pk=run)
    if not found.is_over:
        page = "_match_progress" if wants_fragment(request) else "match_run_wait"
        return render(request, f"mentoring/{page}.html", {"run": found, "progress": progress_of(found)})
    if wants_fragment(request) and not request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})
    rows = ListPage(
        request,
        found.pairs.select_related("participant__person", "mentor__person").defer(*HEAVY),
        noun=("participant", "participants"),
        search=queries.search_pairs,
        filters=PairFilter,
        sorts={
            "name": ("participant__person__last_name_key",),
            "fit": ("fit?",),
            "mentor": ("mentor__person__last_name_key?",),
        },
        default="fit",
        placeholder="Search by participant or mentor",
    )
    context = {
        "run": found,
        "list": rows,
        "together": together(found),
        "helps": helps_of(rows.rows),
        "points": {row.pk: points_line(row.points) for row in rows.rows},
    }
    return render(request, "mentoring/match_run_detail.html", context)


def match_run_publish(request: MemberRequest, org: str, run: int) -> HttpResponse:
    found = get_object_or_404(access.visible_runs(request.member), pk=run)
    if not (found.state == MatchRun.State.DONE and found.matched) and request.method != "POST":
        messages.error(request, "There is nothing to publish in this match.")
        return redirect("mentoring:match_run_detail", org, found.pk)
    if request.method == "POST":
        try:
            pairs = services.publish_run(found, by=request.member)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("mentoring:match_run_detail", org, found.pk)
        messages.success(
            request,
            f"{len(pairs)} {'pair is' if len(pairs) == 1 else 'pairs are'} active, and both sides are told.",
        )
        return redirect("mentoring:cohort_mentoring", org, found.cohort_id)
    return render(request, "mentoring/match_run_publish.html", {"run": found})


def match_pair_detail(request: MemberRequest, org: str, run: int, pair: int) -> HttpResponse:
    found = _pair(request, run, pair)
    asked = as_key(request.GET.get("mentor", ""))
    mentors = queries.mentors_in(found.run)
    other = get_object_or_404(mentors, pk=asked) if asked else None
    context = {
        "pair": found,
        "run": found.run,
        "explained": explanation(found),
        "helps": helps_of([found]).get(found.pk, []),
        "pool": mentors,
        "other": other,
        "compared": comparison(found, other) if other else None,
    }
    return render(request, "mentoring/match_pair_detail.html", context)


@require_POST
def match_wish_save(request: MemberRequest, org: str, run: int, pair: int) -> HttpResponse:
    found = _pair(request, run, pair)
    form = WishForm(request.POST)
    if form.is_valid():
        mentor = get_object_or_404(queries.mentors_in(found.run), pk=form.cleaned_data["mentor"])
        try:
            if form.cleaned_data["wish"] == "pin":
                services.pin_pair(found, mentor, confirmed=form.cleaned_data["confirmed"], by=request.member)
                said = f"{mentor} is pinned to {found.participant}. Run the match again to see what follows."
            else:
                services.exclude_pair(found, mentor, by=request.member)
                said = (
                    f"{mentor} is ruled out for {found.participant}. Run the match again to see what follows."
                )
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, said)
            return redirect("mentoring:cohort_mentoring", org, found.run.cohort_id)
    return redirect("mentoring:match_pair_detail", org, run, pair)


@require_POST
def match_wish_forget(request: MemberRequest, org: str, wish: int) -> HttpResponse:
    found = get_object_or_404(access.visible_wishes(request.member), pk=wish)
    services.forget_wish(found, by=request.member)
    messages.success(request, "The next match decides about this pair itself.")
    return redirect("mentoring:cohort_mentoring", org, found.participant.cohort_id)


def _pair(request: MemberRequest, run: int, pair: int) -> MatchPair:
    return get_object_or_404(access.visible_match_pairs(request.member), run=run, pk=pair)
