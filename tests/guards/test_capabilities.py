"""What the list of capabilities claims can be looked up."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (PROJECT / "docs" / "capabilities.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| capability")
]


def files_named_in(cell: str) -> list[Path]:
    """Files and folders; a bare file name stands beside the one before it."""
    found: list[Path] = []
    for name in re.findall(r"`([^`]+)`", cell):
        beside = found[-1].parent if found and "/" not in name else Path()
        found.append(beside / name)
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_line_has_a_state_and_tests_that_exist(row):
    capability, _where, tests, state = row
    assert state in {"working", "missing"}
    missing = [str(path) for path in files_named_in(tests) if not list(PROJECT.glob(str(path)))]
    assert state == "missing" or missing == [], capability
