import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from amdp.directory.access import visible_people
from amdp.directory.invitations.forms import InvitationForm
from amdp.directory.invitations.queries import people_without_login, search_invitations
from amdp.directory.invitations.services import MOST_AT_ONCE, invite_people, invite_person
from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.access import can_invite, can_invite_outsiders, visible_invitations
from amdp.identity.doors import only
from amdp.identity.models import Invitation
from amdp.identity.requests import MemberRequest
from amdp.identity.services import invite, resend_invitation, withdraw_invitation
from amdp.web.forms import as_key
from amdp.web.pages import ListPage

STATES = [
    ("open", "Waiting for an answer"),
    ("expired", "Expired"),
    ("accepted", "Accepted"),
    ("withdrawn", "Withdrawn"),
]


class InvitationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="State", choices=STATES, method="by_state")

    class Meta:
        model = Invitation
        fields: list[str] = []

    def by_state(self, found: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        if value == "open":
            return found.filter(state=Invitation.State.SENT, expires_at__gt=timezone.now())
        if value == "expired":
            return found.filter(state=Invitation.State.SENT, expires_at__lte=timezone.now())
        return found.filter(state=value)


@only(can_invite)
@require_safe
def invitation_list(request: MemberRequest, org: str) -> HttpResponse:
    """Who is asked to join, and what came of it."""
    rows = ListPage(
        request,
        visible_invitations(request.member).select_related("invited_by__user"),
        noun=("invitation", "invitations"),
        search=search_invitations,
        filters=InvitationFilter,
        sorts={"sent": ("invited_at",), "name": ("name", "email"), "until": ("expires_at",)},
        default="-sent",
        placeholder="Search by name or e-mail",
    )
    return render(request, "invitations/invitation_list.html", {"list": rows})


@only(can_invite)
def invitation_new(request: MemberRequest, org: str) -> HttpResponse:
    """Invite one person: found by name, or, for owners, by address alone."""
    person = chosen_person(request)
    outsider = "outside" in request.GET and can_invite_outsiders(request.member)
    if person is None and not outsider:
        return find_person(request)
    form = InvitationForm(request.POST or None, member=request.member, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = send(request, person, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{invitation} is invited. The mail goes to {invitation.email}.")
            return redirect("invitations:invitation_list", org)
    return render(request, "invitations/invitation_new.html", {"form": form, "person": person})


def chosen_person(request: MemberRequest) -> Person | None:
    """The person the address names, if the member may see one by that number."""
    asked = as_key(request.GET.get("person", ""))
    return None if asked is None else get_object_or_404(visible_people(request.member), pk=asked)


def find_person(request: MemberRequest) -> HttpResponse:
    """The first step: whom?"""
    text = request.GET.get("who", "").replace("\0", "").strip()
    people = search_people(people_without_login(request.member), text)[:20] if text else []
    context = {"text": text, "people": people, "outsiders": can_invite_outsiders(request.member)}
    return render(request, "invitations/person_find.html", context)


def send(
    request: MemberRequest, person: Person | None, *, email: str, roles: list[str], name: str = ""
) -> Invitation:
    if person is not None:
        return invite_person(person, email=email, roles=roles, by=request.member)
    return invite(email, name=name, roles=roles, by=request.member)


@only(can_invite)
@require_safe
def person_list(request: MemberRequest, org: str) -> HttpResponse:
    """People of the directory without a login, to be selected and invited together."""
    rows = ListPage(
        request,
        people_without_login(request.member),
        noun=("person without a login", "people without a login"),
        search=search_people,
        sorts={"name": ("last_name_key",), "unit": ("business_unit", "last_name_key")},
        default="name",
        placeholder="Search by name or number",
        size=100,
        bulk_url=reverse("invitations:invitation_bulk", args=[org]),
    )
    return render(request, "invitations/person_list.html", {"list": rows})


@only(can_invite)
@require_POST
def invitation_bulk(request: MemberRequest, org: str) -> HttpResponse:
    """Invite the selected people; those who cannot be invited are named, with the reason."""
    selected = {key for pk in request.POST.getlist("selected") if (key := as_key(pk)) is not None}
    if len(selected) > MOST_AT_ONCE:
        raise PermissionDenied(f"Invite at most {MOST_AT_ONCE} people at once.")
    people = visible_people(request.member).filter(pk__in=selected)
    result = invite_people(people, by=request.member)
    return render(request, "invitations/invitation_bulk.html", {"result": result})


@only(can_invite)
@require_POST
def invitation_resend(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Mail a new link."""
    invitation = get_object_or_404(visible_invitations(request.member), pk=pk)
    try:
        resend_invitation(invitation, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"A new link goes to {invitation.email}. The former one no longer works.")
    return redirect("invitations:invitation_list", org)


@only(can_invite)
@require_POST
def invitation_withdraw(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The link stops working."""
    invitation = get_object_or_404(visible_invitations(request.member), pk=pk)
    try:
        withdraw_invitation(invitation, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"The invitation of {invitation} is withdrawn. Its link no longer works.")
    return redirect("invitations:invitation_list", org)
