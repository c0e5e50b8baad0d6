"""One cell at a time."""

from datetime import date
from decimal import Decimal

import pytest

from amdp.imports import cells
from amdp.imports.problems import WrongCell

KINDS = {"lateral_move": "Moved", "hire": "Hired"}


@pytest.mark.parametrize(
    ("clean", "text", "value"),
    [
        (cells.day, "2024-03-31", date(2024, 3, 31)),
        (cells.day, "2024/3/1", date(2024, 3, 1)),
        (cells.day, "31.03.2024", date(2024, 3, 31)),
        (cells.day, "2024-03-31 00:00:00", date(2024, 3, 31)),
        (cells.email, "Ada@Example.com", "ada@example.com"),
        (cells.market, "us-ca", "US-CA"),
        (cells.country, "de", "DE"),
        (cells.zone, "Europe/Paris", "Europe/Paris"),
        (cells.language, "pt_BR", "pt-BR"),
        (cells.number(1, 5, places=2), "3,5", Decimal("3.5")),
        (cells.number(1, 10), "7", 7),
        (cells.one_of(KINDS, {"transfer": "lateral_move"}), "Lateral Move", "lateral_move"),
        (cells.one_of(KINDS, {"transfer": "lateral_move"}), "TRANSFER", "lateral_move"),
        (cells.one_of(KINDS), "hired", "hire"),
        (cells.gender, "F", "female"),
        (cells.gender, "prefer not to say", ""),
        (cells.text(40), "=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_right_values(clean, text, value):
    assert clean(text) == value


@pytest.mark.parametrize(
    ("clean", "text"),
    [
        (cells.day, "2031-02-30"),
        (cells.day, "03/04/2024"),
        (cells.day, "1024-01-01"),
        (cells.day, "2999-01-01"),
        (cells.day, "soon"),
        (cells.email, "not-an-address"),
        (cells.email, "a@b"),
        (cells.market, "UK"),
        (cells.market, "Europe"),
        (cells.country, "ZZ"),
        (cells.zone, "Mars/Olympus"),
        (cells.zone, "CET+1"),
        (cells.language, "English!"),
        (cells.number(1, 5, places=2), "6"),
        (cells.number(1, 5, places=2), "NaN"),
        (cells.number(1, 5, places=2), "1.234"),
        (cells.number(1, 10), "high"),
        (cells.year, "24"),
        (cells.year, "9" * 5000),
        (cells.year, "²024"),
        (cells.one_of(KINDS), "fired"),
        (cells.text(3), "four"),
        (cells.text(9), "bell\x07"),
    ],
)
def test_wrong_values_say_what_to_do(clean, text):
    with pytest.raises(WrongCell) as wrong:
        clean(text)
    assert wrong.value.problem.endswith(".")
    assert wrong.value.remedy.endswith(".")


def test_tidy_takes_off_the_apostrophe_of_our_own_exports():
    assert [cells.tidy(text) for text in ("  Ada\u00a0 Lovelace ", "'=1+1", "'t Hooft", "=1+1")] == [
        "Ada Lovelace",
        "=1+1",
        "'t Hooft",
        "=1+1",
    ]
