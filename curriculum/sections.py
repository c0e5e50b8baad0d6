"""The journey's line on a cohort's own page (settings.COHORT_SECTIONS)."""

from django.urls import reverse

from amdp.identity.models import Membership
from amdp.web.time import day
from cohorts.models import Cohort
from cohorts.readiness import DONE, NOT_STARTED, Section
from curriculum.access import follows_cohorts
from curriculum.queries.schedule import journey_of


def journey_sections(cohort: Cohort, member: Membership) -> list[Section]:
    """Whether the cohort's journey has dates, for those who may look at its progress."""
    if not follows_cohorts(member):
        return []
    url = reverse("curriculum:cohort_progress", args=[member.organization.slug, cohort.pk])
    journey = journey_of(cohort)
    if journey is None:
        return [Section("journey", "Journey", NOT_STARTED, "Participants see no dates yet.", url=url)]
    return [Section("journey", "Journey", DONE, f"Scheduled on {day(journey.scheduled_at)}", url=url)]
