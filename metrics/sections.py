"""The line about adverse impact on a cohort's own page (settings.COHORT_SECTIONS)."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from amdp.identity.models import Membership
from cohorts.models import Cohort
from cohorts.readiness import DONE, IN_PROGRESS, NOT_STARTED, Section
from metrics import access
from metrics.models import ImpactReview, ImpactSnapshot


def impact_sections(cohort: Cohort, member: Membership) -> list[Section]:
    """How many stages are frozen, and how many of them were reviewed. One query."""
    if cohort.state == Cohort.State.DRAFT or not access.can_read_impact(member):
        return []
    reviews = ImpactReview.objects.filter(snapshot=OuterRef("pk")).order_by()
    closed = ImpactSnapshot.objects.filter(cohort=cohort, occasion=ImpactSnapshot.Occasion.CLOSED)
    closed = closed.filter(cohort__in=access.visible_impact(member))
    found = list(closed.order_by().annotate(seen=Exists(reviews)).values_list("seen", flat=True))
    if not found:
        state, detail = NOT_STARTED, "Frozen as each stage closes"
    elif all(found):
        state, detail = DONE, f"{len(found)} stages frozen and reviewed"
    else:
        state, detail = IN_PROGRESS, f"{len(found)} stages frozen, {sum(found)} reviewed"
    address = reverse("metrics:impact_detail", args=[member.organization.slug, cohort.pk])
    return [Section("impact", "Adverse impact", state, detail, url=address)]
