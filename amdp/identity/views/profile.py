from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.identity.access import visible_tokens
from amdp.identity.forms import ProfileForm, TokenForm
from amdp.identity.requests import MemberRequest
from amdp.identity.services import change_profile, create_token, revoke_token


def profile(request: MemberRequest, org: str) -> HttpResponse:
    """The member's own name and clock, and the way to the login's pages."""
    form = ProfileForm(request.POST or None, member=request.member)
    if request.method == "POST" and form.is_valid():
        change_profile(request.member, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("identity:profile", org)
    return render(request, "identity/profile.html", {"form": form})


def token_list(request: MemberRequest, org: str) -> HttpResponse:
    """One's own tokens, and a form for a new one, whose secret this answer alone shows."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = create_token(request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": visible_tokens(request.member)}
    return render(request, "identity/token_list.html", context)


@require_POST
def token_revoke(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """End a token at once."""
    token = revoke_token(get_object_or_404(visible_tokens(request.member), pk=pk), by=request.member)
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("identity:token_list", org)
