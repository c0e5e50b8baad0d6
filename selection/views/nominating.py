"""The nomination form: for somebody of a line, for oneself, and to change one that waits."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from amdp.directory.models import Person
from amdp.directory.queries import chain_above, person_of
from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from cohorts.models import Cohort
from selection import access, services
from selection.forms.nominations import TEXT, NominationForm
from selection.models import Approval, Nomination
from selection.queries.chain import expected_chain
from selection.queries.eligibility import eligibility_for, line_path
from selection.queries.evidence import needs_consent, terms_of_nominations, words_by_criterion
from selection.queries.nominations import (
    approvals_at_stake,
    nominated_by,
    own_cohorts,
    own_nomination_in,
    reachable_cohorts,
)
from selection.services.chain import due_for

Keep = Callable[[dict[str, Any]], Nomination]
KEPT = "What you wrote is kept as a draft."


def principal_of(request: MemberRequest) -> Person | None:
    """In whose name, as ``?for=`` says. Nobody one does not act for is there."""
    asked = request.GET.get("for") or request.POST.get("for") or ""
    if not asked:
        return None
    key = as_key(asked)
    found = next((one for one in access.acting_principals(request.member) if one.pk == key), None)
    if found is None:
        raise Http404
    return found


def nomination_create(request: MemberRequest, org: str, pk: int, person: int) -> HttpResponse:
    """The form for somebody of the own line, or of whom one acts for; the first words make it a draft."""
    cohort = get_object_or_404(reachable_cohorts(request.member), pk=pk)
    principal = principal_of(request)
    nominee = get_object_or_404(access.nominatable_people(request.member, principal), pk=person)
    existing = nominated_by(request.member, cohort, principal).get(nominee.pk)
    if existing is not None and (request.method != "POST" or not existing.is_editable):
        page = "nomination_edit" if existing.is_editable else "nomination_detail"
        return redirect(f"selection:{page}", org, existing.pk)
    closed = not access.can_nominate(request.member, cohort)
    if closed and not request.POST:
        raise PermissionDenied(access.why_closed(cohort))
    form = NominationForm(request.POST or None, terms=terms_of_nominations(cohort), nominee=nominee)
    saved: list[Nomination] = []

    def keep(text: dict[str, Any]) -> Nomination:
        made = services.draft_nomination(
            cohort, nominee, by=request.member, in_name_of=principal, late=closed, **text
        )
        saved.append(made)
        return made

    if request.method == "POST" and form.is_valid():
        answer = save_or_submit(request, org, form, keep, closed=access.why_closed(cohort) if closed else "")
        if answer is not None:
            return answer
    draft = saved[-1] if saved else existing
    context = editing(request, cohort, nominee, form, draft, principal=principal)
    return render(request, "selection/nomination_edit.html", context)


def nomination_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A draft, or one that was returned with a question; one that waits for its decision is changed with all
    that follows from it."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    if access.can_revise_nomination(request.member, nomination):
        return _revise(request, org, nomination)
    if not access.nominates(request.member, nomination):
        raise PermissionDenied("Only the leader who nominates can change this nomination.")
    if nomination.is_own and nomination.endorser_id is None:
        return redirect("selection:own_nomination", org, nomination.candidate.cohort_id)
    closed = not access.can_edit_nomination(request.member, nomination)
    if closed and (request.method != "POST" or not nomination.is_editable):
        return redirect("selection:nomination_detail", org, nomination.pk)
    cohort = nomination.candidate.cohort
    form = form_of(request, nomination, asked=_question(nomination))

    def keep(text: dict[str, Any]) -> Nomination:
        return services.edit_nomination(nomination, by=request.member, **text)

    if request.method == "POST" and form.is_valid():
        answer = save_or_submit(request, org, form, keep, closed=access.why_closed(cohort) if closed else "")
        if answer is not None:
            return answer
    context = editing(request, cohort, nomination.candidate.person, form, nomination)
    return render(request, "selection/nomination_edit.html", context)


def _question(nomination: Nomination) -> str:
    returned = nomination.approvals.filter(state=Approval.State.RETURNED).last()
    return returned.remark if returned and nomination.state == Nomination.State.RETURNED else ""


def form_of(request: MemberRequest, nomination: Nomination, *, asked: str = "") -> NominationForm:
    """The form with what the nomination says so far."""
    return NominationForm(
        request.POST or None,
        terms=terms_of_nominations(nomination.candidate.cohort),
        words=words_by_criterion(nomination),
        named=list(nomination.references.select_related("person")),
        initial={name: getattr(nomination, name) for name in TEXT},
        asked=asked,
        nominee=nomination.candidate.person,
        by_nominee=nomination.is_own and nomination.endorser_id is None,
        by_endorser=nomination.is_own and nomination.endorser_id is not None,
    )


def save_or_submit(
    request: MemberRequest, org: str, form: NominationForm, keep: Keep, *, closed: str = ""
) -> HttpResponse | None:
    """Keep what was typed, then hand it in if asked to. None: refused, the form says why. When the window has
    closed meanwhile the draft stays, and ``closed`` says why."""
    wants_json = request.headers.get("Accept") == "application/json"
    try:
        nomination = keep(form.text)
        page = _page_of(org, nomination, "nomination_detail" if closed else "nomination_edit")
        if wants_json:
            return JsonResponse({"saved": True} | ({"why": f"{closed} {KEPT}"} if closed else {}))
        if closed:
            messages.warning(request, f"{closed} {KEPT}")
            return redirect(page)
        if request.POST.get("action") != "submit":
            messages.success(request, "Your draft is saved. Nobody else sees it.")
            return redirect(page)
        approval = services.submit_nomination(
            nomination, by=request.member, answer=form.cleaned_data.get("answer", "")
        )
    except ValidationError as refused:
        if wants_json:
            return JsonResponse({"saved": False, "why": " ".join(refused.messages)}, status=409)
        form.refuse(refused)
        return None
    nomination.refresh_from_db()
    messages.success(request, _handed_in(nomination, approval))
    return redirect(_page_of(org, nomination, "nomination_detail"))


def _page_of(org: str, nomination: Nomination, name: str) -> str:
    """Where to go on: a nomination of oneself has a page of its own."""
    if nomination.is_own and nomination.endorser_id is None:
        return reverse("selection:own_nomination", args=[org, nomination.candidate.cohort_id])
    return reverse(f"selection:{name}", args=[org, nomination.pk])


def _handed_in(nomination: Nomination, approval: Approval | None) -> str:
    person = nomination.candidate.person
    if approval is not None:
        return f"{person} is nominated. {approval.who} is asked to approve."
    if nomination.is_own:
        asked = nomination.endorsements.select_related("leader").latest("asked_at")
        return f"{asked.leader} is asked to endorse your nomination."
    return f"{person} is asked first whether to be put forward. Nobody who decides sees it before."


def _revise(request: MemberRequest, org: str, nomination: Nomination) -> HttpResponse:
    form = form_of(request, nomination)
    if request.method == "POST" and form.is_valid():
        try:
            approval = services.revise_nomination(nomination, by=request.member, **form.text)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, f"The nomination is changed. {approval.who} is asked to approve it anew."
            )
            return redirect("selection:nomination_detail", org, nomination.pk)
    cohort, person = nomination.candidate.cohort, nomination.candidate.person
    context = editing(request, cohort, person, form, nomination)
    context |= {"revises": True, "stakes": approvals_at_stake(nomination)}
    return render(request, "selection/nomination_edit.html", context)


def editing(
    request: MemberRequest,
    cohort: Cohort,
    person: Person,
    form: NominationForm,
    nomination: Nomination | None,
    *,
    principal: Person | None = None,
) -> dict[str, Any]:
    """What the nomination form shows beside itself: the rules and what happens then."""
    own = person_of(request.member)
    nominator = nomination.leader if nomination else principal or own
    assert nominator is not None
    chain = expected_chain(cohort, person, nominator)
    asked = [link for link in chain if not link.is_left_out]
    approver = asked[0].approver
    return {
        "cohort": cohort,
        "person": person,
        "form": form,
        "nomination": nomination,
        "principal": nominator if nominator != own else None,
        "form_url": _form_url(request, cohort, person, nomination, principal),
        "eligibility": eligibility_for(cohort, person),
        "line_path": line_path(
            nominator, person, chain_above(person), "you" if nominator == own else str(nominator)
        ),
        "asks_consent": form.terms.asks_consent and (nomination is None or needs_consent(nomination)),
        "approver": approver,
        "first": asked[0],
        "chain": chain,
        "approver_due": due_for(approver, nominator, asked[0].terms.days),
    }


def _form_url(
    request: MemberRequest,
    cohort: Cohort,
    person: Person,
    nomination: Nomination | None,
    principal: Person | None,
) -> str:
    org = request.organization.slug
    if nomination is not None:
        return reverse("selection:nomination_edit", args=[org, nomination.pk])
    address = reverse("selection:nomination_create", args=[org, cohort.pk, person.pk])
    return f"{address}?for={principal.pk}" if principal else address


def own_nomination(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Nominating oneself where the plan allows it, and how far that is until it is shared further."""
    cohort = get_object_or_404(own_cohorts(request.member), pk=pk)
    person = person_of(request.member)
    assert person is not None  # cohorts for oneself are those of a person
    own = own_nomination_in(request.member, cohort)
    nomination = own.nomination if own else None
    may_write = access.can_nominate_oneself(request.member, cohort) and (own is None or own.is_draft)
    may_keep = own is None or own.is_draft
    form = None
    if may_write or (request.method == "POST" and may_keep):
        terms = terms_of_nominations(cohort)
        form = (
            form_of(request, nomination)
            if nomination
            else NominationForm(request.POST or None, terms=terms, nominee=person, by_nominee=True)
        )
        if request.method == "POST" and form.is_valid():
            closed = "" if may_write else access.why_closed(cohort)

            def keep(text: dict[str, Any]) -> Nomination:
                return services.draft_nomination(
                    cohort, person, by=request.member, late=not may_write, **text
                )

            answer = save_or_submit(request, org, form, keep, closed=closed)
            if answer is not None:
                return answer
    elif request.method == "POST":
        raise PermissionDenied("Your nomination is handed in already.")
    context = {
        "cohort": cohort,
        "person": person,
        "own": own,
        "nomination": nomination,
        "form": form,
        "closed": "" if may_write or (own and not own.is_draft) else access.why_closed(cohort),
        "eligibility": eligibility_for(cohort, person),
        "form_url": reverse("selection:own_nomination", args=[org, cohort.pk]),
    }
    return render(request, "selection/own_nomination.html", context)
