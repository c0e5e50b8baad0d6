"""What the form of every part of a selection plan shares."""

from typing import Any

from amdp.identity.models import Membership
from amdp.web.forms import Form, LongText
from selection.models import SelectionPlan


class PlanForm(Form):
    """A part of a plan. ``write`` is what ``services.change_plan`` calls; once the stage is open a reason
    goes with it."""

    def __init__(self, *args: Any, plan: SelectionPlan, by: Membership, opened: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.by = plan, by
        self.build()
        if opened:
            self.fields["why"] = LongText(
                label="Why do you change this now?",
                help_text="This stage has opened. The reason is kept with the new version and shown to who reads the plan.",
                max_length=600,
                required=False,
            )
            self.awaited = (*self.awaited, "why")

    def build(self) -> None:
        """Make the fields from the plan."""

    def write(self, plan: SelectionPlan) -> None:
        """Write what was filled in."""
        raise NotImplementedError

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("why", ""))

    @property
    def unchanged(self) -> dict[str, Any]:
        """What it says when nobody changes anything, as plain values by field."""
        return {name: getattr(one.initial, "pk", one.initial) for name, one in self.fields.items()}
