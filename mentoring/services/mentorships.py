"""From a published match to a pair that ends. Nobody is filled beyond their hours."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.notifications.services import notify_many, withdraw
from amdp.tenancy.context import require_organization
from cohorts.models import Commitment, Participant
from mentoring import messages
from mentoring.capacity import NO_HOURS, committed_hours
from mentoring.inputs import inputs_of
from mentoring.models import CohortMentoring, MatchPair, MatchRun, Mentor, Mentorship
from mentoring.rhythm import organization_day, plan_check_in, plan_silence, wake_for
from mentoring.services.matching import locked_settings

CHANGED = (
    "The cohort or the mentors have changed since this match: somebody joined or left, has less time, or has a "
    "mentor already. Run it again and publish the new one."
)


@transaction.atomic
def publish_run(run: MatchRun, *, by: Membership) -> list[Mentorship]:
    """Make the pairs of a match real: commitments are written and both sides are told.

    Raises ValidationError when it was published before, is not finished, or no longer fits the cohort.
    """
    require_organization()
    decided = locked_settings(run.cohort)
    run = (
        MatchRun.objects.select_for_update(of=("self",)).select_related("cohort__organization").get(pk=run.pk)
    )
    if run.state == MatchRun.State.PUBLISHED:
        raise ValidationError(f"{run} is published already.")
    if run.state != MatchRun.State.DONE:
        raise ValidationError(f"{run} is not finished, so there is nothing to publish.")
    pairs = list(
        run.pairs.filter(mentor__isnull=False)
        .select_related(
            "participant__person__organization", "participant__cohort", "mentor__person__organization"
        )
        .defer("fits", "blocked", "alternatives")
    )
    if not pairs:
        raise ValidationError("This match found no pair, so there is nothing to publish.")
    today = organization_day(run.cohort.organization)
    mentors = _locked_mentors(pairs)
    if inputs_of(run.cohort, decided, today).fingerprint != run.fingerprint:
        raise ValidationError(CHANGED)
    _refuse_overload(pairs, mentors, decided, today)
    mentorships = _pair_up(pairs, decided, today, by)
    run.state, run.published_by, run.published_at = MatchRun.State.PUBLISHED, by, timezone.now()
    run.save(update_fields=["state", "published_by", "published_at"])
    audit.record("match_run.published", run, by=by, after={"pairs": len(mentorships)})
    notify_many(notice for one in mentorships for notice in messages.paired(one))
    wake_for(mentorships)
    return mentorships


@transaction.atomic
def end_mentorship(mentorship: Mentorship, *, reason: str, by: Membership) -> Mentorship:
    """End a pair and give the mentor the hours back. What they logged stays readable for both."""
    require_organization()
    mentorship = locked(mentorship)
    if mentorship.state != Mentorship.State.ACTIVE:
        raise ValidationError(f"{mentorship} have ended already.")
    if not reason.strip():
        raise ValidationError({"reason": "Say why. L&D reads it when looking for another mentor."})
    _end(mentorship, reason.strip(), by)
    messages.mentorship_ended(mentorship, by=by)
    return mentorship


def end_withdrawn() -> list[Mentorship]:
    """End the pairs of participants who were taken out of their cohort: the mentor has the hours again.

    Part of the tick's transaction, and one query when there is nobody.
    """
    require_organization()
    rows = Mentorship.objects.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    ended = list(
        rows.select_related("organization", "commitment", "mentor__person", "participant__person")
        .select_related("participant__cohort")
        .filter(state=Mentorship.State.ACTIVE, participant__state=Participant.State.WITHDRAWN)
    )
    for one in ended:
        _end(one, f"{one.participant} left {one.participant.cohort}.", None)
        messages.pair_dissolved(one)
    return ended


def _end(mentorship: Mentorship, why: str, by: Membership | None) -> None:
    today = organization_day(mentorship.organization)
    mentorship.state, mentorship.ended_on, mentorship.ended_why = Mentorship.State.ENDED, today, why[:300]
    mentorship.silence_due_at = mentorship.check_in_due_at = mentorship.next_meeting_at = None
    mentorship.silence = Mentorship.Silence.NOBODY
    mentorship.save()
    if mentorship.commitment is not None:
        _end_commitment(mentorship.commitment, today)
    _take_back_planned(mentorship)
    audit.record("mentorship.ended", mentorship, by=by, after={"on": today}, why=mentorship.ended_why)


def _take_back_planned(mentorship: Mentorship) -> None:
    """What waits for somebody's morning is about a pair that is no more."""
    for kind in ("mentoring.silent", "mentoring.silent_still"):
        withdraw(kind, mentorship)
    for check_in in mentorship.check_ins.filter(answered_at__isnull=True):
        withdraw("mentoring.check_in", check_in)


def locked(mentorship: Mentorship) -> Mentorship:
    """The row as it is now, locked, with both people at hand."""
    return (
        Mentorship.objects.select_for_update(of=("self",))
        .select_related("mentor__person", "participant__person", "participant__cohort", "commitment")
        .get(pk=mentorship.pk)
    )


def _locked_mentors(pairs: list[MatchPair]) -> dict[int, Mentor]:
    """Always in the same order, so that two who publish at once wait for each other instead of dying."""
    rows = Mentor.objects.select_for_update(of=("self",)).order_by("pk")
    return {
        one.pk: one for one in rows.filter(pk__in={pair.mentor_id for pair in pairs}).select_related("person")
    }


def _refuse_overload(
    pairs: list[MatchPair], mentors: dict[int, Mentor], decided: CohortMentoring, today: date
) -> None:
    mentees = Counter(pair.mentor_id for pair in pairs)
    committed = committed_hours((one.person_id for one in mentors.values()), today)
    for pk, count in mentees.items():
        mentor = mentors[pk]  # type: ignore[index]
        left = mentor.hours_per_month - committed.get(mentor.person_id, NO_HOURS)
        if mentor.state != Mentor.State.ACTIVE:
            raise ValidationError(f"{mentor} is paused. Run the match again.")
        if count * decided.hours_per_mentee > left:
            raise ValidationError(
                f"{mentor} has {max(left, Decimal(0)):g} hours a month left, not {count * decided.hours_per_mentee:g}. "
                "Run the match again."
            )


def _pair_up(
    pairs: list[MatchPair], decided: CohortMentoring, today: date, by: Membership
) -> list[Mentorship]:
    commitments = Commitment.objects.bulk_create(
        Commitment(
            person=pair.mentor.person,  # type: ignore[union-attr]
            cohort=pair.participant.cohort,
            duty=Commitment.Duty.MENTORING,
            hours_per_month=decided.hours_per_mentee,
            starts_on=today,
        )
        for pair in pairs
    )
    mentorships = [
        Mentorship(
            organization=by.organization,
            mentor=pair.mentor,
            participant=pair.participant,
            commitment=commitment,
            fit=pair.fit,
            points=pair.points,
            started_on=today,
        )
        for pair, commitment in zip(pairs, commitments, strict=True)
    ]
    for one in mentorships:
        plan_silence(one, decided)
        plan_check_in(one, decided, today)
    return Mentorship.objects.bulk_create(mentorships)


def _end_commitment(commitment: Commitment, today: date) -> None:
    if commitment.starts_on >= today:
        commitment.delete()
        return
    commitment.ends_on = today - timedelta(days=1)
    commitment.save(update_fields=["ends_on"])
