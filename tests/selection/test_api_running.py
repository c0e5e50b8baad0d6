"""Running a selection over the API: criteria and rules, reminders, taking somebody out, the slate."""

import pytest

from amdp.audit.models import AuditEntry
from amdp.identity.services import create_token
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.access import LOCKED, NOT_TAKEN_OUT
from selection.forms import SetupForm
from selection.models import Candidate, Decision, Nomination, Slate
from selection.queries.plan import is_set_up, rules_of, weights_of
from selection.services import set_up_selection
from tests.factories.cohorts import CohortFactory, CompetencyFactory
from tests.factories.directory import GradeFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    assessed_candidate,
    in_state,
)
from tests.selection.test_unanswered import returned

API = "/api/v1/o/acme"


def send(client, method, path, **body):
    return getattr(client, method)(f"{API}/{path}/", body, content_type="application/json")


def refused(response, **errors):
    """Whether it is a problem that says these sentences by field, and nothing was found to be done."""
    told = response.json()
    return (response.status_code, response["Content-Type"], told["errors"]) == (
        400,
        "application/problem+json",
        {name: [sentence] for name, sentence in errors.items()},
    )


# --- criteria and rules ------------------------------------------------------------------------------


@pytest.fixture
def draft(acme):
    return CohortFactory(name="Account Director 2028")


def stored(cohort):
    cohort = Cohort.objects.get(pk=cohort.pk)
    return weights_of(cohort), rules_of(cohort), is_set_up(cohort)


def test_criteria_and_rules_are_read_and_set(sign_in, ld_admin, hr_analyst, draft):
    low, high = GradeFactory(code="4", rank=4), GradeFactory(code="6", rank=6)
    client, path = sign_in(ld_admin), f"selections/{draft.pk}"
    proposed = client.get(f"{API}/{path}/").json()
    assert (proposed["is_set_up"], proposed["tenure_threshold"], proposed["ratings_threshold"]) == (
        False,
        24,
        "3.0",
    )
    wanted = {
        "performance": 20,
        "potential": 20,
        "assessment": 60,
        "tenure_threshold": 36,
        "market_on": False,
        "grade_on": True,
        "lowest_grade": low.pk,
        "highest_grade": high.pk,
        "ratings_threshold": "3.5",
        "ratings_count": 3,
    }
    answer = send(client, "patch", path, **wanted)
    assert answer.status_code == 200
    assert answer.json() == {**proposed, **wanted, "is_set_up": True}
    rules = {rule.fact: rule for rule in stored(draft)[1]}
    assert (rules["tenure"].threshold, rules["market"].is_on, rules["grade"].highest_grade) == (
        36,
        False,
        high,
    )
    assert AuditEntry.objects.filter(verb="selection.set_up").count() == 1
    assert sign_in(hr_analyst).get(f"{API}/{path}/").json() == answer.json()


def test_what_is_read_can_be_sent_back_and_changes_nothing(sign_in, ld_admin, draft):
    set_up_selection(draft, by=ld_admin)
    before = stored(draft)
    read = sign_in(ld_admin).get(f"{API}/selections/{draft.pk}/").json()
    answer = send(sign_in(ld_admin), "patch", f"selections/{draft.pk}", **read)
    assert (answer.status_code, answer.json(), stored(draft)) == (200, read, before)


def test_the_fields_are_those_of_the_page(sign_in, ld_admin, draft):
    shown = sign_in(ld_admin).get(f"{API}/selections/{draft.pk}/").json()
    form = SetupForm(weights=weights_of(draft), rules=rules_of(draft))
    assert set(shown) == {"id", "name", "state", "is_set_up", *form.fields}


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"performance": 50}, "non_field_errors", "The weights add up to 120; they have to add up to 100."),
        ({"performance": -1}, "performance", "Ensure this value is greater than or equal to 0."),
        ({"potential": "much"}, "potential", "A valid integer is required."),
        ({"tenure_threshold": None}, "tenure_threshold", "Say how many months in the company you ask for."),
        (
            {"tenure_threshold": 99_999_999},
            "tenure_threshold",
            "Ensure this value is less than or equal to 600.",
        ),
        ({"ratings_threshold": "6"}, "ratings_threshold", "Ensure this value is less than or equal to 5."),
        (
            {"ratings_threshold": None},
            "ratings_threshold",
            "Say which rating is the lowest you accept.",
        ),
        ({"ratings_count": 9}, "ratings_count", "Ensure this value is less than or equal to 5."),
        (
            {"grade_on": True},
            "lowest_grade",
            "Choose the lowest or the highest grade, or switch the grade rule off.",
        ),
        (
            {"grade_on": True, "lowest_grade": 10**30},
            "lowest_grade",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
    ],
)
def test_criteria_that_do_not_fit_are_refused_at_their_field(
    sign_in, ld_admin, draft, wrong, field, sentence
):
    before = stored(draft)
    answer = send(sign_in(ld_admin), "patch", f"selections/{draft.pk}", **wrong)
    assert refused(answer, **{field: sentence})
    assert stored(draft) == before


def test_a_grade_of_another_organization_does_not_exist(sign_in, ld_admin, draft, globex):
    with organization_context(globex):
        theirs = GradeFactory(code="4")
    answer = send(sign_in(ld_admin), "patch", f"selections/{draft.pk}", grade_on=True, lowest_grade=theirs.pk)
    assert set(answer.json()["errors"]) == {"lowest_grade"}


def test_who_sets_criteria(sign_in, ld_admin, hr_analyst, owner, alice, jordan, stranger, draft):
    path, before = f"selections/{draft.pk}", stored(draft)
    answer = send(sign_in(hr_analyst), "patch", path)
    assert (answer.status_code, answer.json()["detail"]) == (403, "L&D sets the criteria of a cohort.")
    for member in (owner, alice, jordan, stranger):
        assert sign_in(member).get(f"{API}/{path}/").status_code == 404
        assert send(sign_in(member), "patch", path).status_code == 404
    assert stored(draft) == before
    in_state(draft, Cohort.State.NOMINATING)
    answer = send(sign_in(ld_admin), "patch", path)
    assert (answer.status_code, answer.json()["detail"]) == (403, LOCKED)


def test_a_token_that_only_reads_sets_nothing(client, ld_admin, draft):
    for scope, status in (("read", 403), ("write", 200)):
        _, secret = create_token(ld_admin, name=scope, scope=scope)
        answer = client.patch(
            f"{API}/selections/{draft.pk}/",
            {},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == status
        assert is_set_up(draft) == (scope == "write")


# --- reminders ---------------------------------------------------------------------------------------


def test_nominators_are_reminded_once_a_day(
    sign_in, ld_admin, hr_analyst, stranger, cohort, alice, dana, jordan
):
    returned(cohort, alice, dana, jordan.person)
    before, path = Notification.objects.count(), f"selections/{cohort.pk}/remind-nominators"
    answer = send(sign_in(hr_analyst), "post", path)
    assert (answer.status_code, answer.json()["detail"]) == (403, "L&D reminds nominators.")
    for member in (alice, dana, jordan, stranger):
        assert send(sign_in(member), "post", path).status_code == 404
    assert Notification.objects.count() == before
    client = sign_in(ld_admin)
    assert [send(client, "post", path).json() for _ in range(2)] == [{"reminded": 1}, {"reminded": 0}]
    in_state(cohort, Cohort.State.ASSESSING)
    assert refused(
        send(client, "post", path),
        non_field_errors="Nominations are closed, so questions can no longer be answered.",
    )


# --- taking somebody out -----------------------------------------------------------------------------


def test_somebody_is_taken_out_with_the_reason(sign_in, ld_admin, cohort):
    candidate = CandidateFactory(cohort=cohort)
    client, path = sign_in(ld_admin), f"candidates/{candidate.pk}/withdraw"
    assert refused(send(client, "post", path), why="Say why. The reason is kept in the file.")
    assert send(client, "post", path, why="x" * 1201).json()["errors"].keys() == {"why"}
    candidate.refresh_from_db()
    assert candidate.state == Candidate.State.ADMITTED
    answer = send(client, "post", path, why="Moves to Lyon.")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    candidate.refresh_from_db()
    assert candidate.withdrawn_why == "Moves to Lyon."
    again = send(client, "post", path, why="Moves to Lyon.")
    assert refused(again, non_field_errors=f"{candidate.person} is not among the candidates being assessed.")


def test_who_takes_candidates_out(sign_in, hr_analyst, ada, stranger, cohort, alice, jordan, casey):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(candidate=candidate, nominator=alice.person, state=Nomination.State.APPROVED)
    path = f"candidates/{candidate.pk}/withdraw"
    for member in (hr_analyst, alice):
        answer = send(sign_in(member), "post", path, why="No.")
        assert (answer.status_code, answer.json()["detail"]) == (403, NOT_TAKEN_OUT)
    CandidateFactory(cohort=cohort, person=ada.person)
    for member in (ada, jordan, casey, stranger):
        assert send(sign_in(member), "post", path, why="No.").status_code == 404
    candidate.refresh_from_db()
    assert candidate.state == Candidate.State.ADMITTED


# --- the slate ---------------------------------------------------------------------------------------


@pytest.fixture
def assessed(cohort):
    in_state(cohort, Cohort.State.ASSESSING)
    assessed_candidate(cohort, [AssessorFactory(cohort=cohort) for _ in range(2)])
    return cohort


def test_the_slate_is_drawn_up_once(sign_in, ld_admin, assessed):
    client = sign_in(ld_admin)
    answer = send(client, "post", "slates", cohort=assessed.pk)
    assert (answer.status_code, answer.json()["cohort"]) == (201, assessed.pk)
    assert Decision.objects.get().slate_id == answer.json()["id"]
    assessed.refresh_from_db()
    assert assessed.state == Cohort.State.SELECTING
    again = send(client, "post", "slates", cohort=assessed.pk)
    assert refused(again, non_field_errors="The slate is drawn up already.")
    assert refused(send(client, "post", "slates"), cohort="This field is required.")


def test_what_is_missing_for_a_slate_is_said(sign_in, ld_admin, assessed):
    CandidateFactory(cohort=assessed)
    answer = send(sign_in(ld_admin), "post", "slates", cohort=assessed.pk)
    assert (answer.status_code, answer.json()["detail"]) == (400, "Give 1 candidate at least 2 assessors.")
    assessed.refresh_from_db()
    assert (Slate.objects.exists(), assessed.state) == (False, Cohort.State.ASSESSING)


def test_who_draws_up_a_slate(sign_in, hr_analyst, ada, stranger, alice, assessed):
    assert send(sign_in(hr_analyst), "post", "slates", cohort=assessed.pk).status_code == 403
    CandidateFactory(cohort=assessed, person=ada.person, state=Candidate.State.DECLINED)
    for member in (ada, alice, stranger):
        assert send(sign_in(member), "post", "slates", cohort=assessed.pk).status_code == 404
    assert not Slate.objects.exists()


# --- an L&D admin who is a candidate -----------------------------------------------------------------


def test_an_admin_in_a_selection_finds_nothing_of_it(sign_in, ada, ld_admin, cohort, alice, dana, jordan):
    CompetencyFactory(program=cohort.program)
    returned(cohort, alice, dana, jordan.person)
    paths = {
        "get": ["", "/assessors", "/assignments"],
        "post": ["/remind-nominators", "/assessors", "/assign-evenly"],
        "patch": [""],
    }

    def answers(member):
        client = sign_in(member)
        return {
            send(client, method, f"selections/{cohort.pk}{end}").status_code
            for method, ends in paths.items()
            for end in ends
        }

    assert 404 not in answers(ada)
    CandidateFactory(cohort=cohort, person=ada.person)
    assert answers(ada) == {404}
    assert sign_in(ada).get(f"{API}/selections/").json()["results"] == []
    assert len(sign_in(ld_admin).get(f"{API}/selections/").json()["results"]) == 1
