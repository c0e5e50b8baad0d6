"""What can happen in a selection."""

from selection.services.approvals import approve_several, decide_nomination
from selection.services.assessment import (
    Mark,
    drop_observation,
    note_observation,
    save_scores,
    sort_observation,
    submit_scoresheet,
)
from selection.services.bulk import bring_in_file
from selection.services.calibration import (
    MovedMeanwhile,
    close_calibration,
    invite_to_calibration,
    move_candidate,
    note_in_calibration,
    open_calibration,
    take_out_of_calibration,
)
from selection.services.candidates import withdraw_candidate
from selection.services.conflicts import (
    ask_to_keep,
    decide_to_keep,
    exclude_ratings,
    include_ratings,
    reassign_sheets,
)
from selection.services.consensus import agree_consensus, write_consensus
from selection.services.dayplan import (
    DaysWish,
    DayWish,
    RoomWish,
    cancel_days,
    move_slot,
    publish_days,
    set_up_days,
    take_out_slot,
)
from selection.services.delegations import delegate_to, revoke_delegation
from selection.services.exceptions import ask_exception, decide_exception
from selection.services.feedback import check_feedback, edit_feedback, print_feedback
from selection.services.files import ask_for_file
from selection.services.materials import add_material, remove_material, replace_material
from selection.services.nominations import (
    draft_nomination,
    edit_nomination,
    remind_nominators,
    submit_nomination,
    withdraw_nomination,
)
from selection.services.nudges import nudge_leader
from selection.services.panel import (
    add_assessor,
    assign_assessor,
    assign_evenly,
    pin_scoresheet,
    remove_assessor,
    unassign_assessor,
)
from selection.services.plan import begin_plan, change_plan, set_up_selection
from selection.services.references import answer_reference
from selection.services.reliability import work_out_reliability
from selection.services.retention import lift_hold, place_hold, set_retention
from selection.services.revisions import revise_nomination
from selection.services.runs import start_assessment_run, stop_assessment_run
from selection.services.several import draft_several, submit_several
from selection.services.sharing import answer_consent, answer_endorsement
from selection.services.slate import (
    accept_ranking,
    ask_signature,
    decide,
    draw_slate,
    move_reserve,
    release_slate,
    return_slate,
    schedule_release,
    sign_slate,
    unschedule_release,
)
from selection.services.slate.letters import edit_letter, restore_letter
from selection.services.slate.offers import accept_offer, decline_offer, leave_reserve, offer_free_seat

__all__ = [
    "DayWish",
    "DaysWish",
    "Mark",
    "MovedMeanwhile",
    "RoomWish",
    "accept_offer",
    "accept_ranking",
    "add_assessor",
    "add_material",
    "agree_consensus",
    "answer_consent",
    "answer_endorsement",
    "answer_reference",
    "approve_several",
    "ask_exception",
    "ask_for_file",
    "ask_signature",
    "ask_to_keep",
    "assign_assessor",
    "assign_evenly",
    "begin_plan",
    "bring_in_file",
    "cancel_days",
    "change_plan",
    "check_feedback",
    "close_calibration",
    "decide",
    "decide_exception",
    "decide_nomination",
    "decide_to_keep",
    "decline_offer",
    "delegate_to",
    "draft_nomination",
    "draft_several",
    "draw_slate",
    "drop_observation",
    "edit_feedback",
    "edit_letter",
    "edit_nomination",
    "exclude_ratings",
    "include_ratings",
    "invite_to_calibration",
    "leave_reserve",
    "lift_hold",
    "move_candidate",
    "move_reserve",
    "move_slot",
    "note_in_calibration",
    "note_observation",
    "nudge_leader",
    "offer_free_seat",
    "open_calibration",
    "pin_scoresheet",
    "place_hold",
    "print_feedback",
    "publish_days",
    "reassign_sheets",
    "release_slate",
    "remind_nominators",
    "remove_assessor",
    "remove_material",
    "replace_material",
    "restore_letter",
    "return_slate",
    "revise_nomination",
    "revoke_delegation",
    "save_scores",
    "schedule_release",
    "set_retention",
    "set_up_days",
    "set_up_selection",
    "sign_slate",
    "sort_observation",
    "start_assessment_run",
    "stop_assessment_run",
    "submit_nomination",
    "submit_scoresheet",
    "submit_several",
    "take_out_of_calibration",
    "take_out_slot",
    "unassign_assessor",
    "unschedule_release",
    "withdraw_candidate",
    "withdraw_nomination",
    "work_out_reliability",
    "write_consensus",
]
