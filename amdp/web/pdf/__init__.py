"""Documents as PDF: A4, tagged for screen readers (PDF/UA-1), text to be selected, fonts inside (ADR 0017).

A ``Document`` is a title and blocks of plain data; ``document.typ`` beside this file gives them their look.
What people wrote is data for the typesetter, never markup. Printed are Latin, Greek, Cyrillic, Arabic, Hebrew,
Georgian, Thai and Devanagari (FiraGO), Chinese, Japanese and Korean (Noto Sans CJK).
"""

import atexit
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import FileResponse

TEMPLATE = Path(__file__).with_name("document.typ")
ACCENT = "#155e75"
Block = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """What is printed. ``footer`` stands on every page beside its number."""

    title: str
    subtitle: str
    footer: str
    blocks: Sequence[Block] = field(default_factory=list)
    author: str = ""
    lang: str = "en"
    accent: str = ACCENT


def heading(text: str) -> Block:
    return {"type": "heading", "text": text}


def subheading(text: str) -> Block:
    return {"type": "subheading", "text": text}


def text(said: str) -> Block:
    return {"type": "text", "text": said}


def note(said: str) -> Block:
    return {"type": "note", "text": said}


def facts(rows: Sequence[tuple[str, str]], head: tuple[str, str]) -> Block:
    return {"type": "facts", "head": list(head), "rows": [list(row) for row in rows]}


def events(rows: Sequence[tuple[str, str, str]], head: tuple[str, str]) -> Block:
    """When, what, and in whose words."""
    named = [{"at": at, "text": said, "words": words} for at, said, words in rows]
    return {"type": "events", "head": list(head), "rows": named}


def levels(rows: Sequence[tuple[str, str, int, str]], head: tuple[str, str, str]) -> Block:
    """Name, what it is, a level from 1 to 5 as dots, and its word."""
    named = [
        {"name": name, "about": about, "level": level, "word": word} for name, about, level, word in rows
    ]
    return {"type": "levels", "head": list(head), "rows": named}


def points(rows: Sequence[tuple[str, str, str]], *, numbered: bool = False) -> Block:
    """Title, what it is about, and what is said of it."""
    named = [{"title": title, "about": about, "text": said} for title, about, said in rows]
    return {"type": "points", "numbered": numbered, "rows": named}


def render(document: Document, *, at: datetime) -> bytes:
    """The document as a PDF file made at that moment; the same document gives the same file."""
    import typst  # some 80 MB: only where a document is made

    content = {key: _clean(value) for key, value in vars(document).items()}
    made = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(content)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def pdf_response(file: bytes, name: str) -> FileResponse:
    """The file to download."""
    return FileResponse(BytesIO(file), as_attachment=True, filename=name, content_type="application/pdf")


def _clean(value: Any) -> Any:
    """Without control characters, which no font has."""
    if isinstance(value, str):
        return "".join(mark for mark in value.replace("\r\n", "\n") if mark in "\n\t" or mark.isprintable())
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


@cache
def _fonts() -> Any:
    """The fonts, opened once per process."""
    import noto_cjk_sans_jp_regular as noto
    import typst
    from pymupdf_fonts import FiraGO_Bold, FiraGO_Regular

    folder = tempfile.TemporaryDirectory(prefix="amdp-fonts-")
    atexit.register(folder.cleanup)
    for name, font in (("regular", FiraGO_Regular), ("bold", FiraGO_Bold)):
        Path(folder.name, f"{name}.ttf").write_bytes(font.fontbuffer)
    paths = [folder.name, str(Path(str(noto.FONT_PATH)).parent)]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
