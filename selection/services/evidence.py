"""What nominators write per criterion."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from selection.models import Nomination, NominationEvidence
from selection.queries.evidence import terms_for_nomination

LONGEST = 3000


def write_evidence(nomination: Nomination, criteria: Mapping[int, str] | None) -> None:
    """Keep what was seen, by the id of each criterion; those not named keep what they have. The row of the
    nomination is locked by the caller. Raises ValidationError for a criterion the plan does not ask for."""
    if not criteria:
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
