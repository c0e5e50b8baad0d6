"""One candidate of a calibration: the evidence, moved with a reason, talked about in notes."""

import json

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from amdp.web.htmx import wants_fragment
from selection import access, services
from selection.days import why_over
from selection.forms.calibration import BOXES, MoveForm, NoteForm, value_of
from selection.models import CalibrationPlace, Stage
from selection.nine_box import ROWS
from selection.queries.calibration import Card, talk_on
from selection.queries.calibration_evidence import evidence_of

PAGE, FRAGMENT = "selection/calibration_place.html", "selection/_calibration_place.html"


def place_of(request: MemberRequest, pk: int) -> CalibrationPlace:
    """The place; 404 for those who may not see it."""
    return get_object_or_404(access.visible_calibration_places(request.member), pk=pk)


def to_discuss(request: MemberRequest, pk: int) -> CalibrationPlace:
    """The place, for whoever takes part."""
    place = place_of(request, pk)
    if not access.takes_part(request.member, place.session):
        raise PermissionDenied(access.NOT_TAKING_PART)
    return place


@require_safe
def calibration_place(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The candidate beside the board, or on a page of their own; ``?to=3-2`` is where they were dropped."""
    place = place_of(request, pk)
    to = request.GET.get("to", "")
    form = MoveForm(initial={"version": place.version, "box": to if to in BOXES else ""})
    return shown(request, place, form, NoteForm(), dropped=to in BOXES)


@require_POST
def calibration_move(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Move the candidate; what was typed stays when somebody was quicker."""
    place = to_discuss(request, pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            move = services.move_candidate(place, by=request.member, **form.wanted)
        except ValidationError as refused:
            place = place_of(request, pk)
            # what was read now is what the next try builds on
            form = MoveForm({**request.POST.dict(), "version": place.version})
            form.is_valid()
            form.refuse(refused)
        else:
            return done(request, org, place, f"{place.candidate} stands in {move.box} now.")
    return shown(request, place, form, NoteForm())


@require_POST
def calibration_note(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    place = to_discuss(request, pk)
    note = NoteForm(request.POST)
    if note.is_valid():
        try:
            services.note_in_calibration(place, by=request.member, **note.cleaned_data)
        except ValidationError as refused:
            note.refuse(refused)
        else:
            return done(request, org, place, f"Your note on {place.candidate} is kept.")
    return shown(request, place, MoveForm(initial={"version": place.version}), note)


def done(request: MemberRequest, org: str, place: CalibrationPlace, sentence: str) -> HttpResponse:
    """Back to the board; beside it, the candidate anew, and the board hears of it."""
    if not wants_fragment(request):
        messages.success(request, sentence)
        return redirect(reverse("selection:calibration_place", args=[org, place.pk]))
    fresh = place_of(request, place.pk)
    answer = shown(request, fresh, MoveForm(initial={"version": fresh.version}), NoteForm())
    return heard(answer, sentence)


def heard(answer: HttpResponse, sentence: str) -> HttpResponse:
    """Let the page say this, and its board look again."""
    answer["HX-Trigger"] = json.dumps({"announce": sentence, "calibration-changed": True})
    return answer


def shown(
    request: MemberRequest,
    place: CalibrationPlace,
    form: MoveForm,
    note: NoteForm,
    *,
    dropped: bool = False,
) -> HttpResponse:
    session = place.session
    runs = access.can_run_selection(request.member, session.cohort)
    may_discuss = access.can_discuss(request.member, session)
    barred = access.why_not_moving(request.member, place)
    chosen = form["box"].value() or ""
    context = {
        "place": place,
        "session": session,
        "cohort": session.cohort,
        "card": Card(place, 0, 0, barred),
        "evidence": evidence_of(session.cohort, [place], names_raters=runs)[0],
        "story": talk_on(place),
        "form": form,
        "note": note,
        "grid": [[(value_of(box), box, value_of(box) == chosen) for box in row] for _, row in ROWS],
        "now": value_of(place.box),
        "over": why_over(session.cohort, Stage.Kind.CALIBRATION) if session.is_open else "",
        "may_discuss": may_discuss,
        "may_move": may_discuss and not barred,
        "barred": barred,
        "dropped": dropped,
        "follows": access.visible_candidates(request.member).filter(pk=place.candidate_id).exists(),
    }
    return render(request, FRAGMENT if wants_fragment(request) else PAGE, context)
