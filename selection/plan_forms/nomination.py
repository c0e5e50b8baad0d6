"""What L&D fills in to say what a nomination asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from selection.models import SelectionPlan
from selection.models.asking import MOST_REFERENCES
from selection.plan_forms.base import PlanForm
from selection.plan_parts.criteria import competencies_for
from selection.plan_parts.nomination import SWITCHES, Asked, Terms, store_terms, terms_in

OFF, OPTIONAL, REQUIRED = "", "optional", "required"
HOW = [(OFF, "Not asked"), (OPTIONAL, "Asked, may stay empty"), (REQUIRED, "Asked and required")]
OWN = 5  # criteria that are named freely


def _how(asked: Asked | None) -> str:
    return OFF if asked is None else REQUIRED if asked.is_required else OPTIONAL


class NominationPartForm(PlanForm):
    """Which criteria evidence is asked for, and which views."""

    def build(self) -> None:
        self.terms = terms_in(self.plan)
        self.competencies = competencies_for(self.plan)
        by_competency = {one.competency: one for one in self.terms.criteria if one.competency}
        for each in self.competencies:
            self.fields[f"competency_{each.pk}"] = forms.ChoiceField(
                label=each.name, choices=HOW, required=False, initial=_how(by_competency.get(each.pk))
            )
        named = [one for one in self.terms.criteria if not one.competency]
        for number in range(1, OWN + 1):
            self._add_own(number, named[number - 1] if number <= len(named) else None)
        self._add_views()
        self._add_people()
        self._take_every_competency()
        self.awaited = tuple(name for name, field in self.fields.items() if not field.required)

    def _take_every_competency(self) -> None:
        """A document of the API names only the competencies that are asked for."""
        given = self.data.get("every_competency")
        if isinstance(given, dict):
            chosen = {f"competency_{each.pk}": given.get(each.pk, OFF) for each in self.competencies}
            self.data = {**self.data, **chosen}

    def _add_own(self, number: int, asked: Asked | None) -> None:
        self.fields[f"own_{number}_name"] = forms.CharField(
            label=f"Criterion {number}", max_length=120, required=False, initial=asked.name if asked else ""
        )
        self.fields[f"own_{number}_hint"] = forms.CharField(
            label="What to write", max_length=300, required=False, initial=asked.hint if asked else ""
        )
        self.fields[f"own_{number}_is_required"] = forms.BooleanField(
            label="Required", required=False, initial=asked is not None and asked.is_required
        )

    def _add_views(self) -> None:
        self.fields["asks_performance"] = forms.BooleanField(
            label="How the person performs today, 1 to 5",
            required=False,
            initial=self.terms.asks_performance,
        )
        self.fields["asks_potential"] = forms.BooleanField(
            label="How far the leader sees the person going, 1 to 5",
            help_text="The ranking takes potential from here.",
            required=False,
            initial=self.terms.asks_potential,
        )

        self.fields["references"] = forms.TypedChoiceField(
            label="How many people who can speak to it are named",
            choices=[(number, str(number) if number else "None") for number in range(MOST_REFERENCES + 1)],
            coerce=int,
            initial=self.terms.references,
        )
        self.fields["asks_statements"] = forms.BooleanField(
            label="Ask them for a short statement",
            help_text="By mail, once the nomination is shared with those who decide. They see nothing else of it.",
            required=False,
            initial=self.terms.asks_statements,
        )

    def _add_people(self) -> None:
        self.fields["allows_self"] = forms.BooleanField(
            label="People may nominate themselves",
            help_text="Their leader is asked to endorse it before it goes up.",
            required=False,
            initial=self.terms.allows_self,
        )
        self.fields["asks_consent"] = forms.BooleanField(
            label="The nominee is asked first",
            help_text="After handing in, before anybody who decides sees it. A no takes the nomination back.",
            required=False,
            initial=self.terms.asks_consent,
        )
        self.fields["consent_days"] = forms.IntegerField(
            label="Business days to answer", min_value=1, max_value=30, initial=self.terms.consent_days
        )

    @property
    def reference_fields(self) -> list[forms.BoundField]:
        return [self["references"], self["asks_statements"]]

    @property
    def people_fields(self) -> list[forms.BoundField]:
        return [self["allows_self"], self["asks_consent"], self["consent_days"]]

    @property
    def competency_fields(self) -> list[forms.BoundField]:
        return [self[f"competency_{each.pk}"] for each in self.competencies]

    @property
    def own_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The three fields of each criterion that is named freely; one empty row more than is filled."""
        filled = [number for number in range(1, OWN + 1) if self[f"own_{number}_name"].value()]
        shown = min(OWN, (max(filled) if filled else 0) + 2)
        parts = ("name", "hint", "is_required")
        return [(number, [self[f"own_{number}_{part}"] for part in parts]) for number in range(1, shown + 1)]

    @property
    def view_fields(self) -> list[forms.BoundField]:
        return [self["asks_performance"], self["asks_potential"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names: set[str] = set()
        unknown = set(self.data.get("every_competency") or ()) - {each.pk for each in self.competencies}
        if unknown:
            self.add_error(None, "One of these competencies is not of this program.")
        for field, name in self._names(data):
            if name.lower() in names:
                self.add_error(field, f"“{name}” is asked for twice. Name each criterion once.")
            names.add(name.lower())
        return data

    def _names(self, data: dict[str, Any]) -> list[tuple[str, str]]:
        chosen = [(f"competency_{each.pk}", each.name) for each in self.competencies]
        named = [(f"own_{number}_name", data.get(f"own_{number}_name", "")) for number in range(1, OWN + 1)]
        return [(field, name) for field, name in chosen if data.get(field)] + [one for one in named if one[1]]

    @property
    def found(self) -> Terms:
        """What was filled in."""
        data = self.cleaned_data
        criteria = [
            Asked(
                each.name,
                is_required=data[f"competency_{each.pk}"] == REQUIRED,
                competency=each.pk,
            )
            for each in self.competencies
            if data[f"competency_{each.pk}"]
        ] + [
            Asked(data[f"own_{number}_name"], data[f"own_{number}_hint"], data[f"own_{number}_is_required"])
            for number in range(1, OWN + 1)
            if data[f"own_{number}_name"]
        ]
        switches = {name: data.get(name, getattr(self.terms, name)) for name in SWITCHES}
        return Terms(**switches, criteria=criteria)

    def write(self, plan: SelectionPlan) -> None:
        store_terms(plan, self.found)


def nomination_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the form takes from a document of the API: criteria that are given stand in place of all there
    are. Raises ValidationError for more freely named ones than there is room for."""
    found = {name: value for name, value in body.items() if name not in ("criteria", "why")}
    if "criteria" not in body:
        return found
    own = [one for one in body["criteria"] if not one.get("competency")]
    if len(own) > OWN:
        raise ValidationError({"criteria": f"Name {OWN} criteria at most."})
    for number in range(1, OWN + 1):
        given = own[number - 1] if number <= len(own) else {}
        for part in ("name", "hint", "is_required"):
            found[f"own_{number}_{part}"] = given.get(part, True if part == "is_required" and given else "")
    found["every_competency"] = {
        one["competency"]: REQUIRED if one.get("is_required", True) else OPTIONAL
        for one in body["criteria"]
        if one.get("competency")
    }
    return found
