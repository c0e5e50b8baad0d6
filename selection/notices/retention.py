"""What L&D and the owners are told before files are deleted."""

from django.urls import reverse

from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.services import Message, Notice, notify_many
from amdp.web.time import day
from selection.queries.retention import Kept


def erasure_announced(kept: Kept) -> int:
    """How many files of which selection are deleted on which day, and what stops it. How many are told."""
    cohort = kept.cohort
    recipients: dict[int, Membership] = {}
    for role in (Role.LD_ADMIN, Role.OWNER):
        recipients |= {member.pk: member for member in members_with(cohort.organization, role)}
    assert kept.erase_on is not None  # nothing is announced that has no day
    on = day(kept.erase_on)
    files = "1 file" if kept.files == 1 else f"{kept.files} files"
    message = Message(
        kind="selection.deletion_announced",
        subject=f"{files} of {cohort} will be deleted on {on}",
        why="You look after selections, or after this organization.",
        body=(
            f"The files of people who did not take part in {cohort} were kept long enough. On {on} nominations, "
            "evidence, ratings, notes, decisions and letters about them are deleted; counts stay.",
            "If they are needed longer, place a legal hold with the reason before that day.",
        ),
        action="See what is deleted",
        path=reverse("selection:retention_detail", args=[cohort.organization.slug]),
    )
    period = kept.erase_on.isoformat()
    return notify_many(Notice(member, message, cohort, period) for member in recipients.values())
