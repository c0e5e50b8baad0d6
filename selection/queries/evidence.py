"""What a nomination is asked, what it says, and what it still lacks."""

from cohorts.models import Cohort
from selection.models import Consent, Nomination, SelectionPlan
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


def needs_consent(nomination: Nomination) -> bool:
    """Whether the plan asks the nominee, and they have not consented in this cohort already."""
    if not terms_for_nomination(nomination).asks_consent:
        return False
    given = Consent.objects.filter(nomination__candidate=nomination.candidate_id, state=Consent.State.GIVEN)
    return not given.exists()


def words_by_criterion(nomination: Nomination) -> dict[int, str]:
    """What was written, by the id of each criterion that is still asked for."""
    return {one.criterion_id: one.words for one in nomination.evidence_given.all() if one.criterion_id}


def words_of(nomination: Nomination) -> dict[str, str]:
    """Everything a nomination says, by label, as a version keeps it."""
    said = {"Why this person, why now": nomination.rationale}
    said |= {one.name: one.words for one in nomination.evidence_given.order_by("position", "pk")}
    if nomination.evidence:
        said["What was seen"] = nomination.evidence
    views = {"Performs today": nomination.performance_view, "Potential": nomination.potential_view}
    said |= {label: f"{value} of 5" for label, value in views.items() if value is not None}
    for one in nomination.references.select_related("person").order_by("position", "pk"):
        said[f"Reference: {one.person or one.typed}"] = one.about
    return said


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
    lacks |= _references_lacking(nomination, terms)
    for name in [] if nomination.is_own and nomination.endorser_id is None else terms.views:
        if getattr(nomination, name) is None:
            lacks[name] = LACKS[name]
    return lacks


def _references_lacking(nomination: Nomination, terms: Terms) -> dict[str, str]:
    if not terms.references:
        return {}
    named = list(nomination.references.all())
    unknown = {
        f"reference_{place}": f"The directory does not know exactly one “{one.typed}” who could speak to it. "
        "Write the full name, or the employee number."
        for place, one in enumerate(named, start=1)
        if one.person_id is None
    }
    if len(named) < terms.references:
        count = terms.references
        people = "1 person" if count == 1 else f"{count} people"
        unknown.setdefault(f"reference_{len(named) + 1}", f"Name {people} who can speak to it.")
    return unknown
