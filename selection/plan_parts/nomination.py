"""What the nomination form asks, who may nominate themselves, and whether the nominee is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cohorts.models import Cohort
from selection.models import Criterion, NominationCriterion, NominationTerms, SelectionPlan, Stage
from selection.plan_parts.base import Part


@dataclass(frozen=True)
class Asked:
    """One criterion as it is asked for: ``competency`` is an id, or None for one that is named freely."""

    name: str
    hint: str = ""
    is_required: bool = True
    competency: int | None = None
    pk: int | None = None

    @property
    def field(self) -> str:
        """Its name among the fields of a form."""
        return f"criterion_{self.pk}"


@dataclass(frozen=True)
class Terms:
    """What a plan asks of a nomination; as it stands here, what everybody is asked without anything set."""

    asks_performance: bool = True
    asks_potential: bool = True
    references: int = 0
    asks_statements: bool = False
    allows_self: bool = False
    asks_consent: bool = False
    consent_days: int = 5
    criteria: Sequence[Asked] = field(default=())

    @property
    def views(self) -> list[str]:
        """The views that are asked for."""
        asked = {"performance_view": self.asks_performance, "potential_view": self.asks_potential}
        return [name for name, is_asked in asked.items() if is_asked]


SWITCHES = (
    "asks_performance",
    "asks_potential",
    "references",
    "asks_statements",
    "allows_self",
    "asks_consent",
    "consent_days",
)


def terms_in(plan: SelectionPlan) -> Terms:
    """What a plan asks of a nomination; no query for a plan read with its parts."""
    stored = next(iter(plan.nomination_terms.all()), None)
    criteria = tuple(asked_by(one) for one in plan.nomination_criteria.all())
    if stored is None:
        return Terms(criteria=criteria)
    return Terms(**{name: getattr(stored, name) for name in SWITCHES}, criteria=criteria)


def asked_by(criterion: NominationCriterion) -> Asked:
    """A stored criterion as it is handed in and out."""
    return Asked(criterion.name, criterion.hint, criterion.is_required, criterion.competency_id, criterion.pk)


def store_terms(plan: SelectionPlan, terms: Terms) -> None:
    """Write what a plan asks. A criterion keeps its row by its competency or name, so that what was written
    for it stays with it; those not named any more are gone, what was written for them is kept."""
    NominationTerms.objects.update_or_create(
        plan=plan, defaults={name: getattr(terms, name) for name in SWITCHES}
    )
    stored = {(one.competency_id, one.name): one for one in plan.nomination_criteria.all()}
    wanted = [(one, stored.get((one.competency, one.name))) for one in terms.criteria]
    found = [one.pk for _, one in wanted if one is not None]
    NominationCriterion.objects.filter(plan=plan).exclude(pk__in=found).delete()
    for position, (one, row) in enumerate(wanted):
        row = row or NominationCriterion(plan=plan, competency_id=one.competency, name=one.name)
        row.hint, row.is_required, row.position = one.hint, one.is_required, position
        row.save()


def _content(plan: SelectionPlan) -> dict[str, str]:
    terms = terms_in(plan)
    said = {
        one.name: ("required" if one.is_required else "asked for") + (f": {one.hint}" if one.hint else "")
        for one in terms.criteria
    }
    views = {"performance": terms.asks_performance, "potential": terms.asks_potential}
    asked = [name for name, is_asked in views.items() if is_asked]
    said["Views"] = " and ".join(asked).capitalize() or "None"
    if terms.references:
        asks = ", asked for a statement" if terms.asks_statements else ""
        said["References"] = f"{terms.references}{asks}"
    if terms.allows_self:
        said["Nominating oneself"] = "allowed, endorsed by the leader"
    if terms.asks_consent:
        said["Consent of the nominee"] = f"within {terms.consent_days} business days"
    return said


def _propose(plan: SelectionPlan) -> None:
    """The form as it is without anything set."""


def _copy(source: SelectionPlan, target: SelectionPlan) -> None:
    store_terms(target, terms_in(source))


def _missing(plan: SelectionPlan) -> list[str]:
    terms = terms_in(plan)
    weights = {one.kind: one.weight for one in plan.criteria.all()}
    potential = weights.get(Criterion.Kind.POTENTIAL, 0)
    if potential and not terms.asks_potential:
        return [
            f"Potential counts {potential}% and comes from the nominations, which do not ask for it. "
            "Ask for it, or let it count 0."
        ]
    return []


def _said(plan: SelectionPlan) -> str:
    terms = terms_in(plan)
    count = len(terms.criteria)
    asked = (
        "what was seen"
        if not count
        else f"evidence for {'1 criterion' if count == 1 else f'{count} criteria'}"
    )
    parts = [f"Rationale, {asked}"]
    if terms.references:
        parts.append("1 reference" if terms.references == 1 else f"{terms.references} references")
    if terms.allows_self:
        parts.append("people may nominate themselves")
    if terms.asks_consent:
        parts.append("the nominee is asked first")
    return ", ".join(parts)


PART = Part(
    key="nomination",
    title="Nomination",
    about="What a nomination has to say, and who is asked before it is shared.",
    stage=Stage.Kind.NOMINATION,
    last=Cohort.State.NOMINATING,
    content=_content,
    propose=_propose,
    copy=_copy,
    missing=_missing,
    said=_said,
)
