import datetime

import factory
from django.utils import timezone

from cohorts.models import (
    Behavior,
    Cohort,
    Competency,
    CompetencyScore,
    Metric,
    Objective,
    Outcome,
    Participant,
    Placement,
    PlacementAccount,
    Program,
    Stakeholder,
)
from tests.factories.directory import AccountFactory, PersonFactory

ANCHORS = [
    "Is not seen doing it.",
    "Does it when told how.",
    "Does it unprompted on familiar accounts.",
    "Does it on every account, with results.",
    "Shows others how it is done.",
]


class ProgramFactory(factory.django.DjangoModelFactory):
    """A program; ``ProgramFactory(signed_off=True)`` is one that stakeholders have signed,
    ``ProgramFactory(complete=True)`` one with every section filled."""

    class Meta:
        model = Program
        skip_postgeneration_save = True

    class Params:
        signed_off = factory.Trait(state=Program.State.SIGNED_OFF)

    name = factory.Sequence(lambda n: f"Account Director Development {n}")
    summary = "Builds account directors from within."
    length_months = 18

    @factory.post_generation
    def complete(self, create, extracted, **kwargs):
        if extracted:
            ObjectiveFactory(program=self)
            OutcomeFactory(program=self)
            MetricFactory(program=self)
            CompetencyFactory(program=self)


class ObjectiveFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Objective

    program = factory.SubFactory(ProgramFactory)
    text = "Fill most account director vacancies from within."


class OutcomeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Outcome

    program = factory.SubFactory(ProgramFactory)
    text = "Every strategic account has a named successor for its director."


class MetricFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Metric

    program = factory.SubFactory(ProgramFactory)
    name = "Vacancies filled from within"
    definition = "Share of account director vacancies of twelve months that an internal person filled."
    unit = "percent"
    baseline = 34
    baseline_on = datetime.date(2026, 6, 30)
    target = 70
    source = "HR job events"


class StakeholderFactory(factory.django.DjangoModelFactory):
    """A stakeholder; ``asked=True`` has been asked for the signature."""

    class Meta:
        model = Stakeholder

    class Params:
        asked = factory.Trait(asked_at=factory.LazyFunction(timezone.now))
        signed = factory.Trait(
            asked_at=factory.LazyFunction(timezone.now), signed_at=factory.LazyFunction(timezone.now)
        )

    program = factory.SubFactory(ProgramFactory)
    person = factory.SubFactory(PersonFactory)
    function = "sales"


class BehaviorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Behavior

    competency = factory.SubFactory("tests.factories.cohorts.CompetencyFactory", behaviors=0)
    text = factory.Sequence(lambda n: f"Explains how a customer earns and spends money, {n}")
    anchors = factory.LazyFunction(lambda: list(ANCHORS))
    position = factory.Sequence(lambda n: n)


class CompetencyFactory(factory.django.DjangoModelFactory):
    """A competency with three anchored behaviours; ``behaviors=0`` leaves it bare."""

    class Meta:
        model = Competency
        skip_postgeneration_save = True

    program = factory.SubFactory(ProgramFactory)
    name = factory.Sequence(lambda n: f"Business acumen {n}")
    description = "Reads a customer's numbers and acts on them."
    position = factory.Sequence(lambda n: n)

    @factory.post_generation
    def behaviors(self, create, extracted, **kwargs):
        for _ in range(3 if extracted is None else extracted):
            BehaviorFactory(competency=self)


class CohortFactory(factory.django.DjangoModelFactory):
    """A cohort of a signed-off program, being set up; give ``state`` for a later one."""

    class Meta:
        model = Cohort

    program = factory.SubFactory(ProgramFactory, signed_off=True)
    name = factory.Sequence(lambda n: f"Account Director {2027 + n}")
    starts_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=120))
    ends_on = factory.LazyAttribute(lambda cohort: cohort.starts_on + datetime.timedelta(days=547))
    seats = 12
    nominations_open_on = factory.LazyAttribute(
        lambda cohort: cohort.starts_on - datetime.timedelta(days=120)
    )
    nominations_close_on = factory.LazyAttribute(
        lambda cohort: cohort.starts_on - datetime.timedelta(days=92)
    )


class ParticipantFactory(factory.django.DjangoModelFactory):
    """Somebody enrolled in a running cohort; ``graduated=True`` has finished it."""

    class Meta:
        model = Participant

    class Params:
        graduated = factory.Trait(
            state=Participant.State.GRADUATED,
            graduated_on=factory.LazyFunction(lambda: timezone.now().date()),
        )

    cohort = factory.SubFactory(CohortFactory, state=Cohort.State.RUNNING)
    person = factory.SubFactory(PersonFactory)


class CompetencyScoreFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CompetencyScore

    person = factory.SubFactory(PersonFactory)
    competency = factory.SubFactory(CompetencyFactory)
    source = "assessment"
    score = 3
    as_of = factory.LazyFunction(lambda: timezone.now().date())


class PlacementFactory(factory.django.DjangoModelFactory):
    """A proposed placement of a graduate with one named account; ``accounts=0`` names none."""

    class Meta:
        model = Placement
        skip_postgeneration_save = True

    participant = factory.SubFactory(ParticipantFactory, graduated=True)
    job_title = "Account Director"
    effective_on = factory.LazyFunction(lambda: timezone.now().date() + datetime.timedelta(days=30))
    leader = factory.SubFactory(PersonFactory)

    @factory.post_generation
    def accounts(self, create, extracted, **kwargs):
        for _ in range(1 if extracted is None else extracted):
            account = AccountFactory(complexity=8)
            PlacementAccount.objects.create(placement=self, account=account, complexity=account.complexity)
