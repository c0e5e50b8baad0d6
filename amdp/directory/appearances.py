"""In which of the product's tables a member appears at all, asked once before each is asked in detail.

Most people take part in one or two things. To compose, plan and run a query for everything they do not take
part in costs far more than to ask for all of it at once, by index and written out.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership

# ``Nomination.nominator`` as the class has it: the descriptor of a reference to a person or a membership; or a
# function that says for a person which rows concern them.
Reference = Any


def look_up_appearances(member: Membership, references: Iterable[Reference]) -> None:
    """Ask in one query which of these references name the member or their person; kept on the membership."""
    keys = [_key(reference) for reference in references]
    questions = [_question(key, member) for key in keys]
    sql = "SELECT " + ", ".join(f"EXISTS ({statement})" for statement, _ in questions)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, values in questions for value in values])
        row = cursor.fetchone()
    member._appearances = dict(zip(keys, row, strict=True))  # type: ignore[attr-defined]


def may_appear(member: Membership, *references: Reference) -> bool:
    """Whether one of these references names the member or their person; True where nobody has asked."""
    known: dict[Any, bool] = getattr(member, "_appearances", {})
    return any(known.get(_key(reference), True) for reference in references)


def _key(reference: Reference) -> Any:
    return reference if callable(reference) else reference.field


def _question(key: Any, member: Membership) -> tuple[str, Sequence[Any]]:
    """The policy of the table adds the organization, with which the index of every reference begins."""
    person = person_of(member)
    if callable(key):
        return key(person).values("pk").query.sql_with_params()
    quote, is_person = connection.ops.quote_name, key.related_model is Person
    value = (person.pk if person else None) if is_person else member.pk
    return f"SELECT FROM {quote(key.model._meta.db_table)} WHERE {quote(key.column)} = %s", [value]
