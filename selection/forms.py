"""What people fill in during a selection."""

from decimal import Decimal
from typing import Any

from django import forms

from amdp.directory.models import Grade
from amdp.web.forms import Choices, Form, LongText
from selection.defaults import RuleTerms
from selection.models import Decision, EligibilityRule

Fact = EligibilityRule.Fact


class Lenient:
    """Mixed into forms whose drafts may be incomplete: the service says what is missing when it matters, so
    fields are neither required to be kept nor called optional."""

    lenient: tuple[str, ...] = ()

    def full_clean(self: Any) -> None:
        fields = [self.fields[name] for name in self.lenient if name in self.fields]
        for one in fields:
            one.required = False
        super().full_clean()  # type: ignore[misc]
        for one in fields:
            one.required = True


class RulesForm(Lenient):
    """Mixed into a form: each eligibility rule with its switch and threshold."""

    lenient = ("tenure_threshold", "time_in_grade_threshold", "ratings_threshold", "ratings_count")
    fields: dict[str, forms.Field]
    rules: list[RuleTerms]

    def add_rules(self, rules: list[RuleTerms]) -> None:
        """Make the fields of these rules."""
        self.rules = rules
        for rule in rules:
            self._add_rule(rule)

    def _add_rule(self, rule: RuleTerms) -> None:
        fact = Fact(rule.fact)
        self.fields[f"{fact}_on"] = forms.BooleanField(label=fact.label, required=False, initial=rule.is_on)
        if fact in (Fact.TENURE, Fact.TIME_IN_GRADE):
            self.fields[f"{fact}_threshold"] = forms.IntegerField(
                label="At least this many months",
                min_value=0,
                max_value=600,
                initial=int(rule.threshold) if rule.threshold is not None else None,
            )
        elif fact == Fact.RATINGS:
            self.fields["ratings_threshold"] = forms.DecimalField(
                label="Lowest rating, 1 to 5",
                min_value=1,
                max_value=5,
                decimal_places=1,
                initial=None if rule.threshold is None else f"{rule.threshold.normalize():f}",
            )
            self.fields["ratings_count"] = forms.IntegerField(
                label="How many of the last years",
                min_value=1,
                max_value=5,
                initial=rule.count,
            )
        elif fact == Fact.GRADE:
            for end, grade in (("lowest", rule.lowest_grade), ("highest", rule.highest_grade)):
                self.fields[f"{end}_grade"] = forms.ModelChoiceField(
                    Grade.objects.order_by("rank"),
                    label=f"{end.capitalize()} grade",
                    required=False,
                    initial=grade,
                    empty_label="Any",
                )

    @property
    def rule_fields(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        """Each rule's switch with the fields that belong to it."""
        extra = {
            Fact.TENURE: ["tenure_threshold"],
            Fact.TIME_IN_GRADE: ["time_in_grade_threshold"],
            Fact.RATINGS: ["ratings_threshold", "ratings_count"],
            Fact.GRADE: ["lowest_grade", "highest_grade"],
        }
        return [
            (self[f"{rule.fact}_on"], [self[name] for name in extra.get(Fact(rule.fact), [])])  # type: ignore[index]
            for rule in self.rules
        ]

    def terms_from(self, data: dict[str, Any]) -> list[RuleTerms]:
        """The rules as they were filled in."""
        return [
            RuleTerms(
                fact=rule.fact,
                is_on=data[f"{rule.fact}_on"],
                threshold=_threshold(data, rule.fact),
                count=data.get("ratings_count") or rule.count if rule.fact == Fact.RATINGS else None,
                lowest_grade=data.get("lowest_grade") if rule.fact == Fact.GRADE else None,
                highest_grade=data.get("highest_grade") if rule.fact == Fact.GRADE else None,
            )
            for rule in self.rules
        ]


def _threshold(data: dict[str, Any], fact: str) -> Decimal | None:
    value = data.get(f"{fact}_threshold")
    return None if value is None else Decimal(value)


class WhyForm(Form):
    """A reason that is kept."""

    why = LongText(label="Why?", help_text="Kept in the file.", max_length=1200)


class DecisionForm(Form):
    """One candidate's outcome with its reason."""

    outcome = Choices(
        label="Outcome",
        choices=Decision.Outcome.choices,
        choice_help={
            "selected": "Takes a seat and is enrolled when the outcomes are released",
            "reserve": "Joins the reserve by rank and moves up in order when a seat becomes free",
            "not_selected": "Gets written feedback and a talk with their leader",
        },
    )
    reason = forms.ChoiceField(label="Reason", choices=Decision.Reason.choices, initial=Decision.Reason.RANK)
    remark = LongText(
        label="In a sentence",
        help_text="Needed unless the ranking is the reason.",
        max_length=1200,
        required=False,
    )


class AcceptForm(Form):
    """How many are kept in reserve when the ranking is accepted."""

    reserve = forms.IntegerField(label="In reserve", min_value=0, max_value=500)
