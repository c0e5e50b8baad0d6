"""Approval in Chromium: L&D plans the chain, a leader hands over, the delegate decides on a phone."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from selection.models import Approval, Candidate, SelectionPlan
from selection.services import draft_nomination, submit_nomination
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import chain_steps, eligible_person, nominating_cohort
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("wide", "light"), ("phone", "dark")]
TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}


@pytest.fixture
def story():
    """Alice nominated two people; Dana decides, then HR. Erin works for Dana too."""
    organization = OrganizationFactory(name="Acme", slug="acme")

    def member(person, *roles):
        made = MembershipFactory(organization=organization, user__name=person.name, granted_roles=list(roles))
        person.membership = made
        person.save()
        return made

    with organization_context(organization):
        top = PersonFactory(first_name="Dana", last_name="Director")
        leader = PersonFactory(first_name="Alice", last_name="Manager", manager=top)
        members = {
            "dana": member(top),
            "alice": member(leader),
            "erin": member(PersonFactory(first_name="Erin", last_name="Elsewhere", manager=top)),
            "lena": member(PersonFactory(first_name="Lena", last_name="Admin"), "ld_admin"),
            "hana": member(PersonFactory(first_name="Hana", last_name="Analyst"), "hr_analyst"),
        }
        cohort = nominating_cohort(name="Account Director 2027")
        chain_steps(cohort, {"kind": "leader"}, {"kind": "role", "role": "hr_analyst"})
        for first, last in (("Bartholomew", "Featherstonehaugh"), ("Casey", "Colleague")):
            person = eligible_person(first_name=first, last_name=last, manager=leader)
            submit_nomination(
                draft_nomination(cohort, person, by=members["alice"], **TEXT), by=members["alice"]
            )
        plan = SelectionPlan.objects.get(cohort=cohort)
    return {"organization": organization, "plan": plan.pk, **members}


@pytest.fixture
def visit(story, live_server):
    """A page as somebody in a look; afterwards nothing was said against it on the console."""
    pages = []
    with chromium() as browser:

        def opened(who, size="wide", theme="light"):
            client = Client()
            client.force_login(story[who].user)
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


def address(live_server, name, *args):
    return live_server.url + reverse(f"selection:{name}", args=["acme", *args])


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_ld_adds_a_step_and_tries_the_chain(visit, live_server, story, size, theme):
    page = visit("lena", size, theme)
    page.goto(address(live_server, "plan_part", story["plan"], "approval"))
    looks_right(page)
    page.get_by_text("Add another step").first.click()
    step = page.locator("fieldset", has_text="New step").first
    step.get_by_label("Who decides").select_option(label="A named person")
    step.get_by_label("Named person").fill("Erin Elsewhere")
    looks_right(page)
    page.get_by_label("Why do you change this now?").fill("Erin knows these accounts.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Approval: saved.").wait_for()
    page.goto(address(live_server, "approval_preview", story["plan"]) + "?find=casey")
    page.get_by_text("Erin Elsewhere").first.wait_for()
    looks_right(page)


def test_a_delegate_decides_on_a_phone_and_hr_from_the_list(visit, live_server, story):
    page = visit("dana")
    page.goto(address(live_server, "delegation_list"))
    looks_right(page)
    page.get_by_placeholder("Find a person by name").fill("Erin")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Choose Erin Elsewhere").click()
    looks_right(page)
    last = page.get_by_label("Last day")
    last.fill(page.get_by_label("First day").input_value())
    page.get_by_label("Why?").fill("On leave")
    page.get_by_role("button", name="Let Erin act for me").click()
    page.get_by_text("Erin Elsewhere acts for you").wait_for()

    phone = visit("erin", "phone", "dark")
    with organization_context(story["organization"]):
        link = Notification.objects.filter(kind="selection.approval_asked").earliest("pk").path
    phone.goto(live_server.url + link)  # the mail's link
    phone.get_by_text("You decide for Dana Director.").wait_for()
    looks_right(phone)
    phone.goto(address(live_server, "approval_list"))
    looks_right(phone)
    phone.get_by_role("button", name="Approve Bartholomew").click()
    phone.get_by_text("Bartholomew Featherstonehaugh is approved.").wait_for()
    phone.get_by_text("Return or decline").first.click()
    phone.get_by_label("Your question or reason").fill("Which account was it?")
    looks_right(phone)
    phone.get_by_role("button", name="Return with the question").click()
    phone.get_by_text("Casey Colleague is returned.").wait_for()

    desk = visit("hana")
    desk.goto(address(live_server, "approval_list"))
    desk.get_by_label("Select Bartholomew Featherstonehaugh").check()
    desk.get_by_role("button", name="Approve the selected").click()
    desk.get_by_text("Approved: Bartholomew Featherstonehaugh.").wait_for()
    with organization_context(story["organization"]):
        done = Approval.objects.get(decided_for__first_name="Dana", state="approved")
        assert Candidate.objects.get(person__first_name="Bartholomew").state == "admitted"
    desk.goto(address(live_server, "nomination_detail", done.nomination_id))
    desk.get_by_text("Erin Elsewhere for Dana Director approved").wait_for()
    looks_right(desk)
