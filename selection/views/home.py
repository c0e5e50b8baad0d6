from django.http import HttpResponse
from django.shortcuts import render

from amdp.directory.access import leads
from amdp.identity.requests import MemberRequest
from selection.queries.home import selection_of


def selection_home(request: MemberRequest, org: str) -> HttpResponse:
    """What the selection asks of the member, and the selections they take part in or run."""
    context = {"selection": selection_of(request.member), "leads": leads(request.member)}
    return render(request, "selection/selection_home.html", context)
