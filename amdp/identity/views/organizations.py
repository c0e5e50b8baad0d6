from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from amdp.identity import access
from amdp.identity.doors import owners_only
from amdp.identity.forms import OrganizationForm, TimeZoneForm
from amdp.identity.models import Role, User
from amdp.identity.queries import memberships_of
from amdp.identity.requests import MemberRequest
from amdp.identity.services import change_organization, confirm_time_zone
from amdp.web.colour import (
    DEFAULT,
    WHITE,
    Palette,
    contrast,
    dark_palette,
    is_colour,
    light_palette,
    rgb,
)
from amdp.web.htmx import render_page


@login_required
@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    """Where to go: straight in with one organization, else choose."""
    assert isinstance(request.user, User)
    memberships = list(memberships_of(request.user))
    if len(memberships) == 1:
        return redirect("home:home", org=memberships[0].organization.slug)
    return render(request, "identity/organization_list.html", {"memberships": memberships})


@dataclass(frozen=True)
class Place:
    """A card of the settings page."""

    title: str
    text: str
    url: str
    icon: str


def settings_places(request: MemberRequest, org: str) -> list[Place]:
    """What there is to set for this member."""
    member, places = request.member, []
    if access.is_owner(member):
        places += [
            Place(
                "Organization",
                "Name, colour, time zone, market, two-factor authentication.",
                reverse("identity:organization_change", args=[org]),
                icon="building",
            ),
            Place(
                "Members and roles",
                "Who can get in, and what they may do.",
                reverse("identity:member_list", args=[org]),
                icon="users-group",
            ),
        ]
    if access.can_invite(member):
        places.append(
            Place(
                "Invitations",
                "Who is asked to join, and who has not answered.",
                reverse("invitations:invitation_list", args=[org]),
                icon="mail",
            )
        )
    if member.has(Role.OWNER, Role.LD_ADMIN, Role.HR_ANALYST):
        places.append(
            Place(
                "Files of selections",
                "How long files of people not selected are kept, and what is deleted when.",
                reverse("selection:retention_detail", args=[org]),
                icon="archive",
            )
        )
    if access.can_read_audit(member):
        places += [
            Place(
                "Audit log",
                "Who changed what, when and why.",
                reverse("identity:entry_list", args=[org]),
                icon="history",
            ),
            Place(
                "Export log",
                "Who took which data out.",
                reverse("identity:export_list", args=[org]),
                icon="file-export",
            ),
        ]
    return places


@require_safe
def settings(request: MemberRequest, org: str) -> HttpResponse:
    """The way to everything that can be set."""
    places = settings_places(request, org)
    if not places:
        raise Http404
    return render(request, "identity/settings.html", {"places": places})


@owners_only
def organization_change(request: MemberRequest, org: str) -> HttpResponse:
    """Name, colour, clock and the two-factor rule."""
    form = OrganizationForm(request.POST or None, instance=request.organization)
    if request.method == "POST" and form.is_valid():
        try:
            change_organization(request.organization, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The organization's settings are saved.")
            return redirect("identity:organization_change", org)
    context = {"form": form, "previews": previews_of(request.organization.accent)}
    return render(request, "identity/organization_change.html", context)


@owners_only
def time_zone_confirm(request: MemberRequest, org: str) -> HttpResponse:
    """The first thing a new owner is asked. A browser may propose its own zone."""
    organization = request.organization
    known = organization.time_zone if organization.time_zone_confirmed_at else request.member.time_zone
    form = TimeZoneForm(request.POST or None, initial={"time_zone": known})
    if request.method == "POST" and form.is_valid():
        try:
            confirm_time_zone(organization, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The time zone is confirmed.")
            return redirect("home:home", org)
    if not (form.is_bound or known):
        form.fields["time_zone"].widget.attrs["data-propose-zone"] = "zone-proposed"
    return render(request, "identity/time_zone_confirm.html", {"form": form})


@dataclass(frozen=True)
class Preview:
    """The accent as one theme shows it."""

    title: str
    palette: Palette
    paper: str
    ratio: float
    adjusted: bool


def previews_of(accent: str) -> list[Preview]:
    """On paper and on the dark page, with the contrast of text in it."""
    colour = rgb(accent if is_colour(accent) else DEFAULT)
    light, dark = light_palette(colour), dark_palette(colour)
    papers = (("Light", light, "#ffffff", WHITE), ("Dark", dark, "#172029", (23, 32, 41)))
    return [
        Preview(
            title,
            palette,
            paper,
            round(contrast(rgb(palette.ink), surface), 1),
            palette.accent != accent.lower(),
        )
        for title, palette, paper, surface in papers
    ]


@owners_only
@require_safe
def accent_preview(request: MemberRequest, org: str) -> HttpResponse:
    """What a colour would look like, before it is saved."""
    context = {"previews": previews_of(request.GET.get("accent", ""))}
    return render_page(
        request, "identity/_accent_preview.html", context, fragment="identity/_accent_preview.html"
    )
