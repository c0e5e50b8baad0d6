"""Who sees and does what with programs, cohorts, participants and placements."""

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from amdp.directory.access import leads, own_line
from amdp.directory.queries import is_above, person_of
from amdp.identity.models import Membership, Role
from cohorts.models import Cohort, Commitment, Participant, Placement, Program, Stakeholder

M = TypeVar("M", bound=Model)
READS_PROGRAMS = (Role.LD_ADMIN, Role.HR_ANALYST, Role.SPONSOR, Role.OWNER)
READS_PARTICIPANTS = (Role.LD_ADMIN, Role.HR_ANALYST, Role.SPONSOR)
# While nobody is enrolled a cohort holds no names, so every leader may read what to nominate for.
OPEN_TO_LEADERS = (Cohort.State.NOMINATING, Cohort.State.ASSESSING, Cohort.State.SELECTING)


def visible_programs(member: Membership) -> QuerySet[Program]:
    """All for those who run or read programs; else those one signs off or has a cohort in."""
    programs = Program.objects.all()
    if member.has(*READS_PROGRAMS):
        return programs
    person = person_of(member)
    if person is None:
        return programs.none()
    signs = Stakeholder.objects.filter(program=OuterRef("pk"), person=person, asked_at__isnull=False)
    reads = visible_cohorts(member).filter(program=OuterRef("pk")).order_by()
    return programs.filter(Exists(signs) | Exists(reads))


def visible_cohorts(member: Membership) -> QuerySet[Cohort]:
    """All for those who run or read programs; a leader's, mentor's, stakeholder's and participant's own."""
    cohorts = Cohort.objects.select_related("program")
    if member.has(*READS_PROGRAMS):
        return cohorts
    person = person_of(member)
    if person is None:
        return cohorts.none()
    own = Exists(visible_participants(member).filter(cohort=OuterRef("pk")).order_by())
    mentors = Exists(
        Commitment.objects.filter(
            cohort=OuterRef("pk"), person=person, duty=Commitment.Duty.MENTORING
        ).order_by()
    )
    signs = Exists(
        Stakeholder.objects.filter(
            program=OuterRef("program_id"), person=person, asked_at__isnull=False
        ).order_by()
    )
    seen = Q(own) | Q(mentors) | Q(signs)
    if leads(member):
        seen |= Q(state__in=OPEN_TO_LEADERS)
    return cohorts.filter(seen)


def visible_parts(member: Membership, parts: QuerySet[M], path: str = "program") -> QuerySet[M]:
    """Objectives, outcomes and the competency model of the programs one sees; ``path`` leads to the program."""
    if member.has(*READS_PROGRAMS):
        return parts
    return parts.filter(**{f"{path}__in": visible_programs(member).order_by()})


def visible_to_readers(member: Membership, parts: QuerySet[M]) -> QuerySet[M]:
    """Metrics and stakeholders: of the programs whose design one reads in full, see ``can_read_design``."""
    if member.has(*READS_PROGRAMS):
        return parts
    person = person_of(member)
    if person is None:
        return parts.none()
    signs = Stakeholder.objects.filter(
        program=OuterRef("program_id"), person=person, asked_at__isnull=False
    ).order_by()
    return parts.filter(Exists(signs))


def visible_participants(member: Membership) -> QuerySet[Participant]:
    """Who is enrolled: all, those in the own line, oneself. Mentors see mentees in their own app."""
    participants = Participant.objects.select_related("person", "cohort__program")
    if member.has(*READS_PARTICIPANTS):
        return participants
    person = person_of(member)
    if person is None:
        return participants.none()
    return participants.filter(own_line(member, "person__") | Q(person=person))


def visible_placements(member: Membership) -> QuerySet[Placement]:
    """All for L&D, HR and sponsors; a leader's line and what one is asked to sign; one's own once signed."""
    placements = Placement.objects.select_related("participant__person", "participant__cohort", "leader")
    if member.has(*READS_PARTICIPANTS):
        return placements
    person = person_of(member)
    if person is None:
        return placements.none()
    own = Q(participant__person=person)
    others = (own_line(member, "participant__person__") | Q(leader=person)) & ~own
    return placements.filter(others | (own & Q(state=Placement.State.SIGNED)))


def can_edit_program(member: Membership, program: Program | None = None) -> bool:
    """L&D admins design programs; an archived one stays as it is."""
    return member.has(Role.LD_ADMIN) and (program is None or program.state != Program.State.ARCHIVED)


def can_read_design(member: Membership, program: Program) -> bool:
    """Objectives, baselines and competency model in full: those who read programs, and its stakeholders."""
    return member.has(*READS_PROGRAMS) or stakeholder_of(member, program) is not None


def stakeholder_of(member: Membership, program: Program) -> Stakeholder | None:
    """The member as a stakeholder who was asked about this program, or None."""
    person = person_of(member)
    if person is None:
        return None
    return program.stakeholders.filter(person=person, asked_at__isnull=False).first()


def can_sign_off(member: Membership, program: Program) -> bool:
    """A stakeholder who was asked and has not signed."""
    stakeholder = stakeholder_of(member, program)
    return stakeholder is not None and stakeholder.signed_at is None


def can_open_cohort(member: Membership, program: Program) -> bool:
    """L&D admins open cohorts, of a draft program too; nominations then wait for the signatures."""
    return can_edit_program(member, program)


def can_run_cohort(member: Membership, cohort: Cohort | None = None) -> bool:
    """L&D admins set cohorts up, move them on and look after their participants."""
    return member.has(Role.LD_ADMIN)


def can_read_reasons(member: Membership) -> bool:
    """L&D and HR read why somebody paused, left, or graduated with work open."""
    return member.has(Role.LD_ADMIN, Role.HR_ANALYST)


def can_propose_placement(member: Membership, participant: Participant) -> bool:
    """L&D admins, and leaders for graduates of their own line; never for oneself."""
    person = person_of(member)
    if person is not None and person.pk == participant.person_id:
        return False
    return member.has(Role.LD_ADMIN) or (person is not None and is_above(person, participant.person))


def can_sign_as_leader(member: Membership, placement: Placement) -> bool:
    """The leader the placement names."""
    person = person_of(member)
    waiting = placement.state == Placement.State.PROPOSED and placement.leader_signed_at is None
    return waiting and person is not None and person.pk == placement.leader_id


def can_sign_as_hr(member: Membership, placement: Placement) -> bool:
    """An HR analyst who neither is the graduate nor signs as the leader: it takes two people."""
    person = person_of(member)
    waiting = placement.state == Placement.State.PROPOSED and placement.hr_signed_at is None
    involved = {placement.leader_id, placement.participant.person_id}
    return waiting and member.has(Role.HR_ANALYST) and (person is None or person.pk not in involved)


def can_withdraw_placement(member: Membership, placement: Placement) -> bool:
    """Whoever may propose it, while it waits for signatures."""
    return placement.state == Placement.State.PROPOSED and can_propose_placement(
        member, placement.participant
    )


def can_answer_offer(member: Membership, participant: Participant) -> bool:
    """A graduate says for themselves whether they would mentor or teach."""
    person = person_of(member)
    graduated = participant.state == Participant.State.GRADUATED
    return graduated and person is not None and person.pk == participant.person_id
