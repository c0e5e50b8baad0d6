"""3.3 and 3.4: nominated, approved, assessed, decided and told, all at once."""

from cohorts.models import Cohort, Participant
from selection.models import Candidate, Decision, Nomination, Scoresheet
from tests.journeys.cast import NOMINEES
from tests.journeys.stages.program import COHORT, one
from tests.worker import wait_until

SURNAMES = {"Bob": "Lindqvist", "Carol": "Nguyen", "Henry": "Adler"}
SCORES = {"Bob": "4", "Carol": "3", "Henry": "2"}


def alice_nominates_from_her_line(story):
    alice = story.as_("Alice")
    alice.go(story.link_in(story.mail("Alice", COHORT)))
    cohort = one(story, Cohort)
    for name in NOMINEES:
        alice.open("selection:nominee_list", cohort.pk).see("Eligible")
        alice.follow(f"Nominate {name} {SURNAMES[name]}")
        alice.see("Eligible").press(f"Nominate {name} and ask Dana for approval")  # refused: nothing written
        alice.page.locator(".error-summary").wait_for()
        alice.fill("Why this person, why now?", f"{name} is ready for a larger account.")
        alice.fill("What have you seen them do?", "March, Tidewater: led the formulary review.")
        alice.choose("Often beyond what is expected").choose("Could lead a larger account within the program")
        alice.press(f"Nominate {name} and ask Dana for approval")
    alice.home().see("waiting")
    assert story.count(Nomination, state="submitted") == 3


def dana_decides(story):
    dana = story.as_("Dana")
    mail = story.mail("Dana", "Bob Lindqvist")
    dana.home().see("Bob Lindqvist", "Carol Nguyen", "Henry Adler")
    dana.go(story.link_in(mail))
    dana.open("selection:nomination_decide", nomination_of(story, "Bob").pk).choose("Return with a question")
    dana.fill("Question or reason", "Who takes over Bob's territory?").press("Decide on Bob")
    alice = story.as_("Alice")
    story.mail("Alice", "Bob Lindqvist")
    alice.home().see("Bob Lindqvist")
    alice.open("selection:nomination_edit", nomination_of(story, "Bob").pk)
    alice.fill("Your answer", "Carol covers it until we hire.").press(
        "Nominate Bob and ask Dana for approval"
    )
    for name in NOMINEES:
        dana.open("selection:nomination_decide", nomination_of(story, name).pk).choose("Approve")
        dana.press(f"Decide on {name}")
    assert story.count(Candidate, state="admitted") == 3


def lena_names_assessors(story):
    lena, cohort = story.as_("Lena"), one(story, Cohort)
    lena.open("selection:candidate_list", cohort.pk)
    lena.open("selection:candidate_detail", candidate_of(story, "Bob").pk)
    for name in ("Erin", "Frank"):
        lena.open("selection:assessor_list", cohort.pk).fill("Find a person for the panel", name)
        lena.press("Find").press(f"Add {name}")
    lena.press("two assessors each")
    wait_until(lambda: story.count(Scoresheet) == 6, "six score sheets")
    lena.open("selection:candidate_assessors", candidate_of(story, "Bob").pk)
    move(lena, cohort, "Close nominations and start assessing")


def assessors_score(story):
    for assessor in ("Erin", "Frank"):
        visitor = story.as_(assessor)
        visitor.home().see("Bob Lindqvist")
        for name in NOMINEES:
            visitor.open("selection:scoresheet_edit", sheet_of(story, assessor, name).pk)
            score(visitor, SCORES[name])
            visitor.press(f"Submit scores for {name}")
        blind = {"Erin": "Frank", "Frank": "Erin"}[assessor]
        visitor.finds_nothing("selection:scoresheet_edit", sheet_of(story, blind, "Bob").pk)
    assert story.count(Scoresheet, state="submitted") == 6


def score(visitor, point):
    """Write an observation for the first behaviour of each competency, and rate it."""
    for section in visitor.page.locator("form.score-sheet section.panel").all():
        first = section.locator("fieldset.behavior").first
        first.locator("textarea").fill("Asked who signs the budget before showing a slide.")
        first.locator(f"label.choice:has(input[value='{point}'])").click()


def lena_decides_the_slate(story):
    lena, cohort = story.as_("Lena"), one(story, Cohort)
    lena.open("selection:assessor_list", cohort.pk)
    move(lena, cohort, "Close assessment and start selecting")
    lena.open("selection:slate_detail", cohort.pk)
    if lena.page.get_by_role("button", name="draw up the slate").count():
        lena.press("draw up the slate")
    lena.fill("How many in reserve?", "1").press("Accept for 3 people")
    henry = one(story, Decision, candidate__person__first_name="Henry")
    lena.open("selection:decision_edit", henry.pk).choose("Not selected")
    lena.page.get_by_label("Reason").first.select_option(index=1)
    lena.fill("In a sentence", "Needs a year with a hospital network first.").press("Keep this decision")
    lena.open("selection:slate_detail", cohort.pk)
    for name in ("Bob", "Alice", "Erin"):
        story.as_(name).finds_nothing("selection:slate_detail", cohort.pk)


def hana_signs_for_hr(story):
    lena, cohort = story.as_("Lena"), one(story, Cohort)
    lena.open("selection:slate_detail", cohort.pk).see("Ask HR to co-sign")
    lena.page.get_by_label("What should HR know?").fill("Henry comes back next year.")
    lena.press("Ask HR to sign").see("HR has not signed yet")
    hana = story.as_("Hana")
    hana.home().see("Co-sign the slate")
    hana.go(story.link_in(story.mail("Hana", "Co-sign the slate")))
    hana.see("Needs a year with a hospital network first.").choose("Sign")
    hana.fill("In a sentence", "The reason against the ranking holds.").press("Answer for HR")
    story.mail("Lena", "HR has signed")


def she_releases_all_outcomes(story):
    lena, cohort = story.as_("Lena"), one(story, Cohort)
    lena.open("selection:letter_list", cohort.pk).see("We would like to offer you a seat")
    henry = one(story, Decision, candidate__person__first_name="Henry")
    lena.open("selection:letter_edit", henry.pk).fill("Why is this letter different?", "We spoke already.")
    lena.press("Keep this letter").see("We spoke already.")
    lena.open("selection:slate_release", cohort.pk).press("Release all outcomes now")
    assert one(story, Cohort).state == Cohort.State.RUNNING
    assert story.count(Participant) == 0


def they_accept_their_seats(story):
    for name in NOMINEES:
        visitor = story.as_(name)
        visitor.go(story.link_in(story.mail(name, COHORT)))
        if name != "Henry":
            visitor.choose("Accept").press("Send my answer").see("You are enrolled")
        visitor.home()
    with story.inside():
        enrolled = Participant.objects.values_list("person__first_name", flat=True)
        assert set(enrolled) == {"Bob", "Carol"}
    alice, lena = story.as_("Alice"), story.as_("Lena")
    alice.home()
    alice.open("selection:selection_home")
    lena.open("selection:slate_detail", one(story, Cohort).pk).see("2 accepted, 0 waiting")


def move(lena, cohort, action):
    lena.open("cohorts:cohort_move", cohort.pk).press(action)


def nomination_of(story, name):
    return one(story, Nomination, candidate__person__first_name=name)


def candidate_of(story, name):
    return one(story, Candidate, person__first_name=name)


def sheet_of(story, assessor, name):
    return one(story, Scoresheet, assessor__person__first_name=assessor, candidate__person__first_name=name)


STEPS = [
    alice_nominates_from_her_line,
    dana_decides,
    lena_names_assessors,
    assessors_score,
    lena_decides_the_slate,
    hana_signs_for_hr,
    she_releases_all_outcomes,
    they_accept_their_seats,
]
