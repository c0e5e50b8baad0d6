"""The pages of a journey in Chromium: accessible, as wide as the window, silent in the console."""

import datetime
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.urls import reverse
from django.utils import timezone

from amdp.tenancy.context import organization_context
from cohorts.models import Program
from curriculum import services
from curriculum.models import Attendance, Project, Session
from tests.curriculum.conftest import SLUG
from tests.factories.cohorts import CohortFactory, ParticipantFactory, ProgramFactory
from tests.factories.curriculum import FacilitatorFactory, ProjectFactory
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(db):
    """Five months into the residency program: work done, handed in, late; sessions held and ahead."""
    acme = OrganizationFactory(name="Acme", slug="acme")
    with organization_context(acme):
        return seed(acme)  # committed on the way out, so that the live server sees it


def member(acme, name, *roles, **person):
    login = MembershipFactory(organization=acme, user__name=name, granted_roles=list(roles))
    first, last = name.split(" ", 1)
    login.person = PersonFactory(first_name=first, last_name=last, membership=login, **person)
    return login


def seed(acme):
    lena = member(acme, "Lena Admin", "ld_admin", job_title="Program manager")
    elisa = member(acme, "Elisa Marín", job_title="Regional director")
    mateo = member(
        acme,
        "Mateo Álvarez",
        manager=elisa.person,
        job_title="Key account manager",
        market="ES",
        time_zone="Europe/Madrid",
    )
    fay = MembershipFactory(organization=acme, user__name="Fay External", granted_roles=["facilitator"])
    program = ProgramFactory(state=Program.State.SIGNED_OFF, blueprint=SLUG)
    services.copy_blueprint(program, by=lena)
    today = timezone.now().date()
    start = today - datetime.timedelta(days=150)
    ends = start + datetime.timedelta(days=547)
    cohort = CohortFactory(
        program=program, state="running", starts_on=start, ends_on=ends, name="Account Director 2026"
    )
    enrolled = timezone.now() - datetime.timedelta(days=200)
    mine = ParticipantFactory(cohort=cohort, person=mateo.person, enrolled_at=enrolled)
    others = [
        ParticipantFactory(
            cohort=cohort, person=PersonFactory(manager=elisa.person, market=market), enrolled_at=enrolled
        )
        for market in ("US", "FR", "DE", "JP", "US", "GB", "US")
    ]
    services.schedule_journey(cohort, by=lena)
    accounts = [
        AccountFactory(name=f"Red Hospitalaria del {end}", owner=elisa.person, complexity=7, city="Bilbao")
        for end in ("Norte", "Sur")
    ]
    for place, one in enumerate([mine, *others]):
        over = one.activities.filter(due_on__lt=today - datetime.timedelta(days=10 + 25 * (place % 4)))
        over.update(state="done", done_at=timezone.now() - datetime.timedelta(days=12), remind_at=None)
    held = Session.objects.filter(day__lt=today - datetime.timedelta(days=10))
    Attendance.objects.filter(session__in=held).update(state="attended", marked_at=timezone.now())
    held.update(state="held", roster_taken_at=timezone.now())
    open_work = mine.activities.filter(activity__needs_confirmation=True, state="to_do").order_by("due_on")
    handed_in, draft = open_work[:2]
    answers = dict.fromkeys(handed_in.activity.prompts, "The network buys by region since January. " * 6)
    project = ProjectFactory(
        item=handed_in, account=accounts[0], answers=answers, state="submitted", submitted_at=timezone.now()
    )
    handed_in.state = "handed_in"
    handed_in.save()
    ProjectFactory(item=draft, account=accounts[0])
    past = Session.objects.exclude(state="held").order_by("day").first()
    past.day = today - datetime.timedelta(days=1)
    past.save()
    FacilitatorFactory(session=past, person=None, membership=fay)
    ahead = Session.objects.exclude(state="held").filter(day__gt=today).order_by("day").first()
    later = mine.activities.filter(opens_on__gt=today, state="to_do", projects=None)
    later = later.filter(activity__needs_confirmation=True).order_by("due_on")
    steps = mine.activities.filter(state="to_do", activity__asks_reflection=True).order_by("due_on")
    return {
        "lena": lena, "elisa": elisa, "mateo": mateo, "fay": fay, "program": program, "cohort": cohort,
        "mine": mine, "project": project, "draft": draft, "session": past, "ahead": ahead, "later": later.first(), "step": steps.first(),
        "module": program.modules.first(), "template_activity": program.modules.first().activities.first(),
    }  # fmt: skip


def pages(site):
    def url(name, *args):
        return reverse(f"curriculum:{name}", args=["acme", *args])

    module = site["module"]
    return {
        "mateo": {
            "journey": url("journey_detail", site["mine"].pk),
            "activity": url("activity_detail", site["step"].pk),
            "activity-later": url("activity_detail", site["later"].pk),
            "session-mine": url("session_detail", site["ahead"].pk),
            "work": url("project_edit", site["draft"].pk),
            "home": reverse("home:home", args=["acme"]),
        },
        "elisa": {"line": url("line_journeys"), "confirm": url("project_detail", site["project"].pk)},
        "fay": {
            "sessions": url("session_list"),
            "session": url("session_detail", site["session"].pk),
            "roster": url("roster", site["session"].pk),
        },
        "lena": {
            "cohorts": url("cohort_list"),
            "progress": url("cohort_progress", site["cohort"].pk),
            "schedule": url("journey_schedule", site["cohort"].pk),
            "template": url("template_detail", site["program"].pk),
            "module": url("module_edit", module.pk),
            "template-activity": url("activity_edit", site["template_activity"].pk),
            "dates": url("template_dates", site["program"].pk),
            "facilitators": url("session_facilitators", site["session"].pk),
            "all-sessions": url("session_list"),
            "session-ahead": url("session_detail", site["ahead"].pk),
            "session-edit": url("session_edit", site["ahead"].pk),
            "session-seats": url("session_seats", site["ahead"].pk),
            "session-cancel": url("session_cancel", site["ahead"].pk),
            "session-choose": url("session_add", site["cohort"].pk),
            "session-add": url("session_add", site["cohort"].pk) + f"?activity={site['ahead'].activity_id}",
        },
    }


def signed_in(browser, address, login, size, theme):
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


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(browser, live_server, site, size, theme):
    for who, addresses in pages(site).items():
        page = signed_in(browser, live_server.url, site[who], size, theme)
        for name, address in addresses.items():
            response = page.goto(live_server.url + address)
            assert (response.status, page.url) == (200, live_server.url + address)
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=str(Path(folder) / f"{name}-{size}-{theme}.png"), full_page=True)
            check_accessible(page)
            check_no_sideways_scroll(page)
        assert page.complaints == []


def test_a_roster_is_taken_on_a_phone(browser, live_server, site):
    page = signed_in(browser, live_server.url, site["fay"], "phone", "light")
    page.goto(live_server.url + pages(site)["fay"]["roster"])
    for mark in page.get_by_label("Attended", exact=True).all():
        mark.check()
    page.get_by_role("button", name="Save the roster").click()
    page.get_by_text("The roster is complete.").wait_for()
    with organization_context(site["cohort"].organization_id):
        marks = Attendance.objects.filter(session=site["session"]).values_list("state", flat=True)
        assert set(marks) == {"attended"}


def test_a_draft_saves_itself(browser, live_server, site):
    page = signed_in(browser, live_server.url, site["mateo"], "wide", "light")
    page.goto(live_server.url + pages(site)["mateo"]["work"])
    page.get_by_role("textbox").nth(2).fill("They decide by region.")
    page.get_by_text("Draft saved").wait_for()
    with organization_context(site["cohort"].organization_id):
        assert "They decide by region." in Project.objects.get(item=site["draft"]).answers.values()
