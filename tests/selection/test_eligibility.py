import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.models import Cohort
from selection.eligibility import ANY, Facts, Group, Terms, add_months, judge, months_between
from selection.models import EligibilityRule
from selection.queries.eligibility import eligibility_for, eligibility_of
from tests.factories.cohorts import ParticipantFactory
from tests.factories.directory import GradeFactory, JobEventFactory, PerformanceRatingFactory, PersonFactory
from tests.factories.selection import eligible_person, nominating_cohort

ON = datetime.date(2027, 2, 15)


def check(fact, facts, **terms):
    (only,) = judge([Group((Terms(fact=fact, **terms),))], Facts(person=1, **facts), ON).checks
    return only.met, only.shown


@pytest.mark.parametrize(
    ("fact", "terms", "facts", "expected"),
    [
        ("employed", {}, {"hire_date": datetime.date(2020, 1, 1)}, (True, "Employed, no leaving date")),
        ("employed", {}, {"termination_date": datetime.date(2027, 6, 1)}, (False, "Leaves on 1 Jun 2027")),
        ("employed", {}, {"hire_date": datetime.date(2027, 3, 1)}, (False, "Starts on 1 Mar 2027")),
        (
            "tenure",
            {"threshold": Decimal(24)},
            {"hire_date": datetime.date(2025, 2, 15)},
            (True, "24 months in the company, since 15 Feb 2025"),
        ),
        (
            "tenure",
            {"threshold": Decimal(24)},
            {"hire_date": datetime.date(2025, 2, 16)},
            (False, "23 months in the company, since 16 Feb 2025"),
        ),
        ("tenure", {"threshold": Decimal(24)}, {}, (False, "No date in the HR data")),
        (
            "time_in_grade",
            {"threshold": Decimal(18)},
            {"grade": "S4", "grade_since": datetime.date(2024, 12, 1)},
            (True, "26 months in grade S4, since 1 Dec 2024"),
        ),
        (
            "grade",
            {"ranks": (4, 6), "grades": ("S4", "S6")},
            {"grade": "S4", "grade_rank": 4},
            (True, "Grade S4"),
        ),
        (
            "grade",
            {"ranks": (4, 6), "grades": ("S4", "S6")},
            {"grade": "S7", "grade_rank": 7},
            (False, "Grade S7"),
        ),
        ("grade", {"ranks": (4, None), "grades": ("S4", "")}, {}, (False, "No grade in the HR data")),
        ("market", {"listed": ("US", "CA")}, {"market": "CA"}, (True, "Market CA")),
        ("market", {"listed": ("US", "CA")}, {"market": "FR"}, (False, "Market FR")),
        ("market", {"of_cohort": True}, {"market": "FR"}, (True, "Market FR")),
        (
            "market",
            {"of_cohort": True, "listed": ("US",)},
            {"market": "FR"},
            (False, "Market FR"),
        ),
        ("job_family", {"listed": ("Sales",)}, {"job_family": "Sales"}, (True, "Job family Sales")),
        ("job_family", {"listed": ("Sales",)}, {}, (False, "No job family in the HR data")),
        (
            "business_unit",
            {"listed": ("Oncology",)},
            {"business_unit": "Vaccines"},
            (False, "Business unit Vaccines"),
        ),
        ("language", {"listed": ("de", "en")}, {"language": "en"}, (True, "Language English")),
        (
            "ratings",
            {"threshold": Decimal(3), "count": 2},
            {"ratings": ((2024, Decimal(1)), (2026, Decimal(4)), (2025, Decimal("3.5")))},
            (True, "4 in 2026, 3.5 in 2025"),
        ),
        (
            "ratings",
            {"threshold": Decimal(3), "count": 2},
            {"ratings": ((2026, Decimal(4)), (2025, Decimal(2)))},
            (False, "4 in 2026, 2 in 2025"),
        ),
        ("ratings", {"threshold": Decimal(3), "count": 2}, {}, (False, "No rating in the HR data")),
        (
            "ratings",
            {"threshold": Decimal(3), "count": 2, "how": "mean"},
            {"ratings": ((2026, Decimal(4)), (2025, Decimal(2)))},
            (True, "4 in 2026, 2 in 2025, mean 3.00"),
        ),
        (
            "ratings",
            {"threshold": Decimal("3.5"), "count": 2, "how": "mean"},
            {"ratings": ((2026, Decimal(4)), (2025, Decimal("2.9")))},
            (False, "4 in 2026, 2.9 in 2025, mean 3.45"),
        ),
        (
            "no_move",
            {"threshold": Decimal(12), "listed": ("promotion", "lateral_move")},
            {"moves": ((datetime.date(2026, 2, 15), "promotion"), (datetime.date(2026, 9, 1), "regrade"))},
            (True, "Was promoted on 15 Feb 2026"),
        ),
        (
            "no_move",
            {"threshold": Decimal(12), "listed": ("promotion", "lateral_move")},
            {"moves": ((datetime.date(2026, 2, 16), "lateral_move"),)},
            (False, "Moved on 16 Feb 2026"),
        ),
        (
            "no_move",
            {"threshold": Decimal(12), "listed": ("promotion", "lateral_move")},
            {"moves": ((datetime.date(2027, 3, 1), "promotion"),)},
            (True, "No promotion or lateral move in the job history"),
        ),
        ("first_time", {}, {"earlier_cohorts": ("Fall 2024",)}, (False, "Took part in Fall 2024")),
        (
            "accounts",
            {"count": 2, "threshold": Decimal(5)},
            {"accounts": (8, 4, 0)},
            (False, "1 account of complexity 5 or higher"),
        ),
        ("accounts", {"count": 2}, {"accounts": (8, 0)}, (True, "2 accounts")),
        ("other_cohort", {}, {}, (True, "In no other running cohort")),
        ("other_cohort", {}, {"other_cohorts": ("Mindset",)}, (False, "Takes part in Mindset")),
    ],
)
def test_each_rule_says_what_it_found(fact, terms, facts, expected):
    assert check(fact, facts, **terms) == expected


def test_unmet_rules_come_first_and_explain_themselves():
    terms = (Terms(fact="employed"), Terms(fact="tenure", threshold=Decimal(24)))
    found = judge([Group(terms)], Facts(person=1, hire_date=datetime.date(2026, 2, 15)), ON)
    assert [each.fact for each in found.in_order] == ["tenure", "employed"]
    assert (found.verdict, found.tally) == ("Not eligible yet", "1 of 2 rules met")
    tenure = found.unmet[0]
    assert tenure.rule == "24 months on 15 Feb 2027, the day nominations close."
    assert tenure.change == "Met from 15 Feb 2028 on, in a later cohort."


TENURE = Terms(fact="tenure", threshold=Decimal(24))
SALES = Terms(fact="job_family", listed=("Sales",))
ACCESS = Terms(fact="business_unit", listed=("Market Access",))


@pytest.mark.parametrize(
    ("facts", "verdict", "tally", "unmet"),
    [
        ({"job_family": "Sales"}, "Eligible", "2 of 2 rules met", []),
        ({"business_unit": "Market Access"}, "Eligible", "2 of 2 rules met", []),
        (
            {"job_family": "Legal"},
            "Not eligible yet",
            "1 of 2 rules met",
            ["Job family Sales", "Business unit Market Access"],
        ),
    ],
)
def test_of_an_any_group_one_rule_is_enough(facts, verdict, tally, unmet):
    groups = [Group((TENURE,)), Group((SALES, ACCESS), ANY)]
    found = judge(groups, Facts(person=1, hire_date=datetime.date(2020, 1, 1), **facts), ON)
    assert (found.verdict, found.tally, [each.name for each in found.unmet]) == (verdict, tally, unmet)


def test_an_exception_lets_one_rule_pass_and_says_so():
    passed = {
        "At least 24 months in the company": "Met by exception, asked by A, confirmed by B: came with a team"
    }
    found = judge([Group((TENURE, SALES))], Facts(person=1, job_family="Sales"), ON, passed)
    assert (found.verdict, found.tally) == ("Eligible by exception", "2 of 2 rules met")
    assert [(each.met, each.exception) for each in found.excepted] == [(False, *passed.values())]
    other = judge([Group((replace(TENURE, threshold=Decimal(36)),))], Facts(person=1), ON, passed)
    assert other.verdict == "Not eligible yet"


def test_an_exception_for_a_rule_that_is_met_changes_nothing():
    passed = {"Job family Sales": "Met by exception"}
    found = judge([Group((SALES,))], Facts(person=1, job_family="Sales"), ON, passed)
    assert (found.verdict, found.excepted) == ("Eligible", ())


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31)), st.integers(0, 400))
def test_months_added_are_months_between(start, count):
    assert months_between(start, add_months(start, count)) == count


@given(
    st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31)), st.integers(0, 60), st.integers(0, 2000)
)
def test_met_means_that_many_months(start, needed, days):
    end = start + datetime.timedelta(days=days)
    assert (add_months(start, needed) <= end) == (months_between(start, end) >= needed)


def test_time_in_grade_starts_with_the_last_promotion_not_with_a_regrading(acme):
    person = PersonFactory(hire_date=datetime.date(2018, 1, 8), grade=GradeFactory(code="6"))
    JobEventFactory(person=person, event="promotion", effective_date=datetime.date(2024, 3, 1))
    JobEventFactory(person=person, event="regrade", effective_date=datetime.date(2026, 8, 1))
    found = eligibility_for(nominating_cohort(), person)
    shown = next(check.shown for check in found.checks if check.fact == "time_in_grade")
    assert shown.endswith("in grade 6, since 1 Mar 2024")


def test_only_other_running_cohorts_count(acme):
    cohort = nominating_cohort()
    person = eligible_person()
    ParticipantFactory(person=person, cohort__state=Cohort.State.GRADUATED)
    assert eligibility_for(cohort, person).is_met
    ParticipantFactory(person=person, cohort__name="Mindset 2026")
    assert [check.shown for check in eligibility_for(cohort, person).unmet] == ["Takes part in Mindset 2026"]


def test_a_rule_that_is_off_is_not_asked(acme):
    cohort = nominating_cohort(markets=["FR"])
    person = eligible_person(market="US")
    assert [check.fact for check in eligibility_for(cohort, person).unmet] == ["market"]
    EligibilityRule.objects.filter(fact="market").update(is_on=False)
    assert eligibility_for(cohort, person).is_met


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 1))),
            st.booleans(),
            st.sampled_from(["US", "FR", ""]),
            st.lists(st.integers(1, 5), max_size=3),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_many_at_once_equals_one_by_one(acme, rows):
    cohort = nominating_cohort(markets=["US"])
    people = []
    for hired, leaves, market, ratings, elsewhere in rows:
        leaving = datetime.date(2027, 12, 1) if leaves else None
        person = PersonFactory(hire_date=hired, termination_date=leaving, market=market)
        for offset, rating in enumerate(ratings):
            PerformanceRatingFactory(person=person, year=2025 - offset, rating=rating)
        if elsewhere:
            ParticipantFactory(person=person)
        people.append(person)
    together = eligibility_of(cohort, people)
    assert together == {person.pk: eligibility_for(cohort, person) for person in people}


@pytest.mark.parametrize("count", [1, 30])
def test_eligibility_costs_five_queries_for_any_number(acme, django_assert_num_queries, count):
    cohort = nominating_cohort()
    people = [eligible_person() for _ in range(count)]
    with django_assert_num_queries(5):
        assert len(eligibility_of(cohort, people)) == count
