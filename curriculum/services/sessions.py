"""Sessions: who holds them, when and where, and who was there."""

from collections import Counter
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.calendar import local_to_utc
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from amdp.web.time import moment
from cohorts.models import Participant
from curriculum import messages
from curriculum.access import can_take_roster
from curriculum.dates import next_reminder
from curriculum.models import Attendance, ParticipantActivity, Session, SessionFacilitator
from curriculum.services.activities import finish

EDITABLE = ["day", "starts", "zone", "minutes", "place", "link", "seats"]
# What a mark on the roster makes of the activity.
FOLLOWS = {
    Attendance.State.ATTENDED: ParticipantActivity.State.DONE,
    Attendance.State.EXCUSED: ParticipantActivity.State.EXCUSED,
    Attendance.State.ABSENT: ParticipantActivity.State.TO_DO,
}


@transaction.atomic
def change_session(session: Session, *, by: Membership) -> Session:
    """Day, time, place and seats as they now stand on the object. It stays there when the journey is
    scheduled again; everybody with a seat is told about a new time."""
    require_organization()
    before = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if before.is_held:
        raise ValidationError("The roster has been taken, so this session stays as it was.")
    _check(session)
    session.set_by_hand = True
    session.save(update_fields=[*EDITABLE, "set_by_hand"])
    facts = [{name: getattr(one, name) for name in EDITABLE} for one in (before, session)]
    audit.record("session.changed", session, by=by, before=facts[0], after=facts[1])
    if before.starts_at != session.starts_at:
        _move_items(session)
        on_roster = Participant.objects.filter(attendances__session=session, state=Participant.State.ACTIVE)
        messages.session_moved(session, on_roster.select_related("person"))
    return session


@transaction.atomic
def name_facilitators(
    session: Session,
    *,
    people: Iterable[Person] = (),
    members: Iterable[Membership] = (),
    by: Membership | None,
) -> list[SessionFacilitator]:
    """Say who holds a session; those who are new are told, those left out no longer see it."""
    require_organization()
    people, members = list(people), list(members)
    seated = (
        session.roster.filter(participant__person__in=people).select_related("participant__person").first()
    )
    if seated is not None:
        raise ValidationError(
            {"people": f"{seated.participant} has a seat in this session and cannot hold it."}
        )
    known = {(one.person_id, one.membership_id): one for one in session.facilitators.all()}
    wanted = [(one.pk, None) for one in people] + [(None, one.pk) for one in members]
    session.facilitators.exclude(pk__in=[known[key].pk for key in wanted if key in known]).delete()
    new = [
        SessionFacilitator.objects.create(session=session, person_id=person, membership_id=membership)
        for person, membership in wanted
        if (person, membership) not in known
    ]
    if new or len(known) != len(wanted):
        names = [str(one) for one in (*people, *members)]
        audit.record("session.facilitators_named", session, by=by, after={"facilitators": names})
    for one in new:
        messages.facilitator_named(one)
    return new


@transaction.atomic
def record_attendance(session: Session, marks: dict[int, str], *, by: Membership) -> Session:
    """Take the roster: for each participant's id attended, absent or excused. It may be corrected later.

    Attending completes the activity, being excused ends it, being absent leaves it open. Raises
    ValidationError before the session begins, for unknown names, and for those who may not take it.
    """
    require_organization()
    session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("activity", "journey__cohort")
        .get(pk=session.pk)
    )
    if not can_take_roster(by, session):
        raise ValidationError("Only the facilitators of this session and L&D admins take its roster.")
    now = timezone.now()
    if now < session.starts_at:
        raise ValidationError(f"The roster opens when the session begins: {moment(session.starts_at)}.")
    roster = {line.participant_id: line for line in session.roster.select_for_update(of=("self",))}
    unknown = marks.keys() - roster.keys()
    if unknown or any(mark not in Attendance.MARKS for mark in marks.values()):
        raise ValidationError("The roster has changed. Load the page again.")
    changed = [roster[pk] for pk, mark in marks.items() if roster[pk].state != mark]
    for line in changed:
        line.state, line.marked_at = marks[line.participant_id], now
    Attendance.objects.bulk_update(changed, ["state", "marked_at"])
    _follow(session, changed, by=by)
    complete = all(line.state != Attendance.State.EXPECTED for line in roster.values())
    if complete:
        session.state, session.roster_taken_at, session.roster_taken_by = Session.State.HELD, now, by
        session.save(update_fields=["state", "roster_taken_at", "roster_taken_by"])
    counts = Counter(str(line.state) for line in roster.values())
    audit.record("session.attendance_recorded", session, by=by, after=dict(counts))
    return session


def _follow(session: Session, lines: list[Attendance], *, by: Membership) -> None:
    """Bring the participants' activities in line with the roster."""
    states = {line.participant_id: FOLLOWS[Attendance.State(line.state)] for line in lines}
    items = ParticipantActivity.objects.select_for_update(of=("self",)).filter(
        activity=session.activity_id, participant__in=states
    )
    for item in items:
        if item.state != states[item.participant_id]:
            finish(item, states[item.participant_id], by=by)


def _move_items(session: Session) -> None:
    """The day of a session is the due day of its activity, for those with a seat in it."""
    items = list(
        ParticipantActivity.objects.filter(
            activity=session.activity_id,
            participant__attendances__session=session,
            state=ParticipantActivity.State.TO_DO,
        ).select_related("participant__person")
    )
    now = timezone.now()
    for item in items:
        person = item.participant.person
        item.opens_on = item.due_on = session.day
        item.remind_at, item.reminder = next_reminder(
            session.day, person.time_zone, person.market or session.journey.market, after=now, is_session=True
        )
    ParticipantActivity.objects.bulk_update(items, ["opens_on", "due_on", "remind_at", "reminder"])
    first = min((item.remind_at for item in items if item.remind_at), default=None)
    if first is not None:
        wake_at(first)


def _check(session: Session) -> None:
    try:
        starts = local_to_utc(session.day, session.starts, session.zone)
    except ValueError as error:
        raise ValidationError({"zone": str(error)}) from None
    if starts <= timezone.now():
        raise ValidationError({"day": "Choose a time that is still ahead."})
    taken = session.roster.count()
    if session.seats is not None and session.seats < taken:
        raise ValidationError({"seats": f"{taken} people have a seat already."})
    session.full_clean(exclude=["organization", "roster_taken_at", "roster_taken_by"])
