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
    Objective,
    Outcome,
    Participant,
    Placement,
    PlacementAccount,
    Program,
    Stakeholder,
)

# --- what is shown -----------------------------------------------------------------------------------


class ProgramSerializer(serializers.ModelSerializer):
    """The design of a program, in short."""

    class Meta:
        model = Program
        fields = ["id", "name", "summary", "state", "length_months", "blueprint", "signed_off_at"]


class ObjectiveSerializer(serializers.ModelSerializer):
    """What the program is for, in a sentence."""

    program = serializers.IntegerField(source="program_id")

    class Meta:
        model = Objective
        fields = ["id", "program", "text"]


class OutcomeSerializer(serializers.ModelSerializer):
    """What will be different afterwards, in a sentence."""

    program = serializers.IntegerField(source="program_id")

    class Meta:
        model = Outcome
        fields = ["id", "program", "text"]


class MetricSerializer(serializers.ModelSerializer):
    """A number the program is judged by."""

    program = serializers.IntegerField(source="program_id")

    class Meta:
        model = Metric
        fields = [
            "id",
            "program",
            "name",
            "definition",
            "unit",
            "baseline",
            "baseline_on",
            "target",
            "source",
        ]


class BehaviorSerializer(serializers.ModelSerializer):
    """Something one can see somebody do, with what each of the points 1 to 5 looks like."""

    competency = serializers.IntegerField(source="competency_id")
    anchors = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=300), min_length=5, max_length=5
    )

    class Meta:
        model = Behavior
        fields = ["id", "competency", "text", "anchors"]


class CompetencySerializer(serializers.ModelSerializer):
    """A capability of the competency model, with the behaviours that show it."""

    program = serializers.IntegerField(source="program_id")
    behaviors = BehaviorSerializer(many=True, read_only=True)

    class Meta:
        model = Competency
        fields = ["id", "program", "name", "description", "behaviors"]


class StakeholderSerializer(serializers.ModelSerializer):
    """Somebody whose signature the design needs."""

    program = serializers.IntegerField(source="program_id")
    person = serializers.IntegerField(source="person_id")
    name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = Stakeholder
        fields = ["id", "program", "person", "name", "function", "asked_at", "due_on", "signed_at"]
        read_only_fields = ["due_on"]


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


class NewProgramSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    blueprint = serializers.SlugField(
        required=False,
        default="",
        allow_blank=True,
        help_text="What to start from, such as account-leadership-development. Left out, the program is blank.",
    )


class ProgramTextSerializer(serializers.ModelSerializer):
    class Meta:
        model = Program
        fields = ["name", "summary", "length_months"]


class NewCohortSerializer(serializers.Serializer):
    program = serializers.IntegerField()
    name = serializers.CharField(max_length=120)
    starts_on = serializers.DateField()
    seats = serializers.IntegerField(min_value=1, max_value=500)


class CohortSetUpSerializer(serializers.ModelSerializer):
    class Meta:
        model = Cohort
        fields = [
            "name",
            "starts_on",
            "ends_on",
            "decisions_due_on",
            "seats",
            "markets",
            "nominations_open_on",
            "nominations_close_on",
        ]


class OfferSerializer(serializers.Serializer):
    mentoring = serializers.BooleanField()
    teaching = serializers.BooleanField()


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
