"""A slate from the drawing up to the release."""

from selection.services.slate.deciding import accept_ranking, decide, move_reserve
from selection.services.slate.drawing import draw_slate
from selection.services.slate.releasing import release_slate

__all__ = ["accept_ranking", "decide", "draw_slate", "move_reserve", "release_slate"]
