import datetime
import uuid
from decimal import Decimal

import factory
from django.utils import timezone

from mentoring.models import CoachingSession, Mentor, Mentorship, MentorStrength
from tests.factories.cohorts import CompetencyFactory, ParticipantFactory
from tests.factories.directory import PersonFactory


class MentorFactory(factory.django.DjangoModelFactory):
    """Somebody in the pool with eight hours a month; ``invited=True`` has not answered."""

    class Meta:
        model = Mentor

    class Params:
        invited = factory.Trait(state=Mentor.State.INVITED, hours_per_month=Decimal(0))

    person = factory.SubFactory(PersonFactory)
    state = Mentor.State.ACTIVE
    hours_per_month = Decimal(8)


class MentorStrengthFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MentorStrength

    mentor = factory.SubFactory(MentorFactory)
    competency = factory.SubFactory(CompetencyFactory)
    level = 5


class MentorshipFactory(factory.django.DjangoModelFactory):
    """An active pair that began ten days ago and has not met."""

    class Meta:
        model = Mentorship

    mentor = factory.SubFactory(MentorFactory)
    participant = factory.SubFactory(ParticipantFactory)
    started_on = factory.LazyFunction(lambda: timezone.now().date() - datetime.timedelta(days=10))


class CoachingSessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CoachingSession

    mentorship = factory.SubFactory(MentorshipFactory)
    held_on = factory.LazyFunction(lambda: timezone.now().date() - datetime.timedelta(days=1))
    minutes = 45
    form_token = factory.LazyFunction(uuid.uuid4)
