"""What scheduling would come to, said before anything is saved or sent; and that it comes to just that."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from amdp.identity.models import Role
from amdp.notifications.models import Notification
from cohorts.models import Participant
from curriculum import services
from curriculum.models import Activity, Attendance, Journey, Module, Session, SessionFacilitator
from curriculum.queries.hours import outside_hours
from curriculum.queries.preview import schedule_preview
from curriculum.timetable import Wish
from tests.factories.cohorts import ParticipantFactory
from tests.factories.curriculum import ActivityFactory, FacilitatorFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory

pytestmark = pytest.mark.usefixtures("in_march")

ENROLLED = datetime.datetime(2027, 2, 1, tzinfo=datetime.UTC)
MADRID = {"market": "ES", "time_zone": "Europe/Madrid"}
SYDNEY = {"market": "AU", "time_zone": "Australia/Sydney"}
TOKYO = {"market": "JP", "time_zone": "Asia/Tokyo"}
NEW_YORK = {"market": "US", "time_zone": "America/New_York"}


@pytest.fixture(autouse=True)
def at_home_in_new_york(acme):
    acme.time_zone = "America/New_York"
    acme.save()


def enroll(cohort, count=1, state=Participant.State.ACTIVE, **person):
    return [
        ParticipantFactory(cohort=cohort, person=PersonFactory(**person), enrolled_at=ENROLLED, state=state)
        for _ in range(count)
    ]


def previewed(cohort, wishes=None):
    lines = [one for line in schedule_preview(cohort, wishes).lines for one in line.activities]
    return {
        (one.activity.title, held.session.there, held.hours)
        for one in lines
        for held in one.sessions
        if one.activity.is_session
    }


def published(cohort):
    sessions = list(
        Session.objects.filter(journey__cohort=cohort)
        .exclude(state=Session.State.CANCELLED)
        .select_related("activity", "journey")
    )
    hours = outside_hours(sessions)
    return {(one.activity.title, one.there, hours.get(one.pk, "")) for one in sessions}


def page(cohort, sign_in, ld_admin):
    return sign_in(ld_admin).get(reverse("curriculum:journey_schedule", args=["acme", cohort.pk]))


@pytest.mark.parametrize(
    "people",
    [
        [(NEW_YORK, 3)],
        [(NEW_YORK, 3), (MADRID, 2)],
        [(NEW_YORK, 1), (TOKYO, 4)],
        [(NEW_YORK, 2), (MADRID, 2), (SYDNEY, 2), (TOKYO, 5)],
    ],
)
@pytest.mark.parametrize("seats", [None, 3])
def test_what_is_previewed_is_what_is_published(cohort, ld_admin, people, seats):
    live = Module.objects.get(title="Marketplace")
    Activity.objects.filter(title="Round table").update(session_seats=seats)
    ActivityFactory(module=live, title="Workshop", mode="workshop", session_place="Boston", offset_days=14)
    for place, count in people:
        enroll(cohort, count, **place)
    first = previewed(cohort)
    assert len(first) == 2
    services.schedule_journey(cohort, by=ld_admin)
    assert published(cohort) == first

    # And again: somebody joined, one is paused, one has left, an outsider holds it, the template says later.
    enroll(cohort, 2, **SYDNEY)
    seated = Participant.objects.filter(attendances__isnull=False).order_by("pk")
    Participant.objects.filter(pk=seated[0].pk).update(state=Participant.State.DEFERRED)
    Participant.objects.filter(pk=seated[1].pk).update(state=Participant.State.WITHDRAWN)
    FacilitatorFactory(
        session=Session.objects.get(activity__title="Round table"), person__time_zone="Asia/Tokyo"
    )
    live.offset_days = 4
    live.save()
    again = previewed(cohort)
    services.schedule_journey(cohort, by=ld_admin)
    assert published(cohort) == again != first


def test_the_page_says_hour_and_names_before_anything_is_saved(cohort, bobs, ld_admin, sign_in):
    enroll(cohort, 5, **NEW_YORK)
    for first, last in (("Ada", "Lovelace"), ("Bo", "Chen")):
        enroll(cohort, first_name=first, last_name=last, **SYDNEY)
    said = page(cohort, sign_in, ld_admin).content.decode()
    assert "1 live session is outside somebody’s working hours." in said
    assert "Mon 15 Mar, 16:30 in New York" in said
    assert "Outside working hours for 2 people in Sydney (07:30): Ada Lovelace, Bo Chen." in said
    assert "Choose another time" in said
    for model in (Journey, Session, Attendance, Notification):
        assert not model.objects.exists()


def test_a_session_is_put_elsewhere_before_anything_is_saved(cohort, bobs, ld_admin, sign_in):
    enroll(cohort, 2, **SYDNEY)
    activity = Activity.objects.get(title="Round table")
    address = reverse("curriculum:journey_schedule", args=["acme", cohort.pk])
    wish = {f"day_{activity.pk}": "2027-03-17", f"starts_{activity.pk}": "20:00"}
    client = sign_in(ld_admin)
    checked = client.post(address, wish | {"check": "1"}).content.decode()
    assert "Wed 17 Mar, 20:00 in New York" in checked
    assert "Outside working hours for 1 person in New York (20:00): Bob Mentor." in checked
    assert "in Sydney" not in checked
    assert not Session.objects.exists()
    said = previewed(cohort, {activity.pk: Wish(datetime.date(2027, 3, 17), datetime.time(20))})
    assert client.post(address, wish).status_code == 302
    assert published(cohort) == said
    services.schedule_journey(cohort, by=ld_admin)
    assert published(cohort) == said
    assert Session.objects.get().set_by_hand


def test_an_hour_alone_keeps_the_day_and_the_past_is_refused(cohort, bobs, ld_admin, sign_in):
    activity = Activity.objects.get(title="Round table")
    address = reverse("curriculum:journey_schedule", args=["acme", cohort.pk])
    client = sign_in(ld_admin)
    refused = client.post(address, {f"day_{activity.pk}": "2027-03-02"}).content.decode()
    assert "“Round table”: Choose a time that is still ahead." in refused
    assert not Journey.objects.exists()
    for day in ("9999-12-31", "0001-01-01"):
        far = client.post(address, {f"day_{activity.pk}": day, "check": "1"})
        assert "Choose a day within 20 years." in far.content.decode()
    client.post(address, {f"starts_{activity.pk}": "11:00"})
    assert Session.objects.get().there == "Mon 15 Mar, 11:00 in New York"


def test_a_session_that_suits_everybody_says_its_final_hour_only(cohort, bobs, ld_admin, sign_in):
    Activity.objects.filter(title="Round table").update(session_starts=datetime.time(16))
    enroll(cohort, **MADRID)
    said = page(cohort, sign_in, ld_admin).content.decode()
    assert "Mon 15 Mar, 11:30 in New York" in said
    assert "utside working hours for" not in said
    assert "outside somebody’s" not in said


def test_scheduling_again_says_what_moves_and_links_to_it(scheduled, cohort, ld_admin, sign_in):
    enroll(cohort, 2, **TOKYO)
    session = Session.objects.get()
    said = page(cohort, sign_in, ld_admin).content.decode()
    assert "instead of Mon 15 Mar, 09:00 in New York" in said
    assert reverse("curriculum:session_edit", args=["acme", session.pk]) in said
    assert (session.starts, session.revision) == (datetime.time(9), 0)
    services.cancel_session(session, by=ld_admin)
    assert "Cancelled, no other date yet" in page(cohort, sign_in, ld_admin).content.decode()


def test_the_preview_costs_the_same_for_one_and_thirty_people(cohort, ld_admin, sign_in):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(cohort, sign_in, ld_admin)
        return len(queries)

    enroll(cohort, **SYDNEY)
    services.schedule_journey(cohort, by=ld_admin)
    FacilitatorFactory(session=Session.objects.get())
    cost()
    one = cost()
    enroll(cohort, 15, **TOKYO)
    services.schedule_journey(cohort, by=ld_admin)
    enroll(cohort, 14, **MADRID)
    FacilitatorFactory.create_batch(3, session=Session.objects.get())
    assert cost() == one


# --- who holds it counts too -----------------------------------------------------------------------------


def hold(session, **who):
    return FacilitatorFactory(session=session, person=PersonFactory(**who))


def test_the_hour_suits_who_holds_it_too(scheduled, cohort, ld_admin):
    session = Session.objects.get()
    hold(session, **MADRID)
    Activity.objects.update(session_starts=datetime.time(16))
    services.schedule_journey(cohort, by=ld_admin)
    session.refresh_from_db()
    assert session.starts == datetime.time(11, 30)


def test_a_facilitator_outside_working_hours_is_named_as_such(scheduled, cohort, ld_admin, sign_in):
    session = Session.objects.get()
    services.name_facilitators(
        session, people=[PersonFactory(first_name="Mei", last_name="Ito", **TOKYO)], by=ld_admin
    )
    client = sign_in(ld_admin)
    words = "Outside working hours for 1 person in Tokyo (22:00): facilitator Mei Ito."
    for name in ("session_detail", "session_edit"):
        address = reverse(f"curriculum:{name}", args=["acme", session.pk])
        assert words in client.get(address).content.decode()
    assert words in client.get(reverse("curriculum:session_list", args=["acme"])).content.decode()


def test_a_login_that_holds_it_counts_where_its_person_works_or_reads_times(scheduled, acme, ld_admin):
    session = Session.objects.select_related("activity", "journey").get()

    def sentence_with(**fields):
        member = MembershipFactory(
            organization=acme, user__name="Fay External", granted_roles=[Role.FACILITATOR], **fields
        )
        SessionFacilitator.objects.all().delete()
        FacilitatorFactory(session=session, person=None, membership=member)
        return member, outside_hours([session]).get(session.pk, "")

    in_tokyo = "Outside working hours for 1 person in Tokyo (22:00): facilitator Fay External."
    assert sentence_with()[1] == ""
    assert sentence_with(time_zone="Asia/Tokyo")[1] == in_tokyo
    member, _ = sentence_with(time_zone="America/New_York")
    PersonFactory(membership=member, **TOKYO)
    assert outside_hours([session])[session.pk] == in_tokyo


def test_adding_a_date_checks_the_hours_of_who_shall_hold_it(scheduled, cohort, ld_admin, sign_in):
    session = Session.objects.get()
    holder = hold(session, first_name="Mei", last_name="Ito", **TOKYO).person
    address = reverse("curriculum:session_add", args=["acme", cohort.pk])
    fields = {
        "day": "2027-03-18",
        "starts": "10:00",
        "zone": "America/New_York",
        "minutes": 60,
        "holders": [f"person-{holder.pk}"],
        "check": "1",
    }
    checked = sign_in(ld_admin).post(f"{address}?activity={session.activity_id}", fields).content.decode()
    assert "Outside working hours for 1 person in Tokyo (23:00): facilitator Mei Ito." in checked


def test_naming_a_facilitator_says_whose_night_it_is(scheduled, ld_admin, sign_in):
    session = Session.objects.get()
    person = PersonFactory(first_name="Mei", last_name="Ito", **TOKYO)
    address = reverse("curriculum:session_facilitators", args=["acme", session.pk])
    saved = sign_in(ld_admin).post(address, {"people": [person.pk], "find": "Mei"}, follow=True)
    assert "facilitator Mei Ito." in saved.content.decode()
