"""Before nominations close: whom an unanswered question keeps out, and what L&D can do about it."""

import pytest
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.directory.queries import person_of
from amdp.notifications.models import Notification
from selection.models import Candidate, Nomination
from selection.queries import cautions_for_move
from selection.services import decide_nomination, remind_nominators, submit_nomination
from tests.factories.selection import CandidateFactory, NominationFactory, eligible_person


def returned(cohort, nominator, approver, person, question="Which account was it?"):
    nomination = NominationFactory(
        candidate=CandidateFactory(cohort=cohort, person=person, state=Candidate.State.DRAFTED),
        nominator=nominator.person,
    )
    submit_nomination(nomination, by=nominator)
    decide_nomination(nomination, decision="return", remark=question, by=approver)
    nomination.refresh_from_db()
    return nomination


@pytest.fixture
def waiting(cohort, alice, dana, jordan):
    """Jordan's nomination was sent back; somebody else is approved, so the assessment could begin."""
    CandidateFactory(cohort=cohort)
    return returned(cohort, alice, dana, jordan.person)


def move(cohort):
    return reverse("cohorts:cohort_move", args=["acme", cohort.pk])


def remind(cohort):
    return reverse("selection:nominators_remind", args=["acme", cohort.pk])


def test_the_page_says_how_many_and_who_before_it_happens(sign_in, ld_admin, cohort, waiting):
    page = sign_in(ld_admin).get(move(cohort)).content.decode()
    assert "1 nomination stays out: it was sent back with a question that is not answered." in page
    assert ">Jordan Lee</a>" in page
    assert "Dana Director asked Alice Manager on " in page
    assert "“Which account was it?”" in page
    for choice in ("Wait.", "Remind whoever has to answer", "Go on without it.", "Remind Alice now"):
        assert choice in page
    assert remind(cohort) in page
    sign_in(ld_admin).post(move(cohort), {"to": "assessing"})
    cohort.refresh_from_db()
    assert cohort.state == "assessing"


def test_without_open_questions_nothing_is_said(sign_in, ld_admin, alice, cohort, waiting):
    submit_nomination(waiting, answer="Tidewater.", by=alice)
    assert cautions_for_move(cohort, "assessing", ld_admin) == []
    assert cautions_for_move(cohort, "selecting", ld_admin) == []
    assert "stays out" not in sign_in(ld_admin).get(move(cohort)).content.decode()


def test_who_goes_on_by_another_nomination_is_not_among_them(ld_admin, dana, cohort, waiting):
    NominationFactory(candidate=waiting.candidate, nominator=dana.person, state=Nomination.State.APPROVED)
    Candidate.objects.filter(pk=waiting.candidate_id).update(state=Candidate.State.ADMITTED)
    assert cautions_for_move(cohort, "assessing", ld_admin) == []


def test_many_are_counted_and_the_first_ten_named(
    sign_in, ld_admin, alice, dana, cohort, waiting, count_queries
):
    person_of(ld_admin)  # asked once per request
    few = count_queries(lambda: cautions_for_move(cohort, "assessing", ld_admin))
    for _ in range(11):
        returned(cohort, alice, dana, eligible_person(manager=alice.person))
    assert count_queries(lambda: cautions_for_move(cohort, "assessing", ld_admin)) == few
    page = sign_in(ld_admin).get(move(cohort)).content.decode()
    assert "12 nominations stay out" in page
    assert "and 2 more" in page
    assert reverse("selection:candidate_list", args=["acme", cohort.pk]) + "?state=returned" in page


def test_reminding_tells_each_nominator_once_a_day(sign_in, ld_admin, alice, cohort, waiting):
    client = sign_in(ld_admin)
    said = [
        str(message)
        for _ in range(2)
        for message in client.post(remind(cohort), follow=True).context["messages"]
    ]
    assert said == ["1 reminder is on the way.", "Everybody was reminded today already."]
    told = Notification.objects.get(kind="selection.answer_awaited")
    assert (told.person, told.subject) == (
        alice.person,
        f"Answer the question about Jordan Lee for {cohort}",
    )
    assert AuditEntry.objects.get(verb="nominations.reminded").after == {"reminded": 1}


def test_reminding_costs_the_same_queries_for_any_number(
    ld_admin, alice, dana, cohort, waiting, count_queries
):
    person_of(ld_admin)  # asked once per request
    few = count_queries(lambda: remind_nominators(cohort, by=ld_admin))
    Notification.objects.filter(kind="selection.answer_awaited").delete()
    for _ in range(5):
        returned(cohort, alice, dana, eligible_person(manager=alice.person))
    assert count_queries(lambda: remind_nominators(cohort, by=ld_admin)) == few


def test_only_ld_reminds_and_reads_who(request, sign_in, cohort, waiting):
    for role, status in {"hr_analyst": 403, "alice": 404, "dana": 404, "jordan": 404}.items():
        assert sign_in(request.getfixturevalue(role)).post(remind(cohort)).status_code == status
    assert not Notification.objects.filter(kind="selection.answer_awaited").exists()


def test_an_admin_who_is_a_candidate_reads_nothing_of_it(sign_in, login, alice, cohort, waiting):
    ada = eligible_person(first_name="Ada", manager=alice.person)
    CandidateFactory(cohort=cohort, person=ada)
    admin = login(ada, "ld_admin")
    page = sign_in(admin).get(move(cohort)).content.decode()
    assert "stays out" not in page
    assert sign_in(admin).post(remind(cohort)).status_code == 404


def test_the_api_says_it_before_the_move(sign_in, ld_admin, cohort, waiting):
    found = sign_in(ld_admin).get(f"/api/v1/o/acme/cohorts/{cohort.pk}/unmet/").json()
    assert found == {
        "to": "assessing",
        "unmet": [],
        "cautions": ["1 nomination stays out: it was sent back with a question that is not answered."],
    }
