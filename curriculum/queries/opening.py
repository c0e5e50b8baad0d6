"""When something opens: on its day, and in each track when the module in order before it is done.

Until then it can be read, but neither started nor marked done. Pages, home, services and API ask here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from amdp.web.time import day
from curriculum.models import Module, ParticipantActivity
from curriculum.queries.progress import today_of

State = ParticipantActivity.State
# What waits for the manager holds up nothing.
ENOUGH = (State.DONE, State.EXCUSED, State.HANDED_IN)


@dataclass(frozen=True)
class Opening:
    """What keeps an activity closed: a day that has not come, a module before it, or both."""

    on: date | None
    after: Module | None

    @property
    def short(self) -> str:
        """``Opens Thu 4 Mar``, for where a button would be."""
        return f"Opens {day(self.on)}" if self.on else "Not open yet"

    @property
    def words(self) -> str:
        """``opens on Thu 4 Mar, when “Marketplace” is done``, in a line about the activity."""
        when = [f"on {day(self.on)}"] if self.on else []
        when += [f"when “{self.after}” is done"] if self.after else []
        return f"opens {', '.join(when)}"

    @property
    def sentence(self) -> str:
        """The same for whoever tries."""
        return f"This {self.words}."


def opening_of(item: ParticipantActivity) -> Opening | None:
    """What keeps the item closed for its participant today; None when it is open. At most one query."""
    if not _can_be_closed(item):
        return None
    return opening_from(item, today_of(item.participant), waits_for(item))


def opening_from(item: ParticipantActivity, today: date, after: Module | None) -> Opening | None:
    """The same from what is known: the participant's today and the module it waits for."""
    if not _can_be_closed(item) or (item.opens_on <= today and after is None):
        return None
    return Opening(item.opens_on if item.opens_on > today else None, after)


def _can_be_closed(item: ParticipantActivity) -> bool:
    """What has been begun stays open; a session is there for whoever has a seat."""
    return item.state == State.TO_DO and not item.activity.is_session


def waits_for(item: ParticipantActivity) -> Module | None:
    """The first module before it in the same track that is still open for this participant; in one query."""
    module = item.activity.module
    if module.rule != Module.Rule.IN_ORDER:
        return None
    before = Q(activity__module__position__lt=module.position) | Q(
        activity__module__position=module.position, activity__module__lt=module.pk
    )
    earlier = (
        ParticipantActivity.objects.filter(
            before,
            participant=item.participant_id,
            is_asked=True,
            activity__module__program=module.program_id,
            activity__module__track=module.track,
            activity__module__rule=Module.Rule.IN_ORDER,
        )
        .exclude(state__in=ENOUGH)
        .select_related("activity__module")
        .order_by("activity__module__position", "activity__module")
        .first()
    )
    return earlier.activity.module if earlier else None


def blockers(items: Iterable[ParticipantActivity]) -> dict[int, Module]:
    """The same for all items of one participant at once, without a query: by module, what it waits for."""
    first_open: dict[str, Module] = {}
    found: dict[int, Module] = {}
    in_order = [item for item in items if item.activity.module.rule == Module.Rule.IN_ORDER]
    for item in sorted(in_order, key=lambda one: (one.activity.module.position, one.activity.module_id)):
        module = item.activity.module
        earlier = first_open.get(module.track)
        if earlier is not None and earlier.pk != module.pk:
            found[module.pk] = earlier
        elif item.is_asked and item.state not in ENOUGH:
            first_open.setdefault(module.track, module)
    return found
