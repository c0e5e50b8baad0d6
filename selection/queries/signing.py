"""HR's signature of a slate: whether it takes one, whose it can be, what it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from amdp.identity.models import Membership, Role
from selection.access.slate import may_sign
from selection.models import Decision, SelectionPlan, Signature, Slate
from selection.notices.common import impartial
from selection.queries.slate import within_cut

Outcome, Reason = Decision.Outcome, Decision.Reason


def needs_signature(slate: Slate) -> bool:
    """Whether the cohort's plan asks HR to sign; yes while there is none."""
    plan = SelectionPlan.objects.filter(cohort=slate.cohort_id)
    return plan.values_list("needs_signature", flat=True).first() is not False


def why_unsigned(slate: Slate) -> list[str]:
    """A sentence where HR's signature is still missing before the release."""
    if slate.state in (Slate.State.SIGNED, Slate.State.RELEASED) or not needs_signature(slate):
        return []
    if slate.state == Slate.State.WITH_HR:
        return ["HR has not signed yet."]
    return ["Ask HR to co-sign."]


def signatures_of(slate: Slate) -> list[Signature]:
    """Every signature asked for, newest first."""
    return list(slate.signatures.select_related("asked_by__user", "answered_by__user", "void_by__user"))


def signers_of(slate: Slate, asked_by: Membership) -> list[Membership]:
    """Who of HR can sign when this member asks."""
    analysts = impartial(slate.cohort, Role.HR_ANALYST)
    return [each for each in analysts if may_sign(each, slate, asked_by)]


@dataclass(frozen=True)
class ToSign:
    """What whoever signs looks at first: counts, and each decision against the ranking."""

    counts: dict[str, int]
    against: list[Decision]


def to_sign(slate: Slate, decisions: Sequence[Decision]) -> ToSign:
    """No query."""
    cut = within_cut(slate, decisions)
    against = [
        each
        for each in decisions
        if each.outcome and each.reason not in (Reason.RANK, Reason.KNOCK_OUT)
        if (each.outcome == Outcome.SELECTED) != (each.pk in cut) or each.remark
    ]
    return ToSign({key: sum(each.outcome == key for each in decisions) for key in Outcome.values}, against)
