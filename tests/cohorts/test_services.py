"""The way from a design to signatures, a cohort and its graduates."""

import datetime

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from cohorts import services
from cohorts.models import Cohort, Metric, Objective, Participant, Program, Stakeholder
from tests.factories.cohorts import (
    CohortFactory,
    CompetencyFactory,
    ObjectiveFactory,
    ParticipantFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.identity import MembershipFactory

SOON = timezone.now().date() + datetime.timedelta(days=14)


@pytest.fixture
def ready(acme, alice, bob):
    """A program that is written down, with Alice and Bob as its stakeholders."""
    program = ProgramFactory(complete=True)
    StakeholderFactory(program=program, person=alice.person)
    StakeholderFactory(program=program, person=bob.person, function="hr")
    return program


def verbs():
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_program_is_signed_off_when_the_last_stakeholder_signs(ready, ld_admin, alice, bob):
    services.ask_for_sign_off(ready, due_on=SOON, by=ld_admin)
    services.sign_off(ready, by=alice, remark="Go.")
    ready.refresh_from_db()
    assert ready.state == Program.State.DRAFT
    services.sign_off(ready, by=bob)
    ready.refresh_from_db()
    assert ready.state == Program.State.SIGNED_OFF
    assert verbs() == ["program.sign_off_asked", "program.signed", "program.signed", "program.signed_off"]


def test_nobody_is_asked_before_everything_is_written_down(acme, ld_admin):
    program = ProgramFactory()
    with pytest.raises(ValidationError) as refused:
        services.ask_for_sign_off(program, due_on=SOON, by=ld_admin)
    assert refused.value.messages == [
        "Objectives: write at least one.",
        "Outcomes: write at least one.",
        "Baseline metrics: choose at least one number the program is judged by.",
        "Competency model: add at least one competency.",
        "Stakeholders: name at least one person who signs.",
    ]


def test_what_is_missing_is_named(ready, ld_admin):
    Metric.objects.update(baseline=None)
    competency = CompetencyFactory(program=ready, name="Coaching", behaviors=3)
    behavior = competency.behaviors.first()
    behavior.anchors = ["Never.", "", "Sometimes.", "", "Always."]
    behavior.save()
    Stakeholder.objects.filter(function="hr").update(person=PersonFactory(first_name="Ida", last_name="Berg"))
    with pytest.raises(ValidationError) as refused:
        services.ask_for_sign_off(ready, due_on=SOON, by=ld_admin)
    assert refused.value.messages == [
        "Vacancies filled from within: measure the baseline and say on which day.",
        f"Coaching: “{behavior}” lacks an anchor for 2 and 4.",
        "Ida Berg has no login and cannot sign. Ask the organization owner to invite Ida.",
    ]


def test_a_returned_program_waits_for_l_and_d(ready, ld_admin, alice):
    services.ask_for_sign_off(ready, due_on=SOON, by=ld_admin)
    with pytest.raises(ValidationError, match="Say what would have to change"):
        services.return_program(ready, by=alice, reason=" ")
    services.return_program(ready, by=alice, reason="The retention baseline is from 2023.")
    stakeholder = ready.stakeholders.get(person=alice.person)
    assert (stakeholder.signed_at, stakeholder.return_reason) == (
        None,
        "The retention baseline is from 2023.",
    )


def test_a_change_after_signing_opens_the_design_again_and_says_why(ready, ld_admin, alice, bob):
    services.ask_for_sign_off(ready, due_on=SOON, by=ld_admin)
    services.sign_off(ready, by=alice)
    services.sign_off(ready, by=bob)
    services.save_part(Objective(program=ready, text="Cut vacancy time to 60 days."), by=ld_admin)
    ready.refresh_from_db()
    assert (ready.state, ready.reopened_why) == (
        Program.State.DRAFT,
        "Objective added: Cut vacancy time to 60 days.",
    )
    assert not ready.stakeholders.filter(signed_at__isnull=False).exists()


def test_saving_a_part_unchanged_keeps_the_signatures(acme, ld_admin):
    objective = ObjectiveFactory(program=ProgramFactory(signed_off=True))
    services.save_part(objective, by=ld_admin)
    objective.program.refresh_from_db()
    assert objective.program.state == Program.State.SIGNED_OFF


def test_parts_move_up_and_down(acme, ld_admin):
    program = ProgramFactory()
    for text in ("One", "Two", "Three"):
        services.save_part(Objective(program=program, text=text), by=ld_admin)
    services.move_part(program.objectives.get(text="Three"), up=True, by=ld_admin)
    services.move_part(program.objectives.get(text="One"), up=True, by=ld_admin)
    assert [one.text for one in program.objectives.all()] == ["One", "Three", "Two"]


def test_a_cohort_of_a_draft_program_cannot_take_nominations(acme, ld_admin):
    cohort = CohortFactory(program=ProgramFactory(name="Residency"))
    with pytest.raises(ValidationError) as refused:
        services.move_cohort(cohort, to=Cohort.State.NOMINATING, by=ld_admin)
    assert refused.value.messages == ["Residency is not signed off by its stakeholders yet."]


def test_a_cohort_moves_one_stage_at_a_time(acme, ld_admin):
    cohort = CohortFactory()
    with pytest.raises(ValidationError, match="cannot go to “Running” from there"):
        services.move_cohort(cohort, to=Cohort.State.RUNNING, by=ld_admin)
    moved = services.move_cohort(cohort, to=Cohort.State.NOMINATING, by=ld_admin)
    assert moved.state == Cohort.State.NOMINATING
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.before, entry.after) == (
        "cohort.moved",
        {"state": "draft"},
        {"state": "nominating"},
    )


def refuse_on_fridays(cohort, to):
    return ["The criteria do not add up to 100."] if to == "nominating" else []


def test_apps_above_add_their_preconditions(acme, ld_admin, settings):
    settings.COHORT_PRECONDITIONS = [f"{__name__}.refuse_on_fridays"]
    with pytest.raises(ValidationError, match="do not add up"):
        services.move_cohort(CohortFactory(), to=Cohort.State.NOMINATING, by=ld_admin)


def test_dates_are_proposed_from_the_start(acme, ld_admin):
    program = ProgramFactory(length_months=18)
    cohort = services.open_cohort(
        program, name=" Fall ", starts_on=datetime.date(2031, 3, 1), seats=10, by=ld_admin
    )
    assert (cohort.name, cohort.ends_on, cohort.nominations_open_on) == (
        "Fall",
        datetime.date(2032, 9, 1),
        datetime.date(2030, 11, 9),
    )


def test_a_near_start_gets_a_window_that_is_not_over(acme, ld_admin):
    today = timezone.now().date()
    cohort = services.open_cohort(
        ProgramFactory(signed_off=True),
        name="Soon",
        starts_on=today + datetime.timedelta(days=20),
        seats=5,
        by=ld_admin,
    )
    assert cohort.nominations_open_on == today
    assert services.move_cohort(cohort, to=Cohort.State.NOMINATING, by=ld_admin)


def test_enrolling_fills_seats_once_and_never_more(acme, ld_admin):
    cohort = CohortFactory(state=Cohort.State.SELECTING, seats=2)
    ada, bea, cal = PersonFactory.create_batch(3)
    services.enroll(cohort, [ada, bea], by=ld_admin)
    assert services.enroll(cohort, [ada, bea], by=ld_admin) == []
    with pytest.raises(ValidationError, match="0 free seats for 1 people"):
        services.enroll(cohort, [cal], by=ld_admin)
    assert [one.person for one in cohort.participants.all()] == [ada, bea]


def test_somebody_pauses_comes_back_and_graduates(acme, ld_admin):
    participant = ParticipantFactory(cohort__starts_on=datetime.date(2025, 1, 6), cohort__state="running")
    services.defer(participant, reason="Parental leave", by=ld_admin)
    with pytest.raises(ValidationError, match="deferred and cannot graduate"):
        services.graduate(participant.cohort, [participant], on=datetime.date(2026, 6, 1), by=ld_admin)
    services.return_from_deferral(participant, by=ld_admin)
    services.graduate(participant.cohort, [participant], on=datetime.date(2026, 6, 1), by=ld_admin)
    participant.refresh_from_db()
    assert participant.state == Participant.State.GRADUATED
    with pytest.raises(ValidationError, match="graduated already"):
        services.withdraw(participant, reason="Left", by=ld_admin)


def test_a_wrong_name_in_the_settings_is_found_at_start(settings):
    settings.COHORT_SECTIONS = ["cohorts.sections.nobody"]
    assert [error.id for error in run_checks()] == ["cohorts.E001"]


@pytest.mark.parametrize("day", [datetime.date(1, 1, 2), datetime.date(9999, 1, 1)])
def test_a_start_in_a_year_that_cannot_be_right_is_refused_at_its_field(acme, ld_admin, day):
    with pytest.raises(ValidationError) as refused:
        services.open_cohort(ProgramFactory(), name="Spring", starts_on=day, seats=3, by=ld_admin)
    assert refused.value.message_dict == {"starts_on": [f"The year {day.year} cannot be right."]}


def test_nobody_graduates_on_a_day_that_has_not_come(acme, ld_admin):
    participant = ParticipantFactory(cohort__starts_on=datetime.date(2025, 1, 6), cohort__state="running")
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="has not come yet"):
        services.graduate(participant.cohort, [participant], on=tomorrow, by=ld_admin)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"membership": None}, "has no login"),
        ({"active": False}, "has no login"),
        ({"termination_date": datetime.date(2025, 3, 1)}, "does not work here any more"),
    ],
)
def test_only_who_can_sign_is_asked_for_a_placements_signature(acme, ld_admin, change, sentence):
    login = MembershipFactory(organization=acme, is_active=change.pop("active", True))
    leader = PersonFactory(**{"membership": login} | change)
    with pytest.raises(ValidationError, match=sentence):
        services.propose_placement(
            ParticipantFactory(graduated=True),
            job_title="Account Director",
            effective_on=timezone.localdate(),
            leader=leader,
            accounts=[AccountFactory()],
            by=ld_admin,
        )
