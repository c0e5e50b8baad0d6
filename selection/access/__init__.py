"""Who sees and does what in a selection.

A candidate sees nothing before the release, not even that a nomination exists, whatever other roles the
same human holds: every queryset here leaves out one's own file until then.
"""

from selection.access.approvals import (
    asked_of,
    can_decide_nomination,
    capacity_to_decide,
    not_decided_before,
    open_approval,
)
from selection.access.assessment import (
    NOT_THE_PANEL,
    assigned_to,
    can_read_scores,
    can_score,
    is_assessor,
    visible_assessors,
    visible_assignments,
    visible_scoresheets,
)
from selection.access.candidates import (
    NOT_TAKEN_OUT,
    visible_candidates,
    visible_outcomes,
)
from selection.access.delegations import (
    NO_PERSON,
    NOTHING_TO_HAND_OVER,
    acting_for,
    can_delegate,
    can_revoke_delegation,
    possible_delegates,
    visible_delegations,
)
from selection.access.exceptions import (
    NOT_ASKED_HERE,
    NOT_SECOND,
    can_ask_exception,
    can_be_second,
    can_decide_exception,
    visible_exceptions,
)
from selection.access.nominations import (
    can_edit_nomination,
    can_nominate,
    can_withdraw_nomination,
    nominatable_people,
    nominates,
    visible_nominations,
    why_closed,
    window_is_open,
)
from selection.access.setup import (
    LOCKED,
    NOT_THE_PLAN,
    READS_SELECTION,
    can_begin_plan,
    can_change_part,
    can_run_plan,
    can_run_selection,
    visible_plans,
    visible_selections,
    why_over,
)
from selection.access.slate import (
    RELEASED,
    can_decide_slate,
    visible_decisions,
    visible_slates,
)

__all__ = [
    "LOCKED",
    "NOTHING_TO_HAND_OVER",
    "NOT_ASKED_HERE",
    "NOT_SECOND",
    "NOT_TAKEN_OUT",
    "NOT_THE_PANEL",
    "NOT_THE_PLAN",
    "NO_PERSON",
    "READS_SELECTION",
    "RELEASED",
    "acting_for",
    "asked_of",
    "assigned_to",
    "can_ask_exception",
    "can_be_second",
    "can_begin_plan",
    "can_change_part",
    "can_decide_exception",
    "can_decide_nomination",
    "can_decide_slate",
    "can_delegate",
    "can_edit_nomination",
    "can_nominate",
    "can_read_scores",
    "can_revoke_delegation",
    "can_run_plan",
    "can_run_selection",
    "can_score",
    "can_withdraw_nomination",
    "capacity_to_decide",
    "is_assessor",
    "nominatable_people",
    "nominates",
    "not_decided_before",
    "open_approval",
    "possible_delegates",
    "visible_assessors",
    "visible_assignments",
    "visible_candidates",
    "visible_decisions",
    "visible_delegations",
    "visible_exceptions",
    "visible_nominations",
    "visible_outcomes",
    "visible_plans",
    "visible_scoresheets",
    "visible_selections",
    "visible_slates",
    "why_closed",
    "why_over",
    "window_is_open",
]
