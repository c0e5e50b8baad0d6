"""The directory and a file's way in, in Chromium: accessible, as wide as the window, silent."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.directory.models import Person
from amdp.imports import tasks
from amdp.tenancy.context import organization_context
from tests.factories.directory import (
    AccountFactory,
    JobEventFactory,
    PerformanceRatingFactory,
    PersonFactory,
)
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.imports.files import person, table
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("wide", "light"), ("phone", "dark")]


@pytest.fixture
def olivia(settings, tmp_path, monkeypatch):
    """Olivia owns Acme, and stands at its top. The worker answers at once."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(tasks.check_run, "delay", tasks.check_run)
    monkeypatch.setattr(tasks.import_run, "delay", tasks.import_run)
    organization = OrganizationFactory(name="Acme", slug="acme")
    member = MembershipFactory(
        organization=organization, user__name="Olivia Owner", granted_roles=["owner", "hr_analyst"]
    )
    with organization_context(organization):
        member.top = PersonFactory(first_name="Olivia", last_name="Owner", membership=member)
        bob = PersonFactory(
            first_name="Bartholomew", last_name="Featherstonehaugh-Cholmondeley", manager=member.top
        )
        PersonFactory.create_batch(30, manager=bob)
        member.bob = bob
        member.account = AccountFactory(owner=bob, name="Tidewater Regional Medical Center and Clinics")
        JobEventFactory(person=bob, event="promotion", job_title="District Manager")
        PerformanceRatingFactory(person=bob, rating="3.5")
    return member


@pytest.fixture
def visit(olivia, live_server):
    """Open a page in a look; afterwards nothing was said against it on the console."""
    client = Client()
    client.force_login(olivia.user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    pages = []
    with chromium() as browser:

        def opened(size="wide", theme="light"):
            page = new_page(browser, size, theme)
            page.context.add_cookies([cookie])
            pages.append(page)
            return page

        yield opened
        assert [page.complaints for page in pages if page.complaints] == []


def looks_right(page):
    check_accessible(page)
    check_no_sideways_scroll(page)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_the_directory(visit, live_server, olivia, size, theme):
    page = visit(size, theme)
    for name, *args in [
        ("person_list",),
        ("person_detail", olivia.bob.pk),
        ("person_line", olivia.top.pk),
        ("account_list",),
        ("account_detail", olivia.account.pk),
        ("grade_list",),
        ("demographics_edit",),
    ]:
        page.goto(live_server.url + reverse(f"directory:{name}", args=["acme", *args]))
        looks_right(page)


def test_a_row_opens_its_person(visit, live_server):
    page = visit()
    page.goto(live_server.url + reverse("directory:person_list", args=["acme"]) + "?q=bartho")
    page.get_by_role("link", name="Bartholomew").click()
    page.get_by_role("heading", name="Job history").wait_for()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_a_file_on_its_way_in(visit, live_server, olivia, tmp_path, size, theme):
    page = visit(size, theme)

    def upload(*rows):
        path = tmp_path / "people.csv"
        path.write_bytes(table(*rows).getvalue())
        page.goto(live_server.url + reverse("imports:import_new", args=["acme"]))
        looks_right(page)
        page.get_by_label("CSV file").set_input_files(path)
        page.get_by_role("button", name="Upload and choose columns").click()
        page.get_by_role("heading", name="Which column holds what?").wait_for()
        looks_right(page)
        page.get_by_role("button", name="Check the file").click()

    page.goto(live_server.url + reverse("imports:import_list", args=["acme"]))
    page.get_by_text("No files yet").wait_for()
    looks_right(page)
    upload(person("1", email="nonsense"), person("2", time_zone="Mars/Olympus"))
    page.get_by_role("heading", name="The file was refused").wait_for()
    looks_right(page)
    upload(person("1"), person("2", manager_number="1"))
    page.get_by_text("2 new, 0 changed, 0 unchanged, 32 missing from the file").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Import 2 rows").click()
    page.get_by_text("The directory now holds what the file says").wait_for()
    looks_right(page)
    page.goto(live_server.url + reverse("imports:import_list", args=["acme"]))
    looks_right(page)
    with organization_context(olivia.organization):
        assert Person.objects.filter(manager__employee_number="1").count() == 1
