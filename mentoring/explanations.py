"""What the page of a pair tells: points per criterion, better mentors and why not, and any other mentor asked for."""

from dataclasses import dataclass
from typing import Any

from cohorts.models import Participant
from mentoring.explain import CRITERION_NAMES, rule_names, why_not
from mentoring.matching import CONFIRMABLE, Rule
from mentoring.models import MatchPair, Mentor

BETTER_SHOWN = 6


@dataclass(frozen=True)
class Points:
    """One criterion: what it gave and what it could give, in thousandths of the fit."""

    name: str
    points: int
    most: int


@dataclass(frozen=True)
class Comparison:
    """Another mentor for the same person: the rules against it, or what it would cost."""

    mentor: Mentor
    fit: int
    rules: list[str]
    rule_names: str
    sentence: str
    moves: list[str]

    may_pin: bool = True

    @property
    def is_blocked(self) -> bool:
        return bool(self.rules)


@dataclass(frozen=True)
class Explanation:
    """Why this mentor, or why nobody."""

    points: list[Points]
    eligible: int
    pool: int
    better: list[Comparison]
    others: list[Comparison]


def points_table(pair: MatchPair) -> list[Points]:
    """A line per criterion that has a weight in this match."""
    return [
        Points(label, pair.points.get(name, 0), pair.most.get(name, 0))
        for name, label in CRITERION_NAMES.items()
        if pair.run.weights.get(name)
    ]


def explanation(pair: MatchPair) -> Explanation:
    """Everything about one row of a match, in two queries."""
    ids = pair.run.mentor_ids
    order = sorted(range(len(ids)), key=lambda at: (-pair.fits[at], ids[at]))
    better = [at for at in order if pair.fit is None or pair.fits[at] > pair.fit][:BETTER_SHOWN]
    shown = {ids[at] for at in better} | {one["mentor"] for one in pair.alternatives}
    names = _Names(pair, shown)
    others = [one["mentor"] for one in pair.alternatives if one["mentor"] not in {ids[at] for at in better}]
    return Explanation(
        points=points_table(pair),
        eligible=sum(mask == 0 for mask in pair.blocked),
        pool=len(ids),
        better=[_compare(pair, names.mentors[ids[at]], names) for at in better if ids[at] in names.mentors],
        others=[_compare(pair, names.mentors[pk], names) for pk in others if pk in names.mentors],
    )


def comparison(pair: MatchPair, mentor: Mentor) -> Comparison:
    """Why not this mentor: a rule, or the price."""
    return _compare(pair, mentor, _Names(pair, {mentor.pk}))


def _compare(pair: MatchPair, mentor: Mentor, names: "_Names") -> Comparison:
    at = pair.run.mentor_ids.index(mentor.pk)
    fit, mask = pair.fits[at], pair.blocked[at]
    if mask:
        may_pin = not Rule(mask) & ~CONFIRMABLE
        return Comparison(mentor, fit, why_not(mask), rule_names(mask), "", [], may_pin)
    known = next((one for one in pair.alternatives if one["mentor"] == mentor.pk), None)
    moves = [names.move(one) for one in known["moves"]] if known else []
    return Comparison(mentor, fit, [], "", _price(pair, mentor, fit, known), moves)


def _price(pair: MatchPair, mentor: Mentor, fit: int, known: dict[str, Any] | None) -> str:
    if pair.mentor_id == mentor.pk:
        return "This is the mentor found."
    if pair.pinned:
        return "The pair is pinned, so no other mentor was weighed."
    if pair.fit is None:
        return "Possible by the rules, but the free hours went to people who gain more."
    if known is None:
        return (
            f"Possible, but fits {tenths(pair.fit - fit)} points less."
            if fit < pair.fit
            else "Possible, but others would lose more."
        )
    gained = fit - pair.fit
    if not gained and not known["cost"]:
        return "Just as good; the lot decided."
    own = f"{tenths(abs(gained))} points {'more' if gained >= 0 else 'less'} for {pair.participant.person.first_name}"
    if known["fewer_matched"]:
        return f"{own}, but {known['fewer_matched']} more would have no mentor."
    if known["below_floor"]:
        return f"{own}, but somebody would have a worse mentor than anybody has now."
    return f"{own}; all together {tenths(known['cost'])} points less."


def tenths(points: int) -> str:
    """Thousandths as people read them: 836 is 84 of 100; small differences keep a decimal."""
    value = points / 10
    return f"{value:.1f}" if value < 10 and value != round(value) else f"{value:.0f}"


class _Names:
    """Mentors and participants that an explanation speaks of, read at once."""

    def __init__(self, pair: MatchPair, mentor_ids: set[int]) -> None:
        moves = [move for one in pair.alternatives for move in one["moves"]]
        wanted = mentor_ids | {move["mentor"] for move in moves if move["mentor"]}
        self.mentors = Mentor.objects.select_related("person").in_bulk(wanted)
        self.participants = Participant.objects.select_related("person").in_bulk(
            {move["participant"] for move in moves}
        )

    def move(self, move: dict[str, Any]) -> str:
        who = self.participants.get(move["participant"], "Somebody")
        to = self.mentors.get(move["mentor"]) if move["mentor"] else None
        return f"{who} would move to {to}." if to else f"{who} would have no mentor."
