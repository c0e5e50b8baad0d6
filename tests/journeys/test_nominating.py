"""How a selection begins, each role in the browser: planned and opened, nominated with everybody's say, approved
from a mail, a list and a phone."""

import datetime
import re

import pytest
from django.utils import timezone

from amdp.directory.changes import announce
from amdp.directory.models import Person
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.models import Approval, Candidate, Consent, Nomination, NominationReference, SelectionPlan
from selection.plan_parts.nomination import Asked, Terms, store_terms
from tests.factories.cohorts import CohortFactory, CompetencyFactory, ProgramFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import chain_steps, eligible_person, nominating_cohort
from tests.journeys.stages.program import one
from tests.worker import wait_until

pytestmark = pytest.mark.browser
COHORT = "Account Director 2028"
ZONE = "Europe/Berlin"
WEEK = datetime.timedelta(days=7)


@pytest.fixture
def acme(story):
    """Bob, Carol and Henry work for Alice, Nora has no rating yet; Alice works for Dana, Dana for Vera. Erin and Frank
    work elsewhere. Lena is L&D, Hana HR."""
    story.organization = OrganizationFactory(name="Acme", slug="acme")
    with organization_context(story.organization):
        vera = person("Vera Price")
        dana = person("Dana Reyes", manager=vera)
        alice = person("Alice Morgan", manager=dana)
        for name in ("Bob Lindqvist", "Carol Nguyen", "Henry Adler"):
            person(name, eligible_person, manager=alice)
        person("Nora New", manager=alice, market="DE")
        for name in ("Erin Walsh", "Frank Osei"):
            person(name, manager=vera)
        person("Lena Hart", roles=["ld_admin"])
        person("Hana Ito", roles=["hr_analyst"])
    return story


def person(name, make=PersonFactory, *, roles=(), **fields):
    """Somebody with a login."""
    first, last = name.split()
    email = f"{first.lower()}@acme.example"
    made = make(first_name=first, last_name=last, email=email, **fields)
    made.membership = MembershipFactory(
        organization=made.organization, user__email=email, user__name=name, granted_roles=list(roles)
    )
    made.save(update_fields=["membership"])
    return made


@pytest.fixture
def nominating(acme):
    """A cohort that takes nominations; a competency is asked for by name."""

    def opened(*steps, **terms):
        with acme.inside():
            cohort = nominating_cohort(name=COHORT, seats=4)
            plan = SelectionPlan.objects.get(cohort=cohort)
            competency = CompetencyFactory(program=cohort.program, name="Business acumen")
            asked = Asked("Business acumen", competency=competency.pk)
            store_terms(plan, Terms(criteria=[asked], **terms))
            if steps:
                chain_steps(cohort, *steps)
        return cohort

    return opened


# --- L&D plans it and opens it ------------------------------------------------------------------------


def test_ld_plans_a_selection_and_opens_it(acme):
    with acme.inside():
        program = ProgramFactory(name="Account Director Residency", signed_off=True)
        CompetencyFactory(program=program, name="Business acumen")
        today = timezone.localdate()
        dates = {"nominations_open_on": today - 2 * WEEK, "nominations_close_on": today + 2 * WEEK}
        CohortFactory(
            program=program, name=COHORT, seats=4, markets=["DE", "US"], starts_on=today + 30 * WEEK, **dates
        )
    lena = acme.as_("Lena")
    the_programs_plan_refuses_weights_of_nothing(lena, program)
    cohort = one(acme, Cohort)
    lena.open("selection:selection_setup", cohort.pk).press("Begin with the program’s plan")
    lena.see("Assessment 60%", "Complete.")
    she_says_when_and_who(lena)
    she_asks_for_people_and_is_told_what_is_missing(lena)
    she_previews_what_each_role_will_see(lena)
    lena.open("selection:selection_setup", cohort.pk).follow("Open nominations").press("Open nominations")
    acme.mail("Alice", COHORT)
    she_changes_it_in_use(lena, cohort)


def the_programs_plan_refuses_weights_of_nothing(lena, program):
    lena.open("selection:program_plan", program.pk).press("Begin the plan")
    lena.follow("Criteria, weights and knock-outs")
    weigh(lena, 0, 0, 0).press("Save").see("The weights add up to 0; they have to add up to 100.")
    weigh(lena, 20, 20, 60).press("Save").see("Assessment 60%")


def weigh(lena, performance, potential, assessment):
    for name, weight in (("Performance", performance), ("Potential", potential), ("Assessment", assessment)):
        lena.fill(f"{name}, percent", str(weight))
    return lena


def she_says_when_and_who(lena):
    lena.follow("Stages and windows")
    lena.page.get_by_label("Time zone").select_option(ZONE)
    lena.press("Save").see("Whole days in Berlin")
    lena.follow("Eligibility")
    before = lena.page.locator(".rules-count b").inner_text()
    lena.page.get_by_label("At least this many months in the company").fill("6")
    lena.page.keyboard.press("Tab")
    lena.page.get_by_role("group", name="At least 6 months in the company").wait_for()
    lena.page.locator("#new-0").select_option("no_move")
    lena.page.get_by_role("button", name="Add a rule to group 1").click()
    lena.page.get_by_role("group", name="No promotion").first.wait_for()
    assert int(before) >= 3
    lena.press("Save the rules").see("7 rules")
    lena.follow("Approval")
    lena.page.get_by_text("Add a step").first.click()
    step = lena.page.locator("fieldset", has_text="New step").first
    step.get_by_label("Who decides").select_option(label="The nearest leader above the nominator")
    lena.press("Save")
    lena.follow("Seats per market").fill("DE, kept", "5").press("Save")
    lena.see("5 seats are kept for markets, and the cohort has 4 seats.")
    lena.fill("DE, kept", "1").press("Save").see("4 seats, DE at least 1")


def she_asks_for_people_and_is_told_what_is_missing(lena):
    lena.follow(re.compile("^Nomination$"))
    page = lena.page
    page.get_by_label("Business acumen").select_option(label="Asked and required")
    page.get_by_label("How many people who can speak to it are named").select_option("1")
    for label in (
        "Ask them for a short statement",
        "People may nominate themselves",
        "The nominee is asked first",
    ):
        page.get_by_label(label).check()
    page.get_by_label("How far the leader sees the person going, 1 to 5").uncheck()
    lena.press("Save").see("1 thing is missing", "Potential counts 20% and comes from the nominations")
    lena.follow("Mend it")
    page.get_by_label("How far the leader sees the person going, 1 to 5").check()
    lena.press("Save").see("Complete.")


def she_previews_what_each_role_will_see(lena):
    lena.follow("Who nominates").see("Business acumen: what have you seen?")
    for role, words in {
        "Who nominates themselves": "Why you, why now?",
        "Who endorses": "Do you stand behind it?",
        "Who is nominated": "Would you like to be put forward?",
        "Who speaks to it": "What have you seen?",
        "Who approves": "What do you decide?",
        "Who assesses": "Business acumen",
        "Who signs for HR": "What do you answer?",
    }.items():
        lena.page.get_by_role("link", name=role, exact=True).click()
        lena.page.wait_for_load_state()
        lena.see(words)
        assert lena.page.locator("main fieldset:disabled, main .sheet-group, main section.panel").count()


def she_changes_it_in_use(lena, cohort):
    lena.open("selection:selection_setup", cohort.pk).follow("Criteria, weights and knock-outs")
    weigh(lena, 30, 20, 50).press("Save").see("Say why.")
    lena.fill("Why", "The works council asked for it.").press("Save")
    lena.see("The works council asked for it.").follow("Version 2").see("before: 60%")


# --- everybody has a say before it is shared ----------------------------------------------------------


def test_a_leader_nominates_with_the_nominees_yes_and_a_reference(acme, nominating):
    cohort = nominating(references=1, asks_statements=True, asks_consent=True)
    alice_begins_two_from_her_list(acme, cohort)
    bob_consents_on_his_phone(acme)
    erin_says_what_she_has_seen(acme)
    carol_would_rather_not(acme)
    the_window_closes_while_a_form_is_open(acme, cohort)


def test_a_delegate_and_the_person_nominate_into_one_file(acme, nominating):
    cohort = nominating(allows_self=True)
    frank_nominates_henry_for_vera(acme, cohort)
    henry_nominates_himself(acme, cohort)
    dana_endorses_in_place_of_alice_who_leaves(acme, cohort)
    lena_sees_who_is_not_nominated_and_reads_the_file(acme, cohort)


def answer(visitor, words="Called back by the pharmacy director."):
    visitor.fill("Why this person, why now?", words)
    visitor.fill("Business acumen: what have you seen?", "March, Tidewater: drew the committee in.")
    visitor.choose("Often beyond what is expected")
    return visitor.choose("Could lead a larger account within the program")


def write(visitor, *words):
    return answer(visitor, *words).fill("Who can speak to it?", "Erin Walsh")


def alice_begins_two_from_her_list(story, cohort):
    alice = story.as_("Alice")
    alice.home().follow("Nominate").see("Eligible")
    for name in ("Bob Lindqvist", "Carol Nguyen"):
        alice.page.get_by_label(f"Select {name}").check()
    alice.press("Nominate the selected").fill("How does every rationale begin?", "Ready for more.")
    alice.press("Begin 2 drafts").see("0 of 2 complete")
    for name in ("Bob Lindqvist", "Carol Nguyen"):
        alice.follow("Go on", within=alice.page.locator("main li", has_text=name))
        assert alice.page.get_by_label("Why this person, why now?").input_value() == "Ready for more."
        write(alice).press("Save and stay").see("Nobody else sees it.")
        alice.open("selection:draft_list", cohort.pk)
    alice.see("2 of 2 complete").press("Hand in 2 complete drafts").see("Bob is asked first")
    assert story.count(Nomination, state="consenting") == 2


def bob_consents_on_his_phone(story):
    bob = story.as_("Bob", "phone")
    bob.go(story.link_in(story.mail("Bob", "Would you like to be put forward")))
    bob.see("Called back by the pharmacy director.").miss("Often beyond")
    assert story.count(Consent, state="asked") == 2  # opening it has changed nothing
    bob.choose("Yes, put me forward").press("Tell Alice").see("You are put forward")
    story.mail("Alice", "Bob Lindqvist would like to be put forward")
    story.mail("Dana", "Approve Bob Lindqvist")


def erin_says_what_she_has_seen(story):
    erin = story.as_("Erin", "phone")
    erin.go(story.link_in(story.mail("Erin", "what you know of Bob Lindqvist"))).miss("Called back")
    erin.fill("What have you seen?", "He asked for the budget first.").press("Send what you wrote").see(
        "Thank you"
    )
    assert one(story, NominationReference, state="answered").statement == "He asked for the budget first."


def carol_would_rather_not(story):
    carol = story.as_("Carol")
    carol.home().see("Would you like to be put forward").follow("Read and answer")
    carol.choose("No, not now").press("Tell Alice").see("You said no")
    assert one(story, Nomination, candidate__person__first_name="Carol").state == "withdrawn"
    story.as_("Lena").finds_nothing("selection:candidate_detail", candidate(story, "Carol").pk)


def frank_nominates_henry_for_vera(story, cohort):
    vera = story.as_("Vera")
    vera.open("selection:delegation_list").fill("Find who acts for you", "Frank").press("Find")
    vera.follow("Choose Frank Osei").choose("Nominate")
    vera.fill("Last day", (timezone.localdate() + WEEK).isoformat()).fill("Why?", "On leave")
    vera.press("Let Frank act for me").see("Frank Osei acts for you")
    frank = story.as_("Frank")
    frank.go(story.link_in(story.mail("Frank", "Vera Price")))
    frank.open("selection:selection_home").follow("For Vera Price").follow("Nominate Henry Adler")
    answer(frank.see("You nominate for Vera Price."), "Two leaders see it.").press("Nominate Henry and ask")
    frank.see("Frank Osei for Vera Price")


def henry_nominates_himself(story, cohort):
    henry = story.as_("Henry", "phone")
    henry.open("selection:selection_home").follow("Your nomination")
    henry.fill("Why you, why now?", "I would like to lead a larger account.")
    henry.fill("Business acumen: what have you done?", "Won Tidewater in March.")
    henry.press("Nominate yourself and ask your manager").see("Alice Morgan is asked to endorse it")
    story.mail("Alice", "Do you endorse Henry Adler")
    story.as_("Lena").open("selection:candidate_detail", candidate(story, "Henry").pk).miss(
        "a larger account."
    )


def dana_endorses_in_place_of_alice_who_leaves(story, cohort):
    leaves(story, "Alice")
    dana = story.as_("Dana")
    dana.go(story.link_in(story.mail("Dana", "Do you endorse Henry Adler")))
    dana.choose("I endorse it").press("Answer Henry").see("Say in a sentence why you stand behind it.")
    dana.fill("In a sentence", "He leads already.").choose("Reliably what is expected")
    dana.choose("Could lead a larger account within the program").press("Answer Henry").see("You endorsed it")
    story.mail("Henry", "Dana Reyes endorses your nomination")
    story.as_("Henry", "phone").open("selection:own_nomination", cohort.pk).see(
        "It is with those who decide."
    )


def leaves(story, name):
    """HR writes it into the directory: the last day was the day before yesterday."""
    last_day = timezone.localdate() - datetime.timedelta(days=2)
    with story.inside():
        Person.objects.filter(first_name=name).update(termination_date=last_day)
        announce()


def lena_sees_who_is_not_nominated_and_reads_the_file(story, cohort):
    lena = story.as_("Lena")
    lena.open("selection:equity_detail", cohort.pk).see("Carol Nguyen").miss("Henry Adler")
    lena.press("Nudge Dana Reyes").see("Dana Reyes is told now.")
    lena.press("Nudge Dana Reyes").see("Dana Reyes was told today already.")
    lena.open("selection:candidate_detail", candidate(story, "Henry").pk)
    lena.see("Nomination by Frank Osei for Vera Price", "Nomination by Henry Adler, endorsed by Dana Reyes")
    lena.see("Dana Reyes was asked instead")


def the_window_closes_while_a_form_is_open(story, cohort):
    dana = story.as_("Dana")
    carol = person_named(story, "Carol")
    write(dana.open("selection:nomination_create", cohort.pk, carol.pk), "She asked me again.")
    dana.page.locator("[data-autosave-status]", has_text="Draft saved").wait_for()
    dana.open("selection:nomination_create", cohort.pk, carol.pk)  # as after the tab was lost
    assert dana.page.get_by_label("Why this person, why now?").input_value() == "She asked me again."
    dana.fill("Why this person, why now?", "She asked me once more.")
    with story.inside():
        yesterday = timezone.localdate() - datetime.timedelta(days=2)
        Cohort.objects.filter(pk=cohort.pk).update(nominations_close_on=yesterday)
    dana.press("Nominate Carol and ask").see("closed on", "What you wrote is kept as a draft.")
    kept = one(story, Nomination, candidate__person=carol, nominator__first_name="Dana")
    assert (kept.state, kept.rationale) == ("draft", "She asked me once more.")


def candidate(story, name):
    return one(story, Candidate, person__first_name=name)


def person_named(story, name):
    return one(story, Person, first_name=name)


# --- eligibility, and those who approve ---------------------------------------------------------------


def test_approvers_decide_from_a_mail_a_list_and_a_phone(acme, nominating):
    cohort = nominating({"kind": "leader"}, {"kind": "role", "role": "hr_analyst"})
    nora_is_let_through_by_a_second_person(acme, cohort)
    alice_nominates(acme, cohort, "Bob Lindqvist")
    alice_nominates(acme, cohort, "Nora New")
    dana_asks_from_her_phone_and_alice_answers(acme)
    two_browsers_make_one_decision(acme)
    alice_changes_hers_and_dana_begins_anew(acme)
    dana_leaves_and_vera_decides_the_same_day(acme)
    hana_approves_both_at_once(acme)
    a_rule_flips_and_is_frozen_when_nominations_close(acme, cohort)


def nora_is_let_through_by_a_second_person(story, cohort):
    nora = person_named(story, "Nora")
    alice = story.as_("Alice")
    alice.open("selection:nominee_list", cohort.pk, query="?show=everybody").follow(
        "See why Nora New is not eligible"
    )
    alice.see("Not eligible", "rating")
    lena = story.as_("Lena")
    lena.open("selection:exception_ask", cohort.pk, nora.pk)
    lena.fill("Why?", "Came with the team we took over.").press("Ask a second person")
    lena.see("You asked, so a second person")
    hana = story.as_("Hana")
    hana.go(story.link_in(story.mail("Hana", "Confirm or refuse an exception for Nora New")))
    hana.choose("Confirm").press("Decide on the exception").see("confirmed")


def alice_nominates(story, cohort, name):
    alice, first = story.as_("Alice"), name.split()[0]
    alice.open("selection:nominee_list", cohort.pk).follow(f"Nominate {name}")
    answer(alice)
    alice.press(f"Nominate {first} and ask Dana for approval").see("Dana Reyes")


def dana_asks_from_her_phone_and_alice_answers(story):
    phone = story.as_("Dana", "phone")
    phone.go(story.link_in(story.mail("Dana", "Approve Bob Lindqvist")))
    assert story.count(Approval, state="asked") == 2  # reading it has decided nothing
    phone.choose("Return with a question").press("Decide on Bob").see("Write the question")
    phone.fill("Question or reason", "Who takes over his territory?").press("Decide on Bob")
    alice = story.as_("Alice")
    alice.go(story.link_in(story.mail("Alice", "Bob Lindqvist"))).follow("Answer and hand in again")
    alice.fill("Your answer", "Carol, until we hire.").press("Nominate Bob and ask Dana for approval")


def two_browsers_make_one_decision(story):
    desk, phone = story.as_("Dana"), story.as_("Dana", "phone")
    bob = nomination(story, "Bob")
    for visitor in (desk, phone):
        visitor.open("selection:nomination_decide", bob.pk).see("Carol, until we hire.").choose("Approve")
    desk.press("Decide on Bob")
    phone.press("Decide on Bob").see("This was decided by Dana Reyes already: approved.")
    assert story.count(Approval, nomination=bob, state="approved") == 1


def alice_changes_hers_and_dana_begins_anew(story):
    alice = story.as_("Alice")
    alice.open("selection:nomination_detail", nomination(story, "Bob").pk).follow("Change it")
    alice.see("Dana Reyes approved on", "this no longer counts")
    alice.fill("Why this person, why now?", "Leads Tidewater from May on.").press(
        "Change it and ask Dana Reyes anew"
    )
    alice.see("What it said before")
    story.mail("Dana", "The nomination of Bob Lindqvist")


def dana_leaves_and_vera_decides_the_same_day(story):
    leaves(story, "Dana")
    vera = story.as_("Vera", "phone")
    vera.go(story.link_in(story.mail("Vera", "Approve Bob Lindqvist"))).see("Leads Tidewater from May on.")
    story.mail("Alice", "Vera Price decides now")
    wait_until(
        lambda: story.count(Approval, state="asked", approver__first_name="Vera") == 2, "both with Vera"
    )
    vera.open("selection:approval_list").press("Approve Bob").press("Approve Nora").see(
        "Nothing waits for you"
    )


def hana_approves_both_at_once(story):
    hana = story.as_("Hana")
    hana.home().see("Decide on Bob Lindqvist")
    hana.open("selection:approval_list")
    for name in ("Bob Lindqvist", "Nora New"):
        hana.page.get_by_label(f"Select {name}").check()
    hana.press("Approve the selected").see("Approved: Bob Lindqvist, Nora New.")
    assert story.count(Candidate, state="admitted") == 2


def a_rule_flips_and_is_frozen_when_nominations_close(story, cohort):
    with story.inside():
        Person.objects.filter(first_name="Bob").update(hire_date=timezone.localdate() - WEEK)
        announce()
    lena = story.as_("Lena")
    lena.go(story.link_in(story.mail("Lena", "Bob Lindqvist no longer meets the rules")))
    lena.see("Not eligible", "At least 24 months in the company")
    lena.open("cohorts:cohort_move", cohort.pk).press("Close nominations and start assessing")
    with story.inside():
        Person.objects.filter(first_name="Bob").update(hire_date="2018-01-08")
        announce()
    lena.open("selection:candidate_detail", candidate(story, "Bob").pk).see("Not eligible")
    lena.see("Vera Price", "Dana Reyes", "was asked and decides no longer")


def nomination(story, name):
    return one(story, Nomination, candidate__person__first_name=name)
