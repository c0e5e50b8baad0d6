"""A hundred thousand people as CSV, against COPY of the same rows with nothing neutralised; and the memory it takes."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import QueryDict

from amdp.demo.load import MAIN, address
from amdp.identity.models import Membership
from amdp.tenancy.context import organization_context
from tests.benchmarks.results import Result, alternately

PLAIN = (
    "employee_number", "first_name", "last_name", "email", "job_title", "grade__code", "business_unit", "market", "time_zone", "language",
    "manager__employee_number", "manager__first_name", "manager__last_name", "hire_date", "termination_date", "termination_type",
)  # fmt: skip


def measure() -> list[Result]:
    ours, limit = alternately(ours_to_nowhere, plain_to_nowhere)
    ratio = limit / ours
    growth = memory("100000") - memory("10000")
    return [
        Result(
            "export_csv_100k", ours, "s", limit, ratio,
            aim="ratio ≥ 0.25, growth < 20 MB", met=ratio >= 0.25 and growth < 20, extra={"rss_growth_mb": round(growth, 1)},
        )
    ]  # fmt: skip


def ours_to_nowhere(most: int | None = None) -> int:
    """What the worker writes, without the disk."""
    from amdp.web.copying import copy_csv

    member = analyst()
    with organization_context(member.organization), Path(os.devnull).open("wb") as nowhere:
        export = rows_of(member)
        rows = export.rows
        if most is not None:
            rows = rows.filter(pk__lt=rows.order_by("pk")[most].pk)
        return copy_csv(nowhere, rows, export.columns)


def plain_to_nowhere() -> None:
    member = analyst()
    with (
        organization_context(member.organization),
        Path(os.devnull).open("wb") as nowhere,
        connection.cursor() as cursor,
    ):
        sql, params = rows_of(member).rows.values_list(*PLAIN).query.sql_with_params()
        cursor.copy_expert(
            f"COPY ({cursor.mogrify(sql, params).decode()}) TO STDOUT WITH (FORMAT csv)", nowhere
        )


def rows_of(member: Membership) -> Any:
    from amdp.exports.kinds import export_of

    export = export_of("people", member, QueryDict("").urlencode())
    assert export is not None
    return export


def analyst() -> Membership:
    members = Membership.objects.select_related("organization", "user")
    return members.get(organization__slug=MAIN, user__email=address("hr_analyst"))


def memory(rows: str) -> float:
    """The most memory, in MB, a process of its own has needed for that many rows."""
    command = f"import django; django.setup(); from tests.benchmarks.exports import alone; alone({rows})"
    told = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True)
    return float(told.stdout)


def alone(rows: int) -> None:
    """What ``memory`` runs."""
    ours_to_nowhere(None if rows >= 100_000 else rows)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
