"""From enrolment to graduation."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.changes import announce
from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts import messages
from cohorts.graduation import OpenWork, open_work
from cohorts.models import Cohort, Participant


@transaction.atomic
def enroll(cohort: Cohort, people: Iterable[Person], *, by: Membership | None) -> list[Participant]:
    """Enroll people in a cohort and tell them; those enrolled already stay as they are.

    Called when somebody accepts the offer of a seat. Raises
    ValidationError when there are fewer free seats than people. Returns the new participants.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if cohort.state not in (Cohort.State.SELECTING, Cohort.State.RUNNING):
        raise ValidationError(f"{cohort} is not enrolling people at this stage.")
    known = set(cohort.participants.values_list("person_id", flat=True))
    new = [person for person in people if person.pk not in known]
    taken = cohort.participants.exclude(state=Participant.State.WITHDRAWN).count()
    free = cohort.seats - taken
    if len(new) > free:
        raise ValidationError(f"{cohort} has {max(free, 0)} free seats for {len(new)} people.")
    participants = [Participant.objects.create(cohort=cohort, person=person) for person in new]
    for participant in participants:
        audit.record("participant.enrolled", participant, by=by, after={"cohort": str(cohort)})
    messages.enrolled(participants, cohort)
    announce()
    return participants


@transaction.atomic
def defer(participant: Participant, *, reason: str, by: Membership) -> Participant:
    """Let somebody pause; the seat stays theirs."""
    return _move(participant, Participant.State.DEFERRED, reason=reason, by=by)


@transaction.atomic
def return_from_deferral(participant: Participant, *, by: Membership) -> Participant:
    """Somebody who paused is back."""
    return _move(participant, Participant.State.ACTIVE, reason="", by=by)


@transaction.atomic
def withdraw(participant: Participant, *, reason: str, by: Membership) -> Participant:
    """Take somebody out of the cohort for good; the seat is free again."""
    return _move(participant, Participant.State.WITHDRAWN, reason=reason, by=by)


@transaction.atomic
def graduate(
    cohort: Cohort,
    participants: Iterable[Participant],
    *,
    on: date,
    by: Membership,
    reasons: Mapping[int, str] | None = None,
) -> list[Participant]:
    """Graduate active participants of a running cohort and ask each whether they would mentor or teach.

    Whoever still has required work open graduates only with a reason, given by participant id. Raises
    ValidationError, with what is open at ``reason_<id>``, and then nobody graduates.
    """
    require_organization()
    if cohort.state != Cohort.State.RUNNING:
        raise ValidationError(f"{cohort} is not running, so nobody can graduate from it.")
    if on < cohort.starts_on:
        raise ValidationError({"on": "Nobody graduates before the cohort starts."})
    if on > timezone.localdate():
        raise ValidationError({"on": "This day has not come yet. Choose today or the day they graduated on."})
    chosen = cohort.participants.filter(pk__in=[one.pk for one in participants])
    graduates = list(chosen.select_for_update(of=("self",)).select_related("person").order_by("id"))
    if not graduates:
        raise ValidationError("Choose at least one participant.")
    for participant in graduates:
        if participant.state != Participant.State.ACTIVE:
            raise ValidationError(
                f"{participant} is {participant.get_state_display().lower()} and cannot graduate."
            )
    work = open_work(cohort, by)
    said = {pk: reason.strip()[:300] for pk, reason in (reasons or {}).items()}
    _refuse_without_reason([one for one in graduates if one.pk in work and not said.get(one.pk)], work)
    for participant in graduates:
        left = work.get(participant.pk)
        _graduate(participant, on, left, said.get(participant.pk, "") if left else "", by=by)
    messages.graduated(graduates, cohort)
    announce()
    return graduates


def _refuse_without_reason(unfinished: list[Participant], work: Mapping[int, OpenWork]) -> None:
    if unfinished:
        raise ValidationError(
            {
                f"reason_{one.pk}": f"{one} has {work[one.pk].words}. Say why {one} graduates all the same."
                for one in unfinished
            }
        )


def _graduate(participant: Participant, on: date, left: OpenWork | None, why: str, *, by: Membership) -> None:
    participant.state, participant.graduated_on = Participant.State.GRADUATED, on
    participant.state_reason, participant.open_at_graduation = why, left.count if left else 0
    participant.save(update_fields=["state", "graduated_on", "state_reason", "open_at_graduation"])
    after: dict[str, object] = {"cohort": str(participant.cohort), "graduated_on": on}
    if left:
        after["still_open"] = left.words
    audit.record("participant.graduated", participant, by=by, after=after, why=why)


@transaction.atomic
def answer_offer(participant: Participant, *, mentoring: bool, teaching: bool, by: Membership) -> Participant:
    """A graduate says whether they would mentor or teach the next cohort. They may change their mind."""
    require_organization()
    participant = Participant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    person = person_of(by)
    if person is None or person.pk != participant.person_id:
        raise ValidationError("Only the graduate can answer this.")
    if participant.state != Participant.State.GRADUATED:
        raise ValidationError("This is asked after graduation.")
    participant.offers_mentoring, participant.offers_teaching = mentoring, teaching
    participant.save(update_fields=["offers_mentoring", "offers_teaching"])
    audit.record(
        "participant.offer_answered", participant, by=by, after={"mentoring": mentoring, "teaching": teaching}
    )
    return participant


def _move(participant: Participant, to: Participant.State, *, reason: str, by: Membership) -> Participant:
    require_organization()
    participant = (
        Participant.objects.select_for_update(of=("self",)).select_related("person").get(pk=participant.pk)
    )
    if to not in participant.MOVES[Participant.State(participant.state)]:
        raise ValidationError(f"{participant} is {participant.get_state_display().lower()} already.")
    if to != Participant.State.ACTIVE and not reason.strip():
        raise ValidationError({"reason": "Say why. The reason is kept with the record."})
    before, participant.state, participant.state_reason = participant.state, to, reason.strip()[:300]
    participant.save(update_fields=["state", "state_reason"])
    audit.record(
        f"participant.{to}",
        participant,
        by=by,
        before={"state": before},
        after={"state": to, "on": timezone.localdate()},
        why=reason.strip(),
    )
    announce()
    return participant
