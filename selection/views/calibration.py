"""The calibration of a cohort: begun, its board, live, compared side by side, closed for good."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.models import Membership
from amdp.identity.queries import members_of
from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from selection import access, services
from selection.days import why_over, window_of
from selection.forms.calibration import OpenForm
from selection.models import CalibrationSession, Stage
from selection.queries.calibration import board_of, left_open, places_of, unready_to_calibrate
from selection.queries.calibration_evidence import evidence_of, side_by_side
from selection.queries.calibration_people import invitable, proposed, seats_in
from selection.views.assessment import told

Group = tuple[str, list[Membership]]
MOST_COMPARED = 4
FOUND = 12


def session_of(request: MemberRequest, pk: int) -> CalibrationSession:
    """The session of a cohort; 404 for those who may not see it."""
    return get_object_or_404(access.visible_calibrations(request.member), cohort=pk)


def to_run(request: MemberRequest, pk: int) -> CalibrationSession:
    """The session, for whoever runs it."""
    session = session_of(request, pk)
    if not access.can_run_selection(request.member, session.cohort):
        raise PermissionDenied(access.NOT_THE_SESSION)
    return session


@require_safe
def calibration_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The board; before there is one, for those who follow the selection, what is still missing."""
    session = access.visible_calibrations(request.member).filter(cohort=pk).first()
    if session is None:
        cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
        may_run = access.can_open_calibration(request.member, cohort)
        context = {"cohort": cohort, "unmet": unready_to_calibrate(cohort), "may_run": may_run}
        return render(request, "selection/calibration_empty.html", context)
    context = board_context(request, session) | {
        "follows": access.visible_selections(request.member).filter(pk=pk).exists(),
        "window": window_of(session.cohort, Stage.Kind.CALIBRATION),
    }
    return render(request, "selection/calibration_detail.html", context)


@require_safe
def calibration_changes(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The board anew when something changed since the version the page has; else nothing, for one cheap query."""
    sessions = access.visible_calibrations(request.member).filter(cohort=pk)
    version = sessions.order_by().values_list("version", flat=True).first()
    if version is not None and request.GET.get("version") == str(version):
        return HttpResponse(status=204)
    context = board_context(request, session_of(request, pk))
    return render(request, "selection/_calibration_board.html", context)


def board_context(request: MemberRequest, session: CalibrationSession) -> dict[str, object]:
    """What the board's fragment shows."""
    over = why_over(session.cohort, Stage.Kind.CALIBRATION) if session.is_open else ""
    return {
        "session": session,
        "cohort": session.cohort,
        "board": board_of(session, request.member),
        "over": over,
        "may_discuss": access.can_discuss(request.member, session),
        "may_run": access.can_run_calibration(request.member, session),
        "most": MOST_COMPARED,
    }


def calibration_begin(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Whom to invite, and what follows from beginning."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    if not access.can_open_calibration(request.member, cohort):
        raise PermissionDenied(access.NOT_THE_SESSION)
    unmet = unready_to_calibrate(cohort)
    form = OpenForm(request.POST or None, members=invitable(cohort))
    if request.method == "POST" and form.is_valid():
        with told(request, "The calibration is open. Those invited are being told."):
            services.open_calibration(cohort, form.cleaned_data["members"], by=request.member)
        return redirect("selection:calibration_detail", org, cohort.pk)
    context = {
        "cohort": cohort,
        "form": form,
        "unmet": unmet,
        "left_open": left_open(cohort),
        "groups": proposed(cohort),
    }
    return render(request, "selection/calibration_begin.html", context)


@require_safe
def calibration_compare(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Two to four candidates side by side: scores, spread, nominations, what was moved."""
    session = session_of(request, pk)
    places = list(places_of(session))
    wanted = {as_key(text) for text in request.GET.getlist("place")}
    picked = [place for place in places if place.pk in wanted]
    too_many = len(picked) > MOST_COMPARED
    runs = access.can_run_selection(request.member, session.cohort)
    compared = evidence_of(session.cohort, picked[:MOST_COMPARED], names_raters=runs)
    context = {
        "session": session,
        "cohort": session.cohort,
        "places": places,
        "picked": {place.pk for place in picked},
        "compared": compared,
        "rows": side_by_side(session.cohort, compared),
        "follows": access.visible_selections(request.member).filter(pk=pk).exists(),
        "too_many": too_many,
        "most": MOST_COMPARED,
    }
    return render(request, "selection/calibration_compare.html", context)


@require_safe
def calibration_people(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Who takes part, whom each of them does not move, and whom else to invite."""
    session = session_of(request, pk)
    may_run = access.can_run_calibration(request.member, session)
    q = request.GET.get("find", "").strip()
    seats = seats_in(session)
    there = {seat.participant.member_id for seat in seats}
    able = invitable(session.cohort).exclude(pk__in=there)
    context = {
        "session": session,
        "cohort": session.cohort,
        "seats": seats,
        "may_run": may_run,
        "q": q,
        "found": able.filter(user__name__icontains=q)[:FOUND] if q and may_run else [],
        "groups": without(there, proposed(session.cohort)) if may_run else [],
        "follows": access.visible_selections(request.member).filter(pk=pk).exists(),
    }
    return render(request, "selection/calibration_people.html", context)


def without(there: set[int], groups: list[Group]) -> list[Group]:
    """The groups without those who take part already; empty ones left out."""
    left = [(title, [each for each in members if each.pk not in there]) for title, members in groups]
    return [(title, members) for title, members in left if members]


@require_POST
def calibration_invite(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    session = to_run(request, pk)
    members = members_of(request.organization).filter(is_active=True)
    member = get_object_or_404(members, pk=as_key(request.POST.get("member", "")))
    with told(request, f"{member} takes part and is being told."):
        services.invite_to_calibration(session, member, by=request.member)
    return redirect("selection:calibration_people", org, pk)


@require_POST
def calibration_leave(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    participant = get_object_or_404(access.visible_calibration_participants(request.member), pk=pk)
    session = to_run(request, participant.session.cohort_id)
    with told(request, f"{participant.member} does not take part any more."):
        services.take_out_of_calibration(participant, by=request.member)
    return redirect("selection:calibration_people", org, session.cohort_id)


def calibration_close(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A page that says it cannot be opened again, then the end."""
    session = to_run(request, pk)
    if request.method == "POST":
        with told(
            request, "The calibration is closed. What was agreed stands beside the composite on the slate."
        ):
            services.close_calibration(session, by=request.member)
        return redirect("selection:calibration_detail", org, pk)
    if not session.is_open:
        return redirect("selection:calibration_detail", org, pk)
    board = board_of(session, request.member)
    context = {"session": session, "cohort": session.cohort, "board": board}
    return render(request, "selection/calibration_close.html", context)
