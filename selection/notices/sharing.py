"""What people are told before a nomination is shared, and when it changes while it waits."""

from collections.abc import Iterable
from datetime import timedelta

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.services import Message, Notice, notify, notify_many, withdraw
from amdp.web.time import day
from selection.models import Approval, Consent, Endorsement, Nomination, NominationReference
from selection.notices.approvals import can_be_told, deciders
from selection.notices.common import in_charge, morning, path

CONSENT_DUE, CONSENT_LATE = "selection.consent_due", "selection.consent_late"
ENDORSEMENT_DUE = "selection.endorsement_due"


def _for(nomination: Nomination) -> str:
    return f"{nomination.candidate.person} for {nomination.candidate.cohort}"


# --- a nomination of oneself --------------------------------------------------------------------------


def endorsement_asked(endorsement: Endorsement) -> None:
    """Ask the leader, and once more on the morning it is due."""
    nomination = endorsement.nomination
    person, by = nomination.candidate.person, day(endorsement.due_on)
    for kind, at in (("selection.endorsement_asked", None), (ENDORSEMENT_DUE, endorsement.due_on)):
        message = Message(
            kind=kind,
            subject=f"Do you endorse {_for(nomination)}? Answer by {by}",
            why=f"{person} works in your line and has nominated themselves for {nomination.candidate.cohort}.",
            body=(
                f"Read what {person.first_name} wrote. With your endorsement, your views and a sentence it goes "
                "to those who decide; without it, it ends with your reason.",
            ),
            action=f"Answer {person.first_name}",
            path=path("endorsement_detail", endorsement, endorsement.pk),
        )
        not_before = morning(endorsement.leader, at) if at else None
        notify(endorsement.leader, message, about=endorsement, not_before=not_before)


def endorsement_answered(endorsement: Endorsement) -> None:
    """Tell the person what their leader said, kindly."""
    endorsement_closed(endorsement)
    nomination, leader = endorsement.nomination, endorsement.leader
    if endorsement.state == Endorsement.State.GIVEN:
        subject = f"{leader} endorses your nomination for {nomination.candidate.cohort}"
        body: tuple[str, ...] = (
            "It goes to those who decide. You hear the outcome together with everyone else.",
        )
    else:
        subject = f"{leader} does not endorse your nomination for {nomination.candidate.cohort} this time"
        body = (
            f"{leader.first_name} wrote: {endorsement.words}",
            "Talk it over: there will be another cohort.",
        )
    message = Message(
        kind="selection.endorsement_answered",
        subject=subject,
        why="You nominated yourself.",
        body=body,
        action="See your nomination",
        path=path("own_nomination", nomination, nomination.candidate.cohort_id),
    )
    notify(nomination.candidate.person, message, about=endorsement)


def endorsement_dropped(endorsement: Endorsement) -> None:
    """Tell the leader that nothing needs doing any more."""
    endorsement_closed(endorsement)
    nomination = endorsement.nomination
    message = Message(
        kind="selection.endorsement_dropped",
        subject=f"{_for(nomination)}: nothing to endorse any more",
        why=f"{nomination.candidate.person} has withdrawn the nomination you were asked to endorse.",
    )
    notify(endorsement.leader, message, about=endorsement)


def endorsement_moved(endorsement: Endorsement, after: Endorsement, reason: str) -> None:
    """Tell the person, and the leader who was asked where they can still be reached, who is asked now."""
    endorsement_closed(endorsement)
    nomination = endorsement.nomination
    person, leader = nomination.candidate.person, endorsement.leader
    told = Message(
        kind="selection.endorsement_moved",
        subject=f"{after.leader} is asked to endorse your nomination for {nomination.candidate.cohort}",
        why=f"You nominated yourself. {reason}, so {after.leader} is asked instead.",
        body=(f"{after.leader.first_name} answers by {day(after.due_on)}. What you wrote stays as it is.",),
        action="See your nomination",
        path=path("own_nomination", nomination, nomination.candidate.cohort_id),
    )
    settled = Message(
        kind="selection.endorsement_moved",
        subject=f"{_for(nomination)}: nothing to endorse any more",
        why=f"You were asked to endorse it. {reason}, so {after.leader} is asked instead.",
    )
    notices = [Notice(person, told, after)]
    if can_be_told(leader):
        notices.append(Notice(leader, settled, endorsement))
    notify_many(notices)


def endorsement_closed(endorsement: Endorsement) -> None:
    """The leader is not reminded of it any more."""
    withdraw(ENDORSEMENT_DUE, endorsement)


# --- consent ------------------------------------------------------------------------------------------


def consent_asked(consent: Consent) -> None:
    """Ask the nominee, remind them the day before and on the day, and tell the nominator when no answer came."""
    nomination = consent.nomination
    person, cohort, by = nomination.candidate.person, nomination.candidate.cohort, day(consent.due_on)
    reminders = [(None, "selection.consent_asked"), (consent.due_on, CONSENT_DUE)]
    notices = []
    for at, kind in reminders:
        message = Message(
            kind=kind,
            subject=f"Would you like to be put forward for {cohort}? Answer by {by}",
            why=f"{nomination.who} would like to nominate you.",
            body=(
                f"Read what {nomination.nominator.first_name} wrote. Nobody else sees it unless you say yes. "
                "You may say no without giving a reason.",
            ),
            action="Read and answer",
            path=path("consent_detail", consent, consent.pk),
        )
        notices.append(Notice(person, message, consent, not_before=morning(person, at) if at else None))
    late = Message(
        kind=CONSENT_LATE,
        subject=f"{person} has not answered whether to be put forward for {cohort}",
        why=f"You nominated {person}, who was to answer by {by}.",
        body=("Nobody who decides sees the nomination before. Talk to each other.",),
        action="See the nomination",
        path=path("nomination_detail", nomination, nomination.pk),
    )
    after = consent.due_on + timedelta(days=1)
    notices += [Notice(to, late, consent, not_before=morning(to, after)) for to in in_charge(nomination)]
    notify_many(notices)


def consent_answered(consent: Consent) -> None:
    """Tell the nominator, kindly when the answer is no."""
    consent_closed(consent)
    nomination = consent.nomination
    person = nomination.candidate.person
    if consent.state == Consent.State.GIVEN:
        subject = f"{person} would like to be put forward for {nomination.candidate.cohort}"
        body: tuple[str, ...] = ("Your nomination goes to those who decide now.",)
    else:
        subject = f"{person} would rather not be put forward for {nomination.candidate.cohort} now"
        body = (f"{person.first_name} wrote: {consent.words}",) if consent.words else ()
        body += (
            "Your nomination is withdrawn, and nobody who decides has seen it. Nothing else follows from it.",
        )
    message = Message(
        kind="selection.consent_answered",
        subject=subject,
        why=f"You nominated {person}, and the plan of this selection asks the nominee first.",
        body=body,
        action="See the nomination",
        path=path("nomination_detail", nomination, nomination.pk),
    )
    notify_many(Notice(to, message, consent) for to in in_charge(nomination))


def consent_dropped(consent: Consent) -> None:
    """Tell the nominee that nothing needs answering any more."""
    consent_closed(consent)
    nomination = consent.nomination
    message = Message(
        kind="selection.consent_dropped",
        subject=f"{nomination.candidate.cohort}: nothing to answer any more",
        why=f"{nomination.who} has taken back the nomination you were asked about.",
    )
    notify(nomination.candidate.person, message, about=consent)


def consent_closed(consent: Consent) -> None:
    """Nobody is reminded of it any more, or told that it is late."""
    for kind in (CONSENT_DUE, CONSENT_LATE):
        withdraw(kind, consent)


# --- references ---------------------------------------------------------------------------------------


def reference_asked(reference: NominationReference) -> None:
    """Ask for a short statement; whom it is about, and nothing else of the nomination."""
    nomination = reference.nomination
    person = nomination.candidate.person
    about = (f"About: {reference.about}",) if reference.about else ()
    message = Message(
        kind="selection.reference_asked",
        subject=f"Say in a few words what you know of {person}",
        why=f"{nomination.leader} named you as somebody who can speak to how {person} works.",
        body=(
            *about,
            f"Two or three sentences are enough. Those who decide read them; {person.first_name} is not told now.",
        ),
        action=f"Write about {person.first_name}",
        path=path("reference_detail", reference, reference.pk),
    )
    notify(_of(reference), message, about=reference)


def reference_dropped(reference: NominationReference) -> None:
    """Tell them that nothing is needed any more."""
    message = Message(
        kind="selection.reference_dropped",
        subject=f"No statement about {reference.nomination.candidate.person} is needed any more",
        why="You were asked for one, and the nomination was taken back.",
    )
    notify(_of(reference), message, about=reference)


def reference_answered(reference: NominationReference) -> None:
    """Tell the nominator that the statement has joined the nomination."""
    nomination = reference.nomination
    message = Message(
        kind="selection.reference_answered",
        subject=f"{reference.person} has written about {nomination.candidate.person}",
        why=f"You named {reference.person} as somebody who can speak to your nomination.",
        action="Read it",
        path=path("nomination_detail", nomination, nomination.pk),
    )
    notify_many(Notice(to, message, reference) for to in in_charge(nomination))


def _of(reference: NominationReference) -> Person:
    assert reference.person is not None  # only those the directory knows are asked
    return reference.person


# --- changes ------------------------------------------------------------------------------------------


def nomination_revised(reopened: Iterable[Approval], asked: Approval, *, by: Membership) -> None:
    """Tell those who approved, or were asked, that it changed and what follows. Who is asked at once anew has
    that request already."""
    nomination = asked.nomination
    now = {to for to, _ in deciders(asked)}
    notices: dict[Person | Membership, Notice] = {}
    for approval in reopened:
        approved = approval.state == Approval.State.APPROVED
        told = (
            [approval.decided_by, approval.decided_for] if approved else [to for to, _ in deciders(approval)]
        )
        message = Message(
            kind="selection.nomination_revised",
            subject=f"The nomination of {_for(nomination)} has changed",
            why=f"{by} changed it {'after you approved' if approved else 'before you decided'}.",
            body=(
                "Your approval no longer counts, and the approvals begin anew."
                if approved
                else "The approvals begin anew.",
                f"{asked.who} decides first, by {day(asked.due_on)}. You are asked when it is your turn.",  # type: ignore[arg-type]
            ),
            action="See the nomination",
            path=path("nomination_detail", nomination, nomination.pk),
        )
        for to in told:
            if to is not None and (approved or to not in now):
                notices[to] = Notice(to, message, approval)
    notify_many(notices.values())
