"""Silent pairs and monthly check-ins. Reads due pairs only, in chunks, each its own transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.queries import at_local_morning
from amdp.notifications.services import Notice, notify_many, wake_at
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.models import Cohort, Participant
from mentoring import messages
from mentoring.models import CheckIn, CohortMentoring, Mentorship
from mentoring.rhythm import day_of, in_the_morning, last_contact, plan_check_in
from mentoring.services.mentorships import end_withdrawn

CHUNK = 500
PLANNED = ["silence", "silence_due_at", "check_in_on", "check_in_due_at"]
Settings = dict[int, CohortMentoring]
Remind = Callable[[list[Mentorship], Settings, datetime, Organization], list[Notice]]


def remind_due(organization_id: int, now: datetime) -> None:
    """Remind mentors of silent pairs, make L&D aware of those that stay silent, ask how it is going.

    Where the participant pauses nobody is asked; pairs of those who were taken out of their cohort end.
    """
    _in_chunks(organization_id, now, "silence_due_at", _silent)
    _in_chunks(organization_id, now, "check_in_due_at", _check_ins)
    with organization_context(organization_id):
        end_withdrawn()
        upcoming = Mentorship.objects.aggregate(
            silence=Min("silence_due_at"), check_in=Min("check_in_due_at")
        )
        times = [at for at in upcoming.values() if at is not None]
        if times:
            wake_at(min(times))


def _in_chunks(organization_id: int, now: datetime, field: str, remind: Remind) -> None:
    while True:
        with organization_context(organization_id):
            pairs = list(_claimed(field, now))
            if pairs:
                organization = Organization.objects.get(pk=organization_id)
                notices = remind(pairs, _settings(pairs), now, organization)
                Mentorship.objects.bulk_update(pairs, PLANNED)
                notify_many(notices)
        if len(pairs) < CHUNK:
            return


def _pauses(pair: Mentorship) -> bool:
    return pair.participant.state in (Participant.State.DEFERRED, Participant.State.WITHDRAWN)


def _claimed(field: str, now: datetime) -> QuerySet[Mentorship]:
    """Pairs that are due and that no other worker holds, longest due first."""
    due = Mentorship.objects.filter(**{f"{field}__lte": now})
    people = ("mentor__person__organization", "participant__person__organization", "participant__cohort")
    return (
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("organization", *people)
        .order_by(field)[:CHUNK]
    )


def _settings(pairs: list[Mentorship]) -> Settings:
    cohorts = {one.participant.cohort_id: one.participant.cohort for one in pairs}
    found = {one.cohort_id: one for one in CohortMentoring.objects.filter(cohort__in=cohorts)}
    return {pk: found.get(pk) or _usual(cohort) for pk, cohort in cohorts.items()}


def _usual(cohort: Cohort) -> CohortMentoring:
    return CohortMentoring(cohort=cohort)


def _silent(
    pairs: list[Mentorship], settings: Settings, now: datetime, organization: Organization
) -> list[Notice]:
    """First the mentor; some days later, when there is still nothing, L&D."""
    admins: list[Membership] = []
    if any(one.silence == Mentorship.Silence.MENTOR for one in pairs):
        admins = list(members_with(organization, Role.LD_ADMIN))
    notices = []
    for one in pairs:
        decided, since = settings[one.participant.cohort_id], last_contact(one)
        mentor = one.mentor.person
        if _pauses(one):
            later = day_of(mentor, now) + timedelta(days=decided.silence_days)
            one.silence, one.silence_due_at = Mentorship.Silence.NOBODY, at_local_morning(mentor, later)
        elif one.silence == Mentorship.Silence.NOBODY:
            first = since + timedelta(days=decided.silence_days)
            notices.append(messages.silent_for_mentor(one, since, in_the_morning(mentor, first, now)))
            one.silence = Mentorship.Silence.MENTOR
            one.silence_due_at = at_local_morning(
                mentor, day_of(mentor, now) + timedelta(days=decided.escalation_days)
            )
        else:
            notices += [messages.silent_for_admin(one, since, admin, None) for admin in admins]
            one.silence, one.silence_due_at = Mentorship.Silence.ADMINS, None
    return notices


def _check_ins(
    pairs: list[Mentorship], settings: Settings, now: datetime, organization: Organization
) -> list[Notice]:
    """Both sides are asked, each in the own morning; one whose worker was away a month is asked once."""
    asked = []
    for one in pairs:
        day = one.check_in_on or now.date()
        if not _pauses(one):
            asked += [CheckIn(mentorship=one, side=side, asked_on=day) for side in CheckIn.Side]
        plan_check_in(one, settings[one.participant.cohort_id], max(day, now.date() - timedelta(days=1)))
    CheckIn.objects.bulk_create(asked, ignore_conflicts=True)
    days = {check_in.asked_on for check_in in asked}
    rows = CheckIn.objects.filter(mentorship__in=pairs, asked_on__in=days, answered_at__isnull=True).order_by(
        "pk"
    )
    by_pk = {one.pk: one for one in pairs}
    notices = []
    for row in rows:
        row.mentorship = by_pk[row.mentorship_id]
        row.organization = organization
        person = (
            row.mentorship.mentor.person
            if row.side == CheckIn.Side.MENTOR
            else row.mentorship.participant.person
        )
        notices.append(messages.check_in_asked(row, in_the_morning(person, row.asked_on, now)))
    return notices
