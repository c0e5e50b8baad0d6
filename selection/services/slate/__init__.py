"""A slate from the drawing up to the release."""

from selection.services.slate.deciding import accept_ranking, decide, move_reserve
from selection.services.slate.drawing import draw_slate
from selection.services.slate.releasing import (
    release_slate,
    release_when_due,
    schedule_release,
    unschedule_release,
)
from selection.services.slate.signing import ask_signature, return_slate, sign_slate

__all__ = [
    "accept_ranking",
    "ask_signature",
    "decide",
    "draw_slate",
    "move_reserve",
    "release_slate",
    "release_when_due",
    "return_slate",
    "schedule_release",
    "sign_slate",
    "unschedule_release",
]
