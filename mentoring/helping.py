"""In words: what would help those whom a match left without a mentor. For the pages and for the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from amdp.web.time import place_of
from mentoring.matching.changes import Change
from mentoring.models import LANGUAGES, MatchPair, MatchRun, Mentor

PINNED_WITH_IT = {Change.ALLOW, Change.COMMON_HOURS, Change.LANGUAGE}


@dataclass(frozen=True)
class Help:
    """One change that gives a person a mentor."""

    change: Change
    sentence: str
    mentor: Mentor | None  # whom it is about first of all

    @property
    def may_pin(self) -> bool:
        """Whether pinning the pair is all it takes."""
        return self.change in PINNED_WITH_IT


@dataclass(frozen=True)
class Together:
    """What all without a mentor need: why, the fewest places more, mentors more."""

    reasons: list[str]
    places_needed: int
    places: list[str]
    mentors: list[str]


def helps_of(pairs: Iterable[MatchPair]) -> dict[int, list[Help]]:
    """By pair the changes that would give the person a mentor, the lightest first; one query for all."""
    listed = [one for one in pairs if one.remedies]
    mentors = _mentors(pk for one in listed for remedy in one.remedies for pk in remedy["mentors"])
    return {
        one.pk: [helping for remedy in one.remedies if (helping := _help(remedy, one, mentors))]
        for one in listed
    }


def together(run: MatchRun) -> Together | None:
    """What all without a mentor in this match need; None where everybody has one, or it was not worked out."""
    found = run.outlook
    if not found or not found["people"]:
        return None
    mentors = _mentors(one["mentor"] for one in found["places"])
    return Together(
        reasons=_reasons(found),
        places_needed=sum(one["places"] for one in found["places"]),
        places=[_place(one, mentors) for one in found["places"] if one["mentor"] in mentors],
        mentors=[_wanted(one, run, found["people"]) for one in found["wanted"]],
    )


def _mentors(pks: Iterable[int]) -> dict[int, Mentor]:
    wanted = set(pks)
    return Mentor.objects.select_related("person").in_bulk(wanted) if wanted else {}


def _help(remedy: dict[str, Any], pair: MatchPair, mentors: dict[int, Mentor]) -> Help | None:
    change, who = Change(remedy["change"]), pair.participant.person.first_name
    if change == Change.MENTOR:
        return Help(change, f"{_kind(remedy['wanted'], pair.run)} could take {who}.", None)
    first = mentors.get(remedy["mentors"][0])
    return None if first is None else Help(change, _sentence(change, remedy, who, first), first)


def _sentence(change: Change, remedy: dict[str, Any], who: str, first: Mentor) -> str:
    count = remedy["mentor_count"]
    could = f"{first} could take {who}" if count == 1 else f"{count} mentors could take {who}, best {first}"
    if change == Change.ALLOW:
        return f"{could}, if the pair were not ruled out."
    if change == Change.LANGUAGE:
        return f"{could}, if {language(remedy['language'])} is fine."
    if change == Change.PAUSE:
        return f"{could}, once the pause ends."
    if change == Change.COMMON_HOURS:
        return f"{could}, if {_hours_in_common(remedy['common_hours'])}."
    full = "" if count == 1 else f"{'Both' if count == 2 else f'All {count}'} possible mentors are full. "
    others = remedy["waiting"]
    waits = f" {others} {'other waits' if others == 1 else 'others wait'} for it too." if others else ""
    return f"{full}{first} would have a place with {_hours(remedy['hours_a_month'])} a month more.{waits}"


def _reasons(found: dict[str, Any]) -> list[str]:
    reasons = []
    if found["places"]:
        mentors = _counted(found["full"], "mentor", "mentors")
        places = _counted(found["seats"], "place", "places") if found["seats"] else "no free place"
        who = _counted(found["sharing"], "participant", "participants")
        reasons.append(f"{who} can only have {mentors} with {places}.")
    if found["nobody"]:
        reasons.append(f"For {found['nobody']} no mentor in the pool is possible by the rules.")
    return reasons


def _place(one: dict[str, Any], mentors: dict[int, Mentor]) -> str:
    places = _counted(one["places"], "place", "places")
    return f"{mentors[one['mentor']]}: {_hours(one['hours_a_month'])} a month more, {places}"


def _wanted(one: dict[str, Any], run: MatchRun, everybody: int) -> str:
    count = one["people"]
    return f"{_kind(one, run)}: {count} of {everybody} {'gets' if count == 1 else 'get'} a mentor"


def _kind(wanted: dict[str, Any], run: MatchRun) -> str:
    """ "A mentor (market JP) who speaks Japanese, shares 2 working hours with Tokyo and has 2 hours a month"."""
    one = wanted["people"] == 1
    time = f"{'has' if one else 'have'} {_hours(wanted['hours_a_month'])} a month{'' if one else ' in all'}"
    parts = [time]
    if wanted["zone"]:
        common = _hours(float(run.rules["common_hours"]), "working hour")
        place = place_of(wanted["zone"])
        parts.insert(0, f"{'shares' if one else 'share'} {common} with {place}")
    if wanted["language"]:
        parts.insert(0, f"{'speaks' if one else 'speak'} {language(wanted['language'])}")
    said = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    market = f" (market {wanted['market']})" if wanted["market"] else ""
    return f"{'A mentor' if one else 'Mentors'}{market} who {said}"


def _hours_in_common(hours: float) -> str:
    if not hours:
        return "no working hour in common is needed"
    return f"{_hours(hours, 'working hour')} in common {'is' if hours == 1 else 'are'} enough"


def _hours(hours: float, noun: str = "hour") -> str:
    return f"{hours:g} {noun}{'' if hours == 1 else 's'}"


def language(code: str) -> str:
    """A language as people call it."""
    return LANGUAGES.get(code, code)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
