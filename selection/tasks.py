"""What the worker does for selections. Tasks take ids and are safe to run twice."""

from amdp.tenancy.context import organization_context
from amdp.tenancy.tasks import organization_task


def directory_changed(organization_id: int) -> None:
    """Named in ``settings.DIRECTORY_CHANGED``: what the rules say of candidates may be different now,
    who decides on them, and who may score them."""
    reevaluate.delay(organization_id)
    reroute.delay(organization_id)
    flag_conflicts.delay(organization_id)


@organization_task(name="selection.tasks.reevaluate")
def reevaluate(organization_id: int) -> None:
    """Read the rules of every cohort that takes nominations anew."""
    from selection.models import EligibilityResult
    from selection.services.eligibility import evaluate_all

    with organization_context(organization_id):
        evaluate_all(EligibilityResult.Why.DIRECTORY)


@organization_task(name="selection.tasks.reroute")
def reroute(organization_id: int) -> None:
    """Ask whom each approval chain names now, where somebody left or the line changed."""
    from selection.clock import reroute_open

    reroute_open(organization_id)


@organization_task(name="selection.tasks.flag_conflicts")
def flag_conflicts(organization_id: int) -> None:
    """Find assessors who came too close to a candidate they score."""
    from selection.services.closeness import flag_all

    with organization_context(organization_id):
        flag_all()


@organization_task(name="selection.tasks.work_on_assessment")
def work_on_assessment(organization_id: int, run_id: int) -> None:
    """Give candidates their assessors, or plan the days; see ``selection/runs.py``."""
    from selection.runs import work_on  # loads the solvers: workers only

    work_on(organization_id, run_id)


@organization_task(name="selection.tasks.measure_sensitivity")
def measure_sensitivity(organization_id: int, slate_id: int) -> None:
    """Work out how far the ranking of a slate hangs on its weights, and keep it with the slate."""
    from selection.steadiness import measure  # loads numpy: workers only

    with organization_context(organization_id):
        measure(slate_id)


@organization_task(name="selection.tasks.measure_reliability")
def measure_reliability(organization_id: int, report_id: int) -> None:
    """Work out how far the assessors of a cohort agree."""
    from selection.agreement import measure  # loads numpy and scipy: workers only

    with organization_context(organization_id):
        measure(report_id)


@organization_task(name="selection.tasks.erase_files")
def erase_files(organization_id: int, cohort_id: int) -> None:
    """Delete the files of a selection whose day has come, one after the other."""
    from selection.services.retention import erase_cohort

    erase_cohort(organization_id, cohort_id)
