"""Adverse impact of selections: frozen with each stage, exact for the reviewer alone, reviewed before the release."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.doors import only
from amdp.identity.requests import MemberRequest
from amdp.web.exports import TYPES, file_response
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from metrics import access, services
from metrics.forms import PurposeForm, ReviewForm
from metrics.impact import DEFINITIONS_VERSION
from metrics.impact_tables import COLUMNS, flat_rows, frozen_tables, published_table, rates_chart
from metrics.models import ImpactLook, ImpactSnapshot
from metrics.queries.impact import (
    across_programs,
    impact_of,
    needs_review,
    shown_of,
    snapshots_in,
    unreviewed_before_release,
)

ENDED = "The hour of that look is over. Say again what you look for."


@only(access.can_read_impact)
@require_safe
def impact_list(request: MemberRequest, org: str) -> HttpResponse:
    """Every selection, and which of its stages were reviewed."""
    rows = ListPage(
        request,
        access.visible_impact(request.member).select_related("program"),
        noun=("selection", "selections"),
        search=search_cohorts,
        sorts={"cohort": ("name", "pk"), "start": ("starts_on", "pk")},
        default="-start",
        placeholder="Search by cohort or program",
    )
    reviewer = access.reviews_impact(request.member)
    context = {"list": rows, "found": impact_of(rows.rows), "may_review": reviewer}
    return render(request, "metrics/impact_list.html", context)


def search_cohorts(cohorts: QuerySet[Cohort], text: str) -> QuerySet[Cohort]:
    return cohorts.filter(Q(name__icontains=text) | Q(program__name__icontains=text))


@only(access.can_read_impact)
def impact_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One selection: what is frozen, who reviewed it, and for reviewers the way to the counts."""
    member = request.member
    cohort = get_object_or_404(access.visible_impact(member).select_related("program"), pk=pk)
    reviewer = access.reviews_impact(member)
    if request.method == "POST" and not reviewer:
        raise PermissionDenied(services.NOT_A_REVIEWER)
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        look = _opened(request, form, cohort)
        if look is not None:
            return redirect("metrics:look_detail", org, look.pk)
    (found,) = impact_of([cohort])
    open_look = access.open_looks(member).filter(cohort=cohort).first() if reviewer else None
    context = {
        "cohort": cohort,
        "found": found,
        "form": form,
        "may_review": reviewer,
        "look": open_look,
        "may_freeze": reviewer and cohort.state == Cohort.State.SELECTING,
        "published": published_table(shown_of(cohort)) if access.can_read_suppressed(member) else None,
        "reads_numbers": access.can_read_suppressed(member),
    }
    return render(request, "metrics/impact_detail.html", context)


@only(access.reviews_impact)
def impact_across(request: MemberRequest, org: str) -> HttpResponse:
    """Say what for, then see the selections of each program beside each other, never pooled."""
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        look = _opened(request, form, None)
        if look is not None:
            return redirect("metrics:look_detail", org, look.pk)
    return render(request, "metrics/impact_across.html", {"form": form})


def _opened(request: MemberRequest, form: PurposeForm, cohort: Cohort | None) -> ImpactLook | None:
    try:
        return services.open_look(cohort, by=request.member, purpose=form.cleaned_data["purpose"])
    except ValidationError as refused:
        form.refuse(refused)
        return None


def _look(request: MemberRequest, pk: int) -> ImpactLook | None:
    """A look of one's own, None when its hour is over."""
    look = get_object_or_404(access.visible_looks(request.member), pk=pk)
    return access.open_looks(request.member).filter(pk=look.pk).first()


def _again(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    messages.info(request, ENDED)
    look = get_object_or_404(access.visible_looks(request.member), pk=pk)
    if look.cohort_id is None:
        return redirect("metrics:impact_across", org)
    return redirect("metrics:impact_detail", org, look.cohort_id)


@require_safe
def look_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Exact counts, for an hour; each time is logged with the purpose."""
    look = _look(request, pk)
    if look is None:
        return _again(request, org, pk)
    services.note_look(look, how="page", by=request.member)
    if look.cohort is None:
        context: dict[str, Any] = {"look": look, "programs": across_programs(request.member)}
        return render(request, "metrics/look_across.html", context)
    (found,) = impact_of([look.cohort])
    tables = frozen_tables(stage.snapshot for stage in found.frozen if stage.snapshot)
    context = {
        "look": look,
        "cohort": look.cohort,
        "tables": [(one, _stage_of(found, one.snapshot)) for one in tables],
        "chart": rates_chart(one.table for one in tables),
        "version": DEFINITIONS_VERSION,
    }
    return render(request, "metrics/look_detail.html", context)


def _stage_of(found: Any, snapshot: ImpactSnapshot) -> Any:
    return next(stage for stage in found.stages if stage.snapshot == snapshot)


@require_safe
def look_export(request: MemberRequest, org: str, pk: int, kind: str) -> HttpResponseBase:
    """The exact tables of the look as a file; logged with the purpose."""
    if kind not in TYPES:
        raise Http404
    look = _look(request, pk)
    if look is None or look.cohort is None:
        return _again(request, org, pk)
    services.note_look(look, how=kind, by=request.member)
    rows = flat_rows(frozen_tables(snapshots_in(look.cohort)))
    notes = [
        ("Of", f"{look.cohort.program}, {look.cohort}"),
        ("Exported by", request.member.display_name),
        ("Purpose", look.purpose),
    ]
    return file_response(kind, "adverse-impact", COLUMNS, rows, notes=notes)


def look_review(request: MemberRequest, org: str, pk: int, snapshot: int) -> HttpResponse:
    """One frozen table on the left, what it means on the right."""
    look = _look(request, pk)
    if look is None or look.cohort is None:
        return _again(request, org, pk)
    frozen = get_object_or_404(ImpactSnapshot.objects.filter(cohort=look.cohort), pk=snapshot)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.review_impact(frozen, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{frozen.title} is reviewed. L&D reads your conclusion.")
            return redirect("metrics:look_detail", org, look.pk)
    if request.method != "POST":
        services.note_look(look, how="page", by=request.member)
    context = {
        "look": look,
        "cohort": look.cohort,
        "snapshot": frozen,
        "tables": frozen_tables([frozen]),
        "form": form,
    }
    return render(request, "metrics/look_review.html", context)


@require_POST
def slate_freeze(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Freeze the slate as it stands, to review it before the release."""
    cohort = get_object_or_404(access.visible_impact(request.member), pk=pk)
    try:
        services.freeze_slate(cohort, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "The slate is frozen as it stands now. Look at it and say what it means.")
    return redirect("metrics:impact_detail", org, cohort.pk)


@only(access.can_read_impact)
@require_safe
def impact_panel(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """What the page of the release loads: whether each stage was reviewed, without a number of any group."""
    cohort = get_object_or_404(access.visible_impact(request.member), pk=pk)
    (found,) = impact_of([cohort])
    open_ = (
        {stage.level for stage in unreviewed_before_release(cohort)} if cohort.released_at is None else set()
    )
    context = {
        "cohort": cohort,
        "found": found,
        "open": open_,
        "needs_review": needs_review(cohort),
    }
    return render(request, "metrics/_impact_panel.html", context)
