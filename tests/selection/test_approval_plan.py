"""L&D says who approves: a row per step, tried on people of the directory before it counts."""

import pytest
from django.urls import reverse

from selection.models import ApprovalStep, PlanVersion, SelectionPlan
from selection.plan_forms.approval import MOST
from selection.plan_parts import approval, missing_in
from selection.queries.chain import chains_in, terms_for
from selection.services import begin_plan
from tests.factories.cohorts import CohortFactory
from tests.factories.directory import GradeFactory, PersonFactory
from tests.factories.selection import chain_steps


@pytest.fixture
def plan(cohort):
    return SelectionPlan.objects.get(cohort=cohort)


@pytest.fixture
def draft(acme, ld_admin):
    """The plan of a cohort that is being set up."""
    return begin_plan(CohortFactory(name="Being set up"), by=ld_admin)


def url(name, *args):
    return reverse(f"selection:{name}", args=["acme", *args])


def row(number, **fields):
    return {f"step_{number}_{name}": value for name, value in fields.items()}


def api(plan):
    return f"/api/v1/o/acme/selection-plans/{plan.pk}/approval/"


# --- the page ----------------------------------------------------------------------------------------


def test_steps_are_saved_in_the_order_of_their_places(sign_in, ld_admin, draft, erin, jordan):
    grade = GradeFactory(code="9")
    sent = {
        **row(1, who="role-hr_analyst", place=3, days=4, remind_after=2),
        **row(2, who="leader-1", place=1, escalate_after=3, escalate_to="ld_admin"),
        **row(3, who="person", place=2, person="erin assessor", markets=["US"], replaces_line="on"),
        **row(4, who=f"grade-{grade.pk}", place=4),
        **row(5, who="", place=5),
    }
    answer = sign_in(ld_admin).post(url("plan_part", draft.pk, "approval"), sent, follow=True)
    assert "Approval: saved." in answer.content.decode()
    assert approval.PART.content(draft) == {
        "Step 1": "The nearest leader above the nominator, within 5 business days; "
        "3 business days late: L&D too",
        "Step 2": "Erin Assessor, within 5 business days; only for US instead of the leaders",
        "Step 3": "HR, within 4 business days; reminded after 2 business days",
        "Step 4": "Every leader above the nominator, up to Grade 9, within 5 business days",
    }
    page = sign_in(ld_admin).get(url("plan_part", draft.pk, "approval")).content.decode()
    assert 'value="Erin Assessor"' in page


def test_without_steps_the_nearest_leader_decides(sign_in, ld_admin, draft, cohort):
    answer = sign_in(ld_admin).post(url("plan_part", draft.pk, "approval"), row(1, who=""), follow=True)
    assert "Approval: saved." in answer.content.decode()
    assert approval.PART.content(draft) == {
        "Step 1": "The nearest leader above the nominator, within 5 business days"
    }
    assert [terms.kind for terms in terms_for(cohort)] == ["leader"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"who": "person", "person": "Nobody Known"}, "Nobody in the directory is called so."),
        ({"who": "person", "person": "Sam Same"}, "Which of them: Sam Same ("),
        ({"who": "person"}, "Nobody in the directory is called so."),
        ({"who": "leader-1", "replaces_line": "on"}, "Choose the markets or business units for which."),
        ({"who": "leader-1", "days": 0}, "greater than or equal to 1"),
        ({"who": "leader-99"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(sign_in, ld_admin, draft, fields, sentence):
    for _ in range(2):
        PersonFactory(first_name="Sam", last_name="Same")
    page = sign_in(ld_admin).post(url("plan_part", draft.pk, "approval"), row(1, **fields))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not ApprovalStep.objects.exists()


def test_while_people_nominate_a_change_needs_a_reason_and_becomes_a_version(sign_in, ld_admin, plan):
    address = url("plan_part", plan.pk, "approval")
    sent = row(1, who="leader-1") | row(2, who="role-hr_analyst")
    refused = sign_in(ld_admin).post(address, sent).content.decode()
    assert "Say why. People already act by this plan" in refused
    sign_in(ld_admin).post(address, {**sent, "why": "HR reads along from now on."})
    newest = PlanVersion.objects.order_by("-number").first()
    assert (newest.section, newest.why) == ("approval", "HR reads along from now on.")
    assert newest.content["approval"]["Step 2"] == "HR, within 5 business days"


def test_only_ld_changes_it_and_hr_reads_it(sign_in, hr_analyst, alice, draft):
    address = url("plan_part", draft.pk, "approval")
    assert sign_in(hr_analyst).get(address).status_code == 200
    assert sign_in(hr_analyst).post(address, row(1, who="leader-1")).status_code == 403
    assert sign_in(alice).get(address).status_code == 404
    assert sign_in(alice).get(url("approval_preview", draft.pk)).status_code == 404


def test_a_cohort_copies_the_steps_of_its_program(acme, ld_admin, erin):
    cohort = CohortFactory()
    pattern = begin_plan(cohort.program, by=ld_admin)
    step = ApprovalStep(kind="person", person=erin.person, markets=["DE"], days=7)
    approval.store_steps(pattern, [step])
    copied = begin_plan(cohort, by=ld_admin)
    assert approval.PART.content(copied) == approval.PART.content(pattern)
    assert copied.approval_steps.get() != pattern.approval_steps.get()


def test_who_has_left_and_an_empty_role_are_named_before_nominations_open(draft, erin, ld_admin):
    erin.person.termination_date = "2020-01-31"
    erin.person.save()
    steps = [ApprovalStep(kind="person", person=erin.person), ApprovalStep(kind="role", role="sponsor")]
    approval.store_steps(draft, steps)
    assert {
        "Step 1 of the approval names Erin Assessor, who has left.",
        "Step 2 of the approval asks Executive sponsor, and nobody has that role.",
    } <= set(missing_in(draft))


# --- trying it ---------------------------------------------------------------------------------------


def test_the_preview_says_who_would_decide_and_why(sign_in, ld_admin, cohort, plan, jordan, dana, erin):
    chain_steps(cohort, {"kind": "leader"}, {"kind": "person", "person": erin.person, "markets": ["US"]})
    page = sign_in(ld_admin).get(url("approval_preview", plan.pk), {"find": "jordan"}).content.decode()
    for words in (
        "Jordan Lee",
        "nominated by Alice Manager",
        "Dana Director",
        "The nearest leader above Alice Manager",
        "Erin Assessor",
        "Named in the plan for US",
    ):
        assert words in page


def test_the_preview_shows_a_few_people_of_each_market_and_business_unit(plan, jordan, casey, alice):
    other = PersonFactory(market="DE", manager=alice.person)
    people = approval.sample_of(plan, 8)
    assert len(people) == 2
    assert other in people
    assert {one.market for one in people} == {"US", "DE"}
    assert len(chains_in(plan, people)) == 2


# --- programs ----------------------------------------------------------------------------------------


def test_programs_read_and_change_the_steps(sign_in, ld_admin, draft, erin):
    browser = sign_in(ld_admin)
    steps = [
        {"who": "leader-2", "days": 3},
        {"who": "person", "person": erin.person.employee_number, "markets": ["US"], "replaces_line": True},
    ]
    changed = browser.patch(api(draft), {"steps": steps}, content_type="application/json")
    assert changed.status_code == 200, changed.content
    kept = browser.get(api(draft)).json()["steps"]
    assert [(each["who"], each["person"], each["markets"], each["days"]) for each in kept] == [
        ("leader-2", "", [], 3),
        ("person", "Erin Assessor", ["US"], 5),
    ]
    unchanged = browser.patch(api(draft), {}, content_type="application/json")
    assert unchanged.json()["steps"] == kept
    emptied = browser.patch(api(draft), {"steps": []}, content_type="application/json")
    assert emptied.json() == {"steps": []}


def test_programs_are_told_what_is_wrong(sign_in, ld_admin, draft):
    browser = sign_in(ld_admin)
    wrong = browser.patch(
        api(draft), {"steps": [{"who": "person", "person": "Nobody Known"}]}, content_type="application/json"
    )
    assert wrong.status_code == 400
    assert "Nobody in the directory is called so." in wrong.content.decode()
    many = browser.patch(
        api(draft), {"steps": [{"who": "leader-1"}] * (MOST + 1)}, content_type="application/json"
    )
    assert many.status_code == 400


def test_programs_try_the_chain(sign_in, ld_admin, cohort, plan, jordan):
    found = sign_in(ld_admin).get(f"{api(plan)}preview/", {"find": "jordan"}).json()
    assert found == [
        {
            "person": jordan.person.pk,
            "person_name": "Jordan Lee",
            "chain": [
                {
                    "who": "Dana Director",
                    "why": "The nearest leader above Alice Manager",
                    "is_left_out": False,
                }
            ],
        }
    ]
