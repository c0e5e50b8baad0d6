"""What a nomination is asked, what it says, and what it still lacks."""

from cohorts.models import Cohort
from selection.models import Nomination, SelectionPlan
from selection.plan_parts.nomination import Terms, terms_in

LACKS = {
    "rationale": "Say why this person, and why now.",
    "evidence": "Say what you have seen: when, with whom, what happened.",
    "performance_view": "Choose how the person performs today.",
    "potential_view": "Choose how far you see the person going.",
}


def terms_of_nominations(cohort: Cohort) -> Terms:
    """What the cohort's plan asks of a nomination."""
    plans = SelectionPlan.objects.filter(cohort=cohort)
    plan = plans.prefetch_related("nomination_terms", "nomination_criteria").first()
    return terms_in(plan) if plan is not None else Terms()


def terms_for_nomination(nomination: Nomination) -> Terms:
    """What its cohort's plan asks of this nomination."""
    return terms_of_nominations(nomination.candidate.cohort)


def words_by_criterion(nomination: Nomination) -> dict[int, str]:
    """What was written, by the id of each criterion that is still asked for."""
    return {one.criterion_id: one.words for one in nomination.evidence_given.all() if one.criterion_id}


def lacking(nomination: Nomination, terms: Terms | None = None) -> dict[str, str]:
    """What keeps it from being handed in, a sentence by field; empty when it is complete."""
    terms = terms or terms_for_nomination(nomination)
    lacks = {} if nomination.rationale.strip() else {"rationale": LACKS["rationale"]}
    if not terms.criteria and not nomination.evidence.strip():
        lacks["evidence"] = LACKS["evidence"]
    if terms.criteria:
        words = words_by_criterion(nomination)
        for one in terms.criteria:
            if one.is_required and not words.get(one.pk or 0, "").strip():
                lacks[one.field] = f"Say what you have seen for “{one.name}”."
    for name in terms.views:
        if getattr(nomination, name) is None:
            lacks[name] = LACKS[name]
    return lacks
