"""Whom to nominate: the whole line judged in one query, and the list that begins with those eligible."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amdp.directory.models import Person
from cohorts.models import Cohort
from selection.models import EligibilityRule
from selection.queries.eligibility import eligibility_of, rules_in_force
from selection.queries.eligible import count_eligible, eligible
from selection.queries.plan import stored_rules
from tests.factories.cohorts import ParticipantFactory
from tests.factories.directory import GradeFactory, JobEventFactory, PerformanceRatingFactory, PersonFactory
from tests.factories.selection import eligible_person, nominating_cohort

CLOSE = datetime.date(2027, 2, 28)
DAYS = st.one_of(
    st.none(),
    st.dates(datetime.date(2020, 1, 1), datetime.date(2027, 4, 1)),
    # around the limits of 24 and 12 months before the last day of a February
    st.sampled_from([datetime.date(2025, 2, 28), datetime.date(2025, 3, 1), datetime.date(2026, 2, 28)]),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "hired": DAYS,
            "leaves": st.booleans(),
            "market": st.sampled_from(["US", "FR", ""]),
            "rank": st.sampled_from([None, 3, 5, 9]),
            "ratings": st.lists(st.sampled_from(["1", "2.9", "3", "5"]), max_size=4),
            "events": st.lists(
                st.tuples(st.sampled_from(["promotion", "regrade", "hire"]), DAYS), max_size=2
            ),
            "elsewhere": st.booleans(),
        }
    ),
    max_size=8,
)


def made(row):
    rank = row["rank"]
    person = PersonFactory(
        hire_date=row["hired"],
        termination_date=datetime.date(2027, 12, 1) if row["leaves"] else None,
        market=row["market"],
        grade=GradeFactory(code=str(rank), rank=rank) if rank else None,
    )
    for offset, rating in enumerate(row["ratings"]):
        PerformanceRatingFactory(person=person, year=2025 - offset, rating=rating)
    for event, day in {event: day for event, day in row["events"] if day}.items():
        JobEventFactory(person=person, event=event, effective_date=day)
    if row["elsewhere"]:
        ParticipantFactory(person=person)
    return person


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sets(st.sampled_from(EligibilityRule.Fact.values)), st.sampled_from([1, 2, 3]))
def test_the_database_judges_as_the_explanation_does(acme, rows, facts, count):
    """Each rule alone, some together, and all of them."""
    cohort = nominating_cohort(markets=["US"], nominations_close_on=CLOSE)
    stored_rules(cohort).update(is_on=False)
    stored_rules(cohort).filter(fact__in=facts).update(is_on=True)
    stored_rules(cohort).filter(fact="ratings").update(count=count, threshold=Decimal(3))
    low = GradeFactory(code="low", rank=4)
    stored_rules(cohort).filter(fact="grade").update(lowest_grade=low, highest_grade=None)
    people = [made(row) for row in rows]
    mine = Person.objects.filter(pk__in=[person.pk for person in people])
    told = {pk for pk, found in eligibility_of(cohort, people).items() if found.is_met}
    met = eligible(cohort, rules_in_force(cohort))
    assert set(mine.filter(met).values_list("pk", flat=True)) == told
    counts = count_eligible(mine, met)
    assert (counts.eligible, counts.everybody) == (len(told), len(people))


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
    assert (refused.status_code, "while its window is open" in refused.json()["detail"]) == (403, True)


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
    assert count_queries(lambda: listed(client, cohort)) == few <= 19  # four of them hold the tenant
