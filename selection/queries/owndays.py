"""A member's own times of an assessment, in their own zone."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils import timezone

from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.web.time import day, place_of
from cohorts.models import Cohort
from selection import access
from selection.calendars import place_of_slot
from selection.models import AssessmentSlot, Assessor, Candidate, MaterialVersion, Scoresheet
from selection.queries.dayplan import zones_at


@dataclass(frozen=True)
class OwnSlot:
    """One of them: when to be there, what, where, and for an assessor whom."""

    slot: AssessmentSlot
    starts: datetime
    ends: datetime
    lead: int
    as_candidate: bool
    sheet: int | None = None
    zone: ZoneInfo | None = None

    @property
    def there(self) -> str:
        """When it is where the room is, for who lives by another clock: ``09:20–10:00 in Zurich``."""
        if self.zone is None or not self.slot.room_id:
            return ""
        start, end = self.starts.astimezone(self.zone), self.ends.astimezone(self.zone)
        if start.utcoffset() == self.starts.utcoffset():
            return ""
        return f"{start:%H:%M}–{end:%H:%M} in {place_of(str(self.zone))}"

    @property
    def place(self) -> str:
        return (self.slot.room and place_of_slot(self.slot)) or "Video"


@dataclass(frozen=True)
class OwnDay:
    title: str
    slots: tuple[OwnSlot, ...]


@dataclass(frozen=True)
class OwnDays:
    """Everything of one cohort: days from today on, and those that were; files by exercise."""

    cohort: Cohort
    days: tuple[OwnDay, ...]
    past: tuple[OwnDay, ...]
    place: str
    as_candidate: bool
    files: tuple[tuple[str, tuple[MaterialVersion, ...]], ...] = ()


def own_days_of(member: Membership, cohort: int) -> OwnDays | None:
    """The member's times in a cohort, once published; None without any. A fixed number of queries."""
    person = person_of(member)
    slots = list(access.own_slots(member).filter(plan__cohort=cohort))
    if person is None or not slots:
        return None
    there = zones_at(slots[0].plan)
    zone = ZoneInfo(person.time_zone or "UTC")
    rows = Scoresheet.objects.filter(assessor__person=person, candidate__cohort=cohort).order_by()
    sheets = {
        (candidate, exercise): pk
        for pk, candidate, exercise in rows.values_list("pk", "candidate_id", "exercise_id")
    }
    exercises = {slot.exercise_id: slot.exercise for slot in slots}
    files = files_by_exercise(member, exercises)
    own = [_own(slot, person, zone, sheets, there) for slot in slots]
    today = timezone.localdate(timezone=zone)
    return OwnDays(
        slots[0].plan.cohort,
        _by_day([each for each in own if each.starts.date() >= today]),
        _by_day([each for each in own if each.starts.date() < today]),
        place_of(str(zone)),
        own[0].as_candidate,
        tuple((str(exercise), files[pk]) for pk, exercise in exercises.items() if pk in files),
    )


def _by_day(slots: list[OwnSlot]) -> tuple[OwnDay, ...]:
    found: dict[str, list[OwnSlot]] = {}
    for one in sorted(slots, key=lambda each: (each.starts, each.slot.pk)):
        found.setdefault(day(one.starts.date()), []).append(one)
    return tuple(OwnDay(title, tuple(listed)) for title, listed in found.items())


def _own(
    slot: AssessmentSlot,
    person: Person,
    zone: ZoneInfo,
    sheets: dict[tuple[int, int], int],
    there: Callable[[datetime], ZoneInfo],
) -> OwnSlot:
    assert slot.starts_at
    assert slot.ends_at
    as_candidate = slot.candidate.person_id == person.pk
    lead = slot.exercise.preparation_minutes if as_candidate else 0
    return OwnSlot(
        slot,
        (slot.starts_at - timedelta(minutes=lead)).astimezone(zone),
        slot.ends_at.astimezone(zone),
        lead,
        as_candidate,
        None if as_candidate else sheets.get((slot.candidate_id, slot.exercise_id)),
        there(slot.starts_at),
    )


def files_by_exercise(
    member: Membership, exercises: Collection[int]
) -> dict[int, tuple[MaterialVersion, ...]]:
    """By exercise the latest version of each file the member may have now; two queries."""
    materials = access.own_materials(member).filter(exercise__in=exercises)
    latest = MaterialVersion.objects.filter(material__in=materials.order_by().values("pk"))
    latest = latest.order_by("material_id", "-number").distinct("material_id").select_related("material")
    found: dict[int, tuple[MaterialVersion, ...]] = {}
    for version in sorted(latest, key=lambda one: (one.material.audience, one.material.name)):
        key = version.material.exercise_id
        found[key] = (*found.get(key, ()), version)
    return found


def cohorts_with_days(member: Membership) -> list[Cohort]:
    """Cohorts in whose assessment the member has published times."""
    if person_of(member) is None or not may_appear(member, Candidate.person, Assessor.person):
        return []
    own = access.own_slots(member).filter(plan__cohort=OuterRef("pk")).order_by()
    return list(Cohort.objects.filter(Exists(own)).order_by("name", "pk"))
