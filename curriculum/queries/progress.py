"""How far participants are: counts for lists, module by module for one person, totals for a cohort."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from amdp.directory.calendar import zone_named
from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.models import Membership
from cohorts.graduation import OpenWork
from cohorts.models import Cohort, Participant
from curriculum.models import Module, ParticipantActivity

OVER = ParticipantActivity.OVER
OPEN = ParticipantActivity.OPEN
TAKES_PART = (Participant.State.ACTIVE, Participant.State.DEFERRED, Participant.State.GRADUATED)
# A total of fewer people than this would tell about one of them.
FEWEST = 5


@dataclass
class ModuleProgress:
    """One participant in one module."""

    module: Module
    asked: int = 0
    over: int = 0
    late: int = 0
    begun: bool = False
    opens_on: date | None = None
    items: list[ParticipantActivity] = field(default_factory=list)

    @property
    def state(self) -> str:
        """``done``, ``late``, ``now``, ``later`` or ``optional``, for how it is drawn."""
        if self.asked and self.over >= self.asked:
            return "done"
        if self.late:
            return "late"
        if not self.asked:
            return "done" if self.items and all(one.is_over for one in self.items) else "optional"
        return "now" if self.begun else "later"

    @property
    def words(self) -> str:
        """How far it is, in words."""
        if self.state == "done":
            return "done"
        if self.state == "optional":
            return "not asked for"
        counted = f"{self.over} of {self.asked} done"
        return f"{counted}, {self.late} late" if self.late else counted


@dataclass(frozen=True)
class Progress:
    """One participant on the whole journey."""

    participant: Participant
    modules: list[ModuleProgress]
    asked: int
    over: int
    late: int

    @property
    def modules_done(self) -> int:
        return sum(one.state == "done" for one in self.modules)

    @property
    def modules_asked(self) -> int:
        return sum(one.asked > 0 for one in self.modules)


def today_of(participant: Participant) -> date:
    """Today where the participant works."""
    return timezone.now().astimezone(zone_named(participant.person.time_zone)).date()


def items_of(participant: Participant) -> list[ParticipantActivity]:
    """Everything one participant has to do, by due date, in one query."""
    return list(
        ParticipantActivity.objects.filter(participant=participant)
        .select_related("activity__module")
        .order_by("due_on", "activity__module__position", "activity__position")
    )


def progress_of(participant: Participant) -> Progress:
    """How far one participant is, module by module, late by the participant's own calendar; in one query."""
    return progress_from(participant, items_of(participant), today_of(participant))


def progress_from(participant: Participant, items: Sequence[ParticipantActivity], today: date) -> Progress:
    """The same from items that have been read already."""
    modules = by_module(items, today)
    return Progress(
        participant=participant,
        modules=modules,
        asked=sum(one.asked for one in modules),
        over=sum(one.over for one in modules),
        late=sum(one.late for one in modules),
    )


def by_module(items: Iterable[ParticipantActivity], today: date) -> list[ModuleProgress]:
    """Items of one participant gathered by module, in the template's order."""
    found: dict[int, ModuleProgress] = {}
    for item in items:
        module = item.activity.module
        one = found.setdefault(module.pk, ModuleProgress(module))
        one.items.append(item)
        one.opens_on = min(one.opens_on or item.opens_on, item.opens_on)
        one.begun = one.begun or item.opens_on <= today or item.state != ParticipantActivity.State.TO_DO
        if item.is_asked:
            one.asked += 1
            one.over += item.is_over
            one.late += item.is_open and item.due_on < today
    return sorted(found.values(), key=lambda one: (one.module.position, one.module.pk))


def with_progress(participants: QuerySet[Participant], today: date) -> QuerySet[Participant]:
    """Each participant with ``asked``, ``over``, ``late`` and ``next_due``, for lists."""
    asked = Q(activities__is_asked=True)
    is_open = asked & Q(activities__state__in=OPEN)
    return participants.annotate(
        asked=Count("activities", filter=asked),
        over=Count("activities", filter=asked & Q(activities__state__in=OVER)),
        late=Count("activities", filter=is_open & Q(activities__due_on__lt=today)),
        next_due=Min("activities__due_on", filter=is_open),
    )


def module_progress(participants: Sequence[Participant], today: date) -> dict[int, list[ModuleProgress]]:
    """Module by module for many participants, in one query."""
    items: dict[int, list[ParticipantActivity]] = defaultdict(list)
    rows = ParticipantActivity.objects.filter(participant__in=participants).select_related("activity__module")
    for item in rows:
        items[item.participant_id].append(item)
    return {participant.pk: by_module(items[participant.pk], today) for participant in participants}


def search_participants(participants: QuerySet[Participant], text: str) -> QuerySet[Participant]:
    """Participants whose name or number starts with the text."""
    return participants.filter(person__in=search_people(Person.objects.all(), text).order_by().values("pk"))


@dataclass(frozen=True)
class ModuleTotal:
    """A module over a whole cohort, without names."""

    module: Module
    people: int
    done: int
    hidden: bool

    @property
    def share(self) -> float | None:
        return None if self.hidden or not self.people else self.done / self.people


def module_totals(cohort: Cohort) -> list[ModuleTotal]:
    """How many participants have finished each module. Hidden where fewer than five people, or all but
    fewer than five, would be told apart."""
    rows = (
        ParticipantActivity.objects.filter(
            participant__cohort=cohort, participant__state__in=TAKES_PART, is_asked=True
        )
        .values("activity__module", "participant")
        .annotate(left=Count("pk", filter=~Q(state__in=OVER)))
    )
    people: dict[int, int] = defaultdict(int)
    done: dict[int, int] = defaultdict(int)
    for row in rows:
        people[row["activity__module"]] += 1
        done[row["activity__module"]] += row["left"] == 0
    modules = Module.objects.filter(pk__in=people)
    return [_total(module, people[module.pk], done[module.pk]) for module in modules]


def _total(module: Module, people: int, done: int) -> ModuleTotal:
    small = 0 < done < FEWEST or 0 < people - done < FEWEST
    return ModuleTotal(module, people, done, hidden=people < FEWEST or small)


def open_work(cohort: Cohort, member: Membership) -> dict[int, OpenWork]:
    """Required activities that active participants have not finished, first due first; in one query."""
    rows = (
        ParticipantActivity.objects.filter(
            participant__cohort=cohort, participant__state=Participant.State.ACTIVE, is_asked=True
        )
        .exclude(state__in=OVER)
        .order_by("due_on", "pk")
        .values_list("participant_id", "activity__title")
    )
    titles: dict[int, list[str]] = defaultdict(list)
    for participant, title in rows:
        titles[participant].append(title)
    org = member.organization.slug
    return {
        participant: OpenWork(
            len(open_), tuple(open_), reverse("curriculum:journey_detail", args=[org, participant])
        )
        for participant, open_ in titles.items()
    }
