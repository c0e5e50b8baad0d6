"""A selection whose nominees got so far, by what they say of themselves: made in bulk."""

from itertools import count

from django.utils import timezone

from amdp.directory.models import Demographics, Person
from cohorts.models import Cohort
from metrics.models import ImpactSnapshot
from metrics.services.impact import freeze_stages
from selection.models import Candidate, Decision, Exercise, Nomination, Scoresheet
from tests.factories.directory import PersonFactory
from tests.factories.selection import AssessorFactory, SlateFactory, in_state, nominating_cohort

NUMBERS = count(1)
MET = [{"fact": "employed", "name": "Employed", "met": True, "shown": "yes"}]
UNMET = [{"fact": "employed", "name": "Employed", "met": False, "shown": "no"}]
ORDER = ("nominated", "eligible", "approved", "assessed", "slated")


def people_who_got(cohort, gender, **furthest):
    """``people_who_got(cohort, "female", approved=3, slated=2)``: so many got so far and no further."""
    nominator = PersonFactory()
    assessor = AssessorFactory(cohort=cohort)
    exercise = Exercise.objects.get(plan__cohort=cohort)
    for level, number in furthest.items():
        place = ORDER.index(level)
        people = Person.objects.bulk_create(
            Person(employee_number=f"I{next(NUMBERS):06d}", first_name="Robin", last_name="Reyes", line="")
            for _ in range(number)
        )
        if gender:
            Demographics.objects.bulk_create(
                Demographics(person=person, gender=gender, source="self") for person in people
            )
        state = Candidate.State.ADMITTED if place >= 2 else Candidate.State.DECLINED
        files = Candidate.objects.bulk_create(
            Candidate(cohort=cohort, person=person, state=state) for person in people
        )
        Nomination.objects.bulk_create(
            Nomination(
                candidate=file,
                nominator=nominator,
                state=Nomination.State.APPROVED if place >= 2 else Nomination.State.DECLINED,
                submitted_at=timezone.now(),
                eligibility=MET if place >= 1 else UNMET,
            )
            for file in files
        )
        if place >= 3:
            Scoresheet.objects.bulk_create(
                Scoresheet(
                    candidate=file,
                    exercise=exercise,
                    assessor=assessor,
                    state="submitted",
                    due_on=timezone.now().date(),
                )
                for file in files
            )
        if place >= 4:
            slate = cohort.slates.first() or SlateFactory(cohort=cohort, seats=100)
            Decision.objects.bulk_create(
                Decision(slate=slate, candidate=file, outcome="selected") for file in files
            )


def selecting_cohort():
    """Forty women, fifty men and four who said nothing were nominated; the slate is being decided."""
    cohort = nominating_cohort(seats=100)
    people_who_got(cohort, "female", nominated=2, eligible=8, approved=1, assessed=20, slated=9)
    people_who_got(cohort, "male", nominated=3, eligible=4, assessed=19, slated=24)
    people_who_got(cohort, "", eligible=2, slated=2)
    return in_state(cohort, Cohort.State.SELECTING)


def frozen_cohort(to=Cohort.State.SELECTING):
    """The same with every stage frozen that was over by then."""
    cohort = selecting_cohort()
    freeze_stages(cohort, Cohort.State.NOMINATING, None)
    freeze_stages(cohort, Cohort.State.ASSESSING, None)
    return cohort if to == Cohort.State.SELECTING else released(cohort)


def released(cohort):
    """Its outcomes are released now."""
    Cohort.objects.filter(pk=cohort.pk).update(state=Cohort.State.RUNNING, released_at=timezone.now())
    cohort.refresh_from_db()
    freeze_stages(cohort, Cohort.State.SELECTING, None)
    return cohort


def snapshot(cohort, level):
    """The closed one of a level."""
    return ImpactSnapshot.objects.get(cohort=cohort, level=level, occasion="closed")
