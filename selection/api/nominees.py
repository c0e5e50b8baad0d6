"""Whom a leader may nominate, with what the eligibility rules say about each."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.api_base import MemberViewSet
from amdp.web.forms import as_key
from cohorts.models import Cohort
from selection import access
from selection.api.nominations import acted_for
from selection.eligibility import Group
from selection.queries.eligibility import eligibility_of, rules_in_force
from selection.queries.eligible import eligible
from selection.queries.nominations import open_cohorts


class NomineeSerializer(serializers.ModelSerializer[Person]):
    """Somebody of the own line; ``person`` is the id that a nomination takes."""

    person = serializers.IntegerField(source="pk", read_only=True)
    grade = serializers.CharField(source="grade.code", default=None, read_only=True)
    is_eligible = serializers.BooleanField(source="eligibility.is_met", read_only=True)
    rules = serializers.CharField(
        source="eligibility.tally", read_only=True, help_text="“5 of 6 rules met”, as on the page"
    )
    not_met = serializers.SerializerMethodField(help_text="The names of the rules that are not met")

    class Meta:
        model = Person
        fields = [
            "person",
            "name",
            "job_title",
            "grade",
            "market",
            "business_unit",
            "is_eligible",
            "rules",
            "not_met",
        ]

    def get_not_met(self, person: Any) -> list[str]:
        return [check.name for check in person.eligibility.unmet]


class NomineeFilter(django_filters.FilterSet):
    """``eligible=true`` leaves out everybody who does not meet every rule."""

    cohort = django_filters.NumberFilter(
        required=True, method="filter_cohort", label="Id of a cohort that takes nominations; needed"
    )
    eligible = django_filters.BooleanFilter(method="filter_eligible", label="Only those eligible, or not")
    in_name_of = django_filters.NumberFilter(
        method="filter_in_name_of", label="Id of the leader one acts for: their line instead of the own"
    )
    q = django_filters.CharFilter(method="filter_q", label="Start of a name, or the number")

    class Meta:
        model = Person
        fields = ["market", "business_unit"]

    def filter_cohort(self, people: QuerySet[Person], name: str, value: Any) -> QuerySet[Person]:
        view = self.request.parser_context["view"]
        view.cohort = get_object_or_404(open_cohorts(view.member), pk=int(value))
        if not access.can_nominate(view.member, view.cohort):
            raise PermissionDenied(access.why_closed(view.cohort))
        view.rules = rules_in_force(view.cohort)
        return people

    def filter_eligible(self, people: QuerySet[Person], name: str, value: bool) -> QuerySet[Person]:
        view = self.request.parser_context["view"]
        met = people.filter(eligible(view.cohort, view.rules))
        return met if value else people.exclude(pk__in=met.order_by().values("pk"))

    def filter_in_name_of(self, people: QuerySet[Person], name: str, value: Any) -> QuerySet[Person]:
        return people  # the viewset begins with that line

    def filter_q(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return search_people(people, value)


class NomineeViewSet(ListModelMixin, MemberViewSet[Person]):
    """The own line for a cohort that takes nominations, as on the page that begins a nomination."""

    model = Person
    visible = staticmethod(access.nominatable_people)
    serializer_class = NomineeSerializer
    filterset_class = NomineeFilter
    cohort: Cohort
    rules: Sequence[Group]

    def get_queryset(self) -> QuerySet[Any]:
        """The own line, or that of the leader one acts for."""
        key = as_key(self.request.query_params.get("in_name_of", ""))
        if key is None:
            return super().get_queryset()
        return access.nominatable_people(self.member, acted_for(self.member, key))

    def paginate_queryset(self, queryset: Any) -> Any:
        """A page, each row with its ``eligibility``, judged together."""
        page: Any = super().paginate_queryset(queryset)
        judged = eligibility_of(self.cohort, page, self.rules)
        for person in page:
            person.eligibility = judged[person.pk]
        return page
