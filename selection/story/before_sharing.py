"""What was asked beside the approvals: consent, endorsement, references."""

from collections.abc import Iterator
from itertools import chain

from selection.models import Consent, Endorsement, Nomination, NominationReference
from selection.story.base import Event, Part, Reading, Who

ENDORSED = {
    Endorsement.State.GIVEN: "{who} endorsed the nomination",
    Endorsement.State.DECLINED: "{who} did not endorse the nomination",
}
CONSENTED = {
    Consent.State.GIVEN: "{who} consented to be put forward",
    Consent.State.REFUSED: "{who} did not want to be put forward",
}


def events(reading: Reading) -> Iterator[Event]:
    """Asked and answered, of each nomination that may be read."""
    for nomination in reading.nominations:
        yield from chain(_endorsements(nomination), _consents(nomination), _references(nomination))


def _endorsements(nomination: Nomination) -> Iterator[Event]:
    icon = "thumb-up"  # icon
    own = Who(str(nomination.nominator), Part.PERSON)
    for number, one in enumerate(nomination.endorsements.all()):
        leader = Who(str(one.leader), Part.LEADER)
        fill = {"own": own, "who": leader}
        asked = (
            "{who} was asked instead"
            if number
            else "{own} nominated themselves and asked {who} to endorse it"
        )
        yield Event(one.asked_at, "endorsement.asked", asked, fill, icon=icon, to_person=True)
        if one.answered_at and one.state in ENDORSED:
            sentence = ENDORSED[Endorsement.State(one.state)]
            yield Event(one.answered_at, "endorsement.answered", sentence, fill, one.words, icon, True)


def _consents(nomination: Nomination) -> Iterator[Event]:
    icon = "heart-handshake"  # icon
    fill = {"who": Who(str(nomination.candidate.person), Part.PERSON)}
    for one in nomination.consents.all():
        asked = "{who} was asked whether to be put forward"
        yield Event(one.asked_at, "consent.asked", asked, fill, icon=icon, to_person=True)
        if one.answered_at and one.state in CONSENTED:
            sentence = CONSENTED[Consent.State(one.state)]
            yield Event(one.answered_at, "consent.answered", sentence, fill, one.words, icon, True)


def _references(nomination: Nomination) -> Iterator[Event]:
    icon = "quote"  # icon
    for one in nomination.references.all():
        fill = {"who": Who(str(one.person or one.typed), Part.REFEREE)}
        if one.asked_at:
            asked = "{who} was asked for a statement"
            yield Event(one.asked_at, "reference.asked", asked, fill, icon=icon, to_person=True)
        if one.answered_at and one.state == NominationReference.State.ANSWERED:
            gave = "{who} gave a statement"
            yield Event(one.answered_at, "reference.answered", gave, fill, one.statement, icon, True)
