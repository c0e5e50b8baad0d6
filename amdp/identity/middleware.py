"""From the address to the organization, the member and the transaction."""

import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.identity.queries import has_two_factor, member_for_token, membership_of
from amdp.identity.requests import MemberRequest
from amdp.tenancy.context import organization_context
from amdp.web.errors import problem_json

PATH = re.compile(r"^/(?P<api>api/v1/)?o/(?P<slug>[-\w]+)(/|$)")
REFUSED = {403, 404}
Answer = Callable[[HttpRequest], HttpResponse]


class OrganizationMiddleware:
    """Everything under ``/o/<slug>/`` and ``/api/v1/o/<slug>/`` runs as a member, inside the organization,
    in one transaction. A stranger gets 404, a refused access is audited after the view was rolled back.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        bare: Any = request
        bare.member = bare.organization = None
        match = PATH.match(request.path_info)
        if match is None:
            return self.get_response(request)
        is_api = bool(match["api"])
        member = identify(bare, match["slug"], is_api)
        if member is None:
            return stranger(request, is_api)
        bare.organization, bare.member = member.organization, member
        asked = cast(MemberRequest, request)
        if (
            member.organization.requires_two_factor
            and not bare.used_token
            and not has_two_factor(member.user)
        ):
            return ask_for_two_factor(asked, is_api)
        return self._inside(asked)

    def _inside(self, request: MemberRequest) -> HttpResponse:
        with organization_context(request.organization):
            response = self.get_response(request)
        if response.status_code in REFUSED and request.resolver_match is not None:
            with organization_context(request.organization):
                facts = {"path": request.path, "method": request.method, "status": response.status_code}
                audit.record("access.refused", by=request.member, after=facts)
        return response


def identify(request: Any, slug: str, is_api: bool) -> Membership | None:
    """The active member, by token for programs, else by session."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    request.used_token = is_api and scheme.lower() == "bearer"
    if not request.used_token:
        return membership_of(request.user, slug)
    member = member_for_token(slug, token.strip())
    if member is not None:
        request.user = member.user
    return member


def stranger(request: HttpRequest, is_api: bool) -> HttpResponse:
    """Signed out: sign in. Signed in, but not here: there is nothing here."""
    if is_api and (cast(MemberRequest, request).used_token or not request.user.is_authenticated):
        response = problem_json(401, "Who are you?", "Sign in or send a token that is still valid.")
        response["WWW-Authenticate"] = "Bearer"
        return response
    if request.user.is_authenticated:
        raise Http404("No such organization.")
    if request.headers.get("HX-Request"):
        return to_login_from_fragment(request)
    return redirect_to_login(request.get_full_path())


def to_login_from_fragment(request: HttpRequest) -> HttpResponse:
    """The session ended while a page was open: htmx leaves the page instead of drawing the login into it."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
    return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(page).url})


def ask_for_two_factor(request: MemberRequest, is_api: bool) -> HttpResponse:
    """The owner asks for it: nobody enters without."""
    sentence = f"{request.organization} asks for two-factor authentication. Set it up to go on."
    organization, bare = request.organization, cast(Any, request)
    bare.member = bare.organization = None
    if is_api:
        return problem_json(403, "Two-factor authentication", sentence)
    if request.method == "GET" and not request.path.endswith(".css"):
        messages.info(request, sentence)
    back = urlencode({"next": f"/o/{organization.slug}/"})
    return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}?{back}")
