"""Lists with what they show, and facts about placements and scores."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from amdp.directory.models import Account, Person
from cohorts.models import (
    Cohort,
    CompetencyScore,
    Participant,
    Placement,
    PlacementAccount,
    Program,
)

# --- lists -------------------------------------------------------------------------------------------


def with_cohort_counts(programs: QuerySet[Program], cohorts: QuerySet[Cohort]) -> QuerySet[Program]:
    """Each program with how many of these cohorts it has, and how many of them are under way."""
    over = [Cohort.State.GRADUATED, Cohort.State.SUSTAINING]
    mine = cohorts.order_by().filter(program=OuterRef("pk")).values("program")
    return programs.annotate(cohort_count=_count(mine), open_count=_count(mine.exclude(state__in=over)))


def with_participant_counts(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Each cohort with how many people hold a seat, and how many of them are active: numbers, so they count
    those the member may not see too."""
    enrolled = Participant.objects.order_by().filter(cohort=OuterRef("pk")).values("cohort")
    return cohorts.annotate(
        seated=_count(enrolled.exclude(state=Participant.State.WITHDRAWN)),
        active=_count(enrolled.filter(state=Participant.State.ACTIVE)),
    )


def of_cohort(participants: QuerySet[Participant], cohort: Cohort) -> QuerySet[Participant]:
    """Those of a cohort read with its counts; before anybody is enrolled nothing is asked of the database."""
    nobody_yet = cohort.state in Cohort.BEFORE_START and not cohort.seated  # type: ignore[attr-defined]
    return participants.none() if nobody_yet else participants.filter(cohort=cohort)


def active_in(cohort: Cohort) -> int:
    """How many participants are active; no query where the cohort was read with its counts."""
    known: int | None = getattr(cohort, "active", None)
    return cohort.participants.filter(state=Participant.State.ACTIVE).count() if known is None else known


def _count(grouped: QuerySet[Any, Any]) -> Coalesce:
    """How many rows a grouped subquery has, 0 for none."""
    counted = grouped.annotate(how_many=Count("pk")).values("how_many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def search_programs(programs: QuerySet[Program], text: str) -> QuerySet[Program]:
    """Programs whose name holds the text. There are few, so no index is needed."""
    return programs.annotate(key=Lower("name")).filter(key__contains=text.lower())


def search_cohorts(cohorts: QuerySet[Cohort], text: str) -> QuerySet[Cohort]:
    """Cohorts whose own or program's name holds the text."""
    key = text.lower()
    named = cohorts.annotate(key=Lower("name"), program_key=Lower("program__name"))
    return named.filter(Q(key__contains=key) | Q(program_key__contains=key))


def search_participants(participants: QuerySet[Participant], text: str) -> QuerySet[Participant]:
    """Participants whose first or last name starts with the text, or with this number."""
    return participants.filter(_person_starts("person__", text))


def search_placements(placements: QuerySet[Placement], text: str) -> QuerySet[Placement]:
    """Placements of people whose name starts with the text."""
    return placements.filter(_person_starts("participant__person__", text))


def _person_starts(path: str, text: str) -> Q:
    key, condition = text.strip().lower(), Q(**{f"{path}employee_number": text.strip()})
    for name in ("name_key", "last_name_key"):
        condition |= Q(**{f"{path}{name}__gte": key, f"{path}{name}__lt": key + "\U0010ffff"})
    return condition


def with_accounts(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    """Placements with their named accounts at hand, most complex first."""
    named = PlacementAccount.objects.select_related("account").order_by(
        F("complexity").desc(nulls_last=True), "account__name_key"
    )
    return placements.prefetch_related(Prefetch("placement_accounts", queryset=named))


# --- facts -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComplexityStep:
    """What a placement does to the complexity of somebody's accounts."""

    before: Decimal | float | None
    after: Decimal | float | None
    accounts_before: int
    accounts_after: int

    @property
    def sentence(self) -> str:
        """``Average complexity 4.2 → 7.6``."""
        if self.after is None:
            return "The complexity of these accounts is not known"
        if self.before is None:
            return f"Average complexity {self.after:.1f}; no accounts with a known complexity before"
        return f"Average complexity {self.before:.1f} → {self.after:.1f}"

    @property
    def is_step_up(self) -> bool | None:
        """Whether the new accounts are more complex; None when it cannot be said."""
        if self.before is None or self.after is None:
            return None
        return self.after > self.before


def complexity_step(placement: Placement) -> ComplexityStep:
    """The step of a placement, as it was on the day of the proposal. Reads prefetched accounts."""
    named = list(placement.placement_accounts.all())
    known = [one.complexity for one in named if one.complexity is not None]
    after = sum(known) / len(known) if known else None
    return ComplexityStep(placement.complexity_before, after, placement.accounts_before, len(named))


def step_to(person: Person, accounts: Iterable[Account]) -> ComplexityStep:
    """The step it would be for this person to take these accounts over today."""
    owned = Account.objects.filter(owner=person).aggregate(count=Count("id"), average=Avg("complexity"))
    chosen = list(accounts)
    known = [one.complexity for one in chosen if one.complexity is not None]
    after = sum(known) / len(known) if known else None
    return ComplexityStep(owned["average"], after, owned["count"], len(chosen))


def latest_scores(person: Person, program: Program) -> QuerySet[CompetencyScore]:
    """The newest score of a person per competency and source, in one query."""
    return (
        CompetencyScore.objects.filter(person=person, competency__program=program)
        .select_related("competency")
        .order_by("competency", "source", "-as_of", "-id")
        .distinct("competency", "source")
    )


def offering_graduates(*, mentoring: bool = False, teaching: bool = False) -> QuerySet[Participant]:
    """Graduates who said that they would mentor or teach; mentoring and curriculum draw on them."""
    wanted = Q(offers_mentoring=True) if mentoring else Q()
    wanted &= Q(offers_teaching=True) if teaching else Q()
    return Participant.objects.filter(wanted, state=Participant.State.GRADUATED).select_related(
        "person", "cohort"
    )
