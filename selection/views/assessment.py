from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from amdp.directory.access import visible_people
from amdp.directory.queries import employed, search_people
from amdp.identity.requests import MemberRequest
from cohorts.models import Cohort
from selection import access, services
from selection.days import why_closed
from selection.models import Assessor, AssessorConflict, Candidate, Exercise, Scoresheet
from selection.queries.assessment import (
    admitted,
    behaviors_of,
    exercises_of,
    groups_of,
    jotted_on,
    marks_of,
    panel,
    sittings_of,
    typed_in,
    with_progress,
)
from selection.queries.conflicts import HELD_BACK, conflict, conflicts_of, held_back
from selection.queries.owndays import files_by_exercise
from selection.queries.sitting import explanation_of
from selection.services import Mark
from selection.services.assessment import Clash

FOUND = 12
UNSORTED = "selection/_unsorted.html"
CHANGED_ELSEWHERE = "This was changed in another window meanwhile. Both are shown below; nothing is lost."


def running(request: MemberRequest, pk: int) -> Cohort:
    """The cohort, for whoever runs its selection; 404 for those who may not see it."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    if not access.can_run_selection(request.member, cohort):
        raise PermissionDenied(access.NOT_THE_PANEL)
    return cohort


def assessor_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The panel, who scores whom, and what is still open."""
    cohort = running(request, pk)
    candidates = list(
        with_progress(admitted(cohort))
        .prefetch_related("scoresheets__assessor__person")
        .order_by("person__last_name_key", "pk")
    )
    exercises = list(exercises_of(cohort))
    for candidate in candidates:
        candidate.sittings = sittings_of(exercises, candidate.scoresheets.all())
    q = request.GET.get("find", "").strip()
    people = visible_people(request.member).filter(employed()).exclude(assessor_in__cohort=cohort)
    context = {
        "cohort": cohort,
        "panel": panel(cohort),
        "conflicts": access.visible_conflicts(request.member).filter(
            candidate__cohort=cohort, state__in=AssessorConflict.WAITING
        ),
        "candidates": candidates,
        "q": q,
        "found": search_people(people, q)[:FOUND] if q else [],
        "is_open": cohort.state in ("draft", "nominating", "assessing"),
        "short": sum(any(each.missing for each in candidate.sittings) for candidate in candidates),
        "exercises": exercises,
        "sheets": sum(candidate.sheets for candidate in candidates),
        "submitted": sum(candidate.submitted for candidate in candidates),
    }
    return render(request, "selection/assessor_list.html", context)


@require_POST
def assessor_add(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    cohort = running(request, pk)
    person = get_object_or_404(visible_people(request.member), pk=number(request.POST.get("person")))
    with told(request, f"{person} is on the panel."):
        services.add_assessor(cohort, person, by=request.member)
    return redirect("selection:assessor_list", org, cohort.pk)


@require_POST
def assessor_remove(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    assessor = get_object_or_404(access.visible_assessors(request.member), pk=pk)
    running(request, assessor.cohort_id)
    with told(request, f"{assessor} is off the panel."):
        services.remove_assessor(assessor, by=request.member)
    return redirect("selection:assessor_list", org, assessor.cohort_id)


@require_POST
def assessors_assign(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Have a worker spread the candidates over the panel."""
    cohort = running(request, pk)
    anew = request.POST.get("anew") == "yes"
    try:
        run = services.start_assessment_run(cohort, "assign", by=request.member, anew=anew)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("selection:assessor_list", org, cohort.pk)
    return redirect("selection:assessment_run", org, run.pk)


def candidate_assessors(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Choose assessors for one candidate by hand; conflicts of interest are shown, not offered."""
    candidate = get_object_or_404(access.visible_candidates(request.member), pk=pk)
    running(request, candidate.cohort_id)
    if request.method == "POST":
        assessor = get_object_or_404(candidate.cohort.assessors, pk=number(request.POST.get("assessor")))
        exercise = exercises_of(candidate.cohort).filter(pk=number(request.POST.get("exercise"))).first()
        with told(request, f"{assessor.person} scores {candidate}."):
            services.assign_assessor(candidate, assessor, by=request.member, exercise=exercise)
        return redirect("selection:candidate_assessors", org, candidate.pk)
    sheets = list(candidate.scoresheets.select_related("assessor__person", "exercise"))
    exercises = list(exercises_of(candidate.cohort))
    context = {
        "candidate": candidate,
        "sheets": sheets,
        "sittings": sittings_of(exercises, sheets),
        "several": len(exercises) > 1,
        "choice": choice_for(candidate, exercises, sheets),
    }
    return render(request, "selection/candidate_assessors.html", context)


def choice_for(
    candidate: Candidate, exercises: list[Exercise], sheets: list[Scoresheet]
) -> list[tuple[Assessor, str, list[Exercise]]]:
    """Each assessor of the panel with the reason why not, if there is one, and the exercises in which they do
    not score the candidate yet; fewest score sheets first."""
    taken = {(sheet.assessor_id, sheet.exercise_id) for sheet in sheets}
    listed = sorted(panel(candidate.cohort), key=lambda each: each.sheets)
    barred = conflicts_of([candidate], listed)[candidate.pk]
    found = []
    for each in listed:
        free = [exercise for exercise in exercises if (each.pk, exercise.pk) not in taken]
        trained = [exercise for exercise in free if each.may_score(exercise)]
        if free:
            reason = conflict(each.person, candidate) if each.pk in barred else ""
            found.append((each, reason or ("" if trained else "Not trained for it."), trained))
    return found


def assignment_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Why who scores whom: each sheet with its reason, loads, comparability, and what is missing."""
    cohort = running(request, pk)
    sheets = access.visible_assignments(request.member).filter(candidate__cohort=cohort)
    context = {
        "cohort": cohort,
        "explained": explanation_of(cohort),
        "sheets": sheets.filter(candidate__state=Candidate.State.ADMITTED).order_by(
            "candidate__person__last_name_key", "candidate", "exercise__position", "pk"
        ),
        "is_open": cohort.state in ("draft", "nominating", "assessing"),
    }
    return render(request, "selection/assignment_detail.html", context)


@require_POST
def scoresheet_pin(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Keep a sheet with its assessor, or let it move again."""
    sheet = get_object_or_404(access.visible_assignments(request.member), pk=pk)
    cohort = running(request, sheet.candidate.cohort_id)
    pinned = request.POST.get("pinned") == "yes"
    sentence = "stays with" if pinned else "may move from"
    with told(request, f"{sheet.candidate} {sentence} {sheet.assessor}."):
        services.pin_scoresheet(sheet, pinned, by=request.member)
    return redirect("selection:assignment_detail", org, cohort.pk)


@require_POST
def scoresheet_remove(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    sheet = get_object_or_404(access.visible_assignments(request.member), pk=pk)
    running(request, sheet.candidate.cohort_id)
    with told(request, f"{sheet.assessor} does not score {sheet.candidate} any more."):
        services.unassign_assessor(sheet, by=request.member)
    return redirect("selection:candidate_assessors", org, sheet.candidate_id)


def scoresheet_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Behaviours with their anchors: observations and ratings, a draft until it is submitted."""
    sheet = get_object_or_404(access.visible_scoresheets(request.member), pk=pk)
    refusals: list[str] = []
    clashes: list[Clash] = []
    kept = False
    if request.method == "POST":
        if not access.is_assessor(request.member, sheet):
            raise PermissionDenied("Only the assessor it was given to can score this sheet.")
        try:
            version = number(request.POST["version"]) if "version" in request.POST else None
            found = services.save_scores(
                sheet, marks_from(request, sheet), by=request.member, version=version
            )
            kept, sheet.version, clashes = True, found.sheet.version, found.clashes
            if request.headers.get("Accept") == "application/json":
                return JsonResponse(
                    {"saved": True, "version": sheet.version, "clashes": [one.shown for one in clashes]}
                )
            if clashes:
                raise ValidationError(CHANGED_ELSEWHERE)
            if request.POST.get("action") != "submit":
                messages.success(request, "Your draft is saved. Nobody else sees it.")
                return redirect("selection:scoresheet_edit", org, sheet.pk)
            services.submit_scoresheet(sheet, by=request.member)
            messages.success(request, f"Your scores for {sheet.candidate} are submitted. Thank you.")
            return redirect("selection:selection_home", org)
        except ValidationError as refused:
            refusals = refused.messages
            if request.headers.get("Accept") == "application/json":
                return JsonResponse({"saved": False, "detail": refusals[0]}, status=400)
    may_score = access.can_score(request.member, sheet)
    jotted = jotted_on(sheet)
    context = {
        "sheet": sheet,
        "groups": groups_of(
            behaviors_of(sheet), marks_of(sheet), jotted, {one.behavior: one.yours for one in clashes}
        ),
        "unsorted": [each for each in jotted if not each.behavior_id],
        "behaviors": behaviors_of(sheet),
        "closed": why_closed(sheet.candidate.cohort),
        "held_back": HELD_BACK if may_score and held_back(sheet) else "",
        "files": files_by_exercise(request.member, {sheet.exercise_id}).get(sheet.exercise_id, ()),
        "typed_in": typed_in(sheet) if may_score else None,
        "refusals": refusals,
        "kept": kept,
        "may_score": may_score,
        "may_agree": not access.why_not_agreeing(request.member, sheet),
    }
    return render(request, "selection/scoresheet_edit.html", context)


def marks_from(request: MemberRequest, sheet: Scoresheet) -> dict[int, Mark]:
    """What the form says about each behaviour it holds."""
    marks = {}
    for behavior in behaviors_of(sheet):
        if f"note-{behavior.pk}" not in request.POST:
            continue
        before = None
        if f"was-{behavior.pk}" in request.POST:
            was = request.POST.get(f"was-score-{behavior.pk}", "")
            before = (point(was), plain(request.POST[f"was-{behavior.pk}"]))
        score = point(request.POST.get(f"score-{behavior.pk}", ""))
        marks[behavior.pk] = Mark(score, plain(request.POST[f"note-{behavior.pk}"]), before)
    return marks


def point(text: str) -> int | None:
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


def plain(text: str) -> str:
    """Words as they are stored: browsers send other line ends."""
    return text.replace("\r\n", "\n").strip()


@require_POST
def scoresheet_note(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Write down what was just seen, sort it to a behaviour, or take it back."""
    sheet = get_object_or_404(access.visible_scoresheets(request.member), pk=pk)
    if not access.is_assessor(request.member, sheet):
        raise PermissionDenied("Only the assessor it was given to can score this sheet.")
    behavior = number(request.POST.get("behavior")) or None
    try:
        if "note" in request.POST:
            notes = sheet.observations.filter(jotted=True)
            note = get_object_or_404(notes, pk=number(request.POST["note"]))
            if request.POST.get("action") == "drop":
                services.drop_observation(note, by=request.member)
            else:
                services.sort_observation(note, behavior, by=request.member)
        else:
            services.note_observation(
                sheet,
                request.POST.get("text", ""),
                by=request.member,
                behavior=behavior,
                key=key_from(request.POST.get("key", "")),
                at=parse_datetime(request.POST.get("at", "")),
            )
    except ValidationError as refused:
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"saved": False, "detail": refused.messages[0]}, status=400)
        messages.error(request, " ".join(refused.messages))
    if request.headers.get("Accept") == "application/json":
        jotted = jotted_on(sheet)
        context = {
            "sheet": sheet,
            "unsorted": [each for each in jotted if not each.behavior_id],
            "behaviors": behaviors_of(sheet),
            "may_score": True,
        }
        return JsonResponse({"saved": True, "html": render_to_string(UNSORTED, context, request)})
    return redirect(reverse("selection:scoresheet_edit", args=[org, sheet.pk]) + "#watching")


def key_from(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def number(text: str | None) -> int:
    """An id out of a form; 0, which nothing has, when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


class told:  # noqa: N801 - reads as a word in ``with``
    """Say the sentence when the verb went through, or what it refused."""

    def __init__(self, request: MemberRequest, sentence: str) -> None:
        self.request, self.sentence = request, sentence

    def __enter__(self) -> "told":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if isinstance(error, ValidationError):
            messages.error(self.request, " ".join(error.messages))
            return True
        if error is None:
            messages.success(self.request, self.sentence)
        return False
