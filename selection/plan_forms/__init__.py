"""What L&D fills in to plan a selection, a form per part."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from amdp.directory.models import Person
from amdp.web.forms import DateField
from amdp.web.time import time_zones
from cohorts.models import Cohort
from cohorts.services import save_cohort
from selection.models import Criterion, SelectionPlan, Stage
from selection.plan_forms.approval import ApprovalForm
from selection.plan_forms.base import PlanForm
from selection.plan_forms.decision import DecisionPartForm
from selection.plan_forms.exercises import ExercisesForm
from selection.plan_forms.letters import LettersForm
from selection.plan_forms.nomination import NominationPartForm
from selection.plan_forms.panel import PanelForm
from selection.plan_parts import criteria, seats, windows
from selection.services.plan import check_weights

Kind = Stage.Kind
MEASURED_BY = {
    Criterion.Kind.PERFORMANCE: "The last two yearly ratings",
    Criterion.Kind.POTENTIAL: "What nominators see in the person",
    Criterion.Kind.ASSESSMENT: "Score sheets",
}


class WindowsForm(PlanForm):
    """The time zone, and when each stage opens and closes; in a pattern, how long each lasts."""

    def build(self) -> None:
        if self.plan.is_pattern:
            self._add_days()
            return
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone",
            choices=time_zones,
            initial=self.plan.time_zone,
            help_text="A stage opens as the first day begins there, and closes as the last day ends there.",
        )
        found = windows.windows_of(self.plan)
        for kind in self.kinds:
            opens, closes = found.get(kind, (None, None))
            name = Kind(kind).label
            self.fields[f"{kind}_opens_on"] = DateField(label=f"{name} opens on", initial=opens)
            self.fields[f"{kind}_closes_on"] = DateField(label=f"{name} closes on", initial=closes)

    def _add_days(self) -> None:
        for kind, days in windows.days_of(self.plan).items():
            self.fields[f"{kind}_days"] = forms.IntegerField(
                label=f"{Kind(kind).label}, days", min_value=1, max_value=365, initial=days
            )

    @property
    def kinds(self) -> list[str]:
        """The stages whose window can still be moved: not that of nominations once they are closed."""
        open_ = self.plan.cohort and self.plan.cohort.state in (
            Cohort.State.DRAFT,
            Cohort.State.NOMINATING,
        )
        return [*([Kind.NOMINATION] if open_ else []), *windows.PLANNED]

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The two fields of each stage under its name."""
        return [
            (Kind(kind).label, [self[f"{kind}_opens_on"], self[f"{kind}_closes_on"]]) for kind in self.kinds
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.plan.cohort is None or self.errors:
            return data
        found = self._windows(data)
        cohort = self._cohort_with(found)
        for kind, sentence in windows.out_of_order(cohort, found).items():
            field = f"{kind}_closes_on" if kind in self.kinds else None
            self.add_error(field, sentence)
        return data

    def _windows(self, data: dict[str, Any]) -> dict[str, tuple[date, date]]:
        return {kind: (data[f"{kind}_opens_on"], data[f"{kind}_closes_on"]) for kind in self.kinds}

    def _cohort_with(self, found: dict[str, tuple[date, date]]) -> Cohort:
        assert self.plan.cohort is not None  # a pattern has no windows
        cohort = Cohort.objects.select_related("program", "organization").get(pk=self.plan.cohort.pk)
        if Kind.NOMINATION in found:
            cohort.nominations_open_on, cohort.nominations_close_on = found[Kind.NOMINATION]
        return cohort

    def write(self, plan: SelectionPlan) -> None:
        data = self.cleaned_data
        if plan.is_pattern:
            windows.store(plan, days={kind: data[f"{kind}_days"] for kind in windows.PLANNED}, windows={})
            return
        found = self._windows(data)
        if Kind.NOMINATION in found:
            save_cohort(self._cohort_with(found), by=self.by)
        plan.time_zone = data["time_zone"]
        plan.save(update_fields=["time_zone"])
        windows.store(plan, days=windows.days_of(plan), windows=found)


class CriteriaForm(PlanForm):
    """Weights that add up to 100, and the least that is asked for."""

    def build(self) -> None:
        weights = criteria.weights_in(self.plan)
        minimums = criteria.minimums_in(self.plan)
        for kind in Criterion.Kind:
            self.fields[kind.value] = forms.IntegerField(
                label=f"{kind.label}, percent", min_value=0, max_value=100, initial=weights[kind.value]
            )
            self.fields[f"{kind}_minimum"] = forms.IntegerField(
                label=f"{kind.label}, at least",
                min_value=0,
                max_value=100,
                required=False,
                initial=minimums.get(kind.value),
            )
        stored = criteria.knock_outs_in(self.plan)
        self.competencies = criteria.competencies_for(self.plan)
        for each in self.competencies:
            found = stored.get(each.pk)
            self.fields[f"competency_{each.pk}"] = forms.DecimalField(
                label=each.name,
                min_value=1,
                max_value=5,
                max_digits=3,
                decimal_places=2,
                required=False,
                initial=None if found is None else f"{found.normalize():f}",
            )
        self.fields["counts_agreed"] = forms.BooleanField(
            label="An agreed rating counts in place of the mean",
            help_text="Assessors may agree on a rating after an exercise, with the reason. Without this it stands "
            "beside and the score of an exercise is the mean of its assessors.",
            required=False,
            initial=self.plan.counts_agreed,
        )
        self.awaited = tuple(name for name, field in self.fields.items() if not field.required)

    @property
    def rows(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Each criterion with what it is measured by, its weight and its minimum."""
        return [
            (kind.label, MEASURED_BY[kind], [self[kind.value], self[f"{kind}_minimum"]])
            for kind in Criterion.Kind
        ]

    @property
    def competency_fields(self) -> list[forms.BoundField]:
        return [self[f"competency_{each.pk}"] for each in self.competencies]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            check_weights(self._weights(data))
        return data

    def _weights(self, data: dict[str, Any]) -> dict[str, int]:
        return {kind.value: data[kind.value] for kind in Criterion.Kind}

    def write(self, plan: SelectionPlan) -> None:
        data = self.cleaned_data
        minimums = {kind.value: data[f"{kind}_minimum"] for kind in Criterion.Kind}
        criteria.store_criteria(plan, self._weights(data), minimums)
        criteria.store_agreed(plan, data["counts_agreed"])
        found: dict[int, Decimal] = {}
        for each in self.competencies:
            least = data.get(f"competency_{each.pk}")
            if least is not None:
                found[each.pk] = least
        criteria.store_knock_outs(plan, found)


class SeatsForm(PlanForm):
    """How many seats are kept for each market, and how many it takes at most."""

    def build(self) -> None:
        shares = seats.shares_in(self.plan)
        self.markets = sorted({*self._known(), *shares})
        for market in self.markets:
            least, most = shares.get(market, (0, None))
            self.fields[f"{market}_at_least"] = forms.IntegerField(
                label=f"{market}, kept", min_value=0, max_value=500, required=False, initial=least or None
            )
            self.fields[f"{market}_at_most"] = forms.IntegerField(
                label=f"{market}, at most", min_value=0, max_value=500, required=False, initial=most
            )
        self.awaited = tuple(self.fields)

    def _known(self) -> set[str]:
        if self.plan.cohort and self.plan.cohort.markets:
            return set(self.plan.cohort.markets)
        people = Person.objects.exclude(market="").order_by()
        return set(people.values_list("market", flat=True).distinct())

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The two fields of each market under its name."""
        return [(market, [self[f"{market}_at_least"], self[f"{market}_at_most"]]) for market in self.markets]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        for market, (least, most) in self._shares(data).items():
            if most is not None and most < least:
                self.add_error(f"{market}_at_most", f"{most} is less than the {least} that are kept.")
        if not self.errors and self.plan.cohort:
            for sentence in seats.why_not_shared(self.plan.cohort, self._shares(data)):
                self.add_error(None, ValidationError(sentence))
        return data

    def _shares(self, data: dict[str, Any]) -> dict[str, seats.Share]:
        found = {
            market: (data.get(f"{market}_at_least") or 0, data.get(f"{market}_at_most"))
            for market in self.markets
        }
        return {market: share for market, share in found.items() if share != (0, None)}

    def write(self, plan: SelectionPlan) -> None:
        seats.store_shares(plan, self._shares(self.cleaned_data))


FORMS: dict[str, type[PlanForm]] = {
    "windows": WindowsForm,
    "nomination": NominationPartForm,
    "exercises": ExercisesForm,
    "approval": ApprovalForm,
    "panel": PanelForm,
    "criteria": CriteriaForm,
    "seats": SeatsForm,
    "decision": DecisionPartForm,
    "letters": LettersForm,
}
