"""One rule let pass for one person: asked for with a reason, decided by a second person."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.models import Person
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection import access
from selection.models import EligibilityException
from selection.queries import cautions_for_move
from selection.queries.eligibility import eligibility_for, rules_in_force
from selection.queries.eligible import eligible
from selection.queries.standing import standing_of
from selection.services import ask_exception, decide_exception, draft_nomination, submit_nomination
from selection.services.eligibility import evaluate
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    CandidateFactory,
    DecisionFactory,
    EligibilityExceptionFactory,
    NominationFactory,
    SlateFactory,
    in_state,
)
from tests.selection.test_standing import TEXT

TENURE = "At least 24 months in the company"
REASON = "Came with the team we took over in June; ten years with the same customers."


@pytest.fixture
def nora(alice, jordan):
    """Jordan, who is new here."""
    Person.objects.filter(pk=jordan.person.pk).update(hire_date="2026-06-01")
    jordan.person.refresh_from_db()
    return jordan


@pytest.fixture
def hanna(login):
    """The HR analyst."""
    return login(PersonFactory(first_name="Hanna", last_name="Human"), "hr_analyst")


@pytest.fixture
def asked(cohort, nora, ld_admin):
    return ask_exception(cohort, nora.person, rule=TENURE, reason=REASON, by=ld_admin)


def told(kind):
    rows = Notification.objects.filter(kind=f"selection.{kind}")
    return sorted(str(row.person or row.membership) for row in rows)


def test_with_a_second_person_the_rule_counts_as_met_and_says_why(cohort, nora, asked, hanna, ld_admin):
    assert not eligibility_for(cohort, nora.person).is_met
    decide_exception(asked, confirm=True, by=hanna)
    found = eligibility_for(cohort, nora.person)
    assert TENURE in [check.name for check in found.excepted]
    words = f"Met by exception, asked by {ld_admin}, confirmed by {hanna}: {REASON}"
    assert found.excepted[0].exception == words
    verbs = AuditEntry.objects.filter(verb__startswith="exception.").order_by("pk")
    assert list(verbs.values_list("verb", "why")) == [("exception.asked", REASON), ("exception.decided", "")]


def test_a_draft_that_could_not_be_handed_in_can_be_now(cohort, alice, nora, hanna, ld_admin):
    draft = draft_nomination(cohort, nora.person, by=alice, **TEXT)
    for rule in [check.name for check in eligibility_for(cohort, nora.person).unmet]:
        with pytest.raises(ValidationError, match="cannot be nominated"):
            submit_nomination(draft, by=alice)
        decide_exception(
            ask_exception(cohort, nora.person, rule=rule, reason=REASON, by=ld_admin), confirm=True, by=hanna
        )
    assert "Alice Manager" in told("exception_decided")
    candidate = submit_nomination(draft, by=alice).nomination.candidate
    draft.refresh_from_db()
    assert draft.rules_met == "6 of 6 rules met"
    assert standing_of(candidate).eligibility.verdict == "Eligible by exception"
    people = Person.objects.filter(eligible(cohort, rules_in_force(cohort)))
    assert nora.person in people


def test_a_candidate_who_lost_a_rule_gets_it_back_at_once(cohort, alice, jordan, hanna, ld_admin):
    candidate = submit_nomination(
        draft_nomination(cohort, jordan.person, by=alice, **TEXT), by=alice
    ).nomination.candidate
    Person.objects.filter(pk=jordan.person.pk).update(market="FR")
    Person.objects.filter(pk=jordan.person.pk).update(termination_date="2027-12-31")
    evaluate(cohort, why="directory")
    rule = "Employed and not under notice"
    exception = ask_exception(
        cohort, jordan.person, rule=rule, reason="Changes legal entity only.", by=ld_admin
    )
    decide_exception(exception, confirm=True, by=hanna)
    standing = standing_of(candidate)
    assert (standing.eligibility.verdict, standing.why) == (
        "Eligible by exception",
        "An exception was decided",
    )


def test_a_refusal_takes_a_reason_and_lets_ask_again(cohort, nora, asked, hanna, ld_admin):
    with pytest.raises(ValidationError, match="Say why you refuse"):
        decide_exception(asked, confirm=False, by=hanna)
    decide_exception(asked, confirm=False, by=hanna, remark="Everyone else waits as well.")
    assert not eligibility_for(cohort, nora.person).excepted
    ask_exception(
        cohort, nora.person, rule=TENURE, reason="Now with the works council's consent.", by=ld_admin
    )


def test_asking_twice_is_refused(cohort, nora, asked, ld_admin):
    with pytest.raises(ValidationError, match="asked for this exception already"):
        ask_exception(cohort, nora.person, rule=TENURE, reason=REASON, by=ld_admin)


@pytest.mark.parametrize(
    ("rule", "reason", "sentence"),
    [
        (TENURE, " ", "Say why"),
        ("Employed and not under notice", REASON, "does not meet"),
        ("Something else", REASON, "does not meet"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(cohort, nora, ld_admin, rule, reason, sentence):
    with pytest.raises(ValidationError, match=sentence):
        ask_exception(cohort, nora.person, rule=rule, reason=reason, by=ld_admin)


def test_who_meets_every_rule_needs_none(cohort, jordan, ld_admin):
    with pytest.raises(ValidationError, match="meets every rule"):
        ask_exception(cohort, jordan.person, rule=TENURE, reason=REASON, by=ld_admin)


def test_two_decisions_at_once_yield_one(asked, hanna, login):
    other = login(PersonFactory(first_name="Lee", last_name="Second"), "ld_admin")
    again = EligibilityException.objects.get(pk=asked.pk)
    decide_exception(asked, confirm=True, by=hanna)
    with pytest.raises(ValidationError, match="Hanna Human confirmed this exception already"):
        decide_exception(again, confirm=False, by=other, remark="No.")
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("confirmed", hanna)


def test_only_an_impartial_second_person_decides(cohort, nora, asked, hanna, ada, alice, ld_admin, login):
    """Neither who asked, nor the person, nor their nominator, nor a candidate of the cohort, nor a leader."""
    nominator = login(PersonFactory(first_name="Nick", last_name="Nominator"), "hr_analyst")
    NominationFactory(
        candidate__cohort=cohort,
        candidate__person=nora.person,
        candidate__state="drafted",
        nominator=nominator.person,
    )
    NominationFactory(candidate__cohort=cohort, candidate__person=ada.person, candidate__state="proposed")
    nora.granted_roles = ["ld_admin"]
    nora.save()
    may = {
        str(member): access.can_decide_exception(member, asked)
        for member in (ld_admin, nora, nominator, ada, alice, hanna)
    }
    assert [who for who, yes in may.items() if yes] == ["Hanna Human"]
    for member in (ld_admin, nominator, alice, ada):
        with pytest.raises(PermissionDenied):
            decide_exception(asked, confirm=True, by=member)


def test_those_who_can_decide_are_asked_and_nobody_else(cohort, nora, hanna, ada, ld_admin):
    NominationFactory(candidate__cohort=cohort, candidate__person=ada.person, candidate__state="proposed")
    ask_exception(cohort, nora.person, rule=TENURE, reason=REASON, by=ld_admin)
    assert told("exception_asked") == ["Hanna Human"]


def test_only_who_runs_the_selection_asks_and_never_for_themselves(cohort, nora, hanna, alice, ada):
    for member in (hanna, alice):
        with pytest.raises(PermissionDenied):
            ask_exception(cohort, nora.person, rule=TENURE, reason=REASON, by=member)
    with pytest.raises(PermissionDenied, match="for themselves"):
        ask_exception(cohort, ada.person, rule=TENURE, reason=REASON, by=ada)


def test_after_nominations_nothing_is_asked_or_decided(cohort, nora, asked, hanna, ld_admin):
    in_state(cohort, Cohort.State.ASSESSING)
    with pytest.raises(ValidationError, match="Nominations are closed"):
        decide_exception(asked, confirm=True, by=hanna)
    with pytest.raises(ValidationError, match="Nominations are closed"):
        ask_exception(cohort, nora.person, rule="Any", reason=REASON, by=ld_admin)


def test_a_rule_that_says_something_else_now_is_another_rule(cohort, nora, asked, hanna):
    decide_exception(asked, confirm=True, by=hanna)
    cohort.selection_plans.get().eligibility_rules.filter(fact="tenure").update(threshold=36)
    assert not eligibility_for(cohort, nora.person).excepted


def test_who_reads_exceptions(asked, cohort, nora, hanna, ada, alice, ld_admin, stranger):
    def sees(member):
        return access.visible_exceptions(member).exists()

    NominationFactory(candidate__cohort=cohort, candidate__person=ada.person, candidate__state="proposed")
    nora.granted_roles = ["hr_analyst"]
    assert [sees(member) for member in (ld_admin, hanna, ada, alice, nora)] == [
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_yield_one():
    organization = OrganizationFactory(slug="acme-parallel")
    with organization_context(organization):
        members = [
            MembershipFactory(organization=organization, granted_roles=["hr_analyst"]) for _ in range(2)
        ]
        exception = EligibilityExceptionFactory(state="asked")
    ready, outcomes = threading.Barrier(2), []

    def answer(member, confirm):
        try:
            with organization_context(organization):
                ready.wait(10)
                decide_exception(exception, confirm=confirm, by=member, remark="Said.")
                outcomes.append("done")
        except ValidationError as refused:
            outcomes.append(refused.messages[0])
        finally:
            connection.close()

    pairs = zip(members, (True, False), strict=True)
    threads = [threading.Thread(target=answer, args=pair) for pair in pairs]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert sorted("already" in each for each in outcomes) == [False, True]
    with organization_context(organization):
        assert AuditEntry.objects.filter(verb="exception.decided").count() == 1


def test_closing_nominations_names_exceptions_nobody_decided(cohort, nora, asked, ld_admin, hanna):
    (caution,) = cautions_for_move(cohort, "assessing", ld_admin)
    assert caution.sentence == "1 exception stays undecided: a second person has not answered."
    assert [left.name for left in caution.left] == ["Jordan Lee"]
    decide_exception(asked, confirm=False, by=hanna, remark="No.")
    assert cautions_for_move(cohort, "assessing", ld_admin) == []


def test_after_the_release_the_person_reads_the_own_rules_without_the_reason(sign_in, cohort, nora, hanna):
    candidate = CandidateFactory(cohort=cohort, person=nora.person)
    EligibilityExceptionFactory(
        cohort=cohort, person=nora.person, rule=TENURE, reason=REASON, decided_by=hanna
    )
    evaluate(cohort, why="handed_in")
    slate = SlateFactory(
        cohort=in_state(cohort, Cohort.State.RUNNING), state="released", released_at=timezone.now()
    )
    DecisionFactory(slate=slate, candidate=candidate, outcome="not_selected")
    Cohort.objects.filter(pk=cohort.pk).update(released_at=timezone.now())
    text = page(sign_in(nora), "outcome_detail", candidate.pk).content.decode()
    assert "The eligibility rules and you" in text
    assert "Met by exception" in text
    assert REASON not in text


# --- on the pages ------------------------------------------------------------------------------------


def page(client, name, *arguments, **query):
    return client.get(reverse(f"selection:{name}", args=["acme", *arguments]), query)


def test_an_exception_from_finding_the_person_to_the_second_answer(sign_in, cohort, nora, hanna, ld_admin):
    client = sign_in(ld_admin)
    found = page(client, "exception_list", cohort.pk, find="Jordan").content.decode()
    assert "Not eligible yet" in found
    address = reverse("selection:exception_ask", args=["acme", cohort.pk, nora.person.pk])
    assert address in found
    assert "Say why" not in client.get(address).content.decode()
    refused = client.post(address, {"rule": TENURE, "reason": ""}).content.decode()
    assert "This needs an answer." in refused
    client.post(address, {"rule": TENURE, "reason": REASON})
    exception = EligibilityException.objects.get()
    own = page(client, "exception_detail", exception.pk).content.decode()
    assert "You asked, so a second person of L&amp;D or HR decides" in own
    second = sign_in(hanna)
    home = second.get("/o/acme/").content.decode()
    assert "Confirm or refuse an exception for Jordan Lee" in home
    detail = reverse("selection:exception_detail", args=["acme", exception.pk])
    assert "Say why you refuse" in second.post(detail, {"decision": "refuse", "remark": ""}).content.decode()
    second.post(detail, {"decision": "confirm", "remark": "Known to us for years."})
    exception.refresh_from_db()
    assert (exception.state, exception.decided_by) == ("confirmed", hanna)
    late = second.post(detail, {"decision": "refuse", "remark": "No."}, follow=True).content.decode()
    assert "Hanna Human confirmed this exception already" in late
    assert "Confirm or refuse an exception" not in second.get("/o/acme/").content.decode()


def test_the_file_tells_the_exception_and_the_flip(sign_in, cohort, alice, jordan, hanna, ld_admin):
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    candidate = submit_nomination(nomination, by=alice).nomination.candidate
    Person.objects.filter(pk=jordan.person.pk).update(termination_date="2027-12-31")
    evaluate(cohort, why="directory")
    client = sign_in(ld_admin)
    before = page(client, "candidate_detail", candidate.pk).content.decode()
    assert "No longer meets the eligibility rules" in before
    assert "Ask for an exception" in before
    assert "Not met" in page(client, "candidate_list", cohort.pk).content.decode()
    assert "Jordan Lee no longer meets the rules" in sign_in(alice).get("/o/acme/").content.decode()
    rule = "Employed and not under notice"
    exception = ask_exception(cohort, jordan.person, rule=rule, reason="Changes legal entity.", by=ld_admin)
    leader = sign_in(alice)
    assert "asked for an exception" not in page(leader, "candidate_detail", candidate.pk).content.decode()
    decide_exception(exception, confirm=True, by=hanna)
    words = f"Met by exception, asked by {ld_admin}, confirmed by Hanna Human: Changes legal entity."
    for client in (sign_in(ld_admin), sign_in(alice), sign_in(hanna)):
        file = page(client, "candidate_detail", candidate.pk).content.decode()
        assert "Eligible by exception" in file
        assert words in file
    in_state(cohort, Cohort.State.ASSESSING)
    frozen = page(sign_in(ld_admin), "candidate_detail", candidate.pk).content.decode()
    assert "Later changes in the directory do not rewrite it" in frozen
    assert "Ask for an exception" not in frozen


# --- over the API ------------------------------------------------------------------------------------

API = "/api/v1/o/acme/eligibility-exceptions/"


def test_the_api_asks_and_decides(sign_in, cohort, nora, hanna, alice, ld_admin):
    body = {"cohort": cohort.pk, "person": nora.person.pk, "rule": TENURE, "reason": REASON}
    made = sign_in(ld_admin).post(API, body, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    one = f"{API}{made.json()['id']}/"
    assert sign_in(ld_admin).post(f"{one}confirm/", {}, content_type="application/json").status_code == 403
    assert sign_in(alice).get(one).status_code == 404
    second = sign_in(hanna)
    refused = second.post(f"{one}refuse/", {}, content_type="application/json")
    assert (refused.status_code, "Say why you refuse" in str(refused.json())) == (400, True)
    assert second.post(f"{one}confirm/", {}, content_type="application/json").json()["state"] == "confirmed"
    again = second.post(f"{one}refuse/", {"remark": "No."}, content_type="application/json")
    assert "confirmed this exception already" in str(again.json())
    assert [row["rule"] for row in second.get(API, {"cohort": cohort.pk}).json()["results"]] == [TENURE]


def test_the_api_reads_what_the_rules_say(sign_in, cohort, alice, jordan, erin):
    nomination = draft_nomination(cohort, jordan.person, by=alice, **TEXT)
    candidate = submit_nomination(nomination, by=alice).nomination.candidate
    address = f"/api/v1/o/acme/candidates/{candidate.pk}/eligibility/"
    found = sign_in(alice).get(address).json()
    assert (found["verdict"], found["rules"], found["is_frozen"]) == ("Eligible", "6 of 6 rules met", False)
    checks = {check["fact"]: check for group in found["groups"] for check in group["checks"]}
    assert (checks["tenure"]["asked"], checks["tenure"]["met"]) == ("24 months", True)
    assert sign_in(erin).get(address).status_code == 404
