"""A Chromium for browser tests: the machine's own, else the one Playwright brought."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from scripts.chromium import MISSING, find_chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SIZES = {
    "wide": {"width": 1440, "height": 900},
    "tablet": {"width": 820, "height": 1180},
    "phone": {"width": 390, "height": 844},
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser. Playwright's loop makes Django think it is in async code; it is not."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = find_chromium()
    assert found, MISSING
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def new_page(browser: Browser, size: str = "wide", theme: str = "light") -> Page:
    """A page of a fresh visitor; what the console says against it is kept in ``page.complaints``.

    A message without an address comes from a script the test itself typed in: axe tries inline styles
    while it measures, and our policy refuses them aloud.
    """
    context = browser.new_context(viewport=SIZES[size], color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.complaints = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and message.location["url"]:
            page.complaints.append(f"{message.location['url']}: {message.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page
