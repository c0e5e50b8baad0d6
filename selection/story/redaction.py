"""People of a story as the parts they played: “an assessor”, “assessor 2”."""

import re
from collections.abc import Iterable

from selection.story.base import LEFT, Event, Part, Who

NUMBERED = {
    Part.ASSESSOR: "assessor",
    Part.PANEL: "speaker",
    Part.APPROVER: "approver",
    Part.REFEREE: "referee",
    Part.NOMINATOR: "nominator",
    Part.LEADER: "leader",
}
JOINED = re.compile(r" for | or |, endorsed by ")


class Names:
    """Says who somebody is by their part, for those whose part is hidden: the same person is always called the
    same within one file, and a number tells several of one part apart. Everybody else keeps their name.

    In free text the names of those hidden, full or the first alone, give way too, and the full names of
    ``others``: first names of many would take ordinary words along.
    """

    def __init__(
        self, events: Iterable[Event], *, hidden: Iterable[Part], others: Iterable[str] = (), keep: str = ""
    ) -> None:
        self.hidden = frozenset(hidden)
        self.keep = keep
        self.order: dict[Part, list[str]] = {}
        for event in events:
            for who in event.people.values():
                self._meet(who)
        self.mask = self._masks(others)

    def say(self, who: Who) -> str:
        """Their name, or their part."""
        if who.part not in self.hidden or who.name == self.keep:
            return who.name
        names = self.order.get(who.part, [])
        if who.part not in NUMBERED or len(names) < 2 or who.name not in names:
            return str(who.part.value)
        return f"{NUMBERED[who.part]} {names.index(who.name) + 1}"

    def text(self, event: Event) -> str:
        """The sentence of an event with people said like that."""
        return event.told({key: self.say(who) for key, who in event.people.items()})

    def words(self, text: str) -> str:
        """Free text without the names of those hidden and of others."""
        for pattern, instead in self.mask:
            text = pattern.sub(instead, text)
        return text

    def _meet(self, who: Who) -> None:
        names = self.order.setdefault(who.part, [])
        if who.name not in names and who.name != LEFT:
            names.append(who.name)

    def _masks(self, others: Iterable[str]) -> list[tuple[re.Pattern[str], str]]:
        said: dict[str, str] = {}
        for name in others:
            said[name] = "somebody else"
        for part, names in self.order.items():
            if part not in self.hidden:
                continue
            for name in names:
                for one in JOINED.split(name):
                    said[one] = self.say(Who(name, part))
                    said.setdefault(one.split(" ")[0], said[one])
        for own in (self.keep, *self.keep.split()):
            said.pop(own, None)
        whole = sorted((name for name in said if len(name) > 2), key=len, reverse=True)
        return [(re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"), said[name]) for name in whole]
