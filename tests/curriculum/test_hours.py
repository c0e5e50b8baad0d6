"""Working hours in several places at once, in summer and winter."""

import datetime
from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from amdp.directory.calendar import add_business_days, is_business_day, local_to_utc
from curriculum.hours import DAYS_TRIED, Attendee, Place, best_hour, outside, sentence, wall_hours
from curriculum.models import Activity, Journey, Session
from curriculum.queries.hours import disturbed, place_of, places_of
from tests.factories.curriculum import SessionFactory

NEW_YORK = Place("America/New_York", "US")
MADRID = Place("Europe/Madrid", "ES")
PARIS = Place("Europe/Paris", "FR")
TOKYO = Place("Asia/Tokyo", "JP")
PLACES = [
    NEW_YORK,
    MADRID,
    PARIS,
    TOKYO,
    Place("Europe/London", "GB"),
    Place("America/Los_Angeles", "US"),
    Place("Asia/Kolkata", "IN"),
    Place("Asia/Kathmandu", "NP"),
    Place("Asia/Dubai", "AE"),
    Place("Australia/Lord_Howe", "AU"),
    Place("America/Sao_Paulo", "BR"),
]
WEDNESDAY = date(2027, 3, 3)
QUARTER = timedelta(minutes=15)
# The weeks in which Europe and America, north and south change their clocks, and ordinary ones.
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31)) | st.dates(date(2027, 3, 8), date(2027, 4, 9))
WALLS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45, 50]))
PEOPLE = st.dictionaries(st.sampled_from(PLACES), st.integers(1, 5), min_size=1, max_size=4)


def at_work(first, last, place):
    """Told apart from the code under test: every quarter hour of it is working time there."""
    zone, moments = ZoneInfo(place.zone), [first, last]
    moments += [first + QUARTER * number for number in range((last - first) // QUARTER)]
    local = [one.astimezone(zone) for one in moments]
    days = {one.date() for one in local}
    return (
        len(days) == 1
        and is_business_day(local[0].date(), place.market)
        and all(time(8) <= one.time() <= time(18) for one in local)
    )


def instants(day, zone):
    """Every quarter hour of a day that its clock shows only once, as instants in UTC."""
    starts = local_to_utc(day, time(), zone)
    for number in range(25 * 4):
        instant = starts + QUARTER * number
        local = instant.astimezone(ZoneInfo(zone))
        if local.date() == day and not local.fold:
            yield instant


@settings(max_examples=60, deadline=None)
@given(DAYS, WALLS, st.sampled_from(PLACES), st.integers(30, 240), PEOPLE)
def test_an_hour_that_suits_everybody_is_found_whenever_there_is_one(day, wall, home, minutes, people):
    found = best_hour(day, wall, home.zone, minutes, people, home.market)
    first, last = wall_hours(found[0], home.zone, found[1], minutes)
    assert first.tzinfo is UTC
    suits = all(at_work(first, last, place) for place in people)
    assert suits == (not outside(first, last, people))
    days = [day]
    while len(days) < DAYS_TRIED:
        days.append(add_business_days(days[-1], 1, home.market))
    length = timedelta(minutes=minutes)
    fitting = [
        candidate
        for candidate in days
        if any(
            all(at_work(one, one + length, place) for place in people)
            for one in instants(candidate, home.zone)
        )
    ]
    if fitting:
        assert suits
        assert found[0] <= fitting[0]
    if suits:
        assert sum(candidate < found[0] for candidate in fitting) == 0
    assert found[0] in days


@settings(max_examples=25, deadline=None)
@given(DAYS, WALLS, st.sampled_from(PLACES), st.integers(30, 240), PEOPLE)
def test_where_there_is_none_nobody_more_than_needed_is_outside(day, wall, home, minutes, people):
    def disturbed(first):
        return sum(one.people for one in outside(first, first + timedelta(minutes=minutes), people))

    found = best_hour(day, wall, home.zone, minutes, people, home.market)
    chosen = local_to_utc(found[0], found[1], home.zone)
    assert disturbed(chosen) <= min(disturbed(one) for one in instants(day, home.zone))


@given(DAYS, WALLS, st.sampled_from(PLACES), st.integers(30, 240))
def test_a_time_that_suits_everybody_stays(day, wall, home, minutes):
    first, last = wall_hours(day, home.zone, wall, minutes)
    if at_work(first, last, home):
        assert best_hour(day, wall, home.zone, minutes, {home: 3}, home.market) == (day, wall)


def test_an_afternoon_in_madrid_suits_new_york_and_a_morning_does_not():
    people = {MADRID: 3, NEW_YORK: 2}
    assert best_hour(WEDNESDAY, time(9), "Europe/Madrid", 60, people) == (WEDNESDAY, time(14))
    assert best_hour(WEDNESDAY, time(15), "Europe/Madrid", 60, people) == (WEDNESDAY, time(15))


def test_the_weeks_between_the_two_clock_changes_are_an_hour_off():
    """America is on summer time from 14 March 2027, Europe from 28 March."""
    people = {MADRID: 3, NEW_YORK: 2}
    between = date(2027, 3, 17)
    assert best_hour(between, time(9), "Europe/Madrid", 60, people) == (between, time(13))


def test_a_holiday_of_one_place_moves_it_to_the_next_day():
    bastille = date(2027, 7, 14)
    people = {PARIS: 1, MADRID: 1}
    assert best_hour(bastille, time(10), "Europe/Madrid", 60, people, "ES") == (date(2027, 7, 15), time(10))


def test_tokyo_and_new_york_share_no_hour_so_the_smaller_group_is_named():
    people = {TOKYO: 5, NEW_YORK: 3}
    day, starts = best_hour(WEDNESDAY, time(15), "America/New_York", 60, people, "US")
    first, last = wall_hours(day, "America/New_York", starts, 60)
    assert (day, starts) == (WEDNESDAY, time(18))
    assert sentence(outside(first, last, people)) == (
        "Outside working hours for 3 people in New York (18:00)."
    )


def test_the_day_stays_where_another_would_only_be_a_little_less_bad():
    """After 14 March an hour less lies between Tokyo and New York; nobody waits a week for it."""
    people = {TOKYO: 3, NEW_YORK: 5}
    tuesday = date(2027, 3, 9)
    assert best_hour(tuesday, time(10), "America/New_York", 60, people, "US") == (tuesday, time(17))


def test_an_evening_is_better_than_a_holiday():
    """In Tokyo 11 February is a holiday: 17:00 in New York on the 10th would be its early morning."""
    people = {TOKYO: 3, NEW_YORK: 5}
    before = date(2027, 2, 10)
    assert best_hour(before, time(10), "America/New_York", 60, people, "US") == (before, time(8))
    after = date(2027, 2, 11)
    assert best_hour(after, time(10), "America/New_York", 60, people, "US") == (after, time(17))


def say(moment, minutes, people):
    return sentence(outside(moment, moment + timedelta(minutes=minutes), people))


def test_the_sentence_says_whose_clock_says_what():
    morning = datetime.datetime(2027, 3, 3, 8, tzinfo=UTC)
    assert say(morning, 60, {NEW_YORK: 3, MADRID: 9}) == (
        "Outside working hours for 3 people in New York (03:00)."
    )
    assert say(morning, 60, {MADRID: 9}) == ""
    late = datetime.datetime(2027, 3, 3, 16, tzinfo=UTC)
    assert say(late, 90, {MADRID: 1}) == "Outside working hours for 1 person in Madrid (until 18:30)."
    saturday = datetime.datetime(2027, 3, 6, 9, tzinfo=UTC)
    assert say(saturday, 60, {MADRID: 2}) == "Outside working hours for 2 people in Madrid (Sat 10:00)."
    bastille = datetime.datetime(2027, 7, 14, 8, tzinfo=UTC)
    assert say(bastille, 60, {PARIS: 2}) == (
        "Outside working hours for 2 people in Paris (10:00, National Day)."
    )


def test_a_long_list_of_places_is_cut_short():
    night = datetime.datetime(2027, 3, 3, 3, tzinfo=UTC)
    people = {PLACES[0]: 4, PLACES[1]: 3, PLACES[4]: 2, PLACES[5]: 1, PLACES[10]: 1}
    assert say(night, 60, people) == (
        "Outside working hours for 4 people in New York (22:00); 3 people in Madrid (04:00); "
        "2 people in London (03:00); 2 people elsewhere."
    )


def test_a_few_are_named_and_many_counted():
    night = datetime.datetime(2027, 3, 3, 3, tzinfo=UTC)
    people = {NEW_YORK: 4, MADRID: 2, PARIS: 1}
    names = {NEW_YORK: ["Al", "Bea", "Cy", "Di"], MADRID: ["Eve", "Flo"], PARIS: ["facilitator Gus"]}
    assert sentence(outside(night, night + QUARTER, people, names)) == (
        "Outside working hours for 4 people in New York (22:00); 2 people in Madrid (04:00): Eve, Flo; "
        "1 person in Paris (04:00): facilitator Gus."
    )


ATTENDEES = st.lists(
    st.builds(
        lambda number, place, holds: Attendee(f"Person {number}", place.zone, place.market, holds),
        st.integers(1, 99),
        st.sampled_from(PLACES),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.name,
)


@settings(max_examples=60, deadline=None)
@given(DAYS, WALLS, ATTENDEES)
def test_who_holds_it_counts_like_who_sits_in_it_and_is_named_so(day, wall, attendees):
    journey = Journey(market="ES", zone="Europe/Madrid")
    activity = Activity(mode="virtual")
    session = Session(
        journey=journey, activity=activity, day=day, starts=wall, zone="Europe/Madrid", minutes=60
    )
    everybody = [one._replace(holds=False) for one in attendees]
    assert places_of(attendees, session) == places_of(everybody, session)
    found = disturbed(session, attendees)
    first, last = wall_hours(day, session.zone, wall, 60)
    named = {one.words for one in attendees if not at_work(first, last, place_of(one, session))}
    assert {name for one in found for name in one.names} == named
    assert sum(one.people for one in found) == len(named)
    home = Place(session.zone, journey.market)
    hour = best_hour(day, wall, home.zone, 60, places_of(attendees, session), home.market)
    assert hour == best_hour(day, wall, home.zone, 60, places_of(everybody, session), home.market)


def test_a_workshop_of_two_days_counts_by_its_first():
    first, last = wall_hours(WEDNESDAY, "Europe/Madrid", time(9), 960)
    assert outside(first, last, {MADRID: 12}) == []


def test_where_people_come_to_a_place_its_own_time_is_said(acme):
    place, video = "Training center", "Video"
    there = SessionFactory(place=place, activity__session=True, activity__mode="workshop", starts=time(9))
    online = SessionFactory(place=video, activity__mode="virtual", starts=time(9))
    with timezone.override("Australia/Sydney"):
        assert there.when.endswith(", 09:00 in New York")
        assert there.hour == "09:00 in New York"
        assert timezone.localtime(there.shown_at).date() == there.day_in("Australia/Sydney") == there.day
        assert " in " not in online.when
    with timezone.override("America/New_York"):
        assert there.hour == "09:00"
