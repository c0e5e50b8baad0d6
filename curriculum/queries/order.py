"""Which modules open after which: in each track, modules in order follow one another."""

from collections.abc import Iterable

from django.db.models import Q

from curriculum.models import Module, ParticipantActivity

State = ParticipantActivity.State
# What waits for the manager holds up nothing.
ENOUGH = (State.DONE, State.EXCUSED, State.HANDED_IN)


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
