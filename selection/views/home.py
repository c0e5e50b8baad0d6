from django.http import HttpResponse
from django.shortcuts import render

from amdp.directory.access import leads
from amdp.identity.requests import MemberRequest
from selection.queries.home import selection_of


def selection_home(request: MemberRequest, org: str) -> HttpResponse:
    """What the selection asks of the member, and the selections they take part in or run."""
    selection = selection_of(request.member)
    context = {
        "selection": selection,
        "leads": leads(request.member),
        "may_delegate": leads(request.member) or bool(selection.approvals),
    }
    return render(request, "selection/selection_home.html", context)
