"""The selection in Chromium, as leader and as L&D: accessible, as wide as the window, silent."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.services import accept_ranking, decide_nomination, draw_slate, submit_nomination
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    AssessorFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    eligible_person,
    in_state,
    nominating_cohort,
)
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("wide", "light"), ("phone", "dark")]


def member_of(organization, person, *roles):
    made = MembershipFactory(organization=organization, user__name=person.name, granted_roles=list(roles))
    person.membership = made
    person.save()
    return made


@pytest.fixture
def selections():
    """A cohort with a nomination that Dana returned to Alice, and one whose slate holds a tie."""
    organization = OrganizationFactory(name="Acme", slug="acme")
    with organization_context(organization):
        top, outside = PersonFactory(first_name="Dana"), PersonFactory(first_name="Lena", last_name="Admin")
        dana, lena = member_of(organization, top), member_of(organization, outside, "ld_admin")
        leader = PersonFactory(first_name="Alice", last_name="Manager", manager=top)
        alice = member_of(organization, leader)
        jordan = eligible_person(first_name="Bartholomew", last_name="Featherstonehaugh", manager=leader)
        new = {"hire_date": "2026-11-02", "market": "FR", "business_unit": "Vaccines"}
        nora = PersonFactory(first_name="Nora", last_name="New", manager=leader, **new)
        cohort = nominating_cohort(name="Account Director 2027")
        plan = cohort.selection_plans.get()
        returned = NominationFactory(candidate__cohort=cohort, candidate__person=jordan, nominator=leader)
        submit_nomination(returned, by=alice)
        decide_nomination(returned, decision="return", remark="Which account was it?", by=dana)
        deciding = in_state(
            nominating_cohort(name="Account Leadership 2027", seats=1), Cohort.State.ASSESSING
        )
        panel = [AssessorFactory(cohort=deciding, person=outside), AssessorFactory(cohort=deciding)]
        for name in ("Ana", "Ben", "Cleo"):
            assessed_candidate(deciding, panel, value=4 if name != "Cleo" else 2, first_name=name)
        slate = draw_slate(deciding, by=lena)
        accept_ranking(slate, reserve=1, by=lena)
        decision = slate.decisions.first()
        scoring = in_state(nominating_cohort(name="Foundation 2027"), Cohort.State.ASSESSING)
        sheet = ScoresheetFactory(
            candidate__cohort=scoring, assessor=AssessorFactory(cohort=scoring, person=outside)
        )
    return {
        "alice": alice,
        "lena": lena,
        "cohort": cohort.pk,
        "plan": plan.pk,
        "nora": nora.pk,
        "deciding": deciding.pk,
        "returned": returned.pk,
        "file": returned.candidate_id,
        "decision": decision.pk,
        "sheet": sheet.pk,
    }


@pytest.fixture
def visit(selections, live_server):
    """Open a page as somebody in a look; afterwards nothing was said against it on the console."""
    pages = []
    with chromium() as browser:

        def opened(who, size="wide", theme="light"):
            client = Client()
            client.force_login(selections[who].user)
            page = new_page(browser, size, theme)
            session = client.cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            pages.append(page)
            return page

        yield opened
        assert [page.complaints for page in pages if page.complaints] == []


def looks_right(page):
    check_accessible(page)
    check_no_sideways_scroll(page)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_a_leader_nominates(visit, live_server, selections, size, theme):
    page = visit("alice", size, theme)
    for name, key, query in [
        ("selection_home", None, ""),
        ("nominee_list", "cohort", ""),
        ("nominee_list", "cohort", "?show=everybody"),
        ("nominee_list", "cohort", "?show=everybody&market=FR"),
        ("nomination_withdraw", "returned", ""),
        ("nomination_edit", "returned", ""),
        ("nomination_detail", "returned", ""),
        ("candidate_detail", "file", ""),
    ]:
        args = ["acme", selections[key]] if key else ["acme"]
        page.goto(live_server.url + reverse(f"selection:{name}", args=args) + query)
        looks_right(page)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_ld_runs_a_selection(visit, live_server, selections, size, theme):
    page = visit("lena", size, theme)
    for name, key in [
        ("candidate_list", "cohort"),
        ("candidate_detail", "file"),
        ("selection_setup", "cohort"),
        ("candidate_list", "deciding"),
        ("assessor_list", "deciding"),
        ("slate_detail", "deciding"),
        ("decision_edit", "decision"),
        ("slate_release", "deciding"),
        ("scoresheet_edit", "sheet"),
    ]:
        page.goto(live_server.url + reverse(f"selection:{name}", args=["acme", selections[key]]))
        looks_right(page)
    page.goto(live_server.url + reverse("cohorts:cohort_move", args=["acme", selections["cohort"]]))
    looks_right(page)
    page.get_by_role("button", name="Remind Alice now").click()
    page.get_by_text("1 reminder is on the way.").wait_for()


def test_everybody_is_one_key_away_and_the_keyboard_stays(visit, live_server, selections):
    page = visit("alice")
    page.goto(live_server.url + reverse("selection:nominee_list", args=["acme", selections["cohort"]]))
    assert page.locator(".list-count").inner_text() == "1 eligible person"
    page.get_by_role("link", name="Everybody in your line 2").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=2 people")
    assert "show=everybody" in page.url
    assert page.evaluate("document.activeElement.innerText").startswith("Everybody in your line")
    assert page.get_by_role("link", name="See why Nora New is not eligible").is_visible()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_rules_are_counted_as_they_are_written(visit, live_server, selections, size, theme):
    page = visit("lena", size, theme)
    page.goto(live_server.url + reverse("selection:eligibility_edit", args=["acme", selections["plan"]]))
    looks_right(page)
    before = page.locator(".rules-count b").inner_text()
    assert before != "0"
    page.get_by_label("At least this many months in the company").fill("600")
    page.keyboard.press("Tab")
    page.get_by_role("group", name="At least 600 months in the company").wait_for()
    assert page.locator(".rules-count b").inner_text() == "0"
    assert page.evaluate("document.activeElement.id") == "id_0-1-is_on"
    page.locator("#new-0").select_option("first_time")
    page.get_by_role("button", name="Add a rule to group 1").click()
    page.get_by_role("group", name="Never took part in this program").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Save the rules").click()
    page.get_by_role("link", name="Why do you change this now?").wait_for()
    looks_right(page)


def test_exceptions_look_right(visit, live_server, selections):
    page = visit("lena", "phone", "light")
    for name, *arguments in (
        ("exception_list", selections["cohort"]),
        ("exception_ask", selections["cohort"], selections["nora"]),
    ):
        page.goto(live_server.url + reverse(f"selection:{name}", args=["acme", *arguments]))
        looks_right(page)
    page.get_by_label("At least 24 months in the company").check()
    page.get_by_label("Why?").fill("Came with a team we took over.")
    page.get_by_role("button", name="Ask a second person").click()
    page.get_by_text("You asked, so a second person").wait_for()
    looks_right(page)
