"""The dashboard, the files, the API and the one page: the same numbers, for whom they are meant."""

import csv
import datetime
import io
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from amdp.audit.models import AuditEntry
from cohorts.models import Participant
from metrics.arms import CAVEAT, UNMATCHED
from metrics.closings import closing_from
from metrics.measures import HIDDEN
from metrics.models import Release
from metrics.statistics import months_later
from tests.factories.cohorts import MetricFactory, ObjectiveFactory, PlacementFactory
from tests.factories.metrics import Life, lives, released_cohort

START = datetime.date(2024, 1, 15)
PAGE = reverse("metrics:outcomes", args=["acme"])
DEFINITIONS = reverse("metrics:definitions", args=["acme"])
SUMMARY = reverse("metrics:summary", args=["acme"])
CSV = reverse("metrics:outcomes_export", args=["acme", "csv"])
XLSX = reverse("metrics:outcomes_export", args=["acme", "xlsx"])
PEOPLE = reverse("metrics:participants_export", args=["acme", "csv"])
API = "/api/v1/o/acme/outcomes/"


@pytest.fixture
def member(request):
    return request.getfixturevalue(request.param)


def text_of(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


def rows_of(response):
    return list(csv.DictReader(io.StringIO(text_of(response))))


def sheet_of(response, name):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book[name].iter_rows(values_only=True)]


def test_the_dashboard_shows_both_groups_with_n_interval_and_day(hr_analyst, world, sign_in):
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    for words in ("75%", "vs 60%", "53–89%", "n 20 vs 20", UNMATCHED, CAVEAT, "as of "):
        assert words in page
    assert f"{DEFINITIONS}#retention_12" in page


def test_the_heading_claims_no_more_than_the_interval_bears_out(hr_analyst, world, sign_in):
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "The two groups cannot be told apart yet: 75% against 60% after twelve months" in page


def test_before_any_cohort_started_the_page_says_what_it_is_for(hr_analyst, sign_in):
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "No outcomes have been released yet" in page
    assert "data-chart" not in page


def test_a_few_exits_are_hidden_on_page_files_and_api(hr_analyst, acme, sign_in):
    released_cohort(START, selected=lives(20, left=[datetime.date(2024, 6, 1)] * 3))
    client = sign_in(hr_analyst)
    page = client.get(PAGE).content.decode()
    assert "85%" not in page
    in_csv = [row for row in rows_of(client.get(CSV)) if row["Measure"] == "12-month retention"]
    in_xlsx = [row for row in sheet_of(client.get(XLSX), "outcomes") if row[0] == "12-month retention"]
    in_api = [one for one in client.get(API).json()["figures"] if one["measure"] == "retention_12"]
    assert [(row["n"], row["Events"], row["Value"], row["Hidden"]) for row in in_csv if row["n"] == "20"] == [
        ("20", "", "", HIDDEN)
    ]
    assert [(row[4], row[5], row[7], row[10]) for row in in_xlsx if row[4] == 20] == [
        (20, None, None, HIDDEN)
    ]
    assert [(one["n"], one["events"], one["value"], one["hidden"]) for one in in_api if one["n"] == 20] == [
        (20, None, None, HIDDEN)
    ]


def test_page_csv_xlsx_and_api_carry_the_same_numbers(hr_analyst, world, sign_in):
    client = sign_in(hr_analyst)
    in_csv = [
        (row["Measure"], row["Group"], *(_number(row[name]) for name in ("Month", "n", "Value", "Low")))
        for row in rows_of(client.get(CSV))
    ]
    header, *sheet = sheet_of(client.get(XLSX), "outcomes")
    assert header[:5] == ["Measure", "Scope", "Group", "Month", "n"]
    in_xlsx = [(row[0], row[2], *(_number(row[place]) for place in (3, 4, 7, 8))) for row in sheet]
    in_api = [
        (one["title"], one["group"], *(_number(one[key]) for key in ("month", "n", "value", "low")))
        for one in client.get(API).json()["figures"]
    ]
    assert in_csv == in_xlsx == in_api
    assert ("12-month retention", "Program", None, 20, 0.75, 0.5313) in in_csv


def _number(value):
    return None if value in (None, "") else round(float(value), 4)


def test_the_excel_file_defines_its_numbers(hr_analyst, world, sign_in):
    lines = {row[0]: row[1] for row in sheet_of(sign_in(hr_analyst).get(XLSX), "Definitions")}
    assert "twelve months after the selection decision" in lines["12-month retention"]
    assert (lines["Of"], lines["Exported by"]) == ("All programs", "Hana Analyst")
    assert lines["Keep in mind"] == CAVEAT


def test_every_export_is_logged_where_the_owner_reads_it(hr_analyst, owner, world, sign_in):
    client = sign_in(hr_analyst)
    count = len(rows_of(client.get(CSV)))
    client.get(API)
    assert list(
        AuditEntry.objects.filter(verb="export.outcomes").order_by("id").values_list("actor_name", "after")
    ) == [
        ("Hana Analyst", {"rows": count, "scope": "All programs", "format": "csv"}),
        ("Hana Analyst", {"rows": count, "scope": "All programs", "format": "api"}),
    ]
    log = sign_in(owner).get(reverse("identity:export_list", args=["acme"])).content.decode()
    assert "Hana Analyst" in log


def test_a_program_filter_shows_only_its_people(ld_admin, world, sign_in):
    other = released_cohort(START, selected=lives(30, left=[datetime.date(2024, 6, 1)] * 15))
    client = sign_in(ld_admin)
    rows = rows_of(client.get(f"{CSV}?program={other.program.pk}"))
    assert [(row["Scope"], row["n"], row["Value"]) for row in rows[:1]] == [(other.program.name, "30", "0.5")]
    assert client.get(f"{PAGE}?program={world.program.pk}").status_code == 200
    assert [client.get(f"{PAGE}?program={wrong}").status_code for wrong in ("0", "x", "9999999")] == [404] * 3


def test_a_program_none_has_joined_is_no_choice(hr_analyst, world, sign_in):
    from tests.factories.cohorts import ProgramFactory

    assert sign_in(hr_analyst).get(f"{PAGE}?program={ProgramFactory().pk}").status_code == 404


# --- from the day of release on -------------------------------------------------------------------------


def today():
    return datetime.datetime.now(datetime.UTC).date()


def test_a_cohort_shows_on_the_very_day_of_its_release(hr_analyst, acme, sign_in):
    made = released_cohort(today(), selected=lives(20), passed_over=lives(9))
    full = months_later(today(), 12)
    figures_from = closing_from(full)
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert made.cohort.name in page
    assert f"12-month figures from {figures_from.day} {figures_from:%b %Y}" in page
    assert "nobody has been followed for 12 months yet" in page
    assert "started yet" not in page


def test_a_small_cohort_says_that_it_is_too_small(hr_analyst, acme, sign_in):
    released_cohort(today(), selected=lives(3))
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "with fewer than 5 people they stay hidden" in page


def test_a_small_cohort_after_its_year_says_that_it_is_too_small(hr_analyst, acme, sign_in):
    released_cohort(START, selected=lives(3))
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "12 months are over; too few people to show on their own" in page
    assert f"12-month retention cannot be shown yet: {HIDDEN}" in page


def test_each_cohort_stands_with_its_own_figure(hr_analyst, world, sign_in):
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "75% still employed after 12 months (n 20)" in page


# --- as of a day ---------------------------------------------------------------------------------------


def test_an_as_of_day_shows_what_was_known_then(hr_analyst, world, sign_in):
    client = sign_in(hr_analyst)
    then = client.get(f"{API}?as_of=2025-02-20").json()
    assert then["as_of"] == "2025-02-01"
    shown = {(one["measure"], one["group"]): one for one in then["figures"] if one["month"] is None}
    assert (shown["retention_12", "Program"]["value"], shown["promotions", "Program"]["events"]) == (0.75, 0)
    page = client.get(f"{PAGE}?as_of=2025-02-20").content.decode()
    assert "numbers closed on 1 Feb 2025" in page
    assert f'value="{today():%Y-%m-%d}"' not in page
    rows = rows_of(client.get(f"{CSV}?as_of=2025-02-20"))
    assert {row["As of"] for row in rows} == {"2025-02-01"}


def test_before_anybody_was_selected_nobody_is_counted(hr_analyst, world, sign_in):
    page = sign_in(hr_analyst).get(f"{PAGE}?as_of=2023-05-05").content.decode()
    assert "Nobody had been selected by then" in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("soon", "“soon” is not a day"),
        ("2999-01-01", "1 Jan 2999 lies ahead"),
        ("2025-02-30", "is not a day"),
    ],
)
def test_a_day_that_is_none_gets_a_sentence(hr_analyst, world, sign_in, asked, sentence):
    client = sign_in(hr_analyst)
    page = client.get(f"{PAGE}?as_of={asked}")
    assert (page.status_code, sentence in page.content.decode()) == (200, True)
    answer = client.get(f"{API}?as_of={asked}")
    assert (answer.status_code, sentence in answer.content.decode()) == (400, True)
    assert client.get(f"{CSV}?as_of={asked}")["Location"] == f"{PAGE}?{urlencode({'as_of': asked})}"


def test_numbers_of_two_days_never_tell_of_one_person(hr_analyst, acme, sign_in):
    """One is promoted in June 2025: the number of May stays until five more are."""
    people = lives(20, promoted=[datetime.date(2024, 9, 1)] * 6)
    people[0].promoted = [datetime.date(2025, 6, 10)]
    released_cohort(START, selected=people)
    client = sign_in(hr_analyst)
    events = {}
    for day in ("2025-07-15", "2025-06-05", "2025-08-01"):
        figures = client.get(f"{API}?as_of={day}").json()["figures"]
        (one,) = [one for one in figures if (one["measure"], one["group"]) == ("promotions", "Program")]
        events[day] = one["events"], one["as_of"]
    assert events == {
        "2025-07-15": (7, "2025-07-01"),
        "2025-06-05": (None, "2025-06-01"),
        "2025-08-01": (7, "2025-08-01"),
    }


# --- by cohort and market -------------------------------------------------------------------------------


@pytest.fixture
def markets(acme):
    """Twenty in DE of whom five left; twenty in FR, of whom eight left; FR alone in a second cohort."""

    def some(n, left, market):
        made = lives(n, left=[datetime.date(2024, 6, 1)] * left)
        for life in made:
            life.fields = {"market": market}
        return made

    first = released_cohort(START, selected=[*some(20, 5, "DE"), *some(10, 0, "FR")])
    second = released_cohort(START, selected=some(10, 5, "FR"))
    return first.cohort, second.cohort


def test_one_cohort_or_market_alone(hr_analyst, markets, sign_in):
    client = sign_in(hr_analyst)
    first, second = markets

    def retention(query):
        row = next(
            row for row in rows_of(client.get(f"{CSV}?{query}")) if row["Measure"] == "12-month retention"
        )
        return row["Scope"], row["n"], row["Events"]

    assert retention(f"cohort={second.pk}") == (f"{second.program.name}, {second.name}", "10", "5")
    assert retention(f"cohort={first.pk}") == (f"{first.program.name}, {first.name}", "30", "25")
    assert retention("market=DE") == ("Market DE", "20", "15")
    assert retention("market=FR") == ("Market FR", "20", "15")
    assert client.get(f"{PAGE}?market=DE").status_code == 200
    assert [client.get(f"{PAGE}?{wrong}").status_code for wrong in ("market=XX", "cohort=0", "cohort=x")] == [
        404
    ] * 3
    assert client.get(f"{PAGE}?program={first.program_id}&cohort={second.pk}").status_code == 404


def test_a_market_within_a_program_is_not_cut_out(hr_analyst, markets, sign_in):
    client = sign_in(hr_analyst)
    crossed = f"market=DE&program={markets[0].program_id}"
    assert "Choose a program, a cohort or a market" in client.get(f"{PAGE}?{crossed}").content.decode()
    assert client.get(f"{API}?{crossed}").status_code == 400


def test_the_choice_goes_into_the_files_and_the_export_log(hr_analyst, markets, sign_in):
    client = sign_in(hr_analyst)
    page = client.get(f"{PAGE}?market=DE&as_of=2025-05-05").content.decode()
    assert f"{CSV}?market=DE&amp;as_of=2025-05-05" in page
    client.get(f"{CSV}?market=DE&as_of=2025-05-05")
    assert AuditEntry.objects.get(verb="export.outcomes").after == {
        "rows": 2,
        "scope": "Market DE",
        "day": "2025-05-05",
        "format": "csv",
    }
    assert len(rows_of(client.get(f"{PEOPLE}?market=DE"))) == 20


def test_the_leader_of_a_line_chooses_neither(alice, world, sign_in):
    client = sign_in(alice)
    asked = ("market=DE", f"cohort={world.cohort.pk}", "as_of=2025-05-05")
    assert [client.get(f"{PAGE}?{one}").status_code for one in asked] == [404] * 3


# --- who ---------------------------------------------------------------------------------------------


def statuses(client):
    return {url: client.get(url).status_code for url in (PAGE, CSV, PEOPLE, API, SUMMARY, DEFINITIONS)}


EXPECTED = {
    "hr_analyst": [200, 200, 200, 200, 200, 200],
    "ld_admin": [200, 200, 404, 200, 200, 200],
    "sponsor": [302, 404, 404, 404, 200, 200],
    "alice": [200, 200, 404, 200, 404, 200],
    "bob": [404] * 6,
    "owner": [404] * 6,
    "charlie": [404] * 6,
}


@pytest.mark.parametrize("member", EXPECTED, indirect=True)
def test_who_reads_what(member, request, bob, world, sign_in):
    name = request.node.callspec.params["member"]
    assert list(statuses(sign_in(member)).values()) == EXPECTED[name]


def test_a_sponsor_is_led_to_the_one_page(sponsor, world, sign_in):
    assert sign_in(sponsor).get(PAGE)["Location"] == SUMMARY


def test_a_leader_sees_the_own_line_alone(alice, world, sign_in):
    released_cohort(START, selected=lives(10, left=[datetime.date(2024, 6, 1)] * 5), line_of=alice.person)
    rows = rows_of(sign_in(alice).get(CSV))
    shown = [(row["Scope"], row["Group"], row["n"], row["Value"]) for row in rows[:1]]
    assert shown == [("Your line", "Program", "10", "0.5")]


def test_a_leader_does_not_choose_a_program(alice, bob, world, sign_in):
    assert sign_in(alice).get(f"{PAGE}?program={world.program.pk}").status_code == 404


def test_the_other_organization_counts_nowhere(hr_analyst, world, globex, sign_in):
    from amdp.tenancy.context import organization_context

    with organization_context(globex):
        released_cohort(START, selected=[Life() for _ in range(50)])
    rows = rows_of(sign_in(hr_analyst).get(CSV))
    assert {row["n"] for row in rows if row["Measure"] == "12-month retention"} == {"20"}


# --- names, placements, the one page ------------------------------------------------------------------


def test_hr_takes_names_out_and_it_is_logged(hr_analyst, world, sign_in):
    rows = rows_of(sign_in(hr_analyst).get(PEOPLE))
    kept = [row["Retained 12 months"] for row in rows]
    assert (len(rows), kept.count("yes"), kept.count("no")) == (20, 15, 5)
    entry = AuditEntry.objects.get(verb="export.participants")
    assert entry.after == {"rows": 20, "scope": "All programs", "format": "csv"}


def test_signed_placements_show_with_their_step(hr_analyst, world, sign_in):
    graduate = Participant.objects.order_by("pk").last()
    PlacementFactory(
        participant=graduate, state="signed", complexity_before=4, job_title="Account Director West"
    )
    PlacementFactory(participant=Participant.objects.order_by("pk")[3], job_title="Only proposed")
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "1 graduate placed" in page
    assert "Account Director West" in page
    assert "Only proposed" not in page
    assert "fewer than 5 placements" in page


def test_the_mean_complexity_shows_from_five_placements(hr_analyst, world, sign_in):
    for graduate in Participant.objects.order_by("pk")[:5]:
        PlacementFactory(participant=graduate, state="signed", complexity_before=4)
    page = sign_in(hr_analyst).get(PAGE).content.decode()
    assert "Average complexity 4.0 → 8.0 (n 5)" in page


def test_the_sponsor_reads_one_page(sponsor, world, sign_in):
    ObjectiveFactory(program=world.program, text="Fill vacancies from the bench.")
    MetricFactory(
        program=world.program, name="Twelve-month retention", unit="percent", baseline=60, target=80
    )
    page = sign_in(sponsor).get(SUMMARY).content.decode()
    for words in (
        "Fill vacancies from the bench.",
        "60%",
        "80%",
        "75%",
        "95%: 53–89% · n 20",
        world.selected[0].name,
        "Nominated and not selected: 20",
    ):
        assert words in page
    assert not [
        person
        for person in world.passed_over
        if f"{person.name}<" in page and person.name not in {one.name for one in world.selected}
    ]


def test_pages_cost_the_same_whatever_the_number_of_people(
    hr_analyst, sponsor, world, sign_in, count_queries
):
    def costs():
        analyst = sign_in(hr_analyst)
        analyst.get(PAGE)
        first = count_queries(lambda: analyst.get(PAGE))
        reader = sign_in(sponsor)
        reader.get(SUMMARY)
        return first, count_queries(lambda: reader.get(SUMMARY))

    few = costs()
    released_cohort(START, selected=lives(30), passed_over=lives(30), program=world.program)
    Release.objects.all().delete()
    cache.clear()
    assert costs() == few
    # six of them open and close the request's transactions
    assert few <= (15, 18)


def test_definitions_explain_every_measure(hr_analyst, sign_in):
    page = sign_in(hr_analyst).get(DEFINITIONS).content.decode()
    for key in (
        "retention_12",
        "retention_curve",
        "promotions",
        "comparison",
        "as_of",
        "hidden",
        "placement",
    ):
        assert f'id="{key}"' in page


def test_releases_are_handed_out_to_nobody(hr_analyst, world, sign_in):
    client = sign_in(hr_analyst)
    client.get(PAGE)
    assert client.get(f"{API}{Release.objects.first().pk}/").status_code == 404
