"""What a plan asks of a nomination, and what is written for it."""

import pytest
from django.core.exceptions import ValidationError

from cohorts.models import Competency
from selection.models import NominationEvidence, SelectionPlan
from selection.plan_parts import part_of
from selection.plan_parts.nomination import Asked, Terms, store_terms, terms_in
from selection.queries.evidence import lacking
from selection.services import begin_plan, change_plan, draft_nomination, edit_nomination, submit_nomination
from tests.factories.cohorts import CohortFactory, CompetencyFactory
from tests.selection.test_api import patch, post

WORDS = {"rationale": "Called back by the pharmacy director.", "performance_view": 4, "potential_view": 5}


@pytest.fixture
def plan(cohort):
    return SelectionPlan.objects.get(cohort=cohort)


@pytest.fixture
def asked(plan):
    """Evidence for a competency, required, and for readiness to move, which may stay empty."""
    competency = Competency.objects.filter(program=plan.cohort.program).first()
    required = Asked(competency.name, competency=competency.pk)
    store_terms(plan, Terms(criteria=[required, Asked("Ready to move", "Where to?", is_required=False)]))
    return list(plan.nomination_criteria.all())


def test_without_anything_set_the_form_is_as_it_was(plan, cohort, alice, jordan):
    assert terms_in(plan) == Terms()
    nomination = draft_nomination(cohort, jordan.person, by=alice)
    assert list(lacking(nomination)) == ["rationale", "evidence", "performance_view", "potential_view"]


def test_evidence_is_asked_for_by_criterion(cohort, alice, jordan, asked):
    required, free = asked
    nomination = draft_nomination(cohort, jordan.person, by=alice, criteria={free.pk: "Boston"}, **WORDS)
    with pytest.raises(ValidationError) as refused:
        submit_nomination(nomination, by=alice)
    assert refused.value.message_dict == {
        f"criterion_{required.pk}": [f"Say what you have seen for “{required.name}”."]
    }
    edit_nomination(nomination, by=alice, criteria={required.pk: " March, Tidewater. "})
    submit_nomination(nomination, by=alice)
    kept = nomination.evidence_given.values_list("name", "words")
    assert list(kept) == [(required.name, "March, Tidewater."), ("Ready to move", "Boston")]


def test_a_criterion_of_another_plan_is_refused(cohort, alice, jordan, asked):
    with pytest.raises(ValidationError, match="does not ask"):
        draft_nomination(cohort, jordan.person, by=alice, criteria={asked[0].pk + 1000: "…"})


def test_what_was_written_stays_when_a_criterion_is_dropped(plan, cohort, alice, jordan, asked):
    _, free = asked
    nomination = draft_nomination(cohort, jordan.person, by=alice, criteria={free.pk: "Boston"})
    store_terms(plan, Terms())
    assert list(NominationEvidence.objects.values_list("nomination", "criterion", "name", "words")) == [
        (nomination.pk, None, "Ready to move", "Boston")
    ]


def test_a_criterion_keeps_what_was_written_when_others_change(plan, cohort, alice, jordan, asked):
    _, free = asked
    nomination = draft_nomination(cohort, jordan.person, by=alice, criteria={free.pk: "Boston"})
    store_terms(plan, Terms(criteria=[Asked("Languages"), Asked("Ready to move", "When?")]))
    assert nomination.evidence_given.get().criterion_id == free.pk


def test_a_cohort_copies_what_its_program_asks(acme, ld_admin):
    cohort = CohortFactory()
    competency = CompetencyFactory(program=cohort.program)
    pattern = begin_plan(cohort.program, by=ld_admin)
    terms = Terms(
        asks_performance=False, criteria=[Asked("Ready"), Asked(competency.name, competency=competency.pk)]
    )
    change_plan(pattern, "nomination", lambda plan: store_terms(plan, terms), by=ld_admin)
    copied = terms_in(begin_plan(cohort, by=ld_admin))
    assert [(one.name, one.competency) for one in copied.criteria] == [
        ("Ready", None),
        (competency.name, competency.pk),
    ]
    assert copied.asks_performance is False


def test_potential_that_counts_has_to_be_asked_for(plan):
    store_terms(plan, Terms(asks_potential=False))
    assert "Potential counts" in part_of("nomination").missing(plan)[0]


def test_the_page_and_the_preview_show_what_is_asked(sign_in, plan, ld_admin, alice, jordan, asked):
    org, cohort = "acme", plan.cohort
    page = sign_in(ld_admin).get(f"/o/{org}/selection/plans/{plan.pk}/nomination/")
    assert "Ready to move" in page.content.decode()
    preview = sign_in(ld_admin).get(f"/o/{org}/selection/plans/{plan.pk}/preview/nominator/")
    assert "Where to?" in preview.content.decode()
    form = sign_in(alice).get(f"/o/{org}/selection/cohorts/{cohort.pk}/nominate/{jordan.person.pk}/")
    assert "Where to?" in form.content.decode()


def test_a_name_is_asked_for_once(sign_in, plan, ld_admin):
    name = Competency.objects.filter(program=plan.cohort.program).first().name
    competency = Competency.objects.get(program=plan.cohort.program, name=name)
    posted = {f"competency_{competency.pk}": "required", "own_1_name": name, "why": "…"}
    page = sign_in(ld_admin).post(f"/o/acme/selection/plans/{plan.pk}/nomination/", posted)
    assert "is asked for twice" in page.content.decode()


def test_over_the_api_criteria_are_given_together(sign_in, plan, ld_admin, alice, jordan):
    competency = Competency.objects.filter(program=plan.cohort.program).first()
    criteria = [{"competency": competency.pk}, {"name": "Ready to move", "is_required": False}]
    path = f"selection-plans/{plan.pk}/nomination"
    answer = patch(sign_in(ld_admin), path, criteria=criteria, why="Asked for by the works council")
    assert answer.status_code == 200, answer.json()
    assert [(one["name"], one["is_required"]) for one in answer.json()["criteria"]] == [
        (competency.name, True),
        ("Ready to move", False),
    ]
    answer = patch(sign_in(ld_admin), path, criteria=[criteria[1]], why="Too long")
    assert [one["name"] for one in answer.json()["criteria"]] == ["Ready to move"]
    key = answer.json()["criteria"][0]["pk"]
    words = [{"criterion": key, "words": "Boston"}]
    made = post(
        sign_in(alice),
        "nominations",
        cohort=plan.cohort_id,
        person=jordan.person.pk,
        criteria=words,
    )
    assert made.json()["criteria"] == [{"criterion": key, "name": "Ready to move", "words": "Boston"}]
