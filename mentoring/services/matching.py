"""Deciding what counts in a cohort's match, and starting one."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, Participant
from mentoring import tasks
from mentoring.inputs import pool_on, waiting_for_mentor
from mentoring.matching import CONFIRMABLE, CRITERIA, RULE_NAMES, Rule
from mentoring.matching.people import rules_in
from mentoring.models import CohortMentoring, MatchPair, MatchRun, MatchWish, Mentor
from mentoring.queries import settings_of
from mentoring.rhythm import organization_day, replan

RULES = ("common_language", "common_hours", "hours_per_mentee")


@transaction.atomic
def save_settings(cohort: Cohort, *, by: Membership, **values: Any) -> CohortMentoring:
    """Keep the weights, rules and rhythm of a cohort's mentoring."""
    require_organization()
    decided = locked_settings(cohort)
    before = {name: getattr(decided, name) for name in values}
    for name, value in values.items():
        setattr(decided, name, value)
    if not any(getattr(decided, name) for name in CRITERIA):
        raise ValidationError("The weights add up to zero. Give at least one criterion a weight.")
    decided.full_clean(exclude=["organization", "cohort"])
    decided.save()
    after = {name: getattr(decided, name) for name in values}
    if before != after:
        audit.record("cohort_mentoring.saved", cohort, by=by, before=before, after=after)
        replan(cohort, decided)
    return decided


@transaction.atomic
def start_run(cohort: Cohort, *, by: Membership) -> MatchRun:
    """Have the worker match everybody in the cohort who has no mentor. Nobody is told anything yet."""
    require_organization()
    decided = locked_settings(cohort)
    busy = cohort.match_runs.filter(state__in=[MatchRun.State.WAITING, MatchRun.State.WORKING]).first()
    if busy is not None:  # handed out again, should the queue have lost it; only one worker gets the claim
        transaction.on_commit(partial(tasks.match.delay, require_organization(), busy.pk))
        return busy
    today = organization_day(cohort.organization)
    if not waiting_for_mentor(cohort, today).exists():
        raise ValidationError(f"Everybody in {cohort} has a mentor, or nobody is enrolled yet.")
    if not pool_on(today).filter(state=Mentor.State.ACTIVE).exists():
        raise ValidationError("There is nobody in the mentor pool who has said how much time they have.")
    last = cohort.match_runs.aggregate(last=Max("number"))["last"] or 0
    run = MatchRun.objects.create(
        cohort=cohort,
        number=last + 1,
        weights={name: getattr(decided, name) for name in CRITERIA},
        rules={name: str(getattr(decided, name)) for name in RULES},
        started_by=by,
    )
    audit.record("match_run.started", run, by=by, after=run.weights)
    transaction.on_commit(partial(tasks.match.delay, require_organization(), run.pk))
    return run


@transaction.atomic
def pin_pair(pair: MatchPair, mentor: Mentor, *, confirmed: bool = False, by: Membership) -> MatchWish:
    """Settle a pair for the next runs. One that breaks a rule has to be confirmed, or cannot be at all."""
    broken = blocked_by(pair, mentor)
    if broken & ~CONFIRMABLE:
        raise ValidationError(f"{mentor} cannot mentor {pair.participant}: {_names(broken & ~CONFIRMABLE)}.")
    if broken and not confirmed:
        raise ValidationError(
            f"This pair breaks a rule: {_names(broken)}. Confirm it to pin {mentor} all the same."
        )
    return _wish(pair.participant, mentor, MatchWish.Kind.PIN, bool(broken), by)


@transaction.atomic
def exclude_pair(pair: MatchPair, mentor: Mentor, *, by: Membership) -> MatchWish:
    """Rule a pair out for the next runs."""
    return _wish(pair.participant, mentor, MatchWish.Kind.EXCLUDE, False, by)


@transaction.atomic
def forget_wish(wish: MatchWish, *, by: Membership) -> None:
    """Let the next run decide about this pair again."""
    require_organization()
    audit.record("match_wish.forgotten", wish.participant, by=by, before={"wish": str(wish)})
    wish.delete()


def blocked_by(pair: MatchPair, mentor: Mentor) -> Rule:
    """The rules against this participant and mentor when the run was solved."""
    if mentor.pk not in pair.run.mentor_ids:
        raise ValidationError(f"{mentor} was not in the pool when this match ran. Run it again first.")
    return Rule(pair.blocked[pair.run.mentor_ids.index(mentor.pk)])


def locked_settings(cohort: Cohort) -> CohortMentoring:
    """The cohort's settings, made with the usual values on first use, and locked."""
    found = settings_of(cohort)
    if found.pk is None:
        CohortMentoring.objects.bulk_create([found], ignore_conflicts=True)
    return CohortMentoring.objects.select_for_update(of=("self",)).get(cohort=cohort)


def _wish(
    participant: Participant, mentor: Mentor, kind: MatchWish.Kind, confirmed: bool, by: Membership
) -> MatchWish:
    require_organization()
    if kind == MatchWish.Kind.PIN:
        MatchWish.objects.filter(participant=participant, kind=kind).exclude(mentor=mentor).delete()
    wish, _ = MatchWish.objects.update_or_create(
        participant=participant, mentor=mentor, defaults={"kind": kind, "confirmed": confirmed}
    )
    audit.record(
        f"match_wish.{kind}", participant, by=by, after={"mentor": str(mentor), "confirmed": confirmed}
    )
    return wish


def _names(rules: Rule) -> str:
    return ", ".join(RULE_NAMES[rule].lower() for rule in rules_in(int(rules)))
