"""What can happen to a journey: its template, its dates, the work, the sessions."""

from curriculum.services.activities import complete_activity
from curriculum.services.projects import (
    confirm_project,
    return_project,
    save_draft,
    start_project,
    submit_project,
)
from curriculum.services.schedule import schedule_journey, set_joined_on
from curriculum.services.sessions import (
    add_session,
    cancel_session,
    change_session,
    give_seats,
    name_facilitators,
    record_attendance,
)
from curriculum.services.template import (
    copy_blueprint,
    delete_activity,
    delete_module,
    move_activity,
    move_module,
    save_activity,
    save_module,
)

__all__ = [
    "add_session",
    "cancel_session",
    "change_session",
    "complete_activity",
    "confirm_project",
    "copy_blueprint",
    "delete_activity",
    "delete_module",
    "give_seats",
    "move_activity",
    "move_module",
    "name_facilitators",
    "record_attendance",
    "return_project",
    "save_activity",
    "save_draft",
    "save_module",
    "schedule_journey",
    "set_joined_on",
    "start_project",
    "submit_project",
]
