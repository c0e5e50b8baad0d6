"""Every Celery task: whose it is, and that another organization's id opens nothing."""

from contextlib import suppress
from datetime import timedelta

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
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.mentoring import MentorFactory
from tests.imports.files import person, table

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


def match(hr_analyst):
    cohort = CohortFactory(state="running")
    ParticipantFactory(cohort=cohort)
    MentorFactory()
    run = start_run(cohort, by=hr_analyst)
    return run.pk, lambda: MatchRun.objects.get(pk=run.pk).state


def mail_invitations(hr_analyst):
    invitation = invite("new@acme.example", by=hr_analyst, mail=False)
    return [invitation.pk], lambda: Invitation.objects.get(pk=invitation.pk).mailed_at


def make_export(hr_analyst):
    run = ask_for_export("people", "csv", "", by=hr_analyst)
    return run.pk, lambda: ExportRun.objects.get(pk=run.pk).state


def uploaded(hr_analyst):
    file = table(person("1", last_name="Lovelace"))
    run = upload_file("people", file, "people.csv", by=hr_analyst)
    choose_columns(run, run.mapping, by=hr_analyst)
    return run


def check_run(hr_analyst):
    run = uploaded(hr_analyst)
    return run.pk, lambda: ImportRun.objects.get(pk=run.pk).state


def import_run(hr_analyst):
    run = uploaded(hr_analyst)
    check(run.pk)
    run.refresh_from_db()
    confirm_import(run, by=hr_analyst)
    return run.pk, lambda: ImportRun.objects.get(pk=run.pk).state


def planned(hr_analyst):
    return notify(hr_analyst, Message(kind="guard", subject="Hello", why="You are here.", body=()))


def deliver(hr_analyst):
    notice = planned(hr_analyst)
    return [notice.pk], lambda: Notification.objects.get(pk=notice.pk).state


STORIES = {
    "mentoring.tasks.match": match,
    "amdp.identity.tasks.mail_invitations": mail_invitations,
    "amdp.exports.tasks.make_export": make_export,
    "amdp.imports.tasks.check_run": check_run,
    "amdp.imports.tasks.import_run": import_run,
    "amdp.notifications.tasks.deliver": deliver,
}


@pytest.fixture(autouse=True)
def _alone(settings, tmp_path, monkeypatch):
    """Files go to a folder of this test; nothing reaches a queue."""
    settings.MEDIA_ROOT = tmp_path
    for task in own_tasks().values():
        monkeypatch.setattr(task, "apply_async", lambda *args, **how: None)


def test_every_task_of_an_organization_has_its_story():
    of_one = {name for name, task in own_tasks().items() if getattr(task, "takes_organization", False)}
    assert of_one == {*STORIES, "amdp.notifications.tasks.tick_organization"}  # told below


@pytest.mark.parametrize("name", sorted(STORIES))
def test_a_task_with_another_organization_s_id_touches_nothing(name, hr_analyst, globex):
    facts, seen = STORIES[name](hr_analyst)
    task, before = own_tasks()[name], seen()

    with suppress(ObjectDoesNotExist), transaction.atomic():
        task(globex.pk, facts)
    assert seen() == before
    assert mail.outbox == []

    task(hr_analyst.organization_id, facts)  # for its own organization it does something
    assert seen() != before


@pytest.mark.parametrize("nobody", [None, 0, -1, True, "1"])
@pytest.mark.parametrize("name", sorted(STORIES))
def test_a_task_without_an_organization_refuses(name, nobody):
    with pytest.raises(ValueError, match="organization id first"):
        own_tasks()[name](nobody, 1)


def test_the_tick_of_another_organization_delivers_nothing(hr_analyst, globex, monkeypatch):
    notice, delivered = planned(hr_analyst), []
    monkeypatch.setattr(
        notification_tasks.deliver, "delay", lambda organization, ids: delivered.append((organization, ids))
    )
    Notification.objects.filter(pk=notice.pk).update(created_at=timezone.now() - timedelta(hours=1))

    notification_tasks.tick_organization(globex.pk)
    assert delivered == []
    notification_tasks.tick_organization(hr_analyst.organization_id)
    assert delivered == [(hr_analyst.organization_id, [notice.pk])]
