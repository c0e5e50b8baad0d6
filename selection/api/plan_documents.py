"""The documents of the parts of a selection plan, and what of each the page's form takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from selection.api.plan_approval import ApprovalPartSerializer, approval_filled, approval_shown
from selection.api.plan_base import WhySerializer
from selection.api.plan_exercises import (
    ExercisesSerializer,
    PanelPartSerializer,
    exercises_filled,
    exercises_shown,
)
from selection.models import Criterion, Stage
from selection.plan_forms import CriteriaForm, SeatsForm, WindowsForm
from selection.plan_forms.decision import DecisionPartForm
from selection.plan_forms.letters import letters_filled, letters_shown
from selection.plan_forms.nomination import NominationPartForm, nomination_fields
from selection.plan_forms.panel import panel_filled, panel_shown

PERCENT = "In percent; the three add up to 100"
Document = Mapping[str, Any]


class WindowSerializer(serializers.Serializer):
    """The window of one stage in a cohort's plan; how long it usually lasts in a pattern."""

    kind = serializers.ChoiceField(choices=Stage.Kind.choices)
    opens_on = serializers.DateField(required=False)
    closes_on = serializers.DateField(required=False)
    days = serializers.IntegerField(required=False)


class WindowsSerializer(WhySerializer):
    """Time zone and windows; stages left out keep theirs."""

    time_zone = serializers.CharField(required=False)
    stages = WindowSerializer(many=True, required=False)


class KnockOutSerializer(serializers.Serializer):
    """The least mean in a competency, 1–5; null for no knock-out."""

    competency = serializers.IntegerField()
    minimum = serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True)


class CriteriaSerializer(WhySerializer):
    """Weights, the least of 100 that is asked for, and knock-outs by competency."""

    performance = serializers.IntegerField(required=False, help_text=PERCENT)
    potential = serializers.IntegerField(required=False, help_text=PERCENT)
    assessment = serializers.IntegerField(required=False, help_text=PERCENT)
    performance_minimum = serializers.IntegerField(required=False, allow_null=True)
    potential_minimum = serializers.IntegerField(required=False, allow_null=True)
    assessment_minimum = serializers.IntegerField(required=False, allow_null=True)
    counts_agreed = serializers.BooleanField(
        required=False, help_text="The score of an exercise is the agreed rating, where there is one"
    )
    knock_outs = KnockOutSerializer(many=True, required=False)


class ShareSerializer(serializers.Serializer):
    """Seats kept for a market, and how many it takes at most."""

    market = serializers.CharField()
    at_least = serializers.IntegerField(required=False, allow_null=True)
    at_most = serializers.IntegerField(required=False, allow_null=True)


class SeatsSerializer(WhySerializer):
    """Seats per market; markets left out keep their share."""

    markets = ShareSerializer(many=True, required=False)


class AskedSerializer(serializers.Serializer):
    """A criterion evidence is asked for: a competency of the program, or one that is named freely."""

    competency = serializers.IntegerField(required=False, allow_null=True, default=None)
    name = serializers.CharField(required=False, max_length=120, help_text="Not needed for a competency")
    hint = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    is_required = serializers.BooleanField(required=False, default=True)
    pk = serializers.IntegerField(read_only=True, help_text="Its id as a criterion")


class NominationPartSerializer(WhySerializer):
    """What a nomination asks; criteria are given all together."""

    criteria = AskedSerializer(many=True, required=False)
    asks_performance = serializers.BooleanField(required=False)
    asks_potential = serializers.BooleanField(required=False)
    references = serializers.IntegerField(required=False, min_value=0, max_value=3)
    asks_statements = serializers.BooleanField(required=False)
    allows_self = serializers.BooleanField(required=False)
    asks_consent = serializers.BooleanField(required=False)
    consent_days = serializers.IntegerField(required=False, min_value=1, max_value=30)


class DecisionPartSerializer(WhySerializer):
    """Whether HR signs the slate, and how many days those selected have to answer."""

    needs_signature = serializers.BooleanField(required=False)
    needs_impact_review = serializers.BooleanField(required=False)
    offer_days = serializers.IntegerField(required=False, min_value=1, max_value=90)


class LetterTextSerializer(serializers.Serializer):
    """A text with merge fields in braces; an empty line begins a paragraph."""

    subject = serializers.CharField(required=False, max_length=200)
    body = serializers.CharField(required=False, max_length=6000)


class LettersPartSerializer(WhySerializer):
    """The text of each kind of letter; kinds left out keep theirs."""

    selected = LetterTextSerializer(required=False)
    reserve = LetterTextSerializer(required=False)
    not_selected = LetterTextSerializer(required=False)
    moved_up = LetterTextSerializer(required=False)


@dataclass(frozen=True)
class Door:
    """How one part is read and changed here: its document, and what of it the page's form takes."""

    serializer: type[serializers.Serializer]
    shown: Callable[[Any], Document]
    filled: Callable[[Document], Document]


def _windows_shown(form: WindowsForm) -> Document:
    values = form.unchanged
    if form.plan.is_pattern:
        stages = [{"kind": name.removesuffix("_days"), "days": days} for name, days in values.items()]
        return {"stages": stages}
    stages = [
        {"kind": kind, "opens_on": values[f"{kind}_opens_on"], "closes_on": values[f"{kind}_closes_on"]}
        for kind in form.kinds
    ]
    return {"time_zone": values["time_zone"], "stages": stages}


def _windows_filled(body: Document) -> Document:
    stages = {
        f"{stage['kind']}_{name}": value
        for stage in body.get("stages", [])
        for name, value in stage.items()
        if name != "kind"
    }
    return stages | {name: body[name] for name in ("time_zone",) if name in body}


def _criteria_shown(form: CriteriaForm) -> Document:
    values = form.unchanged
    plain = {name: values[name] for kind in Criterion.Kind for name in (kind.value, f"{kind}_minimum")}
    knock_outs = [
        {"competency": each.pk, "minimum": values[f"competency_{each.pk}"]} for each in form.competencies
    ]
    return {**plain, "knock_outs": knock_outs, "counts_agreed": values["counts_agreed"]}


def _criteria_filled(body: Document) -> Document:
    found = {name: value for name, value in body.items() if name not in ("knock_outs", "why")}
    return found | {f"competency_{one['competency']}": one["minimum"] for one in body.get("knock_outs", [])}


def _seats_shown(form: SeatsForm) -> Document:
    values = form.unchanged
    return {
        "markets": [
            {
                "market": market,
                "at_least": values[f"{market}_at_least"],
                "at_most": values[f"{market}_at_most"],
            }
            for market in form.markets
        ]
    }


def _seats_filled(body: Document) -> Document:
    return {
        f"{share['market']}_{name}": value
        for share in body.get("markets", [])
        for name, value in share.items()
        if name != "market"
    }


def _nomination_shown(form: NominationPartForm) -> Document:
    criteria = [vars(one) for one in form.terms.criteria]
    return {**form.unchanged, "criteria": criteria}


def _decision_shown(form: DecisionPartForm) -> Document:
    return form.unchanged


def _decision_filled(body: Document) -> Document:
    return {name: value for name, value in body.items() if name != "why"}


DOORS = {
    "approval": Door(ApprovalPartSerializer, approval_shown, approval_filled),
    "windows": Door(WindowsSerializer, _windows_shown, _windows_filled),
    "criteria": Door(CriteriaSerializer, _criteria_shown, _criteria_filled),
    "nomination": Door(NominationPartSerializer, _nomination_shown, nomination_fields),
    "exercises": Door(ExercisesSerializer, exercises_shown, exercises_filled),
    "panel": Door(PanelPartSerializer, panel_shown, panel_filled),
    "seats": Door(SeatsSerializer, _seats_shown, _seats_filled),
    "decision": Door(DecisionPartSerializer, _decision_shown, _decision_filled),
    "letters": Door(LettersPartSerializer, letters_shown, letters_filled),
}
