"""What leaders are told of whom they could nominate."""

from datetime import date

from amdp.notifications.services import Message, notify
from amdp.web.time import day
from cohorts.models import Cohort
from selection.notices.common import path
from selection.queries.equity import Rate


def leader_nudged(cohort: Cohort, line: Rate, *, on: date) -> bool:
    """How many of the line are eligible and until when; once a day. Whether it is told now."""
    leader = line.leader
    assert leader is not None  # a line is somebody's
    people = "1 person" if line.eligible == 1 else f"{line.eligible} people"
    are = "is" if line.eligible == 1 else "are"
    so_far = f"{line.nominated} of them {'is' if line.nominated == 1 else 'are'} nominated so far."
    until = day(cohort.nominations_close_on)
    message = Message(
        kind="selection.leader_nudged",
        subject=f"Whom of your line would you nominate for {cohort}? Until {until}",
        why=f"{people} of your line {are} eligible for {cohort}.",
        body=(
            so_far if line.nominated else "None of them is nominated so far.",
            f"Nominations close on {until}.",
        ),
        action="See who is eligible",
        path=path("nominee_list", cohort, cohort.pk),
    )
    return notify(leader, message, about=cohort, period=on.isoformat()) is not None
