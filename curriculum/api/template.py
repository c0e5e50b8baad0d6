"""The template of a program's journey: modules and activities, both edited the same way."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, StepSerializer, answers, asked, checked
from amdp.identity.models import Membership
from cohorts.models import Program
from curriculum import access, services
from curriculum.api.schedule import PlannedModuleSerializer
from curriculum.forms.template import ActivityForm, ModuleForm, StartForm
from curriculum.models import Activity, Module
from curriculum.queries.preview import preview
from curriculum.serializers import Id


class JourneyTemplateSerializer(serializers.ModelSerializer):
    """A program whose journey is designed here; ``modules`` and ``template-activities`` have its parts."""

    class Meta:
        model = Program
        fields = ["id", "name", "state", "length_months"]


class ModuleSerializer(serializers.ModelSerializer):
    """A stretch of the journey. It stays in its program."""

    program = Id(source="program_id", read_only=True)
    launches_with = Id(source="launches_with_id", required=False, allow_null=True)

    class Meta:
        model = Module
        fields = ["id", "program", "position", *ModuleForm.Meta.fields]
        read_only_fields = ["position"]


class NewModuleSerializer(ModuleSerializer):
    program = Id()


class Builds(serializers.ListField):
    """The ids of what an activity builds."""

    child = Id()

    def get_attribute(self, activity: Activity) -> list[int]:
        return [one.competency_id for one in activity.builds.all()]


class TemplateActivitySerializer(serializers.ModelSerializer):
    """One thing to do in a module. It stays in its module."""

    module = Id(source="module_id", read_only=True)
    competencies = Builds(required=False, help_text="Ids of competencies of the program.")

    class Meta:
        model = Activity
        fields = ["id", "module", "position", *ActivityForm.Meta.fields, "prompts", "competencies"]
        read_only_fields = ["position"]


class NewTemplateActivitySerializer(TemplateActivitySerializer):
    module = Id()


class JourneyTemplateViewSet(ReadViewSet[Program]):
    """Programs whose journey one may read; an empty one is filled from its blueprint."""

    model = Program
    visible = staticmethod(access.visible_templates)
    serializer_class = JourneyTemplateSerializer
    filterset_fields = ["state"]

    @extend_schema(
        parameters=[
            OpenApiParameter("starts_on", OpenApiTypes.DATE, required=True),
            OpenApiParameter("market", OpenApiTypes.STR, description="Whose holidays, such as US or DE-BY."),
        ],
        responses=PlannedModuleSerializer(many=True),
    )
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None)
    def dates(self, request: Request, org: str, pk: int) -> Response:
        """The days it gives to a cohort that starts then."""
        program, market = self.get_object(), self.member.organization.market
        start = checked(StartForm({"market": market, **request.query_params.dict()}))
        return Response(PlannedModuleSerializer(preview(program, **start), many=True).data)

    @extend_schema(request=None, responses={201: ModuleSerializer(many=True)})
    @action(detail=True, methods=["post"], url_path="copy", pagination_class=None, filterset_fields=None)
    def fill(self, request: Request, org: str, pk: int) -> Response:
        """Start from the journey that comes with the program's blueprint."""
        modules = services.copy_blueprint(
            refuse_unless_editor(self.member, self.get_object()), by=self.member
        )
        return Response(ModuleSerializer(modules, many=True).data, status=status.HTTP_201_CREATED)


class ModuleViewSet(ReadViewSet[Module]):
    """Modules of journeys, in order."""

    model = Module
    visible = staticmethod(access.visible_modules)
    serializer_class = ModuleSerializer
    filterset_fields = ["program", "track"]

    @extend_schema(request=NewModuleSerializer, responses={201: ModuleSerializer})
    def create(self, request: Request, org: str) -> Response:
        """Add one at the end."""
        wanted = asked(NewModuleSerializer, request)
        program = get_object_or_404(access.visible_templates(self.member), pk=wanted.pop("program"))
        module = Module(program=refuse_unless_editor(self.member, program))
        return Response(self._saved(module, wanted), status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """What is left out stays. Cohorts keep their dates until they are scheduled again."""
        return Response(self._saved(self._to_edit(), asked(ModuleSerializer, request, partial=True)))

    def destroy(self, request: Request, org: str, pk: int) -> Response:
        """Take it out with its activities, unless somebody has begun one of them."""
        services.delete_module(self._to_edit(), by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=StepSerializer, responses=ModuleSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, org: str, pk: int) -> Response:
        """One place up or down in the journey."""
        module, to = self._to_edit(), asked(StepSerializer, request)["to"]
        services.move_module(module, up=to == "up", by=self.member)
        return Response(self.get_serializer(self.get_object()).data)

    def _to_edit(self) -> Module:
        module: Module = self.get_object()
        refuse_unless_editor(self.member, module.program)
        return module

    def _saved(self, module: Module, wanted: dict[str, Any]) -> Any:
        if "launches_with_id" in wanted:
            wanted["launches_with"] = wanted.pop("launches_with_id")
        known = ModuleForm(instance=module).initial
        checked(ModuleForm(answers({**known, **wanted}), instance=module))
        return self.get_serializer(services.save_module(module, by=self.member)).data


def activities_with_competencies(member: Membership) -> QuerySet[Activity]:
    return access.visible_template_activities(member).prefetch_related("builds")


class ActivityViewSet(ReadViewSet[Activity]):
    """Activities of modules, in order."""

    model = Activity
    visible = staticmethod(activities_with_competencies)
    serializer_class = TemplateActivitySerializer
    filterset_fields = ["module", "module__program"]

    @extend_schema(request=NewTemplateActivitySerializer, responses={201: TemplateActivitySerializer})
    def create(self, request: Request, org: str) -> Response:
        """Add one at the end of its module."""
        wanted = asked(NewTemplateActivitySerializer, request)
        module = get_object_or_404(access.visible_modules(self.member), pk=wanted.pop("module"))
        refuse_unless_editor(self.member, module.program)
        return Response(self._saved(Activity(module=module), wanted), status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, org: str, pk: int) -> Response:
        """What is left out stays. Texts change at once, dates when cohorts are scheduled again."""
        activity = self._to_edit()
        return Response(self._saved(activity, asked(TemplateActivitySerializer, request, partial=True)))

    def destroy(self, request: Request, org: str, pk: int) -> Response:
        """Take it out, unless somebody has begun it."""
        services.delete_activity(self._to_edit(), by=self.member)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=StepSerializer, responses=TemplateActivitySerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, org: str, pk: int) -> Response:
        """One place up or down in its module."""
        activity, to = self._to_edit(), asked(StepSerializer, request)["to"]
        services.move_activity(activity, up=to == "up", by=self.member)
        return Response(self.get_serializer(self.get_object()).data)

    def _to_edit(self) -> Activity:
        activity: Activity = self.get_object()
        refuse_unless_editor(self.member, activity.module.program)
        return activity

    def _saved(self, activity: Activity, wanted: dict[str, Any]) -> Any:
        if "prompts" in wanted:
            wanted["prompts"] = "\n".join(wanted["prompts"])
        if "competencies" in wanted:
            wanted["competencies"] = [str(key) for key in wanted["competencies"]]
        known = ActivityForm(instance=activity).initial
        chosen = checked(ActivityForm(answers({**known, **wanted}), instance=activity))["competencies"]
        saved = services.save_activity(activity, competencies=chosen, by=self.member)
        return self.get_serializer(get_object_or_404(self.get_queryset(), pk=saved.pk)).data


def refuse_unless_editor(member: Membership, program: Program) -> Program:
    """The program, for those who may change its journey."""
    if not access.can_edit_template(member, program):
        raise PermissionDenied("Only L&D admins design a journey, and an archived program keeps its own.")
    return program
