"""The assessment and what follows until the slate, each role in the browser: who scores whom and when; scored,
agreed on and compared; talked about on a board, while the world goes on."""

import datetime

import pytest

from amdp.directory.changes import announce
from amdp.directory.services import rebuild_lines
from amdp.identity.models import Role
from cohorts.models import Cohort
from selection.models import (
    AssessmentSlot,
    AssessorConflict,
    Candidate,
    ConsensusRating,
    Nomination,
    Scoresheet,
)
from selection.plan_parts.exercises import exercises_in
from selection.queries.assessment import behaviors_of
from tests.factories.days import in_days, panel_of
from tests.factories.directory import PersonFactory
from tests.factories.identity import OrganizationFactory
from tests.factories.selection import (
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    eligible_person,
    in_state,
    nominating_cohort,
    open_until,
    score,
)
from tests.journeys.stages.program import one
from tests.journeys.stages.selection import move
from tests.worker import wait_until

pytestmark = pytest.mark.browser
SEEN = "Asked who signs the budget before showing a slide."


@pytest.fixture
def acme(story):
    """Lena of L&D, a cohort that takes nominations, and a panel of four in Zurich."""
    story.organization = OrganizationFactory(name="Acme", slug="acme")
    story.give_role("Lena Admin", Role.LD_ADMIN)
    with story.inside():
        story.cohort = nominating_cohort(name="Account Director 2027", seats=2)
        story.panel = panel_of(story.cohort, "Erin", "Frank", "Gina", "Oscar")
        for assessor in story.panel:
            reachable(assessor.person)
    story.give_logins("Erin", "Frank", "Gina")
    return story


def reachable(person):
    """With an address at Acme."""
    person.email = f"{person.first_name.lower()}@acme.example"
    person.save(update_fields=["email"])
    return person


def admitted(story, name, *, nominator=None, zone="Europe/Zurich", manager=None):
    """Somebody whose nomination was approved."""
    person = eligible_person(first_name=name, last_name="Lee", time_zone=zone, manager=manager)
    candidate = CandidateFactory(cohort=story.cohort, person=reachable(person))
    NominationFactory(
        candidate=candidate,
        nominator=nominator or PersonFactory(),
        state=Nomination.State.APPROVED,
        submitted_at=datetime.datetime.now(datetime.UTC),
    )
    return candidate


def pairs(story):
    """Who scores whom, as first names."""
    with story.inside():
        rows = Scoresheet.objects.values_list("assessor__person__first_name", "candidate__person__first_name")
        return set(rows)


# --- who scores whom, and when -----------------------------------------------------------------------


def test_everybody_has_assessors_and_a_time_of_their_own(acme):
    """Exercises and what is observed where, training, assignment by the worker with its reasons, days within the
    window, and the times a candidate in New York and an assessor in Zurich read."""
    story = acme
    with story.inside():
        erin, frank = (each.person for each in story.panel[:2])
        admitted(story, "Jo", zone="America/New_York")
        admitted(story, "Kim", nominator=erin)
        admitted(story, "Max", manager=frank)
        plan = story.cohort.selection_plans.get()
    story.give_logins("Jo")
    lena = story.as_("Lena")
    two_exercises(story, lena, plan)
    lena.open("selection:plan_part", plan.pk, "panel")
    lena.page.get_by_role("row", name="Erin Assessor").get_by_label("Trained on").fill("2026-03-02")
    lena.press("Save")
    move(lena, story.cohort, "Close nominations and start assessing")
    they_get_their_assessors(story, lena)
    days_within_the_window(story, lena)
    jo = story.as_("Jo", "phone")
    jo.go(story.link_in(story.mail("Jo", "Your times for the assessment"))).see("New York", "Case study")
    jo.miss("Kim Lee", "Max Lee")
    with jo.page.expect_download() as file:
        jo.page.get_by_role("link", name="Add to your calendar").click()
    assert "BEGIN:VEVENT" in file.value.path().read_text(encoding="utf-8")
    jo.home().see("Assessment: Case study")
    jo.finds_nothing("selection:day_plan", story.cohort.pk)
    gina = story.as_("Gina", "phone")
    gina.go(story.link_in(story.mail("Gina", "Your times for the assessment"))).see("Zurich")
    gina.follow("Score sheet")


def two_exercises(story, lena, plan):
    """The one there is becomes a case study; a role play is added, and one behaviour is not for it."""
    lena.open("selection:plan_part", plan.pk, "exercises")
    first = lena.page.locator("fieldset.exercise-card").first
    first.get_by_label("Kind").select_option("case_study")
    first.get_by_label("Name").fill("Case study")
    first.get_by_label("Minutes").fill("45")
    lena.page.locator("summary", has_text="Add an exercise").click()
    new = lena.page.locator("details.exercise-new")
    new.get_by_label("Kind").select_option("role_play")
    new.get_by_label("Minutes").fill("30")
    for box in new.locator("label.choice").all():
        box.locator("input").check()
    lena.press("Save").open("selection:plan_part", plan.pk, "exercises").see("What is observed where")
    lena.page.locator("table.matrix tbody tr:not(.matrix-group)").first.locator("input").nth(1).uncheck()
    lena.press("Save").open("selection:plan_part", plan.pk, "exercises").see(
        "1 behaviour is observed in one exercise"
    )
    with story.inside():
        seen = [each.behaviors and len(each.behaviors) for each in exercises_in(plan)]
    assert seen == [None, 3]  # all of them, and all but one


def they_get_their_assessors(story, lena):
    lena.open("selection:assessor_list", story.cohort.pk).press("Give 3 candidates their assessors")
    wait_until(lambda: story.count(Scoresheet) == 12, "twelve score sheets")
    lena.page.get_by_role("link", name="See the assessors").wait_for()
    found = pairs(story)
    assert not {("Erin", "Kim"), ("Frank", "Max")} & found
    lena.open("selection:assignment_detail", story.cohort.pk)
    lena.see(
        "Nobody can have less to do than this", "Ratings can be compared", "Each score sheet and its reason"
    )


def days_within_the_window(story, lena):
    lena.open("selection:day_plan", story.cohort.pk).follow("Set days and rooms")
    lena.page.get_by_label("Date", exact=True).first.fill(
        (in_days(0) + datetime.timedelta(days=60)).isoformat()
    )
    lena.page.get_by_label("Time zone").first.select_option("Europe/Zurich")
    for number, name in enumerate(("Rhine", "Birs")):
        lena.page.get_by_label("Room", exact=True).nth(number).fill(name)
    lena.press("Keep the days").see("outside the assessment, which is open from")
    lena.page.get_by_label("Date", exact=True).first.fill(in_days(0).isoformat())
    lena.press("Keep the days").press("Plan the days")
    wait_until(lambda: story.count(AssessmentSlot, state="placed") == 6, "six meetings with a time")
    lena.page.get_by_role("link", name="See the days").wait_for()
    lena.follow("See the days").miss("What does not fit", "Without a time")
    lena.open("selection:day_plan", story.cohort.pk, query="?by=person").see("Jo Lee")
    lena.press("Publish and invite everybody").see("Published")


# --- scored, agreed on, compared ---------------------------------------------------------------------


def test_they_score_on_their_own_agree_and_are_compared(acme):
    """A tablet that loses its connection, no rating without an observation, blind until both are in, an agreed
    rating beside the two, and agreement worked out by the worker once the last sheet is in."""
    story = acme
    with story.inside():
        erin, frank = story.panel[:2]
        for number, name in enumerate(("Ana", "Ben", "Cleo", "Dee")):
            candidate = admitted(story, name)
            score(ScoresheetFactory(candidate=candidate, assessor=erin), 1 + number)
            score(ScoresheetFactory(candidate=candidate, assessor=frank), 1 + number)
        jo = admitted(story, "Jo")
        for assessor in (erin, frank):
            ScoresheetFactory(candidate=jo, assessor=assessor)
        open_until(story.cohort, "assessment", 14)
        in_state(story.cohort, Cohort.State.ASSESSING)
    on_a_tablet(story)
    frank = story.as_("Frank", "phone")
    frank.finds_nothing("selection:scoresheet_edit", sheet(story, "Erin").pk)
    frank.open("selection:scoresheet_edit", sheet(story, "Frank").pk)
    rate(frank, sheet(story, "Frank"), dict.fromkeys(range(4), ("4", SEEN)))
    frank.press("Submit scores for Jo").see("are submitted")
    they_agree(story, frank)
    lena = story.as_("Lena")
    lena.open("selection:assessor_list", story.cohort.pk).follow("How far they agree")
    lena.see("By exercise and competency", "Krippendorff’s α", "How each assessor rates", "Erin Assessor")
    frank.finds_nothing("selection:reliability", story.cohort.pk)
    with story.inside():
        assert set(sheet(story, "Erin").ratings.values_list("score", flat=True)) == {2}


def sheet(story, assessor, name="Jo"):
    return one(story, Scoresheet, assessor__person__first_name=assessor, candidate__person__first_name=name)


def rate(visitor, own, marks):
    """Score and words by the place of a behaviour on the sheet."""
    with visitor.story.inside():
        behaviors = [each.pk for each in behaviors_of(own)]
    for number, (point, words) in marks.items():
        pk = behaviors[number]
        visitor.page.locator(f"#note-{pk}").fill(words)
        visitor.page.locator(f"label.choice:has(input[name='score-{pk}'][value='{point}'])").first.click()


def on_a_tablet(story):
    erin, own = story.as_("Erin", "tablet"), sheet(story, "Erin")
    erin.home().see("Score Jo Lee")
    erin.follow("Score").see("nobody sees your ratings before you submit")
    page = erin.page
    page.context.set_offline(True)
    page.locator("#jot-text").fill("Drew the decision on paper.")
    page.locator("#jot-text").press("Enter")
    erin.see("Drew the decision on paper. (on this device)")
    rate(erin, own, {0: ("2", SEEN), 1: ("2", ""), 2: ("2", SEEN), 3: ("2", SEEN)})
    page.locator("[data-autosave-status]", has_text="Kept on this device").wait_for()
    page.context.set_offline(False)
    page.locator("#unsorted").get_by_text("Drew the decision on paper.").wait_for(timeout=20_000)
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('sheet:'))")
    page.complaints.clear()  # the browser says aloud that there was no connection
    erin.press("Submit scores for Jo").see("A rating needs an observation", "Your draft is saved")
    with story.inside():
        second = behaviors_of(own)[1].pk
    page.locator("#unsorted select").select_option(str(second))
    erin.press("Sort", within=page.locator("#unsorted"))
    erin.press("Submit scores for Jo").see("are submitted")


def they_agree(story, frank):
    """Erin writes what they could agree on; Frank finds it at home and in a mail, and agrees."""
    erin = story.as_("Erin", "tablet")
    erin.open("selection:consensus_list").follow("Compare and agree", within=erin.region("Jo Lee"))
    erin.see("2.0 points apart")
    first = erin.page.locator("section.panel:has(.agree)").first
    first.locator("summary").click()
    first.get_by_label("Agreed rating, 1 to 5").select_option("3.0")
    first.get_by_label("Why?").fill("One of us saw only the second half.")
    erin.press("Keep it", within=first).see("It is agreed once the others have said so.")
    frank.home().see("Agree on ratings of Jo Lee")
    frank.go(story.link_in(story.mail("Frank", "Agree on ratings of Jo Lee")))
    frank.see("One of us saw only the second half.").press("Agree with 3.0").see("Agreed on")
    assert one(story, ConsensusRating).is_agreed
    frank.home().miss("Agree on ratings of Jo Lee")


# --- talked about, while the world goes on -----------------------------------------------------------


def test_an_assessor_becomes_the_manager_somebody_leaves_and_the_rest_are_calibrated(acme):
    """Frank becomes Ana’s manager with her sheet open, Dee withdraws after being rated; Alice, who nominated, and
    Erin talk about the others on the board, and what comes up after the slate is drawn is read on it."""
    story = acme
    with story.inside():
        alice = reachable(PersonFactory(first_name="Alice", last_name="Manager"))
        erin, frank = story.panel[:2]
        for name, value in (("Ana", 5), ("Ben", 3), ("Dee", 2)):
            candidate = admitted(story, name, nominator=alice)
            score(ScoresheetFactory(candidate=candidate, assessor=erin), value)
            late = ScoresheetFactory(candidate=candidate, assessor=frank)
            if name != "Ana":
                score(late, value)
        open_until(story.cohort, "assessment", 14)
        in_state(story.cohort, Cohort.State.ASSESSING)
    story.give_logins("Alice")
    lena = story.as_("Lena")
    handed_on(story, lena)
    lena.open("selection:candidate_withdraw", one(story, Candidate, person__first_name="Dee").pk)
    lena.page.locator("form.confirm textarea").fill("Takes another role.")
    lena.press("Take Dee out")
    they_talk(story, lena)
    lena.open("selection:slate_detail", story.cohort.pk).press("draw up the slate")
    lena.see("High potential").miss("Dee Lee")
    promote(story, "Erin", "Ben")
    story.mail("Lena", "Read before you release")
    lena.open("selection:slate_detail", story.cohort.pk).see("Erin Assessor became Ben’s manager")


def promote(story, name, report):
    """A change in the directory, as an import brings it."""
    boss, person = story.person(name), story.person(report)
    with story.inside():
        person.manager = boss
        person.save(update_fields=["manager"])
        rebuild_lines()
        announce()


def handed_on(story, lena):
    """Frank’s open sheet waits for L&D, and goes to Gina."""
    promote(story, "Frank", "Ana")
    lena.go(story.link_in(story.mail("Lena", "Hand on Ana Lee’s score sheet")))
    lena.see("Frank Assessor became Ana’s manager").home().see("Decide who scores Ana Lee")
    frank = story.as_("Frank", "tablet")
    frank.open("selection:scoresheet_edit", sheet(story, "Frank", "Ana").pk).see(
        "L&D has to look at who scores"
    )
    frank.miss("Ana’s manager")
    lena.open("selection:conflict_detail", one(story, AssessorConflict).pk)
    lena.page.get_by_label("Who scores instead?").select_option(label="Gina Assessor")
    lena.press("Hand on").see("The sheets are handed on.")
    story.mail("Gina", "Score Ana Lee")
    with story.inside():
        score(Scoresheet.objects.get(assessor__person__first_name="Gina"), 4)


def they_talk(story, lena):
    lena.open("selection:calibration_detail", story.cohort.pk).follow("Begin the calibration")
    for name in ("Alice Manager", "Erin Assessor"):
        lena.page.locator("label.choice", has_text=name).click()
    lena.press("Begin the calibration").see("The calibration is open", "until the end of")
    alice = story.as_("Alice")
    alice.home().see("Take part in the calibration")
    alice.go(story.link_in(story.mail("Alice", "Take part in the calibration")))
    assert alice.page.get_by_role("link", name="Move Ben Lee").count() == 0
    alice.page.get_by_role("link", name="Ben Lee", exact=True).click()
    alice.page.get_by_label("Add a note").fill("Took over two accounts in spring.")
    alice.page.get_by_role("button", name="Keep the note").click()
    lena.page.locator("#board").get_by_text("Took over two accounts in spring.").wait_for()
    erin = story.as_("Erin", "tablet")
    erin.open("selection:calibration_detail", story.cohort.pk).follow("Move Ben Lee")
    erin.page.locator("label.mini-box", has_text="High potential").click()
    erin.fill("Why?", "Carried the role play alone.").page.get_by_role("button", name="Move Ben").click()
    erin.page.locator("dl.facts").get_by_text("High potential").wait_for()
    lena.page.get_by_role("group", name="High potential").locator("b", has_text="Ben Lee").wait_for()
    lena.open("selection:calibration_close", story.cohort.pk).press("Close it for good").see(
        "Closed by Lena Admin"
    )
    alice.open("selection:calibration_detail", story.cohort.pk).see("It stays as it is.")
