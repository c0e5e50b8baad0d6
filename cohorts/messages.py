"""What people are told about programs, cohorts and placements."""

from amdp.identity.models import Membership
from cohorts.models import Cohort, Participant, Placement, Program, Stakeholder


def sign_off_asked(stakeholder: Stakeholder, program: Program, *, by: Membership) -> None:
    """Ask one stakeholder for the signature."""


def program_returned(stakeholder: Stakeholder, program: Program) -> None:
    """Tell L&D admins what a stakeholder wants changed."""


def program_signed_off(program: Program) -> None:
    """Tell L&D admins that everybody has signed."""


def nominations_open(cohort: Cohort) -> None:
    """Tell leaders that they can nominate."""


def enrolled(participant: Participant) -> None:
    """Welcome one participant."""


def graduated(participant: Participant) -> None:
    """Congratulate one graduate and ask whether they would mentor or teach."""


def placement_proposed(placement: Placement) -> None:
    """Ask the leader and HR for their signatures."""


def placement_signed(placement: Placement) -> None:
    """Tell the graduate and whoever proposed it."""
