"""The list under the bell, and a mail, as people see them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amdp.notifications.mails import mail_for
from amdp.notifications.models import Notification
from amdp.notifications.services import Message, Notice, notify_many
from amdp.tenancy.context import organization_context
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member():
    """Alice, with sixty notifications, some of them read."""
    organization = OrganizationFactory(name="Acme", slug="acme")
    alice = MembershipFactory(organization=organization, user__name="Alice Manager")
    message = Message(
        kind="selection.approval_asked",
        subject="Approve Jordan Lee for the Account Director cohort by Fri 5 Mar",
        why="You lead the line Jordan Lee works in.",
        body=("Nominations close on Fri 5 Mar.",),
        action="Open the nomination",
        path="/o/acme/",
    )
    now = timezone.now()
    with organization_context(organization):
        person = PersonFactory(first_name="Alice", last_name="Manager", membership=alice)
        notify_many(
            Notice(person, message, period=str(n), not_before=now - timedelta(hours=9 * n)) for n in range(60)
        )
        Notification.objects.filter(period__endswith="3").update(read_at=now)
    return alice


def test_the_list_and_the_mail_are_accessible_and_fit(member, live_server, tmp_path):
    with organization_context(member.organization):
        notification = Notification.objects.select_related("organization").first()
        mail = tmp_path / "mail.html"
        mail.write_text(mail_for(notification, "alice@example.com").alternatives[0].content)
    client = Client()
    client.force_login(member.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with chromium() as browser:
        for size, theme in [("wide", "light"), ("wide", "dark"), ("phone", "light"), ("phone", "dark")]:
            page = new_page(browser, size, theme)
            page.context.add_cookies([cookie])
            for address in [f"{live_server.url}/o/acme/notifications/?page=2", mail.as_uri()]:
                page.goto(address)
                check_accessible(page)
                check_no_sideways_scroll(page)
            assert page.complaints == []
