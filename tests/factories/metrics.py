"""A released cohort with what became of everybody: made in bulk, because outcomes need many people."""

import datetime
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace

from amdp.directory.models import Grade, JobEvent, Person
from cohorts.models import Cohort, Participant
from selection.models import Candidate, Decision, Nomination, Slate
from tests.factories.cohorts import CohortFactory
from tests.factories.directory import GradeFactory, PersonFactory

NUMBERS = count(1)
MET = [{"fact": "employed", "name": "Employed", "met": True, "shown": "yes"}]


@dataclass
class Life:
    """What became of one person: last day, promotions, grade on the day of the decision."""

    left: datetime.date | None = None
    promoted: list[datetime.date] = field(default_factory=list)
    grade: str = "5"
    fields: dict = field(default_factory=dict)


def lives(n, *, left=(), promoted=()):
    """``n`` people, of whom the first left on these days and the last were promoted on these."""
    found = [Life() for _ in range(n)]
    for life, day in zip(found, left, strict=False):
        life.left = day
    for life, day in zip(reversed(found), promoted, strict=False):
        life.promoted = [day]
    return found


def released_cohort(released, *, selected=(), passed_over=(), program=None, line_of=None):
    """A running cohort whose outcomes were released on a day, with everybody's life since."""
    grades = {code: GradeFactory(code=code) for code in ("5", "6", "7")}
    moment = datetime.datetime.combine(released, datetime.time(12), datetime.UTC)
    fields = {"program": program} if program else {}
    cohort = CohortFactory(
        state=Cohort.State.RUNNING, released_at=moment, starts_on=released, seats=1000, **fields
    )
    nominator = PersonFactory()
    slate = Slate.objects.create(
        cohort=cohort, seats=1000, tie_seed="x", state=Slate.State.RELEASED, released_at=moment
    )
    people = [_people(some, grades, released, line_of) for some in (selected, passed_over)]
    for group, outcome in zip(people, ("selected", "not_selected"), strict=True):
        candidates = Candidate.objects.bulk_create(
            Candidate(cohort=cohort, person=person, state=Candidate.State.ADMITTED) for person in group
        )
        Nomination.objects.bulk_create(
            Nomination(
                candidate=candidate,
                nominator=nominator,
                state=Nomination.State.APPROVED,
                submitted_at=moment,
                eligibility=MET,
            )
            for candidate in candidates
        )
        Decision.objects.bulk_create(
            Decision(slate=slate, candidate=candidate, outcome=outcome) for candidate in candidates
        )
    Participant.objects.bulk_create(
        Participant(cohort=cohort, person=person, enrolled_at=moment) for person in people[0]
    )
    return SimpleNamespace(cohort=cohort, program=cohort.program, selected=people[0], passed_over=people[1])


def _people(some, grades, released, line_of):
    people = Person.objects.bulk_create(
        Person(
            employee_number=f"M{next(NUMBERS):06d}",
            first_name="Robin",
            last_name=f"Reyes {number}",
            grade=grades[life.grade],
            hire_date=released - datetime.timedelta(days=2000),
            termination_date=life.left,
            manager=line_of,
            line="",
            **life.fields,
        )
        for number, life in enumerate(some)
    )
    if line_of is not None:
        for person in people:
            person.line = f"{line_of.line}{person.pk}/"
        Person.objects.bulk_update(people, ["line"])
    events = []
    for person, life in zip(people, some, strict=True):
        ranks = list(Grade.objects.order_by("rank"))
        place = [grade.code for grade in ranks].index(life.grade)
        hired = released - datetime.timedelta(days=2000)
        events.append(JobEvent(person=person, event="hire", effective_date=hired, grade=ranks[place]))
        for step, day in enumerate(life.promoted, start=1):
            grade = ranks[min(place + step, len(ranks) - 1)]
            events.append(JobEvent(person=person, event="promotion", effective_date=day, grade=grade))
    JobEvent.objects.bulk_create(events)
    return people
