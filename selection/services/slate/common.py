"""What every verb on a slate begins with."""

from django.core.exceptions import PermissionDenied, ValidationError

from amdp.identity.models import Membership
from selection import access
from selection.models import Slate


def locked_slate(slate: Slate) -> Slate:
    """The slate as it is now, held until the transaction ends: verbs on one slate follow each other."""
    return (
        Slate.objects.select_for_update(of=("self",))
        .select_related("cohort__program", "organization")
        .get(pk=slate.pk)
    )


def check_open(slate: Slate, by: Membership) -> None:
    """Raises ValidationError once it is released, saying by whom, and PermissionDenied for who may not decide."""
    if slate.state == Slate.State.RELEASED:
        who = f" by {slate.released_by}" if slate.released_by else ""
        raise ValidationError(f"The outcomes were released{who} already and stay as they are.")
    if not access.can_decide_slate(by, slate):
        raise PermissionDenied("Only L&D decides on a slate, and never on one they are part of.")
