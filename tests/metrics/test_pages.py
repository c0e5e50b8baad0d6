"""The dashboard, the files, the API and the one page: the same numbers, for whom they are meant."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from amdp.audit.models import AuditEntry
from cohorts.models import CompetencyScore, Participant
from metrics.arms import CAVEAT, UNMATCHED, Arm, Measure
from metrics.measures import HIDDEN
from metrics.models import Release
from metrics.queries import placements, results
from metrics.services import release_figures
from metrics.views import outcomes as views
from tests.factories.cohorts import CompetencyFactory, MetricFactory, ObjectiveFactory, PlacementFactory
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
    assert 'id="retention-finding"' in page
    assert 'data-height="150" aria-labelledby="retention-finding"' not in page  # nothing to draw
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
        "95%: 53–89% · n 20 · as of ",
        world.selected[0].name,
        "Nominated and not selected: 20",
    ):
        assert words in page
    assert not [
        person
        for person in world.passed_over
        if f"{person.name}<" in page and person.name not in {one.name for one in world.selected}
    ]


def test_the_sponsor_reads_what_is_measured_and_what_is_not(sponsor, acme, sign_in):
    made = released_cohort(START, selected=lives(20, promoted=[datetime.date(2025, 3, 1)] * 6))
    skill = CompetencyFactory(program=made.program)
    for place, person in enumerate(made.selected):
        for source, score in (("assessment", 3), ("manager", 4), ("self", 1)):
            CompetencyScore.objects.create(
                person=person, competency=skill, source=source, score=score + place % 2 / 2, as_of=START
            )
    for name, unit, source in (
        ("Promotions per 100 person-years", "count", ""),
        ("Skill level on the competency model", "points", ""),
        ("Behaviour seen by the manager", "points", ""),
        ("Time to fill a vacancy", "months", "Talent acquisition"),
    ):
        MetricFactory(program=made.program, name=name, unit=unit, source=source)
    page = sign_in(sponsor).get(SUMMARY).content.decode()
    for words in (
        "3.8 of 5",
        "4.2 of 5",
        "95%: 3.6–3.9 · n 20",
        "not measured here · source: Talent acquisition",
    ):
        assert words in page


def test_skill_of_four_people_is_hidden(sponsor, acme, sign_in):
    made = released_cohort(START, selected=lives(20))
    skill = CompetencyFactory(program=made.program)
    for person in made.selected[:4]:
        CompetencyScore.objects.create(
            person=person, competency=skill, source="manager", score=4, as_of=START
        )
    MetricFactory(program=made.program, name="Skill level", unit="points")
    page = sign_in(sponsor).get(SUMMARY).content.decode()
    assert HIDDEN in page
    assert "4.0 of 5" not in page


def test_one_new_score_does_not_show_in_the_mean(acme):
    made = released_cohort(START, selected=lives(20))
    skill = CompetencyFactory(program=made.program)

    def score(people, value, day):
        CompetencyScore.objects.bulk_create(
            CompetencyScore(person=person, competency=skill, source="manager", score=value, as_of=day)
            for person in people
        )

    def shown(day):
        release_figures(acme, as_of=day)
        figure = results(f"program:{made.program.pk}").of(Measure.SKILL, Arm.PROGRAM)
        return figure.value, figure.as_of

    first, second, third = (datetime.date(2025, month, 1) for month in (1, 2, 3))
    score(made.selected, 3, START)
    assert shown(first) == (3, first)
    score(made.selected[:1], 5, datetime.date(2025, 1, 20))
    assert shown(second) == (3, first)
    score(made.selected[1:6], 5, datetime.date(2025, 2, 20))
    assert shown(third) == (3.6, third)


def test_few_who_withdrew_are_hidden_from_the_sponsor(sponsor, world, sign_in):
    people = Participant.objects.order_by("pk")
    people.filter(pk__in=people.values("pk")[:2]).update(state="withdrawn")
    page = sign_in(sponsor).get(SUMMARY).content.decode()
    assert "<dt>Withdrawn</dt><dd>hidden</dd>" in page


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

    PlacementFactory(participant=Participant.objects.order_by("pk")[0], state="signed", complexity_before=4)
    few = costs()
    released_cohort(START, selected=lives(30), passed_over=lives(30), program=world.program)
    Release.objects.all().delete()
    cache.clear()
    assert costs() == few
    # six of them open and close the request's transactions
    assert max(few) <= 15


def test_definitions_explain_every_measure(hr_analyst, sign_in):
    page = sign_in(hr_analyst).get(DEFINITIONS).content.decode()
    for key in (
        "retention_12",
        "retention_curve",
        "promotions",
        "comparison",
        "as_of",
        "hidden",
        "stages",
        "skill_level",
        "cuts",
        "placement",
    ):
        assert f'id="{key}"' in page


def test_releases_are_handed_out_to_nobody(hr_analyst, world, sign_in):
    client = sign_in(hr_analyst)
    client.get(PAGE)
    assert client.get(f"{API}{Release.objects.first().pk}/").status_code == 404


def test_what_is_left_out_of_a_long_list_is_said(sponsor, world, sign_in, monkeypatch):
    monkeypatch.setattr(views, "NAMES_SHOWN", 15)
    monkeypatch.setattr(placements, "SHOWN", 1)
    for participant in world.cohort.participants.all()[:2]:
        PlacementFactory(participant=participant, state="signed")
    page = sign_in(sponsor).get(SUMMARY).content.decode()
    assert "The first 15 by name are shown, 5 are not." in page
    assert "The newest 1 are shown." in page
