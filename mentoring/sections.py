"""The mentoring line on a cohort's own page (settings.COHORT_SECTIONS)."""

from django.urls import reverse

from amdp.identity.models import Membership
from cohorts.models import Cohort
from cohorts.readiness import DONE, IN_PROGRESS, NOT_STARTED, Section
from mentoring.access import runs_mentoring
from mentoring.queries import counts_of


def cohort_sections(cohort: Cohort, member: Membership) -> list[Section]:
    """How many participants have a mentor, for L&D admins."""
    if not runs_mentoring(member):
        return []
    url = reverse("mentoring:cohort_mentoring", args=[member.organization.slug, cohort.pk])
    counts = None if cohort.state in Cohort.BEFORE_START else counts_of(cohort)
    if counts is None or not (counts.people or counts.graduates):
        return [
            Section(
                "mentoring", "Mentoring", NOT_STARTED, "Matching starts once people are enrolled.", url=url
            )
        ]
    status = DONE if not counts.waiting else IN_PROGRESS if counts.paired else NOT_STARTED
    return [Section("mentoring", "Mentoring", status, counts.sentence, url=url)]
