"""Selections: nominated, approved, assessed, ranked and released, by the verbs of the product."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from amdp.demo import approvals, sharing
from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.demo.texts import (
    DECLINES,
    EVIDENCE,
    OWN_EVIDENCE,
    OWN_RATIONALE,
    QUESTIONS,
    RATIONALES,
    READY,
    SEEN,
)
from amdp.directory.models import JobEvent, Person
from cohorts.models import Behavior, Cohort, Competency
from cohorts.services import move_cohort
from selection.defaults import GroupTerms, RuleTerms, groups_for
from selection.models import (
    Approval,
    Delegation,
    EligibilityResult,
    Nomination,
    Observation,
    Rating,
    Scoresheet,
    SelectionPlan,
)
from selection.plan_parts.nomination import Asked, Terms, store_terms
from selection.plan_parts.panel import Training, store_panel
from selection.queries.assessment import behaviors_of
from selection.queries.equity import eligible_people
from selection.queries.evidence import terms_of_nominations
from selection.services import (
    add_assessor,
    ask_exception,
    assign_evenly,
    change_plan,
    decide_exception,
    decide_nomination,
    delegate_to,
    draft_nomination,
    set_up_selection,
    submit_nomination,
)
from selection.services.eligibility import evaluate
from selection.services.reliability import work_out_when_complete

WITH_CUSTOMERS = GroupTerms(
    (
        RuleTerms(fact="job_family", listed=("Account management", "Field sales")),
        RuleTerms(fact="accounts", count=1, threshold=Decimal(7)),
    ),
    "any",
)
IN_GRADE = "At least 12 months in the present grade"
PASSED = "Promoted with the whole team last week; has run the same accounts for two years."
WAITS = "Promoted into the role the program prepares for; the region asks not to lose a year."
ASSESSED = 2  # behaviours rated per competency


@dataclass(frozen=True)
class Moment:
    """A clock for one story: a day plus an hour, never on a weekend."""

    world: World
    start: dt.date

    def on(self, days: int, hour: int = 10) -> dt.datetime:
        day = self.start + dt.timedelta(days=days)
        day -= dt.timedelta(days=max(0, day.weekday() - 4))
        return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def open_nominations(
    world: World,
    cohort: Cohort,
    *,
    groups: Sequence[GroupTerms] | None = None,
    terms: Terms | None = None,
    two_steps: bool = False,
) -> Cohort:
    """Criteria set by L&D ten days before, the window opened on its day; approved in one step or in two."""
    admin, clock = world.cast["ld_admin"], Moment(world, cohort.nominations_open_on)
    with at(clock.on(-10)):
        set_up_selection(cohort, by=admin, groups=groups)
        if terms is not None:
            asks = SelectionPlan.objects.get(cohort=cohort)
            change_plan(asks, "nomination", lambda plan: store_terms(plan, terms), by=admin)
        if two_steps:
            approvals.two_steps(world, cohort)
    with at(clock.on(0, 8)):
        return move_cohort(cohort, to=Cohort.State.NOMINATING, by=admin)


def nominate(
    world: World, cohort: Cohort, person: Person, when: dt.datetime, *, delegate: Person | None = None
) -> Nomination:
    """The person's own manager drafts a nomination, or a delegate in their name."""
    chance, by = world.chance, world.member_of(delegate or person.manager)
    criteria = terms_of_nominations(cohort).criteria
    seen = chance.sample(EVIDENCE, max(1, len(criteria)))
    words = [
        said.format(first=person.first_name) if not criteria or one.competency else chance.choice(READY)
        for said, one in zip(seen, criteria or [Asked("")], strict=True)
    ]
    with at(when):
        return draft_nomination(
            cohort,
            person,
            by=by,
            in_name_of=person.manager if delegate else None,
            rationale=chance.choice(RATIONALES).format(first=person.first_name),
            evidence="" if criteria else words[0],
            criteria={one.pk or 0: said for one, said in zip(criteria, words, strict=False)},
            references=sharing.reference_of(world, person) if criteria else None,
            performance_view=chance.choice((3, 4, 4, 5)),
            potential_view=chance.choice((3, 4, 4, 5)),
        )


def submit(world: World, nomination: Nomination, when: dt.datetime) -> Approval:
    with at(when):
        writer = nomination.written_by or nomination.nominator
        approval = submit_nomination(nomination, by=world.member_of(writer))
    return approval or sharing.consents(world, nomination, when)


def answer(world: World, approval: Approval, decision: str, when: dt.datetime, remark: str = "") -> None:
    """The second-line leader decides."""
    with at(when):
        decide_nomination(
            approval.nomination,
            decision=decision,
            by=world.member_of(approval.approver),
            remark=remark,
        )


def nominated(world: World, cohort: Cohort, people: Sequence[Person], days: int) -> None:
    """All of them proposed and approved within these days of the window."""
    clock = Moment(world, cohort.nominations_open_on)
    for place, person in enumerate(people):
        day = 2 + place * (days - 8) // max(1, len(people))
        approval = submit(world, nominate(world, cohort, person, clock.on(day, 9)), clock.on(day, 11))
        answer(world, approval, "approve", clock.on(day + world.chance.randint(1, 4), 15))


def window_now_open(world: World, cohort: Cohort, people: Sequence[Person]) -> None:
    """A window in its third week: some approved, one declined, one returned, one late so that two are asked,
    one still a draft. Whom it waits for is on leave, and somebody decides for her."""
    groups = [*groups_for(cohort.program.blueprint), WITH_CUSTOMERS]
    terms = Terms(
        criteria=asked_in(cohort), allows_self=True, references=1, asks_statements=True, asks_consent=True
    )
    cohort = open_nominations(world, cohort, groups=groups, terms=terms, two_steps=True)
    today = Moment(world, world.today)
    own = [one for one in people if one.manager == world.part("first_line")]
    hers = [one for one in people if one.manager == world.part("first_line_2")]
    others = [one for one in people if one not in own and one not in hers]
    late = nominate(world, cohort, own[0], today.on(-15))
    approvals.somebody_is_late(submit(world, late, today.on(-14)), today.on(-4))
    with at(today.on(-2)):  # and the nominee has not said yet whether they want it
        submit_nomination(
            nominate(world, cohort, own[1], today.on(-3)), by=world.member_of(world.part("first_line"))
        )
    nominate(world, cohort, own[2], today.on(-1))
    for place, person in enumerate(hers):
        approval = submit(world, nominate(world, cohort, person, today.on(-10)), today.on(-9))
        answer(world, approval, "return", today.on(-6 + place), QUESTIONS[place % len(QUESTIONS)])
    for place, person in enumerate(others):
        delegate = away(world, person, hers, today) if person == others[-1] else None
        written = today.on(-3) if delegate else today.on(-13)
        draft = nominate(world, cohort, person, written, delegate=delegate)
        approval = submit(world, draft, today.on(-2) if delegate else today.on(-12))
        if place == 0:
            answer(world, approval, "decline", today.on(-8), DECLINES[0])
        elif place < len(others) - 1:
            answer(world, approval, "approve", today.on(-10 + place % 4))
            if place < len(others) - 2:
                approvals.hr_approves(world, approval, today.on(-5 + place % 3, 16))
    approvals.on_leave(world, "second_line", "assessor", today.on(-1, 8))
    changes_at_hr(world, cohort, others[1:4], today)
    puts_themselves_forward(world, cohort, people, today)


def asked_in(cohort: Cohort) -> list[Asked]:
    """Evidence for two competencies of the program, and for whether somebody would move."""
    competencies = Competency.objects.filter(program=cohort.program_id).order_by("position", "pk")[:2]
    asked = [Asked(one.name, competency=one.pk) for one in competencies]
    return [*asked, Asked("Ready to move", "Where to, and from when?", is_required=False)]


def away(world: World, person: Person, hers: Sequence[Person], today: Moment) -> Person | None:
    """The leader of this person is away and lets a colleague nominate."""
    leader, colleague = person.manager, world.part("first_line_2")
    if leader is None or leader == colleague:
        return None
    world.member_of(colleague)
    with at(today.on(-16)):
        delegate_to(
            colleague,
            duties=[Delegation.Duty.NOMINATE],
            from_on=today.on(-16).date(),
            until_on=world.today + dt.timedelta(days=4),
            why="Parental leave",
            by=world.member_of(leader),
        )
    return colleague


def puts_themselves_forward(world: World, cohort: Cohort, nominated: Sequence[Person], today: Moment) -> None:
    """Somebody of the first-line leader's team who is eligible and whom nobody nominated; it waits for the
    leader's word."""
    team = Person.objects.filter(manager=world.part("first_line")).exclude(
        pk__in=[one.pk for one in nominated]
    )
    person = team.filter(pk__in=eligible_people(cohort).order_by().values("pk")).order_by("pk").first()
    if person is None:
        return
    by, asked = world.member_of(person), terms_of_nominations(cohort).criteria
    with at(today.on(-2, 9)):
        own = draft_nomination(
            cohort,
            person,
            by=by,
            rationale=OWN_RATIONALE,
            references=sharing.reference_of(world, person),
            criteria={one.pk or 0: words for one, words in zip(asked, OWN_EVIDENCE, strict=False)},
        )
        submit_nomination(own, by=by)


def changes_at_hr(world: World, cohort: Cohort, people: Sequence[Person], today: Moment) -> None:
    """Three who are approved and meet a rule no longer: one is let pass, one resigned, one waits for HR."""
    admin, analyst = world.cast["ld_admin"], world.cast["hr"]
    promoted, leaves, waits = people
    with at(today.on(-6, 7)):
        for person in (promoted, waits):
            JobEvent.objects.create(
                person=person, event="promotion", effective_date=today.on(-7).date(), grade=person.grade,
                job_title=person.job_title, business_unit=person.business_unit,
            )  # fmt: skip
        evaluate(cohort, why=EligibilityResult.Why.DIRECTORY)
    with at(today.on(-6, 9)):
        asked = [
            ask_exception(cohort, person, rule=IN_GRADE, reason=reason, by=admin)
            for person, reason in ((promoted, PASSED), (waits, WAITS))
        ]
    with at(today.on(-5, 15)):
        decide_exception(
            asked[0], confirm=True, by=analyst, remark="Seen with the head of the unit; same role, new grade."
        )
    with at(today.on(-2, 7)):
        Person.objects.filter(pk=leaves.pk).update(
            termination_date=world.today + dt.timedelta(days=40), termination_type="voluntary"
        )
        evaluate(cohort, why=EligibilityResult.Why.DIRECTORY)


def assess(world: World, cohort: Cohort, panel: Sequence[Person]) -> list[Scoresheet]:
    """The panel named with its training, nominations closed, candidates spread over it."""
    admin, clock = world.cast["ld_admin"], Moment(world, cohort.nominations_close_on)
    plan = SelectionPlan.objects.select_related("cohort").get(cohort=cohort)
    with at(clock.on(1)):
        named = [add_assessor(cohort, person, by=admin) for person in panel]
        trained = {
            each.pk: Training(clock.on(-30 - place % 3 * 120, 9).date()) for place, each in enumerate(named)
        }
        levels = plan.conflict_levels
        change_plan(plan, "panel", lambda found: store_panel(found, levels, trained), by=admin)
    with at(clock.on(3)):
        cohort = move_cohort(cohort, to=Cohort.State.ASSESSING, by=admin)
    with at(clock.on(4)):
        return assign_evenly(cohort, by=admin)


def score(
    world: World, sheets: Sequence[Scoresheet], strength: Callable[[Scoresheet], float], day: dt.date
) -> None:
    """Ratings and what was seen, for these sheets; then they are handed in, and once all are the worker compares
    them."""
    draft(world, sheets, strength, day)
    for place, sheet in enumerate(sheets):
        sheet.state = Scoresheet.State.SUBMITTED
        sheet.submitted_at = Moment(world, day).on(place % 5, 16)
    Scoresheet.objects.bulk_update(sheets, ["state", "submitted_at"])
    for cohort in Cohort.objects.filter(candidates__scoresheets__in=sheets).distinct():
        work_out_when_complete(cohort)


def draft(
    world: World,
    sheets: Sequence[Scoresheet],
    strength: Callable[[Scoresheet], float],
    day: dt.date,
    most: int = 100,
) -> None:
    """What is on the sheets so far, on the first ``most`` behaviours of each."""
    chance, seen = world.chance, Moment(world, day).on(-1, 13)
    shown: dict[int, list[Behavior]] = {}
    for sheet in sheets:
        if sheet.exercise_id not in shown:
            shown[sheet.exercise_id] = _rated(behaviors_of(sheet))
    pairs = [(sheet, behavior) for sheet in sheets for behavior in shown[sheet.exercise_id][:most]]
    Rating.objects.bulk_create(
        Rating(
            scoresheet=sheet,
            behavior=behavior,
            score=min(5, max(1, round(chance.gauss(strength(sheet), 0.6)))),
        )
        for sheet, behavior in pairs
    )
    Observation.objects.bulk_create(
        Observation(scoresheet=sheet, behavior=behavior, text=chance.choice(SEEN), noted_at=seen)
        for sheet, behavior in pairs
    )
    Scoresheet.objects.filter(pk__in=[sheet.pk for sheet in sheets]).update(saved_at=seen)


def _rated(behaviors: Sequence[Behavior]) -> list[Behavior]:
    """The first behaviours of each competency: what one exercise shows."""
    chosen: dict[int, list[Behavior]] = {}
    for behavior in behaviors:
        chosen.setdefault(behavior.competency_id, []).append(behavior)
    return [behavior for group in chosen.values() for behavior in group[:ASSESSED]]


def half_scored(world: World, cohort: Cohort, sheets: list[Scoresheet], *, ill: Person) -> None:
    """Most sheets are in; one assessor is late, another has begun, and one candidate was ill."""
    late, begun = world.part("assessor"), world.part("assessor_2")
    own = [one for one in sheets if one.assessor.person in (late, begun)]
    keep_open = [one for one in own if one.assessor.person == late][:1] + [
        one for one in own if one.assessor.person == begun
    ][:2]
    keep_open += [one for one in sheets if one.candidate.person == ill and one not in keep_open]
    ready = [one for one in sheets if one not in keep_open]
    score(world, ready, lambda sheet: 2.6 + sheet.candidate_id % 5 * 0.3, world.today - dt.timedelta(days=9))
    started = [one for one in keep_open if one.assessor.person == begun and one.candidate.person != ill][:1]
    draft(world, started, lambda _: 3.4, world.today - dt.timedelta(days=1), most=6)
    for sheet in keep_open:
        if sheet.assessor.person != late:
            sheet.due_on = world.today + dt.timedelta(days=3)
    Scoresheet.objects.bulk_update(keep_open, ["due_on"])
