"""Composing eligibility rules in the browser and over the API."""

import re

import pytest
from django.urls import reverse

from cohorts.models import Cohort
from selection.asked import in_force, name_of, scope_of_plan
from selection.defaults import GroupTerms, RuleTerms
from selection.models import PlanVersion
from selection.plan_parts.eligibility import groups_in, store_groups
from selection.queries.plan import plan_of
from selection.queries.standing import standing_of
from selection.services import begin_plan
from tests.factories.cohorts import CohortFactory
from tests.factories.directory import GradeFactory, PersonFactory
from tests.factories.selection import NominationFactory, eligible_person, in_state

DEFAULT = [
    "Employed and not under notice",
    "At least 24 months in the company",
    "At least 12 months in the present grade",
    "Market takes part in this cohort",
    "Last 2 ratings at least 3",
    "Not in another running cohort",
]


@pytest.fixture
def plan(acme, ld_admin):
    """Of a cohort that is being set up."""
    return begin_plan(CohortFactory(name="Account Director 2027"), by=ld_admin)


def stored(plan):
    plan = plan_of(plan.cohort)
    scope = scope_of_plan(plan)
    return [
        (group.match, [name_of(rule, scope) for rule in group.rules if rule.is_on])
        for group in groups_in(plan)
    ]


def address(plan):
    return reverse("selection:eligibility_edit", args=["acme", plan.pk])


def filled(page):
    """What the browser would send of the form as it stands."""
    editor = page.context["editor"]
    data = {f"match-{number}": group.match for number, group in enumerate(editor.groups)}
    for number, group in enumerate(editor.groups):
        for place, raw in enumerate(group.rules):
            data |= {f"{number}-{place}-{name}": value for name, value in raw.items() if value is not None}
    return data


def press(client, plan, page, do, **more):
    return client.post(address(plan), {**filled(page), **more, "do": do})


def names(page):
    return [(group.match, [line.name for line in group.lines]) for group in page.context["groups"]]


def test_rules_are_composed_and_saved(sign_in, ld_admin, plan):
    PersonFactory(job_family="Field sales", language="de")
    PersonFactory(job_family="Market access")
    client = sign_in(ld_admin)
    page = client.get(address(plan))
    assert names(page) == [("all", DEFAULT)]
    page = press(client, plan, page, "group")
    page = press(client, plan, page, "add:1", **{"new-1": "job_family"})
    page = press(client, plan, page, "add:1", **{"new-1": "tenure"})
    page = press(client, plan, page, "up:1:1")
    page = press(client, plan, page, "drop:0:3")
    before = stored(plan)
    assert before == [("all", DEFAULT)]  # nothing is stored before it is saved
    more = {"1-1-listed": ["Field sales"], "1-0-threshold": "60"}
    answer = press(client, plan, page, "save", **more)
    assert answer.status_code == 302
    assert stored(plan) == [
        ("all", [name for name in DEFAULT if "Market" not in name]),
        ("any", ["At least 60 months in the company", "Job family Field sales"]),
    ]


def test_a_rule_moves_from_group_to_group(sign_in, ld_admin, plan):
    client = sign_in(ld_admin)
    page = press(client, plan, client.get(address(plan)), "group")
    page = press(client, plan, page, "down:0:5")
    assert names(page) == [("all", DEFAULT[:5]), ("any", DEFAULT[5:])]
    page = press(client, plan, page, "up:1:0")
    page = press(client, plan, page, "drop-group:1")
    assert names(page) == [("all", DEFAULT)]


def test_each_rule_is_counted_as_it_is_written(sign_in, ld_admin, plan):
    for family in ("Field sales", "Market access", "Market access"):
        eligible_person(job_family=family)
    PersonFactory(hire_date="2026-11-01")
    client = sign_in(ld_admin)
    page = press(client, plan, client.get(address(plan)), "add:0", **{"new-0": "job_family"})
    assert [line.met for line in page.context["groups"][0].lines] == [4, 3, 3, 4, 3, 4, None]
    assert '<option value="job_family" selected>' in page.content.decode()
    assert "Choose at least one" not in page.content.decode()
    page = press(client, plan, page, "count", **{"0-6-listed": ["Market access"]})
    assert page.context["groups"][0].lines[6].met == 2
    assert (page.context["counts"].all, page.context["counts"].everybody) == (2, 4)
    text = re.sub(r"<[^>]+>", "", page.content.decode())
    assert "2 of 4 people in the directory meet what is asked for" in text


def test_htmx_gets_the_rules_alone(sign_in, ld_admin, plan):
    client = sign_in(ld_admin)
    page = client.get(address(plan))
    part = client.post(address(plan), {**filled(page), "do": "group"}, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="rules"')


@pytest.mark.parametrize(
    ("fact", "more", "sentence"),
    [
        ("tenure", {"threshold": ""}, "Say how many months in the company you ask for."),
        ("tenure", {"threshold": "2.5"}, "Whole months, from 1 to 600."),
        ("tenure", {"threshold": "soon"}, "Enter a number."),
        ("ratings", {"threshold": "6", "count": "2"}, "Ratings run from 1 to 5."),
        ("ratings", {"threshold": "3", "count": ""}, "Say how many of the last years count"),
        ("grade", {}, "Choose the lowest or the highest grade."),
        ("job_family", {}, "Choose at least one job family."),
        ("no_move", {"threshold": "12", "listed": []}, "Choose at least one kind of move."),
        ("market", {"listed": ["Mars"]}, "Mars is not one of the available choices"),
        ("accounts", {"count": "0"}, "greater than or equal to 1"),
        ("accounts", {"count": "1", "threshold": "11"}, "Complexity runs from 1 to 10."),
    ],
)
def test_what_says_nothing_is_refused_at_its_field(sign_in, ld_admin, plan, fact, more, sentence):
    client, before = sign_in(ld_admin), stored(plan)
    page = press(client, plan, client.get(address(plan)), "add:0", **{"new-0": fact})
    answer = press(client, plan, page, "save", **{f"0-6-{name}": value for name, value in more.items()})
    assert answer.status_code == 200
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert stored(plan) == before


def test_a_rule_that_is_set_aside_may_be_incomplete_and_is_not_asked(sign_in, ld_admin, plan):
    client = sign_in(ld_admin)
    page = press(client, plan, client.get(address(plan)), "add:0", **{"new-0": "job_family"})
    data = {**filled(page), "do": "save"}
    del data["0-6-is_on"]
    assert client.post(address(plan), data).status_code == 302
    assert stored(plan) == [("all", DEFAULT)]


@pytest.mark.parametrize(
    "do", ["up:9:9", "drop:0:99", "drop-group:7", "add:9", "add:x", "up:0", "nonsense", ""]
)
def test_buttons_nobody_has_change_nothing(sign_in, ld_admin, plan, do):
    client = sign_in(ld_admin)
    page = press(client, plan, client.get(address(plan)), do, **{"new-9": "tenure"})
    assert (page.status_code, names(page)) == (200, [("all", DEFAULT)])


def test_facts_and_groups_nobody_knows_are_left_out(sign_in, ld_admin, plan):
    data = {"match-0": "some", "0-0-fact": "charm", "0-1-fact": "tenure", "do": "count"}
    page = sign_in(ld_admin).post(address(plan), data)
    assert names(page) == [("all", [])]


def test_once_nominations_are_open_a_change_takes_a_reason_and_is_read_anew(sign_in, ld_admin, plan):
    cohort = in_state(plan.cohort, Cohort.State.NOMINATING)
    candidate = NominationFactory(
        candidate__cohort=cohort,
        candidate__person=eligible_person(),
        candidate__state="proposed",
        state="submitted",
    ).candidate
    client = sign_in(ld_admin)
    page = client.get(address(plan))
    more = {"0-1-threshold": "600"}
    refused = press(client, plan, page, "save", **more).content.decode()
    assert "Say why. People already act by this plan" in refused
    press(client, plan, page, "save", why="The works council asked for it.", **more)
    assert PlanVersion.objects.filter(section="eligibility", why="The works council asked for it.").exists()
    standing = standing_of(candidate)
    assert (standing.eligibility.is_met, standing.why) == (False, "The rules changed")


def test_hr_reads_the_rules_and_nobody_else_finds_them(sign_in, hr_analyst, ld_admin, alice, plan):
    PersonFactory()
    page = sign_in(hr_analyst).get(address(plan))
    assert "At least 24 months in the company" in page.content.decode()
    assert 'name="do"' not in page.content.decode()
    assert sign_in(hr_analyst).post(address(plan), {"do": "save"}).status_code == 403
    assert sign_in(alice).get(address(plan)).status_code == 404
    in_state(plan.cohort, Cohort.State.ASSESSING)
    assert sign_in(ld_admin).post(address(plan), {"do": "save"}).status_code == 403


def test_a_pattern_is_copied_with_its_groups(acme, ld_admin):
    cohort = CohortFactory()
    pattern = begin_plan(cohort.program, by=ld_admin)
    groups = [
        GroupTerms((RuleTerms(fact="employed"),)),
        GroupTerms((RuleTerms(fact="first_time"), RuleTerms(fact="language", listed=("de",))), "any"),
    ]
    store_groups(pattern, groups)
    copy = begin_plan(cohort, by=ld_admin)
    assert groups_in(copy) == groups
    said = in_force(groups_in(copy), scope_of_plan(copy))
    assert [group.match for group in said] == ["all", "any"]


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_the_same_queries_for_any_number_of_rules(
    sign_in, ld_admin, plan, count, count_queries
):
    low = GradeFactory(code="4")
    rule = RuleTerms(fact="grade", lowest_grade=low)
    store_groups(plan, [GroupTerms((rule, RuleTerms(fact="market", listed=("US",))) * count)])
    client = sign_in(ld_admin)
    assert count_queries(lambda: client.get(address(plan))) <= 20 + 3 * count


# --- over the API ------------------------------------------------------------------------------------


def api(plan, more=""):
    return f"/api/v1/o/acme/selection-plans/{plan.pk}/eligibility/{more}"


def send(client, verb, path, body):
    return getattr(client, verb)(path, body, content_type="application/json")


def test_the_api_reads_writes_and_counts_the_same_document(sign_in, ld_admin, plan):
    eligible_person(job_family="Field sales")
    low = GradeFactory(code="4", rank=4)
    client = sign_in(ld_admin)
    read = client.get(api(plan)).json()
    assert [rule["said"] for rule in read["groups"][0]["rules"]] == DEFAULT
    groups = [
        {
            "match": "all",
            "rules": [{"fact": "tenure", "threshold": 36}, {"fact": "grade", "lowest_grade": low.pk}],
        },
        {
            "match": "any",
            "rules": [{"fact": "job_family", "listed": ["Field sales"]}, {"fact": "first_time"}],
        },
    ]
    counted = send(client, "post", api(plan, "count/"), {"groups": groups}).json()
    assert (counted["met"], counted["everybody"], counted["groups"][1]["rules"][0]["met"]) == (1, 1, 1)
    assert stored(plan) == [("all", DEFAULT)]
    answer = send(client, "patch", api(plan), {"groups": groups})
    assert answer.status_code == 200
    assert stored(plan) == [
        ("all", ["At least 36 months in the company", "Grade 4 or higher"]),
        ("any", ["Job family Field sales", "Never took part in this program"]),
    ]
    again = send(client, "patch", api(plan), answer.json())
    assert (again.status_code, again.json()) == (200, answer.json())


@pytest.mark.parametrize(
    ("rule", "field", "sentence"),
    [
        ({"fact": "tenure"}, "threshold", "Say how many months in the company you ask for."),
        ({"fact": "grade", "lowest_grade": 10**15}, "lowest_grade", "Select a valid choice."),
        ({"fact": "job_family", "listed": ["Charm"]}, "listed", "Charm is not one of the available choices."),
    ],
)
def test_the_api_refuses_with_the_sentence_at_the_field(sign_in, ld_admin, plan, rule, field, sentence):
    body = {"groups": [{"rules": [{"fact": "employed"}, rule]}]}
    answer = send(sign_in(ld_admin), "patch", api(plan), body)
    assert answer.status_code == 400
    assert sentence in answer.json()["errors"][f"groups.0.rules.1.{field}"][0]
    assert stored(plan) == [("all", DEFAULT)]


def test_the_api_refuses_facts_and_fields_it_does_not_know(sign_in, ld_admin, plan):
    client = sign_in(ld_admin)
    for wrong in ({"fact": "charm"}, {"fact": "tenure", "threshold": 24, "minimum": 3}):
        assert send(client, "patch", api(plan), {"groups": [{"rules": [wrong]}]}).status_code == 400
    assert stored(plan) == [("all", DEFAULT)]
