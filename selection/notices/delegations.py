"""What people are told of delegations."""

from django.urls import reverse

from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.services import Message, notify, withdraw
from amdp.web.time import day
from selection.days import today_of
from selection.models import Delegation
from selection.notices.common import morning

GIVEN = "selection.delegation_given"


def delegation_given(delegation: Delegation) -> None:
    """Tell the delegate: at once when it begins today, else at once and on the morning of the first day."""
    delegate = delegation.delegate
    notify(delegate, _given(delegation, GIVEN), about=delegation)
    if delegation.from_on > today_of(delegate):
        begins = _given(delegation, f"{GIVEN}_today")
        notify(delegate, begins, about=delegation, not_before=morning(delegate, delegation.from_on))


def _given(delegation: Delegation, kind: str) -> Message:
    principal = delegation.principal
    return Message(
        kind=kind,
        subject=f"Act for {principal} from {day(delegation.from_on)} until {day(delegation.until_on)}",
        why=f"{principal} has named you: within these days you act in {principal.first_name}’s name.",
        body=(
            f"You stand in where {principal.first_name} {delegation.duties_text}.",
            f"Reason: {delegation.why}",
            f"Everybody reads that you acted for {principal}. {principal.first_name} may still act too.",
        ),
        action="See what waits",
        path=_list(delegation),
    )


def delegation_revoked(delegation: Delegation, *, by: Membership) -> None:
    """Tell the other side that it is over; what was planned for its first day is taken back."""
    withdraw(f"{GIVEN}_today", delegation)
    other = _other_side(delegation, by)
    message = Message(
        kind="selection.delegation_revoked",
        subject=f"{delegation.delegate} no longer acts for {delegation.principal}",
        why=f"{by} has ended the delegation that would have lasted until {day(delegation.until_on)}.",
        action="See delegations",
        path=_list(delegation),
    )
    notify(other, message, about=delegation)


def _other_side(delegation: Delegation, by: Membership) -> Person:
    ended_by_principal = delegation.principal.membership_id == by.pk
    return delegation.delegate if ended_by_principal else delegation.principal


def _list(delegation: Delegation) -> str:
    return reverse("selection:delegation_list", kwargs={"org": delegation.organization.slug})
