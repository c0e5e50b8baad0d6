"""Who decides a nomination, step by step. Pure: the steps and the people in, who is asked and why out.

A leader who nominated the same person, scores them, has left or lost the login is passed over and the next
one above is asked. A named person or a role to whom one of that applies is left out with the reason, and so
is whoever decides an earlier step already. Nobody is ever admitted without a decision: where nobody is left,
L&D decides.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from amdp.directory.models import Person
from selection.days import today_of
from selection.models import ApprovalStep, Decider
from selection.models.approvals import DAYS_TO_DECIDE

Kind = ApprovalStep.Kind


@dataclass(frozen=True)
class Terms:
    """One step, as a plan has it and as an approval keeps it. ``up_to`` is the rank of a grade."""

    kind: str = Kind.LEADER
    level: int = 1
    up_to: int | None = None
    role: str = ""
    person: int | None = None
    business_units: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    replaces_line: bool = False
    days: int = DAYS_TO_DECIDE
    remind_after: int | None = None
    escalate_after: int | None = None
    escalate_to: str = ApprovalStep.Escalation.ABOVE

    @property
    def is_for_everybody(self) -> bool:
        return not self.business_units and not self.markets

    @property
    def is_by_line(self) -> bool:
        return self.kind in (Kind.LEADER, Kind.GRADE)

    def is_for(self, nominee: Person) -> bool:
        """Whether the step counts for this nominee: of one of its business units or markets."""
        units, markets = self.business_units, self.markets
        return self.is_for_everybody or nominee.business_unit in units or nominee.market in markets

    def as_json(self) -> dict[str, Any]:
        """What an approval keeps of it."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "", ())}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Terms":
        """Back from what an approval kept; nothing kept means the step everybody had before."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**values)


USUAL = (Terms(),)


@dataclass(frozen=True)
class Link:
    """One step resolved: a person, or a role when there is none; ``is_left_out`` with the reason in ``why``."""

    terms: Terms
    why: str
    approver: Person | None = None
    role: str = ""
    is_left_out: bool = False

    @property
    def key(self) -> object:
        """Who is asked, comparable."""
        return self.approver.pk if self.approver else self.role

    @property
    def who(self) -> str:
        """Who is asked, in words."""
        return str(self.approver) if self.approver else Decider(self.role).label if self.role else ""


@dataclass(frozen=True)
class Case:
    """Everything it depends on. ``line`` is above the nominator, nearest first; ``holders`` says by role how
    many may decide."""

    nominee: Person
    nominator: Person
    line: Sequence[Person]
    nominators: frozenset[int] = frozenset()
    assessors: frozenset[int] = frozenset()
    named: dict[int, Person] = field(default_factory=dict)
    holders: dict[str, int] = field(default_factory=dict)
    decided: dict[int, str] = field(default_factory=dict)

    def why_not(self, person: Person) -> str:
        """Why this person may not decide, or an empty string."""
        if person.pk == self.nominee.pk:
            return f"{person} is the nominee"
        if person.pk in self.nominators or person.pk == self.nominator.pk:
            return f"{person} has nominated {self.nominee}"
        if person.pk in self.assessors:
            return f"{person} scores {self.nominee}"
        if person.pk in self.decided:
            return self.decided[person.pk]
        return self.why_gone(person)

    def why_gone(self, person: Person) -> str:
        """Why this person is out of reach, or an empty string. Who never had a login is written to."""
        if not person.is_employed(today_of(person)):
            return f"{person} has left"
        if person.membership is not None and not person.membership.is_active:
            return f"{person} cannot sign in any more"
        return ""

    @property
    def able(self) -> list[Person]:
        """The leaders above the nominator who may decide, nearest first; who decided before still counts."""
        undecided = replace(self, decided={})
        return [leader for leader in self.line if not undecided.why_not(leader)]


def resolve(case: Case, terms: Iterable[Terms]) -> list[Link]:
    """The whole chain for one nomination; at least one link is asked."""
    links: list[Link] = []
    asked: set[object] = set()
    for one in _expanded(case, _applicable(case.nominee, terms)):
        link = link_for(case, one)
        if not link.is_left_out and link.key in asked:
            link = replace(link, is_left_out=True, why=f"{link.who} decides an earlier step")
        if not link.is_left_out:
            asked.add(link.key)
        links.append(link)
    if asked:
        return links
    if not links:
        return [by_ld(Terms(), "No step is for this nominee, so L&D decides")]
    return [*links[:-1], by_ld(links[-1].terms, f"{links[-1].why}, so L&D decides")]


def link_for(case: Case, terms: Terms) -> Link:
    """One step as of now, whatever was decided before it."""
    if terms.kind == Kind.ROLE:
        return _role(case, terms)
    if terms.kind == Kind.PERSON:
        return _named(case, terms)
    return _leader(case, terms)


def by_ld(terms: Terms, why: str) -> Link:
    """L&D decides, whatever the step says."""
    return Link(terms, why, role=Decider.LD_ADMIN)


def next_above(case: Case, approver: Person, above: Sequence[Person]) -> Person | None:
    """The nearest of those above an approver who may decide in this case; None: L&D."""
    return next((leader for leader in above if leader.pk != approver.pk and not case.why_not(leader)), None)


def _applicable(nominee: Person, terms: Iterable[Terms]) -> list[Terms]:
    found = [one for one in terms if one.is_for(nominee)]
    if any(one.replaces_line for one in found):
        return [one for one in found if one.replaces_line or not (one.is_by_line and one.is_for_everybody)]
    return found


def _expanded(case: Case, terms: Iterable[Terms]) -> list[Terms]:
    """A step up to a grade becomes one for each leader until then."""
    steps: list[Terms] = []
    for one in terms:
        if one.kind == Kind.GRADE:
            count = max(1, len(_reach(case, one)))
            steps += [replace(one, kind=Kind.LEADER, level=level) for level in range(1, count + 1)]
        else:
            steps.append(one)
    return steps


def _reach(case: Case, terms: Terms) -> list[Person]:
    """The leaders a step can ask: up to the first of the grade, where it names one."""
    if terms.up_to is None:
        return case.able
    reach: list[Person] = []
    for leader in case.able:
        reach.append(leader)
        if leader.grade is not None and leader.grade.rank >= terms.up_to:
            break
    return reach


def _leader(case: Case, terms: Terms) -> Link:
    reach = _reach(case, terms)
    if len(reach) < terms.level:
        return Link(terms, _nobody_above(case, terms, reach), is_left_out=True)
    leader = reach[terms.level - 1]
    if leader.pk in case.decided:
        return Link(terms, case.decided[leader.pk], leader, is_left_out=True)
    which = "The nearest leader" if terms.level == 1 else f"Leader number {terms.level}"
    passed = [one for one in case.line[: case.line.index(leader)] if one not in reach]
    why = f"{which} above {case.nominator}"
    return Link(terms, f"{why}; {_passed_over(case, passed)}" if passed else why, leader)


def _passed_over(case: Case, people: Sequence[Person]) -> str:
    return ", ".join(case.why_not(person) for person in people)


def _nobody_above(case: Case, terms: Terms, reach: Sequence[Person]) -> str:
    if not reach:
        return (
            f"Nobody above {case.nominator} may decide"
            if case.line
            else f"Nobody stands above {case.nominator}"
        )
    if terms.up_to is not None:
        return "The leaders up to that grade are fewer by now"
    return f"Only {len(reach)} above {case.nominator} may decide"


def _role(case: Case, terms: Terms) -> Link:
    label = Decider(terms.role).label
    if terms.role != Decider.LD_ADMIN and not case.holders.get(terms.role, 0):
        return Link(terms, f"Nobody who may decide is in the role {label}", is_left_out=True)
    return Link(terms, _named_for(terms), role=terms.role)


def _named(case: Case, terms: Terms) -> Link:
    person = case.named.get(terms.person or 0)
    if person is None:
        return by_ld(terms, "The person named in the plan is not in the directory any more, so L&D decides")
    if reason := case.why_gone(person):
        return by_ld(terms, f"{reason}, so L&D decides")
    if reason := case.why_not(person):
        return Link(terms, reason, person, is_left_out=True)
    return Link(terms, _named_for(terms), person)


def _named_for(terms: Terms) -> str:
    where = ", ".join([*terms.business_units, *terms.markets])
    return f"Named in the plan for {where}" if where else "Named in the plan"
