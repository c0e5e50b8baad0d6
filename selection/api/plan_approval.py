"""The steps of the approval as a document, and who would decide by them."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from selection.api.plan_base import WhySerializer
from selection.models import ApprovalStep
from selection.plan_forms.approval import FIELDS, MOST, ApprovalForm

Document = Mapping[str, Any]


class ApprovalStepSerializer(serializers.Serializer):
    """One step of the chain: whom it asks, for which nominees, how long, and who is asked too when late."""

    who = serializers.CharField(
        help_text="leader-1 is the nearest above the nominator, grade-<id> every leader up to a grade, role-ld_admin, role-hr_analyst, role-sponsor, or person"
    )
    person = serializers.CharField(
        required=False, allow_blank=True, help_text="Full name or employee number, for person"
    )
    markets = serializers.ListField(child=serializers.CharField(), required=False)
    business_units = serializers.ListField(child=serializers.CharField(), required=False)
    replaces_line = serializers.BooleanField(required=False)
    days = serializers.IntegerField(required=False, allow_null=True, help_text="Business days to decide")
    remind_after = serializers.IntegerField(required=False, allow_null=True)
    escalate_after = serializers.IntegerField(required=False, allow_null=True, help_text="Days late")
    escalate_to = serializers.ChoiceField(choices=ApprovalStep.Escalation.choices, required=False)


class ApprovalPartSerializer(WhySerializer):
    """The steps in order; what is sent takes the place of all of them. None: the nearest leader decides."""

    steps = ApprovalStepSerializer(many=True, required=False)


class ExpectedLinkSerializer(serializers.Serializer):
    """Who would decide, or is left out, and why."""

    who = serializers.CharField()
    why = serializers.CharField()
    is_left_out = serializers.BooleanField()


class ExpectedChainSerializer(serializers.Serializer):
    """Who would decide on somebody, were they nominated by their manager now."""

    person = serializers.IntegerField()
    person_name = serializers.CharField()
    chain = ExpectedLinkSerializer(many=True)


def approval_shown(form: ApprovalForm) -> Document:
    values = form.unchanged
    rows = [
        {name: values[f"step_{number}_{name}"] for name in FIELDS if name != "place"}
        for number in range(1, len(form.steps) + 1)
    ]
    return {"steps": rows}


def approval_filled(body: Document) -> Document:
    if "steps" not in body:
        return {}
    sent: list[Document] = list(body["steps"])
    if len(sent) > MOST:
        raise ValidationError({"steps": f"{MOST} steps at most."})
    blank: Document = dict.fromkeys(FIELDS, "") | {"markets": [], "business_units": []}
    rows = [{**blank, **step} for step in sent] + [blank] * (MOST - len(sent))
    return {
        f"step_{number}_{name}": value for number, row in enumerate(rows, 1) for name, value in row.items()
    }
