"""From a match nobody knows of to pairs that both sides know."""

import datetime
import threading
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Due, Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Commitment
from mentoring import runs
from mentoring.models import MatchRun, Mentorship
from mentoring.services import (
    end_mentorship,
    exclude_pair,
    pause_mentor,
    pin_pair,
    publish_run,
    save_settings,
    start_run,
)
from tests.factories.cohorts import CohortFactory, CompetencyScoreFactory, ParticipantFactory
from tests.factories.directory import AccountFactory, PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.mentoring import MentorFactory, MentorStrengthFactory


def matched(cohort, by):
    run = start_run(cohort, by=by)
    runs.work_on(cohort.organization_id, run.pk)
    run.refresh_from_db()
    return run


def pairs_of(run):
    return {
        (one.participant.person.first_name, one.mentor and one.mentor.person.first_name)
        for one in run.pairs.select_related("participant__person", "mentor__person")
    }


def test_people_are_matched_on_what_they_need(cohort, ld_admin):
    weak = ParticipantFactory(cohort=cohort, person__first_name="Wes")
    other = ParticipantFactory(cohort=cohort, person__first_name="Ola", person__business_unit="Key Accounts")
    score = CompetencyScoreFactory(person=weak.person, competency__program=cohort.program, score=1)
    AccountFactory(owner=other.person, kind="payer")
    strong = MentorFactory(person__first_name="Stella", hours_per_month=2)
    payer = MentorFactory(person__first_name="Paul", hours_per_month=2, account_types=["payer"])
    MentorStrengthFactory(mentor=strong, competency=score.competency)
    run = matched(cohort, ld_admin)
    assert pairs_of(run) == {("Wes", "Stella"), ("Ola", "Paul")}
    pair = run.pairs.get(participant=weak)
    assert (sum(pair.points.values()), pair.rank, run.matched, run.mentor_ids) == (
        pair.fit,
        1,
        2,
        run.mentor_ids,
    )
    assert set(run.mentor_ids) == {strong.pk, payer.pk}


def test_a_strength_counts_in_another_program_with_a_competency_of_that_name(cohort, ld_admin):
    score = CompetencyScoreFactory(
        person=ParticipantFactory(cohort=cohort).person,
        competency__program=cohort.program,
        competency__name="Coaching",
        score=1,
    )
    strong = MentorStrengthFactory(competency__name="coaching").mentor
    MentorFactory()
    assert score.competency != strong.strengths.get().competency
    assert matched(cohort, ld_admin).pairs.get().mentor == strong


def test_nobody_mentors_in_the_own_line_however_far_apart(cohort, ld_admin):
    top = PersonFactory(first_name="Top")
    middle = PersonFactory(manager=PersonFactory(manager=top))
    below = PersonFactory(manager=PersonFactory(manager=middle))
    ParticipantFactory(cohort=cohort, person=below)
    mentor = MentorFactory(person=top)
    pair = matched(cohort, ld_admin).pairs.get()
    assert (pair.mentor, pair.reason) == (None, "No mentor is possible: same reporting line (1).")
    with pytest.raises(ValidationError, match=r"cannot mentor .* same reporting line"):
        pin_pair(pair, mentor, confirmed=True, by=ld_admin)


def test_language_hours_and_pause_are_reasons_too(cohort, ld_admin):
    ParticipantFactory(cohort=cohort, person__language="ja", person__time_zone="Asia/Tokyo")
    MentorFactory()
    MentorFactory(state="paused", languages=["ja"], person__time_zone="Asia/Tokyo")
    assert matched(cohort, ld_admin).pairs.get().reason == (
        "No mentor is possible: no common language (1), too few common working hours (1), mentor is paused (1)."
    )


def test_the_same_input_gives_the_same_match(cohort, ld_admin):
    for _ in range(6):
        ParticipantFactory(cohort=cohort)
        MentorFactory(hours_per_month=2)
    assert pairs_of(matched(cohort, ld_admin)) == pairs_of(matched(cohort, ld_admin))


def test_pinned_and_excluded_pairs_hold_in_the_next_run(cohort, ld_admin):
    ParticipantFactory(cohort=cohort, person__first_name="Ada")
    ParticipantFactory(cohort=cohort, person__first_name="Bea")
    MentorFactory(person__first_name="Xu", hours_per_month=2)
    MentorFactory(person__first_name="Yva", hours_per_month=2)
    run = matched(cohort, ld_admin)
    first = run.pairs.select_related("participant__person", "mentor", "run").get(
        participant__person__first_name="Ada"
    )
    other = run.pairs.get(participant__person__first_name="Bea").mentor
    pin_pair(first, other, by=ld_admin)
    second = matched(cohort, ld_admin).pairs.get(participant=first.participant)
    assert (second.mentor, second.pinned) == (other, True)
    exclude_pair(first, other, by=ld_admin)
    assert matched(cohort, ld_admin).pairs.get(participant=first.participant).mentor == first.mentor


def test_publishing_pairs_up_commits_hours_and_tells_both(cohort, ld_admin, mentor, participant):
    run = matched(cohort, ld_admin)
    assert not Notification.objects.filter(kind="mentoring.paired").exists()
    assert not Mentorship.objects.exists()
    pair = publish_run(run, by=ld_admin)[0]
    assert (pair.mentor, pair.participant, pair.state) == (mentor, participant, "active")
    assert list(Commitment.objects.values_list("person", "cohort", "duty", "hours_per_month")) == [
        (mentor.person_id, cohort.pk, "mentoring", Decimal(2))
    ]
    told = Notification.objects.filter(kind="mentoring.paired").order_by("subject")
    assert [(one.subject, one.person) for one in told] == [
        ("Meet Bob Mentor, your mentor", participant.person),
        ("Meet Mateo Álvarez, your mentee", mentor.person),
    ]
    assert AuditEntry.objects.filter(verb="match_run.published").count() == 1
    assert pair.silence_due_at is not None
    assert Due.objects.filter(next_due_at__lte=pair.silence_due_at).exists()


def test_a_match_is_published_once(cohort, ld_admin, mentor, participant):
    run = matched(cohort, ld_admin)
    publish_run(run, by=ld_admin)
    with pytest.raises(ValidationError, match="is published already"):
        publish_run(run, by=ld_admin)


@pytest.mark.parametrize("change", ["joined", "less time", "paused"])
def test_a_match_that_no_longer_fits_is_not_published(change, cohort, ld_admin, mentor, participant):
    run = matched(cohort, ld_admin)
    if change == "joined":
        ParticipantFactory(cohort=cohort)
    elif change == "less time":
        Commitment.objects.create(
            person=mentor.person, duty="assessing", hours_per_month=7, starts_on=cohort.nominations_open_on
        )
    else:
        pause_mentor(mentor, by=ld_admin)
    with pytest.raises(ValidationError, match="have changed since this match"):
        publish_run(run, by=ld_admin)
    assert not Mentorship.objects.exists()


def test_the_next_match_is_about_those_without_a_mentor(cohort, ld_admin, mentor, participant):
    publish_run(matched(cohort, ld_admin), by=ld_admin)
    with pytest.raises(ValidationError, match="Everybody in Spring has a mentor"):
        start_run(cohort, by=ld_admin)
    late = ParticipantFactory(cohort=cohort)
    run = matched(cohort, ld_admin)
    assert [one.participant for one in run.pairs.all()] == [late]


def test_a_mentor_gives_a_pair_back_and_has_the_hours_again(cohort, ld_admin, bob, mentor, participant):
    pair = publish_run(matched(cohort, ld_admin), by=ld_admin)[0]
    with pytest.raises(ValidationError, match="Say why"):
        end_mentorship(pair, reason=" ", by=bob)
    end_mentorship(pair, reason="I change teams.", by=bob)
    assert not Commitment.objects.exists()
    assert Notification.objects.get(kind="mentoring.ended", membership=ld_admin).body == [
        "Bob Mentor and Mateo Álvarez no longer work together: I change teams."
    ]


def test_weights_cannot_all_be_zero(cohort, ld_admin):
    zero = dict.fromkeys(
        ["competency", "account_type", "therapeutic_area", "market", "language", "time_zone"], 0
    )
    with pytest.raises(ValidationError, match="add up to zero"):
        save_settings(cohort, **zero, by=ld_admin)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_never_fill_a_mentor_beyond_the_hours():
    organization = OrganizationFactory(name="Acme", slug="acme")
    admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
    with organization_context(organization):
        mentor = MentorFactory(hours_per_month=2)
        cohorts = [ParticipantFactory(cohort=CohortFactory(state="running")).cohort for _ in range(2)]
        started = [start_run(cohort, by=admin) for cohort in cohorts]
    for run in started:
        runs.work_on(organization.pk, run.pk)
    together, answers = threading.Barrier(2), []

    def publish(pk):
        try:
            with organization_context(organization):
                run = MatchRun.objects.get(pk=pk)
                together.wait(10)
                publish_run(run, by=admin)
                answers.append("published")
        except ValidationError as refused:
            answers.append(refused.messages[0][:30])
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(run.pk,)) for run in started]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["The cohort or the mentors have", "published"]
    with organization_context(organization):
        assert [one.hours_per_month for one in mentor.person.commitments.all()] == [Decimal(2)]


def test_who_has_left_the_company_neither_mentors_nor_gets_a_mentor(cohort, ld_admin, mentor, participant):
    gone = timezone.now().date() - datetime.timedelta(days=3)
    MentorFactory(person__termination_date=gone)
    ParticipantFactory(cohort=cohort, person__termination_date=gone)
    run = matched(cohort, ld_admin)
    assert (run.mentor_ids, run.people, run.matched) == ([mentor.pk], 1, 1)
    mentor.person.termination_date = gone
    mentor.person.save()
    with pytest.raises(ValidationError, match="have changed since this match"):
        publish_run(run, by=ld_admin)
    with pytest.raises(ValidationError, match="nobody in the mentor pool"):
        start_run(cohort, by=ld_admin)


def test_a_pin_confirmed_against_the_language_does_not_outlast_the_reporting_line(cohort, ld_admin):
    ada = ParticipantFactory(cohort=cohort, person__first_name="Ada", person__last_name="Roe")
    hans = MentorFactory(person__first_name="Hans", person__last_name="Ott", languages=["de"])
    pair = matched(cohort, ld_admin).pairs.select_related("run", "participant__person").get()
    pin_pair(pair, hans, confirmed=True, by=ld_admin)
    assert matched(cohort, ld_admin).matched == 1
    ada.person.manager, ada.person.line = hans.person, f"/{hans.person_id}/{ada.person_id}/"
    ada.person.save()
    run = matched(cohort, ld_admin)
    assert (run.state, run.problem) == (
        "failed",
        "Hans Ott and Ada Roe are pinned. This pair cannot be: same reporting line. "
        "Change what is pinned and run it again.",
    )


def test_a_match_and_its_pairs_go_by_the_organizations_day(acme, cohort, ld_admin, mentor, participant):
    """Late on the 4th in Honolulu it is the 5th in UTC, where the worker is, and in Tokyo, where Lena is."""
    acme.time_zone, ld_admin.time_zone = "Pacific/Honolulu", "Asia/Tokyo"
    acme.save()
    ld_admin.save()
    evening = datetime.datetime(2027, 3, 4, 20, tzinfo=ZoneInfo("Pacific/Honolulu"))
    Commitment.objects.create(person=mentor.person, duty="assessing", hours_per_month=5,
                              starts_on=evening.date(), ends_on=evening.date())  # fmt: skip
    with time_machine.travel(evening, tick=False):
        run = matched(cohort, ld_admin)
        (pair,) = publish_run(run, by=ld_admin)
    assert run.seats == 1
    assert (pair.started_on, pair.commitment.starts_on) == (evening.date(), evening.date())


def test_l_and_d_need_find_no_mentor_for_a_graduate(cohort, ld_admin, bob, pair):
    pair.participant.state = "graduated"
    pair.participant.save()
    end_mentorship(pair, reason="It is done.", by=bob)
    assert not Notification.objects.filter(subject__startswith="Find a new mentor").exists()
