"""Pictures of the main pages of the demo, per role: wide and narrow, light and dark; two of them for the README.

``PORT`` names a running demo; without one a demo of its own is started (``.data/screenshots-demo``) and stopped.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chromium import MISSING, find_chromium

PROJECT = Path(__file__).resolve().parent.parent
SHOTS = PROJECT / ".data" / "screenshots"
IMAGES = PROJECT / "docs" / "images"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
WIDTHS = {"wide": (1440, 900), "narrow": (390, 844)}
# Name of the picture, the part that looks, and where: an address, or the links to follow from there.
PAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("home-ld-admin", "ld_admin", ("/",)),
    ("home-leader", "second_line", ("/",)),
    ("home-participant", "participant", ("/",)),
    ("home-mentor", "mentor", ("/",)),
    ("programs", "ld_admin", ("/programs/",)),
    ("people", "ld_admin", ("/people/",)),
    ("selection", "ld_admin", ("/selection/",)),
    ("nominate", "first_line", ("/selection/",)),
    ("journey", "participant", ("/journeys/",)),
    ("sessions", "facilitator", ("/journeys/sessions/",)),
    ("mentoring", "ld_admin", ("/mentoring/",)),
    ("mentor", "mentor", ("/mentoring/",)),
    ("outcomes", "hr", ("/outcomes/",)),
    ("results", "sponsor", ("/outcomes/summary/",)),
    ("settings", "owner", ("/settings/",)),
)
MOST = 300_000  # bytes of a picture of the README
FOR_README = {"home-ld-admin": "home.png", "outcomes": "outcomes.png"}


def main() -> int:
    """Take them all, or those whose name starts with an argument."""
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)  # noqa: T201
        return 1
    SHOTS.mkdir(parents=True, exist_ok=True)
    IMAGES.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for theme in ("light", "dark"):
            for name, part, paths in PAGES:
                if not sys.argv[1:] or name.startswith(tuple(sys.argv[1:])):
                    take(browser, address, name, part, paths, theme)
        picture(browser, address, "sign-in", "light")
        browser.close()
    return 0


def take(browser: Any, address: str, name: str, part: str, paths: tuple[str, ...], theme: str) -> None:
    """One page in both widths."""
    for width, (x, y) in WIDTHS.items():
        page = opened(browser, theme, x, y)
        sign_in(page, address, part)
        for path in paths:
            page.goto(f"{address}/o/aurelia{path}")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=SHOTS / f"{name}-{width}-{theme}.png", full_page=True)
        if width == "wide" and theme == "light" and name in FOR_README:
            for_readme(page, IMAGES / FOR_README[name])
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        print(f"{name}-{width}-{theme}{f'  {overflow} px too wide' if overflow > 0 else ''}", flush=True)  # noqa: T201
        page.context.close()


def picture(browser: Any, address: str, name: str, theme: str) -> None:
    """The page in front of the sign-in."""
    page = opened(browser, theme, 1440, 900)
    page.goto(f"{address}/accounts/login/")
    page.screenshot(path=SHOTS / f"{name}-{theme}.png", full_page=True)
    page.context.close()


def opened(browser: Any, theme: str, x: int, y: int) -> Any:
    context = browser.new_context(
        viewport={"width": x, "height": y}, color_scheme=theme, reduced_motion="reduce"
    )
    return context.new_page()


def sign_in(page: Any, address: str, part: str) -> None:
    """By the button of demo mode."""
    page.goto(f"{address}/accounts/login/")
    page.locator(f'form[action="/demo/sign-in/aurelia/{part}/"] button').click()
    page.wait_for_url(re.compile("/o/aurelia/"))


def for_readme(page: Any, path: Path) -> None:
    """The upper part; text on plain ground, which a PNG keeps small."""
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": 1440, "height": 860}, scale="css")
    size = path.stat().st_size
    if size > MOST:
        raise SystemExit(f"{path.name} has {size // 1000} kB, more than {MOST // 1000}.")


@contextmanager
def demo() -> Iterator[str]:
    """The address of the demo at ``PORT``, or of one that lives as long as this."""
    port = int(os.environ.get("PORT") or 0)
    if port and healthy(port):
        yield f"http://127.0.0.1:{port}"
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "DATA": str(PROJECT / ".data" / "screenshots-demo")}
    child = subprocess.Popen([sys.executable, "-m", "amdp.servers.demo"], cwd=PROJECT, env=environment)
    try:
        deadline = time.monotonic() + 300
        while not healthy(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The demo did not start.")
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(60)


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main())
