"""Doors that exist in demo mode only: sign in with one click, and read the mail that was sent."""

from csp.decorators import csp_update
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from amdp.demo.logins import find_login
from amdp.demo.mail import SentMail, newest, read
from amdp.identity.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@require_POST
def sign_in(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Become one of the people of the demo."""
    chosen = find_login(slug, key)
    if chosen is None:
        raise Http404
    user = get_object_or_404(User, email=chosen.email, is_active=True)
    login(request, user, backend=BACKEND)
    return redirect("home:home", slug)


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Every mail that was sent, newest first."""
    to = request.GET.get("to", "").replace("\0", "").strip()
    return render(request, "demo/mail_list.html", {"mails": newest(to=to), "to": to})


@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: as it looks, and its plain-text twin."""
    return render(request, "demo/mail_detail.html", {"mail": _mail(name)})


@require_safe
@xframe_options_sameorigin
def mail_body(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of one mail alone, under a policy that lets nothing of it run."""
    return HttpResponse(_mail(name).html, headers={"Content-Security-Policy": MAIL_POLICY})


def _mail(name: str) -> SentMail:
    mail = read(name)
    if mail is None:
        raise Http404
    return mail
