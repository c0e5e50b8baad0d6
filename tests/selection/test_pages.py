"""Each page as each role, at each stage of a selection."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cohorts.models import Cohort
from selection.models import Candidate, Decision, Nomination, Scoresheet, Slate
from selection.queries.plan import plan_of
from selection.services import accept_ranking, draw_slate, release_slate
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    ApprovalFactory,
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    eligible_person,
    in_state,
    score,
    signed,
)

ROLES = [
    "ld_admin", "hr_analyst", "sponsor", "owner", "alice", "dana", "jordan", "casey", "erin",
]  # fmt: skip


def url(name, **kwargs):
    return reverse(f"selection:{name}", kwargs={"org": "acme", **kwargs})


def statuses(request, client, address, method="get"):
    """What each role gets at an address."""
    found = {}
    for role in ROLES:
        client.force_login(request.getfixturevalue(role).user)
        found[role] = getattr(client, method)(address).status_code
    return found


def only(**codes):
    """404 for everyone but these."""
    return {role: codes.get(role, 404) for role in ROLES}


@pytest.fixture
def nomination(cohort, alice, dana, jordan):
    candidate = CandidateFactory(cohort=cohort, person=jordan.person, state=Candidate.State.PROPOSED)
    nomination = NominationFactory(
        candidate=candidate, nominator=alice.person, state="submitted", submitted_at=timezone.now()
    )
    ApprovalFactory(nomination=nomination, approver=dana.person)
    return nomination


@pytest.fixture
def assessing(cohort, alice, dana, jordan, erin, login):
    """Jordan is approved and scored by Erin and another; the cohort is being assessed."""
    in_state(cohort, Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort, person=erin.person), AssessorFactory(cohort=cohort)]
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(
        candidate=candidate, nominator=alice.person, state="approved", submitted_at=timezone.now()
    )
    for assessor in panel:
        ScoresheetFactory(candidate=candidate, assessor=assessor)
    return candidate


@pytest.fixture
def slate(cohort, assessing, ld_admin):
    for sheet in Scoresheet.objects.all():
        score(sheet, 4)
    for value in (3, 2):
        assessed_candidate(cohort, cohort.assessors.all(), value=value)
    Cohort.objects.update(seats=1)
    slate = draw_slate(cohort, by=ld_admin)
    accept_ranking(slate, reserve=1, by=ld_admin)
    return slate


# --- who gets what -----------------------------------------------------------------------------------


def test_the_landing_page_is_everybodys(request, client, cohort, nomination):
    assert statuses(request, client, url("selection_home")) == dict.fromkeys(ROLES, 200)


def test_setup_is_for_those_who_follow_selections(request, client, cohort):
    address = url("selection_setup", pk=cohort.pk)
    assert statuses(request, client, address) == only(ld_admin=200, hr_analyst=200)
    part = url("plan_part", pk=plan_of(cohort).pk, key="criteria")
    assert statuses(request, client, part) == only(ld_admin=200, hr_analyst=200)
    assert statuses(request, client, part, "post") == only(ld_admin=200, hr_analyst=403)
    in_state(cohort, Cohort.State.SELECTING)
    assert statuses(request, client, part, "post") == only(ld_admin=403, hr_analyst=403)


def test_leaders_nominate(request, client, cohort, jordan):
    page = statuses(request, client, url("nominee_list", pk=cohort.pk))
    assert {role for role, code in page.items() if code == 200} == {"alice", "dana"}
    form = statuses(request, client, url("nomination_create", pk=cohort.pk, person=jordan.person.pk))
    assert form == only(alice=200, dana=200)


def test_a_nomination_is_seen_by_those_it_concerns(request, client, nomination):
    concerned = {"ld_admin": 200, "hr_analyst": 200, "alice": 200, "dana": 200}
    assert statuses(request, client, url("nomination_detail", pk=nomination.pk)) == only(**concerned)
    assert statuses(request, client, url("candidate_detail", pk=nomination.candidate_id)) == only(**concerned)
    assert statuses(request, client, url("nomination_decide", pk=nomination.pk)) == only(**concerned)
    assert statuses(request, client, url("nomination_withdraw", pk=nomination.pk)) == only(
        ld_admin=403, hr_analyst=403, alice=200, dana=403
    )
    assert statuses(request, client, url("nomination_edit", pk=nomination.pk)) == only(
        ld_admin=403, hr_analyst=403, alice=200, dana=403
    )


def test_only_the_approver_decides(request, client, nomination):
    assert statuses(request, client, url("nomination_decide", pk=nomination.pk), "post") == only(
        ld_admin=403, hr_analyst=403, alice=403, dana=200
    )
    nomination.refresh_from_db()
    assert nomination.state == "submitted"


def test_after_a_decision_the_next_ones_are_at_hand(client, cohort, nomination, alice, dana):
    candidate = CandidateFactory(cohort=cohort, state=Candidate.State.PROPOSED)
    other = NominationFactory(candidate=candidate, nominator=alice.person, state="submitted")
    ApprovalFactory(nomination=other, approver=dana.person)
    client.force_login(dana.user)
    for one, then in ((nomination, url("approval_list")), (other, url("nomination_detail", pk=other.pk))):
        answer = client.post(url("nomination_decide", pk=one.pk), {"decision": "approve", "remark": ""})
        assert answer.url == then


def test_candidates_are_listed_for_those_who_follow_selections(request, client, cohort, nomination):
    address = url("candidate_list", pk=cohort.pk)
    assert statuses(request, client, address) == only(ld_admin=200, hr_analyst=200)


def test_assessors_are_named_by_ld(request, client, cohort, assessing):
    for address in (
        url("assessor_list", pk=cohort.pk),
        url("candidate_assessors", pk=assessing.pk),
        url("candidate_withdraw", pk=assessing.pk),
    ):
        expected = only(ld_admin=200, hr_analyst=403)
        if "candidates" in address:
            expected["alice"] = 403 if "withdraw" in address else 404
        assert statuses(request, client, address) == expected
    for name in ("assessor_add", "assessors_assign"):
        found = statuses(request, client, url(name, pk=cohort.pk), "post")
        assert found == only(ld_admin=404 if name == "assessor_add" else 302, hr_analyst=403)


def test_a_sheet_is_its_assessors_alone_until_it_is_submitted(request, client, assessing, erin):
    sheet = Scoresheet.objects.get(assessor__person=erin.person)
    address = url("scoresheet_edit", pk=sheet.pk)
    assert statuses(request, client, address) == only(erin=200)
    score(sheet)
    assert statuses(request, client, address) == only(erin=200, ld_admin=200)
    assert statuses(request, client, address, "post")["ld_admin"] == 403


def test_the_slate_is_for_ld_and_hr_before_the_release(request, client, cohort, slate):
    decision = slate.decisions.first()
    assert statuses(request, client, url("slate_detail", pk=cohort.pk)) == only(ld_admin=200, hr_analyst=200)
    assert statuses(request, client, url("decision_edit", pk=decision.pk)) == only(
        ld_admin=200, hr_analyst=403
    )
    assert statuses(request, client, url("slate_release", pk=cohort.pk)) == only(ld_admin=200, hr_analyst=403)
    for name in ("slate_accept", "slate_release"):
        found = statuses(request, client, url(name, pk=cohort.pk), "post")
        assert {role for role, code in found.items() if code == 404} == set(ROLES) - {
            "ld_admin",
            "hr_analyst",
        }
        if name == "slate_accept":
            slate.refresh_from_db()
            assert slate.state == Slate.State.OPEN


def test_the_own_page_counts_what_waits(client, nomination, dana, alice):
    client.force_login(dana.user)
    assert "1 thing needs" in client.get(url("selection_home")).content.decode()
    client.force_login(alice.user)
    assert "Nothing needs you here" in client.get(url("selection_home")).content.decode()


def test_nothing_is_seen_by_line_and_candidate_before_the_release(client, slate, assessing, jordan, alice):
    client.force_login(jordan.user)
    page = client.get(url("selection_home")).content.decode()
    assert "Account Director 2027" not in page
    assert client.get(url("outcome_detail", pk=assessing.pk)).status_code == 404
    client.force_login(alice.user)
    page = client.get(url("candidate_detail", pk=assessing.pk)).content.decode()
    assert "Rank" not in page
    assert "of 5</dd>" not in page.split("What happened")[0]
    assert "Assessment" not in page


def test_after_the_release_each_sees_their_own(request, client, slate, assessing, ld_admin, alice):
    release_slate(signed(slate), by=ld_admin)
    assert statuses(request, client, url("outcome_detail", pk=assessing.pk)) == only(jordan=200)
    client.force_login(request.getfixturevalue("jordan").user)
    page = client.get(url("outcome_detail", pk=assessing.pk)).content.decode()
    assert "You are offered a seat in" in page
    assert "Send my answer" in page
    client.force_login(alice.user)
    page = client.get(url("candidate_detail", pk=assessing.pk)).content.decode()
    assert "The outcome was released: Selected" in page
    assert "Business acumen" in page


def test_every_outcome_is_told_respectfully(client, slate, ld_admin, login):
    release_slate(signed(slate), by=ld_admin)
    words = {
        Decision.Outcome.RESERVE: "You are number 1 in reserve",
        Decision.Outcome.NOT_SELECTED: "Thank you for the work you put into this",
    }
    for outcome, sentence in words.items():
        candidate = slate.decisions.get(outcome=outcome).candidate
        client.force_login(login(candidate.person).user)
        page = client.get(url("outcome_detail", pk=candidate.pk)).content.decode()
        assert sentence in page
        assert "Your strengths" in page


# --- what the pages do -------------------------------------------------------------------------------


def test_a_leader_drafts_hands_in_and_the_approver_decides(client, cohort, alice, dana, jordan):
    client.force_login(alice.user)
    address = url("nomination_create", pk=cohort.pk, person=jordan.person.pk)
    assert not Nomination.objects.exists()
    client.post(address, {"rationale": "Called back by the pharmacy director.", "action": "save"})
    draft = Nomination.objects.get()
    edit = url("nomination_edit", pk=draft.pk)
    kept = client.post(edit, {"rationale": "Better."}, headers={"Accept": "application/json"})
    assert kept.json() == {"saved": True}
    refused = client.post(edit, {"rationale": "Better.", "evidence": "Seen.", "action": "submit"})
    assert "Choose how the person performs today." in refused.content.decode()
    answers = {"rationale": "Better.", "evidence": "Seen.", "performance_view": 4, "potential_view": 5}
    done = client.post(edit, {**answers, "action": "submit"}, follow=True)
    assert "Jordan Lee is nominated. Dana Director is asked to approve." in done.content.decode()
    client.force_login(dana.user)
    decide = url("nomination_decide", pk=draft.pk)
    question = client.post(decide, {"decision": "return", "remark": ""})
    assert "Write the question you would like answered." in question.content.decode()
    client.post(decide, {"decision": "return", "remark": "Can Jordan travel?"})
    client.force_login(alice.user)
    assert "The question: Can Jordan travel?" in client.get(edit).content.decode()
    client.post(edit, {**answers, "answer": "Yes.", "action": "submit"})
    client.force_login(dana.user)
    client.post(decide, {"decision": "approve", "remark": ""})
    draft.refresh_from_db()
    assert draft.state == "approved"
    again = client.post(decide, {"decision": "decline", "remark": "No."}, follow=True)
    assert "This was decided by Dana Director already: approved." in again.content.decode()


def test_an_ineligible_draft_is_kept_and_refused_with_the_rule(client, cohort, alice):
    newcomer = PersonFactory(first_name="Nora", manager=alice.person, hire_date=timezone.now().date())
    client.force_login(alice.user)
    answers = {
        "rationale": "A",
        "evidence": "B",
        "performance_view": 4,
        "potential_view": 5,
        "action": "submit",
    }
    page = client.post(url("nomination_create", pk=cohort.pk, person=newcomer.pk), answers).content.decode()
    assert "At least 24 months in the company (0 months" in page
    assert Nomination.objects.get().state == "draft"


def test_an_assessor_scores_without_javascript(client, assessing, erin):
    sheet = Scoresheet.objects.get(assessor__person=erin.person)
    client.force_login(erin.user)
    address = url("scoresheet_edit", pk=sheet.pk)
    behaviors = [b.pk for c in sheet.candidate.cohort.program.competencies.all() for b in c.behaviors.all()]
    marks = {f"score-{pk}": 4 for pk in behaviors}
    refused = client.post(address, {**marks, **{f"note-{pk}": "" for pk in behaviors}, "action": "submit"})
    assert "A rating needs an observation." in refused.content.decode()
    assert sheet.ratings.count() == len(behaviors)
    notes = {f"note-{pk}": "Asked for the budget." for pk in behaviors}
    assert client.post(address, {**marks, **notes, "action": "submit"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == "submitted"


def test_downloads_are_logged(client, cohort, slate, ld_admin):
    from amdp.audit.models import AuditEntry

    client.force_login(ld_admin.user)
    for name, word in (("candidate_list", "Jordan Lee"), ("slate_detail", "Composite")):
        file = client.get(url(name, pk=cohort.pk), {"download": "csv"})
        assert word in b"".join(file.streaming_content).decode("utf-8-sig")
    verbs = AuditEntry.objects.filter(verb__startswith="export.").values_list("verb", flat=True)
    assert set(verbs) == {"export.candidates", "export.slate"}


# --- cost --------------------------------------------------------------------------------------------


def queries_of(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_lists_cost_the_same_with_1_and_30_rows(
    client, cohort, alice, dana, ld_admin, erin, django_assert_max_num_queries
):
    in_state(cohort, Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort, person=erin.person), AssessorFactory(cohort=cohort)]

    def more(count):
        for _ in range(count):
            candidate = CandidateFactory(cohort=cohort, person=eligible_person(manager=alice.person))
            NominationFactory(candidate=candidate, nominator=alice.person, state="approved")
            for assessor in panel:
                ScoresheetFactory(candidate=candidate, assessor=assessor)
            waiting = CandidateFactory(
                cohort=cohort, person=eligible_person(manager=alice.person), state="proposed"
            )
            nomination = NominationFactory(candidate=waiting, nominator=alice.person, state="submitted")
            ApprovalFactory(nomination=nomination, approver=dana.person)

    pages = [
        (ld_admin, url("candidate_list", pk=cohort.pk)),
        (ld_admin, url("assessor_list", pk=cohort.pk)),
        (alice, url("selection_home")),
        (dana, url("selection_home")),
        (erin, url("selection_home")),
        (ld_admin, url("selection_home")),
    ]

    def cost():
        found = []
        for member, address in pages:
            client.force_login(member.user)
            client.get(address)
            found.append(queries_of(client, address, django_assert_max_num_queries))
        return found

    more(1)
    first = cost()
    more(29)
    assert cost() == first


def test_the_own_line_and_the_slate_cost_the_same_with_1_and_30_rows(
    client, cohort, alice, ld_admin, django_assert_max_num_queries
):
    eligible_person(manager=alice.person)
    client.force_login(alice.user)
    address = url("nominee_list", pk=cohort.pk)
    client.get(address)
    first = queries_of(client, address, django_assert_max_num_queries)
    for _ in range(29):
        eligible_person(manager=alice.person)
    assert queries_of(client, address, django_assert_max_num_queries) == first

    in_state(cohort, Cohort.State.SELECTING)
    slate = Slate.objects.create(cohort=cohort, weights={}, tie_seed="x", seats=3)
    client.force_login(ld_admin.user)
    address = url("slate_detail", pk=cohort.pk)
    for count in (1, 29):
        for _ in range(count):
            Decision.objects.create(slate=slate, candidate=CandidateFactory(cohort=cohort))
        client.get(address)
        cost = queries_of(client, address, django_assert_max_num_queries)
        if count == 1:
            first = cost
    assert cost == first
