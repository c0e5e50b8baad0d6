"""The calibration board in Chromium: two people at once, by mouse, by keyboard, on a phone, accessible."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.services import open_calibration
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import AssessorFactory, assessed_candidate, in_state, nominating_cohort
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def calibration():
    """Lena of L&D and Erin, who assessed, talk about Ana, Ben and Cleo."""
    organization = OrganizationFactory(name="Acme", slug="acme")
    with organization_context(organization):
        cohort = in_state(nominating_cohort(name="Account Leadership 2027", seats=2), Cohort.State.ASSESSING)
        outside = PersonFactory(first_name="Erin", last_name="Assessor")
        lena = MembershipFactory(
            organization=organization, user__name="Lena Admin", granted_roles=["ld_admin"]
        )
        erin = MembershipFactory(organization=organization, user__name="Erin Assessor")
        outside.membership = erin
        outside.save()
        panel = [AssessorFactory(cohort=cohort, person=outside), AssessorFactory(cohort=cohort)]
        for name, value in (("Ana", 5), ("Ben", 3), ("Cleo", 1)):
            assessed_candidate(cohort, panel, value=value, first_name=name, last_name="Novak")
        session = open_calibration(cohort, [erin], by=lena)
        ben = session.places.get(candidate__person__first_name="Ben").pk
    return {"lena": lena, "erin": erin, "cohort": cohort.pk, "ben": ben}


@pytest.fixture
def visit(calibration, live_server):
    """Open a page as somebody; afterwards nothing was said against it on the console."""
    pages = []
    with chromium() as browser:

        def opened(who, size="wide", theme="light", name="calibration_detail", key="cohort"):
            client = Client()
            client.force_login(calibration[who].user)
            page = new_page(browser, size, theme)
            session = client.cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page.goto(live_server.url + reverse(f"selection:{name}", args=["acme", calibration[key]]))
            pages.append(page)
            return page

        yield opened
        assert [page.complaints for page in pages if page.complaints] == []


def box(page, name):
    return page.get_by_role("group", name=name)


def test_one_drags_the_other_sees_it_and_nobody_overwrites(visit):
    lena, erin = visit("lena"), visit("erin")
    box(lena, "High performer").locator(".calib-card").drag_to(box(lena, "High potential"))
    lena.locator(".mini-box input[value='2-3']:checked").wait_for()
    # the other one picks the same card up by keyboard, before the first has said why
    erin.get_by_role("link", name="Move Ben Novak").focus()
    erin.keyboard.press("Space")
    erin.keyboard.press("ArrowUp")
    erin.keyboard.press("Enter")
    erin.locator(".mini-box input[value='3-3']:checked").wait_for()
    assert erin.evaluate("document.activeElement.name") == "reason"
    erin.keyboard.type("Best account plan of the year.")
    lena.get_by_label("Why?").fill("Turned Lyon around.")
    lena.get_by_role("button", name="Move Ben").click()
    box(lena, "High potential").locator("b", has_text="Ben Novak").wait_for()
    box(erin, "High potential").locator("b", has_text="Ben Novak").wait_for(timeout=6000)
    assert erin.get_by_label("Why?").input_value() == "Best account plan of the year."
    erin.get_by_role("button", name="Move Ben").click()
    erin.locator(".error-summary").get_by_text("Lena Admin moved Ben Novak to High potential").wait_for()
    assert erin.get_by_label("Why?").input_value() == "Best account plan of the year."
    erin.get_by_role("button", name="Move Ben").click()
    box(erin, "Star").locator("b", has_text="Ben Novak").wait_for()
    box(lena, "Star").locator("b", has_text="Ben Novak").wait_for(timeout=6000)
    lena.locator("#board").get_by_text("Best account plan of the year.").wait_for()


def test_on_a_page_of_its_own_an_overtaken_move_keeps_what_was_typed(visit):
    lena, erin = (visit(who, name="calibration_place", key="ben") for who in ("lena", "erin"))
    for page, why in ((lena, "Turned Lyon around."), (erin, "Best account plan of the year.")):
        page.locator(".mini-box input[value='3-3']").check()
        page.get_by_label("Why?").fill(why)
        page.get_by_role("button", name="Move Ben").click()
        page.get_by_text("Turned Lyon around.").first.wait_for()
    erin.locator(".error-summary").get_by_text("Lena Admin moved Ben Novak to Star").wait_for()
    assert erin.get_by_label("Why?").input_value() == "Best account plan of the year."


def test_escape_puts_a_card_back_and_ticks_outlive_the_board(visit):
    lena, erin = visit("lena"), visit("erin")
    lena.get_by_role("link", name="Move Ben Novak").focus()
    lena.keyboard.press("Space")
    lena.keyboard.press("ArrowLeft")
    assert lena.locator(".nine-box.is-over").get_attribute("data-name") == "Core player"
    lena.keyboard.press("Escape")
    assert lena.locator(".is-held, .is-over").count() == 0
    lena.get_by_label("Compare Ana Novak").check()
    lena.get_by_label("Compare Cleo Novak").check()
    erin.get_by_role("link", name="Ben Novak", exact=True).click()
    erin.get_by_label("Add a note").fill("One year in the role.")
    erin.get_by_role("button", name="Keep the note").click()
    lena.locator("#board").get_by_text("One year in the role.").wait_for(timeout=6000)
    lena.get_by_role("button", name="Compare 2 side by side").click()
    lena.get_by_role("heading", name="Where they stand, and why").wait_for()
    assert lena.get_by_role("columnheader").filter(has_text="Novak").all_inner_texts() == [
        "Ana Novak",
        "Cleo Novak",
    ]
    check_accessible(lena)
    check_no_sideways_scroll(lena)


@pytest.mark.parametrize(("size", "theme"), [("wide", "light"), ("phone", "dark")])
def test_the_pages_look_right(visit, size, theme):
    page = visit("lena", size, theme)
    check_accessible(page)
    check_no_sideways_scroll(page)
    page.get_by_role("link", name="Move Ben Novak").click()
    page.get_by_role("button", name="Move Ben").wait_for()
    check_accessible(page)
    check_no_sideways_scroll(page)
    page.close()
    for name, key in (
        ("calibration_people", "cohort"),
        ("calibration_place", "ben"),
        ("calibration_close", "cohort"),
        ("calibration_compare", "cohort"),
    ):
        page = visit("lena", size, theme, name, key)
        check_accessible(page)
        check_no_sideways_scroll(page)
