"""Who nominates, and who reads a nomination."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from amdp.directory.access import leads
from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import below, employed, person_of
from amdp.identity.models import Membership
from amdp.web.time import day, place_of
from cohorts.models import Cohort
from selection.access.approvals import seen_by
from selection.access.setup import READS_SELECTION, hidden_cohorts
from selection.days import today_in, zone_of
from selection.models import Delegation, Endorsement, Nomination, NominationTerms
from selection.queries.delegations import Duty, acts_for
from selection.queries.proposers import proposed_by


def acting_principals(member: Membership) -> list[Person]:
    """In whose name the member nominates today; asked once per membership object."""
    known: list[Person] | None = getattr(member, "_nominates_for", None)
    if known is None:
        known = list(acts_for(member, duty=Duty.NOMINATE)) if may_appear(member, Delegation.delegate) else []
        member._nominates_for = known  # type: ignore[attr-defined]
    return known


def can_nominate(member: Membership, cohort: Cohort) -> bool:
    """Anyone with a line, or who acts for somebody with one, while the window is open."""
    return (leads(member) or bool(acting_principals(member))) and window_is_open(cohort)


def can_nominate_oneself(member: Membership, cohort: Cohort) -> bool:
    """Whoever works here below a leader, while the window is open and where the plan allows it."""
    person = person_of(member)
    if person is None or person.manager_id is None or not window_is_open(cohort):
        return False
    plans = NominationTerms.objects.filter(plan__cohort=cohort, allows_self=True)
    return person.is_employed(today_in(cohort)) and plans.exists()


def window_is_open(cohort: Cohort) -> bool:
    """Whether the cohort takes nominations today, by the calendar of its plan: the same moment for all."""
    within = cohort.nominations_open_on <= today_in(cohort) <= cohort.nominations_close_on
    return cohort.state == Cohort.State.NOMINATING and within


def why_closed(cohort: Cohort) -> str:
    """Why one cannot nominate now."""
    if cohort.state != Cohort.State.NOMINATING:
        return f"{cohort} does not take nominations at this stage."
    zone = place_of(zone_of(cohort))
    if today_in(cohort) > cohort.nominations_close_on:
        return f"Nominations for {cohort} closed on {day(cohort.nominations_close_on)} in {zone}."
    if today_in(cohort) < cohort.nominations_open_on:
        return f"Nominations for {cohort} open on {day(cohort.nominations_open_on)} in {zone}."
    return f"Leaders nominate for {cohort} from the own line, while its window is open."


def nominatable_people(member: Membership, principal: Person | None = None) -> QuerySet[Person]:
    """The own line, or that of whom one acts for, without the member: whom one may nominate."""
    person = person_of(member)
    if person is None or (principal is not None and principal not in acting_principals(member)):
        return Person.objects.none()
    line = below(principal or person).filter(employed()).select_related("grade", "manager")
    return line.exclude(pk=person.pk) if principal else line


def visible_nominations(member: Membership) -> QuerySet[Nomination]:
    """L&D and HR: what is shared with those who decide, unless they are in that selection. Leaders: their own,
    those they are asked to approve or endorse; who acts for them the same. The nominee: the approved ones,
    after the release, and what they wrote about themselves until it is shared."""
    nominations = Nomination.objects.select_related(
        "candidate__person", "candidate__cohort", "nominator", "written_by", "endorser"
    )
    person = person_of(member)
    seen = Q(pk__in=[])
    if member.has(*READS_SELECTION):
        seen = ~Q(state__in=Nomination.UNSHARED) & ~Q(state=Nomination.State.WITHDRAWN, submitted_at=None)
        seen &= ~Q(candidate__cohort__in=hidden_cohorts(member))
    seen |= Q(Exists(seen_by(member).filter(nomination=OuterRef("pk"))))
    if person is None:
        return nominations.filter(seen)
    seen |= proposed_by(person)
    if may_appear(member, Endorsement.leader):
        asked = Endorsement.objects.filter(nomination=OuterRef("pk"), leader=person).order_by()
        seen |= Q(Exists(asked.exclude(state=Endorsement.State.DROPPED)))
    if principals := acting_principals(member):
        seen |= Q(nominator__in=principals) & ~Q(nominator=F("candidate__person"))
    own = Q(candidate__person=person)
    told = own & Q(candidate__cohort__released_at__isnull=False, state=Nomination.State.APPROVED)
    told |= own & Q(nominator=person, submitted_at=None)
    return nominations.filter((seen & ~own) | told)


def nominates(member: Membership, nomination: Nomination) -> bool:
    """Whether the nomination is in the member's hands: their own, or of somebody they act for. One of oneself
    goes over to the leader who endorses it."""
    person = person_of(member)
    if person is None:
        return False
    if nomination.is_own:
        return person.pk == (nomination.endorser_id or nomination.nominator_id)
    if person.pk == nomination.candidate.person_id:
        return False
    return person.pk == nomination.nominator_id or nomination.nominator in acting_principals(member)


def can_edit_nomination(member: Membership, nomination: Nomination) -> bool:
    """Who has it in hand, while it is a draft and the window is open, or a question waits and nominations are
    not closed yet."""
    cohort = nomination.candidate.cohort
    if nomination.state == Nomination.State.RETURNED:
        open_ = cohort.state == Cohort.State.NOMINATING
    else:
        open_ = window_is_open(cohort)
    return nominates(member, nomination) and nomination.is_editable and open_


def can_revise_nomination(member: Membership, nomination: Nomination) -> bool:
    """Who has it in hand, while it waits for its decision and nominations are not closed yet."""
    waits = nomination.state == Nomination.State.SUBMITTED
    taking = nomination.candidate.cohort.state == Cohort.State.NOMINATING
    return waits and taking and nominates(member, nomination)


def can_withdraw_nomination(member: Membership, nomination: Nomination) -> bool:
    """Who has it in hand, until it is decided."""
    return nominates(member, nomination) and nomination.state in Nomination.OPEN
