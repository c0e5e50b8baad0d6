"""From the address to the organization, the member and the transaction."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from amdp.audit import services as audit
from amdp.identity.models import Membership
from amdp.identity.queries import member_for_token, membership_of
from amdp.identity.services import has_two_factor
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization

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
        request.member = request.organization = None
        match = PATH.match(request.path_info)
        if match is None:
            return self.get_response(request)
        is_api = bool(match["api"])
        organization, member = identify(request, match["slug"], is_api)
        if member is None:
            return self._stranger(request, is_api)
        request.organization, request.member = organization, member
        if organization.requires_two_factor and not request.used_token and not has_two_factor(member.user):
            return self._ask_for_two_factor(request, is_api)
        return self._inside(request, organization, member)

    def _inside(self, request: HttpRequest, organization: Organization, member: Membership) -> HttpResponse:
        with organization_context(organization):
            response = self.get_response(request)
        if response.status_code in REFUSED and request.resolver_match is not None:
            with organization_context(organization):
                facts = {"path": request.path, "method": request.method, "status": response.status_code}
                audit.record("access.refused", by=member, after=facts)
        return response

    def _stranger(self, request: HttpRequest, is_api: bool) -> HttpResponse:
        if request.user.is_authenticated:
            return not_found(request, is_api)
        if is_api:
            return problem(401, "Sign in or send a token.")
        return redirect_to_login(request.get_full_path())

    def _ask_for_two_factor(self, request: HttpRequest, is_api: bool) -> HttpResponse:
        sentence = f"{request.organization} asks for two-factor authentication. Set it up to go on."
        if is_api:
            return problem(403, sentence)
        messages.info(request, sentence)
        return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}?next={request.path}")


def identify(request: HttpRequest, slug: str, is_api: bool) -> tuple[Organization | None, Membership | None]:
    """The organization and the active member, by token for programs, else by session."""
    request.used_token = is_api and request.headers.get("Authorization", "").startswith("Bearer ")
    if request.used_token:
        member = member_for_token(slug, request.headers["Authorization"].removeprefix("Bearer ").strip())
        if member is not None:
            request.user = member.user
    else:
        member = membership_of(request.user, slug)
    return (member.organization, member) if member else (None, None)


def not_found(request: HttpRequest, is_api: bool) -> HttpResponse:
    if is_api:
        return problem(404, "There is nothing here.")
    from django.views.defaults import page_not_found

    return page_not_found(request, Http404("No such organization."))


def problem(status: int, detail: str) -> JsonResponse:
    """RFC 9457 problem details."""
    body = {"type": "about:blank", "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def site_url(path: str) -> str:
    """The absolute address of a path, for mails."""
    return f"{settings.SITE_URL}{path}"
