"""Who was observed in which group for how long, and what happened to them: the facts behind every measure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from amdp.directory.models import Grade, JobEvent, Person
from cohorts.models import Participant
from metrics.arms import Arm, Spell
from selection.models import Candidate, Decision, Nomination, Slate

HANDED_IN = (Nomination.State.SUBMITTED, Nomination.State.APPROVED, Nomination.State.DECLINED)
IN_THE_RUNNING = (Candidate.State.ADMITTED, Candidate.State.DECLINED)
# Events that change no grade, or change it for everybody at once.
NO_MOVE = (
    JobEvent.Event.HIRE,
    JobEvent.Event.REGRADE,
    JobEvent.Event.LEAVE,
    JobEvent.Event.TERMINATION,
    JobEvent.Event.DEMOTION,
)


@dataclass(frozen=True)
class _Start:
    person: int
    program: int
    cohort: int
    day: date


def spells(as_of: date, zone: ZoneInfo, people: Q | None = None) -> list[Spell]:
    """Everybody ever selected, and everybody eligible who was nominated and not selected, as known on a day.

    Each person counts once in a group, from the first decision on; who is selected later leaves the comparison
    on that day. Drop-outs stay. ``people`` narrows it down to some, given as a condition on Person. A handful
    of queries, however many people.
    """
    chosen = Person.objects.filter(people) if people is not None else None
    selected = _first(start for start in _selected(zone, chosen) if start.day <= as_of)
    passed_over = _first(
        start
        for start in _not_selected(zone, chosen)
        if start.day <= as_of and not (start.person in selected and selected[start.person].day <= start.day)
    )
    facts = _Facts({*selected, *passed_over}, as_of)
    found = [facts.spell(Arm.PROGRAM, start, as_of) for start in selected.values()]
    for start in passed_over.values():
        later = selected.get(start.person)
        found.append(facts.spell(Arm.COMPARISON, start, later.day if later else as_of))
    return found


def _selected(zone: ZoneInfo, people: QuerySet[Person] | None) -> Iterator[_Start]:
    """Participants, from the release of the outcomes; whoever moved up later, from the enrolment."""
    participants = Participant.objects.order_by()
    if people is not None:
        participants = participants.filter(person__in=people)
    outcome = Decision.objects.filter(
        candidate__cohort=OuterRef("cohort"),
        candidate__person=OuterRef("person"),
        slate__state=Slate.State.RELEASED,
    ).order_by()
    rows = participants.annotate(outcome=Subquery(outcome.values("outcome")[:1])).values_list(
        "person_id", "cohort__program_id", "cohort_id", "cohort__released_at", "enrolled_at", "outcome"
    )
    for person, program, cohort, released, enrolled, decided in rows:
        moved_up = decided not in (None, "", Decision.Outcome.SELECTED)
        yield _Start(
            person, program, cohort, _day(enrolled if moved_up or released is None else released, zone)
        )


def _not_selected(zone: ZoneInfo, people: QuerySet[Person] | None) -> Iterator[_Start]:
    """Nominees who met every rule when they were nominated, stayed in the running, and were not selected."""
    candidates = Candidate.objects.order_by().filter(
        cohort__released_at__isnull=False, state__in=IN_THE_RUNNING
    )
    if people is not None:
        candidates = candidates.filter(person__in=people)
    nominations = Nomination.objects.filter(candidate=OuterRef("pk"), state__in=HANDED_IN).order_by()
    selected = Decision.objects.filter(
        candidate=OuterRef("pk"), outcome=Decision.Outcome.SELECTED, slate__state=Slate.State.RELEASED
    ).order_by()
    eligible = candidates.filter(
        Exists(nominations.exclude(eligibility__contains=[{"met": False}])), ~Exists(selected)
    )
    rows = eligible.values_list("person_id", "cohort__program_id", "cohort_id", "cohort__released_at")
    for person, program, cohort, released in rows:
        if released is not None:
            yield _Start(person, program, cohort, _day(released, zone))


def _first(starts: Iterable[_Start]) -> dict[int, _Start]:
    """Each person's earliest decision."""
    found: dict[int, _Start] = {}
    for start in starts:
        known = found.get(start.person)
        if known is None or (start.day, start.program, start.cohort) < (
            known.day,
            known.program,
            known.cohort,
        ):
            found[start.person] = start
    return found


class _Facts:
    """Employment and grades of these people, read at once."""

    def __init__(self, people: set[int], as_of: date) -> None:
        rows = Person.objects.order_by().filter(pk__in=people)
        self.employment = {
            person: (ended, rank, market)
            for person, ended, rank, market in rows.values_list(
                "pk", "termination_date", "grade__rank", "market"
            )
        }
        self.top: int | None = Grade.objects.aggregate(top=Max("rank"))["top"]
        self.moves: dict[int, list[tuple[date, str, int | None]]] = defaultdict(list)
        events = JobEvent.objects.filter(person__in=people, effective_date__lte=as_of)
        for person, day, event, rank in events.order_by("effective_date", "id").values_list(
            "person_id", "effective_date", "event", "grade__rank"
        ):
            self.moves[person].append((day, event, rank))

    def spell(self, arm: Arm, start: _Start, stop: date) -> Spell:
        ended, present_rank, market = self.employment[start.person]
        end = ended if ended is not None and ended <= stop else None
        promotions, topped = self._grades(start.person, start.day, present_rank)
        last = end or stop
        until = max(start.day, min(last, topped or last))
        return Spell(
            person=start.person,
            arm=arm,
            program=start.program,
            start=start.day,
            stop=stop,
            end=end,
            promotions=tuple(day for day in promotions if day <= until),
            promotable_until=until,
            cohort=start.cohort,
            market=market,
        )

    def _grades(self, person: int, start: date, present_rank: int | None) -> tuple[list[date], date | None]:
        """Promotions after the start, and the day the top grade was reached (the start, when before)."""
        promotions: list[date] = []
        rank: int | None = None
        graded = False
        for day, event, new in self.moves.get(person, ()):
            graded = graded or new is not None
            if day > start and _is_promotion(event, rank, new):
                promotions.append(day)
            rank = rank if new is None else new
            if self.top is not None and rank == self.top:
                return promotions, max(day, start)
        if not graded and self.top is not None and present_rank == self.top and not promotions:
            return promotions, start
        return promotions, None


def _is_promotion(event: str, before: int | None, after: int | None) -> bool:
    """A move to a higher grade; without both grades the HR system's word counts."""
    if event in NO_MOVE:
        return False
    if before is None or after is None:
        return event == JobEvent.Event.PROMOTION
    return after > before


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
