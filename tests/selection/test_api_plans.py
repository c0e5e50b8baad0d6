"""Selection plans over the API: the pages' verbs, words and refusals."""

import pytest

from amdp.identity.services import create_token
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection import access
from selection.models import SelectionPlan
from selection.plan_parts import content_of, part_of
from selection.queries.plan import plan_of
from selection.services import begin_plan
from tests.factories.cohorts import CohortFactory, CompetencyFactory
from tests.factories.directory import GradeFactory
from tests.factories.selection import in_state
from tests.selection.test_api_running import API, refused, send


@pytest.fixture
def draft(acme):
    return CohortFactory(name="Account Director 2028", seats=6, markets=["DE", "US"])


@pytest.fixture
def plan(draft, ld_admin):
    return begin_plan(draft, by=ld_admin)


def path(plan, part=""):
    return f"selection-plans/{plan.pk}{part and '/'}{part}"


def stored(plan):
    return content_of(plan_of(plan.cohort))


def test_a_plan_is_begun_and_read(sign_in, ld_admin, hr_analyst, draft):
    answer = send(sign_in(ld_admin), "post", "selection-plans", cohort=draft.pk)
    assert answer.status_code == 201
    shown = answer.json()
    assert [part["key"] for part in shown["parts"]] == [
        "windows",
        "eligibility",
        "nomination",
        "approval",
        "exercises",
        "panel",
        "criteria",
        "seats",
        "decision",
        "letters",
    ]
    assert [stage["name"] for stage in shown["stages"]][:2] == ["Nomination", "Approval"]
    assert sign_in(hr_analyst).get(f"{API}/selection-plans/{shown['id']}/").json() == shown
    pattern = send(sign_in(ld_admin), "post", "selection-plans", program=draft.program_id).json()
    assert (pattern["program"], pattern["cohort"]) == (draft.program_id, None)
    both = send(sign_in(ld_admin), "post", "selection-plans", cohort=draft.pk, program=draft.program_id)
    assert refused(both, non_field_errors="Name a cohort, or a program.")


@pytest.mark.parametrize(
    "part", ["windows", "criteria", "seats", "eligibility", "exercises", "approval", "panel"]
)
def test_what_is_read_can_be_sent_back_and_changes_nothing(sign_in, ld_admin, plan, part):
    CompetencyFactory(program=plan.cohort.program)
    before = stored(plan)
    read = sign_in(ld_admin).get(f"{API}/{path(plan, part)}/").json()
    answer = send(sign_in(ld_admin), "patch", path(plan, part), **read)
    assert (answer.status_code, answer.json(), stored(plan)) == (200, read, before)


def test_each_part_is_changed_in_part(sign_in, ld_admin, plan):
    competency = CompetencyFactory(program=plan.cohort.program)
    client = sign_in(ld_admin)
    knock_outs = [{"competency": competency.pk, "minimum": "2.50"}]
    criteria = {"performance": 20, "potential": 20, "assessment": 60, "knock_outs": knock_outs}
    assert send(client, "patch", path(plan, "criteria"), **criteria).json()["knock_outs"] == knock_outs
    markets = [{"market": "DE", "at_least": 2, "at_most": 4}]
    assert send(client, "patch", path(plan, "seats"), markets=markets).json()["markets"][0] == markets[0]
    window = {"kind": "assessment", "closes_on": plan.cohort.starts_on.isoformat()}
    answer = send(client, "patch", path(plan, "windows"), stages=[window])
    assert "has to close before the cohort starts" in answer.json()["errors"]["assessment_closes_on"][0]
    said = stored(plan)
    assert said["seats"] == {"Seats": "6", "DE": "2 to 4"}
    assert said["criteria"]["Assessment"] == "60%"


@pytest.mark.parametrize(
    ("part", "wrong", "field", "sentence"),
    [
        ("criteria", {"performance": 90}, "__all__", "they have to add up to 100."),
        ("criteria", {"performance": -1}, "performance", "Ensure this value is greater than or equal to 0."),
        ("criteria", {"potential": "much"}, "potential", "A valid integer is required."),
        ("criteria", {"charm": 5}, "charm", "There is no field “charm” here"),
        ("windows", {"time_zone": "Mars/Olympus"}, "time_zone", "Select a valid choice."),
        ("seats", {"markets": [{"market": "DE", "at_least": 9}]}, "__all__", "9 seats are kept for markets"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(sign_in, ld_admin, plan, part, wrong, field, sentence):
    before = stored(plan)
    answer = send(sign_in(ld_admin), "patch", path(plan, part), **wrong)
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    found = errors.get(field) or errors.get("non_field_errors")
    assert sentence in found[0]
    assert stored(plan) == before


def test_a_grade_of_another_organization_does_not_exist(sign_in, ld_admin, plan, globex):
    with organization_context(globex):
        theirs = GradeFactory(code="4")
    groups = [{"rules": [{"fact": "grade", "lowest_grade": theirs.pk}]}]
    answer = send(sign_in(ld_admin), "patch", path(plan, "eligibility"), groups=groups)
    assert set(answer.json()["errors"]) == {"groups.0.rules.0.lowest_grade"}


def test_who_changes_a_plan(sign_in, ld_admin, hr_analyst, owner, alice, jordan, stranger, plan):
    before, address = stored(plan), path(plan, "criteria")
    answer = send(sign_in(hr_analyst), "patch", address)
    assert (answer.status_code, answer.json()["detail"]) == (403, access.NOT_THE_PLAN)
    for member in (owner, alice, jordan, stranger):
        assert sign_in(member).get(f"{API}/{address}/").status_code == 404
        assert send(sign_in(member), "patch", address).status_code == 404
        assert send(sign_in(member), "post", "selection-plans", cohort=plan.cohort_id).status_code == 404
    assert stored(plan) == before
    in_state(plan.cohort, Cohort.State.SELECTING)
    answer = send(sign_in(ld_admin), "patch", address)
    assert (answer.status_code, answer.json()["detail"]) == (403, access.why_over(part_of("criteria")))


def test_a_change_in_use_needs_a_reason_and_is_a_version(sign_in, ld_admin, plan):
    in_state(plan.cohort, Cohort.State.NOMINATING)
    wanted = {"performance": 50, "potential": 0, "assessment": 50}
    client = sign_in(ld_admin)
    assert set(send(client, "patch", path(plan, "criteria"), **wanted).json()["errors"]) == {"why"}
    assert send(client, "patch", path(plan, "criteria"), **wanted, why="Works council.").status_code == 200
    versions = client.get(f"{API}/{path(plan)}/").json()["versions"]
    assert [(one["number"], one["why"]) for one in versions] == [(2, "Works council."), (1, "")]


def test_a_token_that_only_reads_begins_nothing(client, ld_admin, draft):
    for scope, status in (("read", 403), ("write", 201)):
        _, secret = create_token(ld_admin, name=scope, scope=scope)
        answer = client.post(
            f"{API}/selection-plans/",
            {"cohort": draft.pk},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == status
        assert SelectionPlan.objects.exists() == (scope == "write")
