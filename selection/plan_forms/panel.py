"""What L&D fills in about the panel: levels of leaders, and each assessor's training."""

from collections.abc import Mapping
from typing import Any

from django import forms

from amdp.web.forms import DateField
from selection.models import Assessor, Exercise, SelectionPlan
from selection.plan_forms.base import PlanForm
from selection.plan_parts.panel import Training, assessors_in, store_panel

KINDS = [(kind, label) for kind, label in Exercise.Kind.choices if kind != Exercise.Kind.GENERAL]
NAMES = ("trained_on", "trained_for", "most")


class PanelForm(PlanForm):
    """The fields of each assessor under their id."""

    def build(self) -> None:
        self.assessors = assessors_in(self.plan)
        self.fields["conflict_levels"] = forms.IntegerField(
            label="Leaders above a candidate who never assess them",
            help_text="2 means their leader and that leader’s leader. Who nominated somebody, or is a candidate too, never assesses either.",
            min_value=1,
            max_value=10,
            initial=self.plan.conflict_levels,
        )
        for each in self.assessors:
            self._add(each)
        self.awaited = tuple(self.fields)

    def _add(self, assessor: Assessor) -> None:
        self.fields |= {
            f"{assessor.pk}_trained_on": DateField(
                label="Trained on", required=False, initial=assessor.trained_on
            ),
            f"{assessor.pk}_trained_for": forms.MultipleChoiceField(
                label="Trained for",
                choices=KINDS,
                required=False,
                initial=assessor.trained_for,
                widget=forms.CheckboxSelectMultiple,
            ),
            f"{assessor.pk}_most": forms.IntegerField(
                label="Most score sheets", min_value=1, max_value=500, required=False, initial=assessor.most
            ),
        }

    @property
    def rows(self) -> list[tuple[Assessor, dict[str, forms.BoundField]]]:
        """Each assessor with their fields."""
        return [(each, {name: self[f"{each.pk}_{name}"] for name in NAMES}) for each in self.assessors]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        known = {str(each.pk) for each in self.assessors}
        for name in self.data:
            key, _, field = name.partition("_")
            if field in NAMES and key not in known:
                self.add_error(None, f"There is no assessor {key} on this panel.")
                break
        return data

    def write(self, plan: SelectionPlan) -> None:
        data = self.cleaned_data
        trainings = {
            each.pk: Training(
                data[f"{each.pk}_trained_on"],
                tuple(data[f"{each.pk}_trained_for"]),
                data[f"{each.pk}_most"],
            )
            for each in self.assessors
        }
        store_panel(plan, data["conflict_levels"], trainings)


def panel_shown(form: PanelForm) -> Mapping[str, Any]:
    """The part as the API gives it."""
    values = form.unchanged
    rows = [
        {"id": each.pk, **{name: values[f"{each.pk}_{name}"] for name in NAMES}} for each in form.assessors
    ]
    return {"conflict_levels": values["conflict_levels"], "assessors": rows}


def panel_filled(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of the API's document the form takes."""
    filled = {name: body[name] for name in ("conflict_levels",) if name in body}
    for each in body.get("assessors", []):
        filled |= {f"{each['id']}_{name}": value for name, value in each.items() if name != "id"}
    return filled
