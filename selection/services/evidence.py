"""What nominators write per criterion."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from selection.models import Nomination, NominationEvidence
from selection.queries.evidence import terms_for_nomination

LONGEST = 3000
TEXT = ("rationale", "evidence", "performance_view", "potential_view")
VIEWS = ("performance_view", "potential_view")


def write_text(nomination: Nomination, text: Mapping[str, Any]) -> None:
    """Take over what was typed, unsaved. Who endorses another's own words changes their views alone. Raises
    ValidationError for a view that is none."""
    endorses = nomination.endorser_id is not None and nomination.is_own
    for name in VIEWS if endorses else TEXT:
        if name in text:
            value = text[name]
            setattr(nomination, name, value.strip() if isinstance(value, str) else value)
    for name in VIEWS:
        value = getattr(nomination, name)
        if value is not None and not 1 <= value <= 5:
            raise ValidationError({name: "Choose a value from 1 to 5."})


def write_evidence(nomination: Nomination, criteria: Mapping[int, str] | None) -> None:
    """Keep what was seen, by the id of each criterion; those not named keep what they have. The row of the
    nomination is locked by the caller. Raises ValidationError for a criterion the plan does not ask for."""
    if not criteria or (nomination.endorser_id is not None and nomination.is_own):
        return
    asked = {one.pk: one for one in terms_for_nomination(nomination).criteria}
    if set(criteria) - set(asked):
        raise ValidationError({"criteria": "The plan does not ask for one of these criteria."})
    order = list(asked)
    for key, words in criteria.items():
        if len(words) > LONGEST:
            raise ValidationError({asked[key].field: f"Keep it under {LONGEST} characters."})
        NominationEvidence.objects.update_or_create(
            nomination=nomination,
            criterion_id=key,
            defaults={"name": asked[key].name, "words": words.strip(), "position": order.index(key)},
        )
