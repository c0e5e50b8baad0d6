"""Ten thousand people from a file, against COPY of the same file into a table without an index."""

import tempfile
from pathlib import Path

from django.db import connection, transaction

from amdp.demo.people_file import HEADER, write_people_file
from amdp.imports.services import import_file
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from tests.benchmarks.results import Result, alternately

PEOPLE = 10_000


def measure() -> list[Result]:
    organization, _ = Organization.objects.get_or_create(
        slug="bench-import", defaults={"name": "Bench import"}
    )
    with tempfile.TemporaryDirectory() as folder:
        path = write_people_file(Path(folder) / "people.csv", PEOPLE)
        ours, limit = alternately(lambda: bring_in(organization, path), lambda: copy(path))
    return [
        Result(
            "import_people", PEOPLE / ours, "rows/s", PEOPLE / limit, limit / ours,
            aim="10,000 under 10 s", met=ours < 10, extra={"seconds": round(ours, 2)},
        )
    ]  # fmt: skip


def bring_in(organization: Organization, path: Path) -> None:
    """Everything an import does, taken back so that the next one starts from nothing again."""
    with transaction.atomic():
        with organization_context(organization), path.open("rb") as file:
            outcome = import_file("people", file)
            assert (outcome.new, outcome.refused) == (PEOPLE, False)
        transaction.set_rollback(True)


def copy(path: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor, path.open("rb") as file:
        cursor.execute(
            f"CREATE TEMPORARY TABLE raw ({', '.join(f'{name} text' for name in HEADER)}) ON COMMIT DROP"
        )
        cursor.copy_expert("COPY raw FROM STDIN WITH (FORMAT csv, HEADER)", file)
