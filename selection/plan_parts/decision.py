"""How the selection ends: whether HR signs the slate, and how long somebody selected has to answer."""

from cohorts.models import Cohort
from selection.models import SelectionPlan, Stage
from selection.plan_parts.base import Part


def store_decision(plan: SelectionPlan, *, needs_signature: bool, offer_days: int) -> None:
    """Write both."""
    plan.needs_signature, plan.offer_days = needs_signature, offer_days
    plan.save(update_fields=["needs_signature", "offer_days"])


def days_text(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _content(plan: SelectionPlan) -> dict[str, str]:
    return {
        "HR co-signs the slate": "Yes" if plan.needs_signature else "No",
        "To answer an offer": days_text(plan.offer_days),
    }


def _propose(plan: SelectionPlan) -> None:
    """Signed by HR, ten days to answer, as stored."""


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_decision(target, needs_signature=source.needs_signature, offer_days=source.offer_days)


def _missing(plan: SelectionPlan) -> list[str]:
    return []


def _said(plan: SelectionPlan) -> str:
    signed = "HR signs the slate" if plan.needs_signature else "Released without a signature of HR"
    return f"{signed}; {days_text(plan.offer_days)} to answer an offer"


PART = Part(
    key="decision",
    title="Signature and offers",
    about="Whether HR signs the slate before the release, and how long those selected have to answer.",
    stage=Stage.Kind.DECISION,
    last=Cohort.State.RUNNING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
