"""The leader behind somebody's own nomination: replaced where they leave, and told what a nominator is told; what
is asked before a nomination is shared, as nominations close."""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.appearances import look_up_appearances
from amdp.directory.services import rebuild_lines
from amdp.notifications.models import Due, Notification
from cohorts.models import Cohort
from cohorts.services import move_cohort
from selection import access
from selection.clock import keep_approvals, reroute_open
from selection.models import Candidate, EligibilityResult, SelectionPlan
from selection.notices.eligibility import second_persons
from selection.notices.outcomes import outcomes_released
from selection.plan_parts.nomination import Terms, store_terms
from selection.queries import cautions_for_move
from selection.queries.candidates import file_of
from selection.queries.tasks import APPEARANCES, tasks_for
from selection.services import (
    answer_endorsement,
    decide_exception,
    decide_nomination,
    draft_nomination,
    submit_nomination,
)
from selection.services.eligibility import evaluate
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    CandidateFactory,
    DecisionFactory,
    EligibilityExceptionFactory,
    SlateFactory,
)
from tests.selection.pages import client_of, url

OWN = {"rationale": "I would like to lead a larger account.", "evidence": "Won Tidewater in March."}
VIEWS = {"performance_view": 3, "potential_view": 4}
TEXT = {**OWN, **VIEWS}


@pytest.fixture
def ask(cohort):
    def by(**terms):
        store_terms(SelectionPlan.objects.get(cohort=cohort), Terms(**terms))

    return by


@pytest.fixture
def own(cohort, ask, alice, jordan):
    """Jordan's nomination of themselves, waiting for Alice."""
    ask(allows_self=True)
    nomination = draft_nomination(cohort, jordan.person, by=jordan, **OWN)
    submit_nomination(nomination, by=jordan)
    nomination.refresh_from_db()
    return nomination


@pytest.fixture
def endorsed(own, alice):
    answer_endorsement(own.endorsements.get(), agrees=True, by=alice, words="Leads already.", **VIEWS)
    own.refresh_from_db()
    return own


@pytest.fixture
def consenting(cohort, ask, alice, jordan):
    """Alice's nomination of Jordan, waiting for Jordan's consent."""
    ask(asks_consent=True)
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    submit_nomination(nomination, by=alice)
    nomination.refresh_from_db()
    return nomination


def told(kind):
    rows = Notification.objects.filter(kind=f"selection.{kind}", not_before__lte=timezone.now())
    return [(str(row.recipient), row.subject) for row in rows.order_by("pk")]


def asked(nomination):
    return nomination.endorsements.get(state="asked")


def close(cohort):
    CandidateFactory(cohort=cohort, state=Candidate.State.ADMITTED)
    return move_cohort(cohort, to=Cohort.State.ASSESSING, by=None)


def leave(person):
    person.termination_date = timezone.now().date() - datetime.timedelta(days=2)
    person.save()


# --- who endorses leaves, or stands elsewhere ---------------------------------------------------------


def test_a_leader_who_leaves_before_endorsing_is_replaced_and_everybody_told(own, alice, dana, jordan):
    leave(alice.person)
    assert reroute_open(own.organization_id) == 1
    assert asked(own).leader == dana.person
    cohort = own.candidate.cohort
    assert told("endorsement_moved") == [
        ("Jordan Lee", f"Dana Director is asked to endorse your nomination for {cohort}")
    ]
    assert [to for to, _ in told("endorsement_asked")] == ["Alice Manager", "Dana Director"]
    mail = Notification.objects.get(kind="selection.endorsement_moved")
    assert mail.why == "You nominated yourself. Alice Manager has left, so Dana Director is asked instead."
    entry = AuditEntry.objects.get(verb="nomination.endorsement_moved")
    assert (entry.before["asked"], entry.after["asked"]) == ("Alice Manager", "Dana Director")
    assert reroute_open(own.organization_id) == 0
    answer_endorsement(asked(own), agrees=True, by=dana, words="Leads already.", **VIEWS)
    own.refresh_from_db()
    assert (own.state, own.endorser) == ("submitted", dana.person)


def test_after_a_reorganization_the_new_leader_is_asked_and_the_old_one_hears_it(
    own, alice, dana, jordan, login
):
    new = login(PersonFactory(first_name="Nina", last_name="New", manager=dana.person))
    jordan.person.manager = new.person
    jordan.person.save()
    rebuild_lines()
    reroute_open(own.organization_id)
    assert asked(own).leader == new.person
    assert [to for to, _ in told("endorsement_moved")] == ["Jordan Lee", "Alice Manager"]
    assert AuditEntry.objects.get(verb="nomination.endorsement_moved").why == (
        "Alice Manager no longer stands above Jordan Lee"
    )
    assert not access.visible_endorsements(alice).exists()


def test_who_is_asked_stays_asked_while_they_stand_above_or_nobody_else_could(own, alice, dana, login):
    assert reroute_open(own.organization_id) == 0
    for leader in (alice, dana):
        leave(leader.person)
    assert reroute_open(own.organization_id) == 0
    assert asked(own).leader == alice.person


def test_the_tick_comes_back_for_an_endorsement(acme, own, alice, dana):
    now = timezone.now()
    assert Due.objects.filter(organization=acme, next_due_at__lte=now + datetime.timedelta(hours=1)).exists()
    leave(alice.person)
    cache.clear()
    keep_approvals(acme.pk, now)
    assert asked(own).leader == dana.person


def test_the_file_tells_who_was_asked_instead(own, alice, dana, ld_admin):
    leave(alice.person)
    reroute_open(own.organization_id)
    answer_endorsement(asked(own), agrees=True, by=dana, words="Leads already.", **VIEWS)
    said = [entry.text for entry in file_of(own.candidate, ld_admin).entries]
    assert "Dana Director was asked instead" in said


# --- what is a nominator's is the endorser's ----------------------------------------------------------


def test_a_flip_is_told_to_the_leader_and_never_to_who_nominated_themselves(endorsed, alice, jordan, cohort):
    jordan.person.termination_date = "2027-12-31"
    jordan.person.save()
    evaluate(cohort, why=EligibilityResult.Why.DIRECTORY)
    assert [to for to, _ in told("eligibility_flipped")] == ["Alice Manager"]


def test_an_exception_is_told_to_the_leader_who_is_never_its_second_person(
    endorsed, cohort, alice, jordan, ld_admin, hr_analyst
):
    alice.granted_roles = ["hr_analyst"]
    alice.save()
    exception = EligibilityExceptionFactory(
        cohort=cohort, person=jordan.person, state="asked", asked_by=ld_admin, decided_at=None
    )
    assert alice not in second_persons(exception)
    decide_exception(exception, confirm=True, by=hr_analyst)
    assert [to for to, _ in told("exception_decided")][1:] == ["Alice Manager"]


def test_the_leader_reads_the_file_and_answers_the_question_from_home(endorsed, alice, dana, jordan):
    decide_nomination(endorsed, decision="return", by=dana, remark="When?")
    look_up_appearances(alice, APPEARANCES)
    assert "Answer the question about Jordan Lee" in [task.title for task in tasks_for(alice)]
    assert endorsed.candidate in access.visible_candidates(alice)
    assert not access.visible_candidates(jordan).exists()


# --- nominations close --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["consent", "endorsement"])
def test_words_typed_while_nominations_close_stay_on_the_form(request, cohort, alice, jordan, kind):
    nomination = request.getfixturevalue("consenting" if kind == "consent" else "own")
    close(cohort)
    member = jordan if kind == "consent" else alice
    row = (nomination.consents if kind == "consent" else nomination.endorsements).get()
    client, address = client_of(member), url(f"{kind}_detail", row.pk)
    page = client.post(address, {"answer": "yes", "words": "With pleasure.", **VIEWS}).content.decode()
    assert "Nominations are closed, so this can no longer be answered." in page
    assert "With pleasure." in page
    assert "<form" not in client.get(address).content.decode().partition("<main")[2]


@pytest.mark.parametrize("kind", ["consenting", "own"])
def test_nobody_is_reminded_of_what_can_no_longer_be_answered(request, cohort, kind):
    request.getfixturevalue(kind)
    kinds = [f"selection.{one}" for one in ("consent_due", "consent_late", "endorsement_due")]
    planned = Notification.objects.filter(kind__in=kinds)
    assert planned.exists()
    close(cohort)
    assert not planned.exists()


def test_before_closing_ld_reads_how_many_have_not_answered_and_no_name(
    sign_in, consenting, cohort, ld_admin
):
    CandidateFactory(cohort=cohort)
    found = cautions_for_move(cohort, "assessing", ld_admin)
    assert [(one.sentence, one.left) for one in found] == [
        ("1 nomination stays out: the nominee or their manager has not answered yet.", ())
    ]
    page = sign_in(ld_admin).get(reverse("cohorts:cohort_move", args=["acme", cohort.pk])).content.decode()
    assert "Jordan" not in page


def test_the_nomination_says_how_it_stands_before_it_is_shared(sign_in, own, alice, cohort):
    address = url("nomination_detail", own.pk)
    assert "Alice Manager is asked to endorse it" in sign_in(alice).get(address).content.decode()
    close(cohort)
    page = sign_in(alice).get(address).content.decode()
    assert "Alice Manager had not answered when nominations closed." in page


def test_withdrawing_says_who_hears_of_it(sign_in, consenting, alice):
    page = sign_in(alice).get(url("nomination_withdraw", consenting.pk)).content.decode()
    assert "was asked whether to be put forward, and hears that nothing needs answering any more" in page
    assert "is not told" not in page


def test_withdrawing_ones_own_speaks_of_oneself(own, jordan):
    client = client_of(jordan)
    page = client.get(url("nomination_withdraw", own.pk)).content.decode()
    assert "Your manager hears that nothing needs answering any more." in page
    assert "You may nominate yourself anew until" in page
    done = client.post(url("nomination_withdraw", own.pk), follow=True).content.decode()
    assert "Your nomination is withdrawn." in done


def test_the_endorser_hears_of_the_outcome_as_a_nominator_does(endorsed, alice, dana):
    decide_nomination(endorsed, decision="approve", by=dana)
    decision = DecisionFactory(
        slate=SlateFactory(cohort=endorsed.candidate.cohort), candidate=endorsed.candidate, outcome="selected"
    )
    outcomes_released(decision.slate, [decision])
    rows = Notification.objects.filter(about_id=decision.pk, kind="selection.outcome_of_nominee")
    assert [str(row.recipient) for row in rows] == ["Alice Manager"]
