"""The parts of a program's design, all edited the same way: list, add, change, move, delete."""

from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm, model_to_dict
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from amdp.identity.api_base import ReadViewSet, StepSerializer, answers, asked, checked
from amdp.identity.models import Membership
from cohorts import access, services
from cohorts.api.programs import NOT_TO_EDIT
from cohorts.forms.programs import (
    POINTS,
    BehaviorForm,
    CompetencyForm,
    MetricForm,
    ObjectiveForm,
    OutcomeForm,
    StakeholderForm,
    StakeholderFunctionForm,
)
from cohorts.models import Behavior, Competency, Metric, Objective, Outcome, Stakeholder
from cohorts.serializers import (
    BehaviorSerializer,
    CompetencySerializer,
    MetricSerializer,
    ObjectiveSerializer,
    OutcomeSerializer,
    StakeholderSerializer,
)
from cohorts.services.programs import Part, program_of

P = TypeVar("P", Objective, Outcome, Metric, Competency, Behavior, Stakeholder)


class PartViewSet(ReadViewSet[P], Generic[P]):
    """One section of the design: what belongs to a program, and the page's form for it."""

    asks: ClassVar[type[Serializer[Any]]]
    form: ClassVar[type[ModelForm]]
    filterset_fields = ["program"]
    owner = "program_id"

    def create(self, request: Request, org: str) -> Response:
        """Add one at the end."""
        wanted = asked(self.asks, request)
        part = self._new(wanted.pop(self.owner))
        self._may_edit(part)
        return Response(self._saved(part, wanted), status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """What is left out stays; a part stays where it is."""
        part, wanted = self._to_edit(), asked(self.asks, request, partial=True)
        if wanted.pop(self.owner, getattr(part, self.owner)) != getattr(part, self.owner):
            raise ValidationError(
                {self.owner.removesuffix("_id"): "It stays where it is. Add another there."}
            )
        return Response(self._saved(part, wanted))

    def destroy(self, request: Request, org: str, pk: int) -> Response:
        """Take it out of the design."""
        services.delete_part(self._to_edit(), by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _new(self, owner: int) -> Part:
        program = get_object_or_404(access.visible_programs(self.member), pk=owner)
        return self.model(program=program)  # type: ignore[return-value]

    def _to_edit(self) -> P:
        part: P = self.get_object()
        self._may_edit(part)
        return part

    def _may_edit(self, part: Part) -> None:
        if not access.can_edit_program(self.member, program_of(part)):
            raise PermissionDenied(NOT_TO_EDIT)

    def _saved(self, part: Part, wanted: dict[str, Any]) -> Any:
        self._put(part, wanted)
        saved = services.save_part(part, by=self.member)
        return self.get_serializer(get_object_or_404(self.get_queryset(), pk=saved.pk)).data

    def _put(self, part: Part, wanted: dict[str, Any]) -> None:
        """What is wanted, on the part, as the page's form puts it there."""
        known = model_to_dict(part, fields=self.form.base_fields)
        checked(self.form(answers({**known, **wanted}), instance=part))


class OrderedViewSet(PartViewSet[P], Generic[P]):
    """Parts that stand in an order."""

    @extend_schema(request=StepSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def move(self, request: Request, org: str, pk: int) -> Response:
        """One place up or down among its siblings."""
        part, to = self._to_edit(), asked(StepSerializer, request)["to"]
        assert not isinstance(part, Stakeholder)
        services.move_part(part, up=to == "up", by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)


def objectives(member: Membership) -> QuerySet[Objective]:
    return access.visible_parts(member, Objective.objects.select_related("program"))


class ObjectiveViewSet(OrderedViewSet[Objective]):
    """What a program is for."""

    model = Objective
    visible = staticmethod(objectives)
    serializer_class = asks = ObjectiveSerializer
    form = ObjectiveForm


def outcomes(member: Membership) -> QuerySet[Outcome]:
    return access.visible_parts(member, Outcome.objects.select_related("program"))


class OutcomeViewSet(OrderedViewSet[Outcome]):
    """What will be different when a program has worked."""

    model = Outcome
    visible = staticmethod(outcomes)
    serializer_class = asks = OutcomeSerializer
    form = OutcomeForm


def metrics(member: Membership) -> QuerySet[Metric]:
    return access.visible_to_readers(member, Metric.objects.select_related("program"))


class MetricViewSet(OrderedViewSet[Metric]):
    """Baseline metrics, for those who read or sign the design."""

    model = Metric
    visible = staticmethod(metrics)
    serializer_class = asks = MetricSerializer
    form = MetricForm


def competencies(member: Membership) -> QuerySet[Competency]:
    found = Competency.objects.select_related("program").prefetch_related("behaviors")
    return access.visible_parts(member, found)


class CompetencyViewSet(OrderedViewSet[Competency]):
    """The competency model; each competency with its behaviours."""

    model = Competency
    visible = staticmethod(competencies)
    serializer_class = asks = CompetencySerializer
    form = CompetencyForm


def behaviors(member: Membership) -> QuerySet[Behavior]:
    found = Behavior.objects.select_related("competency__program")
    return access.visible_parts(member, found, "competency__program")


class BehaviorViewSet(OrderedViewSet[Behavior]):
    """Behaviours of a competency, each with its five anchors."""

    model = Behavior
    visible = staticmethod(behaviors)
    serializer_class = asks = BehaviorSerializer
    filterset_fields = ["competency", "competency__program"]
    form = BehaviorForm
    owner = "competency_id"

    def _new(self, owner: int) -> Behavior:
        return Behavior(competency=get_object_or_404(competencies(self.member), pk=owner))

    def _put(self, part: Part, wanted: dict[str, Any]) -> None:
        anchors = wanted.pop("anchors", None) or getattr(part, "anchors", None) or [""] * len(POINTS)
        lines = {f"anchor_{point}": text for point, text in zip(POINTS, anchors, strict=True)}
        super()._put(part, {**wanted, **lines})


def stakeholders(member: Membership) -> QuerySet[Stakeholder]:
    return access.visible_to_readers(member, Stakeholder.objects.select_related("program", "person"))


class StakeholderViewSet(PartViewSet[Stakeholder]):
    """Whose signatures a design needs and has, for those who read or sign it."""

    model = Stakeholder
    visible = staticmethod(stakeholders)
    serializer_class = asks = StakeholderSerializer
    filterset_fields = ["program", "person"]
    form = StakeholderFunctionForm

    def _put(self, part: Part, wanted: dict[str, Any]) -> None:
        person = wanted.pop("person_id", None)
        assert isinstance(part, Stakeholder)
        if part.pk is None:
            chosen = checked(StakeholderForm(answers({**wanted, "person": person}), member=self.member))
            part.person, part.function = chosen["person"], chosen["function"]
        elif person in (None, part.person_id):
            super()._put(part, wanted)
        else:
            raise ValidationError({"person": "A signature is its person’s. Add the other person instead."})
