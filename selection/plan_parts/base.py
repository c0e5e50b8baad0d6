"""What a part of a selection plan has to offer, whichever it is."""

from collections.abc import Callable
from dataclasses import dataclass

from cohorts.models import Cohort
from selection.models import SelectionPlan, Stage

State = Cohort.State
# A stage has opened once its cohort is in one of these; a program's plan never opens.
OPENED: dict[str, tuple[str, ...]] = {
    Stage.Kind.NOMINATION: tuple(set(State.values) - {State.DRAFT}),
    Stage.Kind.APPROVAL: tuple(set(State.values) - {State.DRAFT}),
    Stage.Kind.ASSESSMENT: tuple(set(State.values) - {State.DRAFT, State.NOMINATING}),
    Stage.Kind.CALIBRATION: tuple(set(State.values) - {State.DRAFT, State.NOMINATING, State.ASSESSING}),
    Stage.Kind.DECISION: tuple(set(State.values) - {State.DRAFT, State.NOMINATING, State.ASSESSING}),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a plan: free to change until ``stage`` opens, then with a reason and as a new version,
    until the cohort has left ``last``.

    ``content`` says it in words by label, as a version keeps it; ``propose`` fills an empty plan from the
    program's blueprint; ``copy`` takes it over from one plan into another that has none; ``missing`` names
    what has to be mended before its stage can open; ``said`` is the line on the overview.
    """

    key: str
    title: str
    about: str
    stage: Stage.Kind
    last: Cohort.State
    content: Callable[[SelectionPlan], dict[str, str]]
    propose: Callable[[SelectionPlan], None]
    copy: Callable[[SelectionPlan, SelectionPlan], None]
    missing: Callable[[SelectionPlan], list[str]]
    said: Callable[[SelectionPlan], str]

    def has_opened(self, plan: SelectionPlan) -> bool:
        """Whether people already act by it, so that a change needs a reason."""
        return plan.cohort is not None and plan.cohort.state in OPENED[self.stage]

    def is_over(self, plan: SelectionPlan) -> bool:
        """Whether its time has passed, so that it stays as it is."""
        order = list(State)
        return plan.cohort is not None and order.index(State(plan.cohort.state)) > order.index(self.last)
