"""From the day of release on; as of a day; of a cohort or market."""

import datetime
from urllib.parse import urlencode

import pytest

from amdp.audit.models import AuditEntry
from metrics.closings import closing_from
from metrics.statistics import months_later
from tests.factories.cohorts import PlacementFactory
from tests.factories.metrics import lives, released_cohort
from tests.metrics.test_pages import API, CSV, PAGE, PEOPLE, START, rows_of

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
    assert "12-month retention cannot be shown yet: too few people" in page


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


def test_the_export_log_names_the_cohort(hr_analyst, markets, sign_in):
    sign_in(hr_analyst).get(f"{CSV}?cohort={markets[1].pk}")
    entry = AuditEntry.objects.get(verb="export.outcomes")
    assert (entry.object_id, entry.object_label) == (markets[1].pk, markets[1].name)


def test_the_leader_of_a_line_chooses_neither(alice, world, sign_in):
    client = sign_in(alice)
    asked = ("market=DE", f"cohort={world.cohort.pk}", "as_of=2025-05-05")
    assert [client.get(f"{PAGE}?{one}").status_code for one in asked] == [404] * 3


def test_a_placement_counts_from_the_day_on_which_the_last_has_signed(hr_analyst, world, sign_in, acme):
    acme.time_zone = "Asia/Tokyo"
    acme.save()
    PlacementFactory(
        participant=world.cohort.participants.first(),
        state="signed",
        hr_signed_at=datetime.datetime(2025, 3, 3, 9, tzinfo=datetime.UTC),
        leader_signed_at=datetime.datetime(2025, 5, 4, 20, tzinfo=datetime.UTC),
    )
    client = sign_in(hr_analyst)
    placed = [
        client.get(f"{PAGE}?as_of={day}").context["placements"].count
        for day in ("2025-04-01", "2025-05-04", "2025-05-05")
    ]
    assert placed == [0, 0, 1]
