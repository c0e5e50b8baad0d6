"""Journeys to start from. Each is a file ``<slug>.toml`` beside this one; the slug is the program's blueprint."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@cache
def journey_blueprint(slug: str) -> list[dict[str, Any]] | None:
    """The modules of a blueprint's journey, each with its activities, or None when it has no journey."""
    path = HERE / f"{slug}.toml"
    if not slug or "/" in slug or not path.exists():
        return None
    modules: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["modules"]
    return modules
