"""Who finds what on the pages, and what they cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.identity.models import Role
from cohorts.models import Cohort, Participant
from curriculum import services
from curriculum.models import Module, ParticipantActivity, Project
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.curriculum import (
    ActivityFactory,
    AttendanceFactory,
    FacilitatorFactory,
    ItemFactory,
    ProjectFactory,
    SessionFactory,
)
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(program, ld_admin, bob):
    """A cohort under way since two months, with Bob and four others in it."""
    start = timezone.now().date() - datetime.timedelta(days=60)
    cohort = CohortFactory(program=program, state="running", starts_on=start, name="Cohort under way")
    enrolled = timezone.now() - datetime.timedelta(days=90)
    participant = ParticipantFactory(cohort=cohort, person=bob.person, enrolled_at=enrolled)
    ParticipantFactory.create_batch(4, cohort=cohort, enrolled_at=enrolled)
    services.schedule_journey(cohort, by=ld_admin)
    return participant


@pytest.fixture
def facilitator(acme):
    return MembershipFactory(organization=acme, user__name="Fay External", granted_roles=[Role.FACILITATOR])


def url(name, *args):
    return reverse(f"curriculum:{name}", args=["acme", *args])


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_journeys_leads_each_role_to_its_own_page(
    running, sign_in, ld_admin, alice, bob, facilitator, hr_analyst
):
    for member, target in [
        (ld_admin, url("cohort_list")),
        (hr_analyst, url("cohort_list")),
        (bob, url("journey_detail", running.pk)),
        (alice, url("line_journeys")),
        (facilitator, url("session_list")),
    ]:
        assert sign_in(member).get(url("journey_home")).url == target


def test_a_journey_shows_one_next_step_the_months_and_the_weeks(running, sign_in, bob):
    page = sign_in(bob).get(url("journey_detail", running.pk)).content.decode()
    assert page.count("Next for you") == 1
    assert "Read the market" in page
    assert "months at a glance" in page
    assert "Week by week" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("bob", 200), ("alice", 200), ("ld_admin", 200), ("hr_analyst", 404), ("sponsor", 404), ("owner", 404)],
)
def test_a_journey_is_read_by_its_person_the_line_and_ld(running, sign_in, request, who, status):
    member = request.getfixturevalue(who)
    item = running.activities.first()
    for address in (
        url("journey_detail", running.pk),
        url("progress_panel", running.pk),
        url("activity_detail", item.pk),
    ):
        assert sign_in(member).get(address).status_code == status


def test_a_colleague_and_a_facilitator_find_no_journey(running, sign_in, acme, facilitator):
    colleague = PersonFactory(membership=MembershipFactory(organization=acme))
    for member in (colleague.membership, facilitator):
        assert sign_in(member).get(url("journey_detail", running.pk)).status_code == 404


def mentees_of(member):
    """What mentoring adds: here, whoever is called Mentor mentors everybody."""
    named = Participant.objects.filter(person__last_name="Mentor")
    return named.values("pk") if str(member.user) == "Mia Mentor" else named.none().values("pk")


def test_apps_above_let_mentors_read_their_mentees(running, sign_in, acme, settings):
    mia = MembershipFactory(organization=acme, user__name="Mia Mentor")
    assert sign_in(mia).get(url("progress_panel", running.pk)).status_code == 404
    settings.PROGRESS_READERS = [f"{__name__}.mentees_of"]
    PersonFactory(membership=mia)
    mia.__dict__.pop("_person", None)
    assert "Modules" in sign_in(mia).get(url("progress_panel", running.pk)).content.decode()


def test_a_reflection_is_asked_for_at_its_field(running, sign_in, bob):
    item = running.activities.get(activity__title="Read the market")
    item.activity.asks_reflection = True
    item.activity.save()
    client = sign_in(bob)
    refused = client.post(url("activity_complete", item.pk), {"reflection": " "})
    assert refused.status_code == 200
    assert "This needs an answer." in refused.content.decode()
    assert (
        client.post(url("activity_complete", item.pk), {"reflection": "Ask about risk first."}).status_code
        == 302
    )
    item.refresh_from_db()
    assert (item.state, item.reflection) == ("done", "Ask about risk first.")
    assert "Ask about risk" not in str(list(AuditEntry.objects.values_list("after", flat=True)))


def test_a_manager_sees_an_activity_but_cannot_complete_it(running, sign_in, alice):
    item = running.activities.get(activity__title="Read the market")
    assert sign_in(alice).post(url("activity_complete", item.pk)).status_code == 403


def test_the_date_explains_itself(running, sign_in, bob):
    item = running.activities.get(activity__title="Profile")
    page = sign_in(bob).get(url("activity_detail", item.pk)).content.decode()
    assert "Why this date?" in page
    assert "starts 1 month later" in page
    assert "There are 20 business days for it" in page


def test_progress_by_name_is_for_ld_and_totals_for_hr_and_sponsor(
    running, sign_in, ld_admin, hr_analyst, sponsor
):
    address = url("cohort_progress", running.cohort_id)
    assert "Bob Mentor" in sign_in(ld_admin).get(address).content.decode()
    for member in (hr_analyst, sponsor):
        page = sign_in(member).get(address).content.decode()
        assert "Bob Mentor" not in page
        assert "Account profile" in page


def test_small_groups_are_hidden_in_totals(running, sign_in, hr_analyst):
    running.activities.filter(activity__module__title="Account profile").update(state="done")
    page = sign_in(hr_analyst).get(url("cohort_progress", running.cohort_id)).content.decode()
    assert "fewer than 5 in a group" in page


def test_who_is_late_comes_first_and_can_be_filtered(running, sign_in, ld_admin):
    running.activities.update(state="done", done_at=timezone.now())
    client = sign_in(ld_admin)
    late = client.get(url("cohort_progress", running.cohort_id) + "?standing=late").context["list"]
    assert late.count == 4
    fine = client.get(url("cohort_progress", running.cohort_id) + "?standing=on_track").context["list"]
    assert [one.pk for one in fine.rows] == [running.pk]


def test_the_export_holds_every_module_and_is_logged(running, sign_in, ld_admin):
    response = sign_in(ld_admin).get(url("cohort_progress", running.cohort_id) + "?download=csv&q=bob")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].endswith("Marketplace,Account profile")
    assert len(lines) == 2
    assert AuditEntry.objects.get(verb="export.journey_progress").after["rows"] == 1


@pytest.mark.parametrize("who", ["alice", "bob", "owner"])
def test_a_cohorts_progress_is_no_page_for_others(running, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))
    for name in ("cohort_progress", "journey_schedule"):
        assert client.get(url(name, running.cohort_id)).status_code == 404
    assert client.get(url("template_detail", running.cohort.program_id)).status_code == 404


@pytest.mark.parametrize("who", ["hr_analyst", "sponsor"])
def test_hr_and_sponsors_read_a_template_but_change_nothing(running, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))
    module = Module.objects.first()
    assert client.get(url("template_detail", module.program_id)).status_code == 200
    assert client.get(url("template_dates", module.program_id)).status_code == 200
    assert client.post(url("journey_schedule", running.cohort_id)).status_code == 403
    for address in (
        url("module_edit", module.pk),
        url("module_delete", module.pk),
        url("module_move", module.pk),
    ):
        assert client.post(address, {"to": "up"}).status_code == 403


def test_an_ld_admin_fills_edits_and_reorders_a_template(acme, sign_in, ld_admin, residency):
    client = sign_in(ld_admin)
    first, second = residency.modules.all()[:2]
    wrong = client.post(url("module_edit", first.pk), {"title": "", "rule": "one_of", "track": "learn"})
    assert "error-summary" in wrong.content.decode()
    fields = {
        "title": "Start together",
        "rule": "in_order",
        "track": "learn",
        "offset_months": 0,
        "offset_days": 0,
        "length_days": 5,
    }
    assert client.post(url("module_edit", first.pk), fields).status_code == 302
    client.post(url("module_move", second.pk), {"to": "up"})
    assert [one.title for one in residency.modules.all()[:2]] == [second.title, "Start together"]
    activity = {
        "title": "Ride along",
        "mode": "on_the_job",
        "offset_days": 2,
        "duration_days": 8,
        "prompts": "What did you see?\nWhat will you do?",
        "needs_confirmation": "on",
        "required": "on",
        "session_starts": "09:00",
    }
    assert client.post(url("activity_add", first.pk), activity).status_code == 302
    added = first.activities.get(title="Ride along")
    assert added.prompts == ["What did you see?", "What will you do?"]
    assert "Ride along" in client.get(url("template_dates", residency.pk)).content.decode()
    assert client.post(url("activity_delete", added.pk)).status_code == 302
    assert client.post(url("module_delete", second.pk)).status_code == 302


def test_a_program_without_journey_offers_its_blueprint(acme, sign_in, ld_admin, residency):
    residency.modules.all().delete()
    client = sign_in(ld_admin)
    assert "Use the blueprint" in client.get(url("template_detail", residency.pk)).content.decode()
    client.post(url("template_copy", residency.pk))
    assert residency.modules.count() > 10


def test_scheduling_from_the_browser(program, sign_in, ld_admin):
    cohort = CohortFactory(program=program, state="running")
    ParticipantFactory(cohort=cohort)
    client = sign_in(ld_admin)
    assert "Set these dates" in client.get(url("journey_schedule", cohort.pk)).content.decode()
    assert client.post(url("journey_schedule", cohort.pk)).status_code == 302
    assert ParticipantActivity.objects.count() == 3


# --- sessions ----------------------------------------------------------------------------------------


def test_a_facilitator_sees_only_own_sessions_and_takes_the_roster(acme, sign_in, facilitator):
    seat = AttendanceFactory()
    FacilitatorFactory(session=seat.session, person=None, membership=facilitator)
    other = SessionFactory(journey=seat.session.journey)
    client = sign_in(facilitator)
    assert [row.pk for row in client.get(url("session_list")).context["list"].rows] == [seat.session_id]
    assert client.get(url("session_detail", other.pk)).status_code == 404
    assert client.get(url("roster", other.pk)).status_code == 404
    assert str(seat.participant.person) in client.get(url("roster", seat.session_id)).content.decode()
    client.post(url("roster", seat.session_id), {f"mark_{seat.participant_id}": "attended"})
    seat.refresh_from_db()
    assert seat.state == "attended"
    assert client.get(url("session_edit", seat.session_id)).status_code == 403


def test_a_participant_sees_the_session_but_not_the_roster(acme, sign_in, bob, ld_admin):
    seat = AttendanceFactory(participant__person=bob.person)
    beside = AttendanceFactory(session=seat.session)
    client = sign_in(bob)
    page = client.get(url("session_detail", seat.session_id)).content.decode()
    assert str(beside.participant.person) not in page
    assert client.get(url("roster", seat.session_id)).status_code == 403
    assert client.post(url("roster", seat.session_id)).status_code == 403


def test_an_ld_admin_moves_a_session_and_names_who_holds_it(acme, sign_in, ld_admin, alice, facilitator):
    day = timezone.now().date() + datetime.timedelta(days=20)
    session = SessionFactory(day=day)
    client = sign_in(ld_admin)
    fields = {"day": str(day), "starts": "11:30", "zone": "Europe/Paris", "minutes": 60}
    wrong = client.post(url("session_edit", session.pk), fields | {"zone": "Europe/Nowhere"})
    assert "not a time zone we know" in wrong.content.decode()
    saved = client.post(url("session_edit", session.pk), fields)
    assert saved.status_code == 302, saved.context["form"].errors
    found = client.post(url("session_facilitators", session.pk), {"find": "alice", "find_now": "1"})
    assert "Alice Manager" in found.content.decode()
    chosen = {"find": "alice", "people": [alice.person.pk], "members": [facilitator.pk]}
    assert client.post(url("session_facilitators", session.pk), chosen).status_code == 302
    assert {str(one) for one in session.facilitators.all()} == {"Alice Manager", "Fay External"}


# --- work on accounts --------------------------------------------------------------------------------


def test_a_participant_finds_an_account_keeps_a_draft_and_hands_in(running, sign_in, bob, alice):
    from tests.factories.directory import AccountFactory

    item = running.activities.get(activity__title="Profile")
    own = AccountFactory(name="Lakeside Health", owner=bob.person)
    foreign = AccountFactory(name="Lakeview Clinics", owner=PersonFactory())
    client = sign_in(bob)
    page = client.post(url("project_edit", item.pk), {"find": "lake", "find_now": "1"}).content.decode()
    assert own.name in page
    assert foreign.name not in page
    draft = {"account": own.pk, "answer_0": "Growth in oncology"}
    assert client.post(url("project_draft", item.pk), draft).json() == {"saved": True}
    assert "Growth in oncology" in client.get(url("project_edit", item.pk)).content.decode()
    incomplete = client.post(url("project_edit", item.pk), draft).content.decode()
    assert "Write your answer before you hand this in." in incomplete
    assert client.post(url("project_edit", item.pk), draft | {"answer_1": "Infusion"}).status_code == 302
    assert Project.objects.get(item=item).state == "submitted"
    home = sign_in(alice).get(reverse("home:home", args=["acme"])).content.decode()
    assert "Confirm Bob Mentor’s work on Lakeside Health" in home


def test_a_draft_is_the_authors_alone(running, sign_in, alice, ld_admin, bob):
    project = ProjectFactory(item=running.activities.get(activity__title="Profile"))
    assert sign_in(bob).get(url("project_detail", project.pk)).status_code == 200
    for member in (alice, ld_admin):
        assert sign_in(member).get(url("project_detail", project.pk)).status_code == 404


def test_the_line_manager_confirms_and_others_cannot(acme, sign_in, alice, bob, ld_admin):
    project = ProjectFactory(submitted=True, item__participant__person=bob.person)
    fields = {
        "used_on": str(timezone.now().date() - datetime.timedelta(days=2)),
        "seen": "She mapped the board.",
    }
    for member in (ld_admin, bob):
        assert sign_in(member).post(url("project_confirm", project.pk), fields).status_code == 403
    assert sign_in(alice).post(url("project_confirm", project.pk), {}).status_code == 200
    assert sign_in(alice).post(url("project_confirm", project.pk), fields).status_code == 302
    assert sign_in(alice).post(url("project_confirm", project.pk), fields).status_code == 403
    project.refresh_from_db()
    assert (project.state, project.item.state) == ("confirmed", "done")


# --- lists cost the same -----------------------------------------------------------------------------


def test_lists_cost_the_same_with_one_and_thirty_rows(program, sign_in, ld_admin, alice, acme):
    def enroll(count):
        people = [PersonFactory(manager=alice.person) for _ in range(count)]
        cohort = program.cohorts.first() or CohortFactory(program=program, state="running")
        for person in people:
            ParticipantFactory(cohort=cohort, person=person)
        services.schedule_journey(cohort, by=ld_admin)
        for item in ParticipantActivity.objects.filter(activity__title="Profile", projects=None):
            ProjectFactory(item=item, state="submitted", submitted_at=timezone.now())
        return cohort

    tomorrow = timezone.now().date() + datetime.timedelta(days=1)

    def more_sessions(count):
        for _ in range(count):
            activity = ActivityFactory(module=program.modules.first(), session=True)
            session = SessionFactory(journey=cohort.journeys.get(), activity=activity, day=tomorrow)
            FacilitatorFactory(session=session)

    def costs():
        return {
            "progress": queries_of(sign_in(ld_admin), url("cohort_progress", cohort.pk)),
            "cohorts": queries_of(sign_in(ld_admin), url("cohort_list")),
            "sessions": queries_of(sign_in(ld_admin), url("session_list")),
            "line": queries_of(sign_in(alice), url("line_journeys")),
            "roster": queries_of(sign_in(ld_admin), url("roster", cohort.journeys.get().sessions.first().pk)),
            "home": queries_of(sign_in(alice), reverse("home:home", args=["acme"])),
        }

    cohort = enroll(1)
    more_sessions(1)
    one = costs()
    enroll(24)
    more_sessions(24)
    CohortFactory.create_batch(24, program=program)
    assert costs() == one


def test_a_journey_page_costs_the_same_however_long_it_is(running, residency, sign_in, bob, ld_admin):
    short = queries_of(sign_in(bob), url("journey_detail", running.pk))
    cohort = CohortFactory(program=residency, state="running", starts_on=timezone.now().date())
    long = ParticipantFactory(cohort=cohort, person=bob.person)
    services.schedule_journey(cohort, by=ld_admin)
    assert long.activities.count() > 30
    assert queries_of(sign_in(bob), url("journey_detail", long.pk)) == short <= 20


def test_home_asks_for_journeys_in_three_queries(running, bob, acme):
    from curriculum import home

    AttendanceFactory(participant__person=bob.person)
    ItemFactory(participant=running)
    with CaptureQueriesContext(connection) as queries:
        for gather in (home.tasks_for, home.waiting_for, home.events_for, home.appointments_for):
            gather(bob)
    assert len([one for one in queries if "curriculum_" in one["sql"]]) <= 3


def test_what_is_optional_stays_on_the_page_after_its_day(running, sign_in, bob):
    item = running.activities.filter(state="to_do").first()
    today = timezone.localdate()
    running.activities.filter(pk=item.pk).update(
        is_asked=False, opens_on=today - datetime.timedelta(9), due_on=today - datetime.timedelta(2)
    )
    page = sign_in(bob).get(f"/o/acme/journeys/participants/{running.pk}/").content.decode()
    assert "Optional, still open: 1 activity" in page
    assert item.activity.title in page


def test_a_template_leads_to_cohorts_that_can_be_scheduled_only(running, sign_in, ld_admin):
    cohort = running.cohort
    address = reverse("curriculum:template_detail", args=["acme", cohort.program_id])
    schedule = reverse("curriculum:journey_schedule", args=["acme", cohort.pk])
    client = sign_in(ld_admin)
    assert schedule in client.get(address).content.decode()
    Cohort.objects.update(state=Cohort.State.GRADUATED)
    assert schedule not in client.get(address).content.decode()
    assert client.get(schedule).status_code == 403


def test_dates_are_tried_within_some_years(program, sign_in, ld_admin):
    address = reverse("curriculum:template_dates", args=["acme", program.pk])
    page = sign_in(ld_admin).get(address, {"starts_on": "9999-12-31", "market": "US"})
    assert (page.status_code, "Choose a day within 20 years." in page.content.decode()) == (200, True)
