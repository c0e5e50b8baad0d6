"""Eligibility over time: kept when it changes, told when it flips, frozen when nominations close."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import organization_context, require_organization
from cohorts.models import Cohort
from selection import notices
from selection.eligibility import Eligibility
from selection.models import Candidate, EligibilityResult
from selection.queries.eligibility import eligibility_of
from selection.queries.standing import WATCHED, kept, latest_results
from selection.services.candidates import hold_stage

Why = EligibilityResult.Why
AGAIN = timedelta(days=1)
# What tells one result from another; how many months somebody has reached by today does not.
COMPARED = ("name", "met", "input", "exception")


@transaction.atomic
def evaluate(cohort: Cohort, *, why: str) -> list[EligibilityResult]:
    """Read the rules anew for every candidate of a cohort that takes nominations; what changed.

    A result is appended where something changed, and whoever has to know of a flip is told once. Safe to run
    twice, at once too.
    """
    require_organization()
    hold_stage(cohort.pk)
    cohort = Cohort.objects.get(pk=cohort.pk)
    if cohort.state != Cohort.State.NOMINATING:
        return []
    return _evaluate(cohort, why)


def evaluate_if_open(cohort: Cohort, *, why: str) -> None:
    """Read the rules anew where the cohort takes nominations; elsewhere nothing is kept yet, or any more."""
    if cohort.state == Cohort.State.NOMINATING:
        evaluate(cohort, why=why)


def keep_hand_in(candidate: Candidate, eligibility: Eligibility) -> None:
    """Keep what the rules said when a nomination was handed in. The cohort's stage is held by the caller."""
    last = latest_results([candidate.pk]).get(candidate.pk)
    _keep([(candidate, eligibility, last)], Why.HANDED_IN)


def freeze(cohort: Cohort, before: str, by: Membership | None) -> None:
    """Named in ``settings.COHORT_MOVED``: when nominations close, the rules are read a last time; what they say
    then stays, whatever happens in the directory later. The cohort is locked by the caller."""
    if before == Cohort.State.NOMINATING:
        _evaluate(cohort, Why.CLOSED)


def evaluate_all(why: str) -> None:
    """Read the rules anew in every cohort of the organization that takes nominations."""
    for cohort in Cohort.objects.filter(state=Cohort.State.NOMINATING).order_by("pk"):
        evaluate(cohort, why=why)


def check_daily(organization_id: int, now: datetime) -> None:
    """The tick's hook (``settings.TICK_HOOKS``): once a day the rules are read anew, so that days that pass
    count, and a cohort whose dates were moved."""
    with organization_context(organization_id):
        checked = EligibilityResult.objects.filter(
            candidate__cohort__state=Cohort.State.NOMINATING, candidate__state__in=WATCHED
        )
        by_cohort = checked.order_by().values_list("candidate__cohort_id").annotate(last=Max("checked_at"))
        for cohort, last in by_cohort:
            if last + AGAIN <= now:
                evaluate(Cohort(pk=cohort), why=Why.DAY)
            else:
                wake_at(last + AGAIN)


def _evaluate(cohort: Cohort, why: str) -> list[EligibilityResult]:
    candidates = list(
        cohort.candidates.filter(state__in=WATCHED).select_related("person", "cohort").order_by("pk")
    )
    found = eligibility_of(cohort, [each.person_id for each in candidates])
    last = latest_results(each.pk for each in candidates)
    return _keep([(each, found[each.person_id], last.get(each.pk)) for each in candidates], why)


def _keep(
    judged: Sequence[tuple[Candidate, Eligibility, EligibilityResult | None]], why: str
) -> list[EligibilityResult]:
    now = timezone.now()
    same = [last.pk for _, found, last in judged if last and _says(last.groups) == _says(kept(found))]
    EligibilityResult.objects.filter(pk__in=same).update(checked_at=now)
    new = EligibilityResult.objects.bulk_create(
        EligibilityResult(
            candidate=candidate,
            is_met=found.is_met,
            has_flipped=last is not None and last.is_met != found.is_met,
            groups=kept(found),
            why=why,
            evaluated_at=now,
            checked_at=now,
        )
        for candidate, found, last in judged
        if last is None or last.pk not in same
    )
    if judged:
        wake_at(now + AGAIN)
    notices.eligibility_flipped([each for each in new if each.has_flipped])
    return new


def _says(groups: Sequence[dict[str, Any]]) -> list[Any]:
    return [
        (group["match"], [[check.get(name) for name in COMPARED] for check in group["checks"]])
        for group in groups
    ]
