from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.identity.requests import MemberRequest
from cohorts import access, services
from cohorts.forms.programs import AskForm, ReturnForm, SignForm
from cohorts.models import Program
from cohorts.readiness import program_sections
from cohorts.views.loading import program_to_edit
from cohorts.views.programs import design_of

TWO_WEEKS = timedelta(days=14)


def program_check(request: MemberRequest, org: str, program: int) -> HttpResponse:
    """Check everything, then ask the stakeholders."""
    found = program_to_edit(request, program)
    initial = {"due_on": local_today(request.member) + TWO_WEEKS}
    form = AskForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_for_sign_off(found, due_on=form.cleaned_data["due_on"], by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            names = ", ".join(str(one.person) for one in asked)
            messages.success(request, f"Asked {names}. They find it on their home page and in a mail.")
            return redirect("cohorts:program_detail", org, found.pk)
    sections = program_sections(found)
    context = {
        "program": found,
        "form": form,
        "sections": sections,
        "missing": [sentence for section in sections for sentence in section.missing],
        "stakeholders": found.stakeholders.select_related("person"),
        **design_of(found),
    }
    return render(request, "cohorts/program_check.html", context)


def program_sign_off(request: MemberRequest, org: str, program: int) -> HttpResponse:
    """A stakeholder reads one page, and signs or returns it."""
    found = get_object_or_404(access.visible_programs(request.member), pk=program)
    stakeholder = access.stakeholder_of(request.member, found)
    if stakeholder is None:
        raise PermissionDenied("Only stakeholders who were asked can sign this program.")
    returning = request.POST.get("decision") == "return"
    sign = SignForm(request.POST if request.POST and not returning else None)
    back = ReturnForm(request.POST if request.POST and returning else None)
    answer = back if returning else sign
    if request.method == "POST" and stakeholder.signed_at is None and answer.is_valid():
        try:
            told = _answer(found, answer.cleaned_data, by=request.member)
        except ValidationError as refused:
            answer.refuse(refused)
        else:
            messages.success(request, told)
            return redirect("cohorts:program_detail", org, found.pk)
    context = {"program": found, "stakeholder": stakeholder, "sign": sign, "back": back}
    return render(request, "cohorts/program_sign_off.html", {**context, **design_of(found)})


def _answer(program: Program, answer: dict[str, str], *, by: Membership) -> str:
    """Sign or return, and say what was done."""
    if "reason" in answer:
        services.return_program(program, reason=answer["reason"], by=by)
        return f"{program} goes back to L&D with your reason."
    services.sign_off(program, remark=answer["remark"], by=by)
    return f"You have signed {program}."
