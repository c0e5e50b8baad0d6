from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.identity.requests import MemberRequest
from cohorts import access, queries, services
from cohorts.forms.participants import GraduateForm, OfferForm, ReasonForm
from cohorts.graduation import open_work
from cohorts.models import Participant, Placement
from cohorts.views.loading import cohort_to_run, visible_participant


@dataclass(frozen=True)
class Verb:
    """One way to change somebody's standing in a cohort."""

    title: str
    action: str
    consequence: str
    told: str


VERBS = {
    "defer": Verb(
        "Defer {person}",
        "Defer",
        "The seat stays theirs. Reminders stop until they come back.",
        "{person} is deferred and keeps the seat.",
    ),
    "withdraw": Verb(
        "Withdraw {person}",
        "Withdraw",
        "The seat is free again. This cannot be undone; results count them as withdrawn.",
        "{person} is withdrawn. There is a free seat.",
    ),
    "return": Verb(
        "Bring {person} back",
        "Bring back",
        "They are an active participant again and get reminders.",
        "{person} is active again.",
    ),
}


def participant_detail(request: MemberRequest, org: str, participant: int) -> HttpResponse:
    """Standing and placement of one participant."""
    found = visible_participant(request, participant)
    visible = queries.with_accounts(access.visible_placements(request.member))
    placements = list(visible.filter(participant=found))
    is_placed = any(one.state != Placement.State.WITHDRAWN for one in placements)
    may_place = found.state == Participant.State.GRADUATED and not is_placed
    context = {
        "participant": found,
        "may_run": access.can_run_cohort(request.member, found.cohort),
        "reads_reason": access.can_read_reasons(request.member),
        "may_place": may_place and access.can_propose_placement(request.member, found),
        "placements": placements,
        "may_answer": access.can_answer_offer(request.member, found),
    }
    return render(request, "cohorts/participant_detail.html", context)


def participant_move(request: MemberRequest, org: str, participant: int, verb: str) -> HttpResponse:
    found = visible_participant(request, participant)
    if not access.can_run_cohort(request.member, found.cohort):
        raise PermissionDenied("Only L&D admins change who is in a cohort.")
    if verb not in VERBS:
        raise Http404("There is no such step.")
    words = VERBS[verb]
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if verb == "return":
        form.fields.pop("reason")
    if request.method == "POST" and form.is_valid():
        try:
            _move(found, verb, form.cleaned_data.get("reason", ""), by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, words.told.format(person=found.person))
            return redirect("cohorts:cohort_detail", org, found.cohort_id)
    title = words.title.format(person=found.person)
    context = {"participant": found, "form": form, "words": words, "heading_words": title}
    return render(request, "cohorts/participant_move.html", context)


def _move(participant: Participant, verb: str, reason: str, *, by: Membership) -> None:
    if verb == "defer":
        services.defer(participant, reason=reason, by=by)
    elif verb == "withdraw":
        services.withdraw(participant, reason=reason, by=by)
    else:
        services.return_from_deferral(participant, by=by)


def cohort_graduate(request: MemberRequest, org: str, cohort: int) -> HttpResponse:
    found = cohort_to_run(request, cohort)
    participants = found.participants.filter(state=Participant.State.ACTIVE).select_related("person")
    active = list(participants.order_by("person__last_name_key", "pk"))
    initial = {"on": min(local_today(request.member), found.ends_on)}
    work = open_work(found, request.member)
    form = GraduateForm(request.POST or None, active=active, work=work, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen, on = form.cleaned_data["participants"], form.cleaned_data["on"]
        try:
            graduates = services.graduate(found, chosen, on=on, by=request.member, reasons=form.reasons)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            who = "1 person has" if len(graduates) == 1 else f"{len(graduates)} people have"
            messages.success(request, f"{who} graduated and been told.")
            return redirect("cohorts:cohort_detail", org, found.pk)
    return render(request, "cohorts/cohort_graduate.html", {"cohort": found, "form": form, "active": active})


def participant_offer(request: MemberRequest, org: str, participant: int) -> HttpResponse:
    """Would you mentor or teach the next cohort?"""
    found = visible_participant(request, participant)
    if not access.can_answer_offer(request.member, found):
        raise PermissionDenied("Only the graduate can answer this.")
    said = {True: "yes", False: "no", None: None}
    initial = {"mentoring": said[found.offers_mentoring], "teaching": said[found.offers_teaching]}
    form = OfferForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.answer_offer(found, by=request.member, **form.cleaned_data)
        messages.success(request, "Thank you. L&D sees your answer, and you may change it here.")
        return redirect("cohorts:participant_detail", org, found.pk)
    return render(request, "cohorts/participant_offer.html", {"participant": found, "form": form})
