import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from amdp.audit.models import AuditEntry
from amdp.directory.services import rebuild_lines
from amdp.notifications.models import Notification
from cohorts.models import Behavior, Cohort
from selection import access
from selection.models import Candidate, Observation, Rating, Scoresheet
from selection.queries import unmet_for_move
from selection.queries.assessment import assessments_of, scores_of
from selection.queries.conflicts import conflict
from selection.services import (
    Mark,
    add_assessor,
    assign_assessor,
    assign_evenly,
    remove_assessor,
    save_scores,
    submit_scoresheet,
    unassign_assessor,
    withdraw_candidate,
)
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    assessed_candidate,
    eligible_person,
    in_state,
    score,
)


@pytest.fixture
def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


@pytest.fixture
def sheet(assessing, jordan, erin):
    """Erin's open sheet for Jordan."""
    candidate = CandidateFactory(cohort=assessing, person=jordan.person)
    return ScoresheetFactory(
        candidate=candidate, assessor=AssessorFactory(cohort=assessing, person=erin.person)
    )


def behaviors(sheet):
    return list(Behavior.objects.filter(competency__program=sheet.candidate.cohort.program_id).order_by("pk"))


def full(sheet, value=4):
    return {each.pk: Mark(value, "Asked for the budget first.") for each in behaviors(sheet)}


# --- who may score whom ------------------------------------------------------------------------------


def test_conflicts_are_checked_on_the_person(cohort, dana, alice, jordan, erin, casey, ld_admin):
    vera = PersonFactory(first_name="Vera")
    dana.person.manager = vera
    dana.person.save()
    rebuild_lines()
    for person in (dana.person, alice.person, jordan.person):
        person.refresh_from_db()
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    NominationFactory(candidate=candidate, nominator=erin.person, state="approved")
    assert conflict(jordan.person, candidate) == "Nobody scores themselves."
    assert conflict(erin.person, candidate) == "Erin Assessor nominated Jordan Lee and cannot score them."
    assert "stands above Jordan Lee" in conflict(alice.person, candidate)
    assert "stands above Jordan Lee" in conflict(dana.person, candidate)
    assert conflict(vera, candidate) == ""
    assert conflict(casey.person, candidate) == ""
    for person in (erin.person, alice.person):
        assessor = AssessorFactory(cohort=cohort, person=person)
        with pytest.raises(ValidationError, match="cannot score them"):
            assign_assessor(candidate, assessor, by=ld_admin)
    assert not Scoresheet.objects.exists()


def test_the_panel_takes_people_who_work_here_and_are_not_in_it(cohort, ld_admin, erin, jordan):
    CandidateFactory(cohort=cohort, person=jordan.person)
    assessor = add_assessor(cohort, erin.person, by=ld_admin)
    with pytest.raises(ValidationError, match="on the panel already"):
        add_assessor(cohort, erin.person, by=ld_admin)
    with pytest.raises(ValidationError, match="is a candidate of this cohort"):
        add_assessor(cohort, jordan.person, by=ld_admin)
    with pytest.raises(ValidationError, match="does not work here any more"):
        add_assessor(cohort, PersonFactory(termination_date=datetime.date(2020, 1, 1)), by=ld_admin)
    remove_assessor(assessor, by=ld_admin)
    assert not cohort.assessors.exists()


def test_candidates_are_spread_evenly_and_told_once(cohort, ld_admin, alice):
    panel = [AssessorFactory(cohort=cohort) for _ in range(3)]
    candidates = [CandidateFactory(cohort=cohort) for _ in range(6)]
    NominationFactory(candidate=candidates[0], nominator=panel[0].person, state="approved")
    CandidateFactory(cohort=cohort, state=Candidate.State.PROPOSED)
    sheets = assign_evenly(cohort, by=ld_admin)
    assert len(sheets) == 12
    assert not Scoresheet.objects.filter(candidate=candidates[0], assessor=panel[0]).exists()
    assert {candidate.scoresheets.count() for candidate in candidates} == {2}
    assert {assessor.scoresheets.count() for assessor in panel} == {4}
    assert {sheet.why for sheet in sheets if sheet.candidate == candidates[0]} == {
        "Only 2 of 3 may score this person. Not asked: 1 with a conflict of interest."
    }
    assert {sheet.why for sheet in sheets if sheet.candidate != candidates[0]} == {
        "Spread evenly: 4 ratings here, 4 with the others who may score this person (3 of 3 may)."
    }
    told = Notification.objects.filter(kind="selection.scoring_asked")
    assert {one.person for one in told} == {assessor.person for assessor in panel}
    assert {one.subject.split(" by ")[0] for one in told} == {f"Fill in 4 score sheets for {cohort}"}
    assert told.count() == 3
    assert assign_evenly(cohort, by=ld_admin) == []
    assert told.count() == 3


@pytest.mark.parametrize("count", [3, 12])
def test_handing_sheets_out_costs_the_same_however_many_assess(
    cohort, ld_admin, django_assert_num_queries, count
):
    for _ in range(count):
        AssessorFactory(cohort=cohort)
        CandidateFactory(cohort=cohort)
    with django_assert_num_queries(25):
        assert len(assign_evenly(cohort, by=ld_admin)) == 2 * count


def test_an_assessor_is_reminded_once_of_all_sheets_and_not_after_the_last_is_in(cohort, ld_admin):
    assessor = AssessorFactory(cohort=cohort)
    sheets = [assign_assessor(CandidateFactory(cohort=cohort), assessor, by=ld_admin) for _ in range(3)]
    planned = Notification.objects.filter(kind__in=["selection.scoring_due", "selection.scoring_late"])
    assert sorted(planned.values_list("kind", "period")) == [
        ("selection.scoring_due", sheets[0].due_on.isoformat()),
        ("selection.scoring_late", sheets[0].due_on.isoformat()),
    ]
    unassign_assessor(sheets[0], by=ld_admin)
    withdraw_candidate(sheets[1].candidate, why="Moves to Research.", by=ld_admin)
    assert planned.count() == 2
    unassign_assessor(sheets[2], by=ld_admin)
    assert not planned.exists()


def test_too_small_a_panel_is_named(cohort, ld_admin, jordan, alice, erin):
    CandidateFactory(cohort=cohort, person=jordan.person)
    with pytest.raises(ValidationError, match="at least 2 people on the panel"):
        assign_evenly(cohort, by=ld_admin)
    for person in (alice.person, erin.person):
        AssessorFactory(cohort=cohort, person=person)
    with pytest.raises(ValidationError, match="not enough people on the panel who may score Jordan Lee"):
        assign_evenly(cohort, by=ld_admin)
    assert not Scoresheet.objects.exists()


def test_an_open_sheet_can_be_taken_away_a_submitted_one_stays(sheet, ld_admin):
    other = ScoresheetFactory(candidate=sheet.candidate)
    unassign_assessor(other, by=ld_admin)
    score(sheet)
    with pytest.raises(ValidationError, match="was submitted"):
        unassign_assessor(sheet, by=ld_admin)
    assert list(Scoresheet.objects.all()) == [sheet]


# --- scoring -----------------------------------------------------------------------------------------


def test_a_draft_is_kept_changed_and_taken_back(sheet, erin):
    first = behaviors(sheet)[0].pk
    save_scores(sheet, {first: Mark(2, "Waited.")}, by=erin)
    noted = Observation.objects.get().noted_at
    save_scores(sheet, {first: Mark(3, "Waited, then asked.")}, by=erin)
    assert (Rating.objects.get().score, Observation.objects.get().text) == (3, "Waited, then asked.")
    assert Observation.objects.get().noted_at == noted
    save_scores(sheet, {first: Mark()}, by=erin)
    assert not Rating.objects.exists()
    assert not Observation.objects.exists()


def test_a_rating_needs_an_observation_and_a_competency_a_rating(sheet, erin):
    pks = [each.pk for each in behaviors(sheet)]
    save_scores(sheet, {pks[0]: Mark(4, "")}, by=erin)
    with pytest.raises(ValidationError) as refused:
        submit_scoresheet(sheet, by=erin)
    needed, empty = refused.value.messages
    assert "A rating needs an observation." in needed
    assert empty.startswith("Rate at least one behaviour of Business acumen")
    save_scores(sheet, {pks[0]: Mark(4, "Seen."), pks[2]: Mark(5, "Seen.")}, by=erin)
    assert submit_scoresheet(sheet, by=erin).state == Scoresheet.State.SUBMITTED


@pytest.mark.parametrize("value", [0, 6, -1])
def test_ratings_run_from_1_to_5(sheet, erin, value):
    with pytest.raises(ValidationError, match="from 1 to 5"):
        save_scores(sheet, {behaviors(sheet)[0].pk: Mark(value, "Seen.")}, by=erin)


def test_only_behaviors_of_the_program_are_scored(sheet, erin):
    with pytest.raises(ValidationError, match="no behavior"):
        save_scores(sheet, {999999: Mark(3, "Seen.")}, by=erin)


def test_only_the_assessor_scores(sheet, ld_admin, hr_analyst, alice, dana, jordan, casey, owner):
    for member in (ld_admin, hr_analyst, alice, dana, jordan, casey, owner):
        with pytest.raises(PermissionDenied):
            save_scores(sheet, full(sheet), by=member)
        with pytest.raises(PermissionDenied):
            submit_scoresheet(sheet, by=member)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("state", [state for state in Cohort.State if state != Cohort.State.ASSESSING])
def test_scoring_is_open_while_the_cohort_assesses(sheet, erin, state):
    in_state(sheet.candidate.cohort, state)
    with pytest.raises(ValidationError, match="Scoring opens"):
        save_scores(sheet, full(sheet), by=erin)


def test_submitted_scores_stay(sheet, erin):
    save_scores(sheet, full(sheet), by=erin)
    submit_scoresheet(sheet, by=erin)
    with pytest.raises(ValidationError, match="It stays as it is"):
        save_scores(sheet, full(sheet, 5), by=erin)
    with pytest.raises(ValidationError, match="It stays as it is"):
        submit_scoresheet(sheet, by=erin)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Rating.objects.update(score=5)
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        Observation.objects.create(scoresheet=sheet, behavior=behaviors(sheet)[0], text="Later.")


def test_nobody_else_sees_scores_before_they_are_submitted(sheet, erin, ld_admin, hr_analyst, alice, jordan):
    save_scores(sheet, full(sheet), by=erin)
    everybody = (ld_admin, hr_analyst, alice, jordan)
    assert [access.visible_scoresheets(member).exists() for member in everybody] == [False] * 4
    assert list(access.visible_scoresheets(erin)) == [sheet]
    assert assessments_of(sheet.candidate.cohort) == {}
    submit_scoresheet(sheet, by=erin)
    assert [access.visible_scoresheets(member).exists() for member in everybody] == [
        True,
        False,
        False,
        False,
    ]


def test_rating_values_are_never_in_the_audit(sheet, erin):
    save_scores(sheet, full(sheet, 4), by=erin)
    submit_scoresheet(sheet, by=erin)
    entry = AuditEntry.objects.get(verb="scoresheet.submitted")
    assert (entry.before, entry.after) == ({"state": "open"}, {"state": "submitted"})


def test_an_assessor_sees_only_assigned_candidates(sheet, erin):
    assessed_candidate(sheet.candidate.cohort, [])
    assert list(access.visible_scoresheets(erin)) == [sheet]
    assert not access.visible_candidates(erin).exists()


# --- results -----------------------------------------------------------------------------------------


def test_each_assessor_counts_the_same_in_each_competency(assessing):
    sheets = [ScoresheetFactory(candidate=CandidateFactory(cohort=assessing))]
    sheets.append(ScoresheetFactory(candidate=sheets[0].candidate))
    first, second, third, fourth = behaviors(sheets[0])
    for sheet, marks in zip(sheets, [{first: 5, second: 4, third: 3}, {first: 2, fourth: 5}], strict=True):
        for behavior, value in marks.items():
            Rating.objects.create(scoresheet=sheet, behavior=behavior, score=value)
            Observation.objects.create(scoresheet=sheet, behavior=behavior, text="Seen.")
        Scoresheet.objects.filter(pk=sheet.pk).update(state="submitted")
    found = assessments_of(assessing)[sheets[0].candidate_id]
    assert [result.mean for result in found.competencies] == [Decimal("3.25"), Decimal(4)]
    assert (found.assessors, found.score) == (2, Decimal("65.62"))
    added_up = scores_of(assessing, [sheets[0].candidate_id])[sheets[0].candidate_id]
    assert (added_up.assessors, added_up.score) == (2, Decimal("65.62"))


def test_too_few_competencies_give_no_score(assessing):
    sheet = ScoresheetFactory(candidate=CandidateFactory(cohort=assessing))
    Rating.objects.create(scoresheet=sheet, behavior=behaviors(sheet)[0], score=5)
    with pytest.raises(IntegrityError, match="needs an observation"), transaction.atomic():
        Scoresheet.objects.update(state="submitted")
    Observation.objects.create(scoresheet=sheet, behavior=behaviors(sheet)[0], text="Seen.")
    Scoresheet.objects.update(state="submitted")
    assert assessments_of(assessing)[sheet.candidate_id].score is None
    assert scores_of(assessing, [sheet.candidate_id])[sheet.candidate_id].score is None


def test_the_cohort_waits_for_assessors_and_sheets(assessing):
    candidate = CandidateFactory(cohort=assessing, person=eligible_person(first_name="Jo", last_name="Lee"))
    assert unmet_for_move(assessing, "selecting") == ["Give 1 candidate at least 2 assessors."]
    sheets = [ScoresheetFactory(candidate=candidate) for _ in range(2)]
    assert unmet_for_move(assessing, "selecting") == ["Score sheets of 1 candidate are not submitted yet."]
    for sheet in sheets:
        score(sheet)
    assert unmet_for_move(assessing, "selecting") == []


@pytest.mark.parametrize("count", [1, 30])
def test_results_cost_four_queries(assessing, django_assert_num_queries, count):
    panel = [AssessorFactory(cohort=assessing) for _ in range(2)]
    for _ in range(count):
        assessed_candidate(assessing, panel)
    with django_assert_num_queries(4):
        assert len(assessments_of(assessing)) == count
