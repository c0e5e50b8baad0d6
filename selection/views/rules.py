"""The editor of eligibility rules. Every button works without JavaScript: the form comes back with what it did."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from amdp.web.htmx import render_page
from selection import access
from selection.models import EligibilityRule, SelectionPlan
from selection.plan_parts import part_of
from selection.rules_editor import RulesEditor
from selection.services import change_plan
from selection.views.plan import plan_url

PART = part_of("eligibility")
FRAGMENT = "selection/_eligibility_rules.html"


def eligibility_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Rules in groups, each with how many people meet it; nothing is stored before it is saved."""
    plan = get_object_or_404(access.visible_plans(request.member), pk=pk)
    may_edit, opened = access.can_change_part(request.member, plan, PART), PART.has_opened(plan)
    if request.method != "POST":
        return _page(request, org, plan, RulesEditor.of(plan, opened=opened), may_edit)
    if not may_edit:
        raise PermissionDenied(access.why_over(PART) if PART.is_over(plan) else access.NOT_THE_PLAN)
    editor = RulesEditor.posted(plan, request.POST, opened=opened)
    do = request.POST.get("do", "")
    if do != "save":
        _change(editor, do, request)
    elif editor.is_valid():
        try:
            change_plan(plan, PART.key, editor.write, by=request.member, why=editor.why)
        except ValidationError as refused:
            editor.refuse(refused)
        else:
            messages.success(request, f"{PART.title}: saved.")
            return redirect(plan_url(org, plan))
    return _page(request, org, plan, editor, may_edit)


def _change(editor: RulesEditor, do: str, request: MemberRequest) -> None:
    """What a button asks for; the fact of a new rule stands in the list beside it."""
    if do.startswith("add:") and (group := as_key(do.removeprefix("add:"))) is not None:
        editor.add(group, request.POST.get(f"new-{group}", ""))
    else:
        editor.change(do)


def _page(
    request: MemberRequest, org: str, plan: SelectionPlan, editor: RulesEditor, may_edit: bool
) -> HttpResponse:
    context = {
        "plan": plan,
        "part": PART,
        "editor": editor,
        "counts": editor.counts,
        "groups": editor.lines,
        "facts": EligibilityRule.Fact.choices,
        "may_edit": may_edit,
        "opened": editor.opened,
        "over": access.why_over(PART) if PART.is_over(plan) else "",
        "back": plan_url(org, plan),
    }
    return render_page(request, "selection/eligibility_edit.html", context, fragment=FRAGMENT)
