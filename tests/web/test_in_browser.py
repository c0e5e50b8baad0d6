"""The parts of every page in a real browser: accessible, as wide as the window, silent in the console."""

import os
from pathlib import Path

import pytest
from django.test import override_settings

from tests.factories.directory import PersonFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["people/", "people/?q=zzz", "form/", "parts/", "error/404/?frame", "error/503/"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def site(acme, live_server):
    with override_settings(ROOT_URLCONF="tests.web.gallery"):
        yield live_server


def keep(page, name):
    """With ``SCREENSHOTS=folder`` the pages are also kept as pictures to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_accessible_and_fits(browser, site, size, theme):
    PersonFactory.create_batch(60, market="DE", job_title="Senior key account manager, hospital networks")
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
