"""One search over people, cohorts and accounts, each only as far as the member may see it."""

from dataclasses import dataclass

from django.urls import reverse

from amdp.directory.access import visible_accounts, visible_people
from amdp.directory.queries import search_accounts, search_people
from amdp.identity.models import Membership
from cohorts.access import visible_cohorts

SHOWN = 8


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    title: str
    icon: str
    hits: list[Hit]


def search(member: Membership, text: str) -> list[Group]:
    """Groups with at least one hit; nothing for fewer than two letters."""
    text = text.strip()
    if len(text) < 2:
        return []
    groups = [
        Group("People", "user", _people(member, text)),
        Group("Cohorts", "stack-2", _cohorts(member, text)),
        Group("Accounts", "building", _accounts(member, text)),
    ]
    return [group for group in groups if group.hits]


def _people(member: Membership, text: str) -> list[Hit]:
    slug = member.organization.slug
    return [
        Hit(person.name, person.job_title, reverse("directory:person_detail", args=[slug, person.pk]))
        for person in search_people(visible_people(member), text)[:SHOWN]
    ]


def _cohorts(member: Membership, text: str) -> list[Hit]:
    slug = member.organization.slug
    cohorts = visible_cohorts(member).filter(name__icontains=text).select_related("program")
    return [
        Hit(cohort.name, cohort.program.name, reverse("cohorts:cohort_detail", args=[slug, cohort.pk]))
        for cohort in cohorts[:SHOWN]
    ]


def _accounts(member: Membership, text: str) -> list[Hit]:
    slug = member.organization.slug
    return [
        Hit(
            account.name,
            f"{account.get_kind_display()} · {account.city}",
            reverse("directory:account_detail", args=[slug, account.pk]),
        )
        for account in search_accounts(visible_accounts(member), text)[:SHOWN]
    ]
