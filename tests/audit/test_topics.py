"""Whoever narrows the audit log down to a topic misses nothing of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from amdp.identity.views.audit import TOPICS
from cohorts.services.programs import Part
from curriculum.models import Activity, Module

PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("amdp", "cohorts", "selection", "curriculum", "mentoring", "metrics")
# Recorded under the name of the model: ``objective.added``.
NAMED_BY_MODEL = (*get_args(Part), Activity, Module)


def test_every_verb_belongs_to_a_topic():
    starts = tuple(start for _, starts in TOPICS.values() for start in starts)
    verbs = {*recorded(), *(f"{model._meta.model_name}.changed" for model in NAMED_BY_MODEL)}
    assert len(verbs) > 50
    assert [verb for verb in sorted(verbs) if not verb.startswith(starts)] == []


def test_no_topic_speaks_of_what_is_never_recorded():
    verbs = {*recorded(), *(f"{model._meta.model_name}.changed" for model in NAMED_BY_MODEL)}
    starts = [start for _, starts in TOPICS.values() for start in starts]
    assert [start for start in starts if not any(verb.startswith(start) for verb in verbs)] == []


def recorded() -> Iterator[str]:
    """Verbs in calls of ``record``, of f-strings their beginning; those of roles come out of a loop."""
    yield "role.granted"
    for folder in FOLDERS:
        for path in (PROJECT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and call.args and name_of(call.func) == "record":
                    yield from (part for part in texts(call.args[0]) if re.match(r"[a-z_]+\.", part))


def name_of(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def texts(argument: ast.expr) -> Iterator[str]:
    for part in ast.walk(argument):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
