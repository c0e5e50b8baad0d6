"""How programs, cohorts, participants and placements look in the API, and what its verbs take."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from cohorts import access
from cohorts.models import (
    Behavior,
    Cohort,
    Competency,
    Metric,
    Participant,
    Placement,
    PlacementAccount,
    Program,
)

# --- what is shown -----------------------------------------------------------------------------------


class ProgramSerializer(serializers.ModelSerializer):
    """The design of a program, in short."""

    class Meta:
        model = Program
        fields = ["id", "name", "summary", "state", "length_months", "blueprint", "signed_off_at"]


class MetricSerializer(serializers.ModelSerializer):
    class Meta:
        model = Metric
        fields = ["id", "name", "definition", "unit", "baseline", "baseline_on", "target", "source"]


class BehaviorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Behavior
        fields = ["id", "text", "anchors"]


class CompetencySerializer(serializers.ModelSerializer):
    behaviors = BehaviorSerializer(many=True, read_only=True)

    class Meta:
        model = Competency
        fields = ["id", "name", "description", "behaviors"]


class DesignSerializer(ProgramSerializer):
    """The design in full; metrics only for those who read or sign it."""

    objectives = serializers.StringRelatedField[Any](many=True)
    outcomes = serializers.StringRelatedField[Any](many=True)
    metrics = serializers.SerializerMethodField()
    competencies = CompetencySerializer(many=True, read_only=True)

    class Meta(ProgramSerializer.Meta):
        fields = [*ProgramSerializer.Meta.fields, "objectives", "outcomes", "metrics", "competencies"]

    @extend_schema(responses=MetricSerializer(many=True))
    def get_metrics(self, program: Program) -> list[dict[str, Any]]:
        may_read = access.can_read_design(self.context["view"].member, program)
        return list(MetricSerializer(program.metrics.all(), many=True).data) if may_read else []


class CohortSerializer(serializers.ModelSerializer):
    """One dated run of a program, with how many seats are filled."""

    program_name = serializers.CharField(source="program.name", read_only=True)
    seated = serializers.IntegerField(read_only=True)

    class Meta:
        model = Cohort
        fields = [
            "id",
            "program",
            "program_name",
            "name",
            "state",
            "starts_on",
            "ends_on",
            "seats",
            "seated",
            "markets",
            "nominations_open_on",
            "nominations_close_on",
            "decisions_due_on",
            "released_at",
        ]


class ParticipantSerializer(serializers.ModelSerializer):
    """Somebody enrolled in a cohort."""

    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Participant
        fields = [
            "id",
            "cohort",
            "person",
            "name",
            "state",
            "enrolled_at",
            "graduated_on",
            "open_at_graduation",
            "offers_mentoring",
            "offers_teaching",
        ]


class PlacementAccountSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="account.name", read_only=True)

    class Meta:
        model = PlacementAccount
        fields = ["account", "name", "complexity"]


class PlacementSerializer(serializers.ModelSerializer):
    """A graduate's next role with its named accounts and both signatures."""

    person_name = serializers.CharField(source="participant.person.name", read_only=True)
    accounts = PlacementAccountSerializer(source="placement_accounts", many=True, read_only=True)

    class Meta:
        model = Placement
        fields = [
            "id",
            "participant",
            "person_name",
            "job_title",
            "effective_on",
            "state",
            "leader",
            "leader_signed_at",
            "hr_signed_at",
            "accounts_before",
            "complexity_before",
            "accounts",
        ]


# --- what is asked -----------------------------------------------------------------------------------


class AskSerializer(serializers.Serializer):
    due_on = serializers.DateField()


class SignatureSerializer(serializers.Serializer):
    remark = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class MoveSerializer(serializers.Serializer):
    to = serializers.ChoiceField(choices=Cohort.State.choices)


class UnmetSerializer(serializers.Serializer):
    to = serializers.CharField(allow_null=True)
    unmet = serializers.ListField(child=serializers.CharField())
    cautions = serializers.ListField(
        child=serializers.CharField(), help_text="What the move would leave behind; it hinders nothing"
    )


class NewPlacementSerializer(serializers.Serializer):
    participant = serializers.IntegerField()
    job_title = serializers.CharField(max_length=120)
    effective_on = serializers.DateField()
    leader = serializers.IntegerField(help_text="Id of the person who signs as the leader.")
    accounts = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class OpenWorkSerializer(serializers.Serializer):
    """An active participant before graduation: how much required work is open, by title."""

    participant = serializers.IntegerField()
    name = serializers.CharField()
    open = serializers.IntegerField()
    titles = serializers.ListField(child=serializers.CharField())


class GraduateSerializer(serializers.Serializer):
    """One who graduates; the reason is needed when required work is open."""

    participant = serializers.IntegerField()
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=300)


class GraduationSerializer(serializers.Serializer):
    on = serializers.DateField()
    participants = GraduateSerializer(many=True, allow_empty=False)
