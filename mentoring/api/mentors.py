"""The pool: who is asked to join it, who pauses, and what mentors say about themselves."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amdp.directory.access import visible_people
from amdp.directory.queries import employed, local_today
from amdp.identity.api_base import ReadViewSet, answers, asked, checked
from mentoring import access, queries, services
from mentoring.capacity import with_committed
from mentoring.forms import MentorProfileForm
from mentoring.models import Mentor

NOT_RATED = "One of these is not a competency that mentors rate. The profile lists them."


class MentorSerializer(serializers.ModelSerializer):
    """Somebody in the pool, with hours a month over all duties."""

    name = serializers.CharField(source="person.name", read_only=True)
    committed_hours = serializers.DecimalField(
        source="committed", max_digits=6, decimal_places=1, read_only=True
    )
    mentees = serializers.IntegerField(read_only=True)

    class Meta:
        model = Mentor
        fields = ["id", "person", "name", "state", "hours_per_month", "committed_hours", "mentees",
                  "account_types", "therapeutic_areas", "languages"]  # fmt: skip


class MentorInviteSerializer(serializers.Serializer):
    people = serializers.ListField(child=serializers.IntegerField(), allow_empty=False, max_length=1000)


class MentorDeclineSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class StrengthSerializer(serializers.Serializer):
    """How strong a mentor is in a competency, 1–5; null for what is not their field."""

    competency = serializers.IntegerField()
    name = serializers.CharField(read_only=True)
    level = serializers.IntegerField(allow_null=True, min_value=1, max_value=5)


class MentorProfileSerializer(serializers.Serializer):
    """What mentors say about their time and strengths. Saved as a whole: what is left out is empty."""

    hours_per_month = serializers.DecimalField(max_digits=4, decimal_places=1)
    account_types = serializers.ListField(child=serializers.CharField(), required=False)
    therapeutic_areas = serializers.ListField(child=serializers.CharField(), required=False)
    languages = serializers.ListField(child=serializers.CharField())
    strengths = StrengthSerializer(many=True, required=False)


class MentorsViewSet(ReadViewSet[Mentor]):
    """The pool with its hours for L&D admins; a mentor's own entry."""

    model = Mentor
    visible = staticmethod(access.visible_mentors)
    serializer_class = MentorSerializer
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Any]:
        mentors = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return mentors
        return queries.with_mentee_count(with_committed(mentors, local_today(self.member)))

    @extend_schema(request=MentorInviteSerializer, responses={201: MentorSerializer(many=True)})
    @action(detail=False, methods=["post"], pagination_class=None, filter_backends=[])
    def invite(self, request: Request, org: str) -> Response:
        """Ask people to join the pool. The answer holds those who are asked by it; others were asked before."""
        if not access.runs_mentoring(self.member):
            raise PermissionDenied("Only L&D admins look after the pool.")
        wanted = set(asked(MentorInviteSerializer, request)["people"])
        people = visible_people(self.member).filter(employed(local_today(self.member)), pk__in=wanted)
        if len(people) < len(wanted):
            raise serializers.ValidationError({"people": ["Some of them do not work here, or not any more."]})
        invited = services.invite_mentors(people, by=self.member)
        shown = self.get_queryset().filter(pk__in=[one.pk for one in invited])
        return Response(MentorSerializer(shown, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=MentorSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, org: str, pk: int) -> Response:
        """No new mentees from now on."""
        services.pause_mentor(self._to_pause(), by=self.member)
        return self._shown()

    @extend_schema(request=None, responses=MentorSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, org: str, pk: int) -> Response:
        """Back in the pool."""
        services.resume_mentor(self._to_pause(), by=self.member)
        return self._shown()

    @extend_schema(request=MentorDeclineSerializer, responses=MentorSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, org: str, pk: int) -> Response:
        """The mentor does not want to mentor now."""
        mentor = self._own()
        services.decline_invitation(mentor, **asked(MentorDeclineSerializer, request), by=self.member)
        return self._shown()

    @extend_schema(responses=MentorProfileSerializer)
    @action(detail=True)
    def profile(self, request: Request, org: str, pk: int) -> Response:
        """What the mentor said, with every competency that can be rated."""
        return Response(MentorProfileSerializer(_profile_of(self.get_object())).data)

    @extend_schema(request=MentorProfileSerializer, responses=MentorProfileSerializer)
    @profile.mapping.put
    def save_profile(self, request: Request, org: str, pk: int) -> Response:
        """The mentor says how much time there is, and for what; who was invited joins the pool with it."""
        mentor = self._own()
        wanted = asked(MentorProfileSerializer, request)
        levels = {f"strength_{one['competency']}": one["level"] for one in wanted.pop("strengths", ())}
        form = MentorProfileForm(answers(wanted | levels), mentor=mentor)
        if levels.keys() - form.fields.keys():
            raise serializers.ValidationError({"strengths": [NOT_RATED]})
        checked(form)
        services.save_profile(mentor, **form.facts(), by=self.member)
        return Response(MentorProfileSerializer(_profile_of(self.get_object())).data)

    def _to_pause(self) -> Mentor:
        mentor: Mentor = self.get_object()
        if not access.can_pause_mentor(self.member, mentor):
            raise PermissionDenied("Only the mentor and L&D can pause.")
        return mentor

    def _own(self) -> Mentor:
        mentor: Mentor = self.get_object()
        if not access.can_edit_mentor(self.member, mentor):
            raise PermissionDenied("Mentors answer this themselves.")
        return mentor

    def _shown(self) -> Response:
        return Response(MentorSerializer(self.get_object()).data)


def _profile_of(mentor: Mentor) -> dict[str, Any]:
    known = queries.strengths_of(mentor)
    return {
        "hours_per_month": mentor.hours_per_month,
        "account_types": mentor.account_types,
        "therapeutic_areas": mentor.therapeutic_areas,
        "languages": mentor.languages,
        "strengths": [
            {"competency": one.pk, "name": one.name, "level": known.get(one.name.casefold())}
            for one in queries.competencies_to_rate()
        ],
    }
