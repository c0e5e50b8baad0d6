"""Into the pool, out of it, and what mentors say about themselves."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import employed, local_today
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Competency
from mentoring import messages
from mentoring.models import Mentor, MentorStrength


@transaction.atomic
def invite_mentors(people: Iterable[Person], *, by: Membership) -> list[Mentor]:
    """Ask people to join the pool. Who is in it, or was asked already, stays as they are.

    Somebody who declined is asked again. Raises ValidationError when one of them has left the company.
    """
    require_organization()
    wanted = sorted({person.pk for person in people})
    here = list(Person.objects.filter(employed(local_today(by)), pk__in=wanted).order_by("pk"))
    if len(here) < len(wanted):
        raise ValidationError("Somebody you chose does not work here any more. Choose again.")
    return [mentor for person in here if (mentor := _invite(person, by))]


def _invite(person: Person, by: Membership) -> Mentor | None:
    mentor, created = Mentor.objects.select_for_update(of=("self",)).get_or_create(
        person=person, defaults={"invited_by": by}
    )
    if not created:
        if mentor.state != Mentor.State.DECLINED:
            return None
        mentor.state, mentor.invited_by, mentor.invited_at = Mentor.State.INVITED, by, timezone.now()
        mentor.save(update_fields=["state", "invited_by", "invited_at"])
    audit.record("mentor.invited", mentor, by=by)
    messages.mentor_invited(mentor, by=by)
    return mentor


@transaction.atomic
def save_profile(
    mentor: Mentor,
    *,
    hours_per_month: Decimal,
    account_types: Iterable[str],
    therapeutic_areas: Iterable[str],
    languages: Iterable[str],
    strengths: Mapping[Competency, int],
    by: Membership,
) -> Mentor:
    """Keep what a mentor says about time and strengths; an invited one joins the pool with it."""
    mentor = _locked(mentor)
    before = {"hours_per_month": mentor.hours_per_month, "state": mentor.state}
    if mentor.state in (Mentor.State.INVITED, Mentor.State.DECLINED):
        mentor.state, mentor.answered_at, mentor.reason = Mentor.State.ACTIVE, timezone.now(), ""
    mentor.hours_per_month = hours_per_month
    mentor.account_types = sorted(account_types)
    mentor.therapeutic_areas = sorted(therapeutic_areas)
    mentor.languages = list(languages)
    mentor.full_clean(exclude=["organization", "person", "invited_by"])
    mentor.save()
    mentor.strengths.all().delete()
    MentorStrength.objects.bulk_create(
        MentorStrength(mentor=mentor, competency=competency, level=level)
        for competency, level in strengths.items()
    )
    after = {"hours_per_month": mentor.hours_per_month, "state": mentor.state}
    audit.record("mentor.profile_saved", mentor, by=by, before=before, after=after)
    return mentor


@transaction.atomic
def decline_invitation(mentor: Mentor, *, reason: str, by: Membership) -> Mentor:
    """Somebody will not mentor now; they can still be asked again."""
    mentor = _move(mentor, Mentor.State.DECLINED, by=by, reason=reason)
    messages.mentor_declined(mentor)
    return mentor


@transaction.atomic
def pause_mentor(mentor: Mentor, *, by: Membership) -> Mentor:
    """No new mentees from now on; those there are stay."""
    return _move(mentor, Mentor.State.PAUSED, by=by)


@transaction.atomic
def resume_mentor(mentor: Mentor, *, by: Membership) -> Mentor:
    """Back in the pool."""
    return _move(mentor, Mentor.State.ACTIVE, by=by)


def _move(mentor: Mentor, to: Mentor.State, *, by: Membership, reason: str = "") -> Mentor:
    mentor = _locked(mentor)
    if mentor.state == to:
        return mentor
    if to not in mentor.MOVES[Mentor.State(mentor.state)]:
        raise ValidationError(f"{mentor} is {mentor.get_state_display().lower()}; that cannot be done now.")
    before, mentor.state, mentor.reason = mentor.state, to, reason.strip()[:300]
    mentor.answered_at = timezone.now()
    mentor.save(update_fields=["state", "reason", "answered_at"])
    audit.record(f"mentor.{to}", mentor, by=by, before={"state": before}, after={"state": to}, why=reason)
    return mentor


def _locked(mentor: Mentor) -> Mentor:
    require_organization()
    return Mentor.objects.select_for_update(of=("self",)).select_related("person").get(pk=mentor.pk)
