"""The template: from a blueprint, then edited."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from amdp.audit.models import AuditEntry
from cohorts.models import Program
from curriculum import services
from curriculum.blueprints import journey_blueprint
from curriculum.models import Activity, ActivityCompetency, Module, Session
from tests.curriculum.conftest import SLUG
from tests.factories.cohorts import CompetencyFactory, ProgramFactory
from tests.factories.curriculum import ActivityFactory, AttendanceFactory, ItemFactory, ModuleFactory


def test_the_blueprint_is_a_complete_journey_of_eighteen_months():
    plan = journey_blueprint(SLUG)
    assert len(plan) >= 12
    assert {one["mode"] for module in plan for one in module["activities"]} == set(Activity.Mode.values)
    assert {one["rule"] for one in plan} == set(Module.Rule.values)
    assert max(one.get("offset_months", 0) for one in plan) == 17


def test_a_blueprint_fills_an_empty_template_once(acme, ld_admin):
    program = ProgramFactory(blueprint=SLUG)
    CompetencyFactory(program=program, name="Leading without authority")
    services.copy_blueprint(program, by=ld_admin)
    compliance = program.modules.get(title="Compliance")
    assert compliance.launches_with.title == "Kick-off"
    assert ActivityCompetency.objects.filter(competency__name="Leading without authority").count() > 5
    with pytest.raises(ValidationError, match="has a journey already"):
        services.copy_blueprint(program, by=ld_admin)
    assert AuditEntry.objects.filter(verb="journey_template.copied").count() == 1


def test_a_new_module_goes_to_the_end_and_moves_up(program, ld_admin):
    new = services.save_module(Module(program=program, title="Residency"), by=ld_admin)
    services.move_module(new, up=True, by=ld_admin)
    assert [one.title for one in program.modules.all()] == ["Marketplace", "Residency", "Account profile"]


def test_a_choice_needs_its_name(program, ld_admin):
    module = Module(program=program, title="Negotiating", rule="one_of")
    with pytest.raises(ValidationError) as refused:
        services.save_module(module, by=ld_admin)
    assert list(refused.value.message_dict) == ["choice"]


def test_a_module_launches_with_one_that_has_a_start_of_its_own(program, ld_admin):
    first, second = program.modules.all()
    second.launches_with = first
    services.save_module(second, by=ld_admin)
    third = ModuleFactory.build(program=program, launches_with=second)
    with pytest.raises(ValidationError, match="itself launches with another"):
        services.save_module(third, by=ld_admin)


def test_what_is_confirmed_needs_prompts(program, ld_admin):
    activity = Activity(
        module=program.modules.first(), title="On the job", mode="on_the_job", needs_confirmation=True
    )
    with pytest.raises(ValidationError) as refused:
        services.save_activity(activity, by=ld_admin)
    assert list(refused.value.message_dict) == ["prompts"]


def test_what_somebody_began_is_not_deleted(program, ld_admin):
    item = ItemFactory(activity=ActivityFactory(module=program.modules.first()), state="done")
    for delete, what in [
        (services.delete_activity, item.activity),
        (services.delete_module, item.activity.module),
    ]:
        with pytest.raises(ValidationError, match="so it stays"):
            delete(what, by=ld_admin)


def test_what_nobody_began_goes_with_its_dates(program, ld_admin):
    item = ItemFactory(activity=ActivityFactory(module=program.modules.first()))
    services.delete_module(item.activity.module, by=ld_admin)
    assert [one.title for one in program.modules.all()] == ["Account profile"]


def test_an_archived_program_keeps_its_journey(program, ld_admin):
    program.state = "archived"
    program.save()
    with pytest.raises(ValidationError, match="is archived"):
        services.save_module(Module(program=program, title="New"), by=ld_admin)


def seated(activity, **fields):
    return AttendanceFactory(
        session__activity=activity,
        session__journey__cohort__program=activity.module.program,
        session__day=timezone.now().date() + datetime.timedelta(days=9),
        **fields,
    )


def test_a_session_in_which_people_have_a_seat_is_cancelled_before_it_goes(program, ld_admin):
    activity = Activity.objects.get(title="Round table")
    session = seated(activity).session
    with pytest.raises(ValidationError, match="Cancel that session first"):
        services.delete_activity(activity, by=ld_admin)
    with pytest.raises(ValidationError, match="Cancel that session first"):
        services.delete_module(activity.module, by=ld_admin)
    activity.mode = Activity.Mode.E_LEARNING
    with pytest.raises(ValidationError, match="Cancel that session first"):
        services.save_activity(activity, by=ld_admin)
    services.cancel_session(session, by=ld_admin)
    services.save_activity(activity, by=ld_admin)
    assert not Session.objects.exists()


def test_an_archived_template_keeps_its_order(program, ld_admin):
    first = program.modules.first()
    Program.objects.update(state=Program.State.ARCHIVED)
    with pytest.raises(ValidationError, match="stays as it is"):
        services.move_module(first, up=False, by=ld_admin)
    with pytest.raises(ValidationError, match="stays as it is"):
        services.move_activity(first.activities.first(), up=False, by=ld_admin)


def test_what_somebody_has_just_taken_out_moves_nowhere(program, ld_admin):
    gone = program.modules.last()
    Module.objects.filter(pk=gone.pk).delete()
    services.move_module(gone, up=True, by=ld_admin)
    assert not AuditEntry.objects.filter(verb="module.moved").exists()


def test_a_live_session_has_at_least_one_seat(program, ld_admin):
    activity = Activity.objects.get(title="Round table")
    activity.session_seats = 0
    with pytest.raises(ValidationError) as refused:
        services.save_activity(activity, by=ld_admin)
    assert list(refused.value.message_dict) == ["session_seats"]
