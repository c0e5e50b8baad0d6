"""In which of the product's tables a member appears at all, asked once before each is asked in detail.

Most people take part in one or two things. To compose, plan and run a query for everything they do not take
part in costs far more than to ask for all of it at once, by index and written out.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import ForeignKey

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership

# ``Nomination.nominator`` as the class has it: the descriptor of a reference to a person or a membership.
Reference = Any


def look_up_appearances(member: Membership, references: Iterable[Reference]) -> None:
    """Ask in one query which of these references name the member or their person; kept on the membership."""
    fields = [reference.field for reference in references]
    person = person_of(member)
    keys = [(person.pk if person else None) if _is_person(field) else member.pk for field in fields]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(_exists(field) for field in fields), keys)
        row = cursor.fetchone()
    member._appearances = dict(zip(fields, row, strict=True))  # type: ignore[attr-defined]


def may_appear(member: Membership, *references: Reference) -> bool:
    """Whether one of these references names the member or their person; True where nobody has asked."""
    known: dict[Any, bool] = getattr(member, "_appearances", {})
    return any(known.get(reference.field, True) for reference in references)


def _is_person(field: ForeignKey[Any, Any]) -> bool:
    return field.related_model is Person


def _exists(field: ForeignKey[Any, Any]) -> str:
    """The policy of the table adds the organization, with which the index of every reference begins."""
    quote = connection.ops.quote_name
    return f"EXISTS (SELECT FROM {quote(field.model._meta.db_table)} WHERE {quote(field.column)} = %s)"
