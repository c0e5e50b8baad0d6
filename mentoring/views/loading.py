"""Load what the member may see, or answer as if it did not exist; refuse what they may not do."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from amdp.directory.queries import person_of
from amdp.identity.requests import MemberRequest
from cohorts.access import visible_cohorts
from cohorts.models import Cohort
from mentoring import access
from mentoring.models import Mentor, Mentorship


def only_ld(
    request: MemberRequest, sentence: str = "Only L&D admins match mentors and look after the pool."
) -> None:
    """Pages that L&D admins alone open."""
    if not access.runs_mentoring(request.member):
        raise PermissionDenied(sentence)


def cohort_to_match(request: MemberRequest, pk: int) -> Cohort:
    """A cohort whose mentoring the member may set up."""
    cohort = get_object_or_404(visible_cohorts(request.member).select_related("program"), pk=pk)
    only_ld(request)
    return cohort


def own_mentor_entry(request: MemberRequest) -> Mentor:
    """The member as a mentor; 404 for those who were never asked."""
    person = person_of(request.member)
    if person is None:
        raise Http404
    return get_object_or_404(access.visible_mentors(request.member), person=person)


def visible_mentorship(request: MemberRequest, pk: int) -> Mentorship:
    """A pair the member may see."""
    return get_object_or_404(access.visible_mentorships(request.member), pk=pk)
