"""The plan of a selection: copied from the program, free until its stage opens, versioned after."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from amdp.audit.models import AuditEntry
from cohorts.models import Cohort
from selection.models import Criterion, PlanVersion, SelectionPlan
from selection.plan_parts import missing_in
from selection.plan_parts.criteria import knock_outs_in, minimums_in, store_criteria, weights_in
from selection.plan_parts.nomination import Terms, store_terms
from selection.plan_parts.seats import shares_in, store_shares
from selection.plan_parts.windows import PLANNED, days_of, out_of_order, propose_windows, store, windows_of
from selection.queries import unmet_for_move
from selection.queries.plan import overview_of, plan_of, versions_of
from selection.services import begin_plan, change_plan
from tests.factories.cohorts import CohortFactory, CompetencyFactory, ProgramFactory
from tests.factories.selection import in_state

HALF = {"performance": 50, "potential": 0, "assessment": 50}
DAY = datetime.timedelta(days=1)


@pytest.fixture
def draft(acme):
    return CohortFactory(name="Account Director 2028", seats=6, markets=["DE", "US"])


def url(name, **kwargs):
    return reverse(f"selection:{name}", kwargs={"org": "acme", **kwargs})


# --- where it comes from -----------------------------------------------------------------------------


def test_a_cohort_begins_with_a_copy_of_the_programs_plan(draft, ld_admin):
    competency = CompetencyFactory(program=draft.program)
    pattern = begin_plan(draft.program, by=ld_admin)

    def fill(plan):
        store_criteria(plan, HALF, {"assessment": 40})
        plan.knock_outs.create(competency=competency, minimum=3)
        store(plan, days={**days_of(plan), "assessment": 30}, windows={})
        store_shares(plan, {"DE": (2, 4), "JP": (1, None)})

    for key in ("criteria",):
        change_plan(pattern, key, fill, by=ld_admin)
    plan = begin_plan(draft, by=ld_admin)
    assert (weights_in(plan), minimums_in(plan)) == (HALF, {"assessment": 40})
    assert knock_outs_in(plan) == {competency.pk: 3}
    assert shares_in(plan) == {"DE": (2, 4)}  # JP does not take part
    opens, closes = windows_of(plan)["assessment"]
    assert (opens, (closes - opens).days + 1) == (draft.nominations_close_on + DAY, 30)
    change_plan(pattern, "criteria", lambda p: store_criteria(p, {"assessment": 100}), by=ld_admin)
    assert weights_in(plan_of(draft)) == HALF  # a copy, not a link


def test_beginning_twice_changes_nothing(draft, ld_admin):
    plan = begin_plan(draft, by=ld_admin)
    change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=ld_admin)
    assert begin_plan(draft, by=ld_admin) == plan
    assert weights_in(plan_of(draft)) == HALF
    assert AuditEntry.objects.filter(verb="selection.plan_begun").count() == 1


def test_only_who_runs_a_selection_plans_it(draft, ld_admin, hr_analyst):
    with pytest.raises(PermissionDenied):
        begin_plan(draft, by=hr_analyst)
    plan = begin_plan(draft, by=ld_admin)
    with pytest.raises(PermissionDenied):
        change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=hr_analyst)
    assert weights_in(plan_of(draft)) != HALF


# --- versions ----------------------------------------------------------------------------------------


def test_before_its_stage_opens_a_part_changes_without_a_version(draft, ld_admin):
    plan = begin_plan(draft, by=ld_admin)
    change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=ld_admin)
    assert not PlanVersion.objects.exists()
    entry = AuditEntry.objects.get(verb="selection.plan_changed")
    assert entry.after["criteria"]["Performance"] == "50%"


def test_after_its_stage_has_opened_a_change_needs_a_reason_and_makes_a_version(draft, ld_admin):
    plan = begin_plan(draft, by=ld_admin)
    before = weights_in(plan)
    in_state(draft, Cohort.State.NOMINATING)
    with pytest.raises(ValidationError) as refused:
        change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=ld_admin)
    assert "why" in refused.value.message_dict
    assert weights_in(plan_of(draft)) == before
    change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=ld_admin, why="Works council.")
    newest, first = versions_of(plan)
    assert (first.number, newest.number, newest.row.why) == (1, 2, "Works council.")
    assert first.row.content["criteria"]["Performance"] == f"{before['performance']}%"
    said = {label: (now, was) for part in newest.parts for label, now, was in part.lines}
    assert said["Performance"] == ("50%", f"{before['performance']}%")
    change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=ld_admin, why="The same again.")
    assert len(versions_of(plan)) == 2  # nothing changed, so nothing is kept


def test_a_part_whose_time_is_over_stays(draft, ld_admin):
    plan = begin_plan(draft, by=ld_admin)
    in_state(draft, Cohort.State.SELECTING)
    with pytest.raises(ValidationError, match="was used and is over"):
        change_plan(plan, "criteria", lambda p: store_criteria(p, HALF), by=ld_admin, why="Too late.")


def test_a_change_that_fails_leaves_everything_as_it_was(draft, ld_admin):
    plan = begin_plan(draft, by=ld_admin)
    before = weights_in(plan)

    def half_done(found):
        store_criteria(found, HALF)
        raise ValidationError("Something else is wrong.")

    with pytest.raises(ValidationError):
        change_plan(plan, "criteria", half_done, by=ld_admin)
    assert weights_in(plan_of(draft)) == before


# --- windows -----------------------------------------------------------------------------------------


@given(
    st.integers(0, 60),
    st.integers(1, 120),
    st.none() | st.integers(0, 119),
    st.tuples(*[st.integers(1, 90)] * 4),
)
def test_proposed_windows_follow_each_other_and_end_before_the_start(window, rest, due, lengths):
    """However short the season: nothing that is proposed keeps nominations closed."""
    opens = datetime.date(2027, 1, 4)
    closes = opens + window * DAY
    cohort = Cohort(
        nominations_open_on=opens,
        nominations_close_on=closes,
        starts_on=closes + (rest + 1) * DAY,
        decisions_due_on=None if due is None else closes + min(due, rest) * DAY,
    )
    found = propose_windows(cohort, dict(zip(PLANNED, lengths, strict=True)))
    assert set(found) == set(PLANNED)
    assert out_of_order(cohort, found) == {}


def test_windows_out_of_order_keep_nominations_closed(draft, ld_admin):
    CompetencyFactory(program=draft.program)
    plan = begin_plan(draft, by=ld_admin)
    assert unmet_for_move(draft, "nominating") == []
    windows = windows_of(plan) | {"decision": (draft.starts_on, draft.starts_on + DAY)}
    del windows["nomination"]
    store(plan, days=days_of(plan), windows=windows)
    (sentence,) = unmet_for_move(draft, "nominating")
    assert sentence.startswith("Decision has to close before the cohort starts on")


# --- pages -------------------------------------------------------------------------------------------


def test_ld_plans_in_the_browser(client, draft, ld_admin):
    competency = CompetencyFactory(program=draft.program)
    client.force_login(ld_admin.user)
    page = client.get(url("selection_setup", pk=draft.pk)).content.decode()
    assert "Begin the plan" in page
    client.post(url("plan_begin", pk=draft.pk))
    plan = plan_of(draft)
    assert "Complete." in client.get(url("selection_setup", pk=draft.pk)).content.decode()
    criteria = url("plan_part", pk=plan.pk, key="criteria")
    wrong = client.post(criteria, {"performance": 20, "potential": 20, "assessment": 50}).content.decode()
    assert "The weights add up to 90; they have to add up to 100." in wrong
    right = {
        "performance": 20, "potential": 20, "assessment": 60, "assessment_minimum": 45,
        f"competency_{competency.pk}": "2.5",
    }  # fmt: skip
    assert client.post(criteria, right).status_code == 302
    plan = plan_of(draft)
    assert (minimums_in(plan), knock_outs_in(plan)) == ({"assessment": 45}, {competency.pk: 2.5})
    seats = url("plan_part", pk=plan.pk, key="seats")
    wrong = client.post(seats, {"DE_at_least": 5, "US_at_least": 4}).content.decode()
    assert "9 seats are kept for markets, and the cohort has 6 seats." in wrong
    wrong = client.post(seats, {"DE_at_least": 3, "DE_at_most": 2}).content.decode()
    assert "2 is less than the 3 that are kept." in wrong
    assert client.post(seats, {"DE_at_least": 2, "US_at_most": 4}).status_code == 302
    assert shares_in(plan_of(draft)) == {"DE": (2, None), "US": (0, 4)}


def test_windows_are_set_with_the_time_zone_in_which_they_count(client, draft, ld_admin):
    client.force_login(ld_admin.user)
    plan = begin_plan(draft, by=ld_admin)
    address = url("plan_part", pk=plan.pk, key="windows")
    values = {"time_zone": "Europe/Zurich"}
    for kind, (opens, closes) in windows_of(plan).items():
        values |= {f"{kind}_opens_on": opens.isoformat(), f"{kind}_closes_on": closes.isoformat()}
    wrong = {**values, "assessment_opens_on": draft.nominations_close_on.isoformat()}
    refused = client.post(address, wrong).content.decode()
    assert "The assessment has to open after nominations close" in refused
    later = draft.nominations_close_on - 2 * DAY
    assert client.post(address, {**values, "nomination_closes_on": later.isoformat()}).status_code == 302
    plan = plan_of(draft)
    assert (plan.time_zone, plan.cohort.nominations_close_on) == ("Europe/Zurich", later)
    assert "Whole days in Zurich" in client.get(url("selection_setup", pk=draft.pk)).content.decode()


def test_a_change_in_use_is_asked_why_and_the_version_is_shown(client, draft, ld_admin, hr_analyst):
    client.force_login(ld_admin.user)
    plan = begin_plan(draft, by=ld_admin)
    in_state(draft, Cohort.State.NOMINATING)
    address = url("plan_part", pk=plan.pk, key="criteria")
    assert "Why do you change this now?" in client.get(address).content.decode()
    refused = client.post(address, HALF).content.decode()
    assert "Say why." in refused
    client.post(address, {**HALF, "why": "The works council asked for it."})
    client.force_login(hr_analyst.user)
    overview = client.get(url("selection_setup", pk=draft.pk)).content.decode()
    assert "The works council asked for it." in overview
    version = client.get(url("plan_version", pk=plan.pk, number=2)).content.decode()
    assert "before: " in version
    assert client.get(url("plan_version", pk=plan.pk, number=9)).status_code == 404


PREVIEWED = {
    "nominator": "Why this person, why now?",
    "oneself": "Why you, why now?",
    "endorser": "Do you stand behind it?",
    "nominee": "Would you like to be put forward?",
    "referee": "What have you seen?",
    "approver": "What do you decide?",
    "assessor": "Not seen",
    "signer": "In a sentence",
    "selected": "Do you take the seat?",
}


@pytest.mark.parametrize(("role", "words"), PREVIEWED.items())
def test_each_roles_form_is_shown_before_anything_opens(client, draft, ld_admin, role, words):
    CompetencyFactory(program=draft.program)
    client.force_login(ld_admin.user)
    plan = begin_plan(draft, by=ld_admin)
    store_terms(plan, Terms(allows_self=True, asks_consent=True, references=1, asks_statements=True))
    page = client.get(url("plan_preview", pk=plan.pk, role=role)).content.decode()
    assert "disabled" in page
    assert words in page


def test_who_is_shown_no_form_by_the_plan_has_no_preview(client, draft, ld_admin):
    client.force_login(ld_admin.user)
    plan = begin_plan(draft, by=ld_admin)
    change_plan(plan, "decision", _unsigned, by=ld_admin)
    page = client.get(url("selection_setup", pk=draft.pk)).content.decode()
    for role in ("oneself", "endorser", "nominee", "referee", "signer"):
        assert client.get(url("plan_preview", pk=plan.pk, role=role)).status_code == 404
        assert url("plan_preview", pk=plan.pk, role=role) not in page


def _unsigned(plan):
    plan.needs_signature = False
    plan.save()


def test_the_programs_page_leads_to_the_pattern(client, draft, ld_admin, alice):
    client.force_login(ld_admin.user)
    page = client.get(reverse("cohorts:program_detail", args=["acme", draft.program_id])).content.decode()
    assert url("program_plan", pk=draft.program_id) in page
    client.post(url("program_plan_begin", pk=draft.program_id))
    pattern = SelectionPlan.objects.get(program=draft.program)
    days = {f"{kind}_days": 9 for kind in days_of(pattern)}
    assert client.post(url("plan_part", pk=pattern.pk, key="windows"), days).status_code == 302
    assert set(days_of(pattern).values()) == {9}
    client.force_login(alice.user)
    assert client.get(url("program_plan", pk=draft.program_id)).status_code == 404
    assert client.get(url("plan_part", pk=pattern.pk, key="windows")).status_code == 404


def test_what_is_missing_stands_on_the_overview(client, draft, ld_admin):
    plan = begin_plan(draft, by=ld_admin)
    Criterion.objects.filter(plan=plan).update(weight=0)
    assert missing_in(plan_of(draft)) == ["The weights add up to 0; they have to add up to 100."]
    assert [part.key for part, _ in overview_of(plan_of(draft)).missing] == ["criteria"]
    client.force_login(ld_admin.user)
    page = client.get(url("selection_setup", pk=draft.pk)).content.decode()
    assert "1 thing is missing" in page
    assert "The weights add up to 0" in page


def test_a_program_without_competencies_has_a_plan_too(acme, ld_admin):
    plan = begin_plan(ProgramFactory(), by=ld_admin)
    assert (plan.is_pattern, missing_in(plan)) == (True, [])
