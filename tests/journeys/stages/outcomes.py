"""3.8 and 3.9: results with small numbers hidden, exports on record, a graduate placed and offered as mentor."""

import datetime
import io

import openpyxl
from django.urls import reverse
from django.utils import timezone

from amdp.tenancy.context import organization_context
from cohorts.models import Cohort, Participant, Placement
from curriculum.models import ParticipantActivity
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.metrics import lives, released_cohort
from tests.journeys.stages.journey import items
from tests.journeys.stages.program import COHORT, one
from tests.journeys.story import Story


def an_earlier_cohort_is_two_years_on(story):
    """Enough people to show a share; of those not selected fewer than five have left."""
    released = timezone.localdate() - datetime.timedelta(days=760)
    with story.inside():
        left = [released + datetime.timedelta(days=days) for days in (200, 300)]
        released_cohort(released, selected=lives(12), passed_over=lives(9, left=left))


def hana_reads_results_and_exports_them(story):
    hana = story.as_("Hana")
    hana.home()
    hana.open("metrics:outcomes").see("unmatched comparison", "hidden")
    hana.open("metrics:definitions")
    for kind in ("csv", "xlsx"):
        answer = hana.page.request.get(story.url + reverse("metrics:outcomes_export", args=["acme", kind]))
        assert answer.status == 200
    sheets = openpyxl.load_workbook(io.BytesIO(answer.body())).sheetnames
    assert len(sheets) == 2, sheets
    olivia = story.as_("Olivia")
    olivia.open("identity:export_list").see("Hana Analyst")
    olivia.open("identity:entry_list")
    story.as_("Sam").open("metrics:summary")


def bob_finishes_what_is_required(story):
    with story.inside():
        items("Bob").update(state=ParticipantActivity.State.DONE, done_at=timezone.now())


def bob_graduates_and_carol_for_a_reason(story):
    lena, cohort = story.as_("Lena"), one(story, Cohort, name=COHORT)
    lena.open("cohorts:cohort_graduate", cohort.pk)
    proposed = lena.page.locator("label.choice:has(:checked)").all_inner_texts()
    assert [text.splitlines()[0] for text in proposed] == ["Bob Lindqvist"]
    lena.choose("required activities open").press("Graduate those chosen").see("Say why Carol")
    lena.fill("Why does Carol", "She takes over the account now; the last case study follows in June.")
    lena.press("Graduate those chosen")
    assert story.count(Participant, state="graduated") == 2
    lena.open("cohorts:cohort_detail", cohort.pk)


def leader_and_hr_sign_his_placement(story):
    lena, bob = story.as_("Lena"), one(story, Participant, person__last_name="Lindqvist")
    lena.open("cohorts:participant_detail", bob.pk).open("cohorts:placement_new", bob.pk)
    starts = timezone.localdate() + datetime.timedelta(days=30)
    lena.fill("Starts on", starts.isoformat()).fill("Find accounts", "Northgate")
    lena.page.get_by_role("button", name="Find").first.click()
    lena.see("Northgate Regional Payer").choose("Northgate Regional Payer").choose("Alice Morgan")
    lena.press("Propose it and ask for signatures")
    placement = one(story, Placement)
    story.mail("Alice", "Bob")
    story.as_("Alice").open("cohorts:placement_detail", placement.pk).press("Sign as the leader")
    story.as_("Hana").open("cohorts:placement_detail", placement.pk).press("Sign for HR")
    assert one(story, Placement).state == Placement.State.SIGNED
    story.as_("Hana").open("metrics:outcomes").see("Account Director")


def bob_offers_to_mentor(story):
    bob, own = story.as_("Bob"), one(story, Participant, person__last_name="Lindqvist")
    bob.home()
    bob.open("cohorts:participant_offer", own.pk)
    bob.choose("Yes", of="Would you mentor a participant?").choose("Yes", of="Would you teach a session?")
    bob.press("Send the answer")
    assert one(story, Participant, pk=own.pk, offers_mentoring=True, offers_teaching=True)


def a_second_organization_sees_nothing(story):
    globex = OrganizationFactory(name="Globex", slug="globex")
    with organization_context(globex):
        MembershipFactory(
            organization=globex,
            user__name="Charlie Stranger",
            granted_roles=["owner", "ld_admin", "hr_analyst"],
        )
    beside = Story(browser=story.browser, url=story.url, smtp=story.smtp, folder=story.folder)
    beside.organization = globex
    charlie = beside.as_("Charlie")
    for name in LISTS:
        charlie.open(name).miss("Lindqvist", "Morgan", "Acme", "Tidewater", "Account Director")
    acme = story.url + reverse("home:home", args=["acme"])
    assert charlie.page.goto(acme).status == 404


LISTS = [
    "home:home",
    "directory:person_list",
    "directory:account_list",
    "cohorts:program_list",
    "cohorts:cohort_list",
    "cohorts:placement_list",
    "selection:selection_home",
    "curriculum:cohort_list",
    "mentoring:mentor_list",
    "metrics:outcomes",
    "identity:entry_list",
]
STEPS = [
    an_earlier_cohort_is_two_years_on,
    hana_reads_results_and_exports_them,
    bob_finishes_what_is_required,
    bob_graduates_and_carol_for_a_reason,
    leader_and_hr_sign_his_placement,
    bob_offers_to_mentor,
    a_second_organization_sees_nothing,
]
