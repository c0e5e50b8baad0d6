"""What the worker does for selections. Tasks take ids and are safe to run twice."""

from amdp.tenancy.context import organization_context
from amdp.tenancy.tasks import organization_task


def directory_changed(organization_id: int) -> None:
    """Named in ``settings.DIRECTORY_CHANGED``: what the rules say of candidates may be different now."""
    reevaluate.delay(organization_id)


@organization_task(name="selection.tasks.reevaluate")
def reevaluate(organization_id: int) -> None:
    """Read the rules of every cohort that takes nominations anew."""
    from selection.models import EligibilityResult
    from selection.services.eligibility import evaluate_all

    with organization_context(organization_id):
        evaluate_all(EligibilityResult.Why.DIRECTORY)
