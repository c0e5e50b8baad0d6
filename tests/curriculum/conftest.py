import datetime

import pytest
import time_machine
from django.utils import timezone

from cohorts.models import Cohort, Program
from curriculum import services
from tests.factories.cohorts import CohortFactory, ParticipantFactory, ProgramFactory
from tests.factories.curriculum import ActivityFactory, ModuleFactory

SLUG = "account-director-residency"
START = datetime.date(2027, 3, 1)  # a Monday


@pytest.fixture
def program(acme):
    """A signed-off program with a small journey: an e-learning, a session, an on-the-job task."""
    program = ProgramFactory(signed_off=True)
    learn = ModuleFactory(program=program, title="Marketplace")
    ActivityFactory(module=learn, title="Read the market")
    ActivityFactory(module=learn, title="Round table", session=True, offset_days=10)
    job = ModuleFactory(program=program, title="Account profile", track="job", offset_months=1)
    ActivityFactory(module=job, title="Profile", job=True, duration_days=20)
    return program


@pytest.fixture
def cohort(program):
    return CohortFactory(
        program=program, state=Cohort.State.RUNNING, starts_on=START, name="Account Director 2027"
    )


@pytest.fixture
def bobs(bob, cohort):
    """Bob takes part."""
    return ParticipantFactory(
        cohort=cohort, person=bob.person, enrolled_at=datetime.datetime(2027, 2, 1, tzinfo=datetime.UTC)
    )


@pytest.fixture
def in_march():
    """Wednesday 3 March 2027, noon in New York."""
    with time_machine.travel("2027-03-03T17:00:00+00:00", tick=False):
        yield timezone.now()


@pytest.fixture
def scheduled(in_march, cohort, bobs, ld_admin):
    services.schedule_journey(cohort, by=ld_admin)
    return bobs


@pytest.fixture
def residency(acme, ld_admin):
    """A program with the blueprint's whole journey."""
    program = ProgramFactory(state=Program.State.SIGNED_OFF, blueprint=SLUG)
    services.copy_blueprint(program, by=ld_admin)
    return program
