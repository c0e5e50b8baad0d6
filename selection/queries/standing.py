"""What the rules say of candidates, as it was kept: for the file, the list and the downloads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func, OuterRef, QuerySet, Subquery, Value

from cohorts.models import Cohort
from selection.eligibility import Check, Eligibility, Judged
from selection.models import Candidate, EligibilityResult

# Files whose eligibility is watched: handed in and neither declined nor withdrawn.
WATCHED = (Candidate.State.PROPOSED, Candidate.State.RETURNED, Candidate.State.ADMITTED)

LET_PASS = Func(
    F("groups"),
    Value('$[*].checks[*] ? (@.exception != "")'),
    function="jsonb_path_exists",
    template="%(function)s(%(expressions)s::jsonpath)",
    output_field=BooleanField(),
)


@dataclass(frozen=True)
class Standing:
    """What the rules say of a candidate, since when, and whether that can still change."""

    eligibility: Eligibility
    since: datetime
    as_of: datetime
    why: str
    has_flipped: bool
    is_frozen: bool


def kept(eligibility: Eligibility) -> list[dict[str, Any]]:
    """As a result keeps it."""
    return [
        {"match": group.match, "checks": [dict(vars(check)) for check in group.checks]}
        for group in eligibility.groups
    ]


def read(groups: Iterable[dict[str, Any]]) -> Eligibility:
    """What was kept, as the pages show it."""
    return Eligibility(
        tuple(Judged(tuple(Check(**check) for check in group["checks"]), group["match"]) for group in groups)
    )


def latest_results(candidates: Iterable[int]) -> dict[int, EligibilityResult]:
    """The last result of each of these candidates; one query."""
    rows = EligibilityResult.objects.filter(candidate__in=list(candidates))
    last = rows.order_by("candidate_id", "-evaluated_at", "-pk").distinct("candidate_id")
    return {each.candidate_id: each for each in last}


def standing_of(candidate: Candidate) -> Standing | None:
    """What the rules say of a candidate; None before anything was handed in."""
    last = latest_results([candidate.pk]).get(candidate.pk)
    if last is None:
        return None
    return Standing(
        read(last.groups),
        last.evaluated_at,
        last.checked_at,
        last.get_why_display(),
        last.has_flipped,
        candidate.cohort.state != Cohort.State.NOMINATING,
    )


def with_standing(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``meets_rules``: what the last result says; None where there is none. ``rules_since``: since when.
    ``by_exception``: whether a rule was let pass."""
    last = EligibilityResult.objects.filter(candidate=OuterRef("pk")).order_by("-evaluated_at", "-pk")
    return candidates.annotate(
        meets_rules=Subquery(last.values("is_met")[:1]),
        rules_since=Subquery(last.values("evaluated_at")[:1]),
        by_exception=Subquery(last.annotate(passed=LET_PASS).values("passed")[:1]),
    )


def whose_rules(candidates: QuerySet[Candidate], *, met: bool) -> QuerySet[Candidate]:
    """Those of whom the last result says so."""
    last = EligibilityResult.objects.filter(candidate=OuterRef("pk")).order_by("-evaluated_at", "-pk")
    return candidates.alias(last_met=Subquery(last.values("is_met")[:1])).filter(last_met=met)


def results_of(candidate: Candidate) -> list[EligibilityResult]:
    """Every result of a candidate in time order."""
    return list(candidate.eligibility_results.order_by("evaluated_at", "pk"))
