from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from amdp.identity.models import Membership, Role
from amdp.identity.queries import open_invitations
from amdp.identity.services import create_organization, invite, renew_link
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization


class Command(BaseCommand):
    help = "Create an organization and invite its owner. Run it again for a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="short name in addresses, such as acme")
        parser.add_argument("--name", required=True, help="name people see, such as Acme Pharma")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="address of the first owner")
        parser.add_argument(
            "--time-zone", metavar="ZONE", help="such as Europe/Berlin; without it the first owner is asked"
        )

    @transaction.atomic
    def handle(
        self, *, slug: str, name: str, owner: str, time_zone: str | None = None, **options: Any
    ) -> None:
        try:
            validate_email(owner)
            organization = self._organization(slug, name, time_zone)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with organization_context(organization):
            self._owner(organization, owner.lower())

    def _organization(self, slug: str, name: str, time_zone: str | None) -> Organization:
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None:
            organization = create_organization(
                slug, name=name, **({"time_zone": time_zone} if time_zone else {})
            )
            self.stdout.write(f"Created {organization.name} at /o/{slug}/.")
        elif organization.name != name:
            self.stdout.write(f"/o/{slug}/ exists and is called {organization.name}; its name stays.")
        else:
            self.stdout.write(f"{organization.name} exists at /o/{slug}/.")
        return organization

    def _owner(self, organization: Organization, email: str) -> None:
        members = Membership.objects.filter(organization=organization, is_active=True)
        member = members.filter(user__email__iexact=email).first()
        if member is not None and member.has(Role.OWNER):
            self.stdout.write(f"{email} is an owner already and signs in as before.")
            return
        if member is not None:
            raise CommandError(f"{email} is a member already. An owner can make them an owner under Members.")
        invitation = open_invitations().filter(email__iexact=email).first()
        invitation = invitation or invite(email, roles=[Role.OWNER], by=None, mail=False)
        if Role.OWNER not in invitation.granted_roles:
            raise CommandError(
                f"{email} is invited already, but not as owner. Withdraw that invitation first."
            )
        self.stdout.write(f"{email} becomes the owner and sets a password here, within 14 days:")
        self.stdout.write(renew_link(invitation, organization))
