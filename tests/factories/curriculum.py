import datetime

import factory
from django.utils import timezone

from curriculum.models import (
    Activity,
    Attendance,
    Journey,
    Module,
    ParticipantActivity,
    Project,
    Session,
    SessionFacilitator,
)
from tests.factories.cohorts import CohortFactory, ParticipantFactory, ProgramFactory
from tests.factories.directory import PersonFactory


def today() -> datetime.date:
    return timezone.now().date()


class ModuleFactory(factory.django.DjangoModelFactory):
    """A module of a program's template, in order, with the cohort's start."""

    class Meta:
        model = Module

    program = factory.SubFactory(ProgramFactory, signed_off=True)
    title = factory.Sequence(lambda n: f"Module {n}")
    purpose = "Why it is there."
    position = factory.Sequence(lambda n: n)
    length_days = 20


class ActivityFactory(factory.django.DjangoModelFactory):
    """An e-learning; ``session=True`` is a virtual session, ``job=True`` an on-the-job task to confirm."""

    class Meta:
        model = Activity

    class Params:
        session = factory.Trait(mode=Activity.Mode.VIRTUAL, duration_days=0, minutes=90)
        job = factory.Trait(
            mode=Activity.Mode.ON_THE_JOB,
            needs_confirmation=True,
            prompts=["Business drivers?", "Clinical drivers?"],
        )

    module = factory.SubFactory(ModuleFactory)
    title = factory.Sequence(lambda n: f"Activity {n}")
    mode = Activity.Mode.E_LEARNING
    duration_days = 5
    minutes = 30
    position = factory.Sequence(lambda n: n)


class JourneyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Journey

    cohort = factory.SubFactory(CohortFactory, state="running")
    starts_on = factory.LazyAttribute(lambda journey: journey.cohort.starts_on)
    market = "US"
    zone = "America/New_York"
    scheduled_at = factory.LazyFunction(timezone.now)


class ItemFactory(factory.django.DjangoModelFactory):
    """What a participant has to do, open and due in a week; ``job=True`` is a hand-in."""

    class Meta:
        model = ParticipantActivity

    class Params:
        job = factory.Trait(activity=factory.SubFactory(ActivityFactory, job=True))

    participant = factory.SubFactory(ParticipantFactory)
    activity = factory.SubFactory(ActivityFactory)
    opens_on = factory.LazyFunction(lambda: today() - datetime.timedelta(days=7))
    due_on = factory.LazyFunction(lambda: today() + datetime.timedelta(days=7))


class ProjectFactory(factory.django.DjangoModelFactory):
    """A draft; ``submitted=True`` waits for the manager."""

    class Meta:
        model = Project

    class Params:
        submitted = factory.Trait(
            state=Project.State.SUBMITTED,
            submitted_at=factory.LazyFunction(timezone.now),
            item=factory.SubFactory(ItemFactory, job=True, state=ParticipantActivity.State.HANDED_IN),
            answers={"Business drivers?": "Growth", "Clinical drivers?": "Oncology"},
        )

    item = factory.SubFactory(ItemFactory, job=True)
    account = factory.SubFactory("tests.factories.directory.AccountFactory")


class SessionFactory(factory.django.DjangoModelFactory):
    """A session yesterday; give ``day`` for another."""

    class Meta:
        model = Session

    journey = factory.SubFactory(JourneyFactory)
    activity = factory.SubFactory(ActivityFactory, session=True)
    day = factory.LazyFunction(lambda: today() - datetime.timedelta(days=1))
    starts = datetime.time(15, 0)
    zone = "America/New_York"
    minutes = 90
    place = "Video"


class FacilitatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SessionFacilitator

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)


class AttendanceFactory(factory.django.DjangoModelFactory):
    """A seat in a session, with the activity it completes."""

    class Meta:
        model = Attendance
        skip_postgeneration_save = True

    session = factory.SubFactory(SessionFactory)
    participant = factory.SubFactory(
        ParticipantFactory, cohort=factory.SelfAttribute("..session.journey.cohort")
    )

    @factory.post_generation
    def item(self, create, extracted, **kwargs):
        if create:
            day = self.session.day
            ItemFactory(
                participant=self.participant, activity=self.session.activity, opens_on=day, due_on=day
            )
