"""How the selection ends: who looks at the slate before the release, and how long somebody selected has to answer."""

from cohorts.models import Cohort
from selection.models import SelectionPlan, Stage
from selection.plan_parts.base import Part


def store_decision(
    plan: SelectionPlan, *, needs_signature: bool, offer_days: int, needs_impact_review: bool | None = None
) -> None:
    """Write all; whether adverse impact has to be reviewed stays as it is where nothing is said."""
    plan.needs_signature, plan.offer_days = needs_signature, offer_days
    if needs_impact_review is not None:
        plan.needs_impact_review = needs_impact_review
    plan.save(update_fields=["needs_signature", "offer_days", "needs_impact_review"])


def days_text(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _content(plan: SelectionPlan) -> dict[str, str]:
    return {
        "HR co-signs the slate": "Yes" if plan.needs_signature else "No",
        "Adverse impact is reviewed before the release": "Yes" if plan.needs_impact_review else "Not needed",
        "To answer an offer": days_text(plan.offer_days),
    }


def _propose(plan: SelectionPlan) -> None:
    """Signed by HR, ten days to answer, as stored."""


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_decision(
        target,
        needs_signature=source.needs_signature,
        offer_days=source.offer_days,
        needs_impact_review=source.needs_impact_review,
    )


def _missing(plan: SelectionPlan) -> list[str]:
    return []


def _said(plan: SelectionPlan) -> str:
    signed = "HR signs the slate" if plan.needs_signature else "Released without a signature of HR"
    signed += ", adverse impact is reviewed first" if plan.needs_impact_review else ""
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
