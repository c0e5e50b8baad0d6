"""What the assessors of a candidate agreed on, beside the means of what each handed in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet

from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort, Competency
from selection.models import (
    Assessor,
    CalibrationSession,
    Candidate,
    ConsensusRating,
    ConsensusVoice,
    Rating,
    Scoresheet,
    SelectionPlan,
    Slate,
)
from selection.queries.conflicts import counts

SUBMITTED = Scoresheet.State.SUBMITTED


@dataclass(frozen=True)
class AgreedRow:
    """One competency of a candidate in an exercise: each assessor's mean, and what they agreed on."""

    competency: Competency
    means: list[tuple[Assessor, Decimal]]
    rating: ConsensusRating | None
    waits_for: list[Assessor]
    has_spoken: bool

    @property
    def apart(self) -> Decimal:
        """How far the assessors are from each other."""
        values = [mean for _, mean in self.means]
        return max(values) - min(values) if values else Decimal(0)

    @property
    def mean(self) -> Decimal | None:
        """The mean of the assessors, an assessor once."""
        values = [mean for _, mean in self.means]
        return sum(values, Decimal(0)) / len(values) if values else None


def handed_in(sheet: Scoresheet) -> list[Scoresheet]:
    """The submitted sheets on the same candidate in the same exercise that count."""
    return list(
        Scoresheet.objects.filter(
            counts(), candidate=sheet.candidate_id, exercise=sheet.exercise_id, state=SUBMITTED
        )
        .select_related("assessor__person")
        .order_by("assessor__person__last_name_key", "pk")
    )


def why_not_yet(sheet: Scoresheet) -> str:
    """Why there is nothing to agree on for this candidate in this exercise; empty when there is."""
    cohort = sheet.candidate.cohort_id
    if Slate.objects.filter(cohort=cohort).exists():
        return "The slate is drawn up, so ratings stay as they are."
    if CalibrationSession.objects.filter(cohort=cohort).exists():
        return "The calibration has begun, so ratings stay as they are."
    if sheet.candidate.state != Candidate.State.ADMITTED:
        return f"{sheet.candidate} is no longer in this selection."
    beside = Scoresheet.objects.filter(candidate=sheet.candidate_id, exercise=sheet.exercise_id)
    if beside.filter(state=Scoresheet.State.OPEN).exists():
        return "You can agree on ratings once everybody has submitted their sheet of this exercise."
    return "" if len(handed_in(sheet)) > 1 else "There is only one assessor, so there is nothing to agree on."


def rows_for(sheet: Scoresheet, assessor: Assessor) -> list[AgreedRow]:
    """The competencies that were rated, in order; a fixed number of queries."""
    sheets = handed_in(sheet)
    raters = [each.assessor for each in sheets]
    found: dict[int, dict[int, Decimal]] = {}
    means = (
        Rating.objects.filter(scoresheet__in=sheets)
        .order_by()
        .values_list("behavior__competency_id", "scoresheet__assessor_id")
        .annotate(mean=Avg("score"))
    )
    for competency, rater, mean in means:
        found.setdefault(competency, {})[rater] = Decimal(str(round(mean, 4)))
    ratings = {each.competency_id: each for each in ratings_of(sheet)}
    return [
        _row(each, found[each.pk], raters, ratings.get(each.pk), assessor)
        for each in Competency.objects.filter(pk__in=found)
    ]


def _row(
    competency: Competency,
    means: dict[int, Decimal],
    raters: list[Assessor],
    rating: ConsensusRating | None,
    assessor: Assessor,
) -> AgreedRow:
    spoken = {voice.assessor_id for voice in rating.voices.all()} if rating else set()
    return AgreedRow(
        competency,
        [(each, means[each.pk]) for each in raters if each.pk in means],
        rating,
        [each for each in raters if each.pk not in spoken] if rating else [],
        assessor.pk in spoken,
    )


def ratings_of(sheet: Scoresheet) -> QuerySet[ConsensusRating]:
    """What was written for the candidate in this exercise."""
    return (
        ConsensusRating.objects.filter(candidate=sheet.candidate_id, exercise=sheet.exercise_id)
        .select_related("written_by__person", "competency")
        .prefetch_related("voices")
    )


@dataclass(frozen=True)
class Washup:
    """A candidate in an exercise whose assessors can agree on ratings: own sheet, how far they are."""

    sheet: Scoresheet
    agreed: int
    waiting: int


def sheets_to_compare(member: Membership) -> QuerySet[Scoresheet]:
    """The member's own submitted sheets whose exercise everybody has handed in, before calibration and slate.
    Not while they still have to score the candidate elsewhere."""
    person = person_of(member)
    beside = Scoresheet.objects.filter(
        candidate=OuterRef("candidate"), exercise=OuterRef("exercise")
    ).order_by()
    still = Scoresheet.objects.filter(
        candidate=OuterRef("candidate"), assessor=OuterRef("assessor"), state=Scoresheet.State.OPEN
    ).order_by()
    later = (
        CalibrationSession.objects.filter(cohort=OuterRef("candidate__cohort")).order_by(),
        Slate.objects.filter(cohort=OuterRef("candidate__cohort")).order_by(),
    )
    sheets = Scoresheet.objects.filter(assessor__person=person) if person else Scoresheet.objects.none()
    return sheets.filter(
        counts(),
        Exists(beside.exclude(pk=OuterRef("pk"))),
        ~Exists(beside.filter(state=Scoresheet.State.OPEN)),
        ~Exists(still),
        *(~Exists(each) for each in later),
        state=SUBMITTED,
        candidate__state=Candidate.State.ADMITTED,
        candidate__cohort__state__in=(Cohort.State.ASSESSING, Cohort.State.SELECTING),
    )


def being_agreed(person: Person | None) -> QuerySet[ConsensusRating]:
    """What was written on candidates this person scored and not everybody has agreed on. A cheap question before
    ``answers_awaited``, which takes PostgreSQL long to plan."""
    scored = ConsensusRating.objects.filter(agreed_at=None, candidate__scoresheets__assessor__person=person)
    return scored.order_by()


def answers_awaited(member: Membership) -> QuerySet[Scoresheet]:
    """Those where a rating was written that the member has neither agreed with nor replaced."""
    own = ConsensusVoice.objects.filter(rating=OuterRef("pk"), assessor=OuterRef(OuterRef("assessor")))
    written = ConsensusRating.objects.filter(
        ~Exists(own.order_by()), candidate=OuterRef("candidate"), exercise=OuterRef("exercise")
    )
    return sheets_to_compare(member).filter(Exists(written.order_by())).order_by("submitted_at", "pk")


def washups_for(member: Membership) -> list[Washup]:
    """``sheets_to_compare`` with how far each is, those first where somebody waits for the member; one query."""
    written = Q(candidate__consensus_ratings__exercise=F("exercise"))
    spoken = Q(candidate__consensus_ratings__voices__assessor=F("assessor"))
    ratings = "candidate__consensus_ratings"
    sheets = (
        sheets_to_compare(member)
        .select_related("candidate__person", "candidate__cohort", "exercise")
        .annotate(
            agreed=Count(
                ratings, filter=written & Q(**{f"{ratings}__agreed_at__isnull": False}), distinct=True
            ),
            written=Count(ratings, filter=written, distinct=True),
            spoken=Count(ratings, filter=written & spoken, distinct=True),
        )
    )
    found = [Washup(each, each.agreed, each.written - each.spoken) for each in sheets]
    return sorted(found, key=lambda each: (-each.waiting, each.sheet.candidate.person.last_name_key))


def agreed_ratings(candidates: Iterable[Candidate]) -> dict[int, list[ConsensusRating]]:
    """By candidate, what every assessor agreed on; one query."""
    found: dict[int, list[ConsensusRating]] = {}
    ratings = ConsensusRating.objects.filter(
        candidate__in=[each.pk for each in candidates], agreed_at__isnull=False
    ).select_related("competency", "exercise")
    for rating in ratings.order_by("competency__position", "competency", "exercise__position", "pk"):
        found.setdefault(rating.candidate_id, []).append(rating)
    return found


def counts_agreed(cohort: Cohort) -> bool:
    """Whether the plan takes the agreed rating for the score of an exercise, where there is one."""
    return SelectionPlan.objects.filter(cohort=cohort, counts_agreed=True).exists()


def voices_missing(rating: ConsensusRating, sheets: Collection[Scoresheet]) -> set[int]:
    """Ids of the assessors who have not agreed yet."""
    spoken = set(rating.voices.order_by().values_list("assessor_id", flat=True))
    return {sheet.assessor_id for sheet in sheets} - spoken
