"""Assessment days: set up, planned by a worker, slots moved by hand, published; one's own times."""

from datetime import time
from typing import Any

import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, asked
from amdp.web.progress import progress_of
from selection import access, services
from selection.api.panel import run_by
from selection.models import AssessmentRun, AssessmentSlot, DayPlan
from selection.queries.dayplan import clashes_in, days_in, days_outside, slots_of
from selection.services import DaysWish, DayWish, RoomWish
from selection.services.dayplan import clashes_of_move


class BreakSerializer(serializers.Serializer):
    starts = serializers.TimeField()
    ends = serializers.TimeField()


class AssessmentDaySerializer(serializers.Serializer):
    """One day in the wall time of its zone."""

    on = serializers.DateField()
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    zone = serializers.CharField(max_length=64)
    breaks = BreakSerializer(many=True, required=False, default=list)


class AssessmentRoomSerializer(serializers.Serializer):
    """A room; ``suits`` no exercise means any."""

    id = serializers.IntegerField(source="pk", required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    suits = serializers.ListField(child=serializers.IntegerField(), required=False, default=list)


class DaysSerializer(serializers.Serializer):
    """Everything that is set before days are planned, as one document."""

    days = AssessmentDaySerializer(many=True)
    rooms = AssessmentRoomSerializer(many=True)
    video = serializers.ListField(
        child=serializers.IntegerField(), required=False, default=list, help_text="Exercises held by video"
    )
    rest = serializers.IntegerField(required=False, default=10, min_value=0, max_value=240)
    changeover = serializers.IntegerField(required=False, default=5, min_value=0, max_value=240)
    hours_from = serializers.TimeField(required=False, default=time(8))
    hours_until = serializers.TimeField(required=False, default=time(18))


class DayPlanSerializer(serializers.ModelSerializer[DayPlan]):
    """The assessment days of a cohort, and whether everybody knows them."""

    class Meta:
        model = DayPlan
        fields = ["id", "cohort", "state", "planned_at", "published_at", "cancelled_why"]


class FullDayPlanSerializer(DayPlanSerializer):
    """The same with days, rooms and what is held by video."""

    days = serializers.SerializerMethodField()
    rooms = serializers.SerializerMethodField()
    video = serializers.SerializerMethodField()
    clashes = serializers.SerializerMethodField(help_text="By slot, what speaks against where it lies")
    outside = serializers.SerializerMethodField(help_text="Which days lie outside the assessment")

    class Meta(DayPlanSerializer.Meta):
        fields = [
            *DayPlanSerializer.Meta.fields,
            "rest",
            "changeover",
            "hours_from",
            "hours_until",
            "days",
            "rooms",
            "video",
            "clashes",
            "outside",
        ]

    @extend_schema(responses=AssessmentDaySerializer(many=True))
    def get_days(self, plan: DayPlan) -> Any:
        return [
            {
                "on": one.on,
                "starts": one.starts,
                "ends": one.ends,
                "zone": one.zone,
                "breaks": [{"starts": start, "ends": end} for start, end in one.breaks],
            }
            for one in plan.days.all()
        ]

    @extend_schema(responses=AssessmentRoomSerializer(many=True))
    def get_rooms(self, plan: DayPlan) -> Any:
        rooms = plan.rooms.prefetch_related("suits")
        return [
            {
                "id": room.pk,
                "name": room.name,
                "place": room.place,
                "suits": [each.exercise_id for each in room.suits.all()],
            }
            for room in rooms
        ]

    def get_video(self, plan: DayPlan) -> list[int]:
        return list(plan.on_video.values_list("exercise_id", flat=True))

    def get_clashes(self, plan: DayPlan) -> dict[int, list[str]]:
        return clashes_in(plan, slots_of(plan))

    def get_outside(self, plan: DayPlan) -> str:
        return days_outside(plan.cohort, days_in(plan))


class NewDayPlanSerializer(DaysSerializer):
    cohort = serializers.IntegerField()


class PlanAnewSerializer(serializers.Serializer):
    anew = serializers.BooleanField(
        required=False, default=False, help_text="Also move what is published; never what was moved by hand"
    )


class CancelDaysSerializer(serializers.Serializer):
    why = serializers.CharField(max_length=1200)


class AssessmentRunSerializer(serializers.ModelSerializer[AssessmentRun]):
    """Work of a worker: how far it is and what came out."""

    is_stuck = serializers.BooleanField(read_only=True, help_text="The worker was stopped; start it again")
    step = serializers.SerializerMethodField()
    done = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField(help_text="0 where it cannot be counted")

    class Meta:
        model = AssessmentRun
        fields = [
            "id",
            "cohort",
            "kind",
            "state",
            "is_stuck",
            "step",
            "done",
            "total",
            "said",
            "started_at",
            "finished_at",
        ]

    def get_step(self, run: AssessmentRun) -> str:
        return progress_of(run).step if run.is_under_way else ""

    def get_done(self, run: AssessmentRun) -> int:
        return progress_of(run).done if run.is_under_way else 0

    def get_total(self, run: AssessmentRun) -> int:
        return progress_of(run).total if run.is_under_way else 0


class AssessmentSlotSerializer(serializers.ModelSerializer[AssessmentSlot]):
    """When and where a candidate does an exercise, or why there is no time for it."""

    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)
    exercise_name = serializers.CharField(source="exercise.name", read_only=True)
    room_name = serializers.CharField(source="room.name", default=None, read_only=True)

    class Meta:
        model = AssessmentSlot
        fields = [
            "id",
            "plan",
            "candidate",
            "candidate_name",
            "exercise",
            "exercise_name",
            "room",
            "room_name",
            "link",
            "state",
            "starts_at",
            "ends_at",
            "why",
            "is_kept",
        ]


class MoveSlotSerializer(serializers.Serializer):
    starts_at = serializers.DateTimeField()
    room = serializers.IntegerField(allow_null=True, help_text="Null by video")
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)
    anyway = serializers.BooleanField(
        required=False, default=False, help_text="Keep it although something clashes"
    )


class ClashesSerializer(serializers.Serializer):
    clashes = serializers.ListField(child=serializers.CharField())


class OwnSlotSerializer(serializers.ModelSerializer[AssessmentSlot]):
    """One of the member's own times. ``candidate_name`` is there for assessors."""

    cohort_name = serializers.CharField(source="plan.cohort.name", read_only=True)
    exercise_name = serializers.CharField(source="exercise.name", read_only=True)
    preparation_minutes = serializers.IntegerField(source="exercise.preparation_minutes", read_only=True)
    room_name = serializers.CharField(source="room.name", default=None, read_only=True)
    candidate_name = serializers.CharField(source="candidate.person.name", read_only=True)

    class Meta:
        model = AssessmentSlot
        fields = [
            "id",
            "cohort_name",
            "exercise_name",
            "preparation_minutes",
            "candidate_name",
            "room_name",
            "link",
            "starts_at",
            "ends_at",
        ]


class DayPlanViewSet(ReadViewSet[DayPlan]):
    """Assessment days of the selections the member follows as a whole."""

    visible = staticmethod(access.visible_day_plans)
    model = DayPlan
    serializer_class = DayPlanSerializer
    filterset_fields = ["cohort", "state"]

    @extend_schema(responses=FullDayPlanSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With days, rooms and what clashes."""
        return Response(FullDayPlanSerializer(self.get_object()).data)

    @extend_schema(request=NewDayPlanSerializer, responses={201: FullDayPlanSerializer})
    def create(self, request: Request, **kwargs: Any) -> Response:
        """Set the days of a cohort, or set them anew."""
        wanted = asked(NewDayPlanSerializer, request)
        cohort = run_by(self.member, wanted.pop("cohort"))
        plan = services.set_up_days(cohort, _wish(wanted), by=self.member)
        return Response(FullDayPlanSerializer(plan).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PlanAnewSerializer, responses={202: AssessmentRunSerializer})
    @action(detail=True, methods=["post"], url_path="plan")
    def start(self, request: Request, **kwargs: Any) -> Response:
        """Have a worker find times and rooms."""
        plan, wanted = self.get_object(), asked(PlanAnewSerializer, request)
        run = services.start_assessment_run(plan.cohort, "days", by=self.member, **wanted)
        return Response(AssessmentRunSerializer(run).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=FullDayPlanSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, **kwargs: Any) -> Response:
        """Let everybody see their own times, and invite them."""
        plan = services.publish_days(self.get_object(), by=self.member)
        return Response(FullDayPlanSerializer(plan).data)

    @extend_schema(request=CancelDaysSerializer, responses=FullDayPlanSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, **kwargs: Any) -> Response:
        """Call published days off."""
        plan, wanted = self.get_object(), asked(CancelDaysSerializer, request)
        return Response(FullDayPlanSerializer(services.cancel_days(plan, by=self.member, **wanted)).data)


def _wish(wanted: dict[str, Any]) -> DaysWish:
    days = tuple(
        DayWish(
            one["on"],
            one["starts"],
            one["ends"],
            one["zone"],
            tuple((each["starts"], each["ends"]) for each in one["breaks"]),
        )
        for one in wanted.pop("days")
    )
    rooms = tuple(
        RoomWish(one["name"], one["place"], tuple(one["suits"]), one["pk"]) for one in wanted.pop("rooms")
    )
    return DaysWish(days=days, rooms=rooms, video=tuple(wanted.pop("video")), **wanted)


class SlotFilter(django_filters.FilterSet):
    cohort = django_filters.NumberFilter(field_name="plan__cohort")

    class Meta:
        model = AssessmentSlot
        fields = ["plan", "candidate", "exercise", "state"]


class SlotViewSet(ReadViewSet[AssessmentSlot]):
    """Every slot of those days."""

    visible = staticmethod(access.visible_slots)
    model = AssessmentSlot
    serializer_class = AssessmentSlotSerializer
    filterset_class = SlotFilter

    def answer(self, slot: AssessmentSlot) -> Response:
        return Response(AssessmentSlotSerializer(access.visible_slots(self.member).get(pk=slot.pk)).data)

    @extend_schema(request=MoveSlotSerializer, responses=AssessmentSlotSerializer)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **kwargs: Any) -> Response:
        """Hold it then and there; what clashes is refused with sentences, unless ``anyway``."""
        slot, wanted = self.get_object(), asked(MoveSlotSerializer, request)
        wanted["room"] = self._room(slot, wanted["room"])
        return self.answer(services.move_slot(slot, by=self.member, **wanted))

    @extend_schema(request=MoveSlotSerializer, responses=ClashesSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, **kwargs: Any) -> Response:
        """What would clash then and there; nothing is moved."""
        slot, wanted = self.get_object(), asked(MoveSlotSerializer, request)
        found = clashes_of_move(slot, wanted["starts_at"], self._room(slot, wanted["room"]))
        return Response(ClashesSerializer({"clashes": found}).data)

    @extend_schema(request=None, responses=AssessmentSlotSerializer)
    @action(detail=True, methods=["post"], url_path="take-out")
    def take_out(self, request: Request, **kwargs: Any) -> Response:
        """Take it out of the days."""
        return self.answer(services.take_out_slot(self.get_object(), by=self.member))

    @staticmethod
    def _room(slot: AssessmentSlot, pk: int | None) -> Any:
        return None if pk is None else get_object_or_404(slot.plan.rooms, pk=pk)


class OwnSlotViewSet(ReadViewSet[AssessmentSlot]):
    """The member's own times, as a candidate or an assessor, once published."""

    visible = staticmethod(access.own_slots)
    model = AssessmentSlot
    serializer_class = OwnSlotSerializer
    filterset_fields: list[str] = []


class AssessmentRunViewSet(ReadViewSet[AssessmentRun]):
    """Work under way, and done."""

    visible = staticmethod(access.visible_assessment_runs)
    model = AssessmentRun
    serializer_class = AssessmentRunSerializer
    filterset_fields = ["cohort", "kind", "state"]

    @extend_schema(request=None, responses=AssessmentRunSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, **kwargs: Any) -> Response:
        """Stop it; nothing changes."""
        return Response(
            AssessmentRunSerializer(services.stop_assessment_run(self.get_object(), by=self.member)).data
        )
