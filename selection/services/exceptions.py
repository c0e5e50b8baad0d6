"""Letting one rule pass for one person: asked for by L&D with a reason, decided by a second person."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Person
from amdp.directory.queries import person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort
from selection import access, notices
from selection.eligibility import Check
from selection.models import EligibilityException, EligibilityResult
from selection.queries.eligibility import eligibility_for
from selection.services.candidates import hold_stage
from selection.services.eligibility import evaluate

State = EligibilityException.State
CLOSED = "Nominations are closed, so eligibility stays as it was."
LONGEST = 1200


@transaction.atomic
def ask_exception(
    cohort: Cohort, person: Person, *, rule: str, reason: str, by: Membership
) -> EligibilityException:
    """Ask a second person to let ``rule``, named as the pages name it, pass for this person.

    Raises PermissionDenied for who does not run the selection or asks for themselves, ValidationError when
    the rule is met or asked about already, and without a reason.
    """
    require_organization()
    hold_stage(cohort.pk)
    cohort = Cohort.objects.get(pk=cohort.pk)
    if not access.can_run_selection(by, cohort):
        raise PermissionDenied("L&D asks for an exception.")
    own = person_of(by)
    if own is not None and own.pk == person.pk:
        raise PermissionDenied("Nobody asks for an exception for themselves.")
    if cohort.state != Cohort.State.NOMINATING:
        raise ValidationError(CLOSED)
    if not reason.strip():
        raise ValidationError({"reason": "Say why. The reason is kept and shown wherever the rule is."})
    check = _unmet(cohort, person, rule)
    open_ = EligibilityException.objects.filter(cohort=cohort, person=person, rule=check.name)
    if found := open_.exclude(state=State.REFUSED).select_related("asked_by__user").first():
        raise ValidationError({"rule": f"{found.asked_by or 'Somebody'} asked for this exception already."})
    exception = EligibilityException.objects.create(
        cohort=cohort,
        person=person,
        fact=check.fact,
        rule=check.name,
        shown=check.shown,
        reason=reason.strip()[:LONGEST],
        asked_by=by,
    )
    facts = {"person": str(person), "cohort": str(cohort), "rule": check.name}
    audit.record("exception.asked", exception, by=by, after=facts, why=exception.reason)
    notices.exception_asked(exception)
    return exception


def _unmet(cohort: Cohort, person: Person, rule: str) -> Check:
    unmet = {check.name: check for check in eligibility_for(cohort, person).unmet}
    if not unmet:
        raise ValidationError(f"{person} meets every rule of {cohort}, so nothing needs an exception.")
    if rule not in unmet:
        raise ValidationError({"rule": f"Choose a rule that {person} does not meet."})
    return unmet[rule]


@transaction.atomic
def decide_exception(
    exception: EligibilityException, *, confirm: bool, by: Membership, remark: str = ""
) -> EligibilityException:
    """Confirm or refuse an exception as the second person; refusing takes a reason.

    Two decisions at once yield one; the second gets a sentence. Raises PermissionDenied for who asked, the
    person themselves, whoever nominated them, and everybody who is neither L&D nor HR.
    """
    require_organization()
    hold_stage(exception.cohort_id)
    exception = (
        EligibilityException.objects.select_for_update(of=("self",))
        .select_related("cohort", "person", "asked_by__user", "decided_by__user")
        .get(pk=exception.pk)
    )
    if exception.state != State.ASKED:
        who = exception.decided_by or "Somebody"
        raise ValidationError(f"{who} {exception.get_state_display().lower()} this exception already.")
    if not access.can_be_second(by, exception):
        raise PermissionDenied(access.NOT_SECOND)
    if exception.cohort.state != Cohort.State.NOMINATING:
        raise ValidationError(CLOSED)
    if not confirm and not remark.strip():
        raise ValidationError({"remark": "Say why you refuse. The reason is kept."})
    exception.state = State.CONFIRMED if confirm else State.REFUSED
    exception.decided_by, exception.decided_at = by, timezone.now()
    exception.remark = remark.strip()[:LONGEST]
    exception.save(update_fields=["state", "decided_by", "decided_at", "remark"])
    facts = {"state": exception.state, "person": str(exception.person), "rule": exception.rule}
    audit.record(
        "exception.decided",
        exception,
        by=by,
        before={"state": State.ASKED},
        after=facts,
        why=exception.remark,
    )
    notices.exception_decided(exception)
    if confirm:
        evaluate(exception.cohort, why=EligibilityResult.Why.EXCEPTION)
    return exception
