"""The API describes itself without a guess, and its page of instructions works under the security policy."""

import pytest
from django.core.management import call_command
from django.test import Client

from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.web.browser import chromium, new_page


def test_the_description_is_valid_and_leaves_nothing_to_guess(tmp_path):
    written = tmp_path / "schema.yml"
    call_command("spectacular", file=str(written), validate=True, fail_on_warn=True)
    assert "/api/v1/o/{org}/people/" in written.read_text()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_that_reads_it_out_works_in_a_browser(live_server):
    member = MembershipFactory(organization=OrganizationFactory(slug="acme"))
    client = Client()
    client.force_login(member.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with chromium() as browser:
        page = new_page(browser)
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}/api/v1/o/acme/docs/")
        page.locator(".opblock-summary-get").first.click(timeout=60_000)
        page.locator(".opblock-body .responses-wrapper").first.wait_for()
        assert page.complaints == []
