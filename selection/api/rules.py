"""Eligibility rules as a document: groups of rules, as on the page that composes them."""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.request import Request

from amdp.identity.api_base import asked, refuse_unknown
from selection.forms.rules import FIELDS, Raw
from selection.models import EligibilityGroup, EligibilityRule, SelectionPlan
from selection.rules_editor import MOST_GROUPS, MOST_RULES, GroupDraft, RulesEditor

Document = Mapping[str, Any]
FOR_LISTED = (
    "Markets (none: those of the cohort), job families, business units, languages or kinds of job events"
)


class RuleSerializer(serializers.Serializer):
    """One rule. Which fields count depends on the fact; the others are left out."""

    fact = serializers.ChoiceField(choices=EligibilityRule.Fact.choices)
    is_on = serializers.BooleanField(
        required=False, default=True, help_text="False: set aside, not asked for"
    )
    threshold = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        required=False,
        allow_null=True,
        help_text="Months, the lowest rating (1 to 5) or the least complexity of an account (1 to 10)",
    )
    count = serializers.IntegerField(
        required=False, allow_null=True, help_text="How many of the last ratings, or how many accounts"
    )
    how = serializers.ChoiceField(choices=EligibilityRule.How.choices, required=False)
    listed = serializers.ListField(
        child=serializers.CharField(max_length=120), required=False, max_length=200, help_text=FOR_LISTED
    )
    lowest_grade = serializers.IntegerField(required=False, allow_null=True, help_text="Id of a grade")
    highest_grade = serializers.IntegerField(required=False, allow_null=True, help_text="Id of a grade")
    said = serializers.CharField(read_only=True, help_text="The rule as everybody reads it")
    met = serializers.IntegerField(read_only=True, allow_null=True, help_text="How many people meet it")


class GroupSerializer(serializers.Serializer):
    """Rules of which all have to be met, or any one."""

    match = serializers.ChoiceField(
        choices=EligibilityGroup.Match.choices, default=EligibilityGroup.Match.ALL
    )
    rules = RuleSerializer(many=True)
    met = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="How many people meet the group"
    )


class RulesSerializer(serializers.Serializer):
    """Every group has to be met."""

    groups = GroupSerializer(many=True)
    why = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        max_length=600,
        help_text="Needed once nominations are open",
    )
    met = serializers.IntegerField(read_only=True, help_text="How many people meet every group")
    everybody = serializers.IntegerField(
        read_only=True, help_text="How many people there are in the directory"
    )


def rules_shown(editor: RulesEditor) -> Document:
    """The document as it is read."""
    groups = [
        {
            "match": draft.match,
            "rules": [
                {**_shown(raw), "said": each.name, "met": each.met}
                for raw, each in zip(draft.rules, line.lines, strict=True)
            ],
            "met": line.met,
        }
        for draft, line in zip(editor.groups, editor.lines, strict=True)
    ]
    return {"groups": groups, "met": editor.counts.all, "everybody": editor.counts.everybody}


def _shown(raw: Raw) -> Document:
    found: dict[str, Any] = {"fact": raw["fact"], "is_on": bool(raw.get("is_on"))}
    for name in FIELDS[raw["fact"]]:
        value: Any = raw.get(name)
        number = name in ("count", "lowest_grade", "highest_grade") and value not in (None, "")
        found[name] = int(value) if number else value
    return found


def rules_asked(plan: SelectionPlan, request: Request) -> tuple[RulesEditor, str]:
    """What was sent, held to the rules of the page, and the reason. Raises ValidationError with a sentence for
    each field that does not fit, such as ``groups.0.rules.1.threshold``."""
    body, sent = asked(RulesSerializer, request), cast(Mapping[str, Any], request.data)
    for group in sent["groups"]:
        refuse_unknown(GroupSerializer(), group)
        for rule in group["rules"]:
            refuse_unknown(RuleSerializer(), rule)
    if len(body["groups"]) > MOST_GROUPS or any(len(group["rules"]) > MOST_RULES for group in body["groups"]):
        raise ValidationError({"groups": f"At most {MOST_GROUPS} groups of {MOST_RULES} rules each."})
    drafts = [GroupDraft(group["match"], [_raw(rule) for rule in group["rules"]]) for group in body["groups"]]
    editor = RulesEditor(plan, drafts)
    if not editor.is_valid():
        raise ValidationError(
            {
                f"groups.{group}.rules.{place}.{name}": list(errors)
                for group, forms in enumerate(editor.by_group)
                for place, form in enumerate(forms)
                for name, errors in form.errors.items()
            }
        )
    return editor, body.get("why", "")


def _raw(rule: Mapping[str, Any]) -> Raw:
    keep = {"fact", *FIELDS[rule["fact"]]}
    raw = {name: value for name, value in rule.items() if name in keep}
    return {**raw, "is_on": "on" if rule["is_on"] else None}
