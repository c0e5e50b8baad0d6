"""The assessment in Chromium: days planned, dragged and read by everybody; a score sheet without a connection
and in two windows. Nothing is lost, nothing kept twice."""

import pytest
from django.test import Client
from django.urls import reverse

from amdp.tenancy.context import organization_context
from selection.models import AssessmentSlot, Observation, Rating, Scoresheet
from selection.queries.assessment import behaviors_of
from selection.services import publish_days
from tests.factories.days import assessing, exercises_for, panel_of, planned, watched
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import AssessorConflictFactory, nominating_cohort
from tests.web.axe import check_accessible, check_no_sideways_scroll
from tests.web.browser import chromium, new_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("wide", "light"), ("phone", "dark")]
WAIT = 20_000


@pytest.fixture
def story(settings, tmp_path):
    """Jo and Kim are watched by Erin and Oscar in two exercises; the days are published."""
    settings.MEDIA_ROOT = tmp_path
    organization = OrganizationFactory(name="Acme", slug="acme")

    def member(person, *roles):
        made = MembershipFactory(organization=organization, user__name=person.name, granted_roles=list(roles))
        person.membership = made
        person.save()
        return made

    with organization_context(organization):
        lena = member(PersonFactory(first_name="Lena", last_name="Admin"), "ld_admin")
        cohort = assessing(nominating_cohort(name="Account Director 2027"))
        exercises = exercises_for(cohort, 60, 30)
        panel = panel_of(cohort, "Erin", "Oscar")
        people = watched(cohort, exercises, ["Jo", "Kim"], panel)
        plan, _ = planned(cohort, lena)
        publish_days(plan, by=lena)
        erin, jo = member(panel[0].person), member(people[0].person)
        slot = AssessmentSlot.objects.filter(candidate=people[0]).earliest("starts_at")
        conflict = AssessorConflictFactory(candidate=people[1], assessor=panel[1])
        sheet = Scoresheet.objects.get(candidate=people[0], assessor=panel[0], exercise=exercises[0])
        behavior = behaviors_of(sheet)[0].pk
    return {
        "organization": organization,
        "lena": lena,
        "erin": erin,
        "jo": jo,
        "cohort": cohort.pk,
        "slot": slot.pk,
        "conflict": conflict.pk,
        "sheet": sheet.pk,
        "exercise": exercises[0].pk,
        "behavior": behavior,
    }


@pytest.fixture
def visit(story, live_server):
    """A page as somebody in a look. What the console says without a connection is no complaint."""
    pages = []
    with chromium() as browser:

        def opened(who, size="wide", theme="light", beside=None):
            page = beside.context.new_page() if beside else new_page(browser, size, theme)
            if beside is None:
                client = Client()
                client.force_login(story[who].user)
                session = client.cookies["sessionid"].value
                page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
                pages.append(page)
            return page

        yield opened
        told = [text for page in pages for text in page.complaints if "net::ERR_" not in text]
        assert told == []


def address(live_server, name, *args):
    return live_server.url + reverse(f"selection:{name}", args=["acme", *args])


def looks_right(page):
    check_accessible(page)
    check_no_sideways_scroll(page)


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_every_page_of_the_days_is_accessible(visit, live_server, story, size, theme):
    pages = {
        "lena": [
            ("day_plan", "cohort", ""),
            ("day_plan", "cohort", "?by=person"),
            ("day_plan_setup", "cohort", ""),
            ("day_plan_cancel", "cohort", ""),
            ("slot_detail", "slot", ""),
            ("conflict_detail", "conflict", ""),
            ("assessor_list", "cohort", ""),
            ("material_list", "exercise", ""),
        ],
        "jo": [("own_days", "cohort", "")],
        "erin": [("own_days", "cohort", "")],
    }
    for who, listed in pages.items():
        page = visit(who, size, theme)
        for name, key, query in listed:
            page.goto(address(live_server, name, story[key]) + query)
            looks_right(page)


def test_a_meeting_is_dragged_and_its_clashes_are_said_first(visit, live_server, story):
    page = visit("lena")
    page.goto(address(live_server, "day_plan", story["cohort"]))
    with organization_context(story["organization"]):
        slots = list(AssessmentSlot.objects.order_by("starts_at", "pk"))
        before = {each.pk: each.starts_at for each in slots}
    first, other = slots[0], next(each for each in slots if each.candidate_id != slots[0].candidate_id)
    dragged = page.locator(f"[data-slot='{first.pk}']")
    dragged.drag_to(
        page.locator(f"[data-slot='{other.pk}']"),
        source_position={"x": 20, "y": 4},
        target_position={"x": 20, "y": 4},
    )
    page.get_by_text("This clashes and is not kept yet").wait_for(timeout=WAIT)
    looks_right(page)
    with organization_context(story["organization"]):
        assert {each.pk: each.starts_at for each in AssessmentSlot.objects.all()} == before
    page.get_by_label("Keep it all the same").check()
    page.get_by_role("button", name="Move it").click()
    page.get_by_text("is moved. Everybody concerned is told.").wait_for(timeout=WAIT)
    page.get_by_role("heading", name="What does not fit").wait_for(timeout=WAIT)
    with organization_context(story["organization"]):
        assert AssessmentSlot.objects.get(pk=first.pk).is_kept


def rate(page, behavior, text, point):
    page.locator(f"#note-{behavior}").fill(text)
    page.locator(f"label.choice:has(input[name='score-{behavior}'][value='{point}'])").first.click()


def kept(story):
    """What the database has of the sheet: jotted notes, texts beside ratings, scores."""
    with organization_context(story["organization"]):
        notes = Observation.objects.filter(scoresheet=story["sheet"])
        return (
            sorted(notes.filter(jotted=True).values_list("text", flat=True)),
            sorted(notes.filter(jotted=False).values_list("text", flat=True)),
            list(Rating.objects.filter(scoresheet=story["sheet"]).values_list("score", flat=True)),
        )


def says(page, text):
    page.locator("[data-autosave-status]", has_text=text).wait_for(timeout=WAIT)


def test_without_a_connection_nothing_is_lost_and_nothing_kept_twice(visit, live_server, story):
    page = visit("erin", "phone", "dark")
    page.goto(address(live_server, "scoresheet_edit", story["sheet"]))
    looks_right(page)
    page.context.set_offline(True)
    for text in ("Asked for the budget first.", "Drew the decision on paper."):
        page.locator("#jot-text").fill(text)
        page.locator("#jot-text").press("Enter")
    rate(page, story["behavior"], "Named the two people who decide.", 4)
    says(page, "Kept on this device")
    page.get_by_text("Drew the decision on paper. (on this device)").wait_for(timeout=WAIT)
    assert kept(story) == ([], [], [])
    page.context.set_offline(False)
    page.get_by_text("(on this device)").first.wait_for(state="detached", timeout=WAIT)
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('sheet:'))", timeout=WAIT
    )
    everything = (
        ["Asked for the budget first.", "Drew the decision on paper."],
        ["Named the two people who decide."],
        [4],
    )
    assert kept(story) == everything
    page.reload()
    assert page.locator(f"#note-{story['behavior']}").input_value() == "Named the two people who decide."
    page.locator("#unsorted").get_by_text("Asked for the budget first.").wait_for(timeout=WAIT)
    assert kept(story) == everything


def test_an_answer_that_gets_lost_does_not_keep_a_note_twice(visit, live_server, story):
    page = visit("erin")
    page.goto(address(live_server, "scoresheet_edit", story["sheet"]))
    lost = []

    def lose(route):
        route.fetch()  # it arrives, and the answer does not come back
        lost.append(route.request.url)
        route.abort()

    page.route("**/notes/", lose)
    page.locator("#jot-text").fill("Summed up in two sentences.")
    page.locator("#jot-text").press("Enter")
    says(page, "Your notes are kept on this device")
    assert kept(story)[0] == ["Summed up in two sentences."]
    page.unroute("**/notes/")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    page.get_by_text("(on this device)").first.wait_for(state="detached", timeout=WAIT)
    assert lost
    assert kept(story)[0] == ["Summed up in two sentences."]


def test_the_device_keeps_what_was_written_when_the_page_is_closed_offline(visit, live_server, story):
    page = visit("erin")
    sheet = address(live_server, "scoresheet_edit", story["sheet"])
    page.goto(sheet)
    page.context.set_offline(True)
    rate(page, story["behavior"], "Let them finish.", 3)
    page.locator("#jot-text").fill("Came back to the question.")
    page.locator("#jot-text").press("Enter")
    says(page, "kept on this device")
    page.close()
    again = visit("erin", beside=page)
    again.context.set_offline(False)
    again.goto(sheet)
    again.wait_for_function(
        "() => !Object.keys(localStorage).some((key) => key.startsWith('sheet:'))", timeout=WAIT
    )
    again.get_by_text("(on this device)").first.wait_for(state="detached", timeout=WAIT)
    assert kept(story) == (["Came back to the question."], ["Let them finish."], [3])


def test_two_windows_show_both_texts_and_lose_neither(visit, live_server, story):
    sheet = address(live_server, "scoresheet_edit", story["sheet"])
    first = visit("erin")
    first.goto(sheet)
    second = visit("erin", beside=first)
    second.goto(sheet)
    rate(first, story["behavior"], "Asked what it costs them.", 4)
    says(first, "Draft saved")
    rate(second, story["behavior"], "Listened for a minute.", 2)
    says(second, "Changed in another window")
    clash = second.locator("[data-clash]")
    clash.get_by_text("Asked what it costs them.").wait_for(timeout=WAIT)
    looks_right(second)
    assert kept(story)[1:] == (["Asked what it costs them."], [4])
    clash.get_by_role("button", name="Keep both texts").click()
    says(second, "Draft saved")
    texts, scores = kept(story)[1:]
    assert texts == ["Asked what it costs them.\nListened for a minute."]
    assert scores == [2]
