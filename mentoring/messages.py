"""What people are told about mentoring. Notes and answers never travel in a mail."""

from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.services import Message, Notice, notify
from amdp.tenancy.models import TenantModel
from amdp.web.time import day
from cohorts.models import Participant
from mentoring.models import CheckIn, CoachingSession, MatchRun, Mentor, Mentorship, Pulse


def mentor_invited(mentor: Mentor, *, by: Membership) -> None:
    """Ask somebody to join the pool."""
    notify(
        mentor.person,
        Message(
            kind="mentoring.mentor_invited",
            subject="Say how much time you have as a mentor",
            why=f"{by} asks you to mentor in {_organization(mentor)}’s development programs.",
            body=(
                "You say how many hours a month you have and what you are strong in. You can pause at any time.",
            ),
            action="Answer the invitation",
            path=_path(mentor, "mentoring:mentor_profile"),
        ),
        about=mentor,
        period=f"{mentor.invited_at:%Y-%m-%dT%H:%M}",
    )


def mentor_declined(mentor: Mentor) -> None:
    """Tell L&D that somebody will not mentor now."""
    if mentor.invited_by is not None:
        notify(
            mentor.invited_by,
            Message(
                kind="mentoring.mentor_declined",
                subject=f"{mentor} will not mentor now",
                why="You invited them to the mentor pool.",
                body=(mentor.reason,) if mentor.reason else (),
                action="Open the mentor pool",
                path=_path(mentor, "mentoring:mentor_list"),
            ),
            about=mentor,
            period=f"{mentor.answered_at:%Y-%m-%dT%H:%M}",
        )


def match_done(run: MatchRun) -> None:
    """Tell whoever started it that the match can be looked at."""
    if run.started_by is not None:
        found = f"{run.matched} of {run.people} have a mentor. Nobody is told before you publish."
        notify(
            run.started_by,
            Message(
                kind="mentoring.match_done",
                subject=f"Look at the match of {run.cohort}",
                why="You started this match.",
                body=(run.problem or found,),
                action="Open the match",
                path=_path(run, "mentoring:match_run_detail", run.pk),
            ),
            about=run,
        )


def paired(mentorship: Mentorship) -> list[Notice]:
    """Tell both sides that they have each other."""
    mentor, mentee = mentorship.mentor.person, mentorship.participant.person
    cohort = mentorship.participant.cohort
    path = _path(mentorship, "mentoring:mentorship_detail", mentorship.pk)
    return [
        Notice(
            mentor,
            Message(
                kind="mentoring.paired",
                subject=f"Meet {mentee}, your mentee",
                why=f"You are a mentor in {cohort}.",
                body=(
                    f"{mentee} is {mentee.job_title or 'a participant'}. Get in touch and agree on a first meeting.",
                ),
                action=f"Open {mentee.first_name}’s page",
                path=path,
            ),
            about=mentorship,
        ),
        Notice(
            mentee,
            Message(
                kind="mentoring.paired",
                subject=f"Meet {mentor}, your mentor",
                why=f"You take part in {cohort}.",
                body=(
                    f"{mentor} is {mentor.job_title or 'a mentor'} and will get in touch for a first meeting.",
                ),
                action=f"Open {mentor.first_name}’s page",
                path=path,
            ),
            about=mentorship,
        ),
    ]


def mentorship_ended(mentorship: Mentorship, *, by: Membership) -> None:
    """Tell both sides, and L&D when somebody is without a mentor by it."""
    pair_dissolved(mentorship)
    if mentorship.participant.state != Participant.State.ACTIVE:
        return
    for admin in members_with(mentorship.organization, Role.LD_ADMIN):
        if admin.pk != by.pk:
            notify(
                admin,
                Message(
                    kind="mentoring.ended",
                    subject=f"Find a new mentor for {mentorship.participant}",
                    why="You look after this cohort’s mentoring.",
                    body=(f"{mentorship} no longer work together: {mentorship.ended_why}",),
                    action="Open the matching",
                    path=_path(mentorship, "mentoring:cohort_mentoring", mentorship.participant.cohort_id),
                ),
                about=mentorship,
            )


def pair_dissolved(mentorship: Mentorship) -> None:
    """Tell both sides that they are no pair any more."""
    for person, other in _sides(mentorship):
        notify(
            person,
            Message(
                kind="mentoring.ended",
                subject=f"Your mentoring with {other} has ended",
                why=f"You were a pair in {mentorship.participant.cohort}.",
                body=("What you logged stays where both of you can read it.",),
                action="Open the page",
                path=_path(mentorship, "mentoring:mentorship_detail", mentorship.pk),
            ),
            about=mentorship,
        )


def session_logged(session: CoachingSession, *, again: bool = False) -> None:
    """Ask the participant to confirm, anew once a change was made."""
    mentor = session.mentorship.mentor
    notify(
        session.mentorship.participant.person,
        Message(
            kind="mentoring.session_logged",
            subject=f"Confirm your session with {mentor} of {day(session.held_on)}",
            why=f"{mentor} logged a session with you.",
            action="Read and confirm",
            path=_path(session, "mentoring:session_detail", session.pk),
        ),
        about=session,
        period=f"{timezone.now():%Y-%m-%dT%H:%M:%S.%f}" if again else "",
    )


def amendment_asked(session: CoachingSession) -> None:
    """Tell the mentor that the participant remembers it differently."""
    mentee = session.mentorship.participant
    notify(
        session.mentorship.mentor.person,
        Message(
            kind="mentoring.amendment_asked",
            subject=f"Look again at the session with {mentee} of {day(session.held_on)}",
            why=f"{mentee} asks for a change to what you logged.",
            action="Read and change it",
            path=_path(session, "mentoring:session_edit", session.pk),
        ),
        about=session,
        period=f"{timezone.now():%Y-%m-%dT%H:%M:%S.%f}",
    )


def silent_for_mentor(mentorship: Mentorship, since: date, at: datetime | None) -> Notice:
    """Remind the mentor of a pair that has not met."""
    mentee = mentorship.participant
    return Notice(
        mentorship.mentor.person,
        Message(
            kind="mentoring.silent",
            subject=f"Find half an hour for {mentee}",
            why=f"You mentor {mentee}, and no session is logged since {day(since)}.",
            body=("Met already? Logging it takes less than a minute.",),
            action="Log a session",
            path=_path(mentorship, "mentoring:session_log") + f"?with={mentorship.pk}",
        ),
        about=mentorship,
        period=f"{since:%Y-%m-%d}",
        not_before=at,
    )


def silent_for_admin(mentorship: Mentorship, since: date, admin: Membership, at: datetime | None) -> Notice:
    """Make L&D aware of a pair that went silent although the mentor was reminded."""
    return Notice(
        admin,
        Message(
            kind="mentoring.silent_still",
            subject=f"Ask {mentorship} how it is going",
            why="You look after this cohort’s mentoring.",
            body=(f"No session is logged since {day(since)}. {mentorship.mentor} has been reminded.",),
            action="Open the pair",
            path=_path(mentorship, "mentoring:mentorship_detail", mentorship.pk),
        ),
        about=mentorship,
        period=f"{since:%Y-%m-%d}",
        not_before=at,
    )


def check_in_asked(check_in: CheckIn, at: datetime | None) -> Notice:
    """Ask one side how it is going."""
    mentorship = check_in.mentorship
    (mentor, mentee), (_, _) = _sides(mentorship)
    person, other = (mentor, mentee) if check_in.side == CheckIn.Side.MENTOR else (mentee, mentor)
    return Notice(
        person,
        Message(
            kind="mentoring.check_in",
            subject=f"Say how it is going with {other}",
            why="Once a month both sides of a mentoring pair are asked.",
            body=("One colour and, if you like, one sentence.",),
            action="Answer in ten seconds",
            path=_path(check_in, "mentoring:check_in_answer", check_in.pk),
        ),
        about=check_in,
        not_before=at,
    )


def pulse(planned: Pulse) -> Message:
    """What L&D wrote."""
    return Message(
        kind="mentoring.pulse",
        subject=planned.subject,
        why=f"You are part of the mentoring in {planned.cohort}.",
        body=tuple(part.strip() for part in planned.text.split("\n\n") if part.strip()),
        action="Open mentoring",
        path=_path(planned, "mentoring:mentoring_home"),
    )


def _sides(mentorship: Mentorship) -> tuple[tuple[Person, Person], tuple[Person, Person]]:
    mentor, mentee = mentorship.mentor.person, mentorship.participant.person
    return (mentor, mentee), (mentee, mentor)


def _organization(row: Mentor) -> str:
    return row.organization.name


def _path(row: TenantModel, name: str, *args: object) -> str:
    return reverse(name, args=[row.organization.slug, *args])
