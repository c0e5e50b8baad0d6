"""Answering "how is it going", and messages planned for a morning."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.notifications.queries import at_local_morning
from amdp.notifications.services import Notice, notify_many, withdraw
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from mentoring import messages
from mentoring.models import CheckIn, Mentorship, Pulse


@transaction.atomic
def answer_check_in(check_in: CheckIn, *, going: str, sentence: str, by: Membership) -> CheckIn:
    """Keep one side's answer; it can be given again while the next one has not been asked."""
    require_organization()
    check_in = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    if going not in CheckIn.Going.values:
        raise ValidationError({"going": "Choose one of the three."})
    newer = CheckIn.objects.filter(
        mentorship=check_in.mentorship_id, side=check_in.side, asked_on__gt=check_in.asked_on
    )
    if newer.exists():
        raise ValidationError("You have been asked again since. Answer the newer one.")
    check_in.going, check_in.sentence = going, sentence.strip()[:300]
    check_in.answered_at = timezone.now()
    check_in.save(update_fields=["going", "sentence", "answered_at"])
    audit.record("check_in.answered", check_in, by=by)
    return check_in


@transaction.atomic
def plan_pulse(
    cohort: Cohort, *, audience: str, subject: str, text: str, send_on: date, by: Membership
) -> Pulse:
    """Send a short message at 09:00 where each person is, on that day or the first business day after it."""
    require_organization()
    if send_on < local_today(by):
        raise ValidationError({"send_on": "This day is over. Choose today or a later one."})
    people = _audience(cohort, audience)
    if not people:
        raise ValidationError({"audience": "There is nobody to send this to: no pairs are active."})
    pulse = Pulse.objects.create(
        cohort=cohort,
        audience=audience,
        subject=subject,
        text=text,
        send_on=send_on,
        recipients=len(people),
        planned_by=by,
    )
    message = messages.pulse(pulse)
    notify_many(
        Notice(person, message, about=pulse, not_before=at_local_morning(person, send_on))
        for person in people
    )
    audit.record("pulse.planned", pulse, by=by, after={"send_on": send_on, "recipients": len(people)})
    return pulse


@transaction.atomic
def withdraw_pulse(pulse: Pulse, *, by: Membership) -> int:
    """Take a message back from everybody who has not got it yet. How many will not."""
    require_organization()
    pulse = Pulse.objects.select_for_update().get(pk=pulse.pk)
    if pulse.state == Pulse.State.WITHDRAWN:
        raise ValidationError("This message is withdrawn already.")
    spared = withdraw("mentoring.pulse", pulse)
    if not spared:
        raise ValidationError("Everybody has this message already.")
    pulse.state = Pulse.State.WITHDRAWN
    pulse.save(update_fields=["state"])
    audit.record("pulse.withdrawn", pulse, by=by, after={"not_sent": spared})
    return spared


def _audience(cohort: Cohort, audience: str) -> list[Person]:
    active = Mentorship.objects.filter(participant__cohort=cohort, state=Mentorship.State.ACTIVE)
    ids: set[int] = set()
    if audience in (Pulse.Audience.MENTORS, Pulse.Audience.BOTH):
        ids |= set(active.values_list("mentor__person_id", flat=True))
    if audience in (Pulse.Audience.MENTEES, Pulse.Audience.BOTH):
        ids |= set(active.values_list("participant__person_id", flat=True))
    return list(Person.objects.filter(pk__in=ids).select_related("organization").order_by("pk"))
