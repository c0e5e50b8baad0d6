"""Who is asked before a nomination is shared, and who speaks to it."""

from django.db.models import QuerySet

from amdp.directory.models import Person
from amdp.directory.queries import employed, person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.models import Consent, Endorsement, NominationReference

NOT_TAKING = "Nominations are closed, so this can no longer be answered."


def visible_endorsements(member: Membership) -> QuerySet[Endorsement]:
    """Those asked of the member: who nominated themselves and waits for them."""
    asked = Endorsement.objects.select_related(
        "nomination__candidate__person",
        "nomination__candidate__cohort__program",
        "nomination__nominator",
        "leader",
    )
    person = person_of(member)
    return asked.filter(leader=person).exclude(state=Endorsement.State.DROPPED) if person else asked.none()


def visible_consents(member: Membership) -> QuerySet[Consent]:
    """Those asked of the member: by whom they were nominated."""
    asked = Consent.objects.select_related(
        "nomination__candidate__person", "nomination__candidate__cohort__program", "nomination__nominator",
        "nomination__written_by",
    )  # fmt: skip
    person = person_of(member)
    own = asked.filter(nomination__candidate__person=person) if person else asked.none()
    return own.exclude(state=Consent.State.DROPPED)


def visible_references(member: Membership) -> QuerySet[NominationReference]:
    """Those asked of the member: about whom a statement is wanted, and what they said."""
    asked = NominationReference.objects.select_related(
        "person", "nomination__candidate__person", "nomination__candidate__cohort__program", "nomination__nominator",
        "nomination__written_by", "nomination__endorser",
    )  # fmt: skip
    person = person_of(member)
    wanted = [NominationReference.State.ASKED, NominationReference.State.ANSWERED]
    return asked.filter(person=person, state__in=wanted) if person else asked.none()


def takes_answers(cohort: Cohort) -> bool:
    """Whether what is asked before a nomination goes up can still be answered."""
    return cohort.state == Cohort.State.NOMINATING


def possible_referees() -> QuerySet[Person]:
    """Whom one may name: everybody who works here."""
    return Person.objects.filter(employed())
