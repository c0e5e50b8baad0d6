"""The ranking of a cohort: from ratings and views to places with their explanation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.db.models import Avg, F, Q, Window
from django.db.models.functions import RowNumber

from amdp.directory.models import PerformanceRating
from cohorts.models import Cohort
from selection.days import today_of
from selection.models import Candidate, Criterion, Decision, KnockOut, Nomination, Slate
from selection.queries.assessment import Assessment, admitted, assessments_of, scores_of
from selection.queries.plan import weights_of
from selection.ranking import Criterion as Weighed
from selection.ranking import Entry, Ranking, TieBreak, normalize, rank
from selection.seating import Seats, fitting, seated

RATINGS_COUNTED = 2
# The rule for equal composites, stored with each slate: compare these in order, then lots by the seed.
TIE_BREAK = ("assessment", "performance", "potential")
NAMES = {"performance": "Performance", "potential": "Potential", "assessment": "Assessment"}
Outcome = Decision.Outcome
TENTH = Decimal("0.1")
BEST_FIRST = F("place").asc(nulls_last=True)


def tie_seed(cohort: Cohort) -> str:
    """The seed of the lots; known beforehand, so nobody can draw again."""
    return f"cohort-{cohort.pk}"


@dataclass(frozen=True)
class Drawn:
    """A ranking with what went into it. ``knocked_out`` says by candidate what they fell short of."""

    ranking: Ranking
    entries: dict[int, Entry]
    assessments: dict[int, Assessment]
    knocked_out: dict[int, str]
    markets: dict[int, str]


@dataclass(frozen=True)
class Least:
    """The knock-outs of a plan: on 0–100 by criterion, and means on 1–5 by competency."""

    criteria: dict[str, int]
    competencies: dict[int, Decimal]

    def short_of(self, entry: Entry, assessment: Assessment | None) -> list[str]:
        """Where somebody scored less, in words. What was not measured knocks nobody out."""
        words = []
        for key, least in self.criteria.items():
            score = entry.scores.get(key)
            if score is not None and score < least:
                words.append(f"{NAMES[key]} {score:.1f} of 100, at least {least} is asked for")
        for result in assessment.competencies if assessment else ():
            asked = self.competencies.get(result.competency.pk)
            if asked is not None and result.mean < asked:
                told = f"{result.mean.quantize(TENTH)} of 5, at least {asked.normalize():f} is asked for"
                words.append(f"{result.competency.name} {told}")
        return words


def least_of(cohort: Cohort) -> Least:
    """The knock-outs of the cohort's plan; none without a plan; two queries."""
    criteria = Criterion.objects.filter(plan__cohort=cohort, minimum__isnull=False).order_by()
    competencies = KnockOut.objects.filter(plan__cohort=cohort).order_by()
    return Least(
        {kind: minimum for kind, minimum in criteria.values_list("kind", "minimum") if minimum is not None},
        dict(competencies.values_list("competency", "minimum")),
    )


def draw(cohort: Cohort) -> Drawn:
    """Rank the admitted candidates of a cohort by its weights, without those below a knock-out; a handful of
    queries for any number."""
    weights = weights_of(cohort)
    rows = admitted(cohort).values_list("pk", "person_id", "person__market")
    candidates = {pk: (person, market) for pk, person, market in rows}
    least = least_of(cohort)
    assessments = assessments_of(cohort) if least.competencies else scores_of(cohort, candidates)
    performance = performance_of(cohort)
    potential = potential_of(cohort)
    entries = {
        pk: Entry(
            str(pk),
            {
                "performance": performance.get(person),
                "potential": potential.get(pk),
                "assessment": assessments[pk].score if pk in assessments else None,
            },
        )
        for pk, (person, _) in candidates.items()
    }
    short = {pk: least.short_of(entry, assessments.get(pk)) for pk, entry in entries.items()}
    knocked_out = {pk: "; ".join(words) for pk, words in short.items() if words}
    criteria = [Weighed(key, NAMES[key], weights.get(key, 0)) for key in NAMES]
    remaining = [entry for pk, entry in entries.items() if pk not in knocked_out]
    ranking = rank(criteria, remaining, TieBreak(TIE_BREAK, tie_seed(cohort)))
    markets = {pk: market for pk, (_, market) in candidates.items()}
    return Drawn(ranking, entries, assessments, knocked_out, markets)


# --- seats -------------------------------------------------------------------------------------------


def quotas_of(slate: Slate) -> dict[str, Seats]:
    """The seats per market as the slate was drawn up with."""
    return {market: Seats(least, most) for market, (least, most) in slate.quotas.items()}


class Placed(Protocol):
    """A place on a slate: a decision, or as much of one as a long list has to know of everybody."""

    @property
    def pk(self) -> int: ...
    @property
    def place(self) -> int | None: ...
    @property
    def market(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def composite(self) -> Decimal | None: ...
    @property
    def reserve_order(self) -> int | None: ...


class Standing(NamedTuple):
    """What the page of a slate has to know of those it does not show."""

    pk: int
    place: int | None
    market: str
    outcome: str
    composite: Decimal | None
    reserve_order: int | None
    is_knocked_out: bool


def standings_on(slate: Slate) -> list[Standing]:
    """Every place of a slate as ``decisions_on`` has them, without the people; one query."""
    rows = slate.decisions.order_by(BEST_FIRST, "pk").values_list(*Standing._fields)
    return [Standing(*row) for row in rows]


def within_cut(slate: Slate, decisions: Sequence[Placed]) -> set[int]:
    """The decisions whose candidates get a seat by rank and by the seats kept for their markets."""
    ranked = [(each.pk, each.market) for each in decisions if each.place is not None]
    return seated(ranked, seats_of(slate), quotas_of(slate))


@dataclass(frozen=True)
class MarketSeats:
    """One market on the slate page."""

    market: str
    given: int
    quota: Seats


def market_seats(slate: Slate, decisions: Sequence[Placed]) -> list[MarketSeats]:
    """Seats given by market, beside what the plan says; empty when it says nothing."""
    given = selected_by_market(decisions)
    return [MarketSeats(market, given[market], quota) for market, quota in quotas_of(slate).items()]


def selected_by_market(decisions: Iterable[Placed]) -> Counter[str]:
    """How many of each market are selected."""
    return Counter(each.market for each in decisions if each.outcome == Outcome.SELECTED)


def performance_of(cohort: Cohort) -> dict[int, Decimal]:
    """The mean of the last two yearly ratings by person, on 0–100, of those admitted; one query."""
    latest = Window(RowNumber(), partition_by="person_id", order_by="-year")
    people = admitted(cohort).order_by().values("person")
    rows = PerformanceRating.objects.filter(person__in=people).order_by().annotate(latest=latest)
    found: dict[int, list[Decimal]] = {}
    for person, rating in rows.filter(latest__lte=RATINGS_COUNTED).values_list("person_id", "rating"):
        found.setdefault(person, []).append(rating)
    return {person: _on_hundred(sum(kept, Decimal(0)) / len(kept)) for person, kept in found.items()}


def potential_of(cohort: Cohort) -> dict[int, Decimal]:
    """The mean potential view of the approved nominations by candidate, on 0–100."""
    rows = (
        Nomination.objects.filter(candidate__cohort=cohort, state=Nomination.State.APPROVED)
        .order_by()
        .values("candidate_id")
        .annotate(view=Avg("potential_view"))
    )
    return {row["candidate_id"]: _on_hundred(row["view"]) for row in rows if row["view"] is not None}


def _on_hundred(value: Decimal | float) -> Decimal:
    return normalize(Decimal(str(round(value, 6))), 1, 5)


# --- reading a slate ---------------------------------------------------------------------------------


def decisions_on(slate: Slate) -> list[Decision]:
    """Every place of a slate, best first, those without a rank last; one query."""
    return list(
        slate.decisions.select_related("candidate__person", "decided_by__user").order_by(BEST_FIRST, "pk")
    )


def seats_of(slate: Slate) -> int:
    """How many seats can be given: those the slate was drawn up for, or fewer if the cohort has fewer now."""
    return min(slate.seats, slate.cohort.seats)


def unready_to_release(slate: Slate, decisions: Sequence[Placed]) -> list[str]:
    """Sentences for what has to be mended before the outcomes can be released; one query."""
    undecided = [each.pk for each in decisions if not each.outcome]
    asked = Q(outcome__in=[Outcome.SELECTED, Outcome.RESERVE]) | Q(pk__in=undecided[:3])
    found = list(slate.decisions.filter(asked).select_related("candidate__person").order_by(BEST_FIRST, "pk"))
    selected = [each for each in found if each.outcome == Outcome.SELECTED]
    withdrawn = [each for each in found if each.outcome and each.candidate.state != Candidate.State.ADMITTED]
    people = [each.candidate.person for each in selected]
    left = [person for person in people if not person.is_employed(today_of(person))]
    seats = seats_of(slate)
    sentences = []
    if undecided:
        names = ", ".join(str(each.candidate) for each in found if not each.outcome)
        more = f" and {len(undecided) - 3} more" if len(undecided) > 3 else ""
        sentences.append(f"Decide on {names}{more}.")
    if len(selected) > seats:
        words = "1 seat" if seats == 1 else f"{seats} seats"
        sentences.append(f"{len(selected)} are selected for {words}. Move some to the reserve.")
    if not selected and not undecided:
        sentences.append("Nobody is selected. Give at least one seat.")
    sentences += _market_problems(slate, decisions)
    sentences += [f"{each.candidate} has withdrawn. Decide anew." for each in withdrawn]
    sentences += [f"{person} does not work here any more. Decide anew." for person in left]
    return sentences


def _market_problems(slate: Slate, decisions: Sequence[Placed]) -> list[str]:
    """Where seats kept for a market went elsewhere although somebody of it is ranked, or it got too many."""
    given = selected_by_market(decisions)
    sentences = []
    for market, quota in fitting(quotas_of(slate), seats_of(slate)).items():
        could = sum(each.market == market and each.place is not None for each in decisions)
        wanted = min(quota.at_least, could)
        if given[market] < wanted:
            seats = "1 seat is" if quota.at_least == 1 else f"{quota.at_least} seats are"
            sentences.append(
                f"{seats} kept for {market}, and {given[market]} of it given. Select from {market}."
            )
        if quota.at_most is not None and given[market] > quota.at_most:
            sentences.append(f"{market} takes {quota.at_most} at most, and {given[market]} are selected.")
    return sentences
