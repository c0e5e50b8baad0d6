from collections.abc import Callable
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.directory.models import Person
from amdp.directory.queries import chain_above, person_of, search_people
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from selection import access, services
from selection.models import Approval, Nomination
from selection.nomination_forms import TEXT, NominationForm
from selection.queries.approvals import approvals_of, chain_of, steps_of
from selection.queries.chain import expected_chain
from selection.queries.eligibility import eligibility_for, eligibility_of, line_path, rules_in_force
from selection.queries.eligible import count_eligible, eligible
from selection.queries.evidence import terms_of_nominations, words_by_criterion
from selection.queries.nominations import nominated_by, open_cohorts
from selection.queries.own_line import choices_in
from selection.services.chain import due_for
from selection.views.assessment import told


class NomineeFilter(django_filters.FilterSet):
    """Market and business unit, as far as they occur in the own line; one that all share is no choice."""

    market = django_filters.ChoiceFilter(label="Market")
    business_unit = django_filters.ChoiceFilter(label="Business unit")

    class Meta:
        model = Person
        fields = ["market", "business_unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = choices_in(access.nominatable_people(self.request.member))
        for name, choices in (("market", found.markets), ("business_unit", found.business_units)):
            if len(choices) > 1:
                self.filters[name].extra["choices"] = [(one, one) for one in choices]
            else:
                del self.filters[name]


def nominee_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Whom of the own line one can nominate, or with ``?show=everybody`` the whole line, each with the verdict
    of the eligibility rules; the way into a nomination."""
    cohort = get_object_or_404(open_cohorts(request.member), pk=pk)
    if not access.can_nominate(request.member, cohort):
        raise PermissionDenied(access.why_closed(cohort))
    line, rules = access.nominatable_people(request.member), rules_in_force(cohort)
    met = eligible(cohort, rules)
    everybody = request.GET.get("show") == "everybody"
    rows = ListPage(
        request,
        line if everybody else line.filter(met),
        noun=("person", "people") if everybody else ("eligible person", "eligible people"),
        search=search_people,
        filters=NomineeFilter,
        sorts={"name": ("last_name_key",), "market": ("market",), "grade": ("grade__rank?",)},
        placeholder="Search your line by name",
    )
    assert rows.filterset is not None
    counts = count_eligible(search_people(rows.filterset.filter_queryset(line), rows.q), met)
    rows.count = counts.everybody if everybody else counts.eligible  # known now, so not counted again
    context = {
        "cohort": cohort,
        "list": rows,
        "line": counts,
        "everybody": everybody,
        "eligible_url": rows.url(show=None, page=None),
        "everybody_url": rows.url(show="everybody", page=None),
        "eligibility": eligibility_of(cohort, rows.rows, rules),
        "nominated": nominated_by(request.member, cohort),
    }
    return render(request, "selection/nominee_list.html", context)


def nomination_create(request: MemberRequest, org: str, pk: int, person: int) -> HttpResponse:
    """The form for somebody of the own line; nothing is kept before the first save."""
    cohort = get_object_or_404(open_cohorts(request.member), pk=pk)
    nominee = get_object_or_404(access.nominatable_people(request.member), pk=person)
    existing = nominated_by(request.member, cohort).get(nominee.pk)
    if existing is not None and (request.method != "POST" or not existing.is_editable):
        page = "nomination_edit" if existing.is_editable else "nomination_detail"
        return redirect(f"selection:{page}", org, existing.pk)
    if not access.can_nominate(request.member, cohort):
        raise PermissionDenied(access.why_closed(cohort))
    form = NominationForm(request.POST or None, terms=terms_of_nominations(cohort))
    saved: list[Nomination] = []

    def keep(text: dict[str, Any]) -> Nomination:
        saved.append(services.draft_nomination(cohort, nominee, by=request.member, **text))
        return saved[-1]

    if request.method == "POST" and form.is_valid():
        answer = save_or_submit(request, org, form, keep)
        if answer is not None:
            return answer
    draft = saved[-1] if saved else existing
    return render(request, "selection/nomination_edit.html", editing(request, cohort, nominee, form, draft))


def nomination_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A draft, or one that was returned with a question."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    if not access.can_edit_nomination(request.member, nomination):
        if access.nominates(request.member, nomination):
            return redirect("selection:nomination_detail", org, nomination.pk)
        raise PermissionDenied("Only the leader who wrote this nomination can change it.")
    returned = nomination.approvals.filter(state=Approval.State.RETURNED).last()
    asked = returned.remark if returned and nomination.state == Nomination.State.RETURNED else ""
    initial = {name: getattr(nomination, name) for name in TEXT}
    form = NominationForm(
        request.POST or None,
        terms=terms_of_nominations(nomination.candidate.cohort),
        words=words_by_criterion(nomination),
        initial=initial,
        asked=asked,
    )
    if request.method == "POST" and form.is_valid():
        answer = save_or_submit(
            request, org, form, lambda text: services.edit_nomination(nomination, by=request.member, **text)
        )
        if answer is not None:
            return answer
    candidate = nomination.candidate
    return render(
        request,
        "selection/nomination_edit.html",
        editing(request, candidate.cohort, candidate.person, form, nomination),
    )


def save_or_submit(
    request: MemberRequest, org: str, form: NominationForm, keep: Callable[[dict[str, Any]], Nomination]
) -> HttpResponse | None:
    """Keep what was typed, then hand it in if asked to. None: refused, the form says why."""
    try:
        nomination = keep(form.text)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"saved": True})
        if request.POST.get("action") != "submit":
            messages.success(request, "Your draft is saved. Nobody else sees it.")
            return redirect("selection:nomination_edit", org, nomination.pk)
        approval = services.submit_nomination(
            nomination, by=request.member, answer=form.cleaned_data.get("answer", "")
        )
    except ValidationError as refused:
        form.refuse(refused)
        return None
    person = nomination.candidate.person
    messages.success(request, f"{person} is nominated. {approval.who} is asked to approve.")
    return redirect("selection:nomination_detail", org, nomination.pk)


def editing(
    request: MemberRequest,
    cohort: Cohort,
    person: Person,
    form: NominationForm,
    nomination: Nomination | None,
) -> dict[str, Any]:
    """What the nomination form shows beside itself: the rules and what happens then."""
    nominator = person_of(request.member)
    assert nominator is not None
    eligibility = eligibility_for(cohort, person)
    chain = expected_chain(cohort, person, nominator)
    asked = [link for link in chain if not link.is_left_out]
    approver = asked[0].approver
    return {
        "cohort": cohort,
        "person": person,
        "form": form,
        "nomination": nomination,
        "eligibility": eligibility,
        "line_path": line_path(nominator, person, chain_above(person)),
        "approver": approver,
        "first": asked[0],
        "chain": chain,
        "approver_due": due_for(approver, nominator, asked[0].terms.days),
    }


def nomination_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A nomination as those it concerns may read it."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    approvals = approvals_of([nomination])[nomination.pk]
    context = {
        "nomination": nomination,
        "steps": steps_of(nomination, approvals),
        "chain": chain_of(approvals),
        "may_edit": access.can_edit_nomination(request.member, nomination),
        "may_withdraw": access.can_withdraw_nomination(request.member, nomination),
        "may_decide": access.can_decide_nomination(request.member, nomination),
        "may_read_file": access.visible_candidates(request.member)
        .filter(pk=nomination.candidate_id)
        .exists(),
    }
    return render(request, "selection/nomination_detail.html", context)


def nomination_withdraw(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A page that names the nomination, then takes it back."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    if not access.can_withdraw_nomination(request.member, nomination):
        raise PermissionDenied(
            "Only the leader who wrote this nomination can withdraw it, until it is decided."
        )
    if request.method == "POST":
        try:
            services.withdraw_nomination(nomination, by=request.member, why=request.POST.get("why", ""))
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, f"Your nomination of {nomination.candidate.person} is withdrawn.")
        return redirect("selection:nomination_detail", org, nomination.pk)
    may_nominate = access.can_nominate(request.member, nomination.candidate.cohort)
    context = {"nomination": nomination, "may_nominate": may_nominate}
    return render(request, "selection/nomination_withdraw.html", context)


@require_POST
def nominators_remind(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Ask those once more who owe an answer; back to the page that closes nominations."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    with told(request, "") as done:
        count = services.remind_nominators(cohort, by=request.member)
        done.sentence = (
            f"{count} {'reminder is' if count == 1 else 'reminders are'} on the way."
            if count
            else "Everybody was reminded today already."
        )
    return redirect("cohorts:cohort_move", org, cohort.pk)
