"""Participants with what became of them, for those who may take names out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from amdp.tenancy.models import Organization
from cohorts.models import Participant
from metrics.arms import Arm, Spell
from metrics.cuts import MONTHS
from metrics.queries.cohorts import Standing
from metrics.queries.released import zone_of
from metrics.queries.spells import spells
from metrics.statistics import months_later
from metrics.suppression import Shown


@dataclass(frozen=True)
class StateCount:
    """How many participants stand where; hidden where few may not be shown."""

    label: str
    count: Shown


def state_counts(standings: Iterable[Standing]) -> list[StateCount]:
    """Participants by state, the empty ones left out."""
    found: Counter[str] = Counter()
    for standing in standings:
        found[standing.state] += standing.count
    return [
        StateCount(str(label), found[state]) for state, label in Participant.State.choices if found[state]
    ]


def enrolled_by(participants: QuerySet[Participant], day: date, zone: ZoneInfo) -> QuerySet[Participant]:
    """Those of them who were in by a day, which the organization's own clock begins and ends."""
    return participants.alias(enrolled_on=TruncDate("enrolled_at", tzinfo=zone)).filter(enrolled_on__lte=day)


@dataclass(frozen=True)
class ParticipantOutcome:
    """One participant with what is known of them as of a day."""

    participant: Participant
    selected_on: date | None
    retained: bool | None
    promotions: int | None
    left_on: date | None


def participant_outcomes(
    participants: QuerySet[Participant], organization: Organization, as_of: date
) -> Iterator[ParticipantOutcome]:
    """These participants, one after the other, with what is known on a day: selection, retention, promotions.

    Retained is None while the twelve months last. A person in two cohorts is counted from the first decision,
    in both rows.
    """
    people = Q(pk__in=participants.order_by().values("person"))
    found = {
        spell.person: spell
        for spell in spells(as_of, zone_of(organization), people)
        if spell.arm == Arm.PROGRAM
    }
    for participant in participants.iterator(chunk_size=2000):
        yield _outcome(participant, found.get(participant.person_id))


def _outcome(participant: Participant, spell: Spell | None) -> ParticipantOutcome:
    if spell is None:
        return ParticipantOutcome(participant, None, None, None, None)
    full = months_later(spell.start, MONTHS)
    left = spell.end is not None and spell.end <= full
    retained = None if full > spell.stop and not left else not left
    return ParticipantOutcome(participant, spell.start, retained, len(spell.promotions), spell.end)
