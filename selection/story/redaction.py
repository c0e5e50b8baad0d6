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
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SOMEBODY = "somebody else"


class Names:
    """Says who somebody is by their part, for those whose part is hidden: the same person is always called the
    same within one file, and a number tells several of one part apart. Everybody else keeps their name.

    In free text those hidden give way too, also where they are called “E. Walsh”, “Walsh” or “Erin”, and so do
    ``others`` (first and last name), except for a first name alone: first names of many would take ordinary words
    along. A name that could be that of the person, or of somebody who keeps theirs, stays. E-mail addresses go,
    whose ever they are, but ``address``, the own one.
    """

    def __init__(
        self,
        events: Iterable[Event],
        *,
        hidden: Iterable[Part],
        others: Iterable[tuple[str, str]] = (),
        keep: str = "",
        address: str = "",
    ) -> None:
        self.hidden = frozenset(hidden)
        self.keep, self.address = keep, address.lower()
        self.order: dict[Part, list[str]] = {}
        for event in events:
            for who in event.people.values():
                self._meet(who)
        self.said = self._said(others)
        longest = "|".join(re.escape(way) for way in sorted(self.said, key=len, reverse=True))
        self.names = re.compile(rf"(?<!\w)(?:{longest})(?!\w)" if longest else r"(?!)")

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
        """Free text without the names and addresses of those hidden and of others."""
        return self.names.sub(lambda found: self.said[found[0]], ADDRESS.sub(self._address, text))

    def _address(self, found: re.Match[str]) -> str:
        return found[0] if found[0].lower() == self.address else "an e-mail address"

    def _meet(self, who: Who) -> None:
        names = self.order.setdefault(who.part, [])
        if who.name not in names and who.name != LEFT:
            names.append(who.name)

    def _said(self, others: Iterable[tuple[str, str]]) -> dict[str, str]:
        """What is said instead of each way to write a name."""
        said = {way: SOMEBODY for first, last in others for way in _ways(first, last)}
        hidden, named = self._hidden(), {self.keep} - {""}
        for name, part in hidden.items():
            first, _, last = name.partition(" ")
            said |= dict.fromkeys(_ways(first, last), part)
            said.setdefault(first, part)
        for part in self.order.keys() - self.hidden:
            named |= {one for name in self.order[part] for one in JOINED.split(name)} - hidden.keys()
        stay = {way for name in named for way in _ways(*name.split(" ", 1))} | set(self.keep.split())
        found = {way: words for way, words in said.items() if len(way) > 2 and way not in stay}
        # found first, so that no part of a name that stays is taken for somebody else
        return found | {name: name for name in named}

    def _hidden(self) -> dict[str, str]:
        """Everybody hidden, and what they are called; who acts for somebody apart from them."""
        found: dict[str, str] = {}
        for part in (part for part in self.order if part in self.hidden):
            for name in self.order[part]:
                if name != self.keep:
                    found |= dict.fromkeys(JOINED.split(name), self.say(Who(name, part)))
        return found


def _ways(first: str, last: str = "") -> list[str]:
    """How people write somebody’s name: whole, “E. Walsh”, “Walsh, Erin”, “Walsh”."""
    if not first or not last:
        return [first or last]
    return [f"{first} {last}", f"{first[0]}. {last}", f"{first[0]} {last}", f"{last}, {first}", last]
