"""The pages: what each role finds, and what it does not."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from mentoring import queries, runs
from mentoring.models import CheckIn, CoachingSession, MatchRun, MatchWish, Mentor, Mentorship, Pulse
from mentoring.services import SessionFacts, log_session, start_run
from tests.factories.cohorts import CompetencyFactory, ParticipantFactory, ProgramFactory
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.mentoring import CoachingSessionFactory, MentorFactory, MentorshipFactory

SECRET = "He doubts the plan; ask about home."


def url(name, *args):
    return reverse(f"mentoring:{name}", args=["acme", *args])


@pytest.fixture
def run(cohort, ld_admin, mentor, participant):
    started = start_run(cohort, by=ld_admin)
    runs.work_on(cohort.organization_id, started.pk)
    started.refresh_from_db()
    return started


@pytest.fixture
def session(pair, bob):
    yesterday = timezone.now().date() - datetime.timedelta(days=1)
    facts = SessionFacts(held_on=yesterday, minutes=45, shared_notes="Five names.", private_note=SECRET)
    return log_session(pair, facts, token=uuid.uuid4(), by=bob)


def logged(pair, **changes):
    day = timezone.now().date() - datetime.timedelta(days=1)
    return {
        "mentorship": pair.pk,
        "held_on": day.isoformat(),
        "minutes": 45,
        "kind": "coaching",
        "token": str(uuid.uuid4()),
    } | changes


# --- the mentor, on a phone -------------------------------------------------------------------------


def test_a_mentor_finds_mentees_and_hours(sign_in, bob, pair):
    page = sign_in(bob).get(url("mentoring_home")).content.decode()
    assert "Mateo Álvarez" in page
    assert "No session yet" in page
    assert "0 of 8.0" in page or "0.0 of 8.0" in page


def test_the_log_form_needs_four_answers_and_has_them_all(sign_in, bob, pair):
    answer = sign_in(bob).get(url("session_log"))
    form = answer.context["form"]
    required = {name for name, field in form.fields.items() if field.required} - {"token"}
    assert required == {"mentorship", "held_on", "minutes", "kind"}
    assert all(form[name].value() for name in required)
    assert "law may require" in answer.content.decode()


def test_a_session_is_logged_with_everything_and_once(sign_in, bob, pair):
    competency = CompetencyFactory(program=pair.participant.cohort.program)
    account = AccountFactory(owner=bob.person)
    posted = logged(
        pair,
        competencies=[competency.pk],
        account=account.pk,
        shared_notes="Five names.",
        private_note=SECRET,
        action_1="Ask Elisa",
        owner_1="mentee",
        due_1="2030-01-07",
    )
    for _ in range(2):
        answer = sign_in(bob).post(url("session_log"), posted)
        assert answer.status_code == 302
    found = CoachingSession.objects.get()
    assert (found.account, found.topics.get().competency, found.actions.get().text) == (
        account,
        competency,
        "Ask Elisa",
    )


def test_a_refused_session_keeps_what_was_typed(sign_in, bob, pair):
    answer = sign_in(bob).post(
        url("session_log"), logged(pair, held_on="2099-01-01", shared_notes="Five names.")
    )
    page = answer.content.decode()
    assert "This day has not come yet" in page
    assert "Five names." in page


def test_somebody_elses_mentee_cannot_be_chosen(sign_in, bob, pair):
    stranger = MentorshipFactory()
    answer = sign_in(bob).post(url("session_log"), logged(stranger))
    assert answer.status_code == 200
    assert not CoachingSession.objects.exists()


def test_the_note_is_shown_to_its_author_and_nobody_else(sign_in, bob, mateo, ld_admin, owner, session):
    page = url("session_detail", session.pk)
    assert SECRET in sign_in(bob).get(page).content.decode()
    assert SECRET in sign_in(bob).get(url("session_edit", session.pk)).content.decode()
    seen = sign_in(mateo).get(page)
    assert "Five names." in seen.content.decode()
    assert SECRET not in seen.content.decode()
    for member in (ld_admin, owner):
        assert sign_in(member).get(page).status_code == 404


# --- the participant --------------------------------------------------------------------------------


def test_the_participant_confirms(sign_in, mateo, session):
    assert "Confirm" in sign_in(mateo).get(url("session_detail", session.pk)).content.decode()
    sign_in(mateo).post(url("session_confirm", session.pk))
    session.refresh_from_db()
    assert session.state == "confirmed"


def test_the_participant_asks_for_a_change_and_the_mentor_makes_it(sign_in, bob, mateo, session, pair):
    sign_in(mateo).post(url("session_amend", session.pk), {"why": "Half an hour."})
    assert "Half an hour." in sign_in(bob).get(url("session_edit", session.pk)).content.decode()
    sign_in(bob).post(
        url("session_edit", session.pk), logged(pair, minutes=30, token=str(session.form_token))
    )
    session.refresh_from_db()
    assert (session.state, session.minutes) == ("logged", 30)


def test_only_the_right_one_confirms_and_changes(sign_in, bob, mateo, session):
    assert sign_in(bob).post(url("session_confirm", session.pk)).status_code == 403
    assert sign_in(mateo).get(url("session_edit", session.pk)).status_code == 403
    assert sign_in(mateo).get(url("session_log")).status_code == 403


# --- L&D --------------------------------------------------------------------------------------------


def test_l_and_d_and_leaders_see_counts_not_words(sign_in, ld_admin, alice, bob, mateo, session, pair):
    pair.participant.person.manager.membership = alice
    alice.person.membership = None
    alice.person.save()
    boss = pair.participant.person.manager
    boss.save()
    for member in (ld_admin, alice):
        page = sign_in(member).get(url("mentorship_detail", pair.pk)).content.decode()
        assert "How often they met" in page
        assert "Five names." not in page
        assert SECRET not in page


def test_a_match_is_started_waited_for_looked_at_and_published(
    sign_in, ld_admin, cohort, mentor, participant
):
    client = sign_in(ld_admin)
    answer = client.post(url("match_run_start", cohort.pk))
    started = MatchRun.objects.get()
    assert answer.url == url("match_run_detail", started.pk)
    assert "See how far it is" in client.get(answer.url).content.decode()
    waiting = client.get(answer.url, headers={"HX-Request": "true"}).content.decode()
    assert waiting.strip().startswith('<div id="match-progress"')
    runs.work_on(cohort.organization_id, started.pk)
    assert client.get(answer.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = client.get(answer.url).content.decode()
    assert "Bob Mentor" in page
    assert "Only L&amp;D sees this" in page
    assert "become active" in client.get(url("match_run_publish", started.pk)).content.decode()
    client.post(url("match_run_publish", started.pk))
    assert Mentorship.objects.get().mentor == mentor
    again = client.post(url("match_run_publish", started.pk), follow=True)
    assert "is published already" in again.content.decode()


def test_why_and_why_not(sign_in, ld_admin, cohort, mentor, participant, mateo):
    boss = MentorFactory(person=mateo.person.manager)
    started = start_run(cohort, by=ld_admin)
    runs.work_on(cohort.organization_id, started.pk)
    row = started.pairs.get()
    page = sign_in(ld_admin).get(url("match_pair_detail", started.pk, row.pk), {"mentor": boss.pk})
    text = page.content.decode()
    assert "Why Bob for Mateo?" in text
    assert "They stand in the same reporting line." in text
    wish = {"mentor": boss.pk, "wish": "pin", "confirmed": "on"}
    refused = sign_in(ld_admin).post(url("match_wish_save", started.pk, row.pk), wish, follow=True)
    assert "cannot mentor Mateo" in refused.content.decode()
    sign_in(ld_admin).post(url("match_wish_save", started.pk, row.pk), {"mentor": mentor.pk, "wish": "pin"})
    settled = sign_in(ld_admin).get(url("cohort_mentoring", cohort.pk)).content.decode()
    assert "Settled for the next match" in settled


def test_weights_are_edited(sign_in, ld_admin, cohort):
    values = {
        "competency": 60, "account_type": 10, "therapeutic_area": 10, "market": 10, "language": 5, "time_zone": 5,
        "common_language": "on", "common_hours": 3, "hours_per_mentee": 2, "silence_days": 21,
        "escalation_days": 7, "monthly_check_in": "on",
    }  # fmt: skip
    client = sign_in(ld_admin)
    assert client.get(url("cohort_settings", cohort.pk)).status_code == 200
    assert client.post(url("cohort_settings", cohort.pk), values).status_code == 302
    assert (cohort.mentoring.get().competency, cohort.mentoring.get().silence_days) == (60, 21)
    nothing = client.post(url("cohort_settings", cohort.pk), values | dict.fromkeys(list(values)[:6], 0))
    assert "add up to zero" in nothing.content.decode()


def test_graduates_who_offer_are_one_click_from_the_pool(sign_in, ld_admin):
    graduate = ParticipantFactory(graduated=True, offers_mentoring=True, person__first_name="Grace")
    ParticipantFactory(graduated=True, offers_mentoring=False, person__first_name="Nora")
    client = sign_in(ld_admin)
    page = client.get(url("mentor_list")).content.decode()
    assert "Grace" in page
    assert "Nora" not in page
    client.post(url("mentor_invite"), {"selected": graduate.person.pk})
    assert Mentor.objects.get().state == "invited"
    assert "Graduates who offer" not in client.get(url("mentor_list")).content.decode()


def test_an_invited_mentor_joins_with_hours_or_declines(sign_in, bob, acme):
    mentor = MentorFactory(person=bob.person, invited=True)
    competency = CompetencyFactory(program=ProgramFactory(signed_off=True))
    being_designed = CompetencyFactory()
    client = sign_in(bob)
    page = client.get(url("mentor_profile")).content.decode()
    assert "Will you mentor?" in page
    assert f"strength_{being_designed.pk}" not in page
    client.post(
        url("mentor_profile"),
        {"hours_per_month": "6", "languages": ["en", "de"], f"strength_{competency.pk}": "4"},
    )
    mentor.refresh_from_db()
    assert (mentor.state, mentor.hours_per_month, mentor.languages) == ("active", 6, ["en", "de"])
    assert mentor.strengths.get().level == 4
    client.post(url("mentor_pause", mentor.pk), {"to": "paused"})
    mentor.refresh_from_db()
    assert mentor.state == "paused"
    other = MentorFactory(invited=True)
    assert client.post(url("mentor_pause", other.pk), {"to": "paused"}).status_code == 404


def test_a_check_in_is_answered_by_whom_it_asks_and_a_visit_changes_nothing(
    sign_in, bob, mateo, ld_admin, pair
):
    asked = CheckIn.objects.create(mentorship=pair, side="mentor", asked_on=timezone.now().date())
    address = url("check_in_answer", asked.pk)
    assert sign_in(bob).get(address).status_code == 200
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert sign_in(mateo).get(address).status_code == 404
    assert sign_in(ld_admin).get(address).status_code == 404
    sign_in(bob).post(address, {"going": "amber", "sentence": "Hard to find time."})
    assert "Hard to find time." in sign_in(ld_admin).get(url("mentorship_detail", pair.pk)).content.decode()
    assert "Hard to find time." not in sign_in(mateo).get(url("mentorship_detail", pair.pk)).content.decode()


def test_a_pulse_is_planned_and_withdrawn(sign_in, ld_admin, cohort, pair):
    client = sign_in(ld_admin)
    day = (timezone.now().date() + datetime.timedelta(days=3)).isoformat()
    posted = {"audience": "both", "subject": "Bring one account", "text": "A real one.", "send_on": day}
    assert client.post(url("pulse_new", cohort.pk), posted).status_code == 302
    client.post(url("pulse_withdraw", Pulse.objects.get().pk))
    assert Pulse.objects.get().state == "withdrawn"


# --- who opens what -----------------------------------------------------------------------------------

L_AND_D_ONLY = ["mentor_list", "mentor_invite"]


@pytest.mark.parametrize("name", L_AND_D_ONLY)
@pytest.mark.parametrize("who", ["alice", "bob", "hr_analyst", "sponsor", "owner"])
def test_the_pool_is_l_and_ds(name, who, request, sign_in, acme):
    assert sign_in(request.getfixturevalue(who)).get(url(name)).status_code == 403


@pytest.mark.parametrize("who", ["alice", "bob", "mateo", "hr_analyst", "sponsor", "owner"])
def test_a_match_is_l_and_ds(who, request, sign_in, run):
    client, row = sign_in(request.getfixturevalue(who)), run.pairs.get()
    for address in (
        url("match_run_detail", run.pk),
        url("match_run_publish", run.pk),
        url("match_pair_detail", run.pk, row.pk),
    ):
        assert client.get(address).status_code == 404
    assert client.post(url("match_run_publish", run.pk)).status_code == 404
    assert client.post(url("match_run_start", run.cohort_id)).status_code in (403, 404)
    assert not Mentorship.objects.exists()


@pytest.mark.parametrize("who", ["hr_analyst", "sponsor", "owner"])
def test_pairs_are_not_for_hr_sponsors_and_owners(who, request, sign_in, pair):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(url("mentorship_detail", pair.pk)).status_code == 404
    assert "Mateo" not in client.get(url("mentorship_list")).content.decode()


def test_a_mentor_sees_no_other_pair(sign_in, bob, pair):
    other = MentorshipFactory()
    CoachingSessionFactory(mentorship=other)
    client = sign_in(bob)
    assert client.get(url("mentorship_detail", other.pk)).status_code == 404
    assert client.get(url("session_detail", other.sessions.get().pk)).status_code == 404
    assert client.post(url("mentorship_end", other.pk), {"reason": "x"}).status_code == 404


def test_a_pair_is_ended_by_its_mentor(sign_in, bob, mateo, pair):
    assert sign_in(mateo).get(url("mentorship_end", pair.pk)).status_code == 403
    sign_in(bob).post(url("mentorship_end", pair.pk), {"reason": "I change teams."})
    pair.refresh_from_db()
    assert pair.state == "ended"


# --- queries ------------------------------------------------------------------------------------------


def queries_of(client, address, django_assert_max_num_queries):
    client.get(address)
    with django_assert_max_num_queries(60) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["mentor_list", "mentorship_list", "mentor_invite", "mentoring_home"])
def test_lists_cost_the_same_with_1_and_30_rows(name, sign_in, ld_admin, pair, django_assert_max_num_queries):
    client = sign_in(ld_admin)
    PersonFactory()
    one = queries_of(client, url(name), django_assert_max_num_queries)
    for _ in range(24):
        CoachingSessionFactory(mentorship=MentorshipFactory(participant__cohort=pair.participant.cohort))
    assert queries_of(client, url(name), django_assert_max_num_queries) == one <= 15


def test_a_match_costs_the_same_with_1_and_30_pairs(
    sign_in, ld_admin, cohort, run, django_assert_max_num_queries
):
    client = sign_in(ld_admin)
    one = queries_of(client, url("match_run_detail", run.pk), django_assert_max_num_queries)
    for _ in range(25):
        ParticipantFactory(cohort=cohort)
        MentorFactory()
    second = start_run(cohort, by=ld_admin)
    runs.work_on(cohort.organization_id, second.pk)
    assert queries_of(client, url("match_run_detail", second.pk), django_assert_max_num_queries) == one <= 15


def test_a_mentors_home_costs_the_same_with_1_and_30_mentees(
    sign_in, bob, mentor, pair, django_assert_max_num_queries
):
    client = sign_in(bob)
    one = queries_of(client, url("mentoring_home"), django_assert_max_num_queries)
    log = queries_of(client, url("session_log"), django_assert_max_num_queries)
    for _ in range(25):
        MentorshipFactory(mentor=mentor, participant__cohort=pair.participant.cohort)
    assert queries_of(client, url("mentoring_home"), django_assert_max_num_queries) == one <= 15
    assert queries_of(client, url("session_log"), django_assert_max_num_queries) == log


# --- what once went wrong -----------------------------------------------------------------------------


def test_l_and_d_who_mentor_do_not_read_what_their_own_mentee_says(sign_in, pair, bob, ld_admin):
    said = {
        "mentorship": pair,
        "going": "red",
        "answered_at": timezone.now(),
        "asked_on": timezone.now().date(),
    }
    CheckIn.objects.create(side="mentee", sentence="He never comes.", **said)
    address = url("mentorship_detail", pair.pk)
    assert "He never comes." in sign_in(ld_admin).get(address).content.decode()
    bob.granted_roles = ["ld_admin"]
    bob.save()
    page = sign_in(bob).get(address)
    assert page.status_code == 200
    assert "He never comes." not in page.content.decode()


def test_an_answer_to_a_check_in_that_was_asked_anew_is_refused(sign_in, bob, pair):
    today = timezone.now().date()
    old = CheckIn.objects.create(mentorship=pair, side="mentor", asked_on=today - datetime.timedelta(days=31))
    CheckIn.objects.create(mentorship=pair, side="mentor", asked_on=today)
    answer = sign_in(bob).post(url("check_in_answer", old.pk), {"going": "green", "sentence": ""})
    assert "You have been asked again since." in answer.content.decode()


def test_digits_that_are_no_number_are_no_mentor(sign_in, ld_admin, run):
    client, row = sign_in(ld_admin), run.pairs.get()
    for key in ("²", "٣", "9" * 400, "9" * 5000, "\0", "-1"):
        assert client.get(url("match_pair_detail", run.pk, row.pk), {"mentor": key}).status_code == 200
        assert client.post(url("mentor_invite"), {"selected": [key]}).status_code == 302
        wish = {"mentor": key, "wish": "exclude"}
        assert client.post(url("match_wish_save", run.pk, row.pk), wish).status_code in (302, 404)
    assert not MatchWish.objects.exists()
    for name in ("mentor_list", "mentorship_list", "mentor_invite"):
        assert client.get(url(name), {"q": "Bo\0b", "state": "\0"}).status_code == 200
    assert client.get(url("match_run_detail", run.pk), {"q": "\0", "found": "\0"}).status_code == 200


def test_graduates_are_counted_apart_from_those_who_need_a_mentor(sign_in, ld_admin, cohort, pair):
    def state():
        return queries.counts_of(cohort).sentence

    assert state() == "1 of 1 have a mentor"
    pair.participant.state = "graduated"
    pair.participant.save()
    assert state() == "1 graduate still meets a mentor"
    ParticipantFactory(cohort=cohort)
    assert state() == "0 of 1 have a mentor · 1 graduate still meets theirs"
    client = sign_in(ld_admin)
    assert state() in client.get(url("cohort_mentoring", cohort.pk)).content.decode()
    assert "1 graduate with one" in client.get(url("mentoring_home")).content.decode()


def test_a_match_that_cannot_be_published_has_no_page_to_publish_it(sign_in, ld_admin, run):
    MatchRun.objects.update(state="failed")
    answer = sign_in(ld_admin).get(url("match_run_publish", run.pk), follow=True)
    assert "There is nothing to publish in this match." in answer.content.decode()


def test_languages_are_called_by_their_names(sign_in, ld_admin):
    mentor = MentorFactory(languages=["en", "de"])
    page = sign_in(ld_admin).get(url("mentor_detail", mentor.pk)).content.decode()
    assert "Languages: English, German" in page
