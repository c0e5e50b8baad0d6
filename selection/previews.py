"""What each role will be shown, built from a plan before anything is open."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms

from selection.forms.approvals import DecideNominationForm
from selection.forms.nominations import ConsentForm, EndorsementForm, NominationForm, ReferenceForm
from selection.forms.slate import OfferForm, SignatureForm
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


NOMINATOR = Role(
    "nominator", "Who nominates", "A leader reads this with the nominee’s eligibility beside it."
)
ONESELF = Role("oneself", "Who nominates themselves", "In their own words; the leader above is asked next.")
ENDORSER = Role(
    "endorser", "Who endorses", "The leader of somebody who nominated themselves reads their words first."
)
NOMINEE = Role(
    "nominee", "Who is nominated", "Asked before anybody who decides sees it; reads the words, not the views."
)
REFEREE = Role("referee", "Who speaks to it", "Sees about whom a statement is wanted, and nothing else.")
APPROVER = Role("approver", "Who approves", "An approver reads the nomination and its eligibility first.")
ASSESSOR = Role(
    "assessor", "Who assesses", "Each assessor fills this in alone; nobody sees it before it is submitted."
)
SIGNER = Role(
    "signer", "Who signs for HR", "HR reads the slate and what was decided against its ranking first."
)
SELECTED = Role("selected", "Who is selected", "Stands below the letter with the outcome.")


def previews_of(plan: SelectionPlan) -> list[Role]:
    """Everybody who is shown a form by this plan, in the order of their turn."""
    terms = terms_in(plan)
    shown = {
        NOMINATOR: True,
        ONESELF: terms.allows_self,
        ENDORSER: terms.allows_self,
        NOMINEE: terms.asks_consent,
        REFEREE: bool(terms.references) and terms.asks_statements,
        APPROVER: True,
        ASSESSOR: True,
        SIGNER: plan.needs_signature,
        SELECTED: True,
    }
    return [role for role, is_shown in shown.items() if is_shown]


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


BUILDERS: dict[str, Callable[[SelectionPlan], Preview]] = {
    "nominator": lambda plan: Preview(NominationForm(terms=terms_in(plan))),
    "oneself": lambda plan: Preview(NominationForm(terms=terms_in(plan), by_nominee=True)),
    "endorser": lambda plan: Preview(EndorsementForm(terms=terms_in(plan))),
    "nominee": lambda _: Preview(ConsentForm()),
    "referee": lambda _: Preview(ReferenceForm()),
    "approver": lambda _: Preview(DecideNominationForm()),
    "assessor": _assessor,
    "signer": lambda _: Preview(SignatureForm()),
    "selected": lambda _: Preview(OfferForm()),
}
