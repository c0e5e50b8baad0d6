"""Several nominations at once: choose from the line, complete one after the other, hand in all."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from amdp.identity.requests import MemberRequest
from amdp.web.forms import as_key
from selection import access, services
from selection.forms.nominations import SeveralForm
from selection.queries.drafts import drafts_by, drafts_with_lacks
from selection.queries.nominations import open_cohorts
from selection.views.nominating import principal_of


@require_POST
def nomination_several(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """Those chosen in the list, and how every rationale begins; then a draft for each."""
    cohort = get_object_or_404(open_cohorts(request.member), pk=pk)
    principal = principal_of(request)
    if not access.can_nominate(request.member, cohort):
        raise PermissionDenied(access.why_closed(cohort))
    back = reverse("selection:nominee_list", args=[org, cohort.pk]) + (
        f"?for={principal.pk}" if principal else ""
    )
    keys = [key for key in map(as_key, request.POST.getlist("selected")) if key is not None]
    people = list(access.nominatable_people(request.member, principal).filter(pk__in=keys))
    if not people:
        messages.error(request, "Select the people you would like to nominate first.")
        return redirect(back)
    form = SeveralForm(request.POST if "rationale" in request.POST else None)
    if form.is_bound and form.is_valid():
        try:
            results = services.draft_several(
                cohort, people, by=request.member, in_name_of=principal, **form.cleaned_data
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            for one in results:
                if one.problem:
                    messages.warning(request, one.problem)
            return redirect("selection:draft_list", org, cohort.pk)
    context = {"cohort": cohort, "people": people, "form": form, "principal": principal, "back": back}
    return render(request, "selection/nomination_several.html", context)


def draft_list(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """The drafts with what each lacks; a post hands in all that are complete, and says what came of each."""
    cohort = get_object_or_404(open_cohorts(request.member), pk=pk)
    results = []
    if request.method == "POST":
        keys = [key for key in map(as_key, request.POST.getlist("draft")) if key is not None]
        chosen = drafts_by(request.member, cohort).filter(pk__in=keys)
        results = services.submit_several(chosen, by=request.member)
    drafts = drafts_with_lacks(request.member, cohort)
    context = {
        "cohort": cohort,
        "drafts": drafts,
        "ready": [one for one in drafts if one.is_ready],
        "results": results,
        "closed": "" if access.window_is_open(cohort) else access.why_closed(cohort),
    }
    return render(request, "selection/draft_list.html", context)
