"""What the frame around every page shows: the contract between this app and ``templates/base.html``."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from amdp.directory.access import leads
from amdp.directory.queries import person_of
from amdp.identity.models import Membership, Role, User
from amdp.identity.queries import known_memberships
from amdp.notifications.queries import unread_count
from amdp.tenancy.models import Organization
from amdp.web.time import zone_line

TABS = 3
OFTEN_ON_A_PHONE = ("Home", "Journeys", "Mentoring")  # of participants and mentors
SETTINGS = re.compile(r"/o/[-\w]+/settings/")
Predicate = Callable[[Membership], bool]


@dataclass(frozen=True)
class NavItem:
    """One place to go: in the left navigation, the tabs on a phone, or the own menu."""

    label: str
    url: str
    icon: str
    current: bool = False
    tally: int = 0


@dataclass(frozen=True)
class Shell:
    """Everything in it is None or empty when nobody is signed in; outside an organization only the person
    and the organizations to choose from are there."""

    nav: list[NavItem] = field(default_factory=list)
    first: tuple[str, ...] = ()
    organization: Organization | None = None
    organizations: list[Organization] | None = None
    person_name: str | None = None
    role_line: str | None = None
    unread: int | None = None
    time_zone_line: str | None = None
    home_url: str | None = None
    search_url: str | None = None
    notifications_url: str | None = None
    brand_url: str | None = None
    own_menu: list[NavItem] = field(default_factory=list)

    @property
    def tabs(self) -> list[NavItem]:
        """Three, for the bar at the bottom of a phone; all where there are four."""
        if len(self.nav) <= TABS + 1:
            return self.nav
        chosen = [item for item in self.nav if item.label in self.first]
        return chosen if len(chosen) == TABS else self.nav[:TABS]

    @property
    def more(self) -> list[NavItem]:
        """What stands behind "More" there."""
        return [item for item in self.nav if item not in self.tabs]


def everyone(member: Membership) -> bool:
    return True


def takes_part(member: Membership) -> bool:
    """Someone from the directory, or who runs or studies programs."""
    return member.has(Role.LD_ADMIN, Role.HR_ANALYST) or person_of(member) is not None


def has_people(member: Membership) -> bool:
    """Someone who sees at least one person: owners bring them in."""
    return member.has(Role.OWNER) or takes_part(member)


def holds(*roles: Role) -> Predicate:
    """Members with one of these granted roles."""
    return lambda member: member.has(*roles)


def reads_outcomes(member: Membership) -> bool:
    """Those who read everybody's outcomes, the one page of results, their own line's, or review adverse impact."""
    return member.has(Role.LD_ADMIN, Role.HR_ANALYST, Role.SPONSOR, Role.IMPACT_REVIEWER) or leads(member)


def has_journeys(member: Membership) -> bool:
    """Those who take part, sponsors who read totals, and facilitators from outside."""
    return takes_part(member) or member.has(Role.FACILITATOR, Role.SPONSOR)


@dataclass(frozen=True)
class Place:
    """An entry of the navigation and whom it is for; ``holds`` names other apps whose pages belong there."""

    label: str
    address: str
    icon: str
    predicate: Predicate
    holds: tuple[str, ...] = ()

    @property
    def namespace(self) -> str:
        return self.address.partition(":")[0]


# A place whose app has no such address is left out.
PLACES = [
    Place("Home", "home:home", icon="home", predicate=everyone),
    Place(
        "Programs",
        "cohorts:program_list",
        icon="stack-2",
        predicate=holds(Role.OWNER, Role.LD_ADMIN, Role.HR_ANALYST, Role.SPONSOR),
    ),
    Place("Selection", "selection:selection_home", icon="list-check", predicate=takes_part),
    Place("Journeys", "curriculum:journey_home", icon="route", predicate=has_journeys),
    Place("Mentoring", "mentoring:mentoring_home", icon="users", predicate=takes_part),
    Place(
        "Outcomes",
        "metrics:outcomes",
        icon="chart-line",
        predicate=reads_outcomes,
    ),
    Place(
        "People",
        "directory:person_list",
        icon="address-book",
        predicate=has_people,
        holds=("imports", "exports"),
    ),
    Place(
        "Settings",
        "identity:settings",
        icon="settings",
        predicate=holds(Role.OWNER, Role.LD_ADMIN, Role.HR_ANALYST),
    ),
]
OWN_PLACES = [
    ("Your profile", "identity:profile", {"icon": "user"}),
    ("API tokens", "identity:token_list", {"icon": "api"}),
    ("Password", "account_change_password", {"icon": "key"}),
    ("E-mail addresses", "account_email", {"icon": "mail"}),
    ("Two-factor authentication", "mfa_index", {"icon": "shield-lock"}),
    ("Where you are signed in", "usersessions_list", {"icon": "devices"}),
    ("All your organizations", "identity:organization_list", {"icon": "building"}),
]


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: the frame for whoever looks at this page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": Shell()}
    member: Membership | None = getattr(request, "member", None)
    return {"shell": frame_of(request, member) if member else outside(request, user)}


def outside(request: HttpRequest, user: User) -> Shell:
    """The frame of the account's own pages, which belong to no organization."""
    return Shell(
        person_name=str(user),
        organizations=[membership.organization for membership in known_memberships(user)],
        own_menu=own_menu(request, ""),
    )


def frame_of(request: HttpRequest, member: Membership) -> Shell:
    """The frame inside an organization."""
    slug = member.organization.slug
    return Shell(
        nav=navigation(request, member),
        first=() if member.roles or leads(member) else OFTEN_ON_A_PHONE,
        organization=member.organization,
        organizations=[membership.organization for membership in known_memberships(cast(User, request.user))],
        person_name=member.display_name,
        role_line=role_line(member),
        time_zone_line=zone_line(),
        home_url=address("home:home", slug),
        search_url=address("home:search", slug),
        notifications_url=address("notifications:notification_list", slug),
        unread=unread_count(member),
        brand_url=f"{address('home:brand', slug)}?{member.organization.accent[1:]}",
        own_menu=own_menu(request, slug),
    )


def navigation(request: HttpRequest, member: Membership) -> list[NavItem]:
    """The places this member may use, the present one marked."""
    match = request.resolver_match
    here = match.namespace if match else ""
    found = (
        (place, address(place.address, member.organization.slug))
        for place in PLACES
        if place.predicate(member)
    )
    return [
        NavItem(place.label, url, place.icon, current=is_here(place, here, request.path))
        for place, url in found
        if url
    ]


def is_here(place: Place, namespace: str, path: str) -> bool:
    """Pages of several apps stand under Settings; everywhere else the app decides."""
    in_settings = SETTINGS.match(path) is not None
    if in_settings or place.address == "identity:settings":
        return in_settings and place.address == "identity:settings"
    return namespace in (place.namespace, *place.holds)


def own_menu(request: HttpRequest, slug: str) -> list[NavItem]:
    """What concerns the login itself."""
    found = ((label, address(name, slug), look["icon"]) for label, name, look in OWN_PLACES)
    return [NavItem(label, url, icon, current=url == request.path) for label, url, icon in found if url]


def role_line(member: Membership) -> str:
    """``Regional director · L&D admin``: the job, then what was granted."""
    person = person_of(member)
    granted = [role.label for role in Role if role in member.roles]
    return " · ".join([*([person.job_title] if person and person.job_title else []), *granted][:3])


def address(name: str, slug: str) -> str | None:
    """The address by its name, inside the organization or without one."""
    for kwargs in ({"org": slug}, {}) if slug else ({},):
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return None
