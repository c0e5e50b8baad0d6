"""Outcomes in Chromium: drawn, accessible, as wide as the window, silent in the console."""

import datetime
import os
import random
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.urls import reverse

from amdp.tenancy.context import organization_context
from cohorts.models import Participant
from tests.factories.cohorts import MetricFactory, ObjectiveFactory, PlacementFactory, ProgramFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.metrics import Life, released_cohort
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(db):
    """Two programs with 60 and 40 people and their comparison, over two and a half years."""
    acme = OrganizationFactory(name="Aurelia Therapeutics", slug="acme")
    with organization_context(acme):
        return _seed(acme)


def _seed(acme):
    dice = random.Random(7)
    today = datetime.datetime.now(datetime.UTC).date()
    start = today - datetime.timedelta(days=900)

    def some(n, leaving, rising):
        return [
            Life(
                left=start + datetime.timedelta(days=dice.randrange(30, 880))
                if dice.random() < leaving
                else None,
                promoted=[start + datetime.timedelta(days=dice.randrange(100, 880))]
                if dice.random() < rising
                else [],
            )
            for _ in range(n)
        ]

    program = ProgramFactory(name="Account Director Development and Residency", signed_off=True)
    ObjectiveFactory(
        program=program, text="Have two ready-now internal candidates for every account director role."
    )
    ObjectiveFactory(
        program=program, text="Keep the people we develop: give each graduate a next role and a date."
    )
    MetricFactory(
        program=program, name="Twelve-month retention of the eligible group", baseline=76, target=88
    )
    MetricFactory(
        program=program, name="Promotions per 100 person-years", unit="count", baseline=9, target=15
    )
    MetricFactory(program=program)
    released_cohort(start, selected=some(60, 0.25, 0.45), passed_over=some(90, 0.6, 0.25), program=program)
    released_cohort(start, selected=some(40, 0.4, 0.3), passed_over=some(40, 0.5, 0.2))
    graduates = list(Participant.objects.filter(cohort__program=program).order_by("pk")[:7])
    Participant.objects.filter(pk__in=[one.pk for one in graduates]).update(state="graduated")
    for place, graduate in enumerate(graduates):
        PlacementFactory(participant=graduate, state="signed", complexity_before=3 + place % 3)
    return {
        "hana": MembershipFactory(organization=acme, user__name="Hana Analyst", granted_roles=["hr_analyst"]),
        "sam": MembershipFactory(organization=acme, user__name="Sam Sponsor", granted_roles=["sponsor"]),
    }


PAGES = {"hana": ["outcomes", "definitions"], "sam": ["summary"]}


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_outcomes_are_drawn_accessible_and_fit(browser, live_server, site, size, theme):
    for who, names in PAGES.items():
        page = _signed_in(browser, live_server.url, site[who], size, theme)
        for name in names:
            page.goto(live_server.url + reverse(f"metrics:{name}", args=["acme"]))
            if name == "outcomes":
                page.locator("[data-drawn]").nth(2).wait_for()
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=str(Path(folder) / f"{name}-{size}-{theme}.png"), full_page=True)
            check_accessible(page)
            check_no_sideways_scroll(page)
        assert page.complaints == []


def _signed_in(browser, address, login, size, theme):
    page = new_page(browser, size, theme)
    session = SessionStore()
    session[SESSION_KEY] = str(login.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = login.user.get_session_auth_hash()
    session.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}]
    )
    return page
