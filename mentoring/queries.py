"""Reads: pools with their load, pairs with their hours, what a run found."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort, Competency, Participant, Program
from mentoring.models import (
    CheckIn,
    CoachingAction,
    CoachingSession,
    CoachingTopic,
    CohortMentoring,
    MatchRun,
    Mentor,
    Mentorship,
)


def settings_of(cohort: Cohort) -> CohortMentoring:
    """What the cohort decided about mentoring, or the usual values (not saved yet)."""
    return CohortMentoring.objects.filter(cohort=cohort).first() or CohortMentoring(cohort=cohort)


def search_mentors(mentors: QuerySet[Mentor], text: str) -> QuerySet[Mentor]:
    """Mentors whose first or last name starts with the text."""
    return mentors.filter(_name_starts("person__", text))


def search_mentorships(pairs: QuerySet[Mentorship], text: str) -> QuerySet[Mentorship]:
    """Pairs of which one name starts with the text."""
    return pairs.filter(_name_starts("mentor__person__", text) | _name_starts("participant__person__", text))


def search_pairs(pairs: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Pairs of a run of which one name starts with the text."""
    return search_mentorships(pairs, text)


def mentors_in(run: MatchRun) -> QuerySet[Mentor]:
    """The pool of this match, by name."""
    pool = Mentor.objects.filter(pk__in=run.mentor_ids).select_related("person")
    return pool.order_by("person__last_name_key", "pk")


def strengths_of(mentor: Mentor) -> dict[str, int]:
    """What a mentor says to be strong in: the level by the competency's name, in whatever program it stands."""
    rows = mentor.strengths.select_related("competency")
    return {one.competency.name.casefold(): one.level for one in rows}


def with_mentee_count(mentors: QuerySet[Mentor]) -> QuerySet[Mentor]:
    """Each mentor with the number of active mentees, as ``mentees``."""
    return mentors.annotate(
        mentees=_count(
            Mentorship.objects.filter(mentor=OuterRef("pk"), state=Mentorship.State.ACTIVE).values("mentor")
        )
    )


def with_session_counts(pairs: QuerySet[Mentorship]) -> QuerySet[Mentorship]:
    """Each pair with how many sessions and minutes it has, and no word of what was said."""
    sessions = CoachingSession.objects.order_by().filter(mentorship=OuterRef("pk")).values("mentorship")
    minutes = sessions.annotate(total=Sum("minutes")).values("total")
    return pairs.annotate(
        session_count=_count(sessions),
        minutes=Coalesce(Subquery(minutes, output_field=IntegerField()), 0),
    )


def topics_of(mentorship: Mentorship) -> list[tuple[str, int]]:
    """How often each competency was a topic, most often first."""
    rows = CoachingTopic.objects.filter(session__mentorship=mentorship).order_by()
    counted = rows.values_list("competency__name").annotate(times=Count("pk")).order_by("-times")
    return [(name, times) for name, times in counted]


def kinds_of(mentorship: Mentorship) -> list[tuple[str, int]]:
    """How often the pair met for each kind of session."""
    rows = mentorship.sessions.order_by().values_list("kind").annotate(times=Count("pk")).order_by("-times")
    return [(CoachingSession.Kind(kind).label, times) for kind, times in rows]


def minutes_in_month(mentor: Mentor, day: date) -> int:
    """Minutes the mentor logged in the month of that day, over all mentees."""
    sessions = CoachingSession.objects.filter(
        mentorship__mentor=mentor, held_on__year=day.year, held_on__month=day.month
    )
    return int(sessions.aggregate(total=Sum("minutes"))["total"] or 0)


def offered_graduates() -> QuerySet[Participant]:
    """Graduates who offered to mentor and have not been asked."""
    asked = Mentor.objects.values("person")
    return (
        Participant.objects.filter(state=Participant.State.GRADUATED, offers_mentoring=True)
        .exclude(person__in=asked)
        .select_related("person", "cohort")
        .order_by("-graduated_on", "person__last_name_key")
    )


def competencies_to_rate() -> list[Competency]:
    """One competency per name over the programs that are in use: signed off, or changed while a cohort runs."""
    found: dict[str, Competency] = {}
    has_cohorts = Exists(Cohort.objects.order_by().filter(program=OuterRef("program_id")))
    in_use = Q(program__state=Program.State.SIGNED_OFF) | Q(program__state=Program.State.DRAFT) & has_cohorts
    for competency in Competency.objects.filter(in_use).order_by("program_id", "position", "id"):
        found.setdefault(competency.name.casefold(), competency)
    return list(found.values())


def minutes_of(mentorship: Mentorship) -> int:
    """How long the two have met in all."""
    return int(mentorship.sessions.aggregate(total=Sum("minutes"))["total"] or 0)


def open_actions(mentorship: Mentorship) -> QuerySet[CoachingAction]:
    """What the two agreed on and nobody has ticked off, earliest due first."""
    actions = CoachingAction.objects.filter(session__mentorship=mentorship, done_at__isnull=True)
    return actions.order_by(F("due_on").asc(nulls_last=True), "pk")


def mentees_longest_first(own: QuerySet[Mentorship], member: Membership) -> QuerySet[Mentorship]:
    """The active pairs in which the member is the mentor; the one that has not met for longest comes first."""
    mine = own.filter(state=Mentorship.State.ACTIVE, mentor__person=person_of(member))
    return mine.order_by(F("last_session_on").asc(nulls_first=True), "started_on", "pk")


def latest_answers(check_ins: QuerySet[CheckIn]) -> list[tuple[str, int]]:
    """How those of these check-ins that were answered in the last five weeks are going, by colour; no names."""
    since = timezone.localdate() - timedelta(days=35)
    answered = check_ins.filter(answered_at__isnull=False, asked_on__gte=since)
    counted = dict(answered.order_by().values_list("going").annotate(times=Count("pk")))
    return [(going.value, counted.get(going.value, 0)) for going in CheckIn.Going] if counted else []


@dataclass(frozen=True)
class Counts:
    """Where a cohort's mentoring stands. Graduates need no mentor; some go on meeting theirs."""

    people: int  # who need a mentor
    paired: int
    graduates: int
    silent: int

    @property
    def waiting(self) -> int:
        return self.people - self.paired

    @property
    def sentence(self) -> str:
        """ "3 of 5 have a mentor", and apart from them the graduates who still meet theirs."""
        said = [f"{self.paired} of {self.people} have a mentor"] if self.people else []
        if self.graduates:
            noun = "graduate still meets" if self.graduates == 1 else "graduates still meet"
            said.append(f"{self.graduates} {noun} {'theirs' if said else 'a mentor'}")
        return " · ".join(said) or "Nobody needs a mentor now"


def counting(path: str = "") -> dict[str, Count]:
    """Over the participants at ``path``: who needs a mentor, has one, meets one as a graduate, has gone silent."""
    state, pairs = f"{path}state", f"{path}mentorships__"
    needs, graduate = (Q(**{state: one}) for one in (Participant.State.ACTIVE, Participant.State.GRADUATED))
    paired, silent = Q(**{f"{pairs}state": Mentorship.State.ACTIVE}), Q(**{f"{pairs}silence__gt": 0})
    counted = path.removesuffix("__") or "pk"
    return {
        "people": Count(counted, filter=needs, distinct=True),
        "paired": Count(counted, filter=needs & paired, distinct=True),
        "graduates": Count(counted, filter=graduate & paired, distinct=True),
        "silent": Count(counted, filter=paired & silent, distinct=True),
    }


def counts_of(cohort: Cohort) -> Counts:
    """Who needs a mentor, who has one, and pairs that went silent; one query."""
    return Counts(**cohort.participants.aggregate(**counting()))


def _count(grouped: QuerySet[Any, Any]) -> Coalesce:
    counted = grouped.order_by().annotate(how_many=Count("pk")).values("how_many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _name_starts(path: str, text: str) -> Q:
    key, condition = text.strip().lower(), Q(**{f"{path}employee_number": text.strip()})
    for name in ("name_key", "last_name_key"):
        condition |= Q(**{f"{path}{name}__gte": key, f"{path}{name}__lt": key + "\U0010ffff"})
    return condition
