from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from amdp.web.pdf import pdf_response
from selection import access, services
from selection.feedback import MEANINGS, WORDS
from selection.forms.feedback import FeedbackForm
from selection.models import Candidate
from selection.papers.feedback import feedback_name
from selection.queries.candidates import search_candidates
from selection.queries.feedback import Feedback, feedback_on, last_edit, reading_of, with_reports
from selection.views.assessment import told

SCALE = [(level, WORDS[level], MEANINGS[level]) for level in (5, 4, 3, 2, 1)]


class FeedbackFilter(django_filters.FilterSet):
    read = django_filters.ChoiceFilter(
        label="Report", choices=[("no", "To be read"), ("yes", "Read through")], method="filter_read"
    )

    class Meta:
        model = Candidate
        fields: list[str] = []

    def filter_read(self, candidates: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return candidates.filter(checked_at__isnull=value == "no")


@require_safe
def feedback_list(request: MemberRequest, org: str, pk: int) -> HttpResponseBase:
    """Every report of a cohort, and which were read through."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    if not access.can_run_selection(request.member, cohort):
        raise PermissionDenied(access.NOT_THE_REPORTS)
    candidates = with_reports(access.visible_feedback(request.member).filter(cohort=cohort))
    rows = ListPage(
        request,
        candidates,
        noun=("report", "reports"),
        search=search_candidates,
        filters=FeedbackFilter,
        sorts={
            "name": ("person__last_name_key",),
            "edited": ("edited_at?",),
            "read": ("checked_at?",),
        },
        placeholder="Search by name",
    )
    context = {
        "cohort": cohort,
        "list": rows,
        "reading": reading_of(cohort),
        "following": following(request, candidates),
        "may_prepare": access.can_prepare_feedback(request.member, cohort),
    }
    return render(request, "selection/feedback_list.html", context)


def following(request: MemberRequest, candidates: QuerySet[Any]) -> Candidate | None:
    """The next candidate whose report nobody has read through."""
    return candidates.filter(checked_at=None).order_by("person__last_name_key", "pk").first()


def report_on(candidate: Candidate) -> Feedback:
    """The report on a candidate one may read; 404 where nobody assessed them."""
    feedback = feedback_on(candidate)
    if feedback is None:
        raise Http404
    return feedback


@require_safe
def feedback_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The report as the candidate reads it; for L&D with what is to be done until the release."""
    candidate = get_object_or_404(access.visible_feedback(request.member), pk=pk)
    feedback = report_on(candidate)
    context = {
        "candidate": candidate,
        "feedback": feedback,
        "report": feedback.report,
        "scale": SCALE,
        "edit": last_edit(feedback),
        "is_own": access.visible_outcomes(request.member).filter(pk=pk).exists(),
        "may_prepare": access.can_prepare_feedback(request.member, candidate.cohort),
    }
    return render(request, "selection/feedback_detail.html", context)


@require_safe
def feedback_pdf(request: MemberRequest, org: str, pk: int) -> FileResponse:
    """The report as PDF."""
    candidate = get_object_or_404(access.visible_feedback(request.member), pk=pk)
    feedback = report_on(candidate)
    return pdf_response(services.print_feedback(feedback, by=request.member), feedback_name(feedback))


def feedback_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The texts of a report, kept while they are typed."""
    candidate = get_object_or_404(access.visible_feedback(request.member), pk=pk)
    if not access.can_prepare_feedback(request.member, candidate.cohort):
        raise PermissionDenied(access.NOT_THE_REPORTS)
    feedback = report_on(candidate)
    form = FeedbackForm(request.POST or None, feedback=feedback)
    wants_json = request.headers.get("Accept") == "application/json"
    if request.method == "POST" and form.is_valid():
        before = {key: request.POST[f"was-{key}"] for key in form.now if f"was-{key}" in request.POST}
        try:
            services.edit_feedback(candidate, form.cleaned_data, by=request.member, before=before)
        except ValidationError as refused:
            if wants_json:
                return JsonResponse({"saved": False, "why": " ".join(refused.messages)}, status=409)
            form.refuse(refused)
        else:
            if wants_json:
                return JsonResponse({"saved": True})
            messages.success(request, "The report is changed. Read it through once more.")
            return redirect("selection:feedback_detail", org, candidate.pk)
    elif wants_json:
        return JsonResponse({"saved": False, "why": "One text is too long."}, status=409)
    context = {"candidate": candidate, "feedback": feedback, "form": form, "edit": last_edit(feedback)}
    return render(request, "selection/feedback_edit.html", context)


@require_POST
def feedback_check(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Read through, and on to the next one that was not."""
    candidate = get_object_or_404(access.visible_feedback(request.member), pk=pk)
    checked = request.POST.get("checked") != "no"
    said = (
        f"{candidate}’s report is read through." if checked else f"{candidate}’s report is to be read again."
    )
    with told(request, said) as done:
        services.check_feedback(candidate, by=request.member, checked=checked)
        rest = with_reports(access.visible_feedback(request.member).filter(cohort=candidate.cohort_id))
        upcoming = following(request, rest) if checked else None
        if upcoming is not None:
            done.sentence = f"{said} Next: {upcoming}."
            return redirect("selection:feedback_detail", org, upcoming.pk)
    if not checked:
        return redirect("selection:feedback_detail", org, candidate.pk)
    return redirect("selection:feedback_list", org, candidate.cohort_id)
