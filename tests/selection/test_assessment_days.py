"""The assessment days on screen: planned by a worker, moved by hand, published, changed, cancelled."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from icalendar import Calendar

from amdp.notifications.models import Notification
from selection import access, tasks
from selection.models import AssessmentSlot, DayPlan, Stage
from selection.queries.dayplan import clashes_in, moment_on, slots_of
from selection.queries.owndays import own_days_of
from selection.queries.tasks import appointments_for
from selection.runs import work_on
from selection.services import (
    DaysWish,
    assign_assessor,
    cancel_days,
    move_slot,
    publish_days,
    set_up_days,
    start_assessment_run,
    take_out_slot,
    unassign_assessor,
    withdraw_candidate,
)
from tests.factories.days import assessing, exercises_for, in_days, panel_of, planned, watched, wish
from tests.factories.selection import CandidateFactory, eligible_person, open_until

State = AssessmentSlot.State


@pytest.fixture
def running(cohort):
    return assessing(cohort)


@pytest.fixture
def exercises(running):
    return exercises_for(running, 60, 30)


@pytest.fixture
def panel(running):
    return panel_of(running, "Erin", "Oscar")


@pytest.fixture
def people(running, exercises, panel):
    return watched(running, exercises, ["Jo", "Kim"], panel)


@pytest.fixture
def plan(running, people, ld_admin):
    return planned(running, ld_admin)[0]


@pytest.fixture
def published(plan, ld_admin):
    return publish_days(plan, by=ld_admin)


def placed(plan):
    return list(slots_of(plan).filter(state=State.PLACED))


def hour(slot, zone="Europe/Zurich"):
    return slot.starts_at.astimezone(ZoneInfo(zone))


def mail(person, kind):
    found = Notification.objects.filter(person=person, kind=f"selection.days_{kind}")
    return found.order_by("pk").last()


def events(notification):
    return list(Calendar.from_ical(notification.calendar).events)


# --- planned -----------------------------------------------------------------------------------------


def test_everybody_has_a_time_and_nothing_clashes(plan, people, exercises):
    slots = placed(plan)
    assert {(each.candidate, each.exercise) for each in slots} == {
        (candidate, exercise) for candidate in people for exercise in exercises
    }
    assert clashes_in(plan, slots) == {}
    assert all(each.room_id for each in slots)
    assert all(len(each.seats.all()) == 2 for each in slots)


def test_what_cannot_be_placed_is_said_with_why(running, people, ld_admin):
    plan, run = planned(running, ld_admin, rooms=())
    assert run.said == "0 meetings have a time. 4 could not be placed; the page says why."
    assert set(plan.slots.values_list("why", flat=True)) == {
        "No room suits “Case study”. Add one, or hold it by video.",
        "No room suits “Role play”. Add one, or hold it by video.",
    }


def test_who_has_no_assessors_yet_is_said_too(running, exercises, panel, ld_admin):
    CandidateFactory(cohort=running, person=eligible_person(first_name="Lou", last_name="Lee"))
    plan, _ = planned(running, ld_admin)
    assert "Nobody is given Lou Lee to score in “Case study” yet." in plan.slots.values_list("why", flat=True)


def test_by_video_two_zones_meet_in_the_hours_of_both(running, exercises, ld_admin):
    """Basel and New York: 09:00–12:00 there is 15:00–18:00 here, less what New York sleeps."""
    panel = panel_of(running, "Nia", "Noel", zone="America/New_York")
    watched(running, exercises, ["Jo"], panel)
    plan, _ = planned(running, ld_admin, rooms=(), video=[each.pk for each in exercises])
    slots = placed(plan)
    assert len(slots) == 2
    assert all(hour(each, "America/New_York").hour >= 8 for each in slots)
    assert all(hour(each).hour < 18 for each in slots)
    assert clashes_in(plan, slots) == {}


def test_a_night_of_clock_change_keeps_wall_time(running, people, ld_admin):
    """Saturday before and Sunday after Basel's clocks go back: both begin at 09:00 there, 25 hours apart."""
    saturday = datetime.date(2027, 10, 30)
    running.selection_plans.get().stages.filter(kind=Stage.Kind.ASSESSMENT).delete()
    plan, _ = planned(running, ld_admin, days=2, first=saturday, rooms=("Room 1",))
    days = list(plan.days.all())
    first, second = (moment_on(each, datetime.time(9)) for each in days)
    assert second.astimezone(datetime.UTC) - first.astimezone(datetime.UTC) == datetime.timedelta(hours=25)
    slots = placed(plan)
    assert clashes_in(plan, slots) == {}
    slot = move_slot(
        slots[0], starts_at=moment_on(days[1], datetime.time(13, 15)), room=slots[0].room, by=ld_admin
    )
    assert hour(slot).hour == 13
    assert slot.starts_at.astimezone(datetime.UTC).hour == 12


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"days": 2, "first": None, "same": True}, "Two days lie on each other"),
        ({"zone": "Mars/Olympus"}, "is no time zone"),
        ({"rooms": ("A", "a")}, "a name of its own"),
    ],
)
def test_days_that_cannot_be_are_refused(running, exercises, ld_admin, change, sentence):
    same = change.pop("same", False)
    wanted = wish(**change)
    if same:
        wanted = DaysWish(days=(wanted.days[0], wanted.days[0]))
    with pytest.raises(ValidationError, match=sentence):
        set_up_days(running, wanted, by=ld_admin)


def test_days_outside_the_assessment_are_refused_and_said_when_the_window_moves(
    running, exercises, ld_admin, sign_in
):
    open_until(running, Stage.Kind.ASSESSMENT, 22)
    with pytest.raises(
        ValidationError, match=r"lies outside the assessment, which is open from .* Choose another day"
    ):
        set_up_days(running, wish(first=in_days(10)), by=ld_admin)
    plan = set_up_days(running, wish(first=in_days(0)), by=ld_admin)
    page = reverse("selection:day_plan", args=["acme", running.pk])
    client = sign_in(ld_admin)
    assert "outside the assessment" not in client.get(page).text
    open_until(running, Stage.Kind.ASSESSMENT, 3)
    assert "lies outside the assessment, which is open from" in client.get(page).text
    # a day that stood there before does not hold up another room
    assert set_up_days(running, wish(first=in_days(0), rooms=("Room 7",)), by=ld_admin) == plan
    form = client.get(reverse("selection:day_plan_setup", args=["acme", running.pk])).text
    assert "The assessment is open from" in form


def test_a_day_is_measured_in_its_own_zone_and_the_window_in_the_plan_s(running, exercises, ld_admin):
    """Auckland’s morning is the evening before in London, where the window has not opened."""
    plan, first = running.selection_plans.get(), in_days(0)
    plan.time_zone = "Europe/London"
    plan.save()
    plan.stages.filter(kind=Stage.Kind.ASSESSMENT).update(opens_on=first, closes_on=first)
    with pytest.raises(ValidationError, match="outside the assessment"):
        set_up_days(running, wish(first=first, zone="Pacific/Auckland"), by=ld_admin)
    set_up_days(running, wish(first=first, zone="Europe/Zurich"), by=ld_admin)


def test_nobody_is_planned_after_their_last_day_here(running, exercises, panel, people, ld_admin):
    person = panel[0].person
    person.termination_date = in_days(0)
    person.save()
    plan, _ = planned(running, ld_admin, days=2)
    assert {hour(each).date() for each in placed(plan)} == {in_days(0)}
    person.termination_date = in_days(-3)
    person.save()
    slots = list(slots_of(plan))
    clashing = clashes_in(plan, slots)
    assert {sentence for sentences in clashing.values() for sentence in sentences} == {
        f"{person} is away then."
    }


def test_a_room_somebody_meets_in_is_not_left_out(plan, running, ld_admin):
    with pytest.raises(ValidationError, match="Move them first"):
        set_up_days(running, wish(rooms=("Room 9",)), by=ld_admin)


# --- moved by hand -----------------------------------------------------------------------------------


def test_a_move_says_its_clashes_in_sentences_before_it_is_kept(plan, ld_admin):
    jo, kim = (
        next(
            each
            for each in placed(plan)
            if each.candidate.person.first_name == name and each.exercise.minutes == 60
        )
        for name in ("Jo", "Kim")
    )
    with pytest.raises(ValidationError) as refused:
        move_slot(jo, starts_at=kim.starts_at, room=kim.room, by=ld_admin)
    sentences = refused.value.messages
    assert (
        f"{kim.room} is taken by “Case study” of Kim Lee at {hour(kim):%H:%M}, or needs the time to change over."
        in sentences
    )
    assert any(text.startswith("Erin Assessor is in “Case study” of Kim Lee") for text in sentences)
    assert not AssessmentSlot.objects.get(pk=jo.pk).is_kept
    moved = move_slot(jo, starts_at=kim.starts_at, room=kim.room, by=ld_admin, anyway=True)
    assert moved.is_kept
    assert set(clashes_in(plan, placed(plan))) >= {jo.pk, kim.pk}


def test_a_break_and_the_end_of_the_day_are_said(plan, ld_admin):
    slot = placed(plan)[0]
    day = plan.days.get()
    for at, sentence in [
        (datetime.time(12, 15), "in a break"),
        (datetime.time(19), "outside the assessment days"),
    ]:
        with pytest.raises(ValidationError, match=sentence):
            move_slot(slot, starts_at=moment_on(day, at), room=slot.room, by=ld_admin)


def test_what_was_moved_by_hand_stays_when_the_days_are_planned_anew(plan, running, ld_admin):
    slot = placed(plan)[0]
    at = moment_on(plan.days.get(), datetime.time(16))
    move_slot(slot, starts_at=at, room=slot.room, by=ld_admin, anyway=True)
    planned(running, ld_admin)
    assert AssessmentSlot.objects.get(pk=slot.pk).starts_at == at


def test_nobody_is_planned_into_a_day_that_has_begun(running, people, ld_admin):
    plan, _ = planned(running, ld_admin, days=2)
    publish_days(plan, by=ld_admin)
    slots = [each for each in placed(plan) if each.candidate == people[0]]
    second = plan.days.last()
    for slot in slots:
        take_out_slot(slot, by=ld_admin)
    with time_machine.travel(moment_on(plan.days.first(), datetime.time(10)), tick=False):
        run = start_assessment_run(running, "days", by=ld_admin)
        work_on(running.organization_id, run.pk)
    again = [each for each in placed(plan) if each.candidate == people[0]]
    assert {hour(each).date() for each in again} == {second.on}
    assert len(again) == 2


# --- published ---------------------------------------------------------------------------------------


def test_nobody_sees_times_before_they_are_published(plan, people, panel, login, ld_admin):
    for person in (people[0].person, panel[0].person):
        assert own_days_of(login(person), plan.cohort_id) is None
        assert not Notification.objects.filter(person=person).exists()


def test_everybody_gets_their_own_times_in_their_own_zone_with_an_invitation(published, people, panel, login):
    candidate = people[0].person
    told = mail(candidate, "published")
    assert {str(event["summary"]) for event in events(told)} == {"Case study", "Role play"}
    assert "Kim" not in f"{told.subject} {told.body} {told.calendar}"
    assert len(events(mail(panel[0].person, "published"))) == 4
    own = own_days_of(login(candidate), published.cohort_id)
    assert {one.slot.candidate.person for each in own.days for one in each.slots} == {candidate}
    assert all(one.sheet is None for each in own.days for one in each.slots)
    assert [each.title for each in appointments_for(login(panel[0].person))]


def test_who_lives_by_another_clock_reads_the_time_where_the_room_is_too(published, people, login):
    candidate = people[0].person
    near = own_days_of(login(candidate), published.cohort_id)
    candidate.time_zone = "Asia/Tokyo"
    candidate.save()
    far = own_days_of(login(candidate), published.cohort_id)
    rooms = [one for each in far.days for one in each.slots if one.slot.room]
    assert rooms
    for one in rooms:
        there = one.starts.astimezone(one.zone)
        assert one.there.startswith(f"{there:%H:%M}–")
        assert one.there.endswith("Zurich")
    assert {one.there for each in near.days for one in each.slots} == {""}


def test_the_candidate_comes_in_time_to_prepare(published, people):
    case = next(
        each for each in placed(published) if each.candidate == people[0] and each.exercise.minutes == 60
    )
    event = next(
        each for each in events(mail(people[0].person, "published")) if each["summary"] == "Case study"
    )
    assert event.decoded("dtstart") == case.starts_at - datetime.timedelta(minutes=15)


def test_a_change_replaces_the_event_in_place(published, people, ld_admin):
    slot = next(each for each in placed(published) if each.candidate == people[0])
    before = next(
        each for each in events(mail(people[0].person, "published")) if each["summary"] == str(slot.exercise)
    )
    other = next(each for each in people if each != people[0])
    move_slot(
        slot,
        starts_at=moment_on(published.days.get(), datetime.time(15, 30)),
        room=slot.room,
        by=ld_admin,
        anyway=True,
    )
    after = events(mail(people[0].person, "changed"))[0]
    assert (after["uid"], after["sequence"]) == (before["uid"], before["sequence"] + 1)
    assert mail(other.person, "changed") is None


def test_taken_out_and_cancelled_the_event_takes_itself_out(published, people, panel, ld_admin):
    slot = next(each for each in placed(published) if each.candidate == people[0])
    take_out_slot(slot, by=ld_admin)
    assert [str(each["status"]) for each in events(mail(people[0].person, "changed"))] == ["CANCELLED"]
    cancel_days(published, why="The building is closed.", by=ld_admin)
    told = mail(panel[0].person, "cancelled")
    assert {str(each["status"]) for each in events(told)} == {"CANCELLED"}
    assert "The building is closed." in told.body[0]
    again = publish_days(DayPlan.objects.get(), by=ld_admin)
    assert again.is_published
    assert {str(each["status"]) for each in events(mail(panel[0].person, "published"))} == {"CONFIRMED"}


def test_who_withdraws_frees_the_slots(published, people, panel, ld_admin):
    withdraw_candidate(people[0], why="Takes another role.", by=ld_admin)
    states = set(AssessmentSlot.objects.filter(candidate=people[0]).values_list("state", flat=True))
    assert states == {State.FREED}
    assert {str(each["status"]) for each in events(mail(panel[0].person, "changed"))} == {"CANCELLED"}
    assert {each.candidate for each in placed(published)} == {people[1]}


def test_another_assessor_takes_the_place_and_calendars_follow(
    published, people, panel, running, exercises, ld_admin
):
    lena = panel_of(running, "Lena")[0]
    sheet = people[0].scoresheets.get(assessor=panel[0], exercise=exercises[0])
    unassign_assessor(sheet, by=ld_admin)
    gone = events(mail(panel[0].person, "changed"))
    assert [str(each["status"]) for each in gone] == ["CANCELLED"]
    assign_assessor(people[0], lena, by=ld_admin, exercise=exercises[0])
    assert [str(each["status"]) for each in events(mail(lena.person, "changed"))] == ["CONFIRMED"]
    slot = AssessmentSlot.objects.get(candidate=people[0], exercise=exercises[0])
    assert {seat.assessor for seat in slot.seats.filter(is_out=False)} == {lena, panel[1]}


def test_two_candidates_never_share_a_video_call(running, people, exercises, ld_admin):
    plan, _ = planned(running, ld_admin, rooms=(), video=[each.pk for each in exercises])
    first, second = (next(each for each in placed(plan) if each.candidate == one) for one in people)
    first.link = second.link = "https://video.example/one"
    first.save()
    AssessmentSlot.objects.filter(pk=second.pk).update(
        link=first.link, starts_at=first.starts_at, ends_at=first.ends_at
    )
    with pytest.raises(ValidationError, match="would meet in one video call"):
        publish_days(plan, by=ld_admin)


# --- who may -----------------------------------------------------------------------------------------


def test_only_who_runs_the_selection_plans_days(running, people, alice, ld_admin):
    with pytest.raises(PermissionDenied):
        set_up_days(running, wish(), by=alice)
    with pytest.raises(ValidationError, match="Say on which days first"):
        start_assessment_run(running, "days", by=ld_admin)


def test_an_admin_who_is_a_candidate_sees_nothing_of_the_plan(published, people, login):
    admin = login(people[0].person, "ld_admin")
    assert not access.visible_day_plans(admin).exists()
    assert not access.visible_slots(admin).exists()
    assert access.own_slots(admin).count() == 2


# --- pages -------------------------------------------------------------------------------------------


def test_l_and_d_sets_up_moves_and_publishes_on_the_pages(
    running, people, exercises, ld_admin, client, monkeypatch
):
    client.force_login(ld_admin.user)

    def url(name, pk):
        return reverse(f"selection:{name}", args=["acme", pk])

    assert "No days are set yet" in client.get(url("day_plan", running.pk)).text
    on = in_days(0)
    form = {
        "rest": 10,
        "changeover": 5,
        "hours_from": "08:00",
        "hours_until": "18:00",
        "day0-on": on.isoformat(),
        "day0-starts": "09:00",
        "day0-ends": "17:00",
        "day0-breaks": "12:00–13:00",
        "day0-zone": "Europe/Zurich",
        "room0-name": "Room 1",
        "room0-place": "Building 4",
        "room0-suits": [str(exercises[0].pk), str(exercises[1].pk)],
    }
    bad = client.post(url("day_plan_setup", running.pk), form | {"day0-breaks": "noon"})
    assert "Write breaks such as" in bad.text
    assert client.post(url("day_plan_setup", running.pk), form).status_code == 302
    monkeypatch.setattr(tasks.work_on_assessment, "delay", lambda *ids: None)
    answer = client.post(url("day_plan_start", running.pk))
    run = running.assessment_runs.get()
    assert answer["Location"] == url("assessment_run", run.pk)
    assert "You may leave this page" in client.get(answer["Location"]).text
    work_on(running.organization_id, run.pk)
    assert "4 meetings have a time." in client.get(answer["Location"]).text
    for view in ("room", "person"):
        page = client.get(f"{url('day_plan', running.pk)}?by={view}").text
        assert "Jo Lee" in page
        assert "Case study" in page
    plan = DayPlan.objects.get()
    slot, other = placed(plan)[:2]
    move = {"day": plan.days.get().pk, "at": f"{hour(other):%H:%M}", "room": other.room_id}
    refused = client.post(url("slot_detail", slot.pk), move)
    assert "This clashes and is not kept yet" in refused.text
    client.post(url("slot_detail", slot.pk), move | {"anyway": "yes"})
    assert AssessmentSlot.objects.get(pk=slot.pk).starts_at == other.starts_at
    assert "What does not fit" in client.get(url("day_plan", running.pk)).text
    client.post(url("day_plan_publish", running.pk))
    assert DayPlan.objects.get().is_published


def test_a_candidate_reads_the_own_times_and_downloads_the_calendar(published, people, login, client):
    member = login(people[0].person)
    client.force_login(member.user)
    page = client.get(reverse("selection:own_days", args=["acme", published.cohort_id])).text
    assert "Case study" in page
    assert "Kim" not in page
    file = client.get(reverse("selection:own_days_calendar", args=["acme", published.cohort_id]))
    assert file["Content-Type"] == "text/calendar; charset=utf-8"
    assert len(Calendar.from_ical(file.content).events) == 2
    assert client.get(reverse("selection:day_plan", args=["acme", published.cohort_id])).status_code == 404
    assert "Your assessment days" in client.get(reverse("selection:selection_home", args=["acme"])).text


def test_the_candidate_s_file_tells_the_times(published, people, ld_admin, client):
    client.force_login(ld_admin.user)
    page = client.get(reverse("selection:candidate_detail", args=["acme", people[0].pk])).text
    assert "published the assessment days" in page
    assert "Case study: " in page


def test_nobody_else_reads_somebody_s_times(published, casey, client):
    client.force_login(casey.user)
    for name in ("own_days", "own_days_calendar"):
        assert client.get(reverse(f"selection:{name}", args=["acme", published.cohort_id])).status_code == 404


# --- API ---------------------------------------------------------------------------------------------


def test_the_api_plans_moves_and_publishes(running, people, ld_admin, client, monkeypatch, login):
    monkeypatch.setattr(tasks.work_on_assessment, "delay", lambda *ids: None)
    client.force_login(ld_admin.user)
    start = "/api/v1/o/acme"

    def post(path, **body):
        return client.post(f"{start}/{path}", body, content_type="application/json")

    document = {
        "cohort": running.pk,
        "days": [
            {
                "on": in_days(0).isoformat(),
                "starts": "09:00",
                "ends": "17:00",
                "zone": "Europe/Zurich",
                "breaks": [{"starts": "12:00", "ends": "13:00"}],
            }
        ],
        "rooms": [{"name": "Room 1"}, {"name": "Room 2", "place": "Building 4"}],
    }
    made = post("day-plans/", **document)
    assert made.status_code == 201, made.text
    plan = made.json()["id"]
    run = post(f"day-plans/{plan}/plan/")
    assert (run.status_code, run.json()["state"]) == (202, "waiting")
    work_on(running.organization_id, run.json()["id"])
    assert (
        client.get(f"{start}/assessment-runs/{run.json()['id']}/").json()["said"] == "4 meetings have a time."
    )
    slots = client.get(f"{start}/assessment-slots/?plan={plan}").json()["results"]
    first, second = slots[:2]
    there = {"starts_at": second["starts_at"], "room": second["room"]}
    assert post(f"assessment-slots/{first['id']}/check/", **there).json()["clashes"]
    assert post(f"assessment-slots/{first['id']}/move/", **there).status_code == 400
    assert post(f"assessment-slots/{first['id']}/move/", **there, anyway=True).json()["is_kept"]
    assert post(f"assessment-slots/{first['id']}/take-out/").json()["state"] == "freed"
    assert post(f"day-plans/{plan}/publish/").json()["state"] == "published"
    client.force_login(login(people[1].person).user)
    assert {
        each["candidate_name"] for each in client.get(f"{start}/own-assessment-slots/").json()["results"]
    } == {"Kim Lee"}
    client.force_login(ld_admin.user)
    assert post(f"day-plans/{plan}/cancel/", why="The building is closed.").json()["state"] == "cancelled"
