"""Deleting the files of people who were not selected: announced, then one file after the other."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import PROTECT, F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.notifications.models import Notification
from amdp.notifications.services import wake_at
from amdp.tenancy.context import organization_context, require_organization
from cohorts.models import Cohort, Participant
from selection import access, notices
from selection.models import (
    Approval,
    AssessorConflict,
    Candidate,
    Consent,
    DayPlan,
    Decision,
    EligibilityException,
    Endorsement,
    Erasure,
    FeedbackReport,
    LegalHold,
    Letter,
    Nomination,
    NominationReference,
    Offer,
    RetentionRule,
    Scoresheet,
)
from selection.models.retention import MOST_MONTHS
from selection.queries.retention import (
    Kept,
    at_morning,
    erasable,
    hold_on,
    kept_files,
    months_kept,
    numbers_of,
)

# Files looked up at once; each is deleted in a transaction of its own.
BATCH = 100
# A worker that was killed is followed by another after this time.
AGAIN = timedelta(minutes=15)
# What notifications can be about, and the way from there to the file.
TOLD_ABOUT = {
    Candidate: "pk",
    Nomination: "candidate",
    Scoresheet: "candidate",
    Decision: "candidate",
    FeedbackReport: "candidate",
    Letter: "candidate",
    Offer: "decision__candidate",
    AssessorConflict: "candidate",
    Approval: "nomination__candidate",
    Endorsement: "nomination__candidate",
    Consent: "nomination__candidate",
    NominationReference: "nomination__candidate",
}


# --- the rule and what stops it ------------------------------------------------------------------------


@transaction.atomic
def set_retention(months: int | None, *, by: Membership) -> RetentionRule:
    """Keep files of people not selected for so many months after the release; None: until somebody decides.

    A shorter period deletes nothing before L&D and the owners were told thirty days earlier.
    """
    require_organization()
    if not access.can_set_retention(by):
        raise PermissionDenied("Only an owner says how long files are kept.")
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise ValidationError(
            {"months": f"Give 1 to {MOST_MONTHS} months, or nothing to keep them until decided."}
        )
    before = months_kept()
    rule, _ = RetentionRule.objects.update_or_create(
        defaults={"months": months, "changed_at": timezone.now(), "changed_by": by}
    )
    _tell_anew(Erasure.objects.all())
    wake_at(timezone.now())
    audit.record(
        "selection.retention_changed", rule, by=by, before={"months": before}, after={"months": months}
    )
    return rule


@transaction.atomic
def place_hold(cohort: Cohort, *, reason: str, by: Membership) -> LegalHold:
    """Delete nothing of a selection until the hold is lifted."""
    require_organization()
    if not access.can_place_hold(by):
        raise PermissionDenied("L&D or an owner places a hold.")
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if not reason.strip():
        raise ValidationError({"reason": "Say why nothing may be deleted."})
    if hold_on(cohort) is not None:
        raise ValidationError(f"There is a hold on {cohort} already.")
    hold = LegalHold.objects.create(cohort=cohort, reason=reason.strip(), placed_by=by)
    audit.record("selection.hold_placed", cohort, by=by, why=hold.reason)
    return hold


@transaction.atomic
def lift_hold(cohort: Cohort, *, why: str, by: Membership) -> LegalHold:
    """Let the period count again. Raises ValidationError when there is no hold or no reason."""
    require_organization()
    if not access.can_set_retention(by):
        raise PermissionDenied("Only an owner lifts a hold.")
    hold = LegalHold.objects.select_for_update(of=("self",)).filter(cohort=cohort, lifted_at=None).first()
    if hold is None:
        raise ValidationError(f"There is no hold on {cohort}.")
    if not why.strip():
        raise ValidationError({"why": "Say why it is lifted."})
    hold.lifted_at, hold.lifted_by, hold.lifted_why = timezone.now(), by, why.strip()
    hold.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    _tell_anew(Erasure.objects.filter(cohort=cohort))
    wake_at(timezone.now())
    audit.record("selection.hold_lifted", cohort, by=by, why=hold.lifted_why)
    return hold


def _tell_anew(erasures: QuerySet[Erasure]) -> None:
    """What was announced for another day is announced anew; what had begun waits as long."""
    erasures.filter(begun_at=None).delete()
    erasures.filter(finished_at=None).update(told_at=timezone.now())


# --- the days ------------------------------------------------------------------------------------------


def keep_files(organization_id: int, now: datetime) -> None:
    """The tick's hook (``settings.TICK_HOOKS``): tell of what is deleted soon, and have deleted what is due.

    Safe to run twice, at once too.
    """
    from selection.tasks import erase_files

    with organization_context(organization_id):
        waiting = [one for one in kept_files() if not one.is_over and one.hold is None]
        for one in waiting:
            if one.erasure is None and one.tell_on is not None and one.tell_on <= now.date():
                announce_erasure(one)
        due = [one for one in kept_files() if _is_due(one, now)]
        if following := _following(waiting, now, bool(due)):
            wake_at(following)
    for one in due:
        erase_files.delay(organization_id, one.cohort.pk)


def _is_due(one: Kept, now: datetime) -> bool:
    return (
        one.erasure is not None
        and not one.is_over
        and one.erase_on is not None
        and one.erase_on <= now.date()
    )


def _following(waiting: list[Kept], now: datetime, working: bool) -> datetime | None:
    """When the tick has to look again."""
    if working:
        return now + AGAIN
    days = [one.tell_on if one.erasure is None else one.erase_on for one in waiting]
    ahead = [at_morning(day) for day in days if day is not None and at_morning(day) > now]
    told = any(one.erasure is None and one.tell_on and one.tell_on <= now.date() for one in waiting)
    return min([*ahead, *([now + timedelta(days=1)] if told else [])], default=None)


def announce_erasure(kept: Kept) -> Erasure:
    """Tell L&D and the owners, once, how many files of which selection are deleted on which day."""
    erasure, made = Erasure.objects.get_or_create(cohort=kept.cohort)
    if made:
        notices.erasure_announced(kept)
        audit.record(
            "selection.deletion_announced",
            kept.cohort,
            by=None,
            after={"files": kept.files, "erase_on": kept.erase_on},
        )
    return erasure


# --- the files -----------------------------------------------------------------------------------------


def erase_cohort(organization_id: int, cohort_id: int) -> int:
    """Delete every file of a selection that is due, each in a transaction of its own; how many now.

    Killed midway, the next one goes on where this one stopped. A hold placed meanwhile stops it at the next file.
    """
    with organization_context(organization_id):
        if not _begin(cohort_id):
            return 0
    erased = 0
    while True:
        with organization_context(organization_id):
            if _due(cohort_id) is None:
                return erased
            ids = list(erasable(Cohort(pk=cohort_id)).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            break
        for pk in ids:
            with organization_context(organization_id):
                if LegalHold.objects.filter(cohort=cohort_id, lifted_at=None).exists():
                    return erased
                erased += erase_file(pk)
    with organization_context(organization_id):
        _finish(cohort_id)
    return erased


def _due(cohort_id: int) -> Kept | None:
    """The selection, when its day has come and nothing holds it. One query for the hold, few for the rest."""
    found = next((one for one in kept_files() if one.cohort.pk == cohort_id), None)
    return found if found is not None and _is_due(found, timezone.now()) else None


def _begin(cohort_id: int) -> bool:
    """Keep the numbers before the first file goes, and let apps above measure what they still need."""
    found = _due(cohort_id)
    if found is None:
        return False
    erasure = Erasure.objects.select_for_update(of=("self",)).get(cohort=cohort_id)
    if erasure.begun_at is None:
        for name in settings.BEFORE_ERASURE:
            import_string(name)(found.cohort)
        erasure.kept, erasure.begun_at = numbers_of(found.cohort), timezone.now()
        erasure.save(update_fields=["kept", "begun_at"])
    return True


def erase_file(candidate_id: int) -> int:
    """Delete one file with everything in it and everything told about it: 1, or 0 when it is gone or stays."""
    candidate = (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("cohort")
        .filter(pk=candidate_id)
        .first()
    )
    if candidate is None or not erasable(candidate.cohort).filter(pk=candidate_id).exists():
        return 0
    last = _is_last_of_somebody_passed_over(candidate)
    for model, path in TOLD_ABOUT.items():
        about = model._default_manager.filter(**{path: candidate_id}).order_by().values("pk")
        label = model._meta.label_lower
        Notification.objects.filter(about_type=label, about_id__in=about).delete()
    # invitations name everybody an assessor met; the days are long over
    days = DayPlan.objects.filter(cohort=candidate.cohort_id).order_by().values("pk")
    Notification.objects.filter(about_type=DayPlan._meta.label_lower, about_id__in=days).delete()
    EligibilityException.objects.filter(cohort=candidate.cohort_id, person=candidate.person_id).delete()
    for relation in Candidate._meta.related_objects:
        if relation.on_delete is PROTECT:  # decisions and what else keeps others from deleting it by mistake
            relation.related_model._default_manager.filter(**{relation.field.name: candidate}).delete()
    candidate.delete()
    Erasure.objects.filter(cohort=candidate.cohort_id).update(
        files=F("files") + 1, passed_over=F("passed_over") + int(last)
    )
    return 1


def _is_last_of_somebody_passed_over(candidate: Candidate) -> bool:
    """Whether the sponsor's count of those not selected would lose this person."""
    program = candidate.cohort.program_id
    if candidate.state == Candidate.State.DRAFTED or candidate.cohort.released_at is None:
        return False
    others = Candidate.objects.filter(person=candidate.person_id, cohort__program=program)
    counted = others.filter(cohort__released_at__isnull=False).exclude(state=Candidate.State.DRAFTED)
    took_part = Participant.objects.filter(person=candidate.person_id, cohort__program=program)
    return not counted.exclude(pk=candidate.pk).exists() and not took_part.exists()


def _finish(cohort_id: int) -> None:
    erasure = Erasure.objects.select_for_update(of=("self",)).select_related("cohort").get(cohort=cohort_id)
    if erasure.finished_at is not None:
        return
    erasure.finished_at = timezone.now()
    erasure.save(update_fields=["finished_at"])
    audit.record("selection.files_deleted", erasure.cohort, by=None, after={"files": erasure.files})
