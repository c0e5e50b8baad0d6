"""The pages of programs, cohorts and placements, walked by the people they are for."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from cohorts import services
from cohorts.blueprints import blueprints
from cohorts.models import Cohort, Competency, Participant, Placement, Program
from tests.factories.cohorts import (
    BehaviorFactory,
    CohortFactory,
    CompetencyFactory,
    MetricFactory,
    ObjectiveFactory,
    OutcomeFactory,
    ParticipantFactory,
    PlacementFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.directory import AccountFactory, PersonFactory

TODAY = timezone.now().date()
DUE = TODAY + datetime.timedelta(days=14)
ANCHORS = {f"anchor_{point}": f"What {point} looks like." for point in range(1, 6)}


def at(name, *args):
    return reverse(f"cohorts:{name}", args=["acme", *args])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_residency_blueprint_is_complete():
    blueprint = blueprints()["account-director-residency"]
    anchors = [a for one in blueprint.competencies for b in one.behaviors for a in b.anchors]
    assert [one.name for one in blueprint.competencies] == [
        "Healthcare marketplace knowledge",
        "Account profiling and planning",
        "Business acumen and data analysis",
        "Stakeholder mapping and relationships",
        "Leading without authority",
        "Coaching and collaboration",
    ]
    assert {len(one.behaviors) for one in blueprint.competencies} <= {3, 4}
    assert len(anchors) == len(set(anchors)) == blueprint.behavior_count * 5
    assert all(metric.definition and metric.source for metric in blueprint.metrics)


@pytest.mark.parametrize("slug", blueprints())
def test_every_blueprint_becomes_a_program(acme, ld_admin, slug):
    blueprint = blueprints()[slug]
    program = services.create_program(blueprint.name, blueprint=blueprint, by=ld_admin)
    assert program.competencies.count() == len(blueprint.competencies)
    for one in Competency.objects.prefetch_related("behaviors"):
        one.full_clean()
        for behavior in one.behaviors.all():
            behavior.full_clean()


def test_an_admin_creates_a_program_from_the_blueprint(sign_in, ld_admin):
    client = sign_in(ld_admin)
    answer = client.post(
        at("program_new"), {"name": "Residency", "blueprint": "account-director-residency"}, follow=True
    )
    program = Program.objects.get()
    assert (program.name, program.competencies.count()) == ("Residency", 6)
    page = text_of(answer)
    assert "0 of 8 have a baseline" in page
    assert "6 competencies, 23 behaviours" in page


def test_a_taken_name_is_said_at_the_field(sign_in, ld_admin):
    ProgramFactory(name="Residency")
    answer = sign_in(ld_admin).post(at("program_new"), {"name": "Residency", "blueprint": "blank"})
    assert "There is a program called “Residency” already." in text_of(answer)


def test_the_design_is_edited_part_by_part(sign_in, ld_admin):
    program, client = ProgramFactory(), sign_in(ld_admin)
    client.post(at("part_add", program.pk, "objectives"), {"text": "Build a bench."})
    client.post(at("part_add", program.pk, "outcomes"), {"text": "Vacancies are filled."})
    client.post(
        at("part_add", program.pk, "metrics"),
        {"name": "Retention", "unit": "percent", "baseline": "81", "baseline_on": "2026-06-30"},
    )
    client.post(
        at("part_add", program.pk, "competencies"), {"name": "Coaching", "description": "Asks first."}
    )
    coaching = program.competencies.get()
    client.post(at("behavior_add", program.pk, coaching.pk), {"text": "Listens", **ANCHORS})
    behavior = coaching.behaviors.get()
    assert behavior.anchors == list(ANCHORS.values())
    client.post(
        at("part_edit", program.pk, "behaviors", behavior.pk),
        {"text": "Listens until the end", **ANCHORS, "anchor_2": ""},
    )
    behavior.refresh_from_db()
    assert (behavior.text, behavior.anchors[1]) == ("Listens until the end", "")
    client.post(at("part_delete", program.pk, "objectives", program.objectives.get().pk))
    assert not program.objectives.exists()


def test_what_signatures_wait_for_is_not_called_optional(sign_in, ld_admin):
    metric = MetricFactory()
    browser = sign_in(ld_admin)
    page = text_of(browser.get(at("part_edit", metric.program_id, "metrics", metric.pk)))
    assert "Measured on</label>" in page
    assert 'Target <span class="optional">(optional)</span>' in page
    page = text_of(browser.get(at("part_add", metric.program_id, "stakeholders")))
    assert "Find the person</label>" in page


def test_points_run_from_1_to_5_and_a_baseline_is_not_measured_in_the_future(sign_in, ld_admin):
    metric = MetricFactory()
    sent = {"name": "Skill", "unit": "points", "baseline": "24", "target": "4", "baseline_on": "2999-01-01"}
    page = text_of(sign_in(ld_admin).post(at("part_edit", metric.program_id, "metrics", metric.pk), sent))
    assert page.count("Write a number from 1 to 5") == 2  # in the summary and at the field
    assert "This day has not come yet" in page


def test_a_program_that_was_sent_out_says_that_it_waits_for_signatures(sign_in, ld_admin, alice):
    program, client = ProgramFactory(complete=True), sign_in(ld_admin)
    StakeholderFactory(program=program, person=alice.person)
    assert "ready for signatures" in text_of(client.get(at("program_detail", program.pk)))
    client.post(at("program_check", program.pk), {"due_on": DUE.isoformat()})
    page = text_of(client.get(at("program_detail", program.pk)))
    assert "waits for 1 signature" in page
    assert "ready for signatures" not in page


def test_parts_of_another_program_are_not_there(sign_in, ld_admin):
    ours, other = ProgramFactory(), ObjectiveFactory()
    assert sign_in(ld_admin).get(at("part_edit", ours.pk, "objectives", other.pk)).status_code == 404


def test_a_stakeholder_is_found_by_name_and_added(sign_in, ld_admin, alice):
    program, client = ProgramFactory(), sign_in(ld_admin)
    found = client.post(at("part_add", program.pk, "stakeholders"), {"find": "ali", "find_now": "1"})
    assert "Alice Manager" in text_of(found)
    sent = {"find": "ali", "person": alice.person.pk, "function": "sales"}
    client.post(at("part_add", program.pk, "stakeholders"), sent)
    assert program.stakeholders.get().person == alice.person
    again = client.post(at("part_add", program.pk, "stakeholders"), sent)
    assert "Alice Manager is a stakeholder already." in text_of(again)


def test_signatures_from_asking_to_signed_off(sign_in, ld_admin, alice):
    program = ProgramFactory(name="Residency", complete=True)
    StakeholderFactory(program=program, person=alice.person)
    sign_in(ld_admin).post(at("program_check", program.pk), {"due_on": DUE.isoformat()})
    assert Notification.objects.get().person == alice.person
    client = sign_in(alice)
    assert "Sign off the program" in text_of(client.get(at("program_sign_off", program.pk)))
    missing = client.post(at("program_sign_off", program.pk), {"decision": "return", "reason": ""})
    assert "Say what would have to change" in text_of(missing)
    client.post(at("program_sign_off", program.pk), {"decision": "sign", "remark": "Yes."})
    program.refresh_from_db()
    assert program.state == Program.State.SIGNED_OFF
    assert "You signed" in text_of(client.get(at("program_sign_off", program.pk)))


def test_a_change_after_signing_is_announced(sign_in, ld_admin):
    program = ProgramFactory(name="Residency", signed_off=True)
    answer = sign_in(ld_admin).post(
        at("part_add", program.pk, "objectives"), {"text": "One more."}, follow=True
    )
    assert "Residency is open again" in text_of(answer)


def test_a_change_before_the_last_signature_is_announced_too(sign_in, ld_admin, alice, bob):
    program = ProgramFactory(complete=True)
    StakeholderFactory(program=program, person=alice.person, signed=True)
    StakeholderFactory(program=program, person=bob.person, asked=True)
    objective = program.objectives.get()
    answer = sign_in(ld_admin).post(at("part_delete", program.pk, "objectives", objective.pk), follow=True)
    assert "those stakeholders have to be asked anew" in text_of(answer)
    assert not program.stakeholders.filter(signed_at__isnull=False).exists()


def test_a_cohort_is_opened_set_up_and_takes_nominations(sign_in, ld_admin, alice, bob):
    program, client = ProgramFactory(signed_off=True), sign_in(ld_admin)
    start = TODAY + datetime.timedelta(days=150)
    client.post(at("cohort_new", program.pk), {"name": "2027", "starts_on": start.isoformat(), "seats": "8"})
    cohort = Cohort.objects.get()
    client.post(at("cohort_edit", cohort.pk, "seats"), {"seats": "10", "markets": ["US"]})
    wrong = client.post(
        at("cohort_edit", cohort.pk, "window"),
        {"nominations_open_on": "2027-03-01", "nominations_close_on": "2027-02-01"},
    )
    assert "Nominations have to close on or after the day they open." in text_of(wrong)
    assert "Open nominations" in text_of(client.get(at("cohort_detail", cohort.pk)))
    assert "What will happen" in text_of(client.get(at("cohort_move", cohort.pk)))
    client.post(at("cohort_move", cohort.pk), {"to": "nominating"})
    cohort.refresh_from_db()
    assert (cohort.state, cohort.seats, cohort.markets) == (Cohort.State.NOMINATING, 10, ["US"])
    assert [one.person for one in Notification.objects.all()] == [alice.person]


def test_what_is_unmet_stands_on_the_page_in_sentences(sign_in, ld_admin):
    cohort = CohortFactory(program=ProgramFactory(name="Residency"))
    page = text_of(sign_in(ld_admin).get(at("cohort_detail", cohort.pk)))
    assert "Residency is not signed off by its stakeholders yet." in page
    assert at("cohort_move", cohort.pk) not in page
    refused = sign_in(ld_admin).post(at("cohort_move", cohort.pk), {"to": "nominating"})
    assert "not signed off" in text_of(refused)
    cohort.refresh_from_db()
    assert cohort.state == Cohort.State.DRAFT


def test_participants_pause_leave_and_graduate(sign_in, ld_admin):
    cohort = CohortFactory(state="running", starts_on=datetime.date(2025, 1, 6), seats=5)
    ada, bea = ParticipantFactory.create_batch(2, cohort=cohort)
    client = sign_in(ld_admin)
    client.post(at("participant_move", ada.pk, "withdraw"), {"reason": "Left the company"})
    client.post(at("participant_move", bea.pk, "defer"), {"reason": "Leave"})
    client.post(at("participant_move", bea.pk, "return"))
    client.post(at("cohort_graduate", cohort.pk), {"on": "2026-07-01", "participants": [bea.pk]})
    states = dict(Participant.objects.values_list("pk", "state"))
    assert states == {ada.pk: "withdrawn", bea.pk: "graduated"}
    assert Notification.objects.get().person == bea.person


def test_what_graduation_needs_is_said_when_the_end_comes_near(sign_in, ld_admin):
    cohort = CohortFactory(state="running", starts_on=TODAY - datetime.timedelta(days=30))
    ParticipantFactory(cohort=cohort)
    client = sign_in(ld_admin)
    sentence = "1 participant is still active. Graduate, defer or withdraw each of them."
    assert sentence not in text_of(client.get(at("cohort_detail", cohort.pk)))
    Cohort.objects.update(ends_on=TODAY + datetime.timedelta(days=60))
    assert sentence in text_of(client.get(at("cohort_detail", cohort.pk)))


def test_a_graduate_answers_and_may_change_the_answer(sign_in, bob):
    participant = ParticipantFactory(person=bob.person, graduated=True)
    client = sign_in(bob)
    client.post(at("participant_offer", participant.pk), {"mentoring": "yes", "teaching": "no"})
    participant.refresh_from_db()
    assert (participant.offers_mentoring, participant.offers_teaching) == (True, False)
    client.post(at("participant_offer", participant.pk), {"mentoring": "no", "teaching": "yes"})
    participant.refresh_from_db()
    assert (participant.offers_mentoring, participant.offers_teaching) == (False, True)


def test_a_placement_is_proposed_and_signed_by_two(sign_in, ld_admin, alice, bob, hr_analyst):
    graduate = ParticipantFactory(person=bob.person, graduated=True)
    AccountFactory(owner=bob.person, complexity=4)
    tidewater = AccountFactory(name="Tidewater Health", complexity=8)
    client = sign_in(ld_admin)
    typed = {
        "job_title": "Account Director",
        "effective_on": (TODAY + datetime.timedelta(days=30)).isoformat(),
        "find_account": "tide",
        "reason": "Ready now.",
    }
    found = client.post(at("placement_new", graduate.pk), {**typed, "find_account_now": "1"})
    assert "Tidewater Health" in text_of(found)
    assert "Ready now." in text_of(found)
    client.post(
        at("placement_new", graduate.pk), {**typed, "accounts": [tidewater.pk], "leader": alice.person.pk}
    )
    placement = Placement.objects.get()
    page = text_of(sign_in(alice).get(at("placement_detail", placement.pk)))
    assert "Average complexity 4.0 → 8.0" in page
    sign_in(alice).post(at("placement_sign", placement.pk))
    sign_in(hr_analyst).post(at("placement_sign", placement.pk))
    placement.refresh_from_db()
    assert placement.state == Placement.State.SIGNED
    assert (placement.leader_signed_by, placement.hr_signed_by) == (alice, hr_analyst)
    assert "Account Director" in text_of(sign_in(bob).get(at("placement_detail", placement.pk)))


def test_a_placement_names_its_accounts(sign_in, ld_admin, alice, bob):
    graduate = ParticipantFactory(person=bob.person, graduated=True)
    answer = sign_in(ld_admin).post(
        at("placement_new", graduate.pk),
        {"job_title": "Director", "effective_on": DUE.isoformat(), "leader": alice.person.pk},
    )
    assert "Name at least one account." in text_of(answer)
    assert not Placement.objects.exists()


def test_a_proposal_can_be_taken_back_and_made_anew(sign_in, ld_admin, alice):
    placement = PlacementFactory(leader=alice.person)
    sign_in(ld_admin).post(at("placement_withdraw", placement.pk), {"reason": "Role was closed"})
    placement.refresh_from_db()
    assert placement.state == Placement.State.WITHDRAWN
    assert sign_in(alice).post(at("placement_sign", placement.pk)).status_code == 403


@pytest.mark.parametrize("name", ["cohort_list", "placement_list"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lists_are_downloaded_and_each_download_is_on_record(sign_in, hr_analyst, name, kind):
    PlacementFactory(job_title="=Director")
    answer = sign_in(hr_analyst).get(at(name), {"download": kind})
    content = b"".join(answer.streaming_content)
    assert content
    if (name, kind) == ("placement_list", "csv"):
        assert "'=Director" in content.decode()
    entry = AuditEntry.objects.get(verb__startswith="export.")
    assert entry.after == {"rows": 1, "format": kind, "search": ""}


# --- how much a page costs ---------------------------------------------------------------------------


def test_lists_cost_the_same_with_1_and_30_rows(
    sign_in, ld_admin, django_assert_max_num_queries, django_assert_num_queries
):
    client = sign_in(ld_admin)
    cohort = CohortFactory(state="running", seats=50)
    PlacementFactory(participant=ParticipantFactory(cohort=cohort, graduated=True))
    pages = [
        at("program_list"),
        at("cohort_list"),
        at("placement_list"),
        at("cohort_detail", cohort.pk),
        at("program_detail", cohort.program_id),
    ]
    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(30) as few:
            client.get(page)
        if page == pages[0]:
            CohortFactory.create_batch(29)
        elif page == pages[1]:
            CohortFactory.create_batch(29, program=cohort.program)
        elif page == pages[2]:
            for one in ParticipantFactory.create_batch(29, cohort=cohort, graduated=True):
                PlacementFactory(participant=one)
        else:
            ParticipantFactory.create_batch(5, cohort=cohort)
        with django_assert_num_queries(len(few.captured_queries)):
            client.get(page)
        assert len(few.captured_queries) <= 20, page


def test_the_design_costs_the_same_however_large(sign_in, ld_admin, django_assert_num_queries):
    program = ProgramFactory(complete=True)
    client = sign_in(ld_admin)
    with django_assert_num_queries(0) as none:
        pass
    assert none.captured_queries == []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        client.get(at("program_check", program.pk))
    for factory in (ObjectiveFactory, OutcomeFactory, MetricFactory, CompetencyFactory):
        factory.create_batch(10, program=program)
    BehaviorFactory.create_batch(5, competency=program.competencies.first())
    StakeholderFactory.create_batch(4, program=program)
    with CaptureQueriesContext(connection) as many:
        client.get(at("program_check", program.pk))
    assert len(many) == len(few)


def test_people_search_offers_nobody_for_an_empty_text(sign_in, ld_admin):
    PersonFactory(first_name="Zoe")
    program = ProgramFactory()
    answer = sign_in(ld_admin).post(at("part_add", program.pk, "stakeholders"), {"find": "", "find_now": "1"})
    assert "Zoe" not in text_of(answer)


@pytest.mark.parametrize("typed", ["²", "9" * 5000, "-1", "x"])
def test_nonsense_for_a_person_is_a_choice_that_is_not_there(sign_in, ld_admin, typed):
    url = at("part_add", ProgramFactory().pk, "stakeholders")
    answer = sign_in(ld_admin).post(url, {"person": typed, "function": "hr"})
    assert "is not one of the available choices" in text_of(answer)


def test_an_account_named_twice_is_taken_over_once(sign_in, ld_admin, alice, bob):
    graduate, account = ParticipantFactory(person=bob.person, graduated=True), AccountFactory()
    sign_in(ld_admin).post(
        at("placement_new", graduate.pk),
        {
            "job_title": "Director",
            "effective_on": DUE.isoformat(),
            "leader": alice.person.pk,
            "accounts": [account.pk, account.pk],
        },
    )
    assert [one.account for one in Placement.objects.get().placement_accounts.all()] == [account]


def test_a_download_gives_days_by_the_readers_clock(sign_in, ld_admin):
    late = datetime.datetime(2026, 6, 30, 20, 0, tzinfo=datetime.UTC)
    participant = ParticipantFactory(enrolled_at=late)
    ld_admin.time_zone = "Asia/Tokyo"
    ld_admin.save()
    answer = sign_in(ld_admin).get(at("cohort_detail", participant.cohort_id) + "?download=csv")
    assert ",2026-07-01," in b"".join(answer.streaming_content).decode()
    assert AuditEntry.objects.get(verb="export.participants").object_label == participant.cohort.name
