"""The verb that changes the grade table as a whole, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from amdp.audit import services as audit
from amdp.directory.changes import announce
from amdp.directory.models import Grade
from amdp.directory.queries import forget_facets
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization


@dataclass(frozen=True)
class GradeRow:
    """One line of the table; without ``pk`` a new grade."""

    code: str
    rank: int
    name: str = ""
    pk: int | None = None
    removed: bool = False


@transaction.atomic
def save_grades(rows: Sequence[GradeRow], *, by: Membership) -> None:
    """Put the grade table into this state. Raises ValidationError when two grades share a code or a rank,
    or one that is in use would go."""
    organization_id = require_organization()
    grades = {grade.pk: grade for grade in Grade.objects.select_for_update()}
    before = _as_facts(grades.values())
    kept = [row for row in rows if not row.removed]
    _refuse_twice("code", [row.code for row in kept])
    _refuse_twice("rank", [str(row.rank) for row in kept])
    for row in rows:
        if row.removed and row.pk in grades:
            _remove(grades[row.pk])
    _let_go_of_codes([grades[row.pk] for row in kept if row.pk in grades and grades[row.pk].code != row.code])
    for row in kept:
        grade = grades.get(row.pk or 0) or Grade()
        grade.code, grade.name, grade.rank = row.code, row.name, row.rank
        grade.save()
    after = _as_facts(Grade.objects.all())
    if after != before:
        audit.record("grades.changed", by=by, before={"grades": before}, after={"grades": after})
        transaction.on_commit(lambda: forget_facets(organization_id))
        announce()


def _refuse_twice(word: str, values: list[str]) -> None:
    twice = {value for value in values if values.count(value) > 1}
    if twice:
        raise ValidationError(f"Two grades have the {word} {min(twice)}. Give one of them another.")


def _let_go_of_codes(grades: list[Grade]) -> None:
    """Two grades may change codes with each other, and no two may have one in between."""
    for grade in grades:
        grade.code = f"~{grade.pk}~"
    Grade.objects.bulk_update(grades, ["code"])


def _remove(grade: Grade) -> None:
    try:
        with transaction.atomic():
            grade.delete()
    except ProtectedError:
        raise ValidationError(f"{grade} is in use by people or in their job history, so it stays.") from None


def _as_facts(grades: object) -> list[str]:
    return [f"{grade.rank} {grade.code} {grade.name}".strip() for grade in sorted(grades, key=_rank)]  # type: ignore[call-overload]


def _rank(grade: Grade) -> int:
    return grade.rank
