"""What L&D fills in about the end of a selection."""

from django import forms

from selection.models import SelectionPlan
from selection.plan_forms.base import PlanForm
from selection.plan_parts.decision import store_decision


class DecisionPartForm(PlanForm):
    """HR's signature, and the days to answer an offer."""

    def build(self) -> None:
        self.fields["needs_signature"] = forms.BooleanField(
            label="HR signs the slate before the outcomes are released",
            help_text="An HR analyst who decided on nobody and is no candidate reads the slate, and signs it or asks.",
            required=False,
            initial=self.plan.needs_signature,
        )
        self.fields["needs_impact_review"] = forms.BooleanField(
            label="The release waits for the review of adverse impact",
            help_text="Of every stage, by an adverse-impact reviewer. Otherwise the page of the release says what "
            "was not reviewed.",
            required=False,
            initial=self.plan.needs_impact_review,
        )
        self.fields["offer_days"] = forms.IntegerField(
            label="Days to accept or decline",
            help_text="Counted from the day after somebody is told they are selected, where they work.",
            min_value=1,
            max_value=90,
            initial=self.plan.offer_days,
        )

    def write(self, plan: SelectionPlan) -> None:
        data = self.cleaned_data
        store_decision(
            plan,
            needs_signature=data["needs_signature"],
            offer_days=data["offer_days"],
            needs_impact_review=data["needs_impact_review"],
        )
