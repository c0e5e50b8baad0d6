"""Making the demo organizations: once, each in one transaction."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from amdp.demo.cast import COMPANIES, Company
from amdp.demo.directory import settle
from amdp.demo.stories import tell
from amdp.identity.services import create_organization
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization


def seed_demo(today: dt.date | None = None) -> Iterator[str]:
    """Make what is missing, and say so line by line. What is there stays as people have left it."""
    day = today or timezone.now().date()
    for company in COMPANIES:
        if Organization.objects.filter(slug=company.slug).exists():
            yield f"{company.name} is there."
        else:
            yield make(company, day)


def make(company: Company, today: dt.date) -> str:
    """One organization with everything in it; all of it or nothing."""
    with transaction.atomic():
        organization = create_organization(
            company.slug,
            name=company.name,
            accent=company.accent,
            market=company.market,
            time_zone=company.time_zone,
        )
        with organization_context(organization):
            world = settle(company, organization, today)
            tell(world)
    return f"{company.name}: {len(world.people)} people, {len(world.accounts)} accounts."
