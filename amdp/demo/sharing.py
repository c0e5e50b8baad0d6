"""Before a nomination is shared: what colleagues can say to it, and whether the nominee wants it."""

import datetime as dt

from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.directory.models import Person
from selection.models import Approval, Nomination, NominationReference
from selection.services import answer_consent, answer_reference

State = NominationReference.State
AN_HOUR = dt.timedelta(hours=1)
ABOUT = "Prepared two account reviews with {first} this year."
STATEMENTS = (
    "{first} prepares so well that the customer's people bring their own figures. In our last review {first} "
    "was asked to stay for the budget talk, which no supplier is.",
    "We split the account plan between us. {first} wrote the harder half, asked for criticism before it went up "
    "and changed what we found.",
    "What I would wish for {first} is somebody who shows how contracting works. Everything around it is there.",
)
CONSENTS = ("Thank you, gladly.", "", "Yes. I would like to keep my territory until summer.")


def reference_of(world: World, person: Person) -> list[dict[str, str]]:
    """A colleague who can say something, as the nominator types them: an account director of the same market."""
    directors = [world.person(one) for one in world.everybody if one.level == "director" and not one.left]
    near = [one for one in directors if one.market == person.market and one != person.manager]
    colleague = (near or directors)[person.pk % len(near or directors)]
    return [{"name": colleague.employee_number, "about": ABOUT.format(first=person.first_name)}]


def consents(world: World, nomination: Nomination, when: dt.datetime) -> Approval:
    """The nominee answers within the hour, and it goes up; most of those named as a reference have answered."""
    person = nomination.candidate.person
    with at(when + AN_HOUR):
        answer_consent(
            nomination.consents.get(),
            agrees=True,
            by=world.member_of(person),
            words=CONSENTS[person.pk % len(CONSENTS)],
        )
    for reference in nomination.references.filter(state=State.ASKED).select_related("person"):
        place = NominationReference.objects.exclude(state=State.NAMED).count()
        if place % 4:
            with at(when + 5 * AN_HOUR):
                answer_reference(
                    reference,
                    statement=STATEMENTS[place % len(STATEMENTS)].format(first=person.first_name),
                    by=world.member_of(reference.person),
                )
    return nomination.approvals.get(state=Approval.State.ASKED)
