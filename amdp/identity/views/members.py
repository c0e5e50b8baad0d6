import django_filters
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from amdp.audit import services as audit
from amdp.audit.queries import entries_about
from amdp.identity.access import visible_members
from amdp.identity.doors import owners_only
from amdp.identity.forms import RemoveForm, RolesForm
from amdp.identity.models import Membership, Role
from amdp.identity.requests import MemberRequest
from amdp.identity.services import remove_member, set_roles
from amdp.web.exports import Column
from amdp.web.pages import ListPage

COLUMNS = [
    Column("Name", str, "As the member gave it"),
    Column("E-mail", lambda member: member.user.email, "Address of the login"),
    Column("Roles", lambda member: ", ".join(member.role_names), "Roles an owner granted"),
    Column("Member since", lambda member: member.joined_at, "When the first invitation was accepted"),
]


class MemberFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(
        label="Role", choices=[*Role.choices, ("none", "No granted role")], method="by_role"
    )

    class Meta:
        model = Membership
        fields: list[str] = []

    def by_role(self, members: QuerySet[Membership], name: str, value: str) -> QuerySet[Membership]:
        return (
            members.filter(granted_roles=[])
            if value == "none"
            else members.filter(granted_roles__contains=[value])
        )


def search_members(members: QuerySet[Membership], text: str) -> QuerySet[Membership]:
    return members.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))


@owners_only
@require_safe
def member_list(request: MemberRequest, org: str) -> HttpResponseBase:
    """Everybody who can get in."""
    second_factor = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    rows = ListPage(
        request,
        visible_members(request.member).filter(is_active=True).annotate(two_factor=Exists(second_factor)),
        noun=("member", "members"),
        search=search_members,
        filters=MemberFilter,
        sorts={"name": ("user__name", "user__email"), "joined": ("joined_at",)},
        default="name",
        placeholder="Search by name or e-mail",
        downloadable=True,
    )
    if rows.download:
        audit.record("export.members", by=request.member, after={"rows": rows.count, "format": rows.download})
        return rows.file(COLUMNS, "members")
    return render(request, "identity/member_list.html", {"list": rows})


@owners_only
def member_change(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One member's roles and what happened to them."""
    member = get_object_or_404(visible_members(request.member), pk=pk, is_active=True)
    form = RolesForm(request.POST or None, initial={"roles": member.granted_roles})
    if request.method == "POST" and form.is_valid():
        try:
            set_roles(member, form.cleaned_data["roles"], why=form.cleaned_data["why"], by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"The roles of {member} are saved.")
            return redirect("identity:member_list", org)
    context = {"form": form, "subject": member, "entries": entries_about(member)[:20]}
    return render(request, "identity/member_change.html", context)


@owners_only
def member_remove(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Ask once more, then end a membership."""
    member = get_object_or_404(visible_members(request.member), pk=pk, is_active=True)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            remove_member(member, why=form.cleaned_data["why"], by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{member} is no longer a member of {request.organization}.")
            return redirect("identity:member_list", org)
    return render(request, "identity/member_remove.html", {"form": form, "subject": member})
