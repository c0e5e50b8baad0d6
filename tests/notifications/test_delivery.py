"""From the outbox to a mail server, without a worker: what is claimed, sent and noted."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from amdp.notifications import delivery
from amdp.notifications.delivery import LEASE, claim, deliver
from amdp.notifications.models import Notification
from amdp.notifications.services import Message, Notice, notify, notify_many
from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import OrganizationFactory

ASKED = Message(
    kind="selection.approval_asked",
    subject="Approve Jordan Lee & Söhne for the Account Director cohort by Fri 5 Mar",
    why="You lead the line Jordan Lee works in.",
    body=("Nora Quinn nominated Jordan.", "Nominations close on Fri 5 Mar."),
    action="Open the nomination",
    path="/o/acme/selection/nominations/7/",
)


def send_all(organization):
    return deliver(organization.pk, list(Notification.objects.order_by("pk").values_list("pk", flat=True)))


def states():
    return list(Notification.objects.order_by("pk").values_list("state", "reason"))


def test_a_mail_says_why_and_what_in_the_organization_s_name(alice, settings):
    settings.SITE_URL = "https://amdp.example"
    written = notify(alice.person, ASKED)

    assert send_all(alice.organization) == 1
    (sent,) = mail.outbox
    html = sent.alternatives[0].content
    assert sent.subject == ASKED.subject
    assert (sent.to, sent.from_email) == ([alice.user.email], "Acme via AMDP <no-reply@amdp.example>")
    assert sent.body.splitlines()[0] == ASKED.why
    assert "https://amdp.example/o/acme/selection/nominations/7/" in sent.body
    assert "Jordan Lee & Söhne" in sent.body
    assert "Jordan Lee &amp; Söhne" in html
    assert html.count('href="https://amdp.example/o/acme/selection/nominations/7/"') == 1
    assert alice.organization.accent in html
    assert (
        sent.extra_headers["Message-ID"]
        == f"<notification.{alice.organization.pk}.{written.pk}@amdp.example>"
    )
    assert "Importance" not in sent.extra_headers


def test_a_colour_too_light_to_read_is_darkened(alice):
    alice.organization.accent = "#ffe14d"
    alice.organization.save()
    notify(alice.person, ASKED)
    send_all(alice.organization)
    assert "#ffe14d" not in mail.outbox[0].alternatives[0].content


def test_sending_again_sends_nothing(alice):
    notify(alice.person, ASKED)
    assert (send_all(alice.organization), send_all(alice.organization)) == (1, 0)
    written = Notification.objects.get()
    assert (written.state, written.attempts, written.claimed_until) == ("sent", 1, None)
    assert written.sent_at is not None


def test_what_is_planned_for_later_waits(alice):
    notify(alice.person, ASKED, not_before=timezone.now() + timedelta(hours=1))
    assert send_all(alice.organization) == 0
    assert states() == [("planned", "")]


def test_those_who_cannot_get_it_are_skipped_with_a_reason(alice, bob):
    bob.user.is_active = False
    bob.user.save()
    yesterday = timezone.now().date() - timedelta(days=2)
    people = [
        PersonFactory(email=""),
        PersonFactory(termination_date=yesterday),
        bob.person,
        PersonFactory(email="still@example.com", termination_date=yesterday + timedelta(days=40)),
    ]
    notify_many([Notice(person, ASKED) for person in people])

    assert send_all(alice.organization) == 1
    assert states() == [
        ("skipped", "No e-mail address in the directory."),
        ("skipped", "No longer works here."),
        ("skipped", "May no longer sign in."),
        ("sent", ""),
    ]
    assert [sent.to for sent in mail.outbox] == [["still@example.com"]]


def test_one_rejected_address_does_not_hold_up_nine_others(acme, smtp):
    people = [PersonFactory(email=f"p{n}@example.com") for n in range(10)]
    smtp.reject("p4@example.com")
    notify_many([Notice(person, ASKED) for person in people])

    assert send_all(acme) == 9
    assert smtp.recipients == [f"p{n}@example.com" for n in range(10) if n != 4]
    assert states()[4] == ("failed", "550 No such mailbox")
    assert [message["Message-ID"] for message in smtp.messages] == [
        f"<notification.{acme.pk}.{pk}@127.0.0.1>"
        for pk in Notification.objects.filter(state="sent").order_by("pk").values_list("pk", flat=True)
    ]


def test_what_is_refused_for_now_is_tried_again_when_the_lease_has_run_out(acme, smtp):
    person = PersonFactory(email="later@example.com")
    smtp.reject("later@example.com", "451 Greylisted")
    notify(person, ASKED)

    assert send_all(acme) == 0
    assert states() == [("claimed", "451 Greylisted")]
    smtp.rejected.clear()
    assert send_all(acme) == 0
    Notification.objects.update(claimed_until=timezone.now())
    assert send_all(acme) == 1
    assert states() == [("sent", "")]


def test_an_address_that_cannot_be_written_fails_alone(acme, smtp):
    people = [
        PersonFactory(email=address)
        for address in ("ok@example.com", "a\nb@example.com", "x@y@z", "ok2@example.com")
    ]
    notify_many([Notice(person, ASKED) for person in people])
    send_all(acme)
    assert smtp.recipients == ["ok2@example.com", "ok@example.com"]
    assert [state for state, _ in states()] == ["sent", "failed", "failed", "sent"]


def test_when_the_mail_server_is_away_nothing_is_lost(acme, smtp):
    smtp.stop()
    notify(PersonFactory(), ASKED)
    assert send_all(acme) == 0
    assert states() == [("claimed", "")]


def test_after_five_attempts_it_is_given_up(acme, smtp):
    notify(PersonFactory(), ASKED)
    Notification.objects.update(state="claimed", claimed_until=timezone.now(), attempts=5)
    assert send_all(acme) == 0
    assert states() == [("failed", "Not delivered in 5 attempts.")]


def test_a_claim_is_left_alone_until_its_lease_has_run_out(acme, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    written = notify(PersonFactory(), ASKED)
    assert [n.pk for n in claim(acme.pk, [written.pk])] == [written.pk]
    assert claim(acme.pk, [written.pk]) == []
    time_machine.shift(LEASE)
    assert [n.pk for n in claim(acme.pk, [written.pk])] == [written.pk]


def test_nothing_is_begun_at_the_last_moment_of_a_lease(acme, time_machine, monkeypatch):
    time_machine.move_to(timezone.now(), tick=False)
    notify_many([Notice(person, ASKED) for person in PersonFactory.create_batch(2)])
    slow = delivery.send

    def send(*args):
        outcome = slow(*args)
        time_machine.shift(LEASE - timedelta(seconds=30))
        return outcome

    monkeypatch.setattr(delivery, "send", send)
    assert send_all(acme) == 1
    assert [state for state, _ in states()] == ["sent", "claimed"]


def test_ids_of_another_organization_send_nothing(acme, globex):
    written = notify(PersonFactory(), ASKED)
    assert deliver(globex.pk, [written.pk]) == 0
    assert states() == [("planned", "")]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_send_each_message_once(smtp):
    organization = OrganizationFactory()
    with organization_context(organization):
        notify_many([Notice(PersonFactory(email=f"p{n}@example.com"), ASKED) for n in range(30)])
        ids = list(Notification.objects.values_list("pk", flat=True))
    together = Barrier(2)

    def run():
        together.wait()
        deliver(organization.pk, ids)
        connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(smtp.messages), set(smtp.ids().values())) == (30, {1})
