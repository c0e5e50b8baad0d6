"""What rows are checked against: numbers of people, and the grade table."""

from django.db import connection

from amdp.directory.models import Grade, Person
from amdp.imports.problems import WrongCell
from amdp.web.forms import as_key

# Staged where the id is known only once new rows are in.
NEW = -1


def person_ids() -> dict[str, int]:
    """Employee number → id of everybody in the directory."""
    return dict(Person.objects.order_by().values_list("employee_number", "id"))


def managers() -> dict[str, str]:
    """Employee number → the manager's, of everybody who has one."""
    people = Person.objects.order_by().filter(manager__isnull=False)
    return dict(people.values_list("employee_number", "manager__employee_number"))


class Grades:
    """The grade table. A code that is a whole number and not in it yet is added with that rank."""

    def __init__(self) -> None:
        self.ids = dict(Grade.objects.values_list("code", "id"))
        self.ranks = dict(Grade.objects.values_list("rank", "code"))
        self.added: list[str] = []

    def id_of(self, code: str) -> int | None:
        """The grade's id, NEW for one to be added, None for no grade. Raises WrongCell when unknown."""
        if not code:
            return None
        found = self.ids.get(code)
        if found is None:
            found = self.ids[code] = self._add(code)
        return found

    def _add(self, code: str) -> int:
        known = ", ".join(code for code, _ in zip(self.ids, range(12), strict=False)) or "none yet"
        if (rank := as_key(code)) is None or rank > 32767:
            raise WrongCell(
                "The grade table has no such grade.",
                f"Use one of its codes ({known}), or add it under Grades first.",
            )
        holder = self.ranks.setdefault(rank, code)
        if holder != code:
            raise WrongCell(
                f"The grade table has no grade {code}, and its rank is taken by grade {holder}.",
                f"Use {holder}, or change the ranks under Grades first.",
            )
        self.added.append(code)
        return NEW

    @property
    def notes(self) -> list[str]:
        """What the import adds to the grade table, in words."""
        codes = ", ".join(sorted(self.added, key=int))
        return [f"Added to the grade table, ranked by their number: {codes}."] if self.added else []

    def write(self) -> None:
        """Add the new grades and put their ids into the staged rows."""
        if not self.added:
            return
        Grade.objects.bulk_create(Grade(code=code, rank=int(code)) for code in sorted(self.added, key=int))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_temp.incoming s SET grade_id = g.id FROM directory_grade g "
                "WHERE s.grade_id = %s AND g.code = s.grade",
                [NEW],
            )
