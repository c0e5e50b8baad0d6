"""Agreeing on ratings after everybody has handed in."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from cohorts.models import Competency
from selection import access, services
from selection.forms.consensus import ConsensusForm
from selection.models import Scoresheet
from selection.queries.consensus import AgreedRow, counts_agreed, rows_for, washups_for
from selection.views.assessment import told


@require_safe
def consensus_list(request: MemberRequest, org: str) -> HttpResponse:
    """Where the member's fellow assessors and they can agree on ratings."""
    return render(request, "selection/consensus_list.html", {"washups": washups_for(request.member)})


def own_sheet(request: MemberRequest, pk: int) -> Scoresheet:
    """The member's own sheet; the others are for the others."""
    sheet = get_object_or_404(access.visible_scoresheets(request.member), pk=pk)
    if not access.is_assessor(request.member, sheet):
        raise PermissionDenied(access.NOT_THEIRS)
    return sheet


def consensus_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Each assessor's mean by competency, and beside it the rating they agree on."""
    sheet = own_sheet(request, pk)
    form = ConsensusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = dict(form.cleaned_data)
        competency = get_object_or_404(Competency, pk=wanted.pop("competency"))
        try:
            rating = services.write_consensus(sheet, competency, by=request.member, **wanted)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            wait = "" if rating.is_agreed else " It is agreed once the others have said so."
            messages.success(request, f"{competency}: {rating.score:.1f} is kept.{wait}")
            return redirect("selection:consensus_edit", org, sheet.pk)
    refusal = access.why_not_agreeing(request.member, sheet)
    rows = [] if refusal else rows_for(sheet, sheet.assessor)
    written = as_key(str(form.data.get("competency", ""))) if form.is_bound else None
    context = {
        "sheet": sheet,
        "refusal": refusal,
        "rows": [(row, form_for(row, form if row.competency.pk == written else None)) for row in rows],
        "form": form,
        "written": written,
        "counts": counts_agreed(sheet.candidate.cohort),
    }
    return render(request, "selection/consensus_edit.html", context)


def form_for(row: AgreedRow, typed: ConsensusForm | None) -> ConsensusForm:
    """The form of one competency: what stands, or what was just typed, to go on top of what stands now."""
    rating = row.rating
    initial: dict[str, object] = {"score": f"{rating.score:.1f}", "why": rating.why} if rating else {}
    if typed is not None:
        initial = {name: typed.data.get(name, "") for name in ("score", "why")}
    initial |= {"competency": row.competency.pk, "version": rating.version if rating else 0}
    return ConsensusForm(initial=initial, auto_id=f"id_{row.competency.pk}_%s")


@require_POST
def consensus_agree(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    rating = get_object_or_404(access.visible_consensus(request.member), pk=pk)
    sheets = Scoresheet.objects.filter(candidate=rating.candidate_id, exercise=rating.exercise_id)
    with told(request, f"You agree on {rating.competency}.") as done:
        version = as_key(request.POST.get("version", "")) or 0
        agreed = services.agree_consensus(rating, version=version, by=request.member)
        if agreed.is_agreed:
            done.sentence = f"Agreed on {rating.competency}."
    own = next(each for each in sheets.select_related("assessor") if access.is_assessor(request.member, each))
    return redirect("selection:consensus_edit", org, own.pk)
