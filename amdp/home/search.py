"""One search over people, cohorts, candidates and accounts, each only as far as the member may see it."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from amdp.directory.access import visible_accounts, visible_people
from amdp.directory.queries import search_accounts, search_people
from amdp.identity.models import Membership
from cohorts.access import visible_cohorts
from selection.access import visible_candidates
from selection.queries.candidates import search_candidates

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
    text = text.replace("\0", "").strip()
    if len(text) < 2:
        return []
    groups = [
        Group("People", "user", _people(member, text)),
        Group("Cohorts", "stack-2", _cohorts(member, text)),
        Group("Candidates", "list-check", _candidates(member, text)),
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
    # a word of the name counts as its start: “Spring 2027” is found by its year
    starts = Q(name__istartswith=text) | Q(name__icontains=f" {text}") | Q(program__name__istartswith=text)
    cohorts = visible_cohorts(member).filter(starts).select_related("program")
    return [
        Hit(cohort.name, cohort.program.name, reverse("cohorts:cohort_detail", args=[slug, cohort.pk]))
        for cohort in cohorts[:SHOWN]
    ]


def _candidates(member: Membership, text: str) -> list[Hit]:
    slug = member.organization.slug
    return [
        Hit(
            candidate.person.name,
            f"{candidate.cohort.name} · {candidate.get_state_display()}",
            reverse("selection:candidate_detail", args=[slug, candidate.pk]),
        )
        for candidate in search_candidates(visible_candidates(member), text)[:SHOWN]
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
