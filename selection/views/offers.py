"""Offers of seats: the person answers, L&D records answers and offers free seats."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from selection import access, services
from selection.forms import WhyForm
from selection.forms.slate import OfferForm, RecordForm
from selection.models import Decision, Offer
from selection.views.assessment import told
from selection.views.slate import outcome_page, slate_of


@require_POST
def offer_answer(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The person accepts or declines."""
    offer = get_object_or_404(access.visible_offers(request.member), pk=pk)
    if not access.can_answer_offer(request.member, offer):
        raise PermissionDenied("Whose offer it is answers it.")
    form = OfferForm(request.POST)
    if form.is_valid() and (said := _answer(request, offer, form)):
        messages.success(request, said)
        return redirect("selection:outcome_detail", org, offer.decision.candidate_id)
    candidate = get_object_or_404(access.visible_outcomes(request.member), pk=offer.decision.candidate_id)
    return outcome_page(request, candidate, form)


def _answer(request: MemberRequest, offer: Offer, form: OfferForm) -> str:
    """What is said afterwards; empty when it was refused, with the reason in the form."""
    reason = form.cleaned_data["reason"]
    try:
        if form.cleaned_data["answer"] == "accept":
            services.accept_offer(offer, reason=reason, by=request.member)
            return f"Welcome to {offer.decision.slate.cohort}. You are enrolled."
        services.decline_offer(offer, reason=reason, by=request.member)
        return "You have declined. Thank you for telling us; the seat goes to the next in reserve."
    except ValidationError as refused:
        form.refuse(refused)
        return ""


def offer_give_back(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Somebody who accepted cannot take part after all, while the cohort has not started."""
    offer = get_object_or_404(access.visible_offers(request.member), pk=pk)
    if not access.can_answer_offer(request.member, offer):
        raise PermissionDenied("Whose seat it is gives it back.")
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_offer(offer, reason=form.cleaned_data["why"], by=request.member)
        except ValidationError as refused:
            form.refuse(ValidationError(refused.messages))
        else:
            messages.success(request, "You gave the seat back. It goes to the next in reserve.")
            return redirect("selection:outcome_detail", org, offer.decision.candidate_id)
    return render(request, "selection/offer_give_back.html", {"offer": offer, "form": form})


def offer_record(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """L&D records what somebody told them by phone or otherwise."""
    offer = get_object_or_404(access.visible_offers(request.member), pk=pk)
    if not access.can_record_answer(request.member, offer):
        raise PermissionDenied("L&D records answers, and nobody their own.")
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _answer(request, offer, form):
        messages.success(request, f"The answer of {offer.decision.candidate} is kept.")
        return redirect("selection:slate_detail", org, offer.decision.slate.cohort_id)
    return render(request, "selection/offer_record.html", {"offer": offer, "form": form})


@require_POST
def seat_offer(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Offer a free seat to the next in reserve."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = slate_of(request, cohort)
    if not access.can_run_selection(request.member, cohort):
        raise PermissionDenied("L&D offers free seats.")
    with told(request, "The next in reserve is offered the seat.") as done:
        offer = services.offer_free_seat(slate, by=request.member)
        done.sentence = f"{offer.decision.candidate} is offered the seat and has been written to."
    return redirect("selection:slate_detail", org, cohort.pk)


def reserve_leave(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The person leaves the reserve, or L&D takes them off in their name."""
    reserve = access.visible_decisions(request.member).filter(outcome=Decision.Outcome.RESERVE)
    decision = get_object_or_404(reserve, pk=pk)
    if not access.can_leave_reserve(request.member, decision):
        raise PermissionDenied("The person, or L&D in their name, takes somebody off the reserve.")
    own = not access.can_run_selection(request.member, decision.slate.cohort)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.leave_reserve(decision, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{decision.candidate} is no longer in reserve.")
            if own:
                return redirect("selection:outcome_detail", org, decision.candidate_id)
            return redirect("selection:slate_detail", org, decision.slate.cohort_id)
    return render(request, "selection/reserve_leave.html", {"decision": decision, "form": form, "own": own})
