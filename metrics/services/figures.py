"""Releasing figures: measured once per closing, and let through where nobody can be found out by comparing."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.core.cache import cache
from django.db import connection, transaction

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from amdp.tenancy.models import Organization
from cohorts.models import Cohort, Program
from metrics.arms import Measure
from metrics.closings import closing_of
from metrics.disclosure import Earlier, Seen
from metrics.figures import Figure
from metrics.measures import Known, Measured, measure_all, measure_skill
from metrics.models import ImpactSnapshot, Release, StageRelease
from metrics.queries.diversity import stage_counts
from metrics.queries.released import local_day, zone_of
from metrics.queries.skills import skill_levels
from metrics.queries.spells import spells
from metrics.stages import Furthest, added, beside_cohorts, frozen, through_suppression

# Where nothing is closed yet, somebody may be selected any minute: looked at again after this many seconds.
FRESH_FOR = 30
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def refresh(organization: Organization, day: date) -> None:
    """See that the closing in force on a day is measured."""
    closing = closing_of(day)
    key = f"metrics:{require_organization()}:{closing:%Y-%m}"
    if cache.get(key) is None:
        if not Release.objects.filter(as_of=closing).exists():
            release_figures(organization, as_of=closing)
        if not StageRelease.objects.filter(as_of=closing).exists():
            release_stages(organization, as_of=closing)
        cache.set(key, True, FRESH_FOR)


@transaction.atomic
def release_figures(organization: Organization, *, as_of: date) -> list[Release]:
    """Measure everything as of a day, and keep what may be shown beside all that was shown before.

    A day is measured once: what is learned of it later counts from the next one on. Nothing is kept while
    nobody has been selected.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"metrics:{require_organization()}"])
    known = list(Release.objects.order_by("as_of"))
    found = spells(as_of, zone_of(organization))
    if not found or any(release.as_of == as_of for release in known):
        return []
    earlier = _earlier(known)
    measured = measure_all(found, as_of, earlier=earlier)
    measured += measure_skill(skill_levels(as_of), as_of, earlier)
    return Release.objects.bulk_create((_release(one) for one in measured), batch_size=500)


@transaction.atomic
def release_stages(organization: Organization, *, as_of: date) -> StageRelease | None:
    """Count how far nominees got by a day, and keep what may be shown beside all that was shown before."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"metrics:{require_organization()}"])
    known = list(StageRelease.objects.order_by("as_of"))
    fresh = stage_counts(as_of, zone_of(organization))
    if not fresh or any(release.as_of == as_of for release in known):
        return None
    tables: dict[str, Furthest] = {cohort: {} for one in known for cohort in one.counts}
    tables |= {str(cohort): table for cohort, table in fresh.items()}
    # a cohort whose files are deleted by now is still known from before
    counts = {
        cohort: frozen(table, [one.counts[cohort] for one in known if cohort in one.counts])
        for cohort, table in tables.items()
    }
    published = {
        str(cohort): shown["gender"]  # type: ignore[index]
        for cohort, shown in ImpactSnapshot.objects.filter(shown__isnull=False).values_list("cohort", "shown")
    }
    shown = through_suppression(
        added(counts.values()),
        [one.shown for one in known],
        sensitive=beside_cohorts(counts, published),
    )
    return StageRelease.objects.create(as_of=as_of, counts=counts, shown=shown)


def measure_before_erasure(cohort: Cohort) -> None:
    """Named in ``settings.BEFORE_ERASURE``: the closing in force is measured while the files are there; what was
    released of it stays as it is."""
    closing = closing_of(local_day(cohort.organization))
    release_figures(cohort.organization, as_of=closing)
    release_stages(cohort.organization, as_of=closing)


def _release(one: Measured) -> Release:
    return Release(
        organization_id=require_organization(),
        as_of=one.figure.as_of,
        measure=one.figure.measure,
        scope=one.figure.scope,
        arm=one.figure.arm,
        figure=one.figure.as_json(),
        seen=one.seen,
        has_value=one.figure.value is not None,
        cells={column: sorted(tokens, key=str) for column, tokens in one.cells.items()},
    )


def _earlier(known: Iterable[Release]) -> Known:
    """The cuts shown so far, by measure and arm."""
    days: dict[tuple[str, str, date], list[Release]] = defaultdict(list)
    for release in known:
        days[release.measure, release.arm, release.as_of].append(release)
    found: dict[tuple[str, str], list[Earlier]] = defaultdict(list)
    for (measure, arm, _), releases in days.items():
        found[measure, arm].append(
            Earlier(
                groups={
                    one.scope: {column: frozenset(people) for column, people in one.cells.items()}
                    for one in releases
                },
                seen={one.scope: Seen(one.seen) for one in releases},
                steps=_steps(releases) if measure == Measure.CURVE else (),
            )
        )
    return found


def _steps(releases: Iterable[Release]) -> tuple[int, ...]:
    return tuple(step.month for one in releases for step in Figure.from_json(one.figure).steps)


def record_export(
    what: str,
    *,
    rows: int,
    filters: dict[str, object],
    by: Membership,
    about: Program | Cohort | None = None,
) -> None:
    """Note in the export log who took which numbers or names out."""
    audit.record(f"export.{what}", about, by=by, after={"rows": rows, **filters})
