"""What kind of file something is, by what it holds, not by what it is called."""

import zipfile
from typing import IO

from django.core.exceptions import ValidationError

LARGEST = 25 * 1024 * 1024
MOST_ENTRIES = 20_000
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
ACCEPTED = "PDF, Word, Excel, PowerPoint or an image (PNG, JPEG, GIF, WebP)"
SAME = {"jpeg": "jpg"}


def type_of(file: IO[bytes], name: str, size: int) -> str:
    """Its ending as in ``TYPES``. Raises ValidationError with a sentence for what is too large, of another
    kind, called otherwise than it is, or holds macros."""
    if size > LARGEST:
        raise ValidationError(f"The file is larger than {LARGEST // 1024 // 1024} MB. Make it smaller.")
    if not size:
        raise ValidationError("The file is empty.")
    kind = _kind(file)
    if kind is None:
        raise ValidationError(f"This is not a file people can open here. Choose {ACCEPTED}.")
    ending = name.rpartition(".")[2].lower()
    if SAME.get(ending, ending) != kind:
        raise ValidationError(f"The file is called “.{ending}” and is a {kind.upper()}. Name it “.{kind}”.")
    return kind


def _kind(file: IO[bytes]) -> str | None:
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return _office(file) if head.startswith(b"PK\x03\x04") else None


def _office(file: IO[bytes]) -> str | None:
    """By the names in the package; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return None
    finally:
        file.seek(0)
    if len(names) > MOST_ENTRIES or "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError("The file holds macros. Save it without them.")
    return next(
        (kind for start, kind in PARTS.items() if any(name.startswith(start) for name in names)), None
    )
