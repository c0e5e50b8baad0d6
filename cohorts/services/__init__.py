"""What can happen to programs, cohorts, participants and placements."""

from cohorts.services.cohorts import move_cohort, open_cohort, save_cohort
from cohorts.services.participants import (
    answer_offer,
    defer,
    enroll,
    graduate,
    return_from_deferral,
    withdraw,
)
from cohorts.services.placements import (
    propose_placement,
    sign_placement_as_hr,
    sign_placement_as_leader,
    withdraw_placement,
)
from cohorts.services.programs import (
    archive_program,
    create_program,
    delete_part,
    move_part,
    save_part,
    save_program,
)
from cohorts.services.signoff import ask_for_sign_off, reopen, return_program, sign_off

__all__ = [
    "answer_offer",
    "archive_program",
    "ask_for_sign_off",
    "create_program",
    "defer",
    "delete_part",
    "enroll",
    "graduate",
    "move_cohort",
    "move_part",
    "open_cohort",
    "propose_placement",
    "reopen",
    "return_from_deferral",
    "return_program",
    "save_cohort",
    "save_part",
    "save_program",
    "sign_off",
    "sign_placement_as_hr",
    "sign_placement_as_leader",
    "withdraw",
    "withdraw_placement",
]
