"""A rating the assessors agree on: beside the submitted ones, by everybody, with a sentence why."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.identity.models import Membership
from amdp.notifications.models import Notification
from cohorts.models import Cohort
from selection import access
from selection.agreement import content_of, given_in
from selection.models import CalibrationSession, ConsensusRating, Exercise, Rating
from selection.plan_parts.criteria import store_agreed
from selection.queries.assessment import assessments_of
from selection.queries.calibration_evidence import evidence_of
from selection.queries.consensus import agreed_ratings, washups_for
from selection.queries.plan import plan_of
from selection.queries.tasks import tasks_for
from selection.services import agree_consensus, change_plan, write_consensus
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ScoresheetFactory,
    in_state,
    score,
)

WHY = "Both saw the objection handled; the second case was the harder one."


@pytest.fixture
def olga(acme, login):
    """The other assessor."""
    return login(PersonFactory(first_name="Olga", last_name="Other"))


@pytest.fixture
def sheets(cohort, jordan, erin, olga):
    """Erin gave Jordan 2 throughout, Olga 4, in the one exercise."""
    in_state(cohort, Cohort.State.ASSESSING)
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    found = []
    for member, value in ((erin, 2), (olga, 4)):
        assessor = AssessorFactory(cohort=cohort, person=member.person)
        found.append(score(ScoresheetFactory(candidate=candidate, assessor=assessor), value))
    return found


@pytest.fixture
def competency(cohort):
    return cohort.program.competencies.order_by("position", "pk").first()


def write(sheet, competency, *, by, score="3.5", why=WHY, version=0):
    return write_consensus(sheet, competency, score=Decimal(score), why=why, version=version, by=by)


def test_it_is_agreed_once_every_assessor_has_said_so(sheets, competency, erin, olga):
    rating = write(sheets[0], competency, by=erin)
    assert not rating.is_agreed
    assert agreed_ratings([sheets[0].candidate]) == {}
    agree_consensus(rating, version=1, by=olga)
    rating.refresh_from_db()
    assert rating.is_agreed
    found = agreed_ratings([sheets[0].candidate])[sheets[0].candidate_id]
    assert [(each.competency, each.score, each.why) for each in found] == [(competency, Decimal("3.5"), WHY)]
    assert set(Rating.objects.values_list("score", flat=True)) == {2, 4}  # what was submitted stays


def test_a_change_has_to_be_agreed_anew_and_nobody_is_overwritten(sheets, competency, erin, olga):
    rating = write(sheets[0], competency, by=erin)
    agree_consensus(rating, version=1, by=olga)
    with pytest.raises(ValidationError, match=r"Erin Assessor wrote 3\.5 meanwhile: “Both saw"):
        write(sheets[1], competency, by=olga, score="4")
    changed = write(sheets[1], competency, by=olga, score="4", version=1)
    assert (changed.is_agreed, changed.version) == (False, 2)
    with pytest.raises(ValidationError, match=r"Olga Other wrote 4\.0 meanwhile"):
        agree_consensus(changed, version=1, by=erin)
    agree_consensus(changed, version=2, by=erin)
    with pytest.raises(ValidationError, match="agreed already"):
        agree_consensus(changed, version=2, by=erin)


def test_whose_word_is_awaited_finds_a_task_and_one_mail(sheets, competency, erin, olga, cohort):
    other = cohort.program.competencies.order_by("position", "pk").last()
    rating = write(sheets[0], competency, by=erin)
    write(sheets[0], other, by=erin, score="3")
    told = Notification.objects.filter(kind="selection.agreement_asked")
    assert [(each.person, each.subject) for each in told] == [
        (olga.person, f"Agree on ratings of {sheets[0].candidate.person}")
    ]
    assert "3.5" not in f"{told[0].subject} {told[0].body}"
    assert titles(erin) == []
    assert titles(olga) == [f"Agree on ratings of {sheets[0].candidate.person}"]
    agree_consensus(rating, version=1, by=olga)
    assert titles(olga) == [f"Agree on ratings of {sheets[0].candidate.person}"]
    write(sheets[1], other, by=olga, score="4", version=1)
    assert (titles(olga), len(titles(erin))) == ([], 1)


def test_who_still_scores_the_candidate_is_not_asked_yet(sheets, competency, erin, olga, cohort):
    plan = cohort.selection_plans.get()
    second = Exercise.objects.create(plan=plan, kind="role_play", name="Role play", whole=True, position=1)
    ScoresheetFactory(candidate=sheets[0].candidate, assessor=sheets[1].assessor, exercise=second)
    write(sheets[0], competency, by=erin)
    assert titles(olga) == [f"Score {sheets[0].candidate.person}: Role play"]
    assert not Notification.objects.filter(kind="selection.agreement_asked").exists()


def titles(member):
    """What home asks of the member, read anew."""
    fresh = Membership.objects.get(pk=member.pk)
    return [task.title for task in tasks_for(fresh)]


def test_it_needs_halves_a_reason_and_a_rated_competency(sheets, competency, erin, cohort):
    for wanted, sentence in (
        ({"score": "3.3"}, "in halves"),
        ({"score": "5.5"}, "in halves"),
        ({"why": "  "}, "in a sentence why"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            write(sheets[0], competency, by=erin, **wanted)
    assert ConsensusRating.objects.count() == 0


def test_only_those_who_handed_in_and_not_before_everybody_has(
    sheets, competency, erin, olga, ld_admin, login
):
    with pytest.raises(PermissionDenied, match="Those who assessed"):
        write(sheets[0], competency, by=olga)
    with pytest.raises(PermissionDenied):
        write(sheets[0], competency, by=ld_admin)
    third = AssessorFactory(cohort=sheets[0].candidate.cohort)
    late = ScoresheetFactory(candidate=sheets[0].candidate, assessor=third)
    with pytest.raises(ValidationError, match="once everybody has submitted"):
        write(sheets[0], competency, by=erin)
    assert washups_for(erin) == []
    score(late, 3)
    assert [each.sheet for each in washups_for(erin)] == [sheets[0]]


def test_nothing_is_agreed_once_the_calibration_has_begun(sheets, competency, erin, cohort):
    rating = write(sheets[0], competency, by=erin)
    CalibrationSession.objects.create(cohort=cohort)
    with pytest.raises(ValidationError, match="The calibration has begun"):
        write(sheets[0], competency, by=erin, version=1)
    with pytest.raises(ValidationError, match="The calibration has begun"):
        agree_consensus(rating, version=1, by=erin)


def test_the_composite_takes_it_only_where_the_plan_says_so(sheets, competency, erin, olga, cohort, ld_admin):
    candidate = sheets[0].candidate

    def means():
        return [each.mean for each in assessments_of(cohort)[candidate.pk].competencies]

    rating = write(sheets[0], competency, by=erin)
    plan = plan_of(cohort)
    change_plan(
        plan, "criteria", lambda found: store_agreed(found, True), by=ld_admin, why="As in the guide."
    )
    assert means() == [Decimal(3), Decimal(3)]  # not agreed yet
    agree_consensus(rating, version=1, by=olga)
    assert means() == [Decimal("3.5"), Decimal(3)]
    version = plan.versions.order_by("number").last()
    assert version.content["criteria"]["Score of an exercise"].startswith("the agreed rating")
    store_agreed(plan, False)
    assert means() == [Decimal(3), Decimal(3)]


def test_agreement_statistics_never_read_it(sheets, competency, erin, olga, cohort):
    before = content_of(given_in(cohort.pk), seed="x")
    agree_consensus(write(sheets[0], competency, by=erin), version=1, by=olga)
    assert content_of(given_in(cohort.pk), seed="x") == before


def test_it_stands_beside_in_the_evidence(sheets, competency, erin, olga, cohort, ld_admin):
    rating = write(sheets[0], competency, by=erin)
    agree_consensus(rating, version=1, by=olga)
    session = CalibrationSession.objects.create(cohort=cohort)
    place = session.places.create(candidate=sheets[0].candidate)
    first = evidence_of(cohort, [place])[0].spreads[0]
    assert (first.mean, [each.score for each in first.agreed]) == (Decimal(3), [Decimal("3.5")])


def test_who_reads_it(sheets, competency, erin, olga, ld_admin, hr_analyst, alice, jordan):
    write(sheets[0], competency, by=erin)
    for who, count in ((erin, 1), (olga, 1), (ld_admin, 1), (hr_analyst, 1), (alice, 0), (jordan, 0)):
        assert access.visible_consensus(who).count() == count, who


def test_the_audit_log_tells_that_not_what(sheets, competency, erin, olga):
    agree_consensus(write(sheets[0], competency, by=erin), version=1, by=olga)
    entries = AuditEntry.objects.filter(verb__startswith="consensus.").order_by("pk")
    assert [(each.verb, each.before, each.after, each.why) for each in entries] == [
        ("consensus.written", {}, {}, ""),
        ("consensus.agreed", {}, {}, ""),
    ]


# --- pages and api -----------------------------------------------------------------------------------


def url(name, pk):
    return reverse(f"selection:{name}", args=["acme", pk])


def text(answer):
    return " ".join(answer.content.decode().split())


def test_one_writes_the_other_agrees_on_the_page(sheets, competency, erin, olga, sign_in, ld_admin):
    client = sign_in(erin)
    page = text(client.get(url("consensus_edit", sheets[0].pk)))
    assert "2.0 points apart" in page
    assert "does not change it" in page
    body = {"competency": competency.pk, "version": 0, "score": "3.5", "why": WHY}
    assert "It is agreed once the others have said so." in text(
        client.post(url("consensus_edit", sheets[0].pk), body, follow=True)
    )
    client = sign_in(olga)
    assert "To agree on" in text(client.get(reverse("selection:selection_home", args=["acme"])))
    page = text(client.post(url("consensus_edit", sheets[1].pk), {**body, "why": "I saw more."}))
    assert "Erin Assessor wrote 3.5 meanwhile" in page
    assert "I saw more.</textarea>" in page
    rating = ConsensusRating.objects.get()
    answer = client.post(url("consensus_agree", rating.pk), {"version": 1}, follow=True)
    assert "Agreed on" in text(answer)
    file = text(sign_in(ld_admin).get(url("candidate_detail", sheets[0].candidate_id)))
    assert "Agreed by the assessors" in file
    assert "are not part of the composite" in file
    assert f"The assessors agreed on {competency.name}: 3.5" in file


def test_the_page_is_for_the_own_sheet(sheets, erin, alice, ld_admin, sign_in):
    assert sign_in(alice).get(url("consensus_edit", sheets[0].pk)).status_code == 404
    assert sign_in(ld_admin).get(url("consensus_edit", sheets[0].pk)).status_code == 403
    assert sign_in(erin).get(url("consensus_edit", sheets[1].pk)).status_code == 404


def test_the_list_costs_the_same_for_one_and_ten(sheets, erin, olga, sign_in, count_queries, cohort):
    client, page = sign_in(erin), reverse("selection:consensus_list", args=["acme"])
    client.get(page)
    few = count_queries(lambda: client.get(page))
    for _ in range(10):
        candidate = CandidateFactory(cohort=cohort)
        for sheet in sheets:
            score(ScoresheetFactory(candidate=candidate, assessor=sheet.assessor), 3)
    assert len(washups_for(erin)) == 11
    assert count_queries(lambda: client.get(page)) == few


def test_the_api_has_both_verbs(sheets, competency, erin, olga, sign_in):
    api = "/api/v1/o/acme/"
    body = {"competency": competency.pk, "score": "4.0", "why": WHY, "version": 0}
    client = sign_in(erin)
    made = client.post(f"{api}scoresheets/{sheets[0].pk}/consensus/", body, content_type="application/json")
    assert (made.status_code, made.json()["agreed_at"]) == (201, None)
    client = sign_in(olga)
    pk = client.get(f"{api}consensus-ratings/").json()["results"][0]["id"]
    done = client.post(f"{api}consensus-ratings/{pk}/agree/", {"version": 1}, content_type="application/json")
    assert (done.status_code, done.json()["agreed_at"] is not None) == (200, True)
