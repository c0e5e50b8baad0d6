import json
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from amdp.audit.models import AuditEntry
from amdp.tenancy.context import require_organization

Facts = dict[str, Any]


class Actor(Protocol):
    """Whoever acts: a membership. Audit stands below identity, so it only asks for id and name."""

    pk: Any

    @property
    def display_name(self) -> str: ...


def record(
    verb: str,
    subject: models.Model | None = None,
    *,
    by: Actor | None,
    before: Facts | None = None,
    after: Facts | None = None,
    why: str = "",
) -> AuditEntry:
    """Append one entry, in the transaction of the change it tells of. ``by=None`` means the product itself.

    ``verb`` is noun.past_participle, such as ``nomination.approved``. Never pass private notes,
    demographics, rating values before release, survey answers or tokens.
    """
    require_organization()
    return AuditEntry.objects.create(
        actor_id=by.pk if by else None,
        actor_name=by.display_name if by else "AMDP",
        verb=verb,
        object_type=subject._meta.label_lower if subject is not None else "",
        object_id=subject.pk if subject is not None else None,
        object_label=str(subject)[:300] if subject is not None else "",
        before=_plain(before),
        after=_plain(after),
        why=why,
    )


def _plain(facts: Facts | None) -> Facts:
    return json.loads(json.dumps(facts or {}, cls=DjangoJSONEncoder))
