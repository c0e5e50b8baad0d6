"""Load what the member may see, or answer as if it did not exist; refuse what they may not do."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from amdp.identity.requests import MemberRequest
from cohorts import access
from cohorts.models import Cohort, Participant, Placement, Program


def program_to_edit(request: MemberRequest, pk: int) -> Program:
    """A program of an L&D admin."""
    program = get_object_or_404(access.visible_programs(request.member), pk=pk)
    if not access.can_edit_program(request.member, program):
        raise PermissionDenied("Only L&D admins design programs, and an archived program stays as it is.")
    return program


def cohort_to_run(request: MemberRequest, pk: int) -> Cohort:
    """A cohort of an L&D admin."""
    cohort = get_object_or_404(access.visible_cohorts(request.member), pk=pk)
    if not access.can_run_cohort(request.member, cohort):
        raise PermissionDenied("Only L&D admins set up and run cohorts.")
    return cohort


def visible_participant(request: MemberRequest, pk: int) -> Participant:
    """A participant the member may see."""
    return get_object_or_404(access.visible_participants(request.member), pk=pk)


def visible_placement(request: MemberRequest, pk: int) -> Placement:
    """A placement the member may see."""
    return get_object_or_404(access.visible_placements(request.member), pk=pk)
