"""Facts as of a day, counted by hand."""

import datetime
from zoneinfo import ZoneInfo

from cohorts.models import Participant
from metrics.arms import Arm
from metrics.queries import spells
from selection.models import Candidate, Nomination
from tests.factories.directory import GradeFactory, JobEventFactory
from tests.factories.metrics import Life, released_cohort

UTC = ZoneInfo("UTC")
START = datetime.date(2024, 1, 15)
LATER = datetime.date(2026, 1, 15)


def day(text):
    return datetime.date.fromisoformat(text)


def by_arm(arm, as_of=LATER):
    return [spell for spell in spells(as_of, UTC) if spell.arm == arm]


def test_both_groups_start_at_the_release(acme):
    made = released_cohort(START, selected=[Life()], passed_over=[Life(left=day("2024-05-01"))])
    found = {spell.arm: (spell.person, spell.start, spell.end, spell.stop) for spell in spells(LATER, UTC)}
    assert found == {
        Arm.PROGRAM: (made.selected[0].pk, START, None, LATER),
        Arm.COMPARISON: (made.passed_over[0].pk, START, day("2024-05-01"), LATER),
    }


def test_an_as_of_date_hides_what_came_later(acme):
    released_cohort(START, selected=[Life(left=day("2025-05-01"), promoted=[day("2024-09-01")])])
    (before,) = by_arm(Arm.PROGRAM, day("2024-08-31"))
    (after,) = by_arm(Arm.PROGRAM, day("2025-06-01"))
    assert (before.end, before.promotions) == (None, ())
    assert (after.end, after.promotions) == (day("2025-05-01"), (day("2024-09-01"),))
    assert by_arm(Arm.PROGRAM, day("2024-01-14")) == []


def test_who_drops_out_of_the_program_stays_in_the_group(acme):
    made = released_cohort(START, selected=[Life()])
    Participant.objects.update(state=Participant.State.WITHDRAWN)
    assert [spell.person for spell in by_arm(Arm.PROGRAM)] == [made.selected[0].pk]


def test_who_is_selected_later_leaves_the_comparison_that_day(acme):
    first = released_cohort(START, passed_over=[Life()])
    second = released_cohort(day("2025-02-01"))
    person = first.passed_over[0]
    moment = second.cohort.released_at
    Participant.objects.create(cohort=second.cohort, person=person, enrolled_at=moment)
    (compared,), (selected,) = by_arm(Arm.COMPARISON), by_arm(Arm.PROGRAM)
    assert (compared.start, compared.stop) == (START, day("2025-02-01"))
    assert (selected.start, selected.stop, selected.program) == (day("2025-02-01"), LATER, second.program.pk)


def test_who_moves_up_from_the_reserve_starts_at_the_enrolment(acme):
    made = released_cohort(START, passed_over=[Life()])
    moved = datetime.datetime(2024, 3, 1, 9, tzinfo=datetime.UTC)
    Participant.objects.create(cohort=made.cohort, person=made.passed_over[0], enrolled_at=moved)
    assert [(spell.arm, spell.start, spell.stop) for spell in spells(LATER, UTC)] == [
        (Arm.PROGRAM, day("2024-03-01"), LATER),
        (Arm.COMPARISON, START, day("2024-03-01")),
    ]


def test_former_participants_are_no_comparison(acme):
    first = released_cohort(START, selected=[Life()])
    second = released_cohort(day("2025-02-01"))
    again = Candidate.objects.create(
        cohort=second.cohort, person=first.selected[0], state=Candidate.State.ADMITTED
    )
    Nomination.objects.create(
        candidate=again, nominator=first.selected[0], state=Nomination.State.APPROVED, eligibility=[]
    )
    assert by_arm(Arm.COMPARISON) == []


def test_only_the_eligible_who_stayed_in_the_running_are_compared(acme):
    made = released_cohort(START, passed_over=[Life(), Life(), Life()])
    withdrawn, ineligible, compared = Candidate.objects.order_by("pk")
    Candidate.objects.filter(pk=withdrawn.pk).update(state=Candidate.State.WITHDRAWN)
    ineligible.nominations.update(eligibility=[{"fact": "tenure", "name": "x", "met": False, "shown": ""}])
    assert [spell.person for spell in by_arm(Arm.COMPARISON)] == [made.passed_over[2].pk]
    assert compared.person_id == made.passed_over[2].pk


def test_nobody_is_counted_before_the_release(acme):
    made = released_cohort(START, passed_over=[Life()])
    made.cohort.released_at = None
    made.cohort.save()
    assert spells(LATER, UTC) == []


def test_each_person_counts_once_from_the_first_decision(acme):
    first = released_cohort(START, selected=[Life()])
    second = released_cohort(day("2025-02-01"))
    Participant.objects.create(cohort=second.cohort, person=first.selected[0])
    assert [(spell.start, spell.program) for spell in by_arm(Arm.PROGRAM)] == [(START, first.program.pk)]


def test_regrading_and_moves_within_a_grade_are_no_promotions(acme):
    made = released_cohort(START, selected=[Life(promoted=[day("2025-03-01")])])
    person, grade = made.selected[0], GradeFactory(code="6")
    JobEventFactory(person=person, event="regrade", effective_date=day("2024-06-01"), grade=grade)
    JobEventFactory(person=person, event="lateral_move", effective_date=day("2024-07-01"), grade=grade)
    (spell,) = by_arm(Arm.PROGRAM)
    # Regraded to 6 by then, so the later "promotion" to 6 was none.
    assert spell.promotions == ()


def test_a_move_to_a_higher_grade_is_a_promotion_whatever_it_is_called(acme):
    made = released_cohort(START, selected=[Life()])
    JobEventFactory(
        person=made.selected[0],
        event="lateral_move",
        effective_date=day("2024-07-01"),
        grade=GradeFactory(code="6"),
    )
    (spell,) = by_arm(Arm.PROGRAM)
    assert spell.promotions == (day("2024-07-01"),)


def test_time_in_the_top_grade_is_no_time_at_risk(acme):
    released_cohort(START, selected=[Life(promoted=[day("2024-07-01"), day("2025-07-01")])])
    (risen,) = by_arm(Arm.PROGRAM)
    assert risen.promotable_until == day("2025-07-01")
    assert risen.promotions == (day("2024-07-01"), day("2025-07-01"))


def test_who_stood_in_the_top_grade_is_never_at_risk(acme):
    released_cohort(START, selected=[Life(grade="7")])
    (spell,) = by_arm(Arm.PROGRAM)
    assert (spell.promotable_until, spell.promotions) == (START, ())


def test_a_decision_falls_on_the_organizations_own_day(acme):
    made = released_cohort(START, selected=[Life()])
    made.cohort.released_at = datetime.datetime(2024, 1, 15, 3, tzinfo=datetime.UTC)
    made.cohort.save()
    (spell,) = spells(LATER, ZoneInfo("America/Los_Angeles"))
    assert spell.start == day("2024-01-14")


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(acme, count_queries):
    released_cohort(START, selected=[Life()], passed_over=[Life()])
    few = count_queries(lambda: spells(LATER, UTC))
    released_cohort(START, selected=[Life() for _ in range(30)], passed_over=[Life() for _ in range(30)])
    assert count_queries(lambda: spells(LATER, UTC)) == few
