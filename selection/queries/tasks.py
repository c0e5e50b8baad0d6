"""What the selection adds to a member's home page, in words."""

from amdp.identity.models import Membership
from amdp.web.tasks import Appointment, Event, Task, Waiting
from amdp.web.time import day, moment
from cohorts.models import Cohort
from selection.models import Decision, Nomination, Slate
from selection.queries.home import link
from selection.queries.line import Line
from selection.queries.lines import APPEARANCES, lines_of

__all__ = ["APPEARANCES", "appointments_for", "events_for", "tasks_for", "waiting_for"]


def tasks_for(member: Membership) -> list[Task]:
    """What the selection needs from this member."""
    return [
        TASKS[line.kind](member, line)
        for line in lines_of(member)
        if line.kind in TASKS and not _is_pending(line)
    ]


def waiting_for(member: Membership) -> list[Waiting]:
    """Nominations of the member, and slates, that wait for somebody else."""
    lines = lines_of(member)
    asked = [line for line in lines if line.kind == "wait"]
    return [_pending(member, line) for line in lines if _is_pending(line)] + [
        Waiting(
            title=f"{line.who or 'L&D'} decides on {line.person}",
            detail=f"By {day(line.on)}, for {line.cohort}",  # type: ignore[arg-type]
            url=link("nomination_detail", member, line.pk),
        )
        for line in asked
    ]


def events_for(member: Membership) -> list[Event]:
    """Decisions on the member's nominations, outcomes of their nominees and their own."""
    return [EVENTS[line.kind](member, line) for line in lines_of(member) if line.kind in EVENTS]


def _is_pending(line: Line) -> bool:
    """A slate that is with HR, or has a time set for its release: nothing is asked of L&D."""
    return line.kind == "run" and (line.who == Slate.State.WITH_HR or line.at is not None)


def _pending(member: Membership, line: Line) -> Waiting:
    url = link("slate_detail", member, line.pk)
    if line.at is not None:
        return Waiting(title=f"Everyone hears the outcome of {line.cohort}", detail=moment(line.at), url=url)
    return Waiting(
        title=f"HR signs the slate of {line.cohort}", detail="Then the outcomes can be released", url=url
    )


def _offer(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Accept or decline your seat in {line.cohort}",
        detail="Without an answer it goes to the next in reserve",
        action="Read and answer",
        url=link("outcome_detail", member, line.pk),
        icon="mail",
        due=line.on,
    )


def _sign(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Co-sign the slate of {line.cohort}",
        detail="L&D has decided on everybody. Nothing is released without HR.",
        action="Read and sign",
        url=link("signature_detail", member, line.pk),
        icon="writing-sign",
        due=line.on,
    )


def appointments_for(member: Membership) -> list[Appointment]:
    """The member's own times in assessments that are still to come, once published."""
    return [
        Appointment(
            at=line.at,  # type: ignore[arg-type]
            title=f"Assessment: {line.state}",
            detail=f"{line.cohort}. {line.who or 'By video'}",
            url=link("own_days", member, line.pk),
        )
        for line in lines_of(member)
        if line.kind == "attend"
    ]


def _decide(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Decide on {line.person}",
        detail=f"Nominated by {line.who} for {line.cohort}",
        action="Decide",
        url=link("nomination_decide", member, line.pk),
        icon="user-check",
        due=line.on,
    )


def _answer(member: Membership, line: Line) -> Task:
    returned = line.state == Nomination.State.RETURNED
    return Task(
        title=f"Answer the question about {line.person}" if returned else f"Finish nominating {line.person}",
        detail=f"For {line.cohort}",
        action="Answer" if returned else "Go on",
        url=link("nomination_edit", member, line.pk),
        icon="message-circle" if returned else "pencil",
        due=line.on,
    )


def _nominate(member: Membership, line: Line) -> Task:
    who = {0: "Nobody", 1: "1 person"}.get(line.seats, f"{line.seats} people")
    verb = "are" if line.seats > 1 else "is"
    return Task(
        title=f"Nominations are open until {day(line.on)}",  # type: ignore[arg-type]
        detail=f"{line.cohort}. {who} of your line {verb} nominated{'' if line.seats else ' yet'}.",
        action="Nominate",
        url=link("nominee_list", member, line.pk),
        icon="user-plus",
        due=line.on,
    )


def _endorse(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Do you endorse {line.person}?",
        detail=f"Nominated themselves for {line.cohort}",
        action="Answer",
        url=link("endorsement_detail", member, line.pk),
        icon="user-check",
        due=line.on,
    )


def _consent(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Would you like to be put forward for {line.cohort}?",
        detail=f"{line.who} would like to nominate you",
        action="Read and answer",
        url=link("consent_detail", member, line.pk),
        icon="message-circle",
        due=line.on,
    )


def _speak(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Say in a few words what you know of {line.person}",
        detail="You were named as somebody who can speak to it",
        action="Write",
        url=link("reference_detail", member, line.pk),
        icon="pencil",
    )


def _score(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Score {line.person}{line.who and ': '}{line.who}",
        detail=f"For {line.cohort}. Nobody sees your ratings before you submit.",
        action="Score",
        url=link("scoresheet_edit", member, line.pk),
        icon="clipboard-list",
        due=line.on,
    )


def _agree(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Agree on ratings of {line.person}{line.who and ': '}{line.who}",
        detail=f"For {line.cohort}. A rating is written and waits for your word.",
        action="Compare and agree",
        url=link("consensus_edit", member, line.pk),
        icon="users-group",
    )


def _run(member: Membership, line: Line) -> Task:
    if line.state == Cohort.State.SELECTING:
        signed = line.who == Slate.State.SIGNED
        return Task(
            title=f"Release the selection for {line.cohort}"
            if signed
            else f"Decide and release the selection for {line.cohort}",
            detail="HR has signed. Everyone hears the outcome together."
            if signed
            else f"{line.seats} seats. Everyone hears the outcome together.",
            action="Open the slate",
            url=link("slate_detail", member, line.pk),
            icon="list-check",
            due=line.on,
        )
    if line.state == Cohort.State.ASSESSING:
        return Task(
            title=f"Draw up the slate of {line.cohort}",
            detail="Every score sheet is in.",
            action="Open the slate",
            url=link("slate_detail", member, line.pk),
            icon="list-numbers",
            due=line.on,
        )
    return Task(
        title=f"Name the assessors for {line.cohort}",
        detail=f"Nominations closed {day(line.on)}.",  # type: ignore[arg-type]
        action="Assessors",
        url=link("assessor_list", member, line.pk),
        icon="users-group",
    )


def _calibrate(member: Membership, line: Line) -> Task:
    over = line.state == "over"
    return Task(
        title=f"Close the calibration of {line.cohort}"
        if over
        else f"Take part in the calibration of {line.cohort}",
        detail="Its last day is over. The slate waits for it."
        if over
        else "All candidates side by side before anybody is selected.",
        action="Open the board",
        url=link("calibration_detail", member, line.pk),
        icon="layout-grid",
        due=line.on,
    )


def _exception(member: Membership, line: Line) -> Task:
    return Task(
        title=f"Confirm or refuse an exception for {line.person}",
        detail=f"{line.who}. For {line.cohort}",
        action="Decide",
        url=link("exception_detail", member, line.pk),
        icon="shield-check",
        due=line.on,
    )


def _conflict(member: Membership, line: Line) -> Task:
    asked = line.state == "asked"
    return Task(
        title=f"Decide who scores {line.person}"
        if not asked
        else f"Second person: who scores {line.person}?",
        detail=f"{line.who}. For {line.cohort}",
        action="Decide",
        url=link("conflict_detail", member, line.pk),
        icon="alert-triangle",
    )


def _flip_event(member: Membership, line: Line) -> Event:
    words = "meets the rules of {} again" if line.seats else "no longer meets the rules of {}"
    return Event(
        at=line.at,  # type: ignore[arg-type]
        text=f"{line.person} {words.format(line.cohort)}",
        url=link("candidate_detail", member, line.pk),
    )


def _decision_event(member: Membership, line: Line) -> Event:
    return Event(
        at=line.at,  # type: ignore[arg-type]
        text=f"{line.who or 'L&D'} {line.state} your nomination of {line.person}",
        url=link("nomination_detail", member, line.pk),
    )


def _came_in_event(member: Membership, line: Line) -> Event:
    return Event(
        at=line.at,  # type: ignore[arg-type]
        text=f"{line.seats} nomination{'' if line.seats == 1 else 's'} for {line.cohort} came in lately",
        url=link("candidate_list", member, line.pk),
    )


def _outcome_event(member: Membership, line: Line) -> Event:
    own = line.who == "own"
    who = "Your outcome" if own else f"The outcome of {line.person}"
    return Event(
        at=line.at,  # type: ignore[arg-type]
        text=f"{who} for {line.cohort}: {Decision.Outcome(line.state).label.lower()}",
        url=link("outcome_detail" if own else "candidate_detail", member, line.pk),
    )


TASKS = {
    "decide": _decide,
    "answer": _answer,
    "nominate": _nominate,
    "endorse": _endorse,
    "consent": _consent,
    "speak": _speak,
    "score": _score,
    "agree": _agree,
    "run": _run,
    "exception": _exception,
    "conflict": _conflict,
    "sign": _sign,
    "calibrate": _calibrate,
    "offer": _offer,
}
EVENTS = {
    "decided": _decision_event,
    "released": _outcome_event,
    "came in": _came_in_event,
    "flip": _flip_event,
}
