"""What L&D fills in about exercises: each with its terms, and the matrix of what is observed where."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms

from amdp.web.forms import LongText
from cohorts.models import Behavior, Competency
from selection.models import Exercise, SelectionPlan
from selection.plan_forms.base import PlanForm
from selection.plan_parts.exercises import (
    ExerciseTerms,
    behaviors_for,
    exercises_in,
    seldom_observed,
    store_exercises,
    times_observed,
)

NEW = "new1"
KEY = re.compile(r"(new\d{1,2}|\d{1,18})_[a-z_]+")
TERMS = ("kind", "name", "minutes", "preparation_minutes", "assessors", "materials")
MATERIALS = "What assessors and candidates need: text, or links to where the files are kept."


@dataclass(frozen=True)
class Box:
    """One checkbox of the matrix."""

    name: str
    exercise: str
    behavior: int
    ticked: bool


@dataclass(frozen=True)
class MatrixRow:
    """A behaviour and where it is observed; ``seldom`` when that is one of several exercises."""

    behavior: Behavior
    boxes: list[Box]
    seldom: bool


@dataclass(frozen=True)
class MatrixGroup:
    competency: Competency
    rows: list[MatrixRow]


class ExercisesForm(PlanForm):
    """The fields of each exercise under its key: its id, ``new1`` … for those to come."""

    def build(self) -> None:
        self.behaviors = behaviors_for(self.plan)
        self.existing = exercises_in(self.plan)
        for terms in self.existing:
            self._add(str(terms.pk), terms)
        for key in self.new_keys:
            self._add(key, ExerciseTerms(kind="", name="", behaviors=frozenset()))
        self.awaited = tuple(name for name in self.fields if not name.endswith("_materials"))

    @property
    def new_keys(self) -> list[str]:
        found = {match[1] for name in self.data if (match := KEY.fullmatch(name))}
        return sorted({NEW, *(key for key in found if key.startswith("new"))}, key=lambda key: int(key[3:]))

    def _add(self, key: str, terms: ExerciseTerms) -> None:
        kinds = list(Exercise.Kind.choices)
        new = terms.pk is None
        everything = [each.pk for each in self.behaviors]
        ticked = everything if terms.behaviors is None else [pk for pk in everything if pk in terms.behaviors]
        fields: dict[str, forms.Field] = {
            "kind": forms.ChoiceField(
                label="Kind", choices=[("", "Choose")] * new + kinds, required=not new, initial=terms.kind
            ),
            "name": forms.CharField(
                label="Name",
                max_length=80,
                required=False,
                initial=terms.name,
                widget=forms.TextInput(attrs={"placeholder": "As the kind"}),
            ),
            "minutes": forms.IntegerField(
                label="Minutes", min_value=5, max_value=480, required=not new, initial=terms.minutes
            ),
            "preparation_minutes": forms.IntegerField(
                label="To prepare",
                min_value=0,
                max_value=480,
                required=False,
                initial=terms.preparation_minutes,
            ),
            "assessors": forms.IntegerField(
                label="Assessors each", min_value=1, max_value=6, required=not new, initial=terms.assessors
            ),
            "materials": LongText(
                label="Materials",
                required=False,
                max_length=4000,
                initial=terms.materials,
                help_text=MATERIALS,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "behaviors": forms.TypedMultipleChoiceField(
                label="Observed behaviours",
                choices=[(each.pk, each.text) for each in self.behaviors],
                coerce=int,
                required=False,
                initial=ticked,
                widget=forms.CheckboxSelectMultiple,
            ),
        }
        if not new:
            fields["remove"] = forms.BooleanField(
                label="Take this exercise out", required=False, initial=False
            )
        self.fields |= {f"{key}_{name}": field for name, field in fields.items()}

    # --- for the page --------------------------------------------------------------------------------

    def terms_of(self, key: str) -> list[forms.BoundField]:
        """The short fields of one exercise."""
        return [self[f"{key}_{name}"] for name in TERMS if name != "materials"]

    @property
    def cards(self) -> list[dict[str, Any]]:
        """Each stored exercise with its fields."""
        return [
            {
                "pk": terms.pk,
                "name": terms.name,
                "fields": self.terms_of(str(terms.pk)),
                "materials": self[f"{terms.pk}_materials"],
                "remove": self[f"{terms.pk}_remove"],
            }
            for terms in self.existing
        ]

    @property
    def new(self) -> dict[str, Any]:
        """The exercise to come."""
        return {
            "fields": self.terms_of(NEW),
            "materials": self[f"{NEW}_materials"],
            "used": bool(self._used()),
        }

    def _used(self) -> bool:
        return bool(self[f"{NEW}_kind"].value() or self[f"{NEW}_name"].value())

    @property
    def new_groups(self) -> list[MatrixGroup]:
        return self._groups([(NEW, "")])

    @property
    def matrix(self) -> list[MatrixGroup]:
        """Behaviours by competency, each with a box per stored exercise."""
        return self._groups([(str(terms.pk), terms.name) for terms in self.existing])

    def _groups(self, columns: list[tuple[str, str]]) -> list[MatrixGroup]:
        ticked = {key: {str(one) for one in self[f"{key}_behaviors"].value() or ()} for key, _ in columns}
        groups: dict[int, MatrixGroup] = {}
        for each in self.behaviors:
            boxes = [
                Box(f"{key}_behaviors", name, each.pk, str(each.pk) in ticked[key]) for key, name in columns
            ]
            group = groups.setdefault(each.competency_id, MatrixGroup(each.competency, []))
            group.rows.append(MatrixRow(each, boxes, len(columns) > 1 and sum(b.ticked for b in boxes) == 1))
        return list(groups.values())

    @property
    def seldom(self) -> int:
        """How many behaviours one exercise alone decides on, as it is stored."""
        return len(seldom_observed(self.existing, self.behaviors))

    @property
    def unseen(self) -> int:
        return sum(not times_observed(self.existing, each.pk) for each in self.behaviors)

    # --- what was filled in --------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = {str(terms.pk) for terms in self.existing}
        for name in self.data:
            match = KEY.fullmatch(name)
            if match and match[1] not in known and not match[1].startswith("new"):
                self.add_error(None, f"There is no exercise {match[1]} in this plan.")
                break
        for key in self.new_keys:
            if data.get(f"{key}_name") and not data.get(f"{key}_kind"):
                self.add_error(f"{key}_kind", "Choose what kind of exercise it is.")
        return data

    def _wanted(self, plan: SelectionPlan) -> list[ExerciseTerms]:
        data = self.cleaned_data
        kept = [str(terms.pk) for terms in self.existing if not data[f"{terms.pk}_remove"]]
        new = [key for key in self.new_keys if data[f"{key}_kind"]]
        return [self._terms(key) for key in [*kept, *new]]

    def _terms(self, key: str) -> ExerciseTerms:
        data = self.cleaned_data
        kind = data[f"{key}_kind"]
        behaviors = frozenset(data[f"{key}_behaviors"])
        return ExerciseTerms(
            kind=kind,
            name=data[f"{key}_name"] or Exercise.Kind(kind).label,
            minutes=data[f"{key}_minutes"] or 60,
            preparation_minutes=data[f"{key}_preparation_minutes"] or 0,
            assessors=data[f"{key}_assessors"] or 2,
            materials=data[f"{key}_materials"],
            behaviors=None if len(behaviors) == len(self.behaviors) else behaviors,
            pk=None if key.startswith("new") else int(key),
        )

    def write(self, plan: SelectionPlan) -> None:
        store_exercises(plan, self._wanted(plan))
