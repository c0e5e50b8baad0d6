"""What people are told about eligibility: that it flipped, that an exception waits, how it was decided."""

from collections.abc import Callable, Iterator, Sequence

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.notifications.services import Message, Notice, notify, notify_many, withdraw
from selection.eligibility import sentence
from selection.models import EligibilityException, EligibilityResult, Nomination
from selection.notices.common import impartial, path
from selection.queries.proposers import proposers_of
from selection.queries.standing import read

ASKED = "selection.exception_asked"
State = Nomination.State
BEHIND = ("nominator", "endorser")
STANDING = (State.SUBMITTED, State.RETURNED, State.APPROVED)


def eligibility_flipped(results: Sequence[EligibilityResult]) -> int:
    """Tell L&D and whoever nominated that a candidate meets the rules no longer, or again; once per flip."""
    return notify_many(notice for result in results for notice in _flip_notices(result))


def _flip_notices(result: EligibilityResult) -> Iterator[Notice]:
    candidate = result.candidate
    message = _flip(result)
    for nomination in candidate.nominations.filter(state__in=STANDING).select_related(*BEHIND):
        yield Notice(nomination.leader, message(f"You nominated {candidate.person}."), result)
    for admin in impartial(candidate.cohort, Role.LD_ADMIN):
        yield Notice(admin, message(f"You run the selection of {candidate.cohort}."), result)


def _flip(result: EligibilityResult) -> Callable[[str], Message]:
    person, cohort = result.candidate.person, result.candidate.cohort
    if result.is_met:
        subject = f"{person} meets the rules of {cohort} again"
        body: tuple[str, ...] = (f"{result.get_why_display()}. Nothing needs doing.",)
    else:
        subject = f"{person} no longer meets the rules of {cohort}"
        body = (
            f"{result.get_why_display()}. Not met: {sentence(read(result.groups).unmet)}.",
            "The nomination stands until somebody decides otherwise: L&D can ask for an exception or take "
            "the person out.",
        )

    def message(why: str) -> Message:
        return Message(
            kind="selection.eligibility_flipped",
            subject=subject,
            why=why,
            body=body,
            action=f"See {person.first_name}’s file",
            path=path("candidate_detail", cohort, result.candidate_id),
        )

    return message


def exception_asked(exception: EligibilityException) -> int:
    """Ask everybody who can be the second person; the first answer counts."""
    person, cohort = exception.person, exception.cohort
    message = Message(
        kind=ASKED,
        subject=f"Confirm or refuse an exception for {person}, {cohort}",
        why=f"{exception.asked_by} asks for an exception, and it takes a second person.",
        body=(
            f"Rule: {exception.rule}. {person.first_name}: {exception.shown}.",
            f"Reason: {exception.reason}",
        ),
        action="Decide on the exception",
        path=path("exception_detail", exception, exception.pk),
    )
    return notify_many(Notice(to, message, exception) for to in second_persons(exception))


def exception_decided(exception: EligibilityException) -> None:
    """Tell who asked and who nominated or drafted; the others need not decide any more."""
    withdraw(ASKED, exception)
    person, cohort = exception.person, exception.cohort
    confirmed = exception.state == EligibilityException.State.CONFIRMED
    words = "is confirmed" if confirmed else "is refused"
    said = f"{exception.decided_by} decided. Rule: {exception.rule}."
    remark = (f"Reason: {exception.remark}",) if exception.remark else ()
    if exception.asked_by is not None:
        message = Message(
            kind="selection.exception_decided",
            subject=f"The exception for {person}, {cohort}, {words}",
            why="You asked for it.",
            body=(said, *remark),
            action="See the exception",
            path=path("exception_detail", exception, exception.pk),
        )
        notify(exception.asked_by, message, about=exception)
    notify_many(_to_nominators(exception, words, said, confirmed))


def _to_nominators(
    exception: EligibilityException, words: str, said: str, confirmed: bool
) -> Iterator[Notice]:
    person, cohort = exception.person, exception.cohort
    nominations = Nomination.objects.filter(
        candidate__cohort=cohort, candidate__person=person, state__in=(State.DRAFT, *STANDING)
    )
    for nomination in nominations.select_related(*BEHIND):
        draft = nomination.state == State.DRAFT
        more = ("The rule counts as met, so you can hand your nomination in.",) if confirmed and draft else ()
        message = Message(
            kind="selection.exception_decided",
            subject=f"The exception for {person}, {cohort}, {words}",
            why=f"You {'are nominating' if draft else 'nominated'} {person}.",
            body=(said, *more),
            action="Open your nomination",
            path=path("nomination_edit" if draft else "nomination_detail", nomination, nomination.pk),
        )
        if nomination.leader != person:  # who drafts a nomination of oneself reads it there
            yield Notice(nomination.leader, message, exception)


def second_persons(exception: EligibilityException) -> list[Membership]:
    """L&D and HR without who asked, the person, their nominators and candidates of the same cohort."""
    theirs = Nomination.objects.filter(
        candidate__cohort=exception.cohort_id, candidate__person=exception.person_id
    )
    behind = Person.objects.filter(pk__in=proposers_of(theirs), membership__isnull=False).order_by()
    out: set[int | None] = set(behind.values_list("membership_id", flat=True))
    out |= {exception.asked_by_id, exception.person.membership_id}
    return [
        each for each in impartial(exception.cohort, Role.LD_ADMIN, Role.HR_ANALYST) if each.pk not in out
    ]
