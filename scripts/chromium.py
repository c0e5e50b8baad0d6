"""Find a Chromium for the browser tests, or fetch one: apt-get as root, else playwright's own.

``CHROMIUM`` names one explicitly. When none can be had the browser tests fail with ``MISSING``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APPLICATIONS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
MISSING = "There is no Chromium: install one, or name it in the environment as CHROMIUM=/path/to/chromium."


def find_chromium() -> str | None:
    """The path of a Chromium that starts, or None."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *APPLICATIONS, playwrights()]
    return next((path for path in named if path and starts(path)), None)


def playwrights() -> str | None:
    """Where playwright keeps its own download."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether it is there with the libraries it needs."""
    if not Path(path).exists():
        return False
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def fetch() -> None:
    """Try the ways this machine offers."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"} | os.environ
        for arguments in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *arguments], env=quiet, check=False)  # noqa: S603, S607
    if find_chromium() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if find_chromium() is None:
        fetch()
    if find_chromium() is None:
        print(MISSING, file=sys.stderr)  # noqa: T201  the browser tests say so again, as failures
