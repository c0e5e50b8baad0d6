"""Reading approval chains: which steps a plan has, and whom they come to in one case."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from cohorts.models import Cohort
from selection.chain import USUAL, Case, Link, Terms, resolve
from selection.models import Approval, ApprovalStep, Candidate, Decider, Nomination, Scoresheet, SelectionPlan
from selection.queries.proposers import proposers_of

State = Approval.State


def terms_of(step: ApprovalStep) -> Terms:
    """One step of a plan as the chain reads it."""
    return Terms(
        kind=step.kind,
        level=step.level,
        up_to=step.grade.rank if step.grade else None,
        role=step.role,
        person=step.person_id,
        business_units=tuple(step.business_units),
        markets=tuple(step.markets),
        replaces_line=step.replaces_line,
        days=step.days,
        remind_after=step.remind_after,
        escalate_after=step.escalate_after,
        escalate_to=step.escalate_to,
    )


def terms_for(cohort: Cohort) -> tuple[Terms, ...]:
    """The steps by which a cohort approves; without any, the nearest leader above the nominator."""
    steps = ApprovalStep.objects.filter(plan__cohort=cohort).select_related("grade")
    return tuple(terms_of(step) for step in steps) or USUAL


def leaders_above(person: Person) -> list[Person]:
    """The managers above a person, nearest first, with what the chain asks about them; one query."""
    ids = [int(part) for part in person.line.strip("/").split("/") if part][:-1]
    people = Person.objects.select_related("membership", "grade", "organization").in_bulk(ids)
    return [people[pk] for pk in reversed(ids) if pk in people]


def case_of(nomination: Nomination, terms: Iterable[Terms], *, round: int | None = None) -> Case:
    """Everything the chain of a nomination depends on, as of now; with ``round``, who decided in it."""
    candidate = nomination.candidate
    nominators = proposers_of(candidate.nominations.all())
    answered = _answered(nomination, round)
    return _case(
        candidate.cohort,
        candidate.person,
        nomination.leader,
        terms,
        nominators=nominators,
        assessors=frozenset(_assessors(candidate)),
        decided=_decided(answered),
        members=[each.decided_by_id for each in answered if each.decided_by_id],
    )


def expected_chain(cohort: Cohort, nominee: Person, nominator: Person) -> list[Link]:
    """Whom a nomination would be put to, before it is handed in."""
    terms = terms_for(cohort)
    candidate = Candidate.objects.filter(cohort=cohort, person=nominee).first()
    nominators: frozenset[int] = frozenset()
    if candidate is not None:
        nominators = proposers_of(candidate.nominations.all())
    return resolve(_case(cohort, nominee, nominator, terms, nominators=nominators), terms)


def chains_in(plan: SelectionPlan, people: Iterable[Person]) -> list[tuple[Person, list[Link]]]:
    """Who would decide on each of these people, were they nominated by their own manager now."""
    steps = plan.approval_steps.select_related("grade").order_by("position", "pk")
    terms = tuple(terms_of(step) for step in steps) or USUAL
    return [
        (person, resolve(_case(plan.cohort, person, person.manager, terms), terms))
        for person in people
        if person.manager is not None
    ]


def _case(
    cohort: Cohort | None,
    nominee: Person,
    nominator: Person,
    terms: Iterable[Terms],
    *,
    nominators: frozenset[int] = frozenset(),
    assessors: frozenset[int] = frozenset(),
    decided: dict[int, str] | None = None,
    members: Sequence[int] = (),
) -> Case:
    terms = list(terms)
    named = [one.person for one in terms if one.person]
    excluded = {nominee.pk, nominator.pk, *nominators}
    return Case(
        nominee=nominee,
        nominator=nominator,
        line=leaders_above(nominator),
        nominators=nominators,
        assessors=assessors,
        named=Person.objects.select_related("membership", "organization").in_bulk(named) if named else {},
        holders={
            one.role: able_holders(cohort, nominee, one.role, excluded).exclude(pk__in=members).count()
            for one in terms
            if one.role and one.role != Decider.LD_ADMIN
        },
        decided=decided or {},
    )


def able_holders(
    cohort: Cohort | None, nominee: Person, role: str, people: Iterable[int] = ()
) -> QuerySet[Membership]:
    """Members who hold a role and may decide on the nominee: none of these people, and nobody who is in the
    selection, who must not even learn of it."""
    holders = members_with(nominee.organization, Role(role)).exclude(people__in=[nominee.pk, *people])
    if cohort is None:
        return holders
    inside = Candidate.objects.filter(cohort=cohort, person__membership__isnull=False)
    inside = inside.exclude(state=Candidate.State.DRAFTED).order_by()
    return holders.exclude(pk__in=inside.values("person__membership"))


def _assessors(candidate: Candidate) -> QuerySet[Scoresheet, int]:
    return candidate.scoresheets.order_by().values_list("assessor__person_id", flat=True)


def _answered(nomination: Nomination, round: int | None) -> list[Approval]:
    if round is None:
        return []
    approved = nomination.approvals.filter(round=round, state=State.APPROVED)
    return list(approved.select_related("decided_for", "decided_by__user").order_by("position", "pk"))


def _decided(answered: Iterable[Approval]) -> dict[int, str]:
    """By person why they do not decide again."""
    members = {each.decided_by_id: each for each in answered if each.decided_by_id}
    people = Person.objects.filter(membership__in=members)
    return {person.pk: _earlier(person, members[person.membership_id]) for person in people}  # type: ignore[index]


def _earlier(person: Person, approval: Approval) -> str:
    in_name = f" for {approval.decided_for}" if approval.decided_for else ""
    return f"{person} decided an earlier step{in_name}"


def current_round(nomination: Nomination) -> int:
    """The number of the chain's latest round; 0 before it was handed in."""
    last = nomination.approvals.order_by("-round").values_list("round", flat=True).first()
    return last or 0
