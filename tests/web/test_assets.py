import json
import re
import subprocess
from pathlib import Path

import pytest

from scripts import assets

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "template", "names"),
    [
        ('{% icon "user-plus" size="s" %} {{ "x"|date:"d" }}', True, {"user-plus", "s"}),
        ('{% status "Reviewed" "warn" "message" %}', True, {"warn", "message"}),
        ('{% empty_state "None" "Text" icon_name="mail" %}', True, {"mail"}),
        ('<svg><use href="x/icons.svg#bell"></use></svg>', True, {"bell"}),
        ('Task(icon="user-check", action="go")', False, {"user-check", "go"}),
        ('label = "home"', False, set()),
    ],
)
def test_icons_are_found_where_they_are_named(text, template, names):
    assert assets.icons_in(text, template=template) == names


def test_a_second_run_starts_nothing(monkeypatch):
    monkeypatch.setattr("sys.argv", ["assets.py"])
    assets.main()
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: pytest.fail("nothing should be started"))
    monkeypatch.setattr(assets, "copy_files", lambda: pytest.fail("nothing should be copied"))
    assets.main()


def test_what_is_installed_is_what_the_lock_names(monkeypatch, tmp_path):
    assert assets.installed_as_locked(production=False)
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    assert not assets.installed_as_locked(production=False)


def test_the_lock_file_holds_no_download_address():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not [path for path, package in lock["packages"].items() if "resolved" in package]
    assert all(package.get("integrity") for path, package in lock["packages"].items() if path)


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (assets.VENDOR / "icons.svg").read_text()
    outline = assets.MODULES / "@tabler" / "icons" / "icons" / "outline"
    missing = [
        name
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for name in re.findall(r'\{% icon "([^"]+)"', path.read_text())
        if f'id="{name}"' not in sprite or not (outline / f"{name}.svg").exists()
    ]
    assert missing == []
