"""Whom to nominate: the whole line judged in one query, and the list that begins with those eligible."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amdp.directory.models import Person
from cohorts.models import Cohort
from selection.asked import scope_of
from selection.defaults import GroupTerms, RuleTerms
from selection.eligibility.judges import JUDGES
from selection.models import EligibilityRule
from selection.plan_parts.eligibility import store_groups
from selection.queries.eligibility import eligibility_of, rules_in_force
from selection.queries.eligible import CONDITIONS, as_one, count_eligible, eligible, rule_condition
from selection.queries.plan import plan_of
from tests.factories.cohorts import ParticipantFactory
from tests.factories.directory import (
    AccountFactory,
    GradeFactory,
    JobEventFactory,
    PerformanceRatingFactory,
    PersonFactory,
)
from tests.factories.selection import EligibilityExceptionFactory, eligible_person, nominating_cohort

CLOSE = datetime.date(2027, 2, 28)
DAYS = st.one_of(
    st.none(),
    st.dates(datetime.date(2020, 1, 1), datetime.date(2027, 4, 1)),
    # around the limits of 24 and 12 months before the last day of a February
    st.sampled_from([datetime.date(2025, 2, 28), datetime.date(2025, 3, 1), datetime.date(2026, 2, 28)]),
)
MOVES = ["promotion", "regrade", "hire", "lateral_move"]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "hired": DAYS,
            "leaves": st.booleans(),
            "market": st.sampled_from(["US", "FR", ""]),
            "family": st.sampled_from(["Sales", "Access", ""]),
            "unit": st.sampled_from(["Oncology", ""]),
            "language": st.sampled_from(["en", "de"]),
            "rank": st.sampled_from([None, 3, 5, 9]),
            "ratings": st.lists(st.sampled_from(["1", "2.9", "3", "3.05", "5"]), max_size=4),
            "events": st.lists(st.tuples(st.sampled_from(MOVES), DAYS), max_size=3),
            "takes_part": st.sampled_from(["", "elsewhere", "earlier", "earlier and left"]),
            "accounts": st.lists(st.sampled_from([None, 3, 8]), max_size=2),
            "passes": st.booleans(),
        }
    ),
    max_size=6,
)


def every_rule(low):
    """For each fact some rules, more than one way."""
    return {
        "employed": [RuleTerms(fact="employed")],
        "tenure": [RuleTerms(fact="tenure", threshold=Decimal(24))],
        "time_in_grade": [RuleTerms(fact="time_in_grade", threshold=Decimal(12))],
        "grade": [
            RuleTerms(fact="grade", lowest_grade=low),
            RuleTerms(fact="grade", lowest_grade=low, highest_grade=low),
        ],
        "market": [RuleTerms(fact="market"), RuleTerms(fact="market", listed=("FR", "US"))],
        "job_family": [RuleTerms(fact="job_family", listed=("Sales",))],
        "business_unit": [RuleTerms(fact="business_unit", listed=("Oncology", "Vaccines"))],
        "language": [RuleTerms(fact="language", listed=("de",))],
        "ratings": [
            RuleTerms(fact="ratings", threshold=Decimal(3), count=count, how=how)
            for count in (1, 2, 3)
            for how in ("each", "mean")
        ],
        "no_move": [
            RuleTerms(fact="no_move", threshold=Decimal(12), listed=("promotion", "lateral_move")),
            RuleTerms(fact="no_move", threshold=Decimal(24), listed=("regrade",)),
        ],
        "other_cohort": [RuleTerms(fact="other_cohort")],
        "first_time": [RuleTerms(fact="first_time")],
        "accounts": [
            RuleTerms(fact="accounts", count=1),
            RuleTerms(fact="accounts", count=1, threshold=Decimal(5)),
            RuleTerms(fact="accounts", count=2, threshold=Decimal(3)),
        ],
    }


def made(row, cohort):
    rank = row["rank"]
    person = PersonFactory(
        hire_date=row["hired"],
        termination_date=datetime.date(2027, 12, 1) if row["leaves"] else None,
        market=row["market"],
        job_family=row["family"],
        business_unit=row["unit"],
        language=row["language"],
        grade=GradeFactory(code=str(rank), rank=rank) if rank else None,
    )
    for offset, rating in enumerate(row["ratings"]):
        PerformanceRatingFactory(person=person, year=2025 - offset, rating=rating)
    for event, day in {event: day for event, day in row["events"] if day}.items():
        JobEventFactory(person=person, event=event, effective_date=day)
    for complexity in row["accounts"]:
        AccountFactory(owner=person, complexity=complexity)
    if row["takes_part"] == "elsewhere":
        ParticipantFactory(person=person)
    elif row["takes_part"]:
        state = "withdrawn" if "left" in row["takes_part"] else "graduated"
        ParticipantFactory(
            person=person, cohort__program=cohort.program, cohort__state="graduated", state=state
        )
    if row["passes"]:
        EligibilityExceptionFactory(person=person, cohort=cohort, rule="At least 24 months in the company")
    return person


KEYS = [(fact, place) for fact, rules in every_rule(None).items() for place in range(len(rules))]
GROUPS = st.lists(
    st.tuples(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6), st.sampled_from(["all", "any"])),
    max_size=3,
)


def test_every_fact_is_tried():
    assert set(every_rule(None)) == set(EligibilityRule.Fact.values) == set(JUDGES) == set(CONDITIONS)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GROUPS, ROWS)
def test_the_database_judges_as_the_explanation_does(acme, asked, rows):
    """Any rules in any groups, over any people: the condition, the judge and the counts agree."""
    cohort = nominating_cohort(markets=["US"], nominations_close_on=CLOSE)
    every = every_rule(GradeFactory(code="low", rank=4))
    groups = [GroupTerms(tuple(every[fact][place] for fact, place in keys), match) for keys, match in asked]
    store_groups(plan_of(cohort), groups)
    people = [made(row, cohort) for row in rows]
    mine = Person.objects.filter(pk__in=[person.pk for person in people])
    judged = eligibility_of(cohort, people)
    told = {pk for pk, found in judged.items() if found.is_met}
    rules = rules_in_force(cohort)
    met = eligible(cohort, rules)
    assert set(mine.filter(met).values_list("pk", flat=True)) == told
    counts = count_eligible(mine, met)
    assert (counts.eligible, counts.everybody) == (len(told), len(people))
    for number, group in enumerate(rules):
        for place, terms in enumerate(group.rules):
            alone = {pk for pk, found in judged.items() if found.groups[number].checks[place].met}
            by_sql = mine.filter(as_one(rule_condition(terms, scope_of(cohort))))
            assert set(by_sql.values_list("pk", flat=True)) == alone


# --- over the API ------------------------------------------------------------------------------------


def nominees(client, cohort, **query):
    return client.get("/api/v1/o/acme/nominees/", {"cohort": cohort.pk, **query})


def test_the_api_says_whom_one_can_nominate(sign_in, alice, jordan, erin, cohort, line):
    client = sign_in(alice)
    rows = {row["name"]: row for row in nominees(client, cohort).json()["results"]}
    assert {name: row["is_eligible"] for name, row in rows.items()} == {
        "Casey Colleague": True,
        "Jordan Lee": True,
        "Nora New": False,
    }
    assert (rows["Nora New"]["rules"], len(rows["Nora New"]["not_met"])) == ("3 of 6 rules met", 3)
    found = nominees(client, cohort, eligible="true").json()["results"]
    assert [row["name"] for row in found] == ["Casey Colleague", "Jordan Lee"]
    found = nominees(client, cohort, eligible="false", q="no").json()["results"]
    assert [row["name"] for row in found] == ["Nora New"]
    assert client.get("/api/v1/o/acme/nominees/").status_code == 400
    assert nominees(sign_in(erin), cohort).status_code == 404
    long_ago = datetime.date(2020, 1, 1)
    Cohort.objects.update(nominations_open_on=long_ago, nominations_close_on=long_ago)
    refused = nominees(sign_in(alice), cohort)
    assert (refused.status_code, "closed on Wed 1 Jan 2020" in refused.json()["detail"]) == (403, True)


def test_the_api_costs_the_same_queries_for_any_line(sign_in, alice, cohort, count_queries):
    client = sign_in(alice)
    eligible_person(manager=alice.person)
    few = count_queries(lambda: nominees(client, cohort, eligible="true"))
    for _ in range(29):
        eligible_person(manager=alice.person)
    assert count_queries(lambda: nominees(client, cohort, eligible="true")) == few


# --- the list ----------------------------------------------------------------------------------------


@pytest.fixture
def line(alice, jordan, casey):
    """Jordan and Casey are eligible; Nora is new."""
    PersonFactory(first_name="Nora", last_name="New", manager=alice.person, hire_date="2026-11-02")


def listed(client, cohort, **query):
    page = client.get(reverse("selection:nominee_list", args=["acme", cohort.pk]), query)
    counts = page.context["line"]
    return [row.first_name for row in page.context["list"].rows], (counts.eligible, counts.everybody)


def test_the_list_begins_with_those_eligible_and_shows_everybody_on_demand(sign_in, alice, cohort, line):
    client = sign_in(alice)
    assert listed(client, cohort) == (["Casey", "Jordan"], (2, 3))
    assert listed(client, cohort, show="everybody", sort="-name") == (["Nora", "Jordan", "Casey"], (2, 3))
    assert listed(client, cohort, q="n") == ([], (0, 1))
    assert listed(client, cohort, q="n", show="everybody") == (["Nora"], (0, 1))
    assert listed(client, cohort, show="nonsense") == (["Casey", "Jordan"], (2, 3))


def test_the_choice_stays_while_searching_sorting_and_turning_pages(sign_in, alice, cohort, line):
    for _ in range(30):
        PersonFactory(manager=alice.person, hire_date="2026-11-02")
    address = reverse("selection:nominee_list", args=["acme", cohort.pk])
    rows = sign_in(alice).get(address, {"show": "everybody", "page": "2"}).context["list"]
    assert (rows.page, len(rows.rows)) == (2, 8)
    assert ("show", "everybody") in rows.kept_for_search
    assert "show=everybody" in rows.sort_url("name")
    assert "show=everybody" in rows.previous_url


def test_who_has_nobody_eligible_is_shown_the_way_to_everybody(sign_in, alice, cohort, line):
    Person.objects.filter(manager=alice.person).update(termination_date="2027-12-31")
    page = sign_in(alice).get(reverse("selection:nominee_list", args=["acme", cohort.pk])).content.decode()
    assert "Nobody in your line is eligible now" in page
    assert "show=everybody" in page


def test_every_page_counts_the_same_rules_in_the_same_words(sign_in, alice, cohort, line):
    nora = Person.objects.get(first_name="Nora")
    client = sign_in(alice)
    everybody = client.get(
        reverse("selection:nominee_list", args=["acme", cohort.pk]), {"show": "everybody"}
    ).content.decode()
    form = client.get(
        reverse("selection:nomination_create", args=["acme", cohort.pk, nora.pk])
    ).content.decode()
    assert everybody.count("3 of 6 rules met") == 1
    assert form.count("3 of 6 rules met") == 2  # beside the rules, and on top of the form on a phone
    assert form.count('class="rule"') == 6
    assert "in your line: Nora New → you" in form


def test_the_list_costs_the_same_queries_for_any_line(sign_in, alice, cohort, count_queries):
    client = sign_in(alice)
    eligible_person(manager=alice.person)
    few = count_queries(lambda: listed(client, cohort))
    for _ in range(29):
        eligible_person(manager=alice.person)
    assert count_queries(lambda: listed(client, cohort)) == few <= 25  # four of them hold the tenant
