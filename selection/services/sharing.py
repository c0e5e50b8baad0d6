"""On the way to those who decide: the leader of somebody who nominated themselves, and the nominee's consent."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import has_login, person_of
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.days import business_days_for, today_of
from selection.models import Approval, Candidate, Consent, Endorsement, Nomination
from selection.queries.chain import leaders_above
from selection.queries.evidence import LACKS, needs_consent, terms_for_nomination
from selection.services.candidates import both_locked, hold_stage, settle
from selection.services.chain import LOOK_AGAIN, begin_chain
from selection.services.references import ask_references, drop_references
from selection.services.revisions import keep_version

State = Nomination.State
DAYS_TO_ENDORSE = 5
CLOSED = access.NOT_TAKING


def proceed(candidate: Candidate, nomination: Nomination, *, by: Membership) -> Approval | None:
    """The next thing after handing in: the leader's endorsement, the nominee's consent, or those who decide.
    Both rows are locked by the caller; None while somebody has to answer first."""
    if nomination.is_own:
        _ask_endorsement(nomination)
        return None
    if needs_consent(nomination):
        _ask_consent(nomination)
        return None
    return _share(candidate, nomination, by=by)


def _share(candidate: Candidate, nomination: Nomination, *, by: Membership) -> Approval:
    _move(nomination, State.SUBMITTED)
    nomination.submitted_at = timezone.now()
    nomination.save()
    keep_version(nomination, by=by)
    approval = begin_chain(nomination)
    ask_references(nomination)
    settle(candidate)
    return approval


def _move(nomination: Nomination, state: State) -> None:
    if state not in Nomination.MOVES[State(nomination.state)]:
        raise ValidationError("This nomination has moved on meanwhile.")
    nomination.state = state
    nomination.save(update_fields=["state", "updated_at"])


def _ask_endorsement(nomination: Nomination) -> None:
    leader = next(iter(able_to_endorse(nomination.candidate.person)), None)
    if leader is None:
        raise ValidationError("Nobody above you can sign in and endorse it. Ask L&D.")
    _move(nomination, State.ENDORSING)
    ask_to_endorse(nomination, leader)


def able_to_endorse(person: Person) -> list[Person]:
    """The leaders above who work here and can sign in, nearest first."""
    above = leaders_above(person)
    return [leader for leader in above if leader.is_employed(today_of(leader)) and has_login(leader)]


def ask_to_endorse(nomination: Nomination, leader: Person) -> Endorsement:
    """Put the question to this leader, from now on."""
    due_on = business_days_for(leader, DAYS_TO_ENDORSE)
    endorsement = Endorsement.objects.create(nomination=nomination, leader=leader, due_on=due_on)
    notices.endorsement_asked(endorsement)
    wake_at(timezone.now() + LOOK_AGAIN)
    return endorsement


def _ask_consent(nomination: Nomination) -> None:
    person = nomination.candidate.person
    if not has_login(person):
        raise ValidationError(
            f"{person} has to consent and cannot sign in yet. Ask L&D to invite {person.first_name}."
        )
    _move(nomination, State.CONSENTING)
    due_on = business_days_for(person, terms_for_nomination(nomination).consent_days)
    consent = Consent.objects.create(nomination=nomination, due_on=due_on)
    notices.consent_asked(consent)


@transaction.atomic
def answer_endorsement(
    endorsement: Endorsement,
    *,
    agrees: bool,
    by: Membership,
    words: str = "",
    performance_view: int | None = None,
    potential_view: int | None = None,
) -> Endorsement:
    """The leader stands behind somebody who nominated themselves, with own views and a sentence, and it goes to
    those who decide; or declines with a reason, which ends it. The person is told of either.

    Raises PermissionDenied for anybody else, ValidationError for what is missing or answered already.
    """
    require_organization()
    hold_stage(endorsement.nomination.candidate.cohort_id)
    candidate, nomination = both_locked(endorsement.nomination)
    row = (
        nomination.endorsements.select_for_update(of=("self",))
        .select_related("leader")
        .get(pk=endorsement.pk)
    )
    row.nomination = nomination
    if person_of(by) != row.leader:
        raise PermissionDenied("Only the leader who was asked can endorse it.")
    if row.state != Endorsement.State.ASKED:
        raise ValidationError("This was answered already, or is no longer needed.")
    if not access.takes_answers(candidate.cohort):
        raise ValidationError(CLOSED)
    row.words, row.answered_at = words.strip(), timezone.now()
    views = {"performance_view": performance_view, "potential_view": potential_view}
    _check_endorsement(nomination, agrees, row.words, views)
    row.state = Endorsement.State.GIVEN if agrees else Endorsement.State.DECLINED
    if agrees:
        for name, value in views.items():
            setattr(row, name, value)
            setattr(nomination, name, value)
        nomination.endorser = row.leader
    row.save()
    if agrees:
        approval = _share(candidate, nomination, by=by)
        after = {"state": nomination.state, "approver": approval.who}
    else:
        _move(nomination, State.DECLINED)
        settle(candidate)
        after = {"state": nomination.state}
    verb = "endorsed" if agrees else "not_endorsed"
    audit.record(f"nomination.{verb}", nomination, by=by, after=after, why=row.words)
    notices.endorsement_answered(row)
    return row


def _check_endorsement(
    nomination: Nomination, agrees: bool, words: str, views: dict[str, int | None]
) -> None:
    errors = {}
    if not words:
        errors["words"] = (
            "Say in a sentence why you stand behind it."
            if agrees
            else "Say why not. Your words are what the person reads."
        )
    if agrees:
        asked = terms_for_nomination(nomination).views
        errors |= {name: LACKS[name] for name in asked if views[name] is None}
        if any(value is not None and not 1 <= value <= 5 for value in views.values()):
            errors["potential_view"] = "Choose a value from 1 to 5."
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def answer_consent(consent: Consent, *, agrees: bool, by: Membership, words: str = "") -> Consent:
    """The nominee wants to be put forward, and it goes to those who decide; or does not, which withdraws the
    nomination. The nominator is told.

    Raises PermissionDenied for anybody else, ValidationError when it was answered or nominations are closed.
    """
    require_organization()
    hold_stage(consent.nomination.candidate.cohort_id)
    candidate, nomination = both_locked(consent.nomination)
    row = nomination.consents.select_for_update(of=("self",)).get(pk=consent.pk)
    row.nomination = nomination
    if person_of(by) != candidate.person:
        raise PermissionDenied("Only the nominee can answer this.")
    if row.state != Consent.State.ASKED:
        raise ValidationError("You have answered already, or it is no longer needed.")
    if not access.takes_answers(candidate.cohort):
        raise ValidationError(CLOSED)
    row.state = Consent.State.GIVEN if agrees else Consent.State.REFUSED
    row.words, row.answered_at = words.strip(), timezone.now()
    row.save()
    if agrees:
        _share(candidate, nomination, by=by)
    else:
        _move(nomination, State.WITHDRAWN)
        settle(candidate)
    verb = "consented" if agrees else "not_consented"
    audit.record(f"nomination.{verb}", nomination, by=by, after={"state": nomination.state})
    notices.consent_answered(row)
    return row


def drop_questions(nomination: Nomination) -> None:
    """Nobody needs to endorse, consent or speak to it any more; those asked are told."""
    for endorsement in nomination.endorsements.filter(state=Endorsement.State.ASKED).select_related("leader"):
        endorsement.nomination = nomination
        endorsement.state, endorsement.answered_at = Endorsement.State.DROPPED, timezone.now()
        endorsement.save(update_fields=["state", "answered_at"])
        notices.endorsement_dropped(endorsement)
    for consent in nomination.consents.filter(state=Consent.State.ASKED):
        consent.nomination = nomination
        consent.state, consent.answered_at = Consent.State.DROPPED, timezone.now()
        consent.save(update_fields=["state", "answered_at"])
        notices.consent_dropped(consent)
    drop_references(nomination)


def close_questions(cohort: Cohort, before: str, by: Membership | None) -> None:
    """Named in ``settings.COHORT_MOVED``: when nominations close, nobody is reminded any more of what can no longer
    be answered."""
    if before == Cohort.State.NOMINATING:
        inside = {"nomination__candidate__cohort": cohort}
        for endorsement in Endorsement.objects.filter(state=Endorsement.State.ASKED, **inside):
            notices.endorsement_closed(endorsement)
        for consent in Consent.objects.filter(state=Consent.State.ASKED, **inside):
            notices.consent_closed(consent)
