"""The grade table, and what one says about oneself, for programs: the same verbs as the pages."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import can_change_grades
from amdp.directory.forms import GENDERS, DemographicsForm, GradeForm
from amdp.directory.grades import GradeRow, save_grades
from amdp.directory.models import Demographics, Grade, Person
from amdp.directory.queries import person_of
from amdp.directory.services import identify_oneself
from amdp.identity.api_base import MemberViewSet, answers, asked, checked
from amdp.identity.models import Membership


class DemographicsSerializer(serializers.Serializer[Any]):
    """What one says about oneself; nobody else reads it but in totals."""

    gender = serializers.ChoiceField(choices=GENDERS, allow_null=True)
    words = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=40, help_text="Only with own_words."
    )


def own_demographics(member: Membership) -> QuerySet[Demographics]:
    """One's own row, never another's."""
    return Demographics.objects.filter(person=person_of(member))


class DemographicsViewSet(MemberViewSet[Demographics]):
    """One's own answer, to read and to give."""

    model = Demographics
    visible = staticmethod(own_demographics)
    serializer_class = DemographicsSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(operation_id="my_demographics", responses=DemographicsSerializer)
    def list(self, request: Request, org: str) -> Response:
        self._own_person()
        return Response(self._said())

    @extend_schema(responses={200: DemographicsSerializer})
    def create(self, request: Request, org: str) -> Response:
        """It takes the place of what was said before, and of what the HR file said."""
        person = self._own_person()
        form = DemographicsForm(answers(asked(DemographicsSerializer, request)))
        checked(form)
        identify_oneself(person, gender=form.said, by=self.member)
        return Response(self._said())

    def _said(self) -> Any:
        said = DemographicsForm.initial_of(self.get_queryset().first())
        return self.get_serializer({"gender": None, "words": "", **said}).data

    def _own_person(self) -> Person:
        person = person_of(self.member)
        if person is None:
            raise Http404
        return person


class GradeSerializer(serializers.ModelSerializer[Grade]):
    class Meta:
        model = Grade
        fields = ["id", "code", "name", "rank"]


class GradeRowSerializer(serializers.Serializer[Any]):
    """One line of the grade table; without ``id`` a new grade."""

    id = serializers.IntegerField(required=False)
    code = serializers.CharField(max_length=20)
    name = serializers.CharField(required=False, default="", allow_blank=True, max_length=80)
    rank = serializers.IntegerField(min_value=0, max_value=32767)
    removed = serializers.BooleanField(required=False, default=False)


class GradesSerializer(serializers.Serializer[Any]):
    """Lines to add, change or remove; grades left out stay as they are."""

    grades = GradeRowSerializer(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]


def all_grades(member: Membership) -> QuerySet[Grade]:
    return Grade.objects.all()


def with_those_that_stay(lines: list[dict[str, Any]], grades: QuerySet[Grade]) -> list[GradeRow]:
    """The whole table as its service takes it."""
    known = {grade.pk: grade for grade in grades}
    ids = [line["id"] for line in lines if "id" in line]
    if set(ids) - known.keys() or len(ids) != len(set(ids)):
        raise ValidationError({"grades": "Each id has to be that of another grade of the table."})
    stay = [
        GradeRow(pk=grade.pk, code=grade.code, name=grade.name, rank=grade.rank)
        for grade in known.values()
        if grade.pk not in ids
    ]
    return [*(as_row(line) for line in lines), *stay]


def as_row(line: dict[str, Any]) -> GradeRow:
    """One line, as the page's form reads it."""
    form = GradeForm(answers({**line, "pk": line.get("id")}))
    checked(form)
    return replace(form.as_row(), removed=line["removed"])


class GradeViewSet(MemberViewSet[Grade]):
    """The grade table, from the lowest rank up; for owners."""

    model = Grade
    visible = staticmethod(all_grades)
    serializer_class = GradeSerializer
    pagination_class = None
    filter_backends = []

    @extend_schema(responses=GradeSerializer(many=True))
    def list(self, request: Request, org: str) -> Response:
        self._only_owners()
        return Response(self.get_serializer(self.get_queryset(), many=True).data)

    @extend_schema(request=GradesSerializer, responses={200: GradeSerializer(many=True)})
    def create(self, request: Request, org: str) -> Response:
        """Put several lines of the table right at once, all or none."""
        self._only_owners()
        lines = asked(GradesSerializer, request)["grades"]
        save_grades(with_those_that_stay(lines, self.get_queryset()), by=self.member)
        return Response(self.get_serializer(self.get_queryset(), many=True).data)

    def _only_owners(self) -> None:
        if not can_change_grades(self.member):
            raise PermissionDenied("Only owners of the organization change the grade table.")
