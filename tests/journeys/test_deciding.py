"""From the last score sheet to the last file deleted: three stories, each role in the browser.

The assessment is over when they begin; worker and mail server are real.
"""

import datetime
import re
import zipfile

import pytest
from django.utils import timezone
from pypdf import PdfReader

from amdp.directory.services import rebuild_lines
from amdp.identity.models import Role
from cohorts.models import Cohort, Participant
from selection.models import Candidate, Decision, Erasure, Offer
from selection.services import accept_ranking, draw_slate, release_slate
from selection.services.retention import keep_files
from tests.factories.directory import PersonFactory
from tests.factories.identity import OrganizationFactory
from tests.factories.selection import (
    AssessorFactory,
    assessed_candidate,
    in_state,
    nominating_cohort,
    signed,
)
from tests.worker import wait_until

pytestmark = pytest.mark.browser
COHORT = "Account Director 2027"
STAFF = {
    "Lena Admin": Role.LD_ADMIN,
    "Hana Analyst": Role.HR_ANALYST,
    "Rhea Reviewer": Role.IMPACT_REVIEWER,
    "Sam Sponsor": Role.SPONSOR,
    "Olivia Owner": Role.OWNER,
}
SCORES = {"Ana": 5, "Ben": 4, "Cleo": 3, "Dan": 2}


@pytest.fixture
def acme_story(story):
    """Ana, Ben, Cleo and Dan of Alice's line, scored by Erin and Frank in this order, for two seats."""
    story.organization = OrganizationFactory(slug="acme", name="Acme Oncology")
    for name, role in STAFF.items():
        story.give_role(name, role)
    with story.inside():
        alice = person("Alice", "Morgan")
        starts = timezone.localdate() + datetime.timedelta(days=60)
        cohort = nominating_cohort(
            name=COHORT, seats=2, starts_on=starts, ends_on=starts + datetime.timedelta(days=300)
        )
        in_state(cohort, Cohort.State.ASSESSING)
        panel = [AssessorFactory(cohort=cohort, person=person(*name)) for name in
                 [("Erin", "Walsh"), ("Frank", "Osei")]]  # fmt: skip
        for name, value in SCORES.items():
            assessed_candidate(
                cohort, panel, value=value, nominator=alice, manager=alice, seen="Dan Rival and Erin asked first.",
                first_name=name, last_name="Rival" if name == "Dan" else "Nowak", email=f"{name.lower()}@acme.example",
            )  # fmt: skip
        rebuild_lines()
    story.give_logins("Alice", "Erin", "Frank", *SCORES)
    return story


def person(first, last):
    return PersonFactory(first_name=first, last_name=last, email=f"{first.lower()}@acme.example")


def one(story, model, **where):
    with story.inside():
        return model.objects.get(**where)


def file_of(story, name):
    return one(story, Candidate, person__first_name=name)


def cohort_of(story):
    return one(story, Cohort)


# --- the slate ---------------------------------------------------------------------------------------


def test_a_slate_is_signed_reviewed_released_and_answered(acme_story):
    story = acme_story
    lena_draws_the_slate_and_asks_hr(story)
    hana_returns_it_once_and_signs(story)
    rhea_reviews_adverse_impact(story)
    lena_releases(story)
    ana_accepts_ben_declines_and_cleo_moves_up(story)
    everybody_else_reads_what_they_may(story)


def lena_draws_the_slate_and_asks_hr(story):
    lena, cohort = story.as_("Lena"), cohort_of(story)
    lena.open("selection:slate_detail", cohort.pk).press("draw up the slate").see("4 people assessed")
    lena.fill("How many in reserve?", "9").press("Accept for 4 people")
    lena.see("2 selected, 2 in reserve, 0 not selected")
    dan = one(story, Decision, candidate__person__first_name="Dan")
    lena.open("selection:decision_edit", dan.pk).choose("Not selected")
    lena.fill("In a sentence", "Begins another program in March.")
    lena.page.get_by_label("Reason").first.select_option(index=1)
    lena.press("Keep this decision").see("Dan Rival is not selected. Nobody has been told.")
    lena.open("selection:slate_sensitivity", cohort.pk).see("Over 1,000 random weightings")
    lena.open("selection:slate_detail", cohort.pk)
    lena.page.get_by_label("What should HR know?").fill("Dan asked for it himself.")
    lena.press("Ask HR to sign").see("HR has not signed yet")


def hana_returns_it_once_and_signs(story):
    hana, lena = story.as_("Hana"), story.as_("Lena")
    hana.go(story.link_in(story.mail("Hana", "Co-sign the slate"))).see("Begins another program in March.")
    hana.choose("Return with a question").fill("In a sentence", "Did Dan put that in writing?")
    hana.press("Answer for HR")
    lena.go(story.link_in(story.mail("Lena", "Answer HR’s question")))
    lena.open("selection:slate_detail", cohort_of(story).pk).see("Did Dan put that in writing?")
    lena.page.get_by_label("What should HR know?").fill("Yes, on Monday.")
    lena.press("Ask HR to sign")
    hana.home().follow("Co-sign the slate").choose("Sign")
    hana.fill("In a sentence", "I have read his mail.").press("Answer for HR").see("Signed")


def rhea_reviews_adverse_impact(story):
    rhea, cohort = story.as_("Rhea"), cohort_of(story)
    rhea.finds_nothing("selection:slate_detail", cohort.pk)
    rhea.open("metrics:impact_detail", cohort.pk).press("Freeze the slate as it stands")
    rhea.fill("What do you look for?", "Whether groups get seats at different rates.")
    rhea.press("Open the counts for an hour").see("For you alone.")
    rhea.follow(re.compile(r"Review this stage\s*: Assessed")).choose("No concern")
    rhea.press("Record the review").see("No concern")
    story.as_("Lena").open("metrics:impact_detail", cohort.pk).see("Reviewed by Rhea Reviewer").miss(
        "Shortfall"
    )


def lena_releases(story):
    lena, cohort = story.as_("Lena"), cohort_of(story)
    lena.open("selection:letter_list", cohort.pk).see(
        "We would like to offer you a seat", "You are first in reserve"
    )
    lena.open("selection:slate_release", cohort.pk).see("Reviewed by Rhea Reviewer")
    lena.press("Release all outcomes now").see("Released by Lena Admin")


def ana_accepts_ben_declines_and_cleo_moves_up(story):
    ana, ben, cleo = story.as_("Ana", "phone"), story.as_("Ben"), story.as_("Cleo")
    ana.go(story.link_in(story.mail("Ana", "We would like to offer you a seat")))
    ana.choose("Accept").press("Send my answer").see("You are enrolled")
    cleo.open("selection:outcome_detail", file_of(story, "Cleo").pk).see("You are number 1 in reserve")
    ben.go(story.link_in(story.mail("Ben", "We would like to offer you a seat")))
    ben.choose("Decline").press("Send my answer").see("Say why in a sentence")
    ben.fill("Why do you decline?", "We move in March.").press("Send my answer").see("You declined the seat")
    cleo.go(story.link_in(story.mail("Cleo", "has become free for you"))).choose("Accept")
    cleo.press("Send my answer").see("You have a seat in")
    with story.inside():
        assert sorted(Participant.objects.values_list("person__first_name", flat=True)) == ["Ana", "Cleo"]
        assert sorted(Offer.objects.values_list("state", flat=True)) == ["accepted", "accepted", "declined"]


def everybody_else_reads_what_they_may(story):
    cohort = cohort_of(story)
    lena = story.as_("Lena").open("selection:slate_detail", cohort.pk)
    lena.see("2 accepted, 0 waiting", "We move in March.")
    alice = story.as_("Alice").open("selection:candidate_detail", file_of(story, "Ben").pk)
    alice.see("Declined").miss("We move in March.")
    alice.finds_nothing("selection:slate_detail", cohort.pk)
    alice.open("selection:selection_home").see("Takes part", "Does not take the seat", "Not selected")
    dan = story.as_("Dan").open("selection:outcome_detail", file_of(story, "Dan").pk)
    dan.see("Thank you for the work you put into this").miss("Begins another program")
    dan.finds_nothing("selection:outcome_detail", file_of(story, "Ana").pk)
    sam = story.as_("Sam").open("cohorts:cohort_detail", cohort.pk)
    sam.see("Ana Nowak", "Cleo Nowak").miss("Dan Rival", "Ben Nowak")


# --- feedback and the file ---------------------------------------------------------------------------


def test_feedback_is_read_and_the_file_written_out(acme_story):
    story = acme_story
    slate = decided(story)
    lena_reads_anas_report_through(story)
    with story.inside():
        release_slate(slate, by=story.member("Lena"))
    ana_reads_it_and_takes_her_data_out(story)
    lena_writes_the_file_out_for_a_board(story)


def decided(story):
    with story.inside():
        slate = draw_slate(Cohort.objects.get(), by=story.member("Lena"))
        accept_ranking(slate, reserve=1, by=story.member("Lena"))
        return signed(slate)


def lena_reads_anas_report_through(story):
    lena, ana = story.as_("Lena"), file_of(story, "Ana")
    story.as_("Ana").finds_nothing("selection:feedback_detail", ana.pk)
    lena.open("selection:feedback_list", cohort_of(story).pk).see("0 of 4 read through")
    lena.open("selection:feedback_edit", ana.pk)
    lena.page.locator("form textarea").first.fill("Dear Ana, you asked first, in every exercise.")
    lena.press("Keep and look at it").see("you asked first, in every exercise")
    lena.press("Read through, on to the next")
    lena.open("selection:feedback_list", cohort_of(story).pk).see("1 of 4 read through")


def ana_reads_it_and_takes_her_data_out(story):
    ana, candidate = story.as_("Ana"), file_of(story, "Ana")
    ana.open("selection:outcome_detail", candidate.pk)
    ana.open("selection:feedback_detail", candidate.pk).see(
        "you asked first, in every exercise", "Your strengths"
    )
    report = downloaded(ana, lambda: ana.page.get_by_role("link", name="PDF").click())
    assert "you asked first" in text_of(report)
    ana.open("selection:outcome_detail", candidate.pk).press("PDF").see("Your file is ready")
    text = text_of(downloaded(ana, lambda: ana.page.get_by_role("link", name="Download").click()))
    assert "somebody else and assessor 1 asked first." in text
    assert not any(name in text for name in ("Rival", "Erin", "Walsh", "Osei"))
    story.as_("Ben").finds_nothing("selection:feedback_detail", candidate.pk)
    alice = story.as_("Alice").open("selection:candidate_detail", candidate.pk)
    alice.follow("Feedback report").see("you asked first, in every exercise")


def lena_writes_the_file_out_for_a_board(story):
    lena, ana = story.as_("Lena"), file_of(story, "Ana")
    lena.open("selection:candidate_detail", ana.pk).follow("Write out").press("Write it out")
    lena.page.locator(".error-summary").wait_for()
    lena.fill("What for?", "Works council, 12 May").choose("ZIP").press("Write it out").see(
        "Your file is ready"
    )
    folder = downloaded(lena, lambda: lena.page.get_by_role("link", name="Download").click())
    with zipfile.ZipFile(folder) as files:
        text = files.read("file.json").decode()
    assert all(words in text for words in ("Works council, 12 May", "assessor 1", "Alice Morgan"))
    assert not any(name in text for name in ("Rival", "Erin", "Walsh", "Osei"))
    lena.open("selection:candidate_detail", ana.pk).see("had this file written out for a review board")


def downloaded(visitor, click):
    with visitor.page.expect_download() as found:
        click()
    return found.value.path()


def text_of(paper):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(paper).pages).split())


# --- kept, held, deleted -----------------------------------------------------------------------------


def test_files_are_kept_held_and_deleted(acme_story):
    story = acme_story
    slate = decided(story)
    with story.inside():
        release_slate(slate, by=story.member("Lena"))
    years_go_by(story)
    olivia_shortens_the_period(story)
    lena_holds_it_and_olivia_lifts_the_hold(story)
    the_day_comes(story)
    what_stays_is_counts(story)


def years_go_by(story):
    """The release was two years ago; Ana and Ben had accepted."""
    with story.inside():
        ago = timezone.now() - datetime.timedelta(days=730)
        Cohort.objects.update(
            released_at=ago, starts_on=ago.date(), ends_on=ago.date() + datetime.timedelta(days=300)
        )
        cohort = Cohort.objects.get()
        for name in ("Ana", "Ben"):
            candidate = Candidate.objects.get(person__first_name=name)
            Participant.objects.create(cohort=cohort, person=candidate.person, enrolled_at=ago)


def olivia_shortens_the_period(story):
    olivia = story.as_("Olivia").open("selection:retention_detail").see("24 months")
    olivia.fill("Months after the release", "18").press("Save the period").see("18 months")
    story.as_("Alice").finds_nothing("selection:retention_detail")
    keep_files(story.organization.pk, timezone.now())
    for name in ("Olivia", "Lena"):
        story.mail(name, f"2 files of {COHORT} will be deleted")


def lena_holds_it_and_olivia_lifts_the_hold(story):
    lena, olivia = story.as_("Lena"), story.as_("Olivia")
    lena.open("selection:retention_detail").follow(re.compile(r"Hold\s*:"))
    lena.fill("Why may nothing be deleted?", "A complaint of 12 May.").press("Place the hold").see(
        "Legal hold"
    )
    a_month_passes(story)
    assert story.count(Candidate) == 4
    olivia.open("selection:retention_detail").see("A complaint of 12 May.").follow(
        re.compile(r"Lift the hold\s*:")
    )
    olivia.fill("Why is it lifted?", "Settled.").press("Lift the hold").miss("A complaint of 12 May.")


def a_month_passes(story):
    with story.inside():
        Erasure.objects.update(told_at=timezone.now() - datetime.timedelta(days=31))
    keep_files(story.organization.pk, timezone.now())


def the_day_comes(story):
    keep_files(story.organization.pk, timezone.now())  # announced anew
    a_month_passes(story)
    wait_until(lambda: story.count(Candidate) == 2, "two files deleted")
    wait_until(lambda: story.count(Erasure, finished_at__isnull=False) == 1, "the deletion finished")


def what_stays_is_counts(story):
    cohort = cohort_of(story)
    with story.inside():
        left = sorted(Candidate.objects.values_list("person__first_name", flat=True))
    assert left == ["Ana", "Ben"]
    story.as_("Olivia").open("selection:retention_detail").see("2 files deleted")
    lena = story.as_("Lena").open("selection:slate_detail", cohort.pk)
    lena.see("Ana Nowak").miss("Dan Rival")
    story.as_("Dan").home().miss(COHORT)
