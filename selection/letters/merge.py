"""Filling in merge fields. Anything in braces is a field; what is not on the list, or has no value for the
person, is named and never left out silently."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

IN_BRACES = re.compile(r"\{([^{}\n]*)\}")
# What a text may use, with what stands in its place.
FIELDS: dict[str, str] = {
    "first_name": "The person’s first name",
    "name": "The person’s full name",
    "program": "The program’s name",
    "cohort": "The cohort’s name",
    "start": "The day the cohort starts, such as Monday 4 January 2027",
    "end": "The day the cohort ends",
    "seats": "How many seats the cohort has",
    "leader": "The name of the person’s leader",
    "answer_by": "The last day to answer the offer; for those selected or moved up",
    "place": "The place in the reserve, such as second; for those in reserve",
    "organization": "The organization’s name",
}


@dataclass(frozen=True)
class Text:
    """A subject and a body; paragraphs are parted by an empty line."""

    subject: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.body}"


@dataclass(frozen=True)
class Merged:
    """A letter with its fields filled in. Fields that could not be stay in it as they were written."""

    subject: str
    body: str
    unknown: tuple[str, ...]
    empty: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What is wrong with it, in words."""
        return (
            *(f"{{{name}}} is not a merge field" for name in self.unknown),
            *(f"{{{name}}} is empty" for name in self.empty),
        )

    @property
    def paragraphs(self) -> tuple[str, ...]:
        parts = re.split(r"\n\s*\n", self.body.replace("\r\n", "\n").strip())
        return tuple(part.strip() for part in parts if part.strip())


def fields_in(text: str) -> list[str]:
    """The fields a text uses, each once, in order."""
    return list(dict.fromkeys(IN_BRACES.findall(text)))


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no field."""
    return [name for name in fields_in(text) if name not in FIELDS]


def merged(text: Text, values: Mapping[str, str]) -> Merged:
    """Fill in the fields. A value is put in as it is: braces in a name are not read again."""
    used = fields_in(text.whole)
    unknown = tuple(name for name in used if name not in FIELDS)
    empty = tuple(name for name in used if name in FIELDS and not values.get(name, "").strip())

    def put(found: re.Match[str]) -> str:
        return (values.get(found[1], "").strip() if found[1] in FIELDS else "") or found[0]

    return Merged(IN_BRACES.sub(put, text.subject), IN_BRACES.sub(put, text.body), unknown, empty)
