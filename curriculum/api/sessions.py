"""Sessions: who is in them and who holds them, when and where, and who was there."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.identity.api_base import ReadViewSet, answers, asked, checked
from cohorts.models import Participant
from curriculum import access, services
from curriculum.calendar_file import calendar_response
from curriculum.forms.sessions import FacilitatorsForm
from curriculum.models import Journey, Session
from curriculum.queries.hours import outside_hours
from curriculum.queries.schedule import roster_of
from curriculum.serializers import (
    CancelSerializer,
    FacilitatorSerializer,
    HoldersSerializer,
    MarksSerializer,
    NewSessionSerializer,
    RosterLineSerializer,
    SeatsSerializer,
    SessionPlanSerializer,
    SessionSerializer,
)


class CalendarRenderer(JSONRenderer):
    """Lets programs ask for ``text/calendar``; what is refused is said in JSON all the same."""

    media_type = "text/calendar"
    format = "ics"


class SessionViewSet(ReadViewSet[Session]):
    """Sessions one holds, has a seat in or looks after; the roster for those who take it. L&D admins add,
    change and cancel them, and give seats."""

    model = Session
    visible = staticmethod(access.visible_sessions)
    serializer_class = SessionSerializer
    filterset_fields = ["state", "journey__cohort"]

    def get_serializer(self, *rows: Any, **options: Any) -> Any:
        """With the sentence about working hours where the page has it, for all rows of an answer at once."""
        if rows:
            sessions = rows[0] if options.get("many") else rows
            hours = outside_hours(access.looked_after(self.member, sessions))
            options["context"] = {**self.get_serializer_context(), "hours": hours}
        return super().get_serializer(*rows, **options)

    @extend_schema(request=NewSessionSerializer, responses={201: SessionSerializer})
    def create(self, request: Request, org: str) -> Response:
        wanted = asked(NewSessionSerializer, request)
        cohort = get_object_or_404(access.visible_cohorts(self.member), pk=wanted.pop("cohort"))
        if not access.can_schedule(self.member, cohort):
            raise PermissionDenied("Only L&D admins add sessions, until the cohort has graduated.")
        journey = get_object_or_404(Journey.objects.select_related("cohort"), cohort=cohort)
        activity = get_object_or_404(
            access.visible_template_activities(self.member), pk=wanted.pop("activity")
        )
        participants = self._participants(cohort.pk, wanted.pop("participants"))
        session = Session(journey=journey, activity=activity, **wanted)
        session = services.add_session(session, participants=participants, by=self.member)
        return Response(self.get_serializer(session).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SessionPlanSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, org: str, pk: int) -> Response:
        session = self._to_change()
        for name, value in asked(SessionPlanSerializer, request).items():
            setattr(session, name, value)
        return Response(self.get_serializer(services.change_session(session, by=self.member)).data)

    @extend_schema(request=SeatsSerializer, responses=RosterLineSerializer(many=True))
    @action(detail=True, methods=["post"], pagination_class=None, filterset_fields=None)
    def seats(self, request: Request, org: str, pk: int) -> Response:
        session = self._to_change()
        wanted = asked(SeatsSerializer, request)["participants"]
        participants = self._participants(session.journey.cohort_id, wanted)
        services.give_seats(session, participants, by=self.member)
        return Response(RosterLineSerializer(roster_of(session), many=True).data)

    @extend_schema(responses=FacilitatorSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None)
    def facilitators(self, request: Request, org: str, pk: int) -> Response:
        """Who holds it."""
        return self._holders(self.get_object())

    @extend_schema(request=HoldersSerializer, responses=FacilitatorSerializer(many=True))
    @facilitators.mapping.post
    def name_facilitators(self, request: Request, org: str, pk: int) -> Response:
        """Say who holds it from now on: whoever is left out no longer does."""
        session = self._to_change()
        wanted = {
            name: [str(key) for key in keys] for name, keys in asked(HoldersSerializer, request).items()
        }
        form = FacilitatorsForm(answers(wanted), session=session, member=self.member)
        checked(form)
        services.name_facilitators(
            session, people=form.chosen_people, members=form.chosen_members, by=self.member
        )
        return self._holders(session)

    @extend_schema(request=CancelSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, org: str, pk: int) -> Response:
        session = self._to_change()
        session = services.cancel_session(session, by=self.member, **asked(CancelSerializer, request))
        return Response(self.get_serializer(session).data)

    @extend_schema(responses={(200, "text/calendar"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[JSONRenderer, CalendarRenderer])
    def calendar(self, request: Request, org: str, pk: int) -> HttpResponse:
        return calendar_response(self.get_object(), request._request, org)

    @extend_schema(responses=RosterLineSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_fields=None)
    def roster(self, request: Request, org: str, pk: int) -> Response:
        return Response(RosterLineSerializer(roster_of(self._to_take()), many=True).data)

    @extend_schema(request=MarksSerializer, responses=RosterLineSerializer(many=True))
    @action(detail=True, methods=["post"], pagination_class=None, filterset_fields=None)
    def attendance(self, request: Request, org: str, pk: int) -> Response:
        session = self._to_take()
        lines = asked(MarksSerializer, request)["marks"]
        marks = {line["participant"]: line["state"] for line in lines}
        services.record_attendance(session, marks, by=self.member)
        return Response(RosterLineSerializer(roster_of(session), many=True).data)

    def _holders(self, session: Session) -> Response:
        named = session.facilitators.select_related("person", "membership__user")
        return Response(FacilitatorSerializer(named, many=True).data)

    def _participants(self, cohort: int, wanted: list[int]) -> list[Participant]:
        found = list(access.visible_journeys(self.member).filter(cohort=cohort, pk__in=wanted))
        if len(found) != len(set(wanted)):
            raise serializers.ValidationError({"participants": ["Some of these are not in the cohort."]})
        return found

    def _to_change(self) -> Session:
        session: Session = self.get_object()
        if not access.can_change_session(self.member, session):
            raise PermissionDenied("Only L&D admins change a session, and only while it is planned.")
        return session

    def _to_take(self) -> Session:
        session: Session = self.get_object()
        if not access.can_take_roster(self.member, session):
            raise PermissionDenied(access.why_no_roster(session))
        return session
