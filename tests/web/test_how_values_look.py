import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from amdp.web import time
from amdp.web.templatetags import web

NOW = dt.datetime(2027, 2, 9, 23, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


def test_days_are_short_and_name_another_year():
    assert time.day(dt.date(2027, 3, 4)) == "Thu 4 Mar"
    assert time.day(dt.date(2028, 2, 25)) == "Fri 25 Feb 2028"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-4, "4 days late"),
        (-1, "1 day late"),
        (0, "Today"),
        (1, "Tomorrow"),
        (2, "in 2 days"),
        (6, "in 6 days"),
        (7, "Tue 16 Feb"),
    ],
)
def test_deadlines_are_said_as_people_do(days, said):
    assert time.due(dt.date(2027, 2, 9) + dt.timedelta(days=days)) == said


def test_today_is_the_members_today():
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert time.due(dt.date(2027, 2, 10)) == "Today"
        assert time.day(NOW) == "Wed 10 Feb"
        assert time.moment(NOW) == "Wed 10 Feb, 08:30"
    with timezone.override(ZoneInfo("America/New_York")):
        assert time.due(dt.date(2027, 2, 9)) == "Today"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "All times in UTC"),
        ("America/New_York", "All times in New York (UTC−5)"),
        ("Asia/Kolkata", "All times in Kolkata (UTC+5:30)"),
        ("Europe/London", "All times in London (UTC)"),
        ("America/St_Johns", "All times in St Johns (UTC−3:30)"),
    ],
)
def test_the_frame_says_whose_clock_it_is(zone, said):
    with timezone.override(ZoneInfo(zone)):
        assert time.zone_line() == said


def test_what_happened_is_said_shortly():
    assert time.ago(NOW) == "23:30"
    assert time.ago(NOW - dt.timedelta(days=1)) == "Mon"
    assert time.ago(NOW - dt.timedelta(days=20)) == "Wed 20 Jan"


def test_filters_carry_the_exact_value():
    assert web.day(dt.date(2027, 3, 4)) == (
        '<time datetime="2027-03-04" title="Thursday 4 March 2027">Thu 4 Mar</time>'
    )
    assert 'class="bad"' in web.due(dt.date(2027, 2, 1))
    assert (web.day(None), web.due(None), web.moment(None)) == ("–", "", "–")


def test_numbers():
    assert (
        web.percent(0.914),
        web.percent(0.914, 1),
        web.number(10001),
        web.number(-3),
        web.number(-0.001, 2),
        web.number(None),
    ) == (
        "91%",
        "91.4%",
        "10,001",
        "−3",
        "0.00",
        "–",
    )
    assert (web.plural(1, "person,people"), web.plural(1200, "person,people")) == ("1 person", "1,200 people")


@pytest.mark.parametrize(
    ("name", "said"),
    [("Mateo Álvarez", "MÁ"), ("Cher", "C"), ("Anne-Marie de Vries", "AV"), ("", ""), ("  (x) 4", "")],
)
def test_initials(name, said):
    assert web.initials(name) == said


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("curl/8.0", "A browser"),
    ],
)
def test_browsers_are_named_as_people_know_them(agent, said):
    assert web.browser(agent) == said
