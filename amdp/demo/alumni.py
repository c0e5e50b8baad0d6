"""Cohorts of past years: who took part, what they offer, where they were placed."""

import datetime as dt
from collections.abc import Sequence

from amdp.demo.clock import at, days_ago
from amdp.demo.company import Someone
from amdp.demo.directory import World
from amdp.demo.plot import PastCohort
from amdp.demo.texts import EVIDENCE, RATIONALES
from amdp.directory.models import Account, Person
from cohorts.models import (
    Cohort,
    Competency,
    CompetencyScore,
    Participant,
    Placement,
    PlacementAccount,
    Program,
)
from cohorts.services import propose_placement, sign_placement_as_leader
from selection.defaults import weights_for
from selection.models import Approval, Candidate, Decision, Nomination, Slate

State = Participant.State
ROLES = (
    "Account Director",
    "Senior Account Director",
    "National Account Director",
    "Director Payer Accounts",
)


def enroll_alumni(world: World, cohort: Cohort, past: PastCohort) -> list[Participant]:
    """Those selected: graduated, or withdrawn when they left before the end."""
    decided = dt.datetime.combine(past.decided, dt.time(14), tzinfo=dt.UTC)
    participants = Participant.objects.bulk_create(
        _alumnus(world, cohort, one, past.ends, decided) for one in past.selected
    )
    _scores(world, cohort.program, past)
    return participants


def _alumnus(world: World, cohort: Cohort, one: Someone, ends: dt.date, decided: dt.datetime) -> Participant:
    stayed = one.left is None or one.left > ends
    answered = stayed and not one.left and not (one.part and one.part.key == "graduate")
    return Participant(
        cohort=cohort,
        person=world.person(one),
        state=State.GRADUATED if stayed else State.WITHDRAWN,
        state_reason="" if stayed else "Left the company.",
        enrolled_at=decided,
        graduated_on=ends if stayed else None,
        offers_mentoring=world.chance.random() < 0.6 if answered else None,
        offers_teaching=world.chance.random() < 0.35 if answered else None,
    )


def _scores(world: World, program: Program, past: PastCohort) -> None:
    """Assessed at the decision, seen again by the manager at the end: the growth in between."""
    competencies = list(program.competencies.all())
    before = [
        _score(world, one, competency, "assessment", past.decided, 2.9)
        for one in [*past.selected, *past.others]
        for competency in competencies
    ]
    after = [
        _score(world, one, competency, "manager", past.ends, 3.7)
        for one in past.selected
        for competency in competencies
        if one.left is None or one.left > past.ends
    ]
    CompetencyScore.objects.bulk_create([*before, *after])


def _score(
    world: World, one: Someone, competency: Competency, source: str, on: dt.date, mean: float
) -> CompetencyScore:
    value = min(5.0, max(1.0, world.chance.gauss(mean, 0.5)))
    return CompetencyScore(
        person=world.person(one), competency=competency, source=source, score=round(value, 2), as_of=on
    )


def place_alumni(world: World, participants: Sequence[Participant], *, share: float) -> None:
    """Placements signed after graduation for a share of them."""
    graduates = [
        one
        for one in participants
        if one.state == State.GRADUATED
        and one.person.membership_id
        and one.person.termination_date is None
        and one.person != _graduate(world)
    ]
    for participant in graduates[: round(len(graduates) * share)]:
        _place(world, participant)


def _place(world: World, participant: Participant) -> None:
    ends = participant.graduated_on or world.today
    asked = dt.datetime.combine(ends, dt.time(10), tzinfo=dt.UTC) + dt.timedelta(
        days=world.chance.randint(5, 60)
    )
    leader = participant.person.manager or world.part("sponsor")
    accounts = _complex_accounts(world, 2)
    placement = Placement.objects.create(
        participant=participant,
        job_title=world.chance.choice(ROLES),
        effective_on=asked.date() + dt.timedelta(days=45),
        reason="Ready now: account plan in use, two quarterly reviews led alone.",
        state=Placement.State.SIGNED,
        proposed_by=world.cast["ld_admin"],
        leader=leader,
        leader_signed_at=asked + dt.timedelta(days=4),
        leader_signed_by=world.members.get(leader.pk),
        hr_signed_at=asked + dt.timedelta(days=7),
        hr_signed_by=world.cast["hr"],
        accounts_before=world.chance.randint(1, 3),
        complexity_before=world.chance.choice((3, 3.5, 4, 4.5, 5)),
    )
    Placement.objects.filter(pk=placement.pk).update(created_at=asked)
    PlacementAccount.objects.bulk_create(
        PlacementAccount(placement=placement, account=account, complexity=account.complexity)
        for account in accounts
    )


def ask_for_placements(world: World, participants: Sequence[Participant]) -> None:
    """Two placements wait: one for HR alone, and late; one for its leader and HR."""
    graduates = [
        one for one in participants if one.state == State.GRADUATED and one.person.termination_date is None
    ]
    mine = [one for one in graduates if one.person == _graduate(world)]
    others = [one for one in graduates if one not in mine and not one.placements.exists()]
    leader = world.part("second_line")
    if mine:
        _propose(world, mine[0], leader, asked=6, starts=24)
    if others:
        late = _propose(world, others[0], leader, asked=26, starts=-4)
        with at(days_ago(world.today, 20, 11)):
            sign_placement_as_leader(late, by=world.member_of(leader))


def _propose(world: World, participant: Participant, leader: Person, *, asked: int, starts: int) -> Placement:
    with at(days_ago(world.today, asked, 10)):
        return propose_placement(
            participant,
            job_title="Account Director",
            effective_on=world.today + dt.timedelta(days=starts),
            leader=leader,
            accounts=_complex_accounts(world, 2),
            by=world.cast["ld_admin"],
            reason="Ready now: leads the account team without authority, plan confirmed with the customer.",
        )


def _complex_accounts(world: World, count: int) -> list[Account]:
    return world.chance.sample([one for one in world.accounts if (one.complexity or 0) >= 7], count)


def _graduate(world: World) -> Person | None:
    return world.part("graduate") if "graduate" in world.cast else None


def keep_selection(world: World, cohort: Cohort, past: PastCohort) -> None:
    """The selection as it stands in the files: nominations, approvals, the slate and each decision."""
    people = [world.person(one) for one in [*past.selected, *past.others]]
    candidates = Candidate.objects.bulk_create(
        Candidate(cohort=cohort, person=person, state=Candidate.State.ADMITTED) for person in people
    )
    Candidate.objects.filter(cohort=cohort).update(created_at=_noon(cohort.nominations_open_on))
    _keep_nominations(world, cohort, candidates)
    slate = Slate.objects.create(
        cohort=cohort,
        state=Slate.State.RELEASED,
        weights=weights_for(cohort.program.blueprint),
        tie_break=["assessment", "performance"],
        tie_seed=f"{cohort.name}",
        seats=cohort.seats,
        drawn_at=_noon(past.decided) - dt.timedelta(days=4),
        drawn_by=world.cast["ld_admin"],
        released_at=cohort.released_at,
        released_by=world.cast["ld_admin"],
    )
    Decision.objects.bulk_create(
        _decision(world, slate, candidate, rank, rank <= len(past.selected))
        for rank, candidate in enumerate(candidates, start=1)
    )


def _keep_nominations(world: World, cohort: Cohort, candidates: Sequence[Candidate]) -> None:
    chance, opened = world.chance, _noon(cohort.nominations_open_on)
    nominations = Nomination.objects.bulk_create(
        Nomination(
            candidate=candidate,
            nominator=candidate.person.manager,
            state=Nomination.State.APPROVED,
            rationale=chance.choice(RATIONALES).format(first=candidate.person.first_name),
            evidence=chance.choice(EVIDENCE).format(first=candidate.person.first_name),
            performance_view=chance.choice((3, 4, 4, 5)),
            potential_view=chance.choice((3, 4, 4, 5)),
            eligibility=[
                {
                    "fact": "employed",
                    "name": "Employed and not under notice",
                    "met": True,
                    "shown": "Employed",
                }
            ],
            submitted_at=opened + dt.timedelta(days=chance.randint(1, 20)),
        )
        for candidate in candidates
    )
    Approval.objects.bulk_create(_approval(world, one) for one in nominations)


def _approval(world: World, nomination: Nomination) -> Approval:
    asked = nomination.submitted_at or _noon(world.today)
    approver = nomination.nominator.manager
    return Approval(
        nomination=nomination,
        approver=approver,
        state=Approval.State.APPROVED,
        asked_at=asked,
        due_on=asked.date() + dt.timedelta(days=7),
        decided_by=world.members.get(approver.pk) if approver else None,
        decided_at=asked + dt.timedelta(days=2),
    )


def _decision(world: World, slate: Slate, candidate: Candidate, rank: int, chosen: bool) -> Decision:
    composite = round(max(20.0, 88 - rank * 0.8 + world.chance.uniform(-0.3, 0.3)), 2)
    return Decision(
        slate=slate,
        candidate=candidate,
        rank=rank,
        composite=composite,
        assessors_count=2,
        outcome=Decision.Outcome.SELECTED if chosen else Decision.Outcome.NOT_SELECTED,
        reason=Decision.Reason.RANK,
        decided_by=slate.drawn_by,
        decided_at=slate.drawn_at,
    )


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
