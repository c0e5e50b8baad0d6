"""Everything by keyboard: past the frame, to the primary action, the focus seen at every stop."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import eligible_person, nominating_cohort
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STOPS = 80
STOP = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const look = getComputedStyle(at.closest("label.choice") || at);
    const seen = [style, look].some(s => s.outlineStyle !== "none" && s.outlineWidth !== "0px" || s.boxShadow !== "none");
    return {what: at.outerHTML.slice(0, 120), seen, inside: box.bottom > 0 && box.top < innerHeight,
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
def page(alice, live_server):
    client = Client()
    client.force_login(alice.user)
    with chromium() as browser:
        page = new_page(browser)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        yield page
        assert page.complaints == []


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
