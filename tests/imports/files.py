"""Files for tests, as an HR system would write them."""

import csv
import io

HEADER = (
    "employee_number,first_name,last_name,email,grade,time_zone,manager_number,hire_date,termination_date"
)


def table(*rows, header=HEADER, delimiter=",", encoding="utf-8", bom=False):
    """A file of these rows (dicts or comma-separated text)."""
    names = header.split(",")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(names)
    for row in rows:
        cells = row.split(",") if isinstance(row, str) else [row.get(name, "") for name in names]
        writer.writerow(cells)
    data = stream.getvalue().encode(encoding)
    return io.BytesIO((b"\xef\xbb\xbf" if bom else b"") + data)


def person(number, **cells):
    return {"employee_number": number, "first_name": "Ada", "last_name": f"Nr{number}", **cells}
