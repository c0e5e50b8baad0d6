"""The calibration of a cohort: opened, talked through, closed for good.

What calibration does not do: it changes no submitted rating and no composite. The box people agreed on stands
beside the composite, on the slate and in the file, and can be named as the reason of a decision against the rank.
The audit log holds that somebody moved or spoke, never where to or what was said: boxes are ratings.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from amdp.web.time import clock
from cohorts.models import Cohort
from selection import access, notices
from selection.days import why_over
from selection.models import (
    CalibrationMove,
    CalibrationNote,
    CalibrationParticipant,
    CalibrationPlace,
    CalibrationSession,
    Candidate,
    Criterion,
    Stage,
)
from selection.nine_box import LEVELS, Box, Measured
from selection.queries.assessment import admitted, assessments_of
from selection.queries.calibration import unready_to_calibrate
from selection.queries.calibration_evidence import widest_gaps
from selection.queries.calibration_people import invitable
from selection.queries.plan import weights_of
from selection.queries.slate import performance_of, potential_of

Kind = Criterion.Kind
State = CalibrationSession.State


class MovedMeanwhile(ValidationError):  # noqa: N818 - what happened, not what is wrong
    """Somebody else moved the candidate first; ``move`` says who, where and why."""

    def __init__(self, move: CalibrationMove) -> None:
        self.move = move
        name, box = move.place.candidate, move.box
        super().__init__(
            f"{move.who} moved {name} to {box} at {clock(move.moved_at)}: "
            f"“{move.reason}” Your reason is still here. Move {name} again if you still want to.",
            code="moved_meanwhile",
        )


@transaction.atomic
def open_calibration(cohort: Cohort, members: Iterable[Membership], *, by: Membership) -> CalibrationSession:
    """Open the calibration of a cohort, place every candidate by the data, and invite these members.

    From then on nobody scores. Raises ValidationError with what is missing, or for whom cannot be invited.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if not access.can_open_calibration(by, cohort):
        raise PermissionDenied(access.NOT_THE_SESSION)
    if sentences := unready_to_calibrate(cohort):
        raise ValidationError(sentences)
    session = CalibrationSession.objects.create(cohort=cohort, opened_by=by)
    CalibrationPlace.objects.bulk_create(_places(session))
    wanted = {by.pk: by} | {each.pk: each for each in members}
    for member in wanted.values():
        _invite(session, member, by)
    audit.record("calibration.opened", session, by=by, after={"participants": len(wanted)})
    return session


def _places(session: CalibrationSession) -> list[CalibrationPlace]:
    """Everybody where the data put them, with what that is from; a handful of queries for any number."""
    cohort = session.cohort
    candidates = list(admitted(cohort))
    weights = weights_of(cohort)
    performance, potential = performance_of(cohort), potential_of(cohort)
    assessments = assessments_of(cohort)
    apart = widest_gaps(cohort)
    places = []
    for each in candidates:
        found = assessments.get(each.pk)
        measured = Measured(
            performance.get(each.person_id),
            potential.get(each.pk),
            found.score if found else None,
            (weights.get(Kind.POTENTIAL, 0), weights.get(Kind.ASSESSMENT, 0)),
        )
        box = measured.box
        levels = (box.performance, box.potential) if box else (None, None)
        kept = _kept(measured, found.assessors if found else 0, apart.get(each.pk))
        places.append(
            CalibrationPlace(
                session=session,
                candidate=each,
                performance=levels[0],
                potential=levels[1],
                first_performance=levels[0],
                first_potential=levels[1],
                measured=kept,
            )
        )
    return places


def _kept(measured: Measured, assessors: int, apart: Decimal | None) -> dict[str, object]:
    def text(score: Decimal | None) -> str | None:
        return None if score is None else str(score)

    return {
        "performance": text(measured.performance),
        "potential": text(measured.potential),
        "assessment": text(measured.assessment),
        "weights": list(measured.weights),
        "assessors": assessors,
        "apart": text(apart),
    }


# --- who takes part ----------------------------------------------------------------------------------


@transaction.atomic
def invite_to_calibration(
    session: CalibrationSession, member: Membership, *, by: Membership
) -> CalibrationParticipant:
    """Let somebody take part. Candidates of the cohort never do."""
    require_organization()
    session = _locked(session)
    _check_runs(session, by)
    if session.participants.filter(member=member).exists():
        raise ValidationError(f"{member} takes part already.")
    participant = _invite(session, member, by)
    audit.record("calibration.invited", session, by=by, after={"member": str(member)})
    return participant


@transaction.atomic
def take_out_of_calibration(participant: CalibrationParticipant, *, by: Membership) -> None:
    """Somebody does not take part any more; what they said and moved stays."""
    require_organization()
    session = _locked(participant.session)
    _check_runs(session, by)
    notices.calibration_settled(session, participant.member)
    audit.record("calibration.taken_out", session, by=by, before={"member": str(participant.member)})
    participant.delete()


def _invite(session: CalibrationSession, member: Membership, by: Membership) -> CalibrationParticipant:
    if member.pk != by.pk and not invitable(session.cohort).filter(pk=member.pk).exists():
        raise ValidationError(
            f"{member} cannot be invited: leaders, assessors, HR and L&D take part, and no candidate of {session.cohort}."
        )
    participant = CalibrationParticipant.objects.create(session=session, member=member)
    if member.pk != by.pk:
        notices.calibration_invited(participant)
    return participant


# --- the talk ----------------------------------------------------------------------------------------


@transaction.atomic
def move_candidate(
    place: CalibrationPlace, *, performance: int, potential: int, reason: str, version: int, by: Membership
) -> CalibrationMove:
    """Put a candidate into another box, with the reason. ``version`` is the one of the place that was seen.

    Raises MovedMeanwhile when somebody else moved them since; nothing changes then.
    """
    require_organization()
    place = _held(place, by)
    if words := access.why_not_moving(by, place):
        raise PermissionDenied(f"{words} You can say what you know in a note; somebody else moves.")
    if version != place.version:
        last = place.moves.select_related("place__candidate__person", "moved_by__user").last()
        raise MovedMeanwhile(last) if last else ValidationError("Load the board again, then move.")
    if performance not in LEVELS or potential not in LEVELS:
        raise ValidationError({"box": "Choose one of the nine boxes."})
    box = Box(performance, potential)
    if box == place.box:
        raise ValidationError({"box": f"{place.candidate} stands in {box} already. Choose another box."})
    if not reason.strip():
        raise ValidationError(
            {"reason": "Say why. Everybody in the session reads it, and it stays in the file."}
        )
    move = CalibrationMove.objects.create(
        place=place,
        from_performance=place.performance,
        from_potential=place.potential,
        performance=performance,
        potential=potential,
        reason=reason.strip(),
        moved_by=by,
    )
    place.performance, place.potential = performance, potential
    place.version += 1
    place.save(update_fields=["performance", "potential", "version"])
    _changed(place.session)
    audit.record("calibration.moved", place, by=by)
    return move


@transaction.atomic
def note_in_calibration(place: CalibrationPlace, text: str, *, by: Membership) -> CalibrationNote:
    """Say something about a candidate; it stays with author and time."""
    require_organization()
    place = _held(place, by)
    if not text.strip():
        raise ValidationError({"text": "Write what should be considered."})
    note = CalibrationNote.objects.create(place=place, text=text.strip(), written_by=by)
    _changed(place.session)
    audit.record("calibration.noted", place, by=by)
    return note


@transaction.atomic
def close_calibration(session: CalibrationSession, *, by: Membership) -> CalibrationSession:
    """Close it for good: no move and no note after this, and it is never opened again."""
    require_organization()
    session = _locked(session)
    _check_runs(session, by)
    session.state, session.closed_at, session.closed_by = State.CLOSED, timezone.now(), by
    session.version += 1
    session.save(update_fields=["state", "closed_at", "closed_by", "version"])
    for each in session.participants.select_related("member__user", "member__organization"):
        notices.calibration_settled(session, each.member)
    audit.record(
        "calibration.closed", session, by=by, before={"state": State.OPEN}, after={"state": session.state}
    )
    return session


def someone_left(candidate: Candidate) -> None:
    """A candidate left the selection: boards that show them are drawn anew."""
    for session in CalibrationSession.objects.select_for_update().filter(
        cohort=candidate.cohort_id, state=State.OPEN
    ):
        _changed(session)


def _held(place: CalibrationPlace, by: Membership) -> CalibrationPlace:
    """The place as it is now, with its session locked: whoever changes the board waits for the one before."""
    session = _locked(place.session)
    _check_open(session)
    if not access.takes_part(by, session):
        raise PermissionDenied(access.NOT_TAKING_PART)
    if over := why_over(session.cohort, Stage.Kind.CALIBRATION):
        raise ValidationError(f"{over} What you typed is still here. L&D can move the day.", code="closed")
    place = session.places.select_related("candidate__person", "candidate__cohort").get(pk=place.pk)
    place.session = session
    if place.candidate.state != Candidate.State.ADMITTED:
        raise ValidationError(f"{place.candidate} is no longer in this selection.")
    return place


def _changed(session: CalibrationSession) -> None:
    session.version += 1
    session.save(update_fields=["version"])


def _locked(session: CalibrationSession) -> CalibrationSession:
    return (
        CalibrationSession.objects.select_for_update(of=("self",))
        .select_related("cohort__program", "cohort__organization", "organization")
        .get(pk=session.pk)
    )


def _check_open(session: CalibrationSession) -> None:
    if not session.is_open:
        at = clock(session.closed_at) if session.closed_at else ""
        who = session.closed_by or "L&D"
        raise ValidationError(f"{who} closed the calibration at {at}. It stays as it is.", code="closed")


def _check_runs(session: CalibrationSession, by: Membership) -> None:
    if not access.can_run_selection(by, session.cohort):
        raise PermissionDenied(access.NOT_THE_SESSION)
    _check_open(session)
