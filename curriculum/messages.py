"""What people are told about journeys, sessions and hand-ins."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils import timezone

from amdp.directory.calendar import zone_named
from amdp.directory.models import Person
from amdp.notifications.services import Message, Notice, notify, notify_many
from amdp.web.time import day
from cohorts.models import Participant
from curriculum.models import (
    Attendance,
    Journey,
    ParticipantActivity,
    Project,
    ProjectReview,
    Session,
    SessionFacilitator,
)


def journey_ready(journey: Journey, participants: Iterable[Participant]) -> None:
    """Tell new participants that their journey has dates."""
    org = journey.organization.slug
    cohort = journey.cohort
    notify_many(
        Notice(
            participant.person,
            Message(
                kind="curriculum.journey_ready",
                subject=f"See your journey in {cohort}",
                why=f"You take part in {cohort}, and its dates are set.",
                body=("You see one next step at a time. Dates follow the holidays where you work.",),
                action="Open your journey",
                path=reverse("curriculum:journey_detail", args=[org, participant.pk]),
            ),
            about=participant,
        )
        for participant in participants
    )


def reminder(item: ParticipantActivity, kind: str) -> Notice:
    """“Due soon” or “late”, once per person, activity and kind."""
    activity, person = item.activity, item.participant.person
    org = item.organization.slug
    late = kind == ParticipantActivity.Reminder.LATE
    subject = f"{activity}: was due {day(item.due_on)}" if late else f"{activity}: due {day(item.due_on)}"
    if activity.is_session:
        subject = f"{activity} is on {day(item.due_on)}"
    message = Message(
        kind=f"curriculum.{'late' if late else 'due_soon'}",
        subject=subject,
        why=f"It belongs to “{activity.module}” in {item.participant.cohort}.",
        body=(f"It takes about {activity.effort}.",) if activity.minutes else (),
        action="Open it",
        path=reverse("curriculum:activity_detail", args=[org, item.pk]),
    )
    return Notice(person, message, about=item)


def handed_in(project: Project) -> None:
    """Ask the line manager to confirm that the work was used with a customer."""
    participant = project.item.participant
    manager = participant.person.manager
    if manager is None or project.submitted_at is None:
        return
    message = Message(
        kind="curriculum.handed_in",
        subject=f"Confirm {participant.person.name}’s work on {project.account}",
        why=f"{participant.person.name} reports to you and handed in “{project.item.activity}”.",
        body=(
            "Confirm that it was used with a real customer, on which day and what you saw, or return it with a question.",
        ),
        action="Read and confirm",
        path=_project_path(project),
    )
    notify(manager, message, about=project, period=f"{project.submitted_at:%Y-%m-%dT%H:%M:%S}")


def reviewed(project: Project, review: ProjectReview) -> None:
    """Tell the participant what the manager said."""
    person = project.item.participant.person
    confirmed = review.decision == ProjectReview.Decision.CONFIRMED
    said = "confirmed" if confirmed else "has a question about"
    message = Message(
        kind=f"curriculum.project_{review.decision}",
        subject=f"{review.by_name} {said} “{project.item.activity}”",
        why=f"You handed it in for {project.account}.",
        body=(review.text,),
        action="Read it" if confirmed else "Answer and hand it in again",
        path=_project_path(project),
    )
    notify(person, message, about=review)


def facilitator_named(named: SessionFacilitator) -> None:
    """Tell a facilitator about a session of theirs, in the time of their own place; again when named again."""
    session = named.session
    to = named.person or named.membership
    if to is None:
        return
    when = _moment(session, to.time_zone or session.organization.time_zone)
    message = Message(
        kind="curriculum.facilitator_named",
        subject=f"You hold “{session}” on {when}",
        why=f"You were named as facilitator for {session.journey.cohort}.",
        body=(f"{when}, {session.length}, {session.place or 'place to be announced'}.",),
        action="See the session and its roster",
        path=_session_path(session),
    )
    notify(to, message, about=session, period=f"held {named.pk}")


def sessions_moved(sessions: Iterable[Session]) -> None:
    """Tell everybody with a seat, and who holds them, about the new time or place of sessions ahead."""

    def message(session: Session, zone: str, why: str) -> Message:
        when = _moment(session, zone)
        return Message(
            kind="curriculum.session_moved",
            subject=f"New time or place for “{session}”: {when}",
            why=why,
            body=(f"{when}, {session.length}, {session.place or 'place to be announced'}.",),
            action="See the session",
            path=_session_path(session),
        )

    _tell_all(sessions, message)


def session_cancelled(session: Session) -> None:
    """Tell everybody with a seat, and who holds it, that it does not take place."""

    def message(session: Session, zone: str, why: str) -> Message:
        because = (session.cancelled_because,) if session.cancelled_because else ()
        return Message(
            kind="curriculum.session_cancelled",
            subject=f"“{session}” on {_moment(session, zone)} is cancelled",
            why=why,
            body=(*because, "Take it out of your calendar. You are told when there is a new date for you."),
            action="See the session",
            path=_session_path(session),
        )

    _tell_all([session], message)


def seats_given(session: Session, seats: Iterable[Attendance]) -> None:
    """Tell participants about a seat that they did not have before."""

    def message(person: Person) -> Message:
        return Message(
            kind="curriculum.seat_given",
            subject=f"You have a seat in “{session}” on {_moment(session, person.time_zone)}",
            why=f"It belongs to your journey in {session.journey.cohort}.",
            body=(f"{session.length.capitalize()}, {session.place or 'place to be announced'}.",),
            action="See the session",
            path=_session_path(session),
        )

    notify_many(
        Notice(person, message(person), about=session, period=f"seat {seat.pk}")
        for seat, person in ((seat, seat.participant.person) for seat in seats)
    )


def _tell_all(sessions: Iterable[Session], message: Callable[[Session, str, str], Message]) -> None:
    """Each in the time of their own place, once for each change of a session; three queries and the notices."""
    by_id = {one.pk: one for one in sessions}
    if not by_id:
        return
    seats = Attendance.objects.filter(
        session__in=by_id, state=Attendance.State.EXPECTED, participant__state=Participant.State.ACTIVE
    ).select_related("participant__person")
    holders = SessionFacilitator.objects.filter(session__in=by_id).select_related(
        "person", "membership__user", "organization"
    )
    notices = []
    for seat in seats:
        session, person = by_id[seat.session_id], seat.participant.person
        said = message(session, person.time_zone, "You have a seat in this session.")
        notices.append(Notice(person, said, about=session, period=f"change {session.revision}"))
    for holder in holders:
        session, to = by_id[holder.session_id], holder.person or holder.membership
        zone = to.time_zone if to and to.time_zone else holder.organization.time_zone
        if to is not None:
            said = message(session, zone, "You hold this session.")
            notices.append(Notice(to, said, about=session, period=f"change {session.revision}"))
    notify_many(notices)


def _moment(session: Session, zone: str) -> str:
    """When it starts by the clock of a zone: ``Fri 5 Feb, 16:20``; where people come to a place, by its own."""
    with timezone.override(zone_named(zone)):
        return session.when


def _session_path(session: Session) -> str:
    return reverse("curriculum:session_detail", args=[session.journey.organization.slug, session.pk])


def _project_path(project: Project) -> str:
    return reverse("curriculum:project_detail", args=[project.organization.slug, project.pk])
