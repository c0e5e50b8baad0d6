"""The page behind the link in an invitation. Reading it changes nothing; only pressing the button does."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from amdp.directory.invitations.forms import NewLoginForm
from amdp.directory.invitations.services import accept_as_new_login, accept_invitation
from amdp.identity.models import Invitation, User
from amdp.identity.queries import has_login, invitation_for
from amdp.identity.services import is_meant_for
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from amdp.web.colour import brand_css


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, org: str, token: str) -> HttpResponse:
    """Join the organization: with a new login, or with the one that has the invited address."""
    organization = Organization.objects.filter(slug=org).first()
    if organization is None:
        return no_longer(request)
    with organization_context(organization):
        invitation = invitation_for(token)
        if invitation is None:
            return no_longer(request)
        return answer(request, invitation, organization)


@require_safe
def invitation_brand(request: HttpRequest, org: str, token: str) -> HttpResponse:
    """The colour of the organization that invites, for whoever holds the link."""
    organization = get_object_or_404(Organization, slug=org)
    with organization_context(organization):
        if invitation_for(token) is None:
            raise Http404
    return HttpResponse(brand_css(organization.accent), content_type="text/css")


def answer(request: HttpRequest, invitation: Invitation, organization: Organization) -> HttpResponse:
    """Whoever asks finds the one step that is theirs."""
    if request.user.is_authenticated:
        user: User = request.user
        if not is_meant_for(invitation, user):
            return page(request, "invitations/accept_other.html", invitation, organization)
        return as_member(request, invitation, organization, user)
    if has_login(invitation.email):
        return page(request, "invitations/accept_sign_in.html", invitation, organization)
    return as_new_login(request, invitation, organization)


def as_member(
    request: HttpRequest, invitation: Invitation, organization: Organization, user: User
) -> HttpResponse:
    """Signed in with the invited address: one button."""
    refusal = ""
    if request.method == "POST":
        try:
            accept_invitation(invitation, organization, user=user)
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        else:
            messages.success(request, f"Welcome to {organization}.")
            return redirect("home:home", org=organization.slug)
    return page(request, "invitations/accept.html", invitation, organization, refusal=refusal)


def as_new_login(request: HttpRequest, invitation: Invitation, organization: Organization) -> HttpResponse:
    """No login yet: name and password; the invitation has verified the address."""
    form = NewLoginForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            member = accept_as_new_login(invitation, organization, name=name, password=password)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            record_authentication(request, member.user, "password", email=member.user.email)
            return perform_login(request, member.user, redirect_url=f"/o/{organization.slug}/")
    return page(request, "invitations/accept_new.html", invitation, organization, form=form)


def page(
    request: HttpRequest, template: str, invitation: Invitation, organization: Organization, **more: Any
) -> HttpResponse:
    inviter = invitation.invited_by.display_name if invitation.invited_by else "AMDP"
    context = {"invitation": invitation, "organization": organization, "inviter": inviter, **more}
    return render(request, template, context)


def no_longer(request: HttpRequest) -> HttpResponse:
    """The same words for every link that does not work."""
    return render(request, "invitations/accept_no_longer.html", status=410)
