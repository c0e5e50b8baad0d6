"""Who sees and does what with journeys, sessions and on-the-job work."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from amdp.directory.access import own_line, visible_accounts
from amdp.directory.models import Account
from amdp.directory.queries import in_line, person_of
from amdp.identity.models import Membership, Role
from cohorts.models import Cohort, Participant, Program
from curriculum.models import (
    Activity,
    Attendance,
    Module,
    ParticipantActivity,
    Project,
    Session,
    SessionFacilitator,
)

READS_AGGREGATES = (Role.HR_ANALYST, Role.SPONSOR)
# Their dates stay as they were.
OVER = (Cohort.State.GRADUATED, Cohort.State.SUSTAINING)
Reader = Callable[[Membership], Iterable[int]]


def visible_journeys(member: Membership) -> QuerySet[Participant]:
    """Participants whose journey the member may read: all for L&D admins, the own line, one's own, and
    whom apps above let in through ``settings.PROGRESS_READERS`` (a mentor's mentees)."""
    participants = Participant.objects.select_related("person", "cohort__program")
    if member.has(Role.LD_ADMIN):
        return participants
    seen = _line_or_self(member, "person__")
    for name in settings.PROGRESS_READERS:
        reader: Reader = import_string(name)
        seen |= Q(pk__in=reader(member))
    return participants.filter(seen)


def line_journeys(member: Membership) -> QuerySet[Participant]:
    """Participants below the member in the reporting line."""
    return Participant.objects.select_related("person", "cohort__program").filter(
        own_line(member, "person__")
    )


def own_journeys(member: Membership) -> QuerySet[Participant]:
    """The member's own places in cohorts, newest first."""
    person = person_of(member)
    participants = Participant.objects.select_related("person", "cohort__program")
    if person is None:
        return participants.none()
    return (
        participants.filter(person=person)
        .exclude(state=Participant.State.WITHDRAWN)
        .order_by("-cohort__starts_on")
    )


def visible_activities(member: Membership) -> QuerySet[ParticipantActivity]:
    """What participants have to do, for those who may read their journey."""
    items = ParticipantActivity.objects.select_related(
        "activity__module", "participant__person__manager", "participant__cohort"
    )
    if member.has(Role.LD_ADMIN):
        return items
    return items.filter(participant__in=visible_journeys(member).order_by().values("pk"))


def visible_projects(member: Membership) -> QuerySet[Project]:
    """Hand-ins of the journeys one may read; drafts are the author's alone."""
    projects = Project.objects.select_related(
        "account", "item__activity__module", "item__participant__person__manager", "item__participant__cohort"
    )
    person = person_of(member)
    own = Q(item__participant__person=person) if person else Q(pk__in=[])
    handed_in = Q(submitted_at__isnull=False)
    if not member.has(Role.LD_ADMIN):
        handed_in &= Q(item__participant__in=visible_journeys(member).order_by().values("pk"))
    return projects.filter(own | handed_in)


def visible_sessions(member: Membership) -> QuerySet[Session]:
    """All for L&D admins; else those one holds, has a seat in, or somebody of the own line has a seat in."""
    sessions = Session.objects.select_related("activity__module", "journey__cohort")
    if member.has(Role.LD_ADMIN):
        return sessions
    seats = Attendance.objects.filter(
        _line_or_self(member, "participant__person__"), session=OuterRef("pk")
    ).exclude(participant__state=Participant.State.WITHDRAWN)
    return sessions.filter(Exists(seats.order_by()) | Exists(_held_by(member)))


def held_sessions(member: Membership) -> QuerySet[Session]:
    """Sessions the member holds as a facilitator."""
    sessions = Session.objects.select_related("activity__module", "journey__cohort")
    return sessions.filter(Exists(_held_by(member)))


def looked_after(member: Membership, sessions: Iterable[Session]) -> list[Session]:
    """Those of them whose people the member looks after: all for L&D admins, else those one holds."""
    sessions = list(sessions)
    if member.has(Role.LD_ADMIN):
        return sessions
    held = held_sessions(member).filter(pk__in=[one.pk for one in sessions])
    known = set(held.values_list("pk", flat=True))
    return [one for one in sessions if one.pk in known]


def holds_sessions(member: Membership) -> bool:
    """Whether the member is a facilitator, by role or by being named."""
    return member.has(Role.FACILITATOR) or held_sessions(member).exists()


def follows_cohorts(member: Membership) -> bool:
    """Whether the member looks at the progress of cohorts: by name for L&D admins, totals for HR and sponsors."""
    return member.has(Role.LD_ADMIN, *READS_AGGREGATES)


def visible_cohorts(member: Membership) -> QuerySet[Cohort]:
    """Cohorts whose progress the member may look at: names for L&D admins, totals for HR and sponsors."""
    cohorts = Cohort.objects.select_related("program")
    return cohorts if follows_cohorts(member) else cohorts.none()


def visible_templates(member: Membership) -> QuerySet[Program]:
    """Programs whose journey template the member may read."""
    programs = Program.objects.all()
    return programs if member.has(Role.LD_ADMIN, *READS_AGGREGATES) else programs.none()


def visible_modules(member: Membership) -> QuerySet[Module]:
    """Modules of those templates."""
    modules = Module.objects.select_related("program", "launches_with")
    return modules if member.has(Role.LD_ADMIN, *READS_AGGREGATES) else modules.none()


def visible_template_activities(member: Membership) -> QuerySet[Activity]:
    """Activities of those templates."""
    activities = Activity.objects.select_related("module__program", "module__launches_with")
    return activities if member.has(Role.LD_ADMIN, *READS_AGGREGATES) else activities.none()


def accounts_to_work_on(member: Membership) -> QuerySet[Account]:
    """Accounts a participant may choose: those one may see, and those of the own manager's line."""
    person = person_of(member)
    if person is None or person.manager is None:
        return visible_accounts(member)
    team = Account.objects.select_related("owner").filter(in_line(person.manager, "owner__"))
    return visible_accounts(member) | team


def can_read_names(member: Membership) -> bool:
    """Progress by name is for L&D admins; HR and sponsors read totals."""
    return member.has(Role.LD_ADMIN)


def can_edit_template(member: Membership, program: Program) -> bool:
    """L&D admins, until the program is archived."""
    return member.has(Role.LD_ADMIN) and program.state != Program.State.ARCHIVED


def can_schedule(member: Membership, cohort: Cohort) -> bool:
    """L&D admins give dates to a journey and move its sessions."""
    return member.has(Role.LD_ADMIN) and cohort.state not in OVER


def can_change_session(member: Membership, session: Session) -> bool:
    """L&D admins, while it is planned: neither held nor cancelled."""
    return member.has(Role.LD_ADMIN) and session.state == Session.State.PLANNED


def is_own(member: Membership, participant: Participant) -> bool:
    """Whether the participant is the member."""
    person = person_of(member)
    return person is not None and person.pk == participant.person_id


def can_work_on(member: Membership, item: ParticipantActivity) -> bool:
    """Participants do their own work, while they are active."""
    return is_own(member, item.participant) and item.participant.state == Participant.State.ACTIVE


def can_confirm(member: Membership, project: Project) -> bool:
    """Only the line manager, never oneself, and nobody in the manager's place."""
    person = person_of(member)
    author = project.item.participant.person
    if person is None or person.pk == author.pk:
        return False
    return author.manager_id == person.pk and project.state == Project.State.SUBMITTED


def can_read_roster(member: Membership, session: Session) -> bool:
    """Its facilitators and L&D admins; never somebody who sits in it."""
    person = person_of(member)
    if person is not None and session.roster.filter(participant__person=person).exists():
        return False
    return member.has(Role.LD_ADMIN) or held_sessions(member).filter(pk=session.pk).exists()


def can_take_roster(member: Membership, session: Session) -> bool:
    """The same, unless it was cancelled."""
    return not session.is_cancelled and can_read_roster(member, session)


def why_no_roster(session: Session) -> str:
    """What whoever may not take it reads."""
    if session.is_cancelled:
        return "This session was cancelled, so there is no roster to take."
    return "Only the facilitators of this session and L&D admins take its roster, and nobody who sits in it."


def _line_or_self(member: Membership, path: str) -> Q:
    person = person_of(member)
    if person is None:
        return Q(pk__in=[])
    return own_line(member, path) | Q(**{f"{path}pk": person.pk})


def _held_by(member: Membership) -> QuerySet[SessionFacilitator]:
    person = person_of(member)
    named = Q(membership=member)
    if person is not None:
        named |= Q(person=person)
    return SessionFacilitator.objects.filter(named, session=OuterRef("pk")).order_by()
