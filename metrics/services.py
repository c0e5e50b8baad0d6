"""Releasing figures: measured anew, and let through where nobody can be found out by comparing."""

from collections.abc import Iterable
from datetime import date

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from amdp.tenancy.models import Organization
from metrics.measures import Measured, measure_all
from metrics.models import Release
from metrics.queries.released import local_day, zone_of
from metrics.queries.spells import spells
from metrics.suppression import may_follow

# Reading is frequent and measuring takes a while: looked at again after this many seconds.
FRESH_FOR = 30
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
Key = tuple[str, str, str]


def refresh(organization: Organization) -> None:
    """Bring the released figures up to today, at most twice a minute."""
    key = f"metrics:{require_organization()}:measured"
    if cache.get(key) is None:
        release_figures(organization, as_of=local_day(organization))
        cache.set(key, True, FRESH_FOR)


@transaction.atomic
def release_figures(organization: Organization, *, as_of: date) -> list[Release]:
    """Measure everything as of a day and release what may be released; the others stay as they were.

    A figure may follow its predecessor only if nobody, or at least five people, came to or left those who
    count in it and those it happened to.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"metrics:{require_organization()}"])
    before = {_key(release): release for release in Release.objects.all()}
    measured = measure_all(spells(as_of, zone_of(organization)), as_of)
    released = [
        _release(one)
        for one in measured
        if _may_follow(before.get((one.figure.measure, one.figure.scope, one.figure.arm)), one)
    ]
    _forget_gone(before, measured)
    return Release.objects.bulk_create(
        released,
        update_conflicts=True,
        unique_fields=["organization", "measure", "scope", "arm"],
        update_fields=["figure", "people", "affected", "released_at"],
    )


def _release(one: Measured) -> Release:
    return Release(
        organization_id=require_organization(),
        measure=one.figure.measure,
        scope=one.figure.scope,
        arm=one.figure.arm,
        figure=one.figure.as_json(),
        people=sorted(one.people),
        affected=sorted(one.affected),
        released_at=timezone.now(),
    )


def _may_follow(before: Release | None, after: Measured) -> bool:
    """Whether nobody learns about single people by comparing the two. What was hidden told nothing."""
    if before is None or before.figure["hidden"]:
        return True
    return _differ_enough(before.people, after.people) and _differ_enough(before.affected, after.affected)


def _differ_enough(before: Iterable[int], after: Iterable[int]) -> bool:
    return may_follow({str(person) for person in before}, {str(person) for person in after})


def _forget_gone(before: dict[Key, Release], measured: Iterable[Measured]) -> None:
    """Nobody is left in a program's group, for instance after a correction of the data."""
    present = {(one.figure.measure, one.figure.scope, one.figure.arm) for one in measured}
    gone = [release.pk for key, release in before.items() if key not in present]
    if gone:
        Release.objects.filter(pk__in=gone).delete()


def _key(release: Release) -> Key:
    return release.measure, release.scope, release.arm


def record_export(what: str, *, rows: int, filters: dict[str, object], by: Membership) -> None:
    """Note in the export log who took which numbers or names out."""
    audit.record(f"export.{what}", by=by, after={"rows": rows, **filters})
