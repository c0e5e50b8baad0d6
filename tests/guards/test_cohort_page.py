"""The cohort's page is made of what four apps know; whoever opens it, at whatever stage, it stays cheap."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts.models import Cohort
from tests.factories.cohorts import ParticipantFactory
from tests.factories.world import ACTORS, world

MOST = 15 + 2  # two more than outside of tests, where the test’s own organization is put back afterwards
# Only while it is set up: every part of the selection plan is asked for what is missing before nominations can open.
PARTS = 11
TODAY = timezone.now().date()
YEAR, WEEK = datetime.timedelta(days=365), datetime.timedelta(days=7)


@pytest.fixture
def everything(acme):
    made = world(acme)
    ParticipantFactory(cohort=made.objects["cohort"])
    return made


@pytest.mark.parametrize("state", Cohort.State.values)
def test_the_page_of_a_cohort_costs_few_queries_at_every_stage(everything, client, count_queries, state):
    cohort = everything.objects["cohort" if state not in Cohort.BEFORE_START else "selecting"]
    Cohort.objects.filter(pk=cohort.pk).update(state=state, starts_on=TODAY - YEAR, ends_on=TODAY + WEEK)
    url = reverse("cohorts:cohort_detail", args=["acme", cohort.pk])
    cost = {}
    for actor in ACTORS:
        client.force_login(everything.members[actor].user)
        if client.get(url).status_code == 200:
            cost[actor] = count_queries(lambda: client.get(url))
    assert "ld_admin" in cost
    most = MOST + (PARTS if state == Cohort.State.DRAFT else 0)
    assert not {actor: number for actor, number in cost.items() if number > most}
