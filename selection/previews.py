"""What each role will be shown, built from a plan before anything is open."""

from dataclasses import dataclass, field

from django import forms

from selection.forms.approvals import DecideNominationForm
from selection.forms.nominations import NominationForm
from selection.models import SelectionPlan
from selection.plan_parts.exercises import behaviors_for, exercises_in
from selection.plan_parts.nomination import terms_in
from selection.queries.assessment import SheetGroup, groups_of


@dataclass(frozen=True)
class Role:
    """Who is shown a form, and what they are told about it."""

    role: str
    title: str
    about: str


@dataclass(frozen=True)
class Preview:
    """One role's form: fields, or a score sheet for each exercise."""

    form: forms.Form | None = None
    sheets: list[tuple[str, list[SheetGroup]]] = field(default_factory=list)


PREVIEWS = (
    Role("nominator", "Who nominates", "A leader reads this with the nominee’s eligibility beside it."),
    Role("approver", "Who approves", "An approver reads the nomination and its eligibility first."),
    Role(
        "assessor",
        "Who assesses",
        "Each assessor fills this in alone; nobody sees it before it is submitted.",
    ),
)


def preview_of(plan: SelectionPlan, role: str) -> Preview:
    """The form of one role. Raises KeyError for a role that is shown none."""
    return BUILDERS[role](plan)


def _assessor(plan: SelectionPlan) -> Preview:
    behaviors = behaviors_for(plan)
    sheets = []
    for terms in exercises_in(plan):
        seen = [each for each in behaviors if terms.behaviors is None or each.pk in terms.behaviors]
        if seen:
            sheets.append((terms.name, groups_of(seen, {})))
    return Preview(sheets=sheets)


BUILDERS = {
    "nominator": lambda plan: Preview(form=NominationForm(terms=terms_in(plan))),
    "approver": lambda plan: Preview(form=DecideNominationForm()),  # noqa: ARG005
    "assessor": _assessor,
}
