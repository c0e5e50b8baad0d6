"""Small files that open: a page of text as PDF, a table as a workbook. For the materials of the demo's exercises."""

import io
from collections.abc import Sequence

import xlsxwriter

LINE = 15


def page(title: str, lines: Sequence[str]) -> bytes:
    """One A4 page in Helvetica."""
    shown = "".join(f"0 -{LINE} Td ({_escaped(line)}) Tj\n" for line in lines)
    text = f"BT /F1 18 Tf 60 770 Td ({_escaped(title)}) Tj /F1 11 Tf 0 -16 Td\n{shown}ET".encode(
        "cp1252", "replace"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def workbook(rows: Sequence[Sequence[str | int | float]]) -> bytes:
    """One sheet."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Figures")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return kept.getvalue()
