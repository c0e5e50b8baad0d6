"""From rows to what the matcher takes: who wants a mentor, who has free hours, what the cohort decided."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from amdp.directory.models import Account
from amdp.directory.models import Person as DirectoryPerson
from amdp.directory.queries import employed
from cohorts.models import Cohort, CompetencyScore, Participant
from mentoring.capacity import NO_HOURS, committed_hours
from mentoring.matching import CRITERIA, Mentor, Person, Pin, Rules, Weights, seats_from_hours
from mentoring.models import THERAPEUTIC_AREAS, CohortMentoring, MatchWish, Mentorship, MentorStrength
from mentoring.models import Mentor as MentorRow

WHOLE_LINE = 1000
LOWEST, HIGHEST = 1, 5
IN_POOL = (MentorRow.State.ACTIVE, MentorRow.State.PAUSED)


@dataclass(frozen=True)
class Inputs:
    """Everything a run needs, and where the keys of the matcher lead back to."""

    people: list[Person]
    mentors: list[Mentor]
    weights: Weights
    rules: Rules
    pins: list[Pin]
    participants: dict[str, Participant]
    mentor_rows: dict[str, MentorRow]
    left: dict[
        str, Decimal
    ]  # hours a month by mentor, after all duties; below zero when too much is promised
    hours_each: Decimal

    def hours_for(self, mentor: str, places: int) -> float:
        """Hours a month this mentor needs more for that many places beyond those filled in the match."""
        if not places:
            return 0.0
        return max(0.0, float((self._filled[mentor] + places) * self.hours_each - self.left[mentor]))

    @cached_property
    def _filled(self) -> dict[str, int]:
        """The places of each mentor, and those that confirmed pins take beyond them."""
        pinned = Counter(pin.mentor for pin in self.pins)
        return {one.key: max(one.seats, pinned[one.key]) for one in self.mentors}

    @property
    def fingerprint(self) -> str:
        """What decides who may be paired with whom. Scores and wishes may change, these may not."""
        facts = [
            sorted((one.key, one.line, one.languages, one.zone) for one in self.people),
            sorted(
                (one.key, one.line, one.languages, one.zone, one.seats, one.paused) for one in self.mentors
            ),
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()


def waiting_for_mentor(cohort: Cohort, on: date) -> QuerySet[Participant]:
    """Active participants of the cohort who work here on that day and have no mentor now."""
    has_mentor = Mentorship.objects.filter(participant=OuterRef("pk"), state=Mentorship.State.ACTIVE)
    here = cohort.participants.filter(employed(on, "person__"), state=Participant.State.ACTIVE)
    return here.filter(~Exists(has_mentor.order_by()))


def pool_on(day: date) -> QuerySet[MentorRow]:
    """Mentors who work here on that day and said how much time they have, paused ones too."""
    return MentorRow.objects.filter(employed(day, "person__"), state__in=IN_POOL)


def inputs_of(cohort: Cohort, decided: CohortMentoring, day: date) -> Inputs:
    """Read a cohort for a run, in a handful of queries however many people there are."""
    participants = list(waiting_for_mentor(cohort, day).select_related("person"))
    rows = list(pool_on(day).select_related("person"))
    wishes = MatchWish.objects.filter(participant__in=participants, mentor__in=rows).select_related(
        "participant", "mentor"
    )
    pins, excluded = _wishes(wishes)
    left = _hours_left(rows, day)
    return Inputs(
        people=_people(cohort, participants, excluded),
        mentors=_mentors(cohort, rows, decided.hours_per_mentee, left),
        weights=Weights(**{name: getattr(decided, name) for name in CRITERIA}),
        rules=Rules(
            line_levels=WHOLE_LINE,
            former_manager=False,
            conflict_of_interest=False,
            common_language=decided.common_language,
            common_hours=float(decided.common_hours),
        ),
        pins=pins,
        participants={str(one.person_id): one for one in participants},
        mentor_rows={str(one.person_id): one for one in rows},
        left=left,
        hours_each=decided.hours_per_mentee,
    )


def areas_of(business_unit: str) -> frozenset[str]:
    """The therapeutic area a business unit is named after: "Oncology Sales" works in oncology."""
    name = business_unit.lower().replace(" ", "_")
    return frozenset(area for area in THERAPEUTIC_AREAS if area in name)


def _wishes(wishes: Iterable[MatchWish]) -> tuple[list[Pin], dict[int, set[str]]]:
    pins, excluded = [], defaultdict(set)
    for wish in wishes:
        mentor = str(wish.mentor.person_id)
        if wish.kind == MatchWish.Kind.PIN:
            pins.append(Pin(str(wish.participant.person_id), mentor, confirmed=wish.confirmed))
        else:
            excluded[wish.participant_id].add(mentor)
    return pins, excluded


def _people(cohort: Cohort, participants: list[Participant], excluded: dict[int, set[str]]) -> list[Person]:
    needs = _needs(cohort, [one.person_id for one in participants])
    kinds, accounts = _accounts([one.person_id for one in participants])
    return [
        Person(
            **_profile(one.person),
            languages=(one.person.language,) if one.person.language else (),
            account_types=frozenset(kinds[one.person_id]),
            therapeutic_areas=areas_of(one.person.business_unit),
            accounts=frozenset(accounts[one.person_id]),
            needs=needs[one.person_id],
            excludes=frozenset(excluded.get(one.pk, ())),
        )
        for one in participants
    ]


def _hours_left(rows: list[MentorRow], day: date) -> dict[str, Decimal]:
    committed = committed_hours([one.person_id for one in rows], day)
    return {str(one.person_id): one.hours_per_month - committed.get(one.person_id, NO_HOURS) for one in rows}


def _mentors(
    cohort: Cohort, rows: list[MentorRow], hours_each: Decimal, left: dict[str, Decimal]
) -> list[Mentor]:
    active = Q(mentorships__state=Mentorship.State.ACTIVE)
    load = dict(
        MentorRow.objects.filter(pk__in=[one.pk for one in rows])
        .order_by()
        .values_list("pk")
        .annotate(load=Count("mentorships", filter=active))
    )
    strengths = _strengths(cohort, rows)
    return [
        Mentor(
            **_profile(one.person),
            languages=tuple(one.languages) or ((one.person.language,) if one.person.language else ()),
            account_types=frozenset(one.account_types),
            therapeutic_areas=frozenset(one.therapeutic_areas),
            strengths=strengths[one.pk],
            seats=seats_from_hours(float(left[str(one.person_id)]), float(hours_each)),
            load=load.get(one.pk, 0),
            paused=one.state == MentorRow.State.PAUSED,
        )
        for one in rows
    ]


def _profile(person: DirectoryPerson) -> dict[str, Any]:
    above = [part for part in person.line.strip("/").split("/") if part][:-1]
    return {
        "key": str(person.pk),
        "market": person.market,
        "zone": person.time_zone or "UTC",
        "line": tuple(reversed(above)),
    }


def _needs(cohort: Cohort, person_ids: list[int]) -> dict[int, dict[str, float]]:
    """How much of each competency is missing, 0–1, by the latest score; nothing for whom nothing is known."""
    scores = (
        CompetencyScore.objects.filter(person__in=person_ids, competency__program_id=cohort.program_id)
        .order_by("person_id", "competency_id", "-as_of", "-id")
        .distinct("person_id", "competency_id")
        .values_list("person_id", "competency_id", "score")
    )
    needs: dict[int, dict[str, float]] = defaultdict(dict)
    for person, competency, score in scores:
        needs[person][str(competency)] = (HIGHEST - float(score)) / (HIGHEST - LOWEST)
    return needs


def _strengths(cohort: Cohort, rows: list[MentorRow]) -> dict[int, dict[str, float]]:
    """What mentors say of themselves, carried over from other programs by the competency's name."""
    here = {one.name.casefold(): str(one.pk) for one in cohort.program.competencies.all()}
    said = MentorStrength.objects.filter(mentor__in=[one.pk for one in rows]).order_by("id")
    strengths: dict[int, dict[str, float]] = defaultdict(dict)
    for mentor, name, level in said.values_list("mentor_id", "competency__name", "level"):
        if key := here.get(name.casefold()):
            strengths[mentor][key] = (level - LOWEST) / (HIGHEST - LOWEST)
    return strengths


def _accounts(person_ids: list[int]) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """The kinds and ids of the accounts each person owns."""
    kinds: dict[int, set[str]] = defaultdict(set)
    accounts: dict[int, set[str]] = defaultdict(set)
    for owner, pk, kind in Account.objects.filter(owner__in=person_ids).values_list("owner_id", "pk", "kind"):
        kinds[owner].add(kind)
        accounts[owner].add(str(pk))
    return kinds, accounts
