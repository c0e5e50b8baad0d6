"""The exercises of a plan as a document."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from selection.api.plan_base import WhySerializer
from selection.models import Exercise
from selection.plan_forms.exercises import TERMS, ExercisesForm

FIELDS = (*TERMS, "behaviors")


class ExerciseSerializer(serializers.Serializer):
    """One exercise; without an id a new one. What is left out stays as it is, or as usual."""

    id = serializers.IntegerField(required=False)
    kind = serializers.ChoiceField(choices=Exercise.Kind.choices, required=False)
    name = serializers.CharField(required=False, allow_blank=True, help_text="Empty for the kind")
    minutes = serializers.IntegerField(required=False)
    preparation_minutes = serializers.IntegerField(required=False, help_text="Before it, alone")
    assessors = serializers.IntegerField(required=False, help_text="How many score each candidate")
    materials = serializers.CharField(required=False, allow_blank=True)
    behaviors = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Those observed in it"
    )
    remove = serializers.BooleanField(required=False, write_only=True, help_text="Take it out")


class ExercisesSerializer(WhySerializer):
    """Exercises left out stay as they are."""

    exercises = ExerciseSerializer(many=True, required=False)


class TrainingSerializer(serializers.Serializer):
    """The training of somebody on the panel."""

    id = serializers.IntegerField(help_text="The assessor’s")
    trained_on = serializers.DateField(required=False, allow_null=True)
    trained_for = serializers.ListField(
        child=serializers.ChoiceField(choices=Exercise.Kind.choices),
        required=False,
        help_text="Empty for every kind",
    )
    most = serializers.IntegerField(required=False, allow_null=True, help_text="Score sheets at most")


class PanelPartSerializer(WhySerializer):
    """Assessors left out keep what is noted."""

    conflict_levels = serializers.IntegerField(
        required=False, help_text="So many leaders above a candidate never assess them"
    )
    assessors = TrainingSerializer(many=True, required=False)


def exercises_shown(form: ExercisesForm) -> Mapping[str, Any]:
    values = form.unchanged
    return {
        "exercises": [
            {"id": terms.pk, **{name: values[f"{terms.pk}_{name}"] for name in FIELDS}}
            for terms in form.existing
        ]
    }


def exercises_filled(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An exercise without an id takes the next place for new ones."""
    filled: dict[str, Any] = {}
    new = 0
    for each in body.get("exercises", []):
        key = each.get("id")
        if key is None:
            new += 1
            key = f"new{new}"
            filled |= {f"{key}_kind": Exercise.Kind.GENERAL, f"{key}_minutes": 60, f"{key}_assessors": 2}
        filled |= {f"{key}_{name}": value for name, value in each.items() if name != "id"}
    return filled
