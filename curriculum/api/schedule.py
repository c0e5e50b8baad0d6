"""Bringing a cohort's journey to dates: read first what it would come to, then set them."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import MemberViewSet, answers, asked, checked
from cohorts.models import Cohort
from curriculum import access, services
from curriculum.forms.days import within_reach
from curriculum.forms.sessions import WishesForm
from curriculum.queries.preview import SchedulePreview, schedule_preview
from curriculum.serializers import Id


class WishSerializer(serializers.Serializer):
    """Another day or hour, or both, for the new session of an activity."""

    activity = Id()
    day = serializers.DateField(required=False, allow_null=True, default=None, validators=[within_reach])
    starts = serializers.TimeField(required=False, allow_null=True, default=None)


class WishesSerializer(serializers.Serializer):
    """With ``check`` nothing is saved: the answer says what these wishes would come to."""

    wishes = WishSerializer(many=True, required=False, default=list)
    check = serializers.BooleanField(required=False, default=False)


class PlannedSessionSerializer(serializers.Serializer):
    """One date of a live session, saved already or not."""

    id = serializers.IntegerField(source="session.pk", allow_null=True)
    day = serializers.DateField(source="session.day")
    starts = serializers.TimeField(source="session.starts")
    zone = serializers.CharField(source="session.zone")
    minutes = serializers.IntegerField(source="session.minutes")
    starts_at = serializers.DateTimeField(source="session.starts_at")
    is_new = serializers.BooleanField()
    before = serializers.CharField(help_text="The day and hour it has now, where that changes.")
    outside_hours = serializers.CharField(source="hours", help_text="Whose working hours it is outside of.")


class PlannedActivitySerializer(serializers.Serializer):
    activity = serializers.IntegerField(source="activity.pk")
    title = serializers.CharField(source="activity.title")
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    sessions = PlannedSessionSerializer(many=True)


class PlannedModuleSerializer(serializers.Serializer):
    module = serializers.IntegerField(source="module.pk")
    title = serializers.CharField(source="module.title")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    activities = PlannedActivitySerializer(many=True)


class ScheduleSerializer(serializers.Serializer):
    """What scheduling the journey now comes to, as the page shows it before it is set."""

    scheduled_at = serializers.DateTimeField(
        source="journey.scheduled_at", allow_null=True, help_text="When it was last; null while it is not."
    )
    starts_on = serializers.DateField(source="journey.starts_on")
    market = serializers.CharField(source="journey.market")
    zone = serializers.CharField(source="journey.zone")
    people = serializers.IntegerField(help_text="Participants who get dates.")
    outside = serializers.IntegerField(help_text="Live sessions outside somebody’s working hours.")
    modules = PlannedModuleSerializer(many=True, source="lines")


class CohortJourneyViewSet(MemberViewSet[Cohort]):
    """The dates of a cohort's journey."""

    model = Cohort
    visible = staticmethod(access.visible_cohorts)
    serializer_class = ScheduleSerializer

    @extend_schema(responses=ScheduleSerializer)
    @action(detail=True, methods=["get"])
    def schedule(self, request: Request, org: str, pk: int) -> Response:
        """The dates it would get now. Nothing is saved."""
        return self._shown(schedule_preview(self._to_schedule()))

    @extend_schema(request=WishesSerializer, responses=ScheduleSerializer)
    @schedule.mapping.post
    def set_dates(self, request: Request, org: str, pk: int) -> Response:
        """Give it its dates, or new ones after a change; everybody concerned is told."""
        cohort, wanted = self._to_schedule(), asked(WishesSerializer, request)
        form = wishes_form(schedule_preview(cohort), wanted["wishes"])
        if wanted["check"]:
            return self._shown(schedule_preview(cohort, form.wishes))
        services.schedule_journey(cohort, wishes=form.wishes, by=self.member)
        return self._shown(schedule_preview(cohort))

    def _to_schedule(self) -> Cohort:
        cohort: Cohort = self.get_object()
        if not access.can_schedule(self.member, cohort):
            raise PermissionDenied("Only L&D admins schedule a journey, until the cohort has graduated.")
        return cohort

    def _shown(self, found: SchedulePreview) -> Response:
        return Response(ScheduleSerializer(found).data)


def wishes_form(shown: SchedulePreview, wishes: Iterable[dict[str, Any]]) -> WishesForm:
    """The page's form with these wishes, checked. Raises ValidationError for an activity without a new session."""
    typed = {f"{part}_{one['activity']}": one[part] for one in wishes for part in ("day", "starts")}
    form = WishesForm(answers(typed), shown=shown)
    if typed.keys() - form.fields.keys():
        raise ValidationError(
            {"wishes": "Wishes are for new sessions only. A session that is there already is changed itself."}
        )
    checked(form)
    return form
