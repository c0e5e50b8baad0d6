from collections.abc import Callable

from amdp.imports import progress, services
from amdp.tenancy.context import organization_context
from amdp.tenancy.tasks import organization_task

Work = Callable[..., None]


@organization_task(name="amdp.imports.tasks.check_run")
def check_run(organization_id: int, run_id: int) -> None:
    """The dry run of an uploaded file."""
    _work(services.check_run, organization_id, run_id)


@organization_task(name="amdp.imports.tasks.import_run")
def import_run(organization_id: int, run_id: int) -> None:
    """The import of a checked file."""
    _work(services.import_run, organization_id, run_id)


def _work(verb: Work, organization_id: int, run_id: int) -> None:
    try:
        with organization_context(organization_id):
            verb(run_id, progress=progress.teller(organization_id, run_id))
    except Exception:
        with organization_context(organization_id):
            services.fail_run(run_id)
        raise
    finally:
        progress.forget(organization_id, run_id)
