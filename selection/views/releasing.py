"""The end of a selection: letters to review, the release now or at a set time."""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from cohorts.models import Cohort
from selection import access, services
from selection.days import zone_of
from selection.forms.slate import LetterForm, ReleaseTimeForm
from selection.models import Candidate, Decision, Slate
from selection.queries.candidates import search_candidates
from selection.queries.feedback import reading_of
from selection.queries.letters import draft_for, drafts_of, incomplete, to_write
from selection.queries.releasing import set_time_of, unready
from selection.queries.signing import signatures_of
from selection.queries.slate import decisions_on, market_seats
from selection.queries.slate_rows import STANDING, by_standing
from selection.views.assessment import told
from selection.views.slate import slate_of

Outcome = Decision.Outcome
NOT_YOURS = "L&D releases the outcomes of a selection."


def _slate_to_run(request: MemberRequest, pk: int) -> tuple[Cohort, Slate]:
    """The slate for who runs the selection; who only reads it is refused."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = slate_of(request, cohort)
    if not access.can_run_selection(request.member, cohort):
        raise PermissionDenied(NOT_YOURS)
    return cohort, slate


def slate_release(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """A page that says what follows, then all outcomes at once; or a time at which it happens by itself."""
    cohort, slate = _slate_to_run(request, pk)
    if request.method == "POST":
        with told(request, f"The outcomes of {cohort} are released. Everyone is being told now."):
            services.release_slate(slate, by=request.member)
        return redirect("selection:slate_detail", org, cohort.pk)
    if slate.state == Slate.State.RELEASED:
        return redirect("selection:slate_detail", org, cohort.pk)
    return _release_page(request, cohort, slate, ReleaseTimeForm(zone=zone_of(cohort)))


def _release_page(
    request: MemberRequest, cohort: Cohort, slate: Slate, form: ReleaseTimeForm
) -> HttpResponse:
    decisions = decisions_on(slate)
    context = {
        "cohort": cohort,
        "slate": slate,
        "form": form,
        "set_time": set_time_of(slate),
        "markets": market_seats(slate, decisions),
        "problems": unready(slate),
        "signatures": signatures_of(slate),
        "reading": reading_of(cohort),
        "selected": [each for each in decisions if each.outcome == Outcome.SELECTED],
        "reserve": sorted(
            (each for each in decisions if each.outcome == Outcome.RESERVE),
            key=lambda each: each.reserve_order or 0,
        ),
        "not_selected": [each for each in decisions if each.outcome == Outcome.NOT_SELECTED],
    }
    return render(request, "selection/slate_release.html", context)


@require_POST
def release_schedule(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Set the moment at which the outcomes are released by themselves."""
    cohort, slate = _slate_to_run(request, pk)
    form = ReleaseTimeForm(request.POST, zone=zone_of(cohort))
    if form.is_valid():
        try:
            slate = services.schedule_release(slate, at=form.at, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            when = set_time_of(slate)
            messages.success(
                request, f"Everyone hears on {when.there if when else ''}. Nobody has been told."
            )
            return redirect("selection:slate_detail", org, cohort.pk)
    return _release_page(request, cohort, slate, form)


@require_POST
def release_unschedule(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Take the moment back."""
    cohort, slate = _slate_to_run(request, pk)
    with told(request, "The time is taken back. Nothing is released by itself."):
        services.unschedule_release(slate, by=request.member)
    return redirect("selection:slate_release", org, cohort.pk)


class LetterFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(label="Outcome", choices=Outcome.choices)

    class Meta:
        model = Decision
        fields = ["outcome"]


@require_safe
def letter_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The outbox: every letter as it will be sent, or as it was, and what is still missing."""
    cohort = get_object_or_404(access.visible_selections(request.member), pk=pk)
    slate = slate_of(request, cohort)
    rows = ListPage(
        request,
        by_standing(to_write(slate)),
        noun=("person", "people"),
        search=named,
        filters=LetterFilter,
        sorts={"outcome": STANDING, "name": ("candidate__person__last_name_key",)},
        placeholder="Search by name",
    )
    released = slate.state == Slate.State.RELEASED
    undecided = 0 if released else slate.decisions.filter(outcome="").count()
    context = {
        "cohort": cohort,
        "slate": slate,
        "list": rows,
        "drafts": drafts_of(slate, rows.rows),
        "problems": [] if released else incomplete(slate),
        "undecided": undecided,
        "may_run": access.can_decide_slate(request.member, slate),
        "plan": access.visible_plans(request.member).filter(cohort=cohort).first(),
        "set_time": set_time_of(slate),
    }
    return render(request, "selection/letter_list.html", context)


def named(places: QuerySet[Decision], text: str) -> QuerySet[Decision]:
    return places.filter(candidate__in=search_candidates(Candidate.objects.all(), text))


def letter_edit(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One letter as it will be sent, and the text to write it anew for this person."""
    visible = access.visible_decisions(request.member).exclude(outcome="")
    decision = get_object_or_404(visible.filter(slate__in=access.visible_slates(request.member)), pk=pk)
    slate = decision.slate
    if not access.can_decide_slate(request.member, slate):
        raise PermissionDenied("L&D changes letters, until the outcomes are released.")
    draft = draft_for(decision, decision.outcome)
    kept = {"subject": draft.text.subject, "body": draft.text.body}
    form = LetterForm(request.POST or None, initial=kept | {"why": draft.row.why if draft.row else ""})
    if request.method == "POST" and "restore" in request.POST:
        with told(request, f"{draft.person} gets the text of the plan again."):
            services.restore_letter(decision, by=request.member)
        return redirect("selection:letter_edit", org, pk)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_letter(decision, by=request.member, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"The letter to {draft.person} is changed. Nobody has been told.")
            return redirect("selection:letter_list", org, slate.cohort_id)
    context = {"decision": decision, "slate": slate, "draft": draft, "form": form}
    return render(request, "selection/letter_edit.html", context)
