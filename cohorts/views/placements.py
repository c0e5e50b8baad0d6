import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.directory.queries import local_today
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from cohorts import access, queries, services
from cohorts.forms.placements import PlacementForm, WithdrawPlacementForm
from cohorts.models import Participant, Placement
from cohorts.queries import complexity_step, step_to
from cohorts.queries.home import missing_signatures
from cohorts.tables import PLACEMENT_COLUMNS, log_export
from cohorts.views.loading import visible_participant, visible_placement

FINDING = ("find_account_now", "find_leader_now")


class PlacementFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Stage", choices=Placement.State.choices)

    class Meta:
        model = Placement
        fields = ["state"]


def placement_list(request: MemberRequest, org: str) -> HttpResponseBase:
    rows = ListPage(
        request,
        queries.with_accounts(access.visible_placements(request.member)),
        noun=("placement", "placements"),
        search=queries.search_placements,
        filters=PlacementFilter,
        sorts={
            "starts": ("effective_on",),
            "name": ("participant__person__last_name_key",),
            "state": ("state",),
        },
        default="-starts",
        placeholder="Search by name",
        downloadable=True,
    )
    if rows.download:
        log_export("placements", rows, by=request.member)
        return rows.file(PLACEMENT_COLUMNS, "placements")
    for placement in rows.rows:
        placement.step = complexity_step(placement)
    return render(request, "cohorts/placement_list.html", {"list": rows})


def placement_new(request: MemberRequest, org: str, participant: int) -> HttpResponse:
    found = visible_participant(request, participant)
    if not access.can_propose_placement(request.member, found):
        raise PermissionDenied("L&D admins and the graduate’s own leaders propose placements.")
    if found.state != Participant.State.GRADUATED:
        raise PermissionDenied(f"{found} has not graduated yet.")
    finding = any(name in request.POST for name in FINDING)
    typed = None if finding else request.POST or None
    form = PlacementForm(
        typed, initial=_kept(request) if finding else None, member=request.member, participant=found
    )
    if request.method == "POST" and not finding and form.is_valid():
        wanted = {key: value for key, value in form.cleaned_data.items() if not key.startswith("find_")}
        try:
            placement = services.propose_placement(found, by=request.member, **wanted)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            told = " and ".join(missing_signatures(placement))
            messages.success(request, f"Proposed. {told} find it on their home page.")
            return redirect("cohorts:placement_detail", org, placement.pk)
    step = step_to(found.person, form.chosen_accounts)
    return render(request, "cohorts/placement_new.html", {"participant": found, "form": form, "step": step})


def _kept(request: MemberRequest) -> dict[str, object]:
    """Everything typed so far."""
    return {**request.POST.dict(), "accounts": request.POST.getlist("accounts")}


def placement_detail(request: MemberRequest, org: str, placement: int) -> HttpResponse:
    visible = queries.with_accounts(access.visible_placements(request.member))
    found = get_object_or_404(
        visible.select_related("leader_signed_by__user", "hr_signed_by__user"), pk=placement
    )
    context = {
        "placement": found,
        "step": complexity_step(found),
        "today": local_today(request.member),
        "may_sign_as_leader": access.can_sign_as_leader(request.member, found),
        "may_sign_as_hr": access.can_sign_as_hr(request.member, found),
        "may_withdraw": access.can_withdraw_placement(request.member, found),
    }
    return render(request, "cohorts/placement_detail.html", context)


@require_POST
def placement_sign(request: MemberRequest, org: str, placement: int) -> HttpResponse:
    found = visible_placement(request, placement)
    as_leader = access.can_sign_as_leader(request.member, found)
    if not as_leader and not access.can_sign_as_hr(request.member, found):
        raise PermissionDenied("The named leader and an HR analyst sign a placement, each once.")
    sign = services.sign_placement_as_leader if as_leader else services.sign_placement_as_hr
    signed = sign(found, by=request.member)
    waits = missing_signatures(signed)
    messages.success(
        request,
        f"You have signed. {waits[0]} signs next." if waits else f"Both have signed. {signed} stands.",
    )
    return redirect("cohorts:placement_detail", org, found.pk)


def placement_withdraw(request: MemberRequest, org: str, placement: int) -> HttpResponse:
    found = visible_placement(request, placement)
    if not access.can_withdraw_placement(request.member, found):
        raise PermissionDenied(
            "A placement that both have signed stands; before that, its proposers can take it back."
        )
    form = WithdrawPlacementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_placement(found, reason=form.cleaned_data["reason"], by=request.member)
        messages.success(request, f"The placement of {found.participant} is taken back.")
        return redirect("cohorts:participant_detail", org, found.participant_id)
    return render(request, "cohorts/placement_withdraw.html", {"placement": found, "form": form})
