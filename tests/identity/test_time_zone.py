"""The organization's time zone is confirmed once: proposed by the browser, chosen by the owner, audited."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.identity.services import confirm_time_zone
from amdp.tenancy.models import Organization
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import SIZES

ADDRESS = "/o/acme/settings/time-zone/"


@pytest.fixture
def unconfirmed(acme):
    Organization.objects.update(time_zone_confirmed_at=None)
    acme.refresh_from_db()
    return acme


def test_one_answer_confirms_it_and_is_audited(sign_in, owner, unconfirmed):
    response = sign_in(owner).post(ADDRESS, {"time_zone": "Europe/Berlin"})
    assert response["Location"] == reverse("home:home", args=["acme"])
    unconfirmed.refresh_from_db()
    assert unconfirmed.time_zone == "Europe/Berlin"
    assert unconfirmed.time_zone_confirmed_at is not None
    entry = AuditEntry.objects.get(verb="organization.time_zone_confirmed")
    assert (entry.before, entry.after) == ({"time_zone": "UTC"}, {"time_zone": "Europe/Berlin"})


def test_utc_can_be_confirmed_too_and_saying_it_twice_is_one_entry(owner, unconfirmed):
    first = confirm_time_zone(unconfirmed, time_zone="UTC", by=owner)
    again = confirm_time_zone(unconfirmed, time_zone="UTC", by=owner)
    assert again.time_zone_confirmed_at == first.time_zone_confirmed_at
    assert AuditEntry.objects.filter(verb="organization.time_zone_confirmed").count() == 1


@pytest.mark.parametrize("said", ["", "Mars/Olympus"])
def test_no_zone_and_no_such_zone_are_refused(said, sign_in, owner, unconfirmed):
    page = sign_in(owner).post(ADDRESS, {"time_zone": said})
    assert list(page.context["form"].errors) == ["time_zone"]
    unconfirmed.refresh_from_db()
    assert unconfirmed.time_zone_confirmed_at is None


def test_nothing_is_chosen_for_an_owner_nothing_is_known_of(sign_in, owner, unconfirmed):
    form = sign_in(owner).get(ADDRESS).context["form"]
    assert not form["time_zone"].value()
    owner.time_zone = "Asia/Tokyo"
    owner.save()
    page = sign_in(owner).get(ADDRESS)
    assert page.context["form"]["time_zone"].value() == "Asia/Tokyo"
    assert "data-propose-zone" not in page.content.decode()


def test_the_settings_say_that_nobody_has_confirmed_it(sign_in, owner, unconfirmed):
    address = reverse("identity:organization_change", args=["acme"])
    assert "Nobody has confirmed the time zone yet" in sign_in(owner).get(address).content.decode()
    confirm_time_zone(unconfirmed, time_zone="UTC", by=owner)
    assert "Nobody has confirmed" not in sign_in(owner).get(address).content.decode()


def test_it_is_the_owners_to_say(sign_in, ld_admin, unconfirmed):
    assert sign_in(ld_admin).get(ADDRESS).status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("phone", "dark")])
def test_the_browser_proposes_its_own_zone_and_the_keyboard_confirms_it(live_server, browser, size, theme):
    acme = OrganizationFactory(name="Acme", slug="acme", time_zone_confirmed_at=None)
    owner = MembershipFactory(organization=acme, granted_roles=["owner"])
    client = Client()
    client.force_login(owner.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with browser.new_context(
        viewport=SIZES[size], color_scheme=theme, timezone_id="Asia/Tokyo", reduced_motion="reduce"
    ) as context:
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto(live_server.url + reverse("home:home", args=["acme"]))
        page.get_by_role("link", name="Choose the time zone").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{ADDRESS}")
        assert page.get_by_label("Time zone").input_value() == "Asia/Tokyo"
        assert page.get_by_text("Proposed by this browser").is_visible()
        check_accessible(page)
        check_no_sideways_scroll(page)
        page.get_by_label("Time zone").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{reverse('home:home', args=['acme'])}")
        assert page.get_by_role("link", name="Choose the time zone").count() == 0
    acme.refresh_from_db()
    assert acme.time_zone == "Asia/Tokyo"
