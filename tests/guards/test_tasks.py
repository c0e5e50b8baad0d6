"""Every Celery task: whose it is, and that another organization's id opens nothing."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone

from amdp.celery import app
from amdp.exports.models import ExportRun
from amdp.exports.services import ask_for_export
from amdp.identity.models import Invitation
from amdp.identity.services.invitations import invite
from amdp.imports.models import ImportRun
from amdp.imports.services import check_run as check
from amdp.imports.services import choose_columns, confirm_import, upload_file
from amdp.notifications import tasks as notification_tasks
from amdp.notifications.models import Notification
from amdp.notifications.services import Message, notify
from mentoring.models import MatchRun
from mentoring.services import start_run
from selection.models import Approval, AssessmentRun, EligibilityResult, Erasure, ReliabilityReport, Slate
from selection.services import draw_slate, start_assessment_run, work_out_reliability
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.directory import PersonFactory
from tests.factories.mentoring import MentorFactory
from tests.factories.metrics import lives, released_cohort
from tests.factories.selection import ApprovalFactory
from tests.imports.files import person, table
from tests.selection.test_slate import assessed_cohort

# Tasks of the installation: they look at no organization's rows.
OF_NOBODY = {
    "amdp.health.beat_heartbeat": "leaves a sign of life in Redis",
    "amdp.identity.tasks.deliver": "sends a mail that is finished, to one login",
    "amdp.notifications.tasks.tick": "reads which organizations have something due, wakes each on its own",
}


def own_tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_takes_an_organization_or_is_on_the_list():
    others = {name for name, task in own_tasks().items() if not getattr(task, "takes_organization", False)}
    assert others == set(OF_NOBODY)


# --- a story each: what the task would do for Acme, and how one sees that it did ----------------------


def match(ld_admin):
    cohort = CohortFactory(state="running")
    ParticipantFactory(cohort=cohort)
    MentorFactory()
    run = start_run(cohort, by=ld_admin)
    return run.pk, lambda: MatchRun.objects.get(pk=run.pk).state


def mail_invitations(ld_admin):
    invitation = invite("new@acme.example", by=ld_admin, mail=False)
    return [invitation.pk], lambda: Invitation.objects.get(pk=invitation.pk).mailed_at


def make_export(ld_admin):
    PersonFactory()
    run = ask_for_export("people", "csv", "", by=ld_admin)
    return run.pk, lambda: ExportRun.objects.get(pk=run.pk).state


def uploaded(ld_admin):
    file = table(person("1", last_name="Lovelace"))
    run = upload_file("people", file, "people.csv", by=ld_admin)
    choose_columns(run, run.mapping, by=ld_admin)
    return run


def check_run(ld_admin):
    run = uploaded(ld_admin)
    return run.pk, lambda: ImportRun.objects.get(pk=run.pk).state


def import_run(ld_admin):
    run = uploaded(ld_admin)
    check(run.pk)
    run.refresh_from_db()
    confirm_import(run, by=ld_admin)
    return run.pk, lambda: ImportRun.objects.get(pk=run.pk).state


def planned(ld_admin):
    return notify(ld_admin, Message(kind="guard", subject="Hello", why="You are here.", body=()))


def deliver(ld_admin):
    notice = planned(ld_admin)
    return [notice.pk], lambda: Notification.objects.get(pk=notice.pk).state


def measure_sensitivity(ld_admin):
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    return slate.pk, lambda: Slate.objects.get(pk=slate.pk).sensitivity


def measure_reliability(ld_admin):
    report = work_out_reliability(assessed_cohort(), by=ld_admin)
    return report.pk, lambda: ReliabilityReport.objects.get(pk=report.pk).worked_out_at


def erase_files(ld_admin):
    cohort = released_cohort(date(2022, 1, 17), passed_over=lives(1)).cohort
    Erasure.objects.create(cohort=cohort, told_at=timezone.now() - timedelta(days=40))
    return cohort.pk, lambda: Erasure.objects.get(cohort=cohort).files


def work_on_assessment(ld_admin):
    run = start_assessment_run(assessed_cohort(), "assign", by=ld_admin)
    return run.pk, lambda: AssessmentRun.objects.get(pk=run.pk).state


STORIES = {
    "selection.tasks.erase_files": erase_files,
    "selection.tasks.work_on_assessment": work_on_assessment,
    "selection.tasks.measure_sensitivity": measure_sensitivity,
    "selection.tasks.measure_reliability": measure_reliability,
    "mentoring.tasks.match": match,
    "amdp.identity.tasks.mail_invitations": mail_invitations,
    "amdp.exports.tasks.make_export": make_export,
    "amdp.imports.tasks.check_run": check_run,
    "amdp.imports.tasks.import_run": import_run,
    "amdp.notifications.tasks.deliver": deliver,
}

# These take nothing but the organization; test_standing, test_upkeep and test_closeness say what they do for their own.
OF_ALL = ("selection.tasks.reevaluate", "selection.tasks.reroute", "selection.tasks.flag_conflicts")


@pytest.fixture(autouse=True)
def _alone(settings, tmp_path, monkeypatch):
    """Files go to a folder of this test; nothing reaches a queue."""
    settings.MEDIA_ROOT = tmp_path
    for task in own_tasks().values():
        monkeypatch.setattr(task, "apply_async", lambda *args, **how: None)


def test_every_task_of_an_organization_has_its_story():
    of_one = {name for name, task in own_tasks().items() if getattr(task, "takes_organization", False)}
    assert of_one == {*STORIES, *OF_ALL, "amdp.notifications.tasks.tick_organization"}  # told below


@pytest.mark.parametrize("name", sorted(STORIES))
def test_a_task_with_another_organization_s_id_touches_nothing(name, ld_admin, globex):
    facts, seen = STORIES[name](ld_admin)
    task, before = own_tasks()[name], seen()

    with suppress(ObjectDoesNotExist), transaction.atomic():
        task(globex.pk, facts)
    assert seen() == before
    assert mail.outbox == []

    task(ld_admin.organization_id, facts)  # for its own organization it does something
    assert seen() != before


@pytest.mark.parametrize("name", OF_ALL)
def test_a_task_over_all_of_another_organization_touches_nothing(name, ld_admin, globex):
    ApprovalFactory(approver=PersonFactory(termination_date=timezone.now().date() - timedelta(days=9)))

    def seen():
        return [list(model.objects.order_by("pk").values()) for model in (Approval, EligibilityResult)]

    before = seen()
    own_tasks()[name](globex.pk)
    assert seen() == before


@pytest.mark.parametrize("nobody", [None, 0, -1, True, "1"])
@pytest.mark.parametrize("name", sorted(STORIES))
def test_a_task_without_an_organization_refuses(name, nobody):
    with pytest.raises(ValueError, match="organization id first"):
        own_tasks()[name](nobody, 1)


def test_the_tick_of_another_organization_delivers_nothing(ld_admin, globex, monkeypatch):
    notice, delivered = planned(ld_admin), []
    monkeypatch.setattr(
        notification_tasks.deliver, "delay", lambda organization, ids: delivered.append((organization, ids))
    )
    Notification.objects.filter(pk=notice.pk).update(created_at=timezone.now() - timedelta(hours=1))

    notification_tasks.tick_organization(globex.pk)
    assert delivered == []
    notification_tasks.tick_organization(ld_admin.organization_id)
    assert delivered == [(ld_admin.organization_id, [notice.pk])]
