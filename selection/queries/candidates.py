"""The files of candidates: lists of them, and one told in time order."""

from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf

from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.models import Membership
from selection import access
from selection.models import (
    Approval,
    AssessorConflict,
    CalibrationPlace,
    Candidate,
    ConsensusRating,
    Decision,
    EligibilityException,
    Nomination,
    Scoresheet,
)
from selection.queries.approvals import ChainLink, chain_of, questions_on
from selection.queries.assessment import Assessment, assessments_of
from selection.queries.calibrated import place_for
from selection.queries.consensus import agreed_ratings, counts_agreed
from selection.queries.standing import Standing, standing_of
from selection.story import Event, Reading, story_of


def search_candidates(candidates: QuerySet[Candidate], text: str) -> QuerySet[Candidate]:
    """Candidates whose name starts with the text."""
    return candidates.filter(person__in=search_people(Person.objects.all(), text))


def with_nominators(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``nominators``: the names of those who nominated each, without a query per row."""
    name = Case(
        When(
            nominations__written_by__isnull=False,
            then=Concat(_name("written_by"), Value(" for ", output_field=TextField()), _name("nominator")),
        ),
        default=_name("nominator"),
        output_field=TextField(),
    )
    hidden = [Nomination.State.DRAFT, Nomination.State.WITHDRAWN]
    said = Q(nominations__isnull=False) & ~Q(nominations__state__in=hidden)
    return candidates.annotate(nominators=ArrayAgg(name, filter=said, distinct=True, default=Value([])))


def _name(role: str) -> Concat:
    first, last = F(f"nominations__{role}__first_name"), F(f"nominations__{role}__last_name")
    return Concat(first, Value(" "), last, output_field=TextField())


def with_returners(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``returned_by`` and ``returned_at``: who sent the nomination back that waits for an answer, and when."""
    user = "decided_by__user__"
    last = (
        Approval.objects.filter(
            nomination__candidate=OuterRef("pk"),
            nomination__state=Nomination.State.RETURNED,
            state=Approval.State.RETURNED,
        )
        .order_by("-decided_at", "-pk")
        .annotate(asker=Coalesce(NullIf(f"{user}name", Value("")), f"{user}email", output_field=TextField()))
    )
    return candidates.annotate(
        returned_by=Subquery(last.values("asker")[:1]), returned_at=Subquery(last.values("decided_at")[:1])
    )


def with_places(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``place`` to sort by, and the decision with the rank; two more columns and one more query."""
    places = Decision.objects.filter(candidate=OuterRef("pk")).order_by().values("place")
    return candidates.annotate(place=Subquery(places[:1])).prefetch_related("decisions")


def rank_of(candidate: Candidate) -> str:
    """The rank of a candidate ``with_places`` as everybody reads it; empty without a slate."""
    return next((decision.rank_text for decision in candidate.decisions.all()), "")


def outcome_of(candidate: Candidate) -> str:
    """What was decided on a candidate ``with_places``; empty until it is."""
    return next((each.get_outcome_display() for each in candidate.decisions.all() if each.outcome), "")


@dataclass(frozen=True)
class File:
    """What a member may read of a candidate."""

    entries: list[Event]
    nominations: list[Nomination]
    sheets: list[Scoresheet] = field(default_factory=list)
    assessment: Assessment | None = None
    decision: Decision | None = None
    questions: list[Approval] = field(default_factory=list)
    chains: list[tuple[Nomination, list[ChainLink]]] = field(default_factory=list)
    standing: Standing | None = None
    exceptions: list[EligibilityException] = field(default_factory=list)
    conflicts: list[AssessorConflict] = field(default_factory=list)
    place: CalibrationPlace | None = None
    agreed: list[ConsensusRating] = field(default_factory=list)
    counts_agreed: bool = False

    @property
    def waiting(self) -> list[EligibilityException]:
        """Exceptions that wait for a second person."""
        return [each for each in self.exceptions if each.state == EligibilityException.State.ASKED]

    @property
    def first_handed_in(self) -> Nomination | None:
        """The first nomination that kept what the eligibility rules said."""
        return next((each for each in self.nominations if each.eligibility), None)


def file_of(candidate: Candidate, member: Membership) -> File:
    """The story of a candidate, redacted to what the member may see."""
    reading = Reading(candidate, member)
    assessment = None
    if access.can_read_scores(member, candidate):
        assessment = assessments_of(candidate.cohort, [candidate]).get(candidate.pk)
    agreed = (
        agreed_ratings([candidate]).get(candidate.pk, []) if access.reads_agreed(member, candidate) else []
    )
    waiting = [
        one
        for one in reading.nominations
        if one.state in (Nomination.State.SUBMITTED, Nomination.State.RETURNED)
    ]
    return File(
        story_of(reading),
        reading.nominations,
        reading.sheets,
        assessment,
        reading.decision,
        _questions(reading.nominations),
        [(nomination, chain_of(reading.approvals[nomination.pk])) for nomination in waiting],
        standing_of(candidate),
        reading.exceptions,
        reading.conflicts,
        place_for(candidate, member),
        agreed,
        counts_agreed(candidate.cohort) if agreed else False,
    )


def _questions(nominations: list[Nomination]) -> list[Approval]:
    """The questions with which nominations were returned and that wait for an answer."""
    returned = [each for each in nominations if each.state == Nomination.State.RETURNED]
    if not returned:
        return []
    return list(questions_on(returned))
