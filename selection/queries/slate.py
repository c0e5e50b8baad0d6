"""The ranking of a cohort: from ratings and views to places with their explanation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, F

from amdp.directory.models import PerformanceRating
from cohorts.models import Cohort
from selection.days import today_of
from selection.models import Candidate, Decision, Nomination, Slate
from selection.plan_parts.criteria import knock_outs_in, minimums_in
from selection.queries.assessment import Assessment, admitted, assessments_of
from selection.queries.plan import plan_of, weights_of
from selection.ranking import Criterion, Entry, Ranking, TieBreak, normalize, rank
from selection.reserve import is_by_rank
from selection.seating import Seats, fitting, seated

RATINGS_COUNTED = 2
# The rule for equal composites, stored with each slate: compare these in order, then lots by the seed.
TIE_BREAK = ("assessment", "performance", "potential")
NAMES = {"performance": "Performance", "potential": "Potential", "assessment": "Assessment"}
Outcome = Decision.Outcome
TENTH = Decimal("0.1")


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
    """The knock-outs of the cohort's plan; none without a plan."""
    plan = plan_of(cohort)
    return Least(minimums_in(plan), knock_outs_in(plan)) if plan else Least({}, {})


def draw(cohort: Cohort) -> Drawn:
    """Rank the admitted candidates of a cohort by its weights, without those below a knock-out; a handful of
    queries for any number."""
    weights = weights_of(cohort)
    rows = admitted(cohort).values_list("pk", "person_id", "person__market")
    candidates = {pk: (person, market) for pk, person, market in rows}
    assessments = assessments_of(cohort)
    performance = performance_of([person for person, _ in candidates.values()])
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
    least = least_of(cohort)
    short = {pk: least.short_of(entry, assessments.get(pk)) for pk, entry in entries.items()}
    knocked_out = {pk: "; ".join(words) for pk, words in short.items() if words}
    criteria = [Criterion(key, NAMES[key], weights.get(key, 0)) for key in NAMES]
    remaining = [entry for pk, entry in entries.items() if pk not in knocked_out]
    ranking = rank(criteria, remaining, TieBreak(TIE_BREAK, tie_seed(cohort)))
    markets = {pk: market for pk, (_, market) in candidates.items()}
    return Drawn(ranking, entries, assessments, knocked_out, markets)


# --- seats -------------------------------------------------------------------------------------------


def quotas_of(slate: Slate) -> dict[str, Seats]:
    """The seats per market as the slate was drawn up with."""
    return {market: Seats(least, most) for market, (least, most) in slate.quotas.items()}


def within_cut(slate: Slate, decisions: Sequence[Decision]) -> set[int]:
    """The decisions whose candidates get a seat by rank and by the seats kept for their markets."""
    ranked = [(each.pk, each.market) for each in decisions if each.place is not None]
    return seated(ranked, seats_of(slate), quotas_of(slate))


@dataclass(frozen=True)
class MarketSeats:
    """One market on the slate page."""

    market: str
    given: int
    quota: Seats


def market_seats(slate: Slate, decisions: Sequence[Decision]) -> list[MarketSeats]:
    """Seats given by market, beside what the plan says; empty when it says nothing."""
    given = selected_by_market(decisions)
    return [MarketSeats(market, given[market], quota) for market, quota in quotas_of(slate).items()]


def selected_by_market(decisions: Iterable[Decision]) -> Counter[str]:
    """How many of each market are selected."""
    return Counter(each.market for each in decisions if each.outcome == Outcome.SELECTED)


def performance_of(people: Sequence[int]) -> dict[int, Decimal]:
    """The mean of each person's last two yearly ratings, on 0–100."""
    found: dict[int, list[Decimal]] = {}
    rows = PerformanceRating.objects.filter(person__in=people).order_by("person", "-year")
    for person, rating in rows.values_list("person_id", "rating"):
        kept = found.setdefault(person, [])
        if len(kept) < RATINGS_COUNTED:
            kept.append(rating)
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


@dataclass(frozen=True)
class Part:
    """One criterion's share in a place."""

    name: str
    weight: int
    score: Decimal | None
    points: Decimal | None


@dataclass(frozen=True)
class Row:
    """One candidate on the slate page."""

    decision: Decision
    parts: tuple[Part, ...]
    off_line: Decimal | None
    why: str
    change: str

    @property
    def name(self) -> str:
        return str(self.decision.candidate)

    @property
    def strip(self) -> int | None:
        """Where the dot stands on the strip around the seat line: 0–96, 48 is the line, 6 points its ends."""
        if self.off_line is None:
            return None
        return 48 + int(max(Decimal(-6), min(Decimal(6), self.off_line)) * 7)

    @property
    def beyond(self) -> str:
        """``above`` or ``below`` when it is more than six points off the line."""
        if self.off_line is None or abs(self.off_line) <= 6:
            return ""
        return "above" if self.off_line > 0 else "below"


@dataclass(frozen=True)
class Group:
    """Rows under one heading: selected, reserve, not selected, or still to be decided."""

    key: str
    title: str
    note: str
    rows: list[Row]


def decisions_on(slate: Slate) -> list[Decision]:
    """Every place of a slate, best first, those without a rank last; one query."""
    return list(
        slate.decisions.select_related("candidate__person", "decided_by__user").order_by(
            F("place").asc(nulls_last=True), "pk"
        )
    )


def rows_of(slate: Slate, decisions: Sequence[Decision]) -> list[Row]:
    """The places with their parts and explanations. No query."""
    cut = within_cut(slate, decisions)
    line = min((d.composite for d in decisions if d.pk in cut and d.composite is not None), default=None)
    return [_row(slate, decision, decisions, line) for decision in decisions]


def _row(slate: Slate, decision: Decision, decisions: Sequence[Decision], line: Decimal | None) -> Row:
    off = None if decision.composite is None or line is None else decision.composite - line
    return Row(
        decision, parts_of(slate, decision), off, _why(slate, decision), _change(slate, decision, decisions)
    )


def parts_of(slate: Slate, decision: Decision) -> tuple[Part, ...]:
    """Each criterion with weight, score and points."""
    return tuple(
        Part(
            NAMES[key],
            slate.weights.get(key, 0),
            _decimal(decision.scores.get(key)),
            _decimal(decision.points.get(key)),
        )
        for key in NAMES
    )


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _why(slate: Slate, decision: Decision) -> str:
    if decision.rank is None:
        return decision.unranked_why
    parts = [part for part in parts_of(slate, decision) if part.points is not None]
    text = " + ".join(f"{part.points} for {part.name.lower()}" for part in parts)
    text = f"{text} = {decision.composite} points."
    if decision.missing:
        text += f" {', '.join(decision.missing)} was not measured, so the other weights count more."
    return text


def _change(slate: Slate, decision: Decision, decisions: Sequence[Decision]) -> str:
    if decision.is_knocked_out:
        return "Nothing on this slate: nobody below a knock-out gets a seat, whatever the total."
    if decision.place is None:
        return "Nothing on this slate: it ranks what was scored when it was drawn up. A seat needs another reason."
    if decision.is_tied:
        order = ", then ".join(NAMES[key].lower() for key in slate.tie_break)
        return f"Tied on points. The stored rule compares {order}, then draws lots."
    ranked = [each for each in decisions if each.place is not None]
    if decision.place > 1:
        above = ranked[decision.place - 2]
        gap = (above.composite or Decimal(0)) - (decision.composite or Decimal(0))
        return f"{gap:.2f} points more would reach {above.candidate} on rank {above.rank_text}."
    if len(ranked) > 1:
        gap = (decision.composite or Decimal(0)) - (ranked[1].composite or Decimal(0))
        return f"{ranked[1].candidate} on rank {ranked[1].rank_text} is {gap:.2f} points behind."
    return "Nobody else is ranked."


def groups_of(slate: Slate, rows: Sequence[Row]) -> list[Group]:
    """The slate's rows under their headings, empty headings left out."""
    by = {key: [row for row in rows if row.decision.outcome == key] for key in ("", *Outcome.values)}
    by[Outcome.RESERVE] = sorted(by[Outcome.RESERVE], key=lambda row: row.decision.reserve_order or 0)
    moved = not is_by_rank([row.decision.place for row in by[Outcome.RESERVE]])
    order = "moved by hand; they move up in this order" if moved else "they move up in this order"
    groups = [
        Group("", "Not decided", "choose for each, or accept the ranking", by[""]),
        Group(Outcome.SELECTED, "Selected", f"{slate.seats} seats", by[Outcome.SELECTED]),
        Group(Outcome.RESERVE, "Reserve", order, by[Outcome.RESERVE]),
        Group(
            Outcome.NOT_SELECTED,
            "Not selected",
            "each gets written feedback and a talk with their leader",
            by[Outcome.NOT_SELECTED],
        ),
    ]
    return [group for group in groups if group.rows]


def seats_of(slate: Slate) -> int:
    """How many seats can be given: those the slate was drawn up for, or fewer if the cohort has fewer now."""
    return min(slate.seats, slate.cohort.seats)


def unready_to_release(slate: Slate, decisions: Sequence[Decision]) -> list[str]:
    """Sentences for what has to be mended before the outcomes can be released."""
    selected = [each for each in decisions if each.outcome == Outcome.SELECTED]
    undecided = [each for each in decisions if not each.outcome]
    withdrawn = [each for each in selected if each.candidate.state != Candidate.State.ADMITTED]
    people = [each.candidate.person for each in selected]
    left = [person for person in people if not person.is_employed(today_of(person))]
    seats = seats_of(slate)
    sentences = []
    if undecided:
        names = ", ".join(str(each.candidate) for each in undecided[:3])
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


def _market_problems(slate: Slate, decisions: Sequence[Decision]) -> list[str]:
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
