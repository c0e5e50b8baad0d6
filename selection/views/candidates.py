from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from amdp.audit import services as audit
from amdp.directory.queries import person_of
from amdp.identity.requests import MemberRequest
from amdp.web.exports import Column
from amdp.web.pages import ListPage
from selection import access, services
from selection.forms import WhyForm
from selection.models import Candidate
from selection.queries.assessment import with_progress
from selection.queries.candidates import (
    file_of,
    outcome_of,
    rank_of,
    search_candidates,
    with_nominators,
    with_places,
    with_returners,
)
from selection.queries.nominations import with_counts
from selection.queries.standing import whose_rules, with_standing

STAGES = [(state.value, state.label) for state in Candidate.State if state != Candidate.State.DRAFTED]
RULES = [("yes", "Meets the rules"), ("no", "Does not meet them")]


def meets(row: Any) -> str:
    if row.meets_rules is None:
        return ""
    return ("by exception" if row.by_exception else "yes") if row.meets_rules else "no"


COLUMNS = [
    Column("Name", lambda row: row.person.name),
    Column("Number", lambda row: row.person.employee_number, "Employee number in the directory"),
    Column("Job title", lambda row: row.person.job_title),
    Column("Grade", lambda row: row.person.grade.code if row.person.grade else ""),
    Column("Market", lambda row: row.person.market),
    Column("Business unit", lambda row: row.person.business_unit),
    Column("Nominated by", lambda row: ", ".join(row.nominators), "Nominations that were not withdrawn"),
    Column("Stage", lambda row: row.get_state_display(), "Where the file stands in the selection"),
    Column("Returned by", lambda row: row.returned_by or "", "Who waits for an answer of the nominator"),
    Column(
        "Meets the rules", meets, "As last read; frozen when nominations close; empty where nothing was read"
    ),
    Column("Score sheets", lambda row: row.sheets, "Assessors the candidate was given to"),
    Column("Submitted", lambda row: row.submitted, "Score sheets handed in"),
]
ON_SLATE = [
    Column("Rank", rank_of, "By composite score; = where others have the same; empty without a rank"),
    Column("Outcome", outcome_of, "Empty until it is decided"),
]


class CandidateFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Stage", choices=STAGES)
    rules = django_filters.ChoiceFilter(label="Eligibility", choices=RULES, method="filter_rules")

    class Meta:
        model = Candidate
        fields = ["state"]

    def filter_rules(self, candidates: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        return whose_rules(candidates, met=value == "yes")


def candidate_list(request: MemberRequest, org: str, pk: int) -> HttpResponseBase:
    """Every file of a cohort, for those who run it or read it."""
    cohort = get_object_or_404(with_counts(access.visible_selections(request.member)), pk=pk)
    candidates = access.visible_candidates(request.member).filter(cohort=cohort)
    ranked = access.visible_slates(request.member).filter(cohort=cohort).exists()
    sorts = {
        "name": ("person__last_name_key",),
        "market": ("person__market",),
        "stage": ("state",),
        "submitted": ("submitted",),
    }
    if ranked:
        candidates, sorts["rank"] = with_places(candidates), ("place?",)
    rows = ListPage(
        request,
        with_standing(with_returners(with_nominators(with_progress(candidates)))),
        noun=("candidate", "candidates"),
        search=search_candidates,
        filters=CandidateFilter,
        sorts=sorts,
        placeholder="Search by name",
        downloadable=True,
    )
    if rows.download:
        facts = {"rows": rows.count, "kind": rows.download}
        audit.record("export.candidates", cohort, by=request.member, after=facts)
        return rows.file([*COLUMNS, *ON_SLATE] if ranked else COLUMNS, f"candidates {cohort}")
    context = {
        "cohort": cohort,
        "list": rows,
        "ranked": ranked,
        "may_run": access.can_run_selection(request.member, cohort),
    }
    return render(request, "selection/candidate_list.html", context)


def candidate_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The file: who nominated, each rule, approval, assessment and decision, in time order."""
    candidate = get_object_or_404(access.visible_candidates(request.member), pk=pk)
    context = {
        "candidate": candidate,
        "file": file_of(candidate, request.member),
        "own": person_of(request.member),
        "may_run": access.can_run_selection(request.member, candidate.cohort),
        "may_ask": access.can_ask_exception(request.member, candidate.cohort),
        "reads": request.member.has(*access.READS_SELECTION),
        "reads_feedback": access.visible_feedback(request.member).filter(pk=pk).exists(),
    }
    return render(request, "selection/candidate_detail.html", context)


def candidate_withdraw(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Take an admitted candidate out, with the reason."""
    candidate = get_object_or_404(access.visible_candidates(request.member), pk=pk)
    if not access.can_run_selection(request.member, candidate.cohort):
        raise PermissionDenied(access.NOT_TAKEN_OUT)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_candidate(candidate, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{candidate} is out of this selection.")
            return redirect("selection:candidate_detail", org, candidate.pk)
    return render(request, "selection/candidate_withdraw.html", {"candidate": candidate, "form": form})
