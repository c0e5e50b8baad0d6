"""The parts of every page in a real browser: accessible, as wide as the window, silent in the console."""

import os
from pathlib import Path

import pytest
from django.test import override_settings

from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "people/",
    "people/?market=DE&page=2&sort=-hired",
    "people/?q=zzz",
    "form/",
    "parts/",
    "error/404/?frame",
    "error/503/",
]


@pytest.fixture
def site(live_server):
    acme = OrganizationFactory(name="Acme", slug="acme")
    with organization_context(acme):  # committed on leaving, so that the server sees them
        PersonFactory.create_batch(60, market="DE", job_title="Senior key account manager, hospital networks")
    with override_settings(ROOT_URLCONF="tests.web.gallery"):
        yield live_server


def keep(page, name):
    """With ``SCREENSHOTS=folder`` the pages are also kept as pictures to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_accessible_and_fits(browser, site, size, theme):
    page = new_page(browser, size, theme)
    for address in [*(f"/gallery/{name}" for name in PAGES), "/accounts/login/", "/accounts/password/reset/"]:
        page.goto(site.url + address)
        if "parts" in address:
            page.wait_for_selector("[data-drawn]")
        keep(page, f"{address.strip('/').replace('/', '-').replace('?', '-')}-{size}-{theme}")
        check_accessible(page)
        check_no_sideways_scroll(page)
    page.goto(f"{site.url}/gallery/form/")
    page.get_by_role("button", name="Nominate Jordan").click()
    page.wait_for_selector(".error-summary")
    keep(page, f"form-errors-{size}-{theme}")
    check_accessible(page)
    assert page.complaints == []


def test_a_list_is_searched_sorted_and_paged_in_place(browser, site):
    page = new_page(browser)
    page.goto(f"{site.url}/gallery/people/")
    assert page.locator(".list-count").inner_text() == "60 people"
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2*")
    page.wait_for_selector("text=26–50 of 60")
    page.get_by_role("link", name="Name").click()
    page.wait_for_selector("th[aria-sort=descending]")
    page.get_by_role("searchbox", name="Search by name or number").press_sequentially("nobody at all")
    page.wait_for_selector("text=Nothing matches")
    assert "q=nobody" in page.url
    assert page.evaluate("document.activeElement.id") == "list-q"
    assert page.get_by_role("searchbox", name="Search by name or number").input_value() == "nobody at all"
    assert page.complaints == []


def test_the_keyboard_stays_where_it_was_in_a_list(browser, site):
    page = new_page(browser)
    page.goto(f"{site.url}/gallery/people/")

    def press(link, waited_for):
        page.locator(link).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(waited_for)
        return page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')")

    assert press("a.sort", "th[aria-sort=descending]") == "Name"
    assert press("a[rel=next]", "text=26–50 of 60") == "Next page"
    assert press("a.page-number[aria-label='Page 3']", "text=51–60 of 60") == "3"
    page.locator(".list-controls summary").first.focus()
    page.keyboard.press("Enter")
    assert press(".list-controls .menu-sheet a:nth-child(2)", ".chip-on").startswith(
        page.locator(".list-controls summary").first.inner_text()[:4]
    )
    assert page.complaints == []


def test_keys_open_search_and_close_menus(browser, site):
    page = new_page(browser)
    page.goto(f"{site.url}/gallery/parts/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('[data-search]')")
    page.locator("summary.me").click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="Sign out").is_visible()
    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_on_a_phone_every_filter_opens_within_the_screen(browser, site):
    page = new_page(browser, "phone")
    page.goto(f"{site.url}/gallery/people/?market=DE")
    for chip in page.locator(".filters summary.chip").all():
        chip.click()
        keep(page, "filter-open-phone")
        check_no_sideways_scroll(page)
        chip.click()


def test_what_was_typed_is_back_after_a_reload(browser, site):
    page = new_page(browser)
    page.goto(f"{site.url}/gallery/form/")
    page.get_by_label("Why now?").fill("Because the formulary changes.")
    page.locator("[data-autosave-status]").filter(has_text="Draft kept").wait_for()
    page.reload()
    assert page.get_by_label("Why now?").input_value() == "Because the formulary changes."


def test_pages_work_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/gallery/people/")
    page.locator("summary", has_text="Market").click()
    page.get_by_role("link", name="Germany").click()
    page.wait_for_url("**market=DE*")
    assert page.locator(".list-count").inner_text() == "60 people"
    page.get_by_role("searchbox", name="Search by name or number").fill("nobody")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text("Nothing matches").wait_for()
    assert "market=DE" in page.url


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_the_own_login(browser, live_server, client, size, theme):
    acme = OrganizationFactory(name="Aurelia Therapeutics", slug="aurelia", accent="#7a2e8f")
    member = MembershipFactory(organization=acme, user__name="Marcus Oyelaran", granted_roles=["ld_admin"])
    client.force_login(member.user)
    page = new_page(browser, size, theme)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    names = ["o/aurelia/", "accounts/password/change/", "accounts/2fa/", "accounts/sessions/", "accounts/email/",
             "accounts/reauthenticate/", "o/aurelia/nothing/"]  # fmt: skip
    for name in names:
        page.goto(f"{live_server.url}/{name}")
        keep(page, f"own-{name.strip('/').replace('/', '-')}-{size}-{theme}")
        check_accessible(page)
        check_no_sideways_scroll(page)
