"""What programs send about journeys, sessions and work on accounts, and what they get."""

from typing import Any

from django.db.models import BigIntegerField
from rest_framework import serializers

from cohorts.models import Participant
from curriculum.models import Attendance, ParticipantActivity, Project, Session, SessionFacilitator
from curriculum.services.projects import LONGEST_ANSWER
from curriculum.services.sessions import LONGEST


class JourneySerializer(serializers.ModelSerializer):
    """A participant and how far the journey is."""

    name = serializers.CharField(source="person.name")
    asked = serializers.IntegerField(help_text="Activities that count.")
    done = serializers.IntegerField(source="over")
    late = serializers.IntegerField()
    next_due = serializers.DateField(allow_null=True)

    class Meta:
        model = Participant
        fields = ["id", "cohort", "person", "name", "state", "asked", "done", "late", "next_due"]


class JoinedOnSerializer(serializers.Serializer):
    joined_on = serializers.DateField()


class ModuleProgressSerializer(serializers.Serializer):
    module = serializers.CharField(source="module.title")
    state = serializers.CharField()
    asked = serializers.IntegerField()
    done = serializers.IntegerField(source="over")
    late = serializers.IntegerField()


class ItemSerializer(serializers.ModelSerializer):
    """What one participant has to do, and by when."""

    title = serializers.CharField(source="activity.title")
    mode = serializers.CharField(source="activity.mode")
    module = serializers.CharField(source="activity.module.title")

    class Meta:
        model = ParticipantActivity
        fields = [
            "id",
            "participant",
            "title",
            "mode",
            "module",
            "opens_on",
            "due_on",
            "is_asked",
            "state",
            "done_at",
        ]


class SessionSerializer(serializers.ModelSerializer):
    title = serializers.CharField(source="activity.title")
    cohort = serializers.IntegerField(source="journey.cohort_id")
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    outside_hours = serializers.SerializerMethodField(
        help_text="For who holds it and L&D admins: for whom it is outside working hours, in a sentence."
    )

    class Meta:
        model = Session
        fields = [
            "id",
            "title",
            "activity",
            "cohort",
            "day",
            "starts",
            "zone",
            "minutes",
            "starts_at",
            "ends_at",
            "place",
            "link",
            "seats",
            "state",
            "cancelled_because",
            "outside_hours",
        ]

    def get_outside_hours(self, session: Session) -> str:
        hours: dict[int, str] = self.context.get("hours", {})
        return hours.get(session.pk, "")


class Id(serializers.IntegerField):
    """The id of a row, none larger than the database knows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=BigIntegerField.MAX_BIGINT, **options)


class SessionPlanSerializer(serializers.Serializer):
    """When and where; the link and the seats may be missing."""

    day = serializers.DateField()
    starts = serializers.TimeField()
    zone = serializers.CharField(max_length=64)
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST)
    place = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    link = serializers.URLField(max_length=500, required=False, default="", allow_blank=True)
    seats = serializers.IntegerField(
        min_value=1, max_value=32000, required=False, allow_null=True, default=None
    )


class SeatsSerializer(serializers.Serializer):
    participants = serializers.ListField(child=Id(), max_length=500)


class NewSessionSerializer(SessionPlanSerializer):
    cohort = serializers.IntegerField()
    activity = serializers.IntegerField()
    participants = serializers.ListField(child=Id(), max_length=500, required=False, default=list)


class HoldersSerializer(serializers.Serializer):
    """Everybody who holds a session: ids of people of the directory, and of members with the facilitator role."""

    people = serializers.ListField(child=Id(), max_length=50)
    members = serializers.ListField(child=Id(), max_length=50)


class FacilitatorSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="__str__")

    class Meta:
        model = SessionFacilitator
        fields = ["person", "membership", "name"]


class CancelSerializer(serializers.Serializer):
    because = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class RosterLineSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="participant.person.name")

    class Meta:
        model = Attendance
        fields = ["participant", "name", "state"]


class ReviewSerializer(serializers.Serializer):
    decision = serializers.CharField()
    by = serializers.CharField(source="by_name")
    at = serializers.DateTimeField()
    used_on = serializers.DateField(allow_null=True)
    text = serializers.CharField()


class ProjectSerializer(serializers.ModelSerializer):
    """Work on an account, with what the line manager said."""

    title = serializers.CharField(source="item.activity.title")
    participant = serializers.IntegerField(source="item.participant_id")
    answers = serializers.DictField(child=serializers.CharField())
    reviews = ReviewSerializer(many=True)

    class Meta:
        model = Project
        fields = [
            "id",
            "item",
            "participant",
            "title",
            "account",
            "state",
            "answers",
            "submitted_at",
            "reviews",
        ]


class CompleteSerializer(serializers.Serializer):
    reflection = serializers.CharField(required=False, default="", allow_blank=True, max_length=1500)


class MarkSerializer(serializers.Serializer):
    participant = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[(mark.value, mark.label) for mark in Attendance.MARKS])


class MarksSerializer(serializers.Serializer):
    marks = MarkSerializer(many=True, allow_empty=False)


class WorkSerializer(serializers.Serializer):
    account = serializers.IntegerField(required=False, allow_null=True, default=None)
    answers = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=LONGEST_ANSWER))


class ConfirmSerializer(serializers.Serializer):
    used_on = serializers.DateField()
    seen = serializers.CharField(max_length=2000)


class QuestionSerializer(serializers.Serializer):
    question = serializers.CharField(max_length=2000)
