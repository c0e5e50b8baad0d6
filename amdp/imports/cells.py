"""From the text of one cell to a value, or a sentence about what is wrong. Pure: no database."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from amdp.imports.problems import WrongCell
from amdp.web.exports import DANGEROUS

Clean = Callable[[str], Any]

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})?", re.IGNORECASE)
MARKET = re.compile(r"([A-Z]{2})(-[A-Z0-9]{1,3})?")
FOUR_DIGITS = re.compile(r"\d{4}")
FIRST_YEAR = 1900
YEARS_AHEAD = 10


def tidy(cell: str) -> str:
    """The text without surrounding or doubled white space. An apostrophe that our own exports put before
    = + - @ is taken off again, so that a file may go out and come back."""
    text = " ".join(cell.split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text[:1] == "'" and text[1:2] in DANGEROUS:
        text = text[1:]
    return text


def text(limit: int) -> Clean:
    """Any text up to a length. A text that begins with = + - @ is a text like any other."""

    def clean(value: str) -> str:
        if not value.isprintable() and CONTROL.search(value):
            raise WrongCell("It holds characters that cannot be shown.", "Type the text anew.")
        if len(value) > limit:
            raise WrongCell(f"It is longer than {limit} characters.", f"Shorten it to {limit} characters.")
        return value

    return clean


_short = text(254)


def email(value: str) -> str:
    """An e-mail address, lower-cased."""
    try:
        validate_email(_short(value))
    except ValidationError:
        raise WrongCell(
            "This is not an e-mail address.", "Write it like ada@example.com, or leave it empty."
        ) from None
    return value.lower()


def day(value: str) -> date:
    """A date that exists, written so that day and month cannot be confused."""
    if match := ISO_DATE.fullmatch(value):
        year, month, number = match.groups()
    elif match := DOTTED_DATE.fullmatch(value):
        number, month, year = match.groups()
    else:
        raise WrongCell(
            "This is not a date we can be sure of.", "Write it as year-month-day, such as 2024-03-31."
        )
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        raise WrongCell(
            "There is no such day in the calendar.", "Correct the date, such as 2024-03-31."
        ) from None
    if not FIRST_YEAR <= found.year <= this_year() + YEARS_AHEAD:
        raise WrongCell(f"The year {found.year} cannot be right.", "Correct the year.")
    return found


def this_year() -> int:
    return timezone.now().year


def year(value: str) -> int:
    """A year of a rating."""
    if not FOUR_DIGITS.fullmatch(value) or not 1950 <= int(value) <= this_year() + 1:
        raise WrongCell(
            "This is not a year that can be rated.", f"Write four digits, such as {this_year() - 1}."
        )
    return int(value)


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def zone(value: str) -> str:
    """The name of a time zone."""
    if value not in _zones():
        raise WrongCell(
            "There is no time zone of this name.",
            "Use a name like Europe/Paris, or leave it empty for your company's.",
        )
    return value


@cache
def countries() -> Mapping[str, str]:
    """ISO 3166 codes and names, from the time zone database."""
    lines = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


def country(value: str) -> str:
    """A country as two letters."""
    code = value.upper()
    if code not in countries():
        raise WrongCell(
            "There is no country with this code.", f"Use two letters such as US or DE.{_instead(code)}"
        )
    return code


def market(value: str) -> str:
    """A country, or a region of one: US, DE, US-CA."""
    code = value.upper()
    match = MARKET.fullmatch(code)
    if match is None or match[1] not in countries():
        raise WrongCell(
            "There is no market with this code.",
            f"Use the country as two letters such as US or DE, with a region as in US-CA.{_instead(code)}",
        )
    return code


def _instead(code: str) -> str:
    return " The United Kingdom is GB." if code == "UK" else ""


def language(value: str) -> str:
    """A language tag such as en or pt-BR."""
    if not LANGUAGE.fullmatch(value) or len(value) > 10:
        raise WrongCell("This is not a language code.", "Use two letters such as en or fr.")
    return value.replace("_", "-")


def one_of(choices: Mapping[str, str], synonyms: Mapping[str, str] | None = None) -> Clean:
    """One of the values; labels and synonyms are understood, upper or lower case, with spaces or underscores."""
    known = {_plain(label): value for value, label in choices.items()}
    known |= {_plain(value): value for value in choices}
    known |= {_plain(word): value for word, value in (synonyms or {}).items()}
    allowed = ", ".join(choices)

    def clean(value: str) -> str:
        found = known.get(_plain(value))
        if found is None:
            raise WrongCell("This value is not known.", f"Use one of: {allowed}.")
        return found

    return clean


def _plain(word: str) -> str:
    return re.sub(r"[\s_\-&./]+", "_", word.strip().lower()).strip("_")


def number(low: int, high: int, *, places: int = 0) -> Clean:
    """A number between two bounds; a comma may stand for the point."""

    def clean(value: str) -> Decimal | int:
        wanted = f"Write a number from {low} to {high}"
        try:
            found = Decimal(value.replace(",", "."))
        except InvalidOperation:
            raise WrongCell("This is not a number.", f"{wanted}.") from None
        if not found.is_finite() or not low <= found <= high:
            raise WrongCell(f"It is not between {low} and {high}.", f"{wanted}.")
        if found != round(found, places):
            raise WrongCell(
                "It has too many decimal places.", f"{wanted} with at most {places} decimal places."
            )
        return found if places else int(found)

    return clean


GENDERS = {
    "f": "female", "female": "female", "woman": "female", "w": "female",
    "m": "male", "male": "male", "man": "male",
    "x": "nonbinary", "nonbinary": "nonbinary", "non_binary": "nonbinary", "diverse": "nonbinary", "d": "nonbinary",
    "u": "", "unknown": "", "undisclosed": "", "not_disclosed": "", "prefer_not_to_say": "",
}  # fmt: skip
_own_words = text(40)


def gender(value: str) -> str:
    """The usual codes in one spelling; other words stay as they are."""
    found = GENDERS.get(_plain(value))
    return _own_words(value) if found is None else found
