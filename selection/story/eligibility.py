"""What the rules said, and which of them was let pass."""

from collections.abc import Iterator

from selection.eligibility import sentence
from selection.models import EligibilityException
from selection.queries.standing import read, results_of
from selection.story.base import Event, Fill, Reading, staff


def events(reading: Reading) -> Iterator[Event]:
    """Exceptions, for leaders only those that let a rule pass; what the rules said first and each time the verdict
    changed. Of the same moment an exception comes first: the rules are read anew because of it."""
    for exception in reading.exceptions:
        yield from _exception(exception)
    yield from _rules(reading)


def _rules(reading: Reading) -> Iterator[Event]:
    icon = "list-check"  # icon
    for number, result in enumerate(results_of(reading.candidate)):
        if number and not result.has_flipped:
            continue
        found = read(result.groups)
        fill = {"verdict": found.verdict.lower(), "tally": found.tally}
        if not number:
            said = "rules read: {verdict}, {tally}"
            yield Event(result.evaluated_at, "rules.read", said, fill, icon=icon, to_person=True)
            continue
        again = (
            "meets the eligibility rules again" if result.is_met else "no longer meets the eligibility rules"
        )
        why = f"{result.get_why_display()}." + (f" Not met: {sentence(found.unmet)}." if found.unmet else "")
        yield Event(result.evaluated_at, "rules.changed", again, fill, why, icon, to_person=True)


def _exception(exception: EligibilityException) -> Iterator[Event]:
    icon = "shield-check"  # icon
    fill: Fill = {"who": staff(exception.asked_by), "rule": exception.rule}
    asked = "{who} asked for an exception: {rule}"
    yield Event(exception.asked_at, "exception.asked", asked, fill, exception.reason, icon, True)
    if exception.decided_at:
        fill = {"who": staff(exception.decided_by), "rule": exception.rule}
        fill["word"] = exception.get_state_display().lower()
        said = "{who} {word} the exception: {rule}"
        yield Event(exception.decided_at, "exception.decided", said, fill, exception.remark, icon, True)
