"""Exercises of a plan: what is observed where, and a score sheet for each."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cohorts.models import Behavior, Cohort
from selection.models import Exercise, Observation, Rating, Scoresheet
from selection.plan_parts import missing_in
from selection.plan_parts.exercises import ExerciseTerms, exercises_in, store_exercises
from selection.queries import unmet_for_move
from selection.queries.assessment import assessments_of
from selection.queries.plan import plan_of
from selection.services import (
    Mark,
    assign_assessor,
    assign_evenly,
    begin_plan,
    change_plan,
    save_scores,
    submit_scoresheet,
)
from tests.factories.cohorts import CohortFactory, CompetencyFactory
from tests.factories.selection import AssessorFactory, CandidateFactory, ScoresheetFactory, in_state
from tests.selection.test_api_running import refused, send


def url(name, **kwargs):
    return reverse(f"selection:{name}", kwargs={"org": "acme", **kwargs})


def behaviors(cohort):
    return list(Behavior.objects.filter(competency__program=cohort.program_id).order_by("pk"))


def put(cohort, *terms):
    """The cohort's plan has these exercises; the rows in order."""
    change_plan(plan_of(cohort), "exercises", lambda plan: store_exercises(plan, terms), by=None, why="So.")
    return list(Exercise.objects.filter(plan__cohort=cohort))


def seen(*behaviors, **terms):
    return ExerciseTerms(behaviors=frozenset(each.pk for each in behaviors), **terms)


@pytest.fixture
def two(cohort):
    """A case study that shows the first three behaviours and a role play that shows the last three."""
    listed = behaviors(cohort)
    return put(
        cohort,
        seen(*listed[:3], kind="case_study", name="Case study"),
        seen(*listed[1:], kind="role_play", name="Role play"),
    )


def rated(sheet, marks):
    for behavior, value in marks.items():
        Rating.objects.create(scoresheet=sheet, behavior=behavior, score=value)
        Observation.objects.create(scoresheet=sheet, behavior=behavior, text="Seen.")
    Scoresheet.objects.filter(pk=sheet.pk).update(state="submitted")


# --- the plan ----------------------------------------------------------------------------------------


def test_a_plan_begins_with_one_exercise_that_shows_everything(acme, ld_admin):
    draft = CohortFactory()
    plan = begin_plan(draft, by=ld_admin)
    CompetencyFactory(program=draft.program, behaviors=2)
    (only,) = exercises_in(plan_of(draft))
    assert (only.name, only.behaviors, only.assessors) == ("Assessment", None, 2)
    assert not [sentence for sentence in missing_in(plan) if "observed" in sentence]


def test_a_cohort_copies_the_exercises_of_its_program(acme, ld_admin):
    draft = CohortFactory()
    (first, *_) = CompetencyFactory(program=draft.program, behaviors=2).behaviors.all()
    pattern = begin_plan(draft.program, by=ld_admin)
    terms = seen(first, kind="in_tray", name="In-tray", minutes=45, materials="https://acme.example/tray")
    change_plan(pattern, "exercises", lambda plan: store_exercises(plan, [terms]), by=ld_admin)
    (copied,) = exercises_in(begin_plan(draft, by=ld_admin))
    assert {**copied.__dict__, "pk": None} == terms.__dict__
    assert copied.pk != exercises_in(pattern)[0].pk


def test_every_behaviour_has_to_be_observed_somewhere(cohort, two):
    put(cohort, seen(kind="in_tray", name="In-tray"))
    first, *_ = behaviors(cohort)
    assert missing_in(plan_of(cohort)) == [
        "Say which behaviours are observed in “In-tray”.",
        f"“{first.text}” is observed in no exercise.",
        *(f"“{each.text}” is observed in no exercise." for each in behaviors(cohort)[1:3]),
        "1 more behaviours are observed in no exercise.",
    ]


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ([], "at least one exercise"),
        ([ExerciseTerms(), ExerciseTerms(name="ASSESSMENT")], "Two exercises are called"),
        ([ExerciseTerms(assessors=1)], "at least two assessors"),
    ],
)
def test_what_cannot_be_is_refused(cohort, terms, sentence):
    with pytest.raises(ValidationError, match=sentence):
        put(cohort, *terms)
    assert [each.name for each in exercises_in(plan_of(cohort))] == ["Assessment"]


def test_a_knowledge_test_needs_one_assessor(cohort):
    (test,) = put(cohort, ExerciseTerms(kind="knowledge_test", name="Test", assessors=1))
    assert test.assessors == 1


def test_what_was_handed_out_or_observed_stays(cohort, two):
    case, role_play = two
    sheet = ScoresheetFactory(candidate=CandidateFactory(cohort=cohort), exercise=case)
    first = behaviors(cohort)[0]
    Observation.objects.create(scoresheet=sheet, behavior=first, text="Seen.")
    with pytest.raises(ValidationError, match="Score sheets were handed out for “Case study”"):
        put(cohort, ExerciseTerms(pk=role_play.pk, kind="role_play", name="Role play"))
    with pytest.raises(ValidationError, match="was observed in “Case study” already"):
        put(cohort, seen(behaviors(cohort)[1], pk=case.pk, kind="case_study", name="Case study"))


# --- in the browser and over the API -----------------------------------------------------------------


def test_ld_plans_exercises_in_the_browser(client, acme, ld_admin):
    draft = CohortFactory()
    listed = CompetencyFactory(program=draft.program, behaviors=3).behaviors.all()
    plan = begin_plan(draft, by=ld_admin)
    client.force_login(ld_admin.user)
    page = url("plan_part", pk=plan.pk, key="exercises")
    (only,) = exercises_in(plan)
    kept = {f"{only.pk}_kind": "case_study", f"{only.pk}_name": "", f"{only.pk}_minutes": 90}
    kept |= {f"{only.pk}_assessors": 2, f"{only.pk}_behaviors": [listed[0].pk, listed[1].pk]}
    added = {"new1_kind": "interview", "new1_name": "Interview", "new1_minutes": 45, "new1_assessors": 3}
    added |= {"new1_behaviors": [listed[1].pk, listed[2].pk]}
    assert client.post(page, {**kept, **added}).status_code == 302
    case, interview = exercises_in(plan_of(draft))
    assert (case.name, case.minutes, case.behaviors) == ("Case study", 90, {listed[0].pk, listed[1].pk})
    assert (interview.assessors, interview.behaviors) == (3, {listed[1].pk, listed[2].pk})
    shown = client.get(page).content.decode()
    assert "2 behaviours are observed in one exercise alone" in shown
    removed = {f"{interview.pk}_kind": "interview", f"{interview.pk}_minutes": 45}
    removed |= {f"{interview.pk}_assessors": 3, f"{interview.pk}_remove": "on"}
    kept[f"{only.pk}_behaviors"] = [each.pk for each in listed]
    assert client.post(page, {**kept, **removed}).status_code == 302
    assert [(each.name, each.behaviors) for each in exercises_in(plan_of(draft))] == [("Case study", None)]
    wrong = client.post(page, {**kept, "new1_name": "Something"}).content.decode()
    assert "Choose what kind of exercise it is." in wrong


def test_exercises_are_changed_over_the_api(sign_in, ld_admin, cohort):
    client, address = sign_in(ld_admin), f"selection-plans/{plan_of(cohort).pk}/exercises"
    (only,) = exercises_in(plan_of(cohort))
    listed = [each.pk for each in behaviors(cohort)]
    new = [{"kind": "role_play", "behaviors": listed[:2]}, {"kind": "in_tray", "behaviors": listed[2:]}]
    answer = send(client, "patch", address, exercises=new).json()["exercises"]
    assert [(each["name"], each["behaviors"], each["minutes"]) for each in answer] == [
        ("Assessment", listed, 60),
        ("Role play", listed[:2], 60),
        ("In-tray", listed[2:], 60),
    ]
    gone = [{"id": only.pk, "remove": True}, {"id": answer[1]["id"], "minutes": 30}]
    answer = send(client, "patch", address, exercises=gone).json()["exercises"]
    assert [(each["name"], each["minutes"]) for each in answer] == [("Role play", 30), ("In-tray", 60)]
    wrong = send(client, "patch", address, exercises=[{"id": only.pk, "minutes": 30}])
    assert f"There is no exercise {only.pk} in this plan." in str(wrong.json()["errors"])


# --- a sheet for each --------------------------------------------------------------------------------


def test_each_exercise_gets_its_assessors(cohort, two, ld_admin):
    candidates = [CandidateFactory(cohort=cohort) for _ in range(3)]
    panel = [AssessorFactory(cohort=cohort) for _ in range(4)]
    in_state(cohort, Cohort.State.ASSESSING)
    assert unmet_for_move(cohort, "selecting") == ["Give 3 candidates assessors in every exercise."]
    assign_evenly(cohort, by=ld_admin)
    assert {(one.pk, each.pk): one.scoresheets.filter(exercise=each).count() for one in candidates
            for each in two} == {(one.pk, each.pk): 2 for one in candidates for each in two}  # fmt: skip
    assert {assessor.scoresheets.count() for assessor in panel} == {3}
    assert unmet_for_move(cohort, "selecting") == ["Score sheets of 3 candidates are not submitted yet."]


def test_the_exercise_is_named_where_there_are_several(sign_in, cohort, two, ld_admin):
    candidate, assessor = CandidateFactory(cohort=cohort), AssessorFactory(cohort=cohort)
    with pytest.raises(ValidationError, match="Say in which exercise"):
        assign_assessor(candidate, assessor, by=ld_admin)
    client, path = sign_in(ld_admin), f"candidates/{candidate.pk}/assessors"
    assert refused(send(client, "post", path, assessor=assessor.pk), exercise="Say in which exercise.")
    for exercise in two:
        given = send(client, "post", path, assessor=assessor.pk, exercise=exercise.pk).json()
        assert given["exercise_name"] == exercise.name
    again = send(client, "post", path, assessor=assessor.pk, exercise=two[0].pk)
    assert refused(again, non_field_errors=f"{assessor} scores {candidate} already.")
    other = Exercise.objects.create(plan=begin_plan(CohortFactory(), by=ld_admin), name="Elsewhere")
    assert send(client, "post", path, assessor=assessor.pk, exercise=other.pk).status_code == 404


def test_a_sheet_holds_the_behaviours_of_its_exercise(client, cohort, two, erin):
    in_state(cohort, Cohort.State.ASSESSING)
    assessor = AssessorFactory(cohort=cohort, person=erin.person)
    sheet = ScoresheetFactory(candidate=CandidateFactory(cohort=cohort), assessor=assessor, exercise=two[0])
    *shown, hidden = behaviors(cohort)
    client.force_login(erin.user)
    page = client.get(url("scoresheet_edit", pk=sheet.pk)).content.decode()
    assert all(f'name="note-{each.pk}"' in page for each in shown)
    assert f'name="note-{hidden.pk}"' not in page
    assert "Case study" in page
    with pytest.raises(ValidationError, match="no behavior"):
        save_scores(sheet, {hidden.pk: Mark(4, "Seen.")}, by=erin)
    save_scores(sheet, {shown[0].pk: Mark(4, "Seen."), shown[2].pk: Mark(3, "Seen.")}, by=erin)
    assert submit_scoresheet(sheet, by=erin).state == "submitted"


def test_an_exercise_counts_once_however_many_watched_it(cohort, two):
    """First competency: case study (5 and 4 → 4.5; 2) = 3.25, role play 1 → 2.125. Second: 3 and 5 → 4."""
    first, second, third, fourth = behaviors(cohort)
    candidate = CandidateFactory(cohort=cohort)
    erin, frank = AssessorFactory(cohort=cohort), AssessorFactory(cohort=cohort)
    case, role_play = two
    for assessor, exercise, marks in [
        (erin, case, {first: 5, second: 4, third: 3}),
        (frank, case, {first: 2}),
        (erin, role_play, {second: 1, fourth: 5}),
    ]:
        rated(ScoresheetFactory(candidate=candidate, assessor=assessor, exercise=exercise), marks)
    found = assessments_of(cohort)[candidate.pk]
    assert [each.mean for each in found.competencies] == [Decimal("2.125"), Decimal(4)]
    assert (found.assessors, found.score) == (2, Decimal("51.56"))
