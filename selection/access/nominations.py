"""Who nominates, and who reads a nomination."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from amdp.directory.access import leads
from amdp.directory.models import Person
from amdp.directory.queries import below, employed, person_of
from amdp.identity.models import Membership
from cohorts.models import Cohort
from selection.access.approvals import seen_by
from selection.access.setup import READS_SELECTION, hidden_cohorts
from selection.days import today_in
from selection.models import Nomination


def can_nominate(member: Membership, cohort: Cohort) -> bool:
    """Anyone with a line, while the window is open."""
    return leads(member) and window_is_open(cohort)


def window_is_open(cohort: Cohort) -> bool:
    """Whether the cohort takes nominations today, by the calendar of its plan: the same moment for all."""
    within = cohort.nominations_open_on <= today_in(cohort) <= cohort.nominations_close_on
    return cohort.state == Cohort.State.NOMINATING and within


def why_closed(cohort: Cohort) -> str:
    """Why one cannot nominate now."""
    if cohort.state != Cohort.State.NOMINATING:
        return f"{cohort} does not take nominations at this stage."
    return f"Leaders nominate for {cohort} from the own line, while its window is open."


def nominatable_people(member: Membership) -> QuerySet[Person]:
    """The own line, without the member: whom a leader may nominate."""
    person = person_of(member)
    if person is None:
        return Person.objects.none()
    return below(person).filter(employed()).select_related("grade", "manager")


def visible_nominations(member: Membership) -> QuerySet[Nomination]:
    """L&D and HR: all but drafts, unless they are in that selection. Leaders: their own and those they are
    asked to approve. The nominee: the approved ones, after the release."""
    nominations = Nomination.objects.select_related("candidate__person", "candidate__cohort", "nominator")
    person = person_of(member)
    seen = Q(pk__in=[])
    if member.has(*READS_SELECTION):
        seen = ~Q(state=Nomination.State.DRAFT) & ~Q(candidate__cohort__in=hidden_cohorts(member))
    seen |= Q(Exists(seen_by(member).filter(nomination=OuterRef("pk"))))
    if person is None:
        return nominations.filter(seen)
    seen |= Q(nominator=person)
    own = Q(candidate__person=person)
    told = own & Q(candidate__cohort__released_at__isnull=False, state=Nomination.State.APPROVED)
    return nominations.filter((seen & ~own) | told)


def nominates(member: Membership, nomination: Nomination) -> bool:
    """Whether the nomination is the member's own."""
    person = person_of(member)
    return person is not None and person.pk == nomination.nominator_id


def can_edit_nomination(member: Membership, nomination: Nomination) -> bool:
    """Its nominator, while it is a draft and the window is open, or a question waits and nominations are
    not closed yet."""
    cohort = nomination.candidate.cohort
    if nomination.state == Nomination.State.RETURNED:
        open_ = cohort.state == Cohort.State.NOMINATING
    else:
        open_ = window_is_open(cohort)
    return nominates(member, nomination) and nomination.is_editable and open_


def can_withdraw_nomination(member: Membership, nomination: Nomination) -> bool:
    """Its nominator, until it is decided."""
    return nominates(member, nomination) and nomination.state in Nomination.OPEN
