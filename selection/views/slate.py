from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.audit import services as audit
from amdp.identity.requests import MemberRequest
from amdp.web.exports import Column, file_response
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from selection import access, services
from selection.days import today_in
from selection.forms import AcceptForm, DecisionForm
from selection.forms.slate import OfferForm
from selection.models import Candidate, Decision, Signature, Slate
from selection.queries.calibrated import calibrated_in
from selection.queries.candidates import search_candidates
from selection.queries.feedback import feedback_on
from selection.queries.letters import letters_to, paragraphs_of
from selection.queries.offers import counts_of, offer_to, offers_on, seating_of
from selection.queries.preconditions import too_close, unmet_for_move
from selection.queries.releasing import set_time_of
from selection.queries.sensitivity import hanging_on, sensitivity_of
from selection.queries.signing import signatures_of, why_unsigned
from selection.queries.slate import NAMES, decisions_on, market_seats, standings_on, unready_to_release
from selection.queries.slate_rows import STANDING, by_standing, groups_of, parts_of, rows_of
from selection.queries.standing import standing_of
from selection.reserve import nth
from selection.views.assessment import told

Outcome = Decision.Outcome
PAGE_SIZE = 100
COLUMNS = [
    Column(
        "Rank",
        lambda each: each.rank_text,
        "By composite score; = where others have the same; empty when too little was measured",
    ),
    Column("Place", lambda each: each.place, "Counts on where a rank is shared, by the stored rule for ties"),
    Column("Candidate", lambda each: str(each.candidate)),
    Column("Composite", lambda each: each.composite, "Weighted mean of the criteria, 0 to 100"),
    *(
        Column(name, lambda each, key=key: number(each.scores.get(key)), "0 to 100")  # type: ignore[misc]
        for key, name in NAMES.items()
    ),
    Column("Outcome", lambda each: each.get_outcome_display() if each.outcome else ""),
    Column("Place in reserve", lambda each: each.reserve_order),
    Column("Reason", lambda each: each.get_reason_display() if each.reason else ""),
    Column("In a sentence", lambda each: each.remark),
]


def number(text: str | None) -> float | None:
    return None if text is None else float(text)


def slate_of(request: MemberRequest, cohort: Cohort) -> Slate:
    return get_object_or_404(access.visible_slates(request.member), cohort=cohort)


def page_of(request: MemberRequest, slate: Slate) -> ListPage:
    """The places of a slate under their headings, a hundred at a time, found by name."""

    def named(places: QuerySet[Decision], text: str) -> QuerySet[Decision]:
        return places.filter(candidate__in=search_candidates(Candidate.objects.all(), text))

    return ListPage(
        request,
        by_standing(slate.decisions.select_related("candidate__person", "decided_by__user")),
        sorts={"standing": STANDING},
        noun=("candidate", "candidates"),
        search=named,
        size=PAGE_SIZE,
    )


def slate_detail(request: MemberRequest, org: str, pk: int) -> HttpResponseBase:
    """The ranking, its explanation and the decisions; before it exists, what is still missing."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = access.visible_slates(request.member).filter(cohort=cohort).first()
    may_run = access.can_run_selection(request.member, cohort)
    if slate is None:
        assessing = cohort.state == Cohort.State.ASSESSING
        unmet = unmet_for_move(cohort, Cohort.State.SELECTING) if assessing else too_close(cohort)
        ready = may_run and not unmet and cohort.state in ("assessing", "selecting")
        context = {"cohort": cohort, "unmet": unmet, "ready": ready, "may_run": may_run}
        return render(request, "selection/slate_empty.html", context)
    if request.GET.get("download") in ("csv", "xlsx"):
        kind, decisions = request.GET["download"], decisions_on(slate)
        audit.record("export.slate", slate, by=request.member, after={"rows": len(decisions), "kind": kind})
        boxes = {pk: str(found.box or "") for pk, found in calibrated_in(cohort).items()}
        said = "Box in which the closed calibration left them; not part of the composite"
        box = Column("Calibration", lambda each: boxes.get(each.candidate_id, ""), said)
        columns = [*COLUMNS, box] if boxes else COLUMNS
        return file_response(kind, f"slate {cohort}", columns, decisions, notes=[("Cohort", str(cohort))])
    page, everybody = page_of(request, slate), standings_on(slate)
    counts = Counter(each.outcome for each in everybody)
    released, signatures = slate.state == Slate.State.RELEASED, signatures_of(slate)
    offers = offers_on(slate) if released else []
    context = {
        "cohort": cohort,
        "slate": slate,
        "list": page,
        "groups": groups_of(slate, rows_of(slate, page.rows, everybody, calibrated_in(cohort)), everybody),
        "names": NAMES,
        "weights": [(NAMES[key], slate.weights.get(key, 0)) for key in NAMES],
        "total": len(everybody),
        "undecided": counts[""],
        "selected": counts[Outcome.SELECTED],
        "reserve": counts[Outcome.RESERVE],
        "not_selected": counts[Outcome.NOT_SELECTED],
        "markets": market_seats(slate, everybody),
        "knocked_out": sum(each.is_knocked_out for each in everybody),
        "hanging": hanging_on(slate),
        "problems": unready_to_release(slate, everybody),
        "unsigned": why_unsigned(slate),
        "set_time": set_time_of(slate),
        "offers": offers,
        "offered": {offer.decision_id: offer for offer in offers},
        "offer_counts": counts_of(offers),
        "seating": seating_of(slate) if released else None,
        "signatures": signatures,
        "to_sign": next((each for each in signatures if each.state == Signature.State.ASKED), None),
        "came_late": [] if released else access.conflicts_since(request.member, slate),
        "may_run": may_run,
        "may_decide": access.can_decide_slate(request.member, slate),
        "suggested_reserve": max(1, round(slate.seats / 5)),
    }
    return render(request, "selection/slate_detail.html", context)


@require_safe
def slate_sensitivity(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Who changes place when a weight moves, and whose seat hangs on how the weights were chosen."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = slate_of(request, cohort)
    found = sensitivity_of(slate, decisions_on(slate))
    return render(
        request, "selection/slate_sensitivity.html", {"cohort": cohort, "slate": slate, "found": found}
    )


@require_POST
def slate_draw(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    with told(request, "The slate is drawn up. Nobody outside L&D and HR sees it."):
        services.draw_slate(cohort, by=request.member)
    return redirect("selection:slate_detail", org, cohort.pk)


@require_POST
def slate_accept(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = slate_of(request, cohort)
    if not access.can_run_selection(request.member, cohort):
        raise PermissionDenied("L&D decides on a slate, until its outcomes are released.")
    form = AcceptForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say how many people are kept in reserve, from 0 to 500.")
    else:
        with told(request, "The ranking is accepted. Nobody has been told."):
            services.accept_ranking(slate, by=request.member, **form.cleaned_data)
    return redirect("selection:slate_detail", org, cohort.pk)


def decision_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One candidate: facts on the left, outcome and reason on the right."""
    visible = access.visible_decisions(request.member)
    decision = get_object_or_404(visible.filter(slate__in=access.visible_slates(request.member)), pk=pk)
    slate = decision.slate
    if not access.can_decide_slate(request.member, slate):
        raise PermissionDenied("L&D decides on a slate, until its outcomes are released.")
    initial = {"outcome": decision.outcome, "reason": decision.reason or "rank", "remark": decision.remark}
    form = DecisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            decided = services.decide(decision, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            void = slate.state != Slate.State.OPEN and decided.slate.state == Slate.State.OPEN
            again = " HR’s signature no longer counts: ask again." if void else ""
            messages.success(request, f"{standing(decided)}. Nobody has been told.{again}")
            return redirect("selection:slate_detail", org, slate.cohort_id)
    row = next(
        row
        for row in rows_of(slate, decisions_on(slate), calibrated=calibrated_in(slate.cohort))
        if row.decision.pk == decision.pk
    )
    context = {
        "decision": decision,
        "slate": slate,
        "came_late": access.conflicts_since(request.member, slate).filter(candidate=decision.candidate_id),
        "form": form,
        "row": row,
        "parts": parts_of(slate, decision),
    }
    return render(request, "selection/decision_edit.html", context)


def standing(decision: Decision) -> str:
    """What was decided, as a sentence without its full stop: ``Ada Lovelace is second in the reserve``."""
    if decision.reserve_order:
        return f"{decision.candidate} is {nth(decision.reserve_order)} in the reserve"
    return f"{decision.candidate} is {decision.get_outcome_display().lower()}"


@require_POST
def reserve_move(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    decisions = access.visible_decisions(request.member).filter(
        slate__in=access.visible_slates(request.member)
    )
    decision = get_object_or_404(decisions, pk=pk)
    with told(request, f"{decision.candidate} changed places in the reserve.") as done:
        before = decision.slate.state
        place = services.move_reserve(decision, up=request.POST.get("to") == "up", by=request.member)
        void = "" if before == Slate.State.OPEN else " HR’s signature no longer counts: ask again."
        done.sentence = f"{decision.candidate} is {nth(place)} in the reserve.{void}"
    return redirect("selection:slate_detail", org, decision.slate.cohort_id)


def outcome_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One's own outcome with the letter, the offer and feedback, after the release."""
    candidate = get_object_or_404(access.visible_outcomes(request.member), pk=pk)
    return outcome_page(request, candidate, OfferForm())


def outcome_page(request: MemberRequest, candidate: Candidate, form: OfferForm) -> HttpResponse:
    """The page of one's own outcome, with this form to answer an offer."""
    decision = candidate.decisions.select_related("slate").get()
    offer = offer_to(candidate)
    context = {
        "candidate": candidate,
        "decision": decision,
        "offer": offer,
        "form": form,
        "has_started": today_in(candidate.cohort) >= candidate.cohort.starts_on,
        "may_answer": offer is not None and offer.state == offer.State.OPEN,
        "letters": [(letter, paragraphs_of(letter)) for letter in letters_to(candidate)],
        "feedback": feedback_on(candidate),
        "standing": standing_of(candidate),
    }
    return render(request, "selection/outcome_detail.html", context)
