"""Who has a candidate's file written out, and for whom."""

from django.db.models import Q, QuerySet

from amdp.identity.models import Membership, Role
from selection.access.candidates import visible_candidates, visible_outcomes
from selection.models import Candidate

NOT_THE_FILE = "L&D writes the file of a candidate out. Candidates ask for their own after the release."


def files_for(member: Membership, audience: str) -> QuerySet[Candidate]:
    """Candidates whose file the member may have written out. For the person: the own one after the release, and
    L&D on somebody's request then. For a review board: L&D, of selections they are not part of."""
    everything, runs = visible_candidates(member), member.has(Role.LD_ADMIN)
    if audience == "person":
        seen = Q(pk__in=visible_outcomes(member).order_by().values("pk"))
        if runs:
            released = everything.filter(cohort__released_at__isnull=False)
            seen |= Q(pk__in=released.order_by().values("pk"))
    else:
        seen = Q(pk__in=everything.order_by().values("pk")) if runs else Q(pk__in=[])
    return Candidate.objects.select_related("person__grade", "cohort__program").filter(seen)
