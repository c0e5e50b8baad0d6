"""The editor of eligibility rules: groups of rules while somebody writes them, with how many people meet each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from selection.asked import name_of, scope_of_plan, terms_of, wrong_with
from selection.defaults import GroupTerms
from selection.eligibility import Group, Scope
from selection.forms.rules import FIELDS, START, Raw, RuleForm, Values, WhyForm, choices_for, raw_of
from selection.models import EligibilityGroup, EligibilityResult, EligibilityRule, SelectionPlan
from selection.plan_parts.eligibility import groups_in, store_groups
from selection.queries.eligible import Counts, count_rules
from selection.services.eligibility import evaluate_if_open

Fact, Match = EligibilityRule.Fact, EligibilityGroup.Match
MOST_GROUPS, MOST_RULES = 10, 30


@dataclass
class GroupDraft:
    """A group as it is being written: raw values by field for each rule."""

    match: str = Match.ALL
    rules: list[Raw] = field(default_factory=list)
    # what the list beside “Add a rule” stands at
    new: str = ""


@dataclass(frozen=True)
class RuleLine:
    """One rule on the page: its form, and when it says something, what and how many people meet it."""

    form: RuleForm
    name: str
    met: int | None


@dataclass(frozen=True)
class GroupLine:
    """One group on the page."""

    number: int
    match: str
    lines: list[RuleLine]
    met: int | None
    new: str

    @property
    def field(self) -> str:
        return f"match-{self.number}"


class RulesEditor:
    """The rules of a plan while somebody writes them; nothing is stored before ``write``."""

    def __init__(
        self, plan: SelectionPlan, groups: list[GroupDraft], *, why: str = "", opened: bool = False
    ) -> None:
        self.plan, self.groups, self.opened = plan, groups, opened
        self.scope: Scope = scope_of_plan(plan)
        self.why_form = WhyForm({"why": why}) if opened else None
        self.why = why
        self.checking = False
        self._choices: dict[str, list[tuple[str, str]]] = {}

    @classmethod
    def of(cls, plan: SelectionPlan, *, opened: bool = False) -> "RulesEditor":
        """What the plan holds."""
        drafts = [
            GroupDraft(group.match, [raw_of(rule) for rule in group.rules]) for group in groups_in(plan)
        ]
        return cls(plan, drafts or [GroupDraft()], opened=opened)

    @classmethod
    def posted(cls, plan: SelectionPlan, data: Any, *, opened: bool = False) -> "RulesEditor":
        """What stands in the form; what no form of ours could send is left out."""
        drafts: list[GroupDraft] = []
        while len(drafts) < MOST_GROUPS and f"match-{len(drafts)}" in data:
            number = len(drafts)
            match = data[f"match-{number}"]
            drafts.append(
                GroupDraft(
                    match if match in Match.values else Match.ALL,
                    _posted_rules(data, number),
                    data.get(f"new-{number}", ""),
                )
            )
        return cls(plan, drafts, why=data.get("why", ""), opened=opened)

    def change(self, do: str) -> None:
        """Add, remove or move what a button names: ``add:0``, ``drop:0:2``, ``up:0:2``, ``group``."""
        verb, *places = do.split(":")
        found = [int(place) for place in places if place.isascii() and place.isdigit()]
        act = CHANGES.get((verb, len(found)))
        if act is not None:
            act(self, *found)

    def add(self, group: int, fact: str) -> None:
        """A rule about this fact, last in its group."""
        if group < len(self.groups) and fact in Fact.values and len(self.groups[group].rules) < MOST_RULES:
            self.groups[group].rules.append({"fact": fact, "is_on": "on", **START.get(fact, {})})

    def _drop(self, group: int, rule: int) -> None:
        if self._has(group, rule):
            del self.groups[group].rules[rule]

    def _up(self, group: int, rule: int) -> None:
        if self._has(group, rule) and rule > 0:
            rules = self.groups[group].rules
            rules[rule - 1], rules[rule] = rules[rule], rules[rule - 1]
        elif self._has(group, rule) and group > 0:
            self.groups[group - 1].rules.append(self.groups[group].rules.pop(rule))

    def _down(self, group: int, rule: int) -> None:
        if not self._has(group, rule):
            return
        rules = self.groups[group].rules
        if rule + 1 < len(rules):
            rules[rule + 1], rules[rule] = rules[rule], rules[rule + 1]
        elif group + 1 < len(self.groups):
            self.groups[group + 1].rules.insert(0, rules.pop(rule))

    def _add_group(self) -> None:
        if len(self.groups) < MOST_GROUPS:
            self.groups.append(GroupDraft(Match.ANY))

    def _drop_group(self, group: int) -> None:
        if group < len(self.groups):
            del self.groups[group]

    def _has(self, group: int, rule: int) -> bool:
        return group < len(self.groups) and rule < len(self.groups[group].rules)

    @cached_property
    def by_group(self) -> list[list[RuleForm]]:
        """A form per rule, group by group."""
        return [
            [self._form(raw, f"{number}-{place}") for place, raw in enumerate(group.rules)]
            for number, group in enumerate(self.groups)
        ]

    def _form(self, raw: Raw, prefix: str) -> RuleForm:
        fact = raw["fact"]
        data = {f"{prefix}-{name}": value for name, value in raw.items() if value is not None}
        return RuleForm(Values(data), fact=fact, choices=self.choices_of(fact, raw), prefix=prefix)

    def choices_of(self, fact: str, raw: Raw) -> list[tuple[str, str]]:
        """What a rule about this fact can list: what occurs in the directory, and what it lists already."""
        if fact not in self._choices:
            self._choices[fact] = choices_for(fact, self.scope)
        known = {value for value, _ in self._choices[fact]}
        kept = [value for value in raw.get("listed") or [] if value in self._stored.get(fact, set()) - known]
        return self._choices[fact] + [(value, value) for value in kept]

    @cached_property
    def _stored(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for group in groups_in(self.plan):
            for rule in group.rules:
                found.setdefault(rule.fact, set()).update(rule.listed)
        return found

    def is_valid(self) -> bool:
        """Whether every rule says what it asks for."""
        self.checking = True
        return all(form.is_valid() for form in self.forms)

    @property
    def forms(self) -> list[RuleForm]:
        """Every rule's form, as the error summary reads formsets."""
        return [form for group in self.by_group for form in group]

    def non_form_errors(self) -> Sequence[str]:
        return self.general

    @property
    def terms(self) -> list[GroupTerms]:
        """What the plan is to ask for; groups without a rule ask nothing."""
        found = [
            GroupTerms(tuple(form.terms for form in group), draft.match)
            for draft, group in zip(self.groups, self.by_group, strict=True)
        ]
        return [group for group in found if group.rules]

    def write(self, plan: SelectionPlan) -> None:
        """For ``services.change_plan``: store the rules, and read them anew for those who are candidates."""
        store_groups(plan, self.terms)
        if plan.cohort is not None:
            evaluate_if_open(plan.cohort, why=EligibilityResult.Why.RULES)

    def refuse(self, error: ValidationError) -> None:
        """Show what the service refused."""
        self.checking = True
        if self.why_form is not None and hasattr(error, "error_dict"):
            self.why_form.refuse(error)
        else:
            self.general = error.messages

    general: Sequence[str] = ()

    @cached_property
    def _counted(self) -> tuple[Counts, dict[tuple[int, int], tuple[int, int]]]:
        """The counts of all rules that say something and are on, and where each of them stands."""
        groups: list[Group] = []
        places: dict[tuple[int, int], tuple[int, int]] = {}
        for number, (draft, found) in enumerate(zip(self.groups, self.by_group, strict=True)):
            says = [(place, form) for place, form in enumerate(found) if form.is_valid() and form.terms.is_on]
            if says:
                for order, (place, _) in enumerate(says):
                    places[number, place] = (len(groups), order)
                groups.append(Group(tuple(terms_of(form.terms, self.scope) for _, form in says), draft.match))
        return count_rules(groups, self.scope), places

    @property
    def counts(self) -> Counts:
        """How many people meet what is asked for as it stands."""
        return self._counted[0]

    @property
    def lines(self) -> list[GroupLine]:
        """Groups and rules as the page shows them."""
        return [self._group_line(number) for number in range(len(self.groups))]

    def _group_line(self, number: int) -> GroupLine:
        lines = [self._rule_line(number, place, form) for place, form in enumerate(self.by_group[number])]
        counts, places = self._counted
        mine = next((at[0] for (group, _), at in places.items() if group == number), None)
        met = None if mine is None else counts.by_group[mine]
        draft = self.groups[number]
        return GroupLine(number, draft.match, lines, met, draft.new)

    def _rule_line(self, number: int, place: int, form: RuleForm) -> RuleLine:
        counts, places = self._counted
        at = places.get((number, place))
        says = form.is_valid() and not wrong_with(replace(form.terms, is_on=True))
        name = name_of(form.terms, self.scope) if says else form.fact.label
        met = None if at is None else counts.by_rule[at[0]][at[1]]
        return RuleLine(form if self.checking else self._unchecked(number, place), name, met)

    def _unchecked(self, number: int, place: int) -> RuleForm:
        """The same form before anybody wants to save it: it blames nobody for what is not filled in yet."""
        raw = self.groups[number].rules[place]
        choices = self.choices_of(raw["fact"], raw)
        return RuleForm(initial=raw, fact=raw["fact"], choices=choices, prefix=f"{number}-{place}")


CHANGES: dict[tuple[str, int], Callable[..., None]] = {
    ("drop", 2): RulesEditor._drop,
    ("up", 2): RulesEditor._up,
    ("down", 2): RulesEditor._down,
    ("group", 0): RulesEditor._add_group,
    ("drop-group", 1): RulesEditor._drop_group,
}


def _posted_rules(data: Any, group: int) -> list[Raw]:
    rules: list[Raw] = []
    while len(rules) < MOST_RULES and (fact := data.get(f"{group}-{len(rules)}-fact")) in Fact.values:
        prefix = f"{group}-{len(rules)}-"
        raw: Raw = {"fact": fact}
        for name in (*FIELDS[Fact(fact)], "is_on"):
            if name == "listed":
                raw[name] = data.getlist(prefix + name)
            elif prefix + name in data:
                raw[name] = data[prefix + name]
        rules.append(raw)
    return rules
