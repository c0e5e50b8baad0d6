from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from amdp.directory.access import leads
from amdp.directory.models import Person
from amdp.directory.queries import person_of, search_people
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from selection import access, services
from selection.queries.approvals import approvals_of, chain_of, steps_of
from selection.queries.delegations import lines_to_nominate
from selection.queries.drafts import drafts_by
from selection.queries.eligibility import eligibility_of, rules_in_force
from selection.queries.eligible import count_eligible, eligible
from selection.queries.nominations import nominated_by, open_cohorts
from selection.queries.own_line import choices_in
from selection.views.assessment import told
from selection.views.nominating import principal_of


class NomineeFilter(django_filters.FilterSet):
    """Market and business unit, as far as they occur in the own line; one that all share is no choice."""

    market = django_filters.ChoiceFilter(label="Market")
    business_unit = django_filters.ChoiceFilter(label="Business unit")

    class Meta:
        model = Person
        fields = ["market", "business_unit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.request.member
        found = choices_in(access.nominatable_people(member, principal_of(self.request)))
        for name, choices in (("market", found.markets), ("business_unit", found.business_units)):
            if len(choices) > 1:
                self.filters[name].extra["choices"] = [(one, one) for one in choices]
            else:
                del self.filters[name]


def nominee_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Whom of the own line one can nominate, or with ``?show=everybody`` the whole line, each with the verdict
    of the eligibility rules; the way into a nomination."""
    cohort = get_object_or_404(open_cohorts(request.member), pk=pk)
    principal = principal_of(request)
    if not access.can_nominate(request.member, cohort):
        raise PermissionDenied(access.why_closed(cohort))
    if principal is None and not leads(request.member):
        first = access.acting_principals(request.member)[0]
        return redirect(f"{reverse('selection:nominee_list', args=[org, cohort.pk])}?for={first.pk}")
    line, rules = access.nominatable_people(request.member, principal), rules_in_force(cohort)
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
        bulk_url=reverse("selection:nomination_several", args=[org, cohort.pk]),
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
        "nominated": nominated_by(request.member, cohort, principal),
        "principal": principal,
        "has_line": leads(request.member),
        "drafts": drafts_by(request.member, cohort).count(),
        "lines": lines_to_nominate(request.member),
    }
    return render(request, "selection/nominee_list.html", context)


def nomination_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A nomination as those it concerns may read it."""
    nomination = get_object_or_404(access.visible_nominations(request.member), pk=pk)
    approvals = approvals_of([nomination])[nomination.pk]
    context = {
        "nomination": nomination,
        "steps": steps_of(nomination, approvals),
        "chain": chain_of(approvals),
        "may_edit": access.can_edit_nomination(request.member, nomination),
        "may_revise": access.can_revise_nomination(request.member, nomination),
        "versions": list(nomination.versions.order_by("-number")),
        "consent": nomination.consents.order_by("-asked_at", "-pk").first(),
        "endorsement": nomination.endorsements.select_related("leader").order_by("-asked_at", "-pk").first(),
        "taking": access.takes_answers(nomination.candidate.cohort),
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
    person = nomination.candidate.person
    own = person == person_of(request.member)
    if request.method == "POST":
        try:
            services.withdraw_nomination(nomination, by=request.member, why=request.POST.get("why", ""))
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            whose = "Your nomination" if own else f"The nomination of {person}"
            messages.success(request, f"{whose} is withdrawn.")
        return redirect("selection:nomination_detail", org, nomination.pk)
    again = access.can_nominate_oneself if own else access.can_nominate
    may_nominate = again(request.member, nomination.candidate.cohort)
    context = {"nomination": nomination, "may_nominate": may_nominate, "own": own}
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
