"""Selection plans: of cohorts, and the patterns of programs. A part is read and changed like on its page."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_people
from amdp.directory.queries import search_people
from amdp.identity.api_base import ReadViewSet, asked, checked
from cohorts.access import visible_programs
from selection import access, services
from selection.api.plan_approval import (
    ApprovalPartSerializer,
    ExpectedChainSerializer,
)
from selection.api.plan_documents import (
    DOORS,
    CriteriaSerializer,
    DecisionPartSerializer,
    Document,
    LettersPartSerializer,
    NominationPartSerializer,
    SeatsSerializer,
    WindowsSerializer,
)
from selection.api.plan_exercises import (
    ExercisesSerializer,
    PanelPartSerializer,
)
from selection.api.rules import RulesSerializer, rules_asked, rules_shown
from selection.models import SelectionPlan
from selection.plan_forms import FORMS
from selection.plan_forms.base import PlanForm
from selection.plan_parts import Part, part_of
from selection.plan_parts.approval import sample_of
from selection.queries.chain import chains_in
from selection.queries.plan import overview_of
from selection.rules_editor import RulesEditor

TRIED = 8


class PlanSerializer(serializers.ModelSerializer[SelectionPlan]):
    """The plan of a cohort, or the pattern that a program's cohorts copy."""

    class Meta:
        model = SelectionPlan
        fields = ["id", "cohort", "program", "time_zone"]


class PartSerializer(serializers.Serializer):
    """One part of a plan in words."""

    key = serializers.CharField(source="part.key")
    title = serializers.CharField(source="part.title")
    said = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    opened = serializers.BooleanField(help_text="People act by it: a change needs a reason, as ``why``")
    over = serializers.BooleanField(help_text="It stays as it is")


class StageSerializer(serializers.Serializer):
    """The window of a stage: whole days in the plan's time zone."""

    name = serializers.CharField()
    opens_on = serializers.DateField()
    closes_on = serializers.DateField()
    now = serializers.ChoiceField(choices=["ahead", "open", "over"])


class PlanVersionSerializer(serializers.Serializer):
    """The plan in words as it stood from a change after a stage had opened."""

    number = serializers.IntegerField()
    section = serializers.CharField()
    why = serializers.CharField()
    made_at = serializers.DateTimeField()
    content = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))


class PlanDetailSerializer(PlanSerializer):
    """A plan with its parts, windows and versions."""

    parts = PartSerializer(many=True)
    stages = StageSerializer(many=True)
    versions = PlanVersionSerializer(many=True)

    class Meta(PlanSerializer.Meta):
        fields = [*PlanSerializer.Meta.fields, "parts", "stages", "versions"]


class NewPlanSerializer(serializers.Serializer):
    """For a cohort, or for a program: one of the two."""

    cohort = serializers.IntegerField(required=False)
    program = serializers.IntegerField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Name a cohort, or a program.")
        return attrs


class SelectionPlanViewSet(ReadViewSet[SelectionPlan]):
    """Plans of selections: for L&D and HR, unless they are in it."""

    visible = staticmethod(access.visible_plans)
    model = SelectionPlan
    serializer_class = PlanSerializer
    filterset_fields = ["cohort", "program"]

    @extend_schema(responses=PlanDetailSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """A plan with its parts in words, what is missing, windows and versions."""
        return self._shown(self.get_object())

    @extend_schema(request=NewPlanSerializer, responses={201: PlanDetailSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Begin the plan of a cohort as a copy of its program's, or the pattern of a program."""
        wanted = asked(NewPlanSerializer, request)
        if "cohort" in wanted:
            found = access.visible_selections(self.member)
            plan = services.begin_plan(get_object_or_404(found, pk=wanted["cohort"]), by=self.member)
        else:
            programs = visible_programs(self.member)
            reads = self.member.has(*access.READS_SELECTION)
            found_programs = programs if reads else programs.none()
            plan = services.begin_plan(
                get_object_or_404(found_programs, pk=wanted["program"]), by=self.member
            )
        return self._shown(plan, status.HTTP_201_CREATED)

    @extend_schema(responses=WindowsSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def windows(self, request: Request, **kwargs: Any) -> Response:
        """Time zone and windows."""
        return self._read("windows")

    @extend_schema(request=WindowsSerializer, responses=WindowsSerializer)
    @windows.mapping.patch
    def set_windows(self, request: Request, **kwargs: Any) -> Response:
        """Change time zone and windows."""
        return self._change("windows")

    @extend_schema(responses=CriteriaSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def criteria(self, request: Request, **kwargs: Any) -> Response:
        """Weights and knock-outs."""
        return self._read("criteria")

    @extend_schema(request=CriteriaSerializer, responses=CriteriaSerializer)
    @criteria.mapping.patch
    def set_criteria(self, request: Request, **kwargs: Any) -> Response:
        """Change weights and knock-outs."""
        return self._change("criteria")

    @extend_schema(responses=ExercisesSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def exercises(self, request: Request, **kwargs: Any) -> Response:
        """The exercises and what is observed in each."""
        return self._read("exercises")

    @extend_schema(request=ExercisesSerializer, responses=ExercisesSerializer)
    @exercises.mapping.patch
    def set_exercises(self, request: Request, **kwargs: Any) -> Response:
        """Change exercises, add some, take some out."""
        return self._change("exercises")

    @extend_schema(responses=PanelPartSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def panel(self, request: Request, **kwargs: Any) -> Response:
        """Levels of leaders who never assess, and the training of the panel."""
        return self._read("panel")

    @extend_schema(request=PanelPartSerializer, responses=PanelPartSerializer)
    @panel.mapping.patch
    def set_panel(self, request: Request, **kwargs: Any) -> Response:
        """Change the levels, and note training."""
        return self._change("panel")

    @extend_schema(responses=SeatsSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def seats(self, request: Request, **kwargs: Any) -> Response:
        """Seats per market."""
        return self._read("seats")

    @extend_schema(request=SeatsSerializer, responses=SeatsSerializer)
    @seats.mapping.patch
    def set_seats(self, request: Request, **kwargs: Any) -> Response:
        """Change the seats per market."""
        return self._change("seats")

    @extend_schema(responses=DecisionPartSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def decision(self, request: Request, **kwargs: Any) -> Response:
        """HR's signature, and the days to answer an offer."""
        return self._read("decision")

    @extend_schema(request=DecisionPartSerializer, responses=DecisionPartSerializer)
    @decision.mapping.patch
    def set_decision(self, request: Request, **kwargs: Any) -> Response:
        """Change whether HR signs, and the days to answer."""
        return self._change("decision")

    @extend_schema(responses=LettersPartSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def letters(self, request: Request, **kwargs: Any) -> Response:
        """The texts of the outcome letters."""
        return self._read("letters")

    @extend_schema(request=LettersPartSerializer, responses=LettersPartSerializer)
    @letters.mapping.patch
    def set_letters(self, request: Request, **kwargs: Any) -> Response:
        """Change the texts of the outcome letters."""
        return self._change("letters")

    @extend_schema(responses=NominationPartSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def nomination(self, request: Request, **kwargs: Any) -> Response:
        """What a nomination asks."""
        return self._read("nomination")

    @extend_schema(request=NominationPartSerializer, responses=NominationPartSerializer)
    @nomination.mapping.patch
    def set_nomination(self, request: Request, **kwargs: Any) -> Response:
        """Change what a nomination asks."""
        return self._change("nomination")

    @extend_schema(responses=RulesSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def eligibility(self, request: Request, **kwargs: Any) -> Response:
        """The eligibility rules, group by group, with how many people meet them."""
        return Response(rules_shown(RulesEditor.of(self.get_object())))

    @extend_schema(request=RulesSerializer, responses=RulesSerializer)
    @eligibility.mapping.patch
    def set_eligibility(self, request: Request, **kwargs: Any) -> Response:
        """Put these groups of rules in place of those the plan holds."""
        plan, part = self._to_change("eligibility")
        editor, why = rules_asked(plan, request)
        services.change_plan(plan, part.key, editor.write, by=self.member, why=why)
        return Response(rules_shown(RulesEditor.of(self.get_object())))

    @extend_schema(request=RulesSerializer, responses=RulesSerializer)
    @action(detail=True, methods=["post"], url_path="eligibility/count", filterset_fields=[])
    def count_eligible(self, request: Request, **kwargs: Any) -> Response:
        """How many people would meet these groups of rules; nothing is stored."""
        plan, _ = self._to_change("eligibility")
        return Response(rules_shown(rules_asked(plan, request)[0]))

    @extend_schema(responses=ApprovalPartSerializer)
    @action(detail=True, filterset_fields=[], pagination_class=None)
    def approval(self, request: Request, **kwargs: Any) -> Response:
        """The steps of the approval."""
        return self._read("approval")

    @extend_schema(request=ApprovalPartSerializer, responses=ApprovalPartSerializer)
    @approval.mapping.patch
    def set_approval(self, request: Request, **kwargs: Any) -> Response:
        """Change the steps of the approval."""
        return self._change("approval")

    @extend_schema(
        responses=ExpectedChainSerializer(many=True),
        parameters=[OpenApiParameter("find", str, description="Start of a name, or the number")],
    )
    @action(detail=True, filterset_fields=[], pagination_class=None, url_path="approval/preview")
    def approval_preview(self, request: Request, **kwargs: Any) -> Response:
        """Who would decide for a few people of the directory, or for those sought."""
        plan, text = self.get_object(), request.query_params.get("find", "")
        people = search_people(visible_people(self.member), text)[:TRIED] if text else sample_of(plan, TRIED)
        found = [
            {"person": person.pk, "person_name": str(person), "chain": links}
            for person, links in chains_in(plan, people)
        ]
        return Response(ExpectedChainSerializer(found, many=True).data)

    def _shown(self, plan: SelectionPlan, code: int = status.HTTP_200_OK) -> Response:
        found = overview_of(plan)
        facts = PlanSerializer(plan).data
        more = {"parts": found.lines, "stages": found.stages, "versions": found.versions}
        shown = {
            name: PlanDetailSerializer().fields[name].to_representation(each) for name, each in more.items()
        }
        return Response({**facts, **shown}, status=code)

    def _read(self, key: str) -> Response:
        return self._document(key, self.get_object())

    def _document(self, key: str, plan: SelectionPlan) -> Response:
        door = DOORS[key]
        form = FORMS[key](plan=plan, by=self.member, opened=False)
        return Response(door.serializer(door.shown(form)).data)

    def _change(self, key: str) -> Response:
        plan, part = self._to_change(key)
        body = asked(DOORS[key].serializer, self.request, partial=True)
        form = self._filled(key, plan, body, opened=part.has_opened(plan))
        checked(form)
        services.change_plan(plan, key, form.write, by=self.member, why=body.get("why", ""))
        return self._document(key, self.get_object())

    def _to_change(self, key: str) -> tuple[SelectionPlan, Part]:
        plan, part = self.get_object(), part_of(key)
        if not access.can_change_part(self.member, plan, part):
            raise PermissionDenied(access.why_over(part) if part.is_over(plan) else access.NOT_THE_PLAN)
        return plan, part

    def _filled(self, key: str, plan: SelectionPlan, body: Document, *, opened: bool) -> PlanForm:
        unchanged = FORMS[key](plan=plan, by=self.member, opened=False).unchanged
        filled = {**unchanged, **DOORS[key].filled(body), "why": body.get("why", "")}
        return FORMS[key](filled, plan=plan, by=self.member, opened=opened)
