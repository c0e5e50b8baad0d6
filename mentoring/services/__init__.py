"""What can happen to mentors, matches, pairs, sessions, check-ins and pulses."""

from mentoring.services.check_ins import answer_check_in, plan_pulse, withdraw_pulse
from mentoring.services.matching import exclude_pair, forget_wish, pin_pair, save_settings, start_run
from mentoring.services.mentors import (
    decline_invitation,
    invite_mentors,
    pause_mentor,
    resume_mentor,
    save_profile,
)
from mentoring.services.mentorships import end_mentorship, end_withdrawn, publish_run
from mentoring.services.sessions import (
    NextStep,
    SessionFacts,
    ask_to_amend,
    confirm_session,
    edit_session,
    finish_action,
    log_session,
)

__all__ = [
    "NextStep",
    "SessionFacts",
    "answer_check_in",
    "ask_to_amend",
    "confirm_session",
    "decline_invitation",
    "edit_session",
    "end_mentorship",
    "end_withdrawn",
    "exclude_pair",
    "finish_action",
    "forget_wish",
    "invite_mentors",
    "log_session",
    "pause_mentor",
    "pin_pair",
    "plan_pulse",
    "publish_run",
    "resume_mentor",
    "save_profile",
    "save_settings",
    "start_run",
    "withdraw_pulse",
]
