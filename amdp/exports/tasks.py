from amdp.exports import services
from amdp.tenancy.context import organization_context
from amdp.tenancy.tasks import organization_task


@organization_task(name="amdp.exports.tasks.make_export")
def make_export(organization_id: int, run_id: int) -> None:
    """Write a big file."""
    try:
        with organization_context(organization_id):
            services.make_file(run_id)
    except Exception:
        with organization_context(organization_id):
            services.fail_export(run_id)
        raise
