"""What a new organization does first: its clock is set, people come in, L&D comes in, a program begins.

Each line goes once done.
"""

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse

from amdp.directory.models import Person
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with, open_invitations
from amdp.tenancy.models import Organization
from amdp.web.tasks import Task, Waiting
from cohorts.models import Program


@dataclass(frozen=True)
class Beginning:
    """What there is already."""

    people: bool
    ld_admin: bool
    invited: bool
    program: bool


def beginning_of(member: Membership) -> Beginning | None:
    """One query for owners and L&D admins, asked once per membership object; None for all others."""
    if not member.has(Role.OWNER, Role.LD_ADMIN):
        return None
    known: Beginning | None = getattr(member, "_beginning", None)
    if known is None:
        invited = open_invitations().filter(granted_roles__contains=[Role.LD_ADMIN])
        row = Organization.objects.filter(pk=member.organization_id).values_list(
            Exists(Person.objects.order_by()),
            Exists(members_with(member.organization, Role.LD_ADMIN).order_by()),
            Exists(invited.order_by()),
            Exists(Program.objects.order_by()),
        )
        known = Beginning(*row.get())
        member._beginning = known  # type: ignore[attr-defined]
    return known


def tasks_for(member: Membership) -> list[Task]:
    """The steps that are open and that this member can take, in order."""
    there, org = beginning_of(member), member.organization.slug
    if there is None:
        return []
    steps = []
    if member.has(Role.OWNER) and member.organization.time_zone_confirmed_at is None:
        steps.append(
            Task(
                title="Confirm your organization’s time zone",
                detail="It counts for everybody whose own is not in your file, so it comes first.",
                action="Choose the time zone",
                url=reverse("identity:time_zone_confirm", args=[org]),
                icon="clock",
            )
        )
    if member.has(Role.OWNER) and not there.people:
        steps.append(
            Task(
                title="Bring your people in",
                detail="A CSV file from your HR system. Every row is checked before anything is kept.",
                action="Import people",
                url=reverse("imports:import_new", args=[org]),
                icon="table-import",
            )
        )
    if member.has(Role.OWNER) and not (there.ld_admin or there.invited):
        steps.append(
            Task(
                title="Invite somebody from L&D",
                detail="An L&D admin designs the program, runs its cohorts and sees what is late.",
                action="Invite",
                url=reverse("invitations:invitation_new", args=[org]),
                icon="user-plus",
            )
        )
    if member.has(Role.LD_ADMIN) and not there.program:
        steps.append(
            Task(
                title="Create the first program",
                detail="Start from one of four blueprints and change what is different at your company.",
                action="Create a program",
                url=reverse("cohorts:program_new", args=[org]),
                icon="stack-2",
            )
        )
    return steps


def waiting_for(member: Membership) -> list[Waiting]:
    """What an owner without that role waits for L&D to do."""
    there = beginning_of(member)
    if there is None or member.has(Role.LD_ADMIN) or there.program:
        return []
    if there.ld_admin:
        return [
            Waiting(
                title="L&D creates the first program",
                detail="Leaders can be asked to nominate after that",
                url=reverse("cohorts:program_list", args=[member.organization.slug]),
            )
        ]
    if there.invited:
        return [
            Waiting(
                title="An L&D admin accepts the invitation",
                detail="They then create the first program",
                url=reverse("invitations:invitation_list", args=[member.organization.slug]),
            )
        ]
    return []
