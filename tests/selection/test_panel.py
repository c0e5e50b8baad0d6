"""The panel's training, spreading anew, pins, and why who scores whom."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from amdp.directory.services import rebuild_lines
from selection.models import Scoresheet
from selection.plan_parts.exercises import ExerciseTerms
from selection.plan_parts.panel import Training, store_panel
from selection.queries.conflicts import conflict
from selection.queries.plan import overview_of, plan_of
from selection.queries.sitting import explanation_of
from selection.services import assign_assessor, assign_evenly, begin_plan, change_plan, pin_scoresheet
from tests.factories.directory import PersonFactory
from tests.factories.selection import AssessorFactory, CandidateFactory, NominationFactory
from tests.selection.test_api_running import API, send
from tests.selection.test_exercises import put


def url(name, **kwargs):
    return reverse(f"selection:{name}", kwargs={"org": "acme", **kwargs})


def train(cohort, trainings, levels=2):
    change_plan(
        plan_of(cohort), "panel", lambda plan: store_panel(plan, levels, trainings), by=None, why="So."
    )


@pytest.fixture
def two(cohort):
    return put(
        cohort,
        ExerciseTerms(kind="case_study", name="Case study"),
        ExerciseTerms(kind="role_play", name="Role play"),
    )


# --- training and levels -----------------------------------------------------------------------------


def test_only_the_trained_score_an_exercise_and_nobody_above_their_most(cohort, two, ld_admin):
    panel = [AssessorFactory(cohort=cohort) for _ in range(5)]
    day = datetime.date(2026, 3, 3)
    train(cohort, {panel[0].pk: Training(day, ("role_play",)), panel[1].pk: Training(day, (), 1)})
    candidates = [CandidateFactory(cohort=cohort) for _ in range(4)]
    assign_evenly(cohort, by=ld_admin)
    assert set(panel[0].scoresheets.values_list("exercise__kind", flat=True)) == {"role_play"}
    assert panel[1].scoresheets.count() == 1
    panel[0].refresh_from_db()
    with pytest.raises(ValidationError, match="is not trained for “Case study”"):
        assign_assessor(candidates[0], panel[0], by=ld_admin, exercise=two[0])
    said = next(line.said for line in overview_of(plan_of(cohort)).lines if line.part.key == "panel")
    assert said == "5 people, nobody up to 2 levels above; 3 without a training date"


def test_the_plan_says_how_far_up_nobody_assesses(cohort, alice, dana, jordan):
    dana.person.manager = vera = PersonFactory()
    dana.person.save()
    rebuild_lines()
    jordan.person.refresh_from_db()
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    for levels, barred in [(1, [True, False, False]), (2, [True, True, False]), (3, [True] * 3)]:
        train(cohort, {}, levels)
        assert [bool(conflict(one, candidate)) for one in (alice.person, dana.person, vera)] == barred


def test_a_cohort_copies_the_levels_and_the_form_notes_training(client, sign_in, cohort, ld_admin, erin):
    pattern = begin_plan(cohort.program, by=ld_admin)
    assessor = AssessorFactory(cohort=cohort, person=erin.person)
    client.force_login(ld_admin.user)
    assert (
        client.post(url("plan_part", pk=pattern.pk, key="panel"), {"conflict_levels": 3}).status_code == 302
    )
    plan = plan_of(cohort)
    body = {"conflict_levels": 2, f"{assessor.pk}_trained_on": "2026-03-03"}
    body |= {f"{assessor.pk}_trained_for": ["interview", "in_tray"], f"{assessor.pk}_most": 6}
    assert client.post(url("plan_part", pk=plan.pk, key="panel"), body).status_code == 302
    row = {"id": assessor.pk, "trained_on": "2026-03-03", "trained_for": ["interview", "in_tray"], "most": 6}
    address = f"selection-plans/{plan.pk}/panel"
    assert sign_in(ld_admin).get(f"{API}/{address}/").json()["assessors"] == [row]
    send(sign_in(ld_admin), "patch", address, assessors=[{"id": assessor.pk, "most": None}])
    assessor.refresh_from_db()
    assert (assessor.most, assessor.trained_for) == (None, ["interview", "in_tray"])
    wrong = send(sign_in(ld_admin), "patch", address, assessors=[{"id": 99999, "most": 3}])
    assert "There is no assessor 99999 on this panel." in str(wrong.json())


# --- spreading anew ----------------------------------------------------------------------------------


def test_anew_moves_only_what_nobody_has_begun_or_pinned(cohort, ld_admin):
    candidates = [CandidateFactory(cohort=cohort) for _ in range(6)]
    first = [AssessorFactory(cohort=cohort) for _ in range(2)]
    assign_evenly(cohort, by=ld_admin)
    begun, kept, submitted, *_ = Scoresheet.objects.order_by("pk")
    Scoresheet.objects.filter(pk=begun.pk).update(saved_at=datetime.datetime.now(datetime.UTC))
    Scoresheet.objects.filter(pk=submitted.pk).update(state="submitted")
    pin_scoresheet(kept, True, by=ld_admin)
    more = [AssessorFactory(cohort=cohort) for _ in range(2)]
    assert assign_evenly(cohort, by=ld_admin) == []
    moved = assign_evenly(cohort, by=ld_admin, anew=True)
    assert len(moved) == 6
    assert [each.scoresheets.count() for each in first + more] == [3, 3, 3, 3]
    assert Scoresheet.objects.filter(pk__in=[begun.pk, kept.pk, submitted.pk]).count() == 3
    assert {each.scoresheets.count() for each in candidates} == {2}
    assert assign_evenly(cohort, by=ld_admin, anew=True) == []


def test_what_is_chosen_by_hand_is_pinned(cohort, ld_admin):
    sheet = assign_assessor(CandidateFactory(cohort=cohort), AssessorFactory(cohort=cohort), by=ld_admin)
    assert sheet.pinned
    assert not pin_scoresheet(sheet, False, by=ld_admin).pinned


# --- why ---------------------------------------------------------------------------------------------


def test_shortages_say_what_would_help(cohort, two, ld_admin):
    candidate = CandidateFactory(cohort=cohort)
    panel = [AssessorFactory(cohort=cohort) for _ in range(3)]
    NominationFactory(candidate=candidate, nominator=panel[2].person, state="approved")
    train(cohort, {panel[0].pk: Training(None, ("case_study",))})
    (gap,) = explanation_of(cohort).gaps
    assert (gap.candidate, gap.exercise, gap.missing) == (candidate, two[1], 1)
    assert gap.out == [f"{panel[2]}: conflict of interest", f"{panel[0]}: not trained for it"]
    assert gap.helps == [
        f"Train {panel[0]} for “Role play”.",
        "Put somebody more on the panel, from outside the candidate’s line.",
    ]


def test_ld_reads_why_and_pins(client, sign_in, cohort, two, ld_admin):
    CandidateFactory(cohort=cohort)
    for _ in range(3):
        AssessorFactory(cohort=cohort)
    assign_evenly(cohort, by=ld_admin)
    client.force_login(ld_admin.user)
    page = client.get(url("assignment_detail", pk=cohort.pk)).content.decode()
    assert "4 of 4 places" in page
    assert "Spread evenly" in page
    assert "Ratings can be compared" in page
    sheet = Scoresheet.objects.first()
    client.post(url("scoresheet_pin", pk=sheet.pk), {"pinned": "yes"})
    sheet.refresh_from_db()
    assert sheet.pinned
    read = sign_in(ld_admin).get(f"{API}/selections/{cohort.pk}/assignment/").json()
    assert (read["needed"], read["handed_out"], read["gaps"], len(read["groups"])) == (4, 4, [], 1)
    assert (
        send(sign_in(ld_admin), "post", f"scoresheets/{sheet.pk}/pin", pinned=False).json()["pinned"] is False
    )


@pytest.mark.parametrize("count", [1, 12])
def test_why_costs_the_same_however_many(client, cohort, two, ld_admin, count, django_assert_max_num_queries):
    for _ in range(count):
        CandidateFactory(cohort=cohort)
    for _ in range(4):
        AssessorFactory(cohort=cohort)
    assign_evenly(cohort, by=ld_admin)
    client.force_login(ld_admin.user)
    with django_assert_max_num_queries(30):
        client.get(url("assignment_detail", pk=cohort.pk))
