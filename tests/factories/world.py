"""One of everything in an organization, and somebody for each part people play: for guards over access."""

import datetime
import uuid
from copy import copy
from types import SimpleNamespace

from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.services import rebuild_lines
from amdp.exports.models import ExportRun
from amdp.identity.models import ApiToken, Invitation, Membership, User
from amdp.imports.models import ImportRun
from amdp.notifications.models import Notification
from amdp.notifications.services import Message, notify
from cohorts.models import Cohort
from curriculum.models import SessionFacilitator
from mentoring.models import (
    CheckIn,
    CoachingAction,
    CoachingSession,
    MatchPair,
    MatchRun,
    MatchWish,
    PrivateNote,
    Pulse,
)
from metrics.models import ImpactLook, ImpactSnapshot
from metrics.services import freeze_stages
from selection.models import (
    AssessmentRun,
    AssessmentSlot,
    DayPlan,
    Decision,
    ExerciseMaterial,
    Letter,
    MaterialVersion,
    Offer,
    PlanVersion,
    Signature,
    SlotAssessor,
)
from selection.services.eligibility import evaluate
from tests.factories.cohorts import ParticipantFactory, PlacementFactory, ProgramFactory, StakeholderFactory
from tests.factories.curriculum import (
    AttendanceFactory,
    FacilitatorFactory,
    JourneyFactory,
    ProjectFactory,
    SessionFactory,
)
from tests.factories.directory import (
    AccountFactory,
    JobEventFactory,
    PerformanceRatingFactory,
    PersonFactory,
)
from tests.factories.mentoring import MentorFactory, MentorshipFactory
from tests.factories.selection import (
    ApprovalFactory,
    AssessorConflictFactory,
    AssessorFactory,
    CalibrationParticipantFactory,
    CalibrationPlaceFactory,
    CalibrationSessionFactory,
    CandidateFactory,
    ConsensusRatingFactory,
    ConsentFactory,
    DelegationFactory,
    EligibilityExceptionFactory,
    EndorsementFactory,
    NominationFactory,
    ReferenceFactory,
    ScoresheetFactory,
    SlateFactory,
    in_state,
    nominating_cohort,
    score,
)

ROLES = ("owner", "ld_admin", "hr_analyst", "sponsor")
GRANTED = {**{role: [role] for role in ROLES}, "reviewer": ["impact_reviewer"]}
# leader: of the candidate and the participant; other_leader: of the colleague alone
PEOPLE = {
    "approver": None,
    "leader": "approver",
    "candidate": "leader",
    "participant": "leader",
    "other_leader": None,
    "colleague": "other_leader",
    "assessor": None,
    "mentor": None,
    "facilitator": None,
}
ACTORS = (*GRANTED, *PEOPLE)


def world(organization):
    """Objects by the noun that addresses use for them. The organization has to be the current one."""
    made = SimpleNamespace(members=_members(organization), people={})
    for name, boss in PEOPLE.items():
        made.people[name] = PersonFactory(
            first_name=name.replace("_", " ").title(),
            last_name="Lookalike",
            membership=made.members[name],
            manager=made.people.get(boss),
        )
    objects = {
        "person": made.people["participant"],
        "boss": made.people["leader"],
        "section": "objectives",
        "kind": "csv",
        "verb": "defer",
    }
    for make in (_directory, _staff, _programs, _selection, _impact, _journeys, _mentoring):
        objects |= make(made, objects)
    made.objects = objects
    return made


def _members(organization):
    made = {}
    for name in ACTORS:
        user = User.objects.create(
            email=f"{name}@{organization.slug}.example", name=f"{name.title()} Lookalike"
        )
        granted = GRANTED.get(name, [])
        made[name] = Membership.objects.create(organization=organization, user=user, granted_roles=granted)
    return made


def _directory(made, known):
    person = known["person"]
    return {
        "account": AccountFactory(owner=person),
        "job_event": JobEventFactory(person=person),
        "rating": PerformanceRatingFactory(person=person),
    }


def _staff(made, known):
    owner, soon = made.members["owner"], timezone.now() + datetime.timedelta(days=7)
    message = Message(kind="story.told", subject="Look", why="You see it.", action="Open", path="/")
    notify(made.people["participant"], message)
    return {
        "member": made.members["colleague"],
        "token": ApiToken.objects.create(
            membership=owner, name="Script", prefix="x", token_hash=uuid.uuid4().hex, expires_at=soon
        ),
        "invitation": Invitation.objects.create(
            email="new@example.com", token_hash=uuid.uuid4().hex, expires_at=soon, invited_by=owner
        ),
        "import": ImportRun.objects.create(
            kind="people", file_name="people.csv", state="refused", started_by=owner
        ),
        "entry": audit.record("story.told", made.people["participant"], by=owner),
        "notification": Notification.objects.get(kind="story.told"),
        "name": "rejected.csv",
        "export": ExportRun.objects.create(kind="people", file_format="csv", asked_by=owner),
        "exports kind": "people",
        "file_format": "csv",
    }


def _programs(made, known):
    program = ProgramFactory(complete=True)
    stakeholder = StakeholderFactory(program=program, person=made.people["approver"], asked=True)
    finished = ParticipantFactory(
        person=PersonFactory(manager=made.people["leader"]), graduated=True, cohort__program=program
    )
    return {
        "program": program,
        "competency": (competency := program.competencies.first()),
        "behavior": competency.behaviors.first(),
        "part": (objective := program.objectives.get()),
        "objective": objective,
        "outcome": program.outcomes.get(),
        "metric": program.metrics.get(),
        "stakeholder": stakeholder,
        "placement": PlacementFactory(participant=finished, leader=made.people["leader"]),
    }


def _selection(made, known):
    """A cohort with its slate drawn up and nobody told."""
    cohort = nominating_cohort()
    candidate = CandidateFactory(cohort=cohort, person=made.people["candidate"])
    nomination = NominationFactory(
        candidate=candidate,
        nominator=made.people["leader"],
        state="approved",
        submitted_at=timezone.now(),
    )
    approval = ApprovalFactory(nomination=nomination, approver=made.people["approver"], state="approved")
    evaluate(cohort, why="handed_in")
    assessor = AssessorFactory(cohort=cohort, person=made.people["assessor"])
    in_state(cohort, Cohort.State.ASSESSING)
    sheet = score(ScoresheetFactory(candidate=candidate, assessor=assessor))
    in_state(cohort, Cohort.State.SELECTING)
    days = DayPlan.objects.create(cohort=cohort, state="published", published_at=timezone.now())
    slate = SlateFactory(cohort=cohort)
    decision = Decision.objects.create(slate=slate, candidate=candidate, rank=1, place=1)
    plan = cohort.selection_plans.get()
    PlanVersion.objects.create(plan=plan, number=1)
    calibration = CalibrationSessionFactory(cohort=cohort)
    return {
        "calibration": calibration,
        "place": CalibrationPlaceFactory(session=calibration, candidate=candidate),
        "consensus": ConsensusRatingFactory(candidate=candidate, written_by=assessor),
        "seat": CalibrationParticipantFactory(session=calibration, member=made.members["assessor"]),
        "selecting": cohort,
        "plan": plan,
        "candidate": candidate,
        "nomination": nomination,
        "approval": approval,
        "request": ApprovalFactory(nomination__candidate__state="proposed", approver=made.people["approver"]),
        **_before_sharing(made),
        "assessor": assessor,
        "scoresheet": sheet,
        "slate": slate,
        "decision": decision,
        "signature": Signature.objects.create(slate=slate),
        "offer": Offer.objects.create(
            decision=decision,
            answer_by=timezone.now().date() + datetime.timedelta(days=9),
            ends_at=timezone.now() + datetime.timedelta(days=10),
        ),
        "letter": Letter.objects.create(
            slate=slate,
            candidate=candidate,
            kind="selected",
            subject="Hello",
            body="Hi.",
            sent_at=timezone.now(),
        ),
        "exception": EligibilityExceptionFactory(cohort=cohort, person=candidate.person, state="asked"),
        **_material(sheet.exercise),
        "day_plan": days,
        "slot": _slot(days, sheet),
        "assessment": AssessmentRun.objects.create(cohort=cohort, kind="days", state="done"),
        "conflict": AssessorConflictFactory(candidate=candidate, assessor=assessor),
        "delegation": DelegationFactory(
            principal=made.people["approver"], delegate=made.people["other_leader"]
        ),
    }


def _impact(made, known):
    """The first stage of that cohort is frozen, and somebody of legal looks at it."""
    freeze_stages(known["selecting"], Cohort.State.NOMINATING, None)
    now = timezone.now()
    look = ImpactLook.objects.create(
        cohort=known["selecting"],
        by=made.members["reviewer"],
        purpose="Review of the approvals",
        opened_at=now,
        ends_at=now + datetime.timedelta(hours=1),
    )
    return {"look": look, "snapshot": ImpactSnapshot.objects.get(level="approved")}


def _material(exercise):
    """A guide for the assessors of the exercise."""
    material = ExerciseMaterial.objects.create(exercise=exercise, name="Guide", audience="assessors")
    version = MaterialVersion.objects.create(
        material=material,
        file_name="guide.pdf",
        path="nowhere.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0",
    )
    return {"exercise": exercise, "material": material, "version": version}


def _slot(days, sheet):
    """The candidate with the assessor, in two weeks."""
    starts = timezone.now() + datetime.timedelta(days=14)
    slot = AssessmentSlot.objects.create(
        plan=days,
        candidate=sheet.candidate,
        exercise=sheet.exercise,
        state="placed",
        starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=1),
    )
    SlotAssessor.objects.create(slot=slot, assessor=sheet.assessor)
    return slot


def _before_sharing(made):
    """Somebody who nominated themselves, somebody asked to consent, somebody named as a reference."""
    own = NominationFactory(
        candidate__person=made.people["colleague"], nominator=made.people["colleague"], state="endorsing"
    )
    put_forward = NominationFactory(
        candidate__person=made.people["participant"], nominator=made.people["leader"], state="consenting"
    )
    spoken_for = NominationFactory(
        candidate__person=made.people["candidate"], nominator=made.people["leader"], state="submitted"
    )
    return {
        "own": own,
        "put_forward": put_forward,
        "endorsement": EndorsementFactory(nomination=own, leader=made.people["other_leader"]),
        "consent": ConsentFactory(nomination=put_forward),
        "reference": ReferenceFactory(nomination=spoken_for, person=made.people["mentor"]),
    }


def _journeys(made, known):
    """A running cohort with a journey, a session and work handed in."""
    journey = JourneyFactory(cohort__program=known["program"])
    participant = ParticipantFactory(cohort=journey.cohort, person=made.people["participant"])
    session = SessionFactory(journey=journey, activity__module__program=known["program"])
    FacilitatorFactory(session=session, person=made.people["facilitator"])
    AttendanceFactory(session=session, participant=participant)
    project = ProjectFactory(
        submitted=True,
        item__participant=participant,
        item__activity__module=session.activity.module,
        account=known["account"],
    )
    return {
        "cohort": journey.cohort,
        "participant": participant,
        "item": project.item,
        "project": project,
        "curriculum session": session,
        "module": session.activity.module,
        "activity": session.activity,
    }


def _mentoring(made, known):
    """A published pair that has met, with a private note, a check-in and a pulse."""
    mentor, participant, today = (
        MentorFactory(person=made.people["mentor"]),
        known["participant"],
        timezone.now(),
    )
    pair = MentorshipFactory(mentor=mentor, participant=participant)
    by, session = (
        made.members["mentor"],
        CoachingSession(mentorship=pair, minutes=45, form_token=uuid.uuid4()),
    )
    session.held_on, session.logged_by = today.date() - datetime.timedelta(days=1), by
    session.save()
    PrivateNote.objects.create(session=session, author=by, ciphertext="x")
    run = MatchRun.objects.create(cohort=known["cohort"], number=1, state="done")
    return {
        "mentor": mentor,
        "mentorship": pair,
        "mentoring session": session,
        "action": CoachingAction.objects.create(session=session, text="Call the payer."),
        "check_in": CheckIn.objects.create(mentorship=pair, side="mentee", asked_on=today.date()),
        "run": run,
        "pair": MatchPair.objects.create(run=run, participant=participant, mentor=mentor, fit=80, rank=1),
        "wish": MatchWish.objects.create(participant=participant, mentor=mentor, kind="exclude"),
        "pulse": Pulse.objects.create(
            cohort=known["cohort"], subject="Ask", text="Ask.", send_on=today.date(), planned_by=by
        ),
    }


def crowd(made, organization, number=29):
    """So many more of everything that stands in lists."""
    known, some = made.objects, range(number)
    people = more(
        made.people["candidate"], number, employee_number=_text("N"), email=_mail, membership_id=None
    )
    more(made.people["colleague"], number, employee_number=_text("C"), email="", membership_id=None)
    rebuild_lines()
    users = User.objects.bulk_create(User(email=_mail(n), name=f"User {n}") for n in some)
    Membership.objects.bulk_create(Membership(organization=organization, user=user) for user in users)

    def each(rows):
        return lambda n: rows[n]

    def likewise(noun, **fields):
        return more(known[noun], number, **fields)

    candidates = likewise("candidate", person=each(people))
    likewise("exception", person=each(people))
    nominations = likewise("nomination", candidate=each(candidates))
    likewise("approval", nomination=each(nominations))
    waiting = more(known["request"].nomination, number, candidate=each(candidates))
    likewise("request", nomination=each(waiting))
    likewise("delegation")
    owns = more(known["own"], number, candidate=each(candidates))
    likewise("endorsement", nomination=each(owns))
    forward = [more(known["put_forward"], 1, nominator=each(people[n:]))[0] for n in some]
    likewise("consent", nomination=each(forward))
    likewise("reference", nomination=each(waiting))
    likewise("conflict", candidate=each(candidates))
    slots = likewise("slot", candidate=each(candidates))
    more(known["slot"].seats.get(), number, slot=each(slots))
    likewise("assessment")
    files = likewise("material", name=_text("Guide "))
    likewise("version", material=each(files))
    cohorts = more(known["selecting"], number, name=_text("Assessed "))
    likewise("day_plan", cohort=each(cohorts))
    likewise("scoresheet", candidate=each(candidates))
    likewise("signature", state="returned")
    likewise("consensus", candidate=each(candidates))
    decisions = likewise("decision", candidate=each(candidates), rank=lambda n: n + 2, place=lambda n: n + 2)
    likewise("offer", decision=each(decisions))
    likewise("letter", candidate=each(candidates))
    participants = likewise("participant", person=each(people))
    items = likewise("item", participant=each(participants))
    likewise("project", item=each(items))
    sessions = likewise(
        "curriculum session", day=lambda n: timezone.now().date() + datetime.timedelta(days=n)
    )
    SessionFacilitator.objects.bulk_create(
        SessionFacilitator(organization=organization, session=one, person=made.people["facilitator"])
        for one in sessions
    )
    mentors = likewise("mentor", person=each(people))
    likewise("pair", mentor=each(mentors), participant=each(participants), rank=lambda n: n + 2)
    likewise("mentorship", mentor=each(mentors), participant=each(participants))
    likewise("mentoring session", form_token=lambda n: uuid.uuid4())
    likewise("action")
    likewise("check_in", asked_on=lambda n: known["check_in"].asked_on - datetime.timedelta(days=n + 1))
    likewise("look")
    likewise("wish", mentor=each(mentors), participant=each(participants))
    likewise("pulse")
    likewise("module")
    likewise("activity")
    likewise("run", number=lambda n: n + 2)
    likewise("account", account_number=_text("A"))
    for noun in ("objective", "outcome", "metric", "behavior"):
        likewise(noun)
    likewise("competency", name=_text("Competency "))
    likewise("stakeholder", person=each(people))
    programs = likewise("program", name=_text("Program "))
    cohorts = likewise("cohort", name=_text("Cohort "), program=each(programs))
    likewise("slate", cohort=each(cohorts))
    likewise("calibration", cohort=each(cohorts))
    likewise("plan", cohort=each(cohorts))
    graduates = more(known["placement"].participant, number, person=each(people), cohort=each(cohorts))
    placements = likewise("placement", participant=each(graduates))
    more(known["placement"].placement_accounts.get(), number, placement=each(placements))
    likewise("import")
    likewise("export")
    likewise("invitation", email=_mail, token_hash=lambda n: uuid.uuid4().hex)
    likewise("token", token_hash=lambda n: uuid.uuid4().hex)
    likewise("notification", period=_text("again "))
    likewise("job_event", person=each(people))
    likewise("rating", person=each(people))
    for n in some:
        audit.record("story.told", people[n], by=made.members["owner"])
        audit.record("export.people", None, by=made.members["owner"], after={"rows": n})


def more(instance, times, /, **fields):
    """Copies of a row that differ in these fields."""
    rows = []
    for n in range(times):
        row = copy(instance)
        row._state = copy(instance._state)
        row._state.fields_cache = {}
        row.pk, row._state.adding = None, True
        for name, value in fields.items():
            setattr(row, name, value(n) if callable(value) else value)
        rows.append(row)
    return type(instance).objects.bulk_create(rows)


def _text(start):
    return lambda n: f"{start}{n + 100}"


def _mail(n):
    return f"more{n}@example.com"
