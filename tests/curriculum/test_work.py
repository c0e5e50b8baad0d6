"""Completing, handing in, confirming; the order of modules."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from cohorts.models import Participant
from curriculum import services
from curriculum.models import Project
from curriculum.queries import open_work, progress_of
from tests.factories.cohorts import ParticipantFactory
from tests.factories.curriculum import ActivityFactory, ItemFactory, ModuleFactory, ProjectFactory
from tests.factories.directory import AccountFactory, PersonFactory

YESTERDAY = timezone.now().date() - datetime.timedelta(days=1)
ANSWERS = {"Business drivers?": "Growth", "Clinical drivers?": "Oncology"}


@pytest.fixture
def item(bob):
    return ItemFactory(participant__person=bob.person)


@pytest.fixture
def job(bob):
    return ItemFactory(participant__person=bob.person, job=True)


@pytest.fixture
def account(bob):
    return AccountFactory(name="Lakeside Health", owner=bob.person)


def told():
    return sorted(Notification.objects.values_list("kind", "person__first_name"))


def test_one_completes_ones_own_and_reminders_end(item, bob):
    item.remind_at, item.reminder = timezone.now(), "soon"
    item.save()
    services.complete_activity(item, by=bob)
    item.refresh_from_db()
    assert (item.state, item.remind_at, item.done_by) == ("done", None, bob)
    assert AuditEntry.objects.get().verb == "activity.completed"
    with pytest.raises(ValidationError, match="done or handed in already"):
        services.complete_activity(item, by=bob)


def test_nobody_completes_for_somebody_else(item, alice, ld_admin):
    for member in (alice, ld_admin):
        with pytest.raises(ValidationError, match="Only the participant"):
            services.complete_activity(item, by=member)


def test_who_paused_completes_nothing(item, bob):
    Participant.objects.update(state="deferred")
    with pytest.raises(ValidationError, match="not active"):
        services.complete_activity(item, by=bob)


@pytest.mark.parametrize(("kind", "sentence"), [("session", "facilitator"), ("job", "Hand in")])
def test_sessions_and_hand_ins_have_their_own_way(bob, kind, sentence):
    item = ItemFactory(participant__person=bob.person, activity=ActivityFactory(**{kind: True}))
    with pytest.raises(ValidationError, match=sentence):
        services.complete_activity(item, by=bob)


def test_modules_in_order_wait_for_the_one_before_on_the_same_track(bob, acme):
    first = ModuleFactory(title="Marketplace")
    second = ModuleFactory(program=first.program)
    beside = ModuleFactory(program=first.program, track="job")
    me = ParticipantFactory(person=bob.person)
    before, after, other = (
        ItemFactory(participant=me, activity=ActivityFactory(module=module))
        for module in (first, second, beside)
    )
    with pytest.raises(ValidationError, match="opens when “Marketplace” is done"):
        services.complete_activity(after, by=bob)
    services.complete_activity(other, by=bob)
    services.complete_activity(before, by=bob)
    services.complete_activity(after, by=bob)
    assert progress_of(me).modules_done == 3


def test_of_a_choice_one_module_is_enough(bob, ld_admin):
    one = ModuleFactory(rule="one_of", choice="Negotiation or contracting")
    two = ModuleFactory(program=one.program, rule="one_of", choice="Negotiation or contracting")
    me = ParticipantFactory(person=bob.person)
    mine, other = (
        ItemFactory(participant=me, activity=ActivityFactory(module=module)) for module in (one, two)
    )
    services.complete_activity(mine, by=bob)
    other.refresh_from_db()
    assert (other.is_asked, other.is_open) == (False, True)
    assert open_work(me.cohort, ld_admin) == {}


def test_work_is_handed_in_and_the_line_manager_is_asked(job, bob, account):
    project = services.start_project(job, by=bob)
    services.save_draft(project, answers={"Business drivers?": "Gro"}, account=account, by=bob)
    services.submit_project(project, answers=ANSWERS, account=account, by=bob)
    project.refresh_from_db()
    job.refresh_from_db()
    assert (project.state, project.answers, job.state) == ("submitted", ANSWERS, "handed_in")
    assert told() == [("curriculum.handed_in", "Alice")]


def test_what_is_missing_is_named_at_its_field(job, bob):
    project = services.start_project(job, by=bob)
    with pytest.raises(ValidationError) as refused:
        services.submit_project(project, answers={"Business drivers?": "x"}, account=None, by=bob)
    assert sorted(refused.value.message_dict) == ["account", "answer_1"]


def test_only_accounts_of_the_team_can_be_chosen(job, bob, alice):
    project = services.start_project(job, by=bob)
    services.save_draft(project, answers={}, account=AccountFactory(owner=alice.person), by=bob)
    with pytest.raises(ValidationError, match="accounts of your team"):
        services.save_draft(project, answers={}, account=AccountFactory(owner=PersonFactory()), by=bob)


def test_the_next_work_starts_on_the_same_account(job, bob, account):
    services.submit_project(services.start_project(job, by=bob), answers=ANSWERS, account=account, by=bob)
    following = ItemFactory(participant=job.participant, job=True, activity__module=job.activity.module)
    assert services.start_project(following, by=bob).account == account


def test_a_case_study_without_confirmation_is_done_when_handed_in(bob, account):
    activity = ActivityFactory(mode="case_study", prompts=["Why?"])
    item = ItemFactory(participant__person=bob.person, activity=activity)
    project = services.start_project(item, by=bob)
    services.submit_project(project, answers={"Why?": "Margins."}, account=account, by=bob)
    item.refresh_from_db()
    assert (item.state, Project.objects.get().state, told()) == ("done", "finished", [])


def test_the_manager_confirms_with_the_day_and_what_was_seen(bob, alice):
    project = ProjectFactory(submitted=True, item__participant__person=bob.person)
    services.confirm_project(project, used_on=YESTERDAY, seen="The board used her map.", by=alice)
    project.refresh_from_db()
    review = project.reviews.get()
    assert (project.state, project.item.state, review.used_on) == ("confirmed", "done", YESTERDAY)
    assert told() == [("curriculum.project_confirmed", "Bob")]
    assert "board" not in str(AuditEntry.objects.get().after)


def test_the_manager_returns_it_and_it_is_handed_in_again(bob, alice):
    project = ProjectFactory(submitted=True, item__participant__person=bob.person)
    services.return_project(project, question="Who prepares the agenda?", by=alice)
    services.submit_project(project, answers=ANSWERS, account=None, by=bob)
    assert told() == [("curriculum.handed_in", "Alice"), ("curriculum.project_returned", "Bob")]


def test_only_the_line_manager_decides_never_oneself_nor_somebody_higher(acme, alice, bob, ld_admin):
    report = PersonFactory(manager=bob.person)
    above_two = ProjectFactory(submitted=True, item__participant__person=report)
    own = ProjectFactory(submitted=True, item__participant__person=alice.person)
    for project, member in [(above_two, alice), (above_two, ld_admin), (own, alice)]:
        with pytest.raises(ValidationError, match="Only the line manager"):
            services.confirm_project(project, used_on=YESTERDAY, seen="Yes.", by=member)
        with pytest.raises(ValidationError, match="Only the line manager"):
            services.return_project(project, question="Why?", by=member)


def test_a_day_that_has_not_come_is_refused(bob, alice):
    project = ProjectFactory(submitted=True, item__participant__person=bob.person)
    with pytest.raises(ValidationError) as refused:
        services.confirm_project(project, used_on=YESTERDAY + datetime.timedelta(days=4), seen=" ", by=alice)
    assert sorted(refused.value.message_dict) == ["seen", "used_on"]


def test_two_tabs_open_one_draft(job, bob):
    with CaptureQueriesContext(connection) as queries:
        first = services.start_project(job, by=bob)
    assert services.start_project(job, by=bob) == first
    said = [query["sql"] for query in queries]
    looks = next(place for place, sql in enumerate(said) if 'FROM "curriculum_project"' in sql)
    assert any("FOR UPDATE" in sql for sql in said[:looks])
