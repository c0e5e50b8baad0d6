"""L&D asks for HR's co-signature of a slate; HR reads it and signs, or returns it with a question."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from selection import access, services
from selection.forms.slate import AskSignatureForm, SignatureForm
from selection.queries.sensitivity import hanging_on
from selection.queries.signing import signatures_of, to_sign
from selection.queries.slate import decisions_on, market_seats
from selection.views.assessment import told
from selection.views.slate import slate_of


@require_POST
def signature_ask(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Send the slate to HR."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = slate_of(request, cohort)
    if not access.can_run_selection(request.member, cohort):
        raise PermissionDenied("L&D asks HR for the signature.")
    form = AskSignatureForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Keep your note to HR under 600 characters.")
    else:
        with told(request, "HR is asked to sign. You hear as soon as somebody has."):
            services.ask_signature(slate, by=request.member, **form.cleaned_data)
    return redirect("selection:slate_detail", org, cohort.pk)


def signature_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """What stands on the slate, and HR's answer. A GET never changes anything."""
    signature = get_object_or_404(access.visible_signatures(request.member), pk=pk)
    slate, may_sign = signature.slate, access.can_sign(request.member, signature)
    if request.method == "POST" and not may_sign and signature.state == signature.State.ASKED:
        raise PermissionDenied(access.NOT_HR)
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verb = services.sign_slate if form.cleaned_data["answer"] == "sign" else services.return_slate
        try:
            verb(signature, remark=form.cleaned_data["remark"], by=request.member)
        except ValidationError as refused:
            if may_sign:
                form.refuse(refused)
            else:
                messages.warning(request, refused.messages[0])
                return redirect("selection:signature_detail", org, pk)
        else:
            word = "signed" if verb is services.sign_slate else "back with L&D"
            messages.success(request, f"The slate of {slate.cohort} is {word}. Who asked is told now.")
            return redirect("selection:signature_detail", org, pk)
    decisions = decisions_on(slate)
    context = {
        "signature": signature,
        "slate": slate,
        "came_late": [] if slate.released_at else access.conflicts_since(request.member, slate),
        "cohort": slate.cohort,
        "form": form,
        "may_sign": may_sign,
        "to_sign": to_sign(slate, decisions),
        "markets": market_seats(slate, decisions),
        "hanging": hanging_on(slate),
        "earlier": [each for each in signatures_of(slate) if each.pk != signature.pk],
    }
    return render(request, "selection/signature_detail.html", context)
