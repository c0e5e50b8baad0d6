import django_filters
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from selection import access, services
from selection.queries.equity import equity_of, not_nominated
from selection.queries.own_line import choices_in
from selection.views.assessment import told


class EligibleFilter(django_filters.FilterSet):
    """Market and business unit, as far as they occur among them."""

    market = django_filters.ChoiceFilter(label="Market")
    business_unit = django_filters.ChoiceFilter(label="Business unit")

    class Meta:
        model = Person
        fields = ["market", "business_unit"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        found = choices_in(self.queryset)
        for name, choices in (("market", found.markets), ("business_unit", found.business_units)):
            self.filters[name].extra["choices"] = [(one, one) for one in choices]


def equity_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """How often those eligible are nominated, by leader, market and business unit; and who is not."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    rows = ListPage(
        request,
        not_nominated(cohort),
        noun=("eligible person not nominated", "eligible people not nominated"),
        search=search_people,
        filters=EligibleFilter,
        sorts={"name": ("last_name_key",), "market": ("market",), "manager": ("manager__last_name_key?",)},
        placeholder="Search by name",
    )
    context = {
        "cohort": cohort,
        "list": rows,
        "equity": equity_of(cohort),
        "may_nudge": access.can_run_selection(request.member, cohort) and access.window_is_open(cohort),
    }
    return render(request, "selection/equity_detail.html", context)


@require_POST
def leader_nudge(request: MemberRequest, org: str, pk: int, person: int) -> HttpResponse:
    """Tell a leader how many of the line are eligible; back to the page."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    leader = get_object_or_404(Person, pk=person)
    with told(request, "") as done:
        now = services.nudge_leader(cohort, leader, by=request.member)
        done.sentence = f"{leader} is told now." if now else f"{leader} was told today already."
    return redirect("selection:equity_detail", org, cohort.pk)
