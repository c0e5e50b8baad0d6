"""Whatever a page can do, a program can do: each verb that views and forms call is called by the API too.

A verb is a public function of an app's services, or another one that takes ``by``.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "cohorts",
    "selection",
    "curriculum",
    "mentoring",
    "metrics",
    "amdp.identity",
    "amdp.directory",
    "amdp.imports",
    "amdp.exports",
    "amdp.notifications",
]
QUESTION = "nobody does anything with it: it tells beforehand what a page says"
WITHOUT_API = {
    "amdp.identity.create_token": "a token must not make tokens, so they are made in the browser alone",
    "amdp.identity.revoke_token": "tokens are looked after where they are made",
    "amdp.exports.ask_for_export": "makes a long list into a file; programs read the list itself",
    "cohorts.log_export": "notes that a list was downloaded as a file; programs read the list itself",
    "metrics.refresh": "measures what is due before a page is shown, nothing that anybody asks for",
    "selection.due_for": QUESTION,
}


def modules(app):
    """The modules of an app as door, api or inside, with their code."""
    found = {"door": [], "api": [], "inside": []}
    for path in sorted((ROOT / app.replace(".", "/")).rglob("*.py")):
        place = {path.stem, path.parent.name}
        if place & {"views", "forms"}:
            kind = "door"
        elif path.stem.startswith("api") or path.parent.name == "api":
            kind = "api"
        else:
            kind = "inside"
        found[kind].append((path, ast.parse(path.read_text(encoding="utf-8"))))
    return found


def own_verbs(inside):
    for path, code in inside:
        serves = "services" in {path.stem, path.parent.name}
        for one in code.body:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                if serves or "by" in [argument.arg for argument in one.args.kwonlyargs]:
                    yield one.name


def borrowed_verbs(doors):
    """Of the apps below, where a page imports them by name."""
    for _, code in doors:
        for one in ast.walk(code):
            if isinstance(one, ast.ImportFrom) and "services" in (one.module or "").split("."):
                yield from (alias.name for alias in one.names if alias.name.islower())


def mentioned(parts):
    """``verb`` and ``services.verb``, but not what a class calls its own."""
    for _, code in parts:
        for one in ast.walk(code):
            if isinstance(one, ast.Name):
                yield one.id
            elif (
                isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id != "self"
            ):
                yield one.attr


def verbs_of_pages(parts):
    return (set(own_verbs(parts["inside"])) | set(borrowed_verbs(parts["door"]))) & set(
        mentioned(parts["door"])
    )


@pytest.mark.parametrize("app", APPS)
def test_every_verb_of_a_page_is_one_of_the_api(app):
    parts = modules(app)
    verbs = verbs_of_pages(parts)
    missing = {f"{app}.{verb}" for verb in verbs - set(mentioned(parts["api"]))}
    assert verbs
    assert missing == {name for name in WITHOUT_API if name.rpartition(".")[0] == app}


def test_exceptions_are_about_apps_that_are_looked_at():
    assert {name.rpartition(".")[0] for name in WITHOUT_API} <= set(APPS)


def test_verbs_are_found_where_they_are():
    """Also in packages, beside the services, and borrowed from the app below."""
    assert {"move_cohort", "save_part", "sign_off"} <= verbs_of_pages(modules("cohorts"))
    assert {"save_grades", "identify_oneself", "invite"} <= verbs_of_pages(modules("amdp.directory"))
