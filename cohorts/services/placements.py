"""Rotating a graduate into a role with named accounts: proposed, signed by a leader and by HR."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Account, Person
from amdp.directory.queries import has_login, person_of
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from cohorts import access, messages
from cohorts.models import Participant, Placement, PlacementAccount


@transaction.atomic
def propose_placement(
    participant: Participant,
    *,
    job_title: str,
    effective_on: date,
    leader: Person,
    accounts: Sequence[Account],
    by: Membership,
    reason: str = "",
) -> Placement:
    """Propose a role and named accounts for a graduate and ask the leader and HR to sign.

    The complexity of the new accounts and of those owned today is kept as of this day. Raises
    ValidationError unless the person has graduated, has no other open placement, and an account is named.
    """
    require_organization()
    participant = (
        Participant.objects.select_for_update(of=("self",)).select_related("person").get(pk=participant.pk)
    )
    _check_proposal(participant, leader, accounts, effective_on)
    owned = Account.objects.filter(owner=participant.person).aggregate(
        count=Count("id"), complexity=Avg("complexity")
    )
    placement = Placement.objects.create(
        participant=participant,
        job_title=job_title.strip(),
        effective_on=effective_on,
        reason=reason.strip(),
        leader=leader,
        proposed_by=by,
        accounts_before=owned["count"],
        complexity_before=owned["complexity"],
    )
    PlacementAccount.objects.bulk_create(
        PlacementAccount(placement=placement, account=account, complexity=account.complexity)
        for account in accounts
    )
    audit.record(
        "placement.proposed",
        placement,
        by=by,
        after={
            "job_title": placement.job_title,
            "effective_on": effective_on,
            "leader": str(leader),
            "accounts": [str(account) for account in accounts],
        },
        why=placement.reason,
    )
    messages.placement_proposed(placement)
    return placement


@transaction.atomic
def sign_placement_as_leader(placement: Placement, *, by: Membership) -> Placement:
    """The named leader signs. With both signatures the placement stands."""
    placement = _open_placement(placement)
    if not access.can_sign_as_leader(by, placement):
        raise ValidationError(f"Only {placement.leader} can sign this as the leader, and only once.")
    placement.leader_signed_at, placement.leader_signed_by = timezone.now(), by
    return _signed(placement, ["leader_signed_at", "leader_signed_by"], "leader", by=by)


@transaction.atomic
def sign_placement_as_hr(placement: Placement, *, by: Membership) -> Placement:
    """An HR analyst signs. It takes two people: whoever signed as the leader cannot sign for HR too."""
    placement = _open_placement(placement)
    if not access.can_sign_as_hr(by, placement):
        raise ValidationError(
            "Only an HR analyst who has no part in this placement can sign it for HR, and only once."
        )
    placement.hr_signed_at, placement.hr_signed_by = timezone.now(), by
    return _signed(placement, ["hr_signed_at", "hr_signed_by"], "hr", by=by)


@transaction.atomic
def withdraw_placement(placement: Placement, *, reason: str, by: Membership) -> Placement:
    """Take a proposal back before both have signed; another one can then be made."""
    placement = _open_placement(placement)
    if not reason.strip():
        raise ValidationError({"reason": "Say why, so that those who were asked to sign understand."})
    placement.state, placement.withdrawn_reason = Placement.State.WITHDRAWN, reason.strip()[:300]
    placement.save(update_fields=["state", "withdrawn_reason"])
    audit.record("placement.withdrawn", placement, by=by, why=reason.strip())
    messages.placement_withdrawn(placement)
    return placement


def _check_proposal(
    participant: Participant, leader: Person, accounts: Sequence[Account], effective_on: date
) -> None:
    if participant.state != Participant.State.GRADUATED:
        raise ValidationError(f"{participant} has not graduated yet.")
    if not accounts:
        raise ValidationError({"accounts": "Name at least one account the graduate takes over."})
    if leader.pk == participant.person_id:
        raise ValidationError({"leader": "Nobody signs their own placement. Choose another leader."})
    if not has_login(leader):
        raise ValidationError({"leader": f"{leader} has no login and cannot sign. Choose another leader."})
    if not leader.is_employed(timezone.localdate()):
        raise ValidationError({"leader": f"{leader} does not work here any more. Choose another leader."})
    if participant.graduated_on and effective_on < participant.graduated_on:
        raise ValidationError({"effective_on": "The role starts on or after the day of graduation."})
    if participant.placements.exclude(state=Placement.State.WITHDRAWN).exists():
        raise ValidationError(
            f"There is a placement for {participant} already. Withdraw it to propose another."
        )


def _open_placement(placement: Placement) -> Placement:
    require_organization()
    placement = (
        Placement.objects.select_for_update(of=("self",))
        .select_related("participant__person", "leader")
        .get(pk=placement.pk)
    )
    if placement.state != Placement.State.PROPOSED:
        raise ValidationError(f"This placement is {placement.get_state_display().lower()} already.")
    return placement


def _signed(placement: Placement, fields: list[str], as_whom: str, *, by: Membership) -> Placement:
    if person_of(by) is not None and person_of(by) == placement.participant.person:
        raise ValidationError("Nobody signs their own placement.")
    done = placement.leader_signed_at is not None and placement.hr_signed_at is not None
    if done:
        placement.state = Placement.State.SIGNED
    placement.save(update_fields=[*fields, "state"])
    audit.record("placement.signed", placement, by=by, after={"as": as_whom, "complete": done})
    if done:
        messages.placement_signed(placement)
    return placement
