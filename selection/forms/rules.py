"""A form per eligibility rule, with the fields its fact takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from amdp.directory.models import Grade, Person
from amdp.web.forms import Form, LongText, ManyChoices
from selection.asked import MOST_ACCOUNTS, MOST_RATINGS, wrong_with
from selection.defaults import RuleTerms
from selection.eligibility import Scope
from selection.eligibility.judges import MOVES, language_name
from selection.models import EligibilityGroup, EligibilityRule

Fact, How, Match = EligibilityRule.Fact, EligibilityRule.How, EligibilityGroup.Match
Raw = dict[str, Any]

FIELDS: Mapping[str, tuple[str, ...]] = {
    Fact.EMPLOYED: (),
    Fact.TENURE: ("threshold",),
    Fact.TIME_IN_GRADE: ("threshold",),
    Fact.GRADE: ("lowest_grade", "highest_grade"),
    Fact.JOB_FAMILY: ("listed",),
    Fact.BUSINESS_UNIT: ("listed",),
    Fact.MARKET: ("listed",),
    Fact.LANGUAGE: ("listed",),
    Fact.RATINGS: ("count", "how", "threshold"),
    Fact.NO_MOVE: ("threshold", "listed"),
    Fact.OTHER_COHORT: (),
    Fact.FIRST_TIME: (),
    Fact.ACCOUNTS: ("count", "threshold"),
}
LABELS: Mapping[tuple[str, str], str] = {
    (Fact.TENURE, "threshold"): "At least this many months in the company",
    (Fact.TIME_IN_GRADE, "threshold"): "At least this many months in the present grade",
    (Fact.RATINGS, "threshold"): "At least, 1 to 5",
    (Fact.RATINGS, "count"): "How many of the last ratings",
    (Fact.NO_MOVE, "threshold"): "Within this many months",
    (Fact.NO_MOVE, "listed"): "None of these",
    (Fact.ACCOUNTS, "threshold"): "Of this complexity or higher, 1 to 10",
    (Fact.ACCOUNTS, "count"): "At least this many accounts",
}
# What a rule says when it has just been added.
START: Mapping[str, Raw] = {
    Fact.TENURE: {"threshold": "24"},
    Fact.TIME_IN_GRADE: {"threshold": "12"},
    Fact.RATINGS: {"count": "2", "how": "each", "threshold": "3"},
    Fact.NO_MOVE: {"threshold": "12", "listed": ["promotion", "lateral_move"]},
    Fact.ACCOUNTS: {"count": "1"},
}
COLUMNS = {
    Fact.JOB_FAMILY: "job_family",
    Fact.BUSINESS_UNIT: "business_unit",
    Fact.MARKET: "market",
    Fact.LANGUAGE: "language",
}


class RuleForm(Form):
    """One rule. Nothing is required before it is saved."""

    awaited = ("threshold", "count", "how", "listed", "lowest_grade", "highest_grade")

    def __init__(self, *args: Any, fact: str, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fact = Fact(fact)
        for name in FIELDS[self.fact]:
            self.fields[name] = self._field(name, choices)
        self.fields["is_on"] = forms.BooleanField(label="Asked for", required=False)

    def _field(self, name: str, choices: Sequence[tuple[str, str]]) -> forms.Field:
        label = LABELS.get((self.fact, name), "")
        if name == "count":
            most = MOST_RATINGS if self.fact == Fact.RATINGS else MOST_ACCOUNTS
            return forms.IntegerField(label=label, required=False, min_value=1, max_value=most)
        if name == "threshold":
            return forms.DecimalField(label=label, required=False, max_digits=5, decimal_places=2)
        if name == "how":
            return forms.ChoiceField(label="Which of them", choices=How.choices, required=False)
        if name == "listed":
            empty = "None chosen: the markets of the cohort." if self.fact == Fact.MARKET else ""
            return ManyChoices(
                label=label or "One of these", choices=choices, required=False, help_text=empty
            )
        return forms.ModelChoiceField(
            Grade.objects.order_by("rank"),
            label=f"{name.split('_')[0].capitalize()} grade",
            required=False,
            empty_label="Any",
        )

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields of the rule beside its switch."""
        return [self[name] for name in FIELDS[self.fact]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            for name, sentence in wrong_with(self.terms_from(data)).items():
                self.add_error(name, sentence)
        return data

    def terms_from(self, data: Raw) -> RuleTerms:
        """The rule as it was filled in."""
        given = {name: data.get(name) for name in ("threshold", "count", "lowest_grade", "highest_grade")}
        return RuleTerms(
            fact=self.fact,
            is_on=bool(data.get("is_on")),
            how=data.get("how") or How.EACH,
            listed=tuple(data.get("listed") or ()),
            **given,
        )

    @property
    def terms(self) -> RuleTerms:
        return self.terms_from(self.cleaned_data)


class WhyForm(Form):
    """The reason for a change once people act by the rules."""

    awaited = ("why",)
    why = LongText(
        label="Why do you change this now?",
        help_text="Nominations are open. The reason is kept with the new version and shown to who reads the plan.",
        max_length=600,
        required=False,
    )


class Values(dict[str, Any]):
    """Raw values as a form reads them."""

    def getlist(self, name: str) -> list[Any]:
        value = self.get(name, [])
        return list(value) if isinstance(value, (list, tuple)) else [value]


def raw_of(rule: RuleTerms) -> Raw:
    """A rule as a form would send it."""
    number = rule.threshold
    found: Raw = {
        "fact": rule.fact,
        "is_on": "on" if rule.is_on else None,
        "threshold": None if number is None else f"{number.normalize():f}",
        "count": None if rule.count is None else str(rule.count),
        "how": rule.how,
        "listed": list(rule.listed),
        "lowest_grade": rule.lowest_grade.pk if rule.lowest_grade else None,
        "highest_grade": rule.highest_grade.pk if rule.highest_grade else None,
    }
    keep = {"fact", "is_on", *FIELDS[Fact(rule.fact)]}
    return {name: value for name, value in found.items() if name in keep}


def choices_for(fact: str, scope: Scope) -> list[tuple[str, str]]:
    if fact == Fact.NO_MOVE:
        return [(kind, words[0].capitalize()) for kind, words in MOVES.items()]
    if fact not in COLUMNS:
        return []
    column = COLUMNS[Fact(fact)]
    found = set(Person.objects.order_by().values_list(column, flat=True).distinct()) - {""}
    if fact == Fact.MARKET:
        found |= set(scope.markets)
    if fact == Fact.LANGUAGE:
        return sorted(((code, language_name(code)) for code in found), key=lambda each: each[1])
    return [(value, value) for value in sorted(found)]
