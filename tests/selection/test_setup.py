from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from amdp.audit.models import AuditEntry
from cohorts.models import Cohort
from selection.defaults import GroupTerms, RuleTerms, groups_for, weights_for
from selection.models import Criterion, EligibilityRule
from selection.plan_parts.eligibility import groups_in
from selection.queries import unmet_for_move
from selection.queries.plan import is_set_up, plan_of, weights_of
from selection.services import set_up_selection
from tests.factories.cohorts import CohortFactory, CompetencyFactory, ProgramFactory
from tests.factories.directory import GradeFactory
from tests.factories.selection import in_state


@pytest.mark.parametrize("blueprint", ["", "account-director-residency", "account-leadership", "unknown"])
def test_default_weights_add_up_to_100(blueprint):
    assert sum(weights_for(blueprint).values()) == 100
    assert set(weights_for(blueprint)) == set(Criterion.Kind.values)


def test_set_up_starts_from_the_blueprint_and_is_stored(acme, ld_admin):
    cohort = CohortFactory(program=ProgramFactory(blueprint="account-director-residency"))
    proposed = weights_of(cohort)
    assert not is_set_up(cohort)
    set_up_selection(cohort, by=ld_admin)
    assert weights_of(cohort) == proposed == {"performance": 30, "potential": 20, "assessment": 50}
    assert groups_in(plan_of(cohort)) == list(groups_for("account-director-residency"))
    assert AuditEntry.objects.filter(verb="selection.plan_begun").count() == 1


def test_rules_are_switched_and_changed(acme, ld_admin):
    cohort = CohortFactory()
    low, high = GradeFactory(code="4"), GradeFactory(code="6")
    rules = [
        RuleTerms(fact="tenure", threshold=Decimal(36)),
        RuleTerms(fact="market", is_on=False),
        RuleTerms(fact="grade", lowest_grade=low, highest_grade=high),
    ]
    set_up_selection(cohort, weights={"assessment": 100}, groups=[GroupTerms(tuple(rules))], by=ld_admin)
    (group,) = groups_in(plan_of(cohort))
    stored = {rule.fact: rule for rule in group.rules}
    assert stored["tenure"].threshold == 36
    assert not stored["market"].is_on
    assert (stored["grade"].lowest_grade, stored["grade"].highest_grade) == (low, high)
    assert weights_of(cohort) == {"performance": 0, "potential": 0, "assessment": 100}


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ({"performance": 50, "assessment": 40}, "add up to 90"),
        ({"performance": 0, "potential": 0, "assessment": 0}, "add up to 0"),
        ({"performance": -10, "assessment": 110}, "cannot be below 0"),
        ({"charm": 100}, "is not a criterion"),
    ],
)
def test_weights_that_do_not_add_up_are_refused(acme, ld_admin, weights, sentence):
    cohort = CohortFactory()
    with pytest.raises(ValidationError, match=sentence):
        set_up_selection(cohort, weights=weights, by=ld_admin)
    assert not is_set_up(cohort)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (RuleTerms(fact="tenure"), "how many months"),
        (RuleTerms(fact="ratings", threshold=Decimal(6), count=2), "from 1 to 5"),
        (RuleTerms(fact="grade"), "lowest or the highest grade"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(acme, ld_admin, rule, sentence):
    with pytest.raises(ValidationError, match=sentence):
        set_up_selection(CohortFactory(), groups=[GroupTerms((rule,))], by=ld_admin)


def test_grades_the_wrong_way_round_are_refused(acme, ld_admin):
    rule = RuleTerms(fact="grade", lowest_grade=GradeFactory(code="7"), highest_grade=GradeFactory(code="5"))
    with pytest.raises(ValidationError, match="has to stand below"):
        set_up_selection(CohortFactory(), groups=[GroupTerms((rule,))], by=ld_admin)


@pytest.mark.parametrize("state", [state for state in Cohort.State if state != Cohort.State.DRAFT])
def test_set_up_is_locked_once_nominations_begin(acme, ld_admin, state):
    cohort = in_state(CohortFactory(), state)
    with pytest.raises(ValidationError, match="Nominations have begun"):
        set_up_selection(cohort, by=ld_admin)
    assert not EligibilityRule.objects.exists()


def test_a_cohort_waits_for_its_criteria_before_nominations(acme):
    cohort = CohortFactory()
    assert unmet_for_move(cohort, "nominating") == [
        "Begin the selection plan: windows, eligibility, criteria.",
        "The program has no behaviours to assess. Complete its competency model.",
    ]
    CompetencyFactory(program=cohort.program)
    set_up_selection(cohort, by=None)
    assert unmet_for_move(cohort, "nominating") == []
