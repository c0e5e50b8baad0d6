"""Everything by keyboard: past the frame, to the primary action, the focus seen at every stop."""

import datetime
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from amdp.directory.queries import local_today
from amdp.tenancy.context import organization_context
from mentoring.models import CoachingSession
from tests.factories.cohorts import CompetencyFactory
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.mentoring import MentorshipFactory
from tests.factories.selection import eligible_person, nominating_cohort
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STOPS = 80
MOST_STEPS = 6  # from the start of home's content to the button of its first task
STOP = """() => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = "var(--focus)";
    const focus = getComputedStyle(probe).color;
    probe.remove();
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const look = getComputedStyle(at.closest("label.choice") || at);
    const outlined = [style, look].some(
        s => s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 2 && s.outlineColor === focus
    );
    const seen = [style, look].some(s => s.outlineStyle !== "none" && s.outlineWidth !== "0px" || s.boxShadow !== "none");
    return {what: at.outerHTML.slice(0, 120), name: at.name || "", seen, outlined, inside: box.bottom > 0 && box.top < innerHeight,
            primary: at.matches("main .btn-primary"), body: at === document.body};
}"""


@pytest.fixture
def alice(live_server):
    """Alice leads Bob, and Dana leads her."""
    acme = OrganizationFactory(name="Acme", slug="acme")
    member = MembershipFactory(organization=acme, user__name="Alice Manager")
    with organization_context(acme):
        boss = PersonFactory(first_name="Dana", last_name="Boss")
        member.person = PersonFactory(
            first_name="Alice", last_name="Manager", membership=member, manager=boss
        )
        member.cohort = nominating_cohort()
        member.bob = eligible_person(first_name="Bob", manager=member.person)
    return member


@pytest.fixture
def mentor(live_server):
    """Bob mentors one participant, who has an account and competencies to talk about."""
    acme = OrganizationFactory(name="Acme", slug="acme")
    member = MembershipFactory(organization=acme, user__name="Bob Mentor")
    with organization_context(acme):
        person = PersonFactory(first_name="Bob", last_name="Mentor", membership=member)
        pair = MentorshipFactory(mentor__person=person)
        AccountFactory(owner=pair.participant.person)
        CompetencyFactory(program=pair.participant.cohort.program)
    return member


@contextmanager
def signed_in(member, live_server, size="wide", theme="light"):
    client = Client()
    client.force_login(member.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with chromium() as browser:
        page = new_page(browser, size, theme)
        page.context.add_cookies([cookie])
        yield page
        assert page.complaints == []


@pytest.fixture
def page(alice, live_server):
    with signed_in(alice, live_server) as page:
        yield page


def walk_to_the_primary_action(page):
    """Press Tab until it has the focus. What is passed shows its focus and stands in the window."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        assert not stop["body"], "the focus left the page before the primary action"
        assert stop["seen"], f"no focus to see on {stop['what']}"
        assert stop["inside"], f"outside the window: {stop['what']}"
        if stop["primary"]:
            return
    raise AssertionError(f"no primary action within {MOST_STOPS} stops")


def test_a_nomination_is_handed_in_without_a_mouse(alice, page, live_server):
    page.goto(
        live_server.url + reverse("selection:nomination_create", args=["acme", alice.cohort.pk, alice.bob.pk])
    )
    walk_to_the_primary_action(page)


def test_the_skip_link_passes_the_frame_and_escape_closes_menus(alice, page, live_server):
    page.goto(live_server.url + reverse("home:home", args=["acme"]))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("summary.me").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    assert page.evaluate("document.activeElement.matches('summary.me')")


def test_home_reaches_its_first_task_in_a_few_steps(alice, page, live_server):
    page.goto(live_server.url + reverse("home:home", args=["acme"]))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        assert stop["seen"], f"no focus to see on {stop['what']}"
        if stop["primary"]:
            break
    assert stop["primary"], f"the first task is more than {MOST_STEPS} steps from the start of the content"
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("selection:nominee_list", args=["acme", alice.cohort.pk]))


@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("phone", "dark")])
def test_a_mentor_logs_a_session_without_a_mouse(mentor, live_server, size, theme):
    """Every field in turn: the focus is seen, the keys fill it in; Enter on the button sends it."""
    yesterday = local_today(mentor) - datetime.timedelta(days=1)
    keys = {
        "held_on": lambda page: page.keyboard.type(f"{yesterday:%m%d%Y}"),
        "minutes": lambda page: page.keyboard.press("ArrowRight"),
        "kind": lambda page: page.keyboard.press("ArrowRight"),
        "competencies": lambda page: page.keyboard.press("Space"),
        "shared_notes": lambda page: page.keyboard.type("Prepare the formulary question."),
        "action_1": lambda page: page.keyboard.type("Call the pharmacy director"),
        "private_note": lambda page: page.keyboard.type("Ask about the move."),
    }
    with signed_in(mentor, live_server, size, theme) as page:
        page.goto(live_server.url + reverse("mentoring:session_log", args=["acme"]))
        before = page.evaluate("document.querySelector('[name=minutes]:checked').value")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        walked = fill_by_keyboard(page, keys)
        assert {*keys, "owner_1", "due_1", "next_meeting_at"} <= set(walked)
        page.keyboard.press("Enter")
        page.wait_for_url("**/mentoring/**")
        page.wait_for_function("() => !document.querySelector('form.log')")
    with organization_context(mentor.organization):
        session = CoachingSession.objects.get()
        assert (session.held_on, session.shared_notes) == (yesterday, "Prepare the formulary question.")
        assert str(session.minutes) != before
        assert session.topics.count() == 1
        assert [action.text for action in session.actions.all()] == ["Call the pharmacy director"]


def fill_by_keyboard(page, keys):
    """Tab from field to field up to the primary action, typing where there is something to type."""
    walked = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        assert stop["outlined"], f"no outline around {stop['what']}"
        assert stop["inside"], f"outside the window: {stop['what']}"
        if stop["primary"]:
            return walked
        name = stop["name"]
        if name and name not in walked:
            walked.append(name)
            keys.get(name, lambda page: None)(page)
    raise AssertionError(f"no primary action within {MOST_STOPS} stops, only {walked}")
