from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amdp.directory.calendar import (
    add_business_days,
    holiday_name,
    is_business_day,
    local_to_utc,
    next_business_day,
    next_business_morning,
    previous_business_day,
)

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))
MARKETS = st.sampled_from(
    ["US", "FR", "JP", "AU", "GB", "IN", "DE", "BR", "DE-BY", "AE", "CN", "nowhere", ""]
)
ZONES = st.sampled_from(
    [
        "America/New_York",
        "Europe/Paris",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Adelaide",
        "Africa/Cairo",
        "Asia/Tokyo",
        "America/Sao_Paulo",
        "UTC",
    ]
)


@pytest.mark.parametrize(
    ("day", "market", "expected"),
    [
        (date(2026, 7, 3), "US", False),  # Independence Day observed
        (date(2026, 7, 3), "DE", True),
        (date(2026, 7, 14), "FR", False),
        (date(2026, 5, 4), "GB", False),
        (date(2026, 1, 12), "JP", False),
        (date(2026, 1, 6), "DE", True),
        (date(2026, 1, 6), "DE-BY", False),
        (date(2026, 1, 6), "DE-nowhere", True),
        (date(2026, 1, 2), "AE", True),
        (date(2026, 12, 25), "nowhere", True),
        (date(2026, 12, 26), "nowhere", False),
        (date(2026, 12, 25), "us", False),
    ],
)
def test_business_day_follows_the_market(day: date, market: str, expected: bool) -> None:
    assert is_business_day(day, market) is expected


def test_holiday_has_a_name() -> None:
    assert holiday_name(date(2026, 7, 14), "FR") == "National Day"
    assert holiday_name(date(2026, 7, 15), "FR") == ""
    assert holiday_name(date(2026, 7, 14), "nowhere") == ""


def test_business_days_step_over_a_long_weekend() -> None:
    thursday, friday, tuesday = date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 7)
    assert add_business_days(thursday, 1, "GB") == tuesday
    assert add_business_days(tuesday, -1, "GB") == thursday
    assert add_business_days(friday, 0, "GB") == tuesday


@given(DAYS, st.integers(1, 40), MARKETS)
def test_business_days_in_between_are_exactly_the_count(day: date, count: int, market: str) -> None:
    end = add_business_days(day, count, market)
    passed = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(is_business_day(each, market) for each in passed) == count
    assert is_business_day(end, market)


@given(DAYS, st.integers(1, 40), MARKETS)
def test_business_days_go_back_where_they_came_from(day: date, count: int, market: str) -> None:
    start = next_business_day(day, market)
    assert add_business_days(add_business_days(start, count, market), -count, market) == start


@given(DAYS, MARKETS)
def test_next_and_previous_enclose_the_day(day: date, market: str) -> None:
    before, after = previous_business_day(day, market), next_business_day(day, market)
    assert before <= day <= after
    assert (before == day) == (after == day) == is_business_day(day, market)


@given(DAYS, ZONES)
def test_nine_in_the_morning_is_nine_in_the_morning(day: date, zone: str) -> None:
    local = local_to_utc(day, time(9), zone).astimezone(ZoneInfo(zone))
    assert (local.date(), local.time()) == (day, time(9))


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        # the nights the clocks change
        (date(2026, 3, 29), time(2, 30), "Europe/Paris", "2026-03-29T01:30"),  # gap: 03:30 summer time
        (date(2026, 10, 25), time(2, 30), "Europe/Paris", "2026-10-25T00:30"),  # overlap: the first one
        (date(2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:30"),
        (date(2026, 11, 1), time(1, 30), "America/New_York", "2026-11-01T05:30"),
        # half an hour, both ways
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45"),
        (date(2026, 4, 5), time(1, 45), "Australia/Lord_Howe", "2026-04-04T14:45"),
        (date(2026, 6, 1), time(9), "Asia/Kolkata", "2026-06-01T03:30"),
        (date(2026, 6, 1), time(9), "America/St_Johns", "2026-06-01T11:30"),
        # the day before and the day after the change keep 09:00
        (date(2026, 3, 28), time(9), "Europe/Paris", "2026-03-28T08:00"),
        (date(2026, 3, 29), time(9), "Europe/Paris", "2026-03-29T07:00"),
        (date(2026, 10, 24), time(9), "Europe/Paris", "2026-10-24T07:00"),
        (date(2026, 10, 25), time(9), "Europe/Paris", "2026-10-25T08:00"),
    ],
)
def test_wall_time_survives_the_clock_change(day: date, wall: time, zone: str, expected: str) -> None:
    assert local_to_utc(day, wall, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(DAYS, st.times(), ZONES)
def test_every_wall_time_has_one_instant_at_or_after_it(day: date, wall: time, zone: str) -> None:
    wall = wall.replace(fold=0)
    local = local_to_utc(day, wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    shifted = local - datetime.combine(day, wall)
    assert shifted in {timedelta(0), timedelta(minutes=30), timedelta(hours=1)}


@given(st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC)), ZONES, MARKETS)
def test_next_morning_is_the_first_one_on_a_business_day(after: datetime, zone: str, market: str) -> None:
    moment = next_business_morning(after, zone, market)
    local = moment.astimezone(ZoneInfo(zone))
    assert moment > after
    assert local.time() == time(9)
    assert is_business_day(local.date(), market)
    skipped = [after + timedelta(days=n) for n in range((moment - after).days + 1)]
    mornings = [local_to_utc(each.astimezone(ZoneInfo(zone)).date(), time(9), zone) for each in skipped]
    assert not [
        each
        for each in mornings
        if after < each < moment and is_business_day(each.astimezone(ZoneInfo(zone)).date(), market)
    ]


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd"])
def test_unknown_zone_is_named(zone: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone we know"):
        local_to_utc(date(2026, 1, 1), time(9), zone)


def test_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        next_business_morning(datetime(2026, 1, 1), "UTC")
