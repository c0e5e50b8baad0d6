"""The directory for programs: what the member sees on the pages."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.routers import BaseRouter

from amdp.directory import api_settings
from amdp.directory.access import visible_accounts, visible_job_events, visible_people, visible_ratings
from amdp.directory.models import Account, JobEvent, PerformanceRating, Person
from amdp.directory.queries import employed, local_today, search_accounts, search_people
from amdp.identity.api_base import ReadViewSet
from amdp.identity.models import Membership


class PersonSerializer(serializers.ModelSerializer[Person]):
    """A person as the HR system knows them; demographics stand apart and are one's own."""

    grade = serializers.CharField(source="grade.code", default=None, read_only=True)
    manager = serializers.IntegerField(source="manager_id", read_only=True, allow_null=True)

    class Meta:
        model = Person
        fields = [
            "id", "employee_number", "first_name", "last_name", "email", "job_title", "grade", "job_family",
            "business_unit", "market", "time_zone", "language", "manager", "hire_date", "termination_date", "termination_type",
        ]  # fmt: skip


class JobEventSerializer(serializers.ModelSerializer[JobEvent]):
    """Something in a job history."""

    person = serializers.IntegerField(source="person_id", read_only=True)
    grade = serializers.CharField(source="grade.code", default=None, read_only=True)

    class Meta:
        model = JobEvent
        fields = ["id", "person", "event", "effective_date", "job_title", "grade", "business_unit"]


class RatingSerializer(serializers.ModelSerializer[PerformanceRating]):
    """The rating of one year, 1 (low) to 5 (high)."""

    person = serializers.IntegerField(source="person_id", read_only=True)

    class Meta:
        model = PerformanceRating
        fields = ["id", "person", "year", "rating"]


class AccountSerializer(serializers.ModelSerializer[Account]):
    """A customer."""

    owner = serializers.IntegerField(source="owner_id", read_only=True, allow_null=True)

    class Meta:
        model = Account
        fields = [
            "id", "account_number", "name", "kind", "city", "region", "country", "complexity", "owner",
        ]  # fmt: skip


class PersonApiFilter(django_filters.FilterSet):
    """``q`` is the start of a name, or a number; ``manager`` a person's id."""

    q = django_filters.CharFilter(method="filter_q", label="Start of a name, or the number")
    grade = django_filters.CharFilter(field_name="grade__code", label="Code of the grade")
    manager = django_filters.NumberFilter(field_name="manager_id", label="Id of the direct manager")
    employed = django_filters.BooleanFilter(method="filter_employed", label="Works here today")

    class Meta:
        model = Person
        fields = ["employee_number", "email", "job_family", "business_unit", "market"]

    def filter_q(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        return search_people(people, value)

    def filter_employed(self, people: QuerySet[Person], name: str, value: bool) -> QuerySet[Person]:
        request: Any = self.request
        works_here = employed(local_today(request._request.member))
        return people.filter(works_here if value else ~works_here)


class JobEventApiFilter(django_filters.FilterSet):
    person = django_filters.NumberFilter(field_name="person_id", label="Id of the person")
    since = django_filters.DateFilter(field_name="effective_date", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="effective_date", lookup_expr="lte")

    class Meta:
        model = JobEvent
        fields = ["event"]


class RatingApiFilter(django_filters.FilterSet):
    person = django_filters.NumberFilter(field_name="person_id", label="Id of the person")

    class Meta:
        model = PerformanceRating
        fields = ["year"]


class AccountApiFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="filter_q", label="Start of the name, or the number")
    owner = django_filters.NumberFilter(field_name="owner_id", label="Id of the owner")

    class Meta:
        model = Account
        fields = ["account_number", "kind", "country", "complexity"]

    def filter_q(self, accounts: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        return search_accounts(accounts, value)


class PersonViewSet(ReadViewSet[Person]):
    """People of the directory, as far as you see them."""

    model = Person
    visible = staticmethod(visible_people)
    serializer_class = PersonSerializer
    filterset_class = PersonApiFilter


class JobEventViewSet(ReadViewSet[JobEvent]):
    """Job histories, newest first."""

    model = JobEvent
    visible = staticmethod(visible_job_events)
    serializer_class = JobEventSerializer
    filterset_class = JobEventApiFilter


def ratings_by_person(member: Membership) -> QuerySet[PerformanceRating]:
    """In an order that has no ties and an index: a program that reads page by page misses none."""
    return visible_ratings(member).order_by("person_id", "year")


class RatingViewSet(ReadViewSet[PerformanceRating]):
    """Performance ratings, person by person: for L&D and HR, the line above, and oneself."""

    model = PerformanceRating
    visible = staticmethod(ratings_by_person)
    serializer_class = RatingSerializer
    filterset_class = RatingApiFilter


class AccountViewSet(ReadViewSet[Account]):
    """Customers, as far as you see them."""

    model = Account
    visible = staticmethod(visible_accounts)
    serializer_class = AccountSerializer
    filterset_class = AccountApiFilter


def register(router: BaseRouter) -> None:
    router.register("people", PersonViewSet, basename="person")
    router.register("job-events", JobEventViewSet, basename="job_event")
    router.register("ratings", RatingViewSet, basename="rating")
    router.register("accounts", AccountViewSet, basename="account")
    router.register("grades", api_settings.GradeViewSet, basename="grade")
    router.register("me/demographics", api_settings.DemographicsViewSet, basename="demographics")
