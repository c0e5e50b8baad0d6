from django.core.exceptions import ValidationError
from django.db import connection, transaction

from amdp.audit import services as audit
from amdp.directory.models import Demographics, Person
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization

# One statement for the whole organization; only rows whose line changed are written.
REBUILD = """
WITH RECURSIVE chain AS (
    SELECT id, id::text || '/' AS line FROM directory_person
    WHERE organization_id = %(organization)s AND manager_id IS NULL
    UNION ALL
    SELECT person.id, chain.line || person.id || '/' FROM directory_person person
    JOIN chain ON person.manager_id = chain.id AND person.organization_id = %(organization)s
)
UPDATE directory_person person SET line = chain.line FROM chain
WHERE person.organization_id = %(organization)s AND person.id = chain.id AND person.line IS DISTINCT FROM chain.line
"""


def rebuild_lines() -> int:
    """Store every reporting line of the current organization anew; returns how many changed.

    The caller has made sure that there is no cycle.
    """
    with connection.cursor() as cursor:
        cursor.execute(REBUILD, {"organization": require_organization()})
        return int(cursor.rowcount)


@transaction.atomic
def tie_login(person: Person, membership: Membership, *, by: Membership | None) -> Person:
    """Tie a login to its person in the directory. Only an accepted invitation does this, never an equal
    e-mail address. A login that was removed from the organization makes room for another. Raises
    ValidationError when either is tied already."""
    require_organization()
    person = Person.objects.select_for_update().get(pk=person.pk)
    tied = person.membership
    if tied is not None and tied.is_active and tied.pk != membership.pk:
        raise ValidationError(f"{person} has a login already.")
    if Person.objects.filter(membership=membership).exclude(pk=person.pk).exists():
        raise ValidationError(f"{membership} is tied to another person already.")
    person.membership = membership
    person.save(update_fields=["membership"])
    audit.record("person.login_tied", person, by=by, after={"login": membership.user.email})
    return person


@transaction.atomic
def identify_oneself(person: Person, *, gender: str, by: Membership) -> Demographics:
    """What a person says about themselves; it takes the place of what the HR file said.

    Deliberately leaves no audit entry: demographics are never written there.
    """
    require_organization()
    if person.membership_id != by.pk:
        raise ValidationError("Only the person can say this.")
    facts = {"gender": gender, "source": Demographics.Source.SELF}
    return Demographics.objects.update_or_create(person=person, defaults=facts)[0]
