"""Sessions: who holds them, when and where, and who was there."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateField, Q, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.calendar import zone_named
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from amdp.web.time import moment
from cohorts.models import Participant
from curriculum import messages
from curriculum.access import can_take_roster, why_no_roster
from curriculum.dates import next_reminder
from curriculum.models import Attendance, ParticipantActivity, Session, SessionFacilitator
from curriculum.queries.hours import market_of
from curriculum.queries.schedule import roster_of
from curriculum.services.activities import finish

A_DAY, A_YEAR = timedelta(days=1), timedelta(days=366)
LONGEST = 6000
EDITABLE = ["day", "starts", "zone", "minutes", "place", "link", "seats"]
# Whoever has a seat is told when one of these changes.
TOLD = ["starts_at", "minutes", "place", "link"]
# What a mark on the roster makes of the activity.
FOLLOWS = {
    Attendance.State.ATTENDED: ParticipantActivity.State.DONE,
    Attendance.State.EXCUSED: ParticipantActivity.State.EXCUSED,
    Attendance.State.ABSENT: ParticipantActivity.State.TO_DO,
}


@transaction.atomic
def add_session(
    session: Session,
    *,
    participants: Iterable[Participant] = (),
    people: Iterable[Person] = (),
    members: Iterable[Membership] = (),
    by: Membership,
) -> Session:
    """One more date of an activity in a journey, as it stands on the new object, with its facilitators.

    The participants get a seat and are told; a seat of theirs in another session ahead becomes free. It stays
    when the journey is scheduled again. Any hour is accepted; the page says for whom it is at night.
    """
    require_organization()
    activity, cohort = session.activity, session.journey.cohort
    if not activity.is_session or activity.module.program_id != cohort.program_id:
        raise ValidationError({"activity": f"Choose a live session of the journey of {cohort}."})
    check_session(session)
    session.set_by_hand = True
    session.save()
    session = _locked(session)
    audit.record("session.added", session, by=by, after=_facts(session))
    participants = list(participants)
    if participants:
        give_seats(session, participants, by=by)
    name_facilitators(session, people=people, members=members, by=by)
    return session


@transaction.atomic
def change_session(session: Session, *, by: Membership) -> Session:
    """Day, time, place and seats as they now stand on the object. It stays there when the journey is
    scheduled again; everybody with a seat and who holds it is told about a new time or place."""
    before = _locked(session)
    _refuse_unless_planned(before)
    check_session(session)
    session.set_by_hand, session.revision = True, before.revision + 1
    session.save(update_fields=[*EDITABLE, "set_by_hand", "revision"])
    audit.record("session.changed", session, by=by, before=_facts(before), after=_facts(session))
    if before.starts_at != session.starts_at:
        _move_items(session)
    if any(getattr(before, name) != getattr(session, name) for name in TOLD):
        messages.sessions_moved([session])
    return session


@transaction.atomic
def cancel_session(session: Session, *, because: str = "", by: Membership) -> Session:
    """It does not take place. Everybody with a seat and who holds it is told, with the reason given; the
    activity stays open for another date, and without one nobody is late before the cohort ends."""
    session = _locked(session)
    _refuse_unless_planned(session)
    session.state, session.cancelled_because = Session.State.CANCELLED, because.strip()
    session.revision += 1
    session.full_clean(exclude=["organization", "roster_taken_at", "roster_taken_by"])
    session.save(update_fields=["state", "cancelled_because", "revision"])
    ends_on = Value(session.journey.cohort.ends_on, output_field=DateField())
    _items_of(session).update(due_on=Greatest("opens_on", ends_on), remind_at=None, reminder="")
    audit.record("session.cancelled", session, by=by, after={"because": session.cancelled_because})
    messages.session_cancelled(session)
    return session


@transaction.atomic
def give_seats(session: Session, participants: Iterable[Participant], *, by: Membership) -> list[Attendance]:
    """Seats for these participants of the cohort; they are told, and what they had in another session of the
    same activity that is still ahead becomes free. Raises ValidationError when there are too few seats, or for
    somebody who holds it, is no longer active, or is done with it."""
    session = _locked(session)
    _refuse_unless_planned(session)
    seated = set(session.roster.values_list("participant_id", flat=True))
    new = [one for one in participants if one.pk not in seated]
    _refuse_seats(session, new, roster_of(session).count())
    _free_seats(session, new)
    seats = Attendance.objects.bulk_create(Attendance(session=session, participant=one) for one in new)
    if new:
        _move_items(session)
        names = sorted(str(one) for one in new)
        audit.record("session.seats_given", session, by=by, after={"participants": names})
        messages.seats_given(session, seats)
    return seats


@transaction.atomic
def name_facilitators(
    session: Session,
    *,
    people: Iterable[Person] = (),
    members: Iterable[Membership] = (),
    by: Membership | None,
) -> list[SessionFacilitator]:
    """Say who holds a session; those who are new are told, those left out no longer see it. Raises
    ValidationError for whoever has a seat in it, also under their login."""
    session = _locked(session)
    _refuse_unless_planned(session)
    people, members = list(people), list(members)
    theirs = Q(participant__person__in=people) | Q(participant__person__membership__in=members)
    seated = roster_of(session).filter(theirs).first()
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
    session = _locked(session)
    if not can_take_roster(by, session):
        raise ValidationError(why_no_roster(session))
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
    here = set(roster_of(session).values_list("participant_id", flat=True))
    complete = all(roster[pk].state != Attendance.State.EXPECTED for pk in here & roster.keys())
    if complete:
        session.state, session.roster_taken_at, session.roster_taken_by = Session.State.HELD, now, by
        session.save(update_fields=["state", "roster_taken_at", "roster_taken_by"])
    counts = Counter(str(line.state) for line in roster.values())
    audit.record("session.attendance_recorded", session, by=by, after=dict(counts))
    return session


def _free_seats(session: Session, participants: list[Participant]) -> None:
    """Their seats in other sessions ahead of the same activity; what has begun keeps its roster."""
    others = Session.objects.filter(activity=session.activity_id, state=Session.State.PLANNED)
    now = timezone.now()
    ahead = [one.pk for one in others.exclude(pk=session.pk) if one.starts_at > now]
    Attendance.objects.filter(
        session__in=ahead, participant__in=participants, state=Attendance.State.EXPECTED
    ).delete()


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
    """The day of a session, where each of them works, is the due day for those with a seat in it."""
    items = list(_items_of(session).select_related("participant__person"))
    now = timezone.now()
    for item in items:
        person = item.participant.person
        item.opens_on = item.due_on = session.day_in(person.time_zone)
        item.remind_at, item.reminder = next_reminder(
            item.due_on, person.time_zone, market_of(person, session.journey), after=now, is_session=True
        )
    ParticipantActivity.objects.bulk_update(items, ["opens_on", "due_on", "remind_at", "reminder"])
    first = min((item.remind_at for item in items if item.remind_at), default=None)
    if first is not None:
        wake_at(first)


def _items_of(session: Session) -> QuerySet[ParticipantActivity]:
    """What those with a seat still have to do here."""
    seated = session.roster.order_by().values("participant")
    return ParticipantActivity.objects.filter(
        activity=session.activity_id, participant__in=seated, state=ParticipantActivity.State.TO_DO
    )


def _locked(session: Session) -> Session:
    require_organization()
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("activity__module", "journey__cohort", "organization")
        .get(pk=session.pk)
    )


def _facts(session: Session) -> dict[str, object]:
    return {name: getattr(session, name) for name in EDITABLE}


def _refuse_unless_planned(session: Session) -> None:
    if session.is_held:
        raise ValidationError("The roster has been taken, so this session stays as it was.")
    if session.is_cancelled:
        raise ValidationError("This session was cancelled. Add another one instead.")


def _refuse_seats(session: Session, new: list[Participant], taken: int) -> None:
    if session.seats is not None and session.seats < taken + len(new):
        raise ValidationError(
            {
                "participants": f"There are {session.seats} seats, and {taken + len(new)} people would need one."
            }
        )
    open_to = Participant.objects.filter(
        cohort=session.journey.cohort_id,
        state=Participant.State.ACTIVE,
        activities__activity=session.activity_id,
        activities__state=ParticipantActivity.State.TO_DO,
    )
    open_to = open_to.exclude(person__facilitates__session=session).exclude(
        person__membership__facilitates__session=session
    )
    may = set(open_to.filter(pk__in=[one.pk for one in new]).values_list("pk", flat=True))
    for one in new:
        if one.pk not in may:
            raise ValidationError({"participants": f"{one} cannot get a seat in this session."})


def check_session(session: Session) -> None:
    """Raises ValidationError unless its time is ahead and known, and its length and seats make sense."""
    try:
        zone_named(session.zone)
    except ValueError as error:
        raise ValidationError({"zone": str(error)}) from None
    cohort = session.journey.cohort
    if session.day > cohort.ends_on + A_YEAR:
        raise ValidationError({"day": f"Choose a day within a year after {cohort} ends."})
    if session.day < timezone.localdate() - A_DAY or session.starts_at <= timezone.now():
        raise ValidationError({"day": "Choose a time that is still ahead."})
    if not 1 <= session.minutes <= LONGEST:
        raise ValidationError({"minutes": f"Choose a length between 1 and {LONGEST} minutes."})
    taken = roster_of(session).count() if session.pk else 0
    if session.seats == 0:
        raise ValidationError(
            {"seats": "Leave it empty for a seat for everybody, or say how many there are."}
        )
    if session.seats is not None and session.seats < taken:
        raise ValidationError({"seats": f"{taken} people have a seat already."})
    session.full_clean(exclude=["organization", "roster_taken_at", "roster_taken_by"])
