"""Candidates, nominations and score sheets for the story: Bob works for Alice, Alice for Dana."""

import datetime

import factory
from django.utils import timezone

from cohorts.models import Cohort, Competency
from selection.models import (
    Approval,
    ApprovalStep,
    Assessor,
    AssessorConflict,
    CalibrationParticipant,
    CalibrationPlace,
    CalibrationSession,
    Candidate,
    ConsensusRating,
    Consent,
    Decision,
    Delegation,
    EligibilityException,
    Endorsement,
    Exercise,
    Nomination,
    NominationReference,
    Observation,
    Rating,
    Scoresheet,
    SelectionPlan,
    Slate,
    Stage,
)
from selection.queries.assessment import behaviors_of
from selection.services import set_up_selection
from tests.factories.cohorts import CohortFactory, CompetencyFactory
from tests.factories.directory import PerformanceRatingFactory, PersonFactory
from tests.factories.identity import MembershipFactory


def nominating_cohort(**fields):
    """A cohort that is set up, with two competencies to assess, and takes nominations today."""
    today = timezone.now().date()
    fields = {
        "nominations_open_on": today - datetime.timedelta(days=7),
        "nominations_close_on": today + datetime.timedelta(days=7),
        **fields,
    }
    cohort = CohortFactory(**fields)
    CompetencyFactory(program=cohort.program, behaviors=2)
    CompetencyFactory(program=cohort.program, behaviors=2)
    set_up_selection(cohort, by=None)
    return in_state(cohort, Cohort.State.NOMINATING)


def open_until(cohort, kind, days):
    """A stage of the cohort that closes so many days from today, and was open for three weeks by then."""
    closes = timezone.now().date() + datetime.timedelta(days=days)
    Stage.objects.update_or_create(
        plan=cohort.selection_plans.get(),
        kind=kind,
        defaults={"opens_on": closes - datetime.timedelta(days=21), "closes_on": closes},
    )


def in_state(cohort, state):
    """The cohort at a later stage, without the way there."""
    Cohort.objects.filter(pk=cohort.pk).update(state=state)
    cohort.state = state
    return cohort


def eligible_person(**fields):
    """Somebody who meets the default rules: five years here, two good ratings."""
    person = PersonFactory(**fields)
    for year in (2024, 2025):
        PerformanceRatingFactory(person=person, year=year, rating=4)
    return person


def signed(slate):
    """The slate as HR has signed it, without the way there."""
    Slate.objects.filter(pk=slate.pk).update(state=Slate.State.SIGNED)
    slate.state = Slate.State.SIGNED
    return slate


class CandidateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Candidate

    cohort = factory.LazyFunction(nominating_cohort)
    person = factory.LazyFunction(eligible_person)
    state = Candidate.State.ADMITTED


class EligibilityExceptionFactory(factory.django.DjangoModelFactory):
    """One that was confirmed."""

    class Meta:
        model = EligibilityException

    cohort = factory.LazyFunction(nominating_cohort)
    person = factory.LazyFunction(eligible_person)
    fact = "tenure"
    rule = "At least 24 months in the company"
    reason = "Came with the team we took over."
    state = EligibilityException.State.CONFIRMED
    decided_at = factory.LazyFunction(timezone.now)


class NominationFactory(factory.django.DjangoModelFactory):
    """A complete draft; give ``state`` for a later one."""

    class Meta:
        model = Nomination

    candidate = factory.SubFactory(CandidateFactory, state=Candidate.State.DRAFTED)
    nominator = factory.SubFactory(PersonFactory)
    rationale = "Runs our most complex hospital account and is called back by its pharmacy director."
    evidence = "March, Tidewater: drew the formulary committee with us within an hour."
    performance_view = 4
    potential_view = 4


class ApprovalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Approval

    nomination = factory.SubFactory(NominationFactory, state=Nomination.State.SUBMITTED)
    approver = factory.SubFactory(PersonFactory)
    due_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=7))


def chain_steps(cohort, *steps):
    """The cohort's plan asks these steps in order, each a dict of an ``ApprovalStep``'s fields."""
    plan = SelectionPlan.objects.get(cohort=cohort)
    plan.approval_steps.all().delete()
    return [
        ApprovalStep.objects.create(plan=plan, position=position, **step)
        for position, step in enumerate(steps)
    ]


class DelegationFactory(factory.django.DjangoModelFactory):
    """In force today, to approve."""

    class Meta:
        model = Delegation

    principal = factory.SubFactory(PersonFactory)
    delegate = factory.SubFactory(PersonFactory)
    duties = factory.LazyFunction(lambda: [Delegation.Duty.APPROVE])
    from_on = factory.LazyFunction(lambda: timezone.now().date() - datetime.timedelta(days=3))
    until_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=11))
    why = "On leave"


class EndorsementFactory(factory.django.DjangoModelFactory):
    """Waits for the leader."""

    class Meta:
        model = Endorsement

    nomination = factory.SubFactory(NominationFactory, state=Nomination.State.ENDORSING)
    leader = factory.SubFactory(PersonFactory)
    due_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=7))


class ConsentFactory(factory.django.DjangoModelFactory):
    """Waits for the nominee."""

    class Meta:
        model = Consent

    nomination = factory.SubFactory(NominationFactory, state=Nomination.State.CONSENTING)
    due_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=7))


class ReferenceFactory(factory.django.DjangoModelFactory):
    """Asked for a statement."""

    class Meta:
        model = NominationReference

    nomination = factory.SubFactory(NominationFactory, state=Nomination.State.SUBMITTED)
    person = factory.SubFactory(PersonFactory)
    typed = "Somebody"
    about = "Tidewater"
    state = NominationReference.State.ASKED
    asked_at = factory.LazyFunction(timezone.now)


class AssessorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assessor

    cohort = factory.LazyFunction(nominating_cohort)
    person = factory.SubFactory(PersonFactory)


class ScoresheetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scoresheet

    candidate = factory.SubFactory(CandidateFactory)
    exercise = factory.LazyAttribute(
        lambda sheet: Exercise.objects.filter(plan__cohort=sheet.candidate.cohort).first()
    )
    assessor = factory.LazyAttribute(lambda sheet: AssessorFactory(cohort=sheet.candidate.cohort))
    due_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=14))


class AssessorConflictFactory(factory.django.DjangoModelFactory):
    """Waits for L&D."""

    class Meta:
        model = AssessorConflict

    candidate = factory.SubFactory(CandidateFactory)
    assessor = factory.LazyAttribute(lambda each: AssessorFactory(cohort=each.candidate.cohort))
    ground = AssessorConflict.Ground.LINE
    words = "became Jordan’s manager"
    since = factory.LazyFunction(lambda: timezone.now().date())


def score(sheet, value=3, submit=True, seen="Asked for the budget first."):
    """Rate every behaviour of a sheet the same, with an observation, and hand it in."""
    for behavior in behaviors_of(sheet):
        Rating.objects.create(scoresheet=sheet, behavior=behavior, score=value)
        Observation.objects.create(scoresheet=sheet, behavior=behavior, text=seen)
    if submit:
        sheet.state, sheet.submitted_at = Scoresheet.State.SUBMITTED, timezone.now()
        sheet.save()
    return sheet


def assessed_candidate(
    cohort,
    assessors,
    *,
    value=3,
    potential=3,
    nominator=None,
    seen="Asked for the budget first.",
    **person,
):
    """An admitted candidate whom every assessor has scored the same."""
    candidate = CandidateFactory(cohort=cohort, person=eligible_person(**person))
    NominationFactory(
        candidate=candidate,
        nominator=nominator or PersonFactory(),
        state=Nomination.State.APPROVED,
        potential_view=potential,
        submitted_at=timezone.now(),
    )
    for assessor in assessors:
        score(ScoresheetFactory(candidate=candidate, assessor=assessor), value, seen=seen)
    return candidate


class SlateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Slate

    cohort = factory.LazyFunction(lambda: in_state(nominating_cohort(), Cohort.State.SELECTING))
    seats = 2
    weights = factory.LazyFunction(lambda: {"performance": 30, "potential": 25, "assessment": 45})
    tie_break = factory.LazyFunction(lambda: ["assessment", "performance", "potential"])
    tie_seed = "cohort"


class DecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Decision

    slate = factory.SubFactory(SlateFactory)
    candidate = factory.LazyAttribute(lambda decision: CandidateFactory(cohort=decision.slate.cohort))


class CalibrationSessionFactory(factory.django.DjangoModelFactory):
    """Open, nobody invited and nobody placed."""

    class Meta:
        model = CalibrationSession

    cohort = factory.LazyFunction(lambda: in_state(nominating_cohort(), Cohort.State.ASSESSING))


class CalibrationPlaceFactory(factory.django.DjangoModelFactory):
    """In the middle, as the data say."""

    class Meta:
        model = CalibrationPlace

    session = factory.SubFactory(CalibrationSessionFactory)
    candidate = factory.LazyAttribute(lambda place: CandidateFactory(cohort=place.session.cohort))
    performance = potential = first_performance = first_potential = 2


class CalibrationParticipantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CalibrationParticipant

    session = factory.SubFactory(CalibrationSessionFactory)
    member = factory.SubFactory(MembershipFactory)


class ConsensusRatingFactory(factory.django.DjangoModelFactory):
    """Written by one assessor on the first competency; nobody has agreed."""

    class Meta:
        model = ConsensusRating

    candidate = factory.SubFactory(CandidateFactory)
    exercise = factory.LazyAttribute(
        lambda rating: Exercise.objects.filter(plan__cohort=rating.candidate.cohort).first()
    )
    competency = factory.LazyAttribute(
        lambda rating: Competency.objects.filter(program=rating.candidate.cohort.program_id).first()
    )
    written_by = factory.LazyAttribute(lambda rating: AssessorFactory(cohort=rating.candidate.cohort))
    score = 3
    why = "Same evidence on both sheets."
