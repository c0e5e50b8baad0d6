"""A generated HR file of any size, the same for the same seed: for benchmarks and load tests."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    "employee_number", "first_name", "last_name", "email", "job_title", "grade", "business_unit", "market",
    "time_zone", "language", "manager_number", "hire_date", "termination_date", "termination_type", "gender",
)  # fmt: skip
FIRST = (
    "Amara", "Anouk", "Ben", "Camille", "Chidi", "Dana", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kavya",
    "Lars", "Mei", "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Sven", "Tomás", "Uma", "Viktor", "Wanda", "Yara", "Zoë",
)  # fmt: skip
LAST = (
    "Abebe", "Bauer", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Haddad", "Ivanova", "Jansen", "Kowalski",
    "Lindqvist", "Müller", "Nakamura", "Okonkwo", "Petrov", "Quinn", "Rossi", "Silva", "Tanaka", "Ueda", "Vargas",
    "Whitaker", "Xu", "Yamada", "Zhang",
)  # fmt: skip
LEVELS = (
    ("Chief Commercial Officer", "9"), ("Regional Director", "8"), ("District Manager", "7"), ("Account Manager", "6"),
    ("Senior Territory Manager", "6"), ("Territory Manager", "5"), ("Sales Representative", "4"),
)  # fmt: skip
UNITS = ("Oncology Sales", "Cardiometabolic Sales", "Immunology Sales", "Key Accounts", "Market Access")
PLACES = (
    ("US", "America/New_York", "en"), ("US", "America/Chicago", "en"), ("DE", "Europe/Berlin", "de"),
    ("FR", "Europe/Paris", "fr"), ("GB", "Europe/London", "en"), ("JP", "Asia/Tokyo", "ja"),
    ("BR", "America/Sao_Paulo", "pt"), ("IN", "Asia/Kolkata", "en"),
)  # fmt: skip
SPAN = 8
FIRST_NUMBER = 10_000
FIRST_DAY = date(2008, 1, 7)
DAYS = 6_000


def write_people_file(path: Path, people: int, seed: int = 1) -> Path:
    """Write a people file that imports without a fault: one line from the top down, one in eight has left."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_rows(people, random.Random(seed)))  # noqa: S311 - made-up people, no secret
    return path


def _rows(people: int, chance: random.Random) -> Iterator[list[str]]:
    level, level_ends = 0, 1
    for index in range(people):
        if index >= level_ends:
            level, level_ends = level + 1, level_ends * SPAN + 1
        yield _person(index, min(level, len(LEVELS) - 1), chance)


def _person(index: int, level: int, chance: random.Random) -> list[str]:
    number = FIRST_NUMBER + index
    first, last = chance.choice(FIRST), chance.choice(LAST)
    title, grade = LEVELS[level]
    market, zone, language = chance.choice(PLACES)
    hired = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    has_left = index > SPAN and chance.randrange(8) == 0
    left = hired + timedelta(days=chance.randrange(30, 2_000)) if has_left else None
    reason = chance.choice(("voluntary", "involuntary", "retirement"))
    return [
        str(number), first, last, f"person.{number}@example.com", title, grade, chance.choice(UNITS), market, zone,
        language, str(FIRST_NUMBER + (index - 1) // SPAN) if index else "", hired.isoformat(),
        left.isoformat() if left else "", reason if left else "", chance.choice("FM"),
    ]  # fmt: skip
