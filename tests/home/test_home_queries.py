"""The home page is what everybody opens first: it costs the same, and little, however much there is."""

import datetime
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from amdp.directory.appearances import look_up_appearances, may_appear
from amdp.home.queries import APPS
from amdp.identity.models import Membership
from cohorts.models import Cohort, Participant, Placement, Program
from mentoring.models import CheckIn, MatchRun, Mentorship
from selection.models import Nomination, Slate
from tests.factories.cohorts import (
    CohortFactory,
    ParticipantFactory,
    PlacementFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.curriculum import (
    AttendanceFactory,
    FacilitatorFactory,
    ItemFactory,
    ModuleFactory,
    ProjectFactory,
)
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.mentoring import CoachingSessionFactory, MentorFactory, MentorshipFactory
from tests.factories.selection import (
    ApprovalFactory,
    AssessorFactory,
    CandidateFactory,
    DecisionFactory,
    NominationFactory,
    ScoresheetFactory,
    in_state,
    nominating_cohort,
)

BUDGET = 15
ALL = ["owner", "ld_admin", "hr_analyst", "sponsor", "facilitator"]
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "SELECT set_config")


@pytest.fixture
def member(acme):
    """Somebody with a login and a place in the directory."""
    found = MembershipFactory(organization=acme)
    found.person = PersonFactory(membership=found)
    return found


def as_leader(member):
    """A line with somebody in a program, with work to confirm, nominated and decided on."""
    report = PersonFactory(manager=member.person)
    ParticipantFactory(person=report)
    ProjectFactory(submitted=True, item__participant__person=report)
    PlacementFactory(leader=member.person, accounts=0)
    StakeholderFactory(person=member.person, asked=True)
    cohort = nominating_cohort()
    asked = NominationFactory(candidate__cohort=cohort, state=Nomination.State.SUBMITTED)
    ApprovalFactory(nomination=asked, approver=member.person)
    own = NominationFactory(
        candidate__cohort=cohort, nominator=member.person, state=Nomination.State.SUBMITTED
    )
    ApprovalFactory(nomination=own)
    returned = NominationFactory(
        candidate__cohort=cohort, nominator=member.person, state=Nomination.State.RETURNED
    )
    ApprovalFactory(nomination=returned, state="returned", decided_at=timezone.now())
    released(NominationFactory(nominator=member.person, state=Nomination.State.APPROVED).candidate)


def as_assessor(member):
    cohort = in_state(nominating_cohort(), Cohort.State.ASSESSING)
    assessor = AssessorFactory(cohort=cohort, person=member.person)
    ScoresheetFactory(candidate=CandidateFactory(cohort=cohort), assessor=assessor)


def as_mentor(member):
    pair = MentorshipFactory(
        mentor=_mentor(member), next_meeting_at=timezone.now() + datetime.timedelta(days=2)
    )
    CoachingSessionFactory(mentorship=pair)
    CheckIn.objects.create(mentorship=pair, side="mentor", asked_on=timezone.now().date())


def as_participant(member):
    participant = ParticipantFactory(person=member.person)
    ItemFactory(participant=participant)
    ItemFactory(participant=participant, job=True, state="handed_in")
    ItemFactory(participant=participant, job=True, state="done", done_at=timezone.now())
    AttendanceFactory(
        session__day=timezone.now().date() + datetime.timedelta(days=3),
        session__journey__cohort=participant.cohort,
        participant=participant,
    )
    FacilitatorFactory(person=member.person)
    ParticipantFactory(person=member.person, graduated=True)
    released(CandidateFactory(person=member.person))
    CoachingSessionFactory(mentorship__participant=participant)


def as_admin(member):
    """What those who run programs are asked for, whoever is concerned."""
    today = timezone.now().date()
    CohortFactory(nominations_open_on=today)
    in_state(CohortFactory(), Cohort.State.SELECTING)
    unscheduled = CohortFactory(state="running")
    ModuleFactory(program=unscheduled.program)
    StakeholderFactory(asked=True)
    StakeholderFactory(asked=True, returned_at=timezone.now(), return_reason="Old numbers")
    PlacementFactory(proposed_by=member, accounts=0)
    ApprovalFactory(approver=None)
    ProgramFactory(state=Program.State.SIGNED_OFF, signed_off_at=timezone.now())
    MentorshipFactory(silence=Mentorship.Silence.ADMINS)
    MatchRun.objects.create(
        cohort=unscheduled, number=1, state=MatchRun.State.DONE, matched=1, finished_at=timezone.now()
    )


def released(candidate):
    """The outcome of a candidate, told to everybody concerned."""
    slate = {"cohort": candidate.cohort, "state": Slate.State.RELEASED, "released_at": timezone.now()}
    DecisionFactory(
        candidate=candidate, outcome="selected", **{f"slate__{name}": value for name, value in slate.items()}
    )


def _mentor(member):
    from mentoring.models import Mentor

    return Mentor.objects.filter(person=member.person).first() or MentorFactory(person=member.person)


def as_reviewer(member):
    """A stage of another selection has closed."""
    from metrics.models import ImpactSnapshot

    cohort = CohortFactory(state=Cohort.State.ASSESSING)
    reached = {"gender": {"women": [1, 1, 1]}}
    ImpactSnapshot.objects.create(cohort=cohort, level="approved", came=1, passed=1, reached=reached)


FACTS = [as_leader, as_assessor, as_mentor, as_participant, as_admin]
ROLES = {
    "owner": (["owner"], []),
    "L&D admin": (["ld_admin"], [as_admin]),
    "HR analyst": (["hr_analyst"], [as_admin]),
    "sponsor": (["sponsor"], [as_admin]),
    "leader": ([], [as_leader]),
    "assessor": ([], [as_assessor]),
    "mentor": ([], [as_mentor]),
    "participant": ([], [as_participant]),
    "adverse-impact reviewer": (["impact_reviewer"], [as_reviewer]),
    "everything at once": (ALL, FACTS),
}


@pytest.mark.parametrize("role", ROLES)
def test_home_costs_few_queries_with_one_and_with_many_of_everything(sign_in, member, role):
    granted, facts = ROLES[role]
    member.granted_roles = granted
    member.save()
    client, url = sign_in(member), reverse("home:home", args=["acme"])

    def cost():
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)
        assert page.status_code == 200
        statements = [one["sql"] for one in asked if not one["sql"].startswith(BOOKKEEPING)]
        assert len(statements) <= BUDGET, "\n".join([str(len(statements)), *(s[:400] for s in statements)])
        return len(statements)

    for fact in facts:
        fact(member)
    cost()
    first = cost()
    for _ in range(4):
        for fact in facts:
            fact(member)
    assert cost() == first


@pytest.mark.parametrize("role", ROLES)
def test_asking_first_where_a_member_appears_leaves_nothing_out(member, role):
    granted, facts = ROLES[role]
    member.granted_roles = granted
    member.save()
    for fact in facts:
        fact(member)

    def parts(*, asked_first):
        one = Membership.objects.get(pk=member.pk)
        if asked_first:
            look_up_appearances(one, chain.from_iterable(getattr(app, "APPEARANCES", ()) for app in APPS))
        names = ("tasks_for", "waiting_for", "events_for", "appointments_for")
        return {
            (app.__name__, name): getattr(app, name)(one)
            for app in APPS
            for name in names
            if hasattr(app, name)
        }

    everything = parts(asked_first=False)
    assert parts(asked_first=True) == everything
    assert any(everything.values())


def test_who_appears_nowhere_is_asked_once(member):
    with CaptureQueriesContext(connection) as asked:
        look_up_appearances(member, [Participant.person, Placement.proposed_by])
        assert not may_appear(member, Participant.person, Placement.proposed_by)
    assert len([one for one in asked if one["sql"].startswith("SELECT EXISTS")]) == 1
    assert may_appear(member, Nomination.nominator)  # nobody asked, so it is asked in detail
