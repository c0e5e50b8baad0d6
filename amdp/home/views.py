from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from amdp.directory.queries import local_zone
from amdp.home.queries import home_of
from amdp.home.search import search
from amdp.identity.requests import MemberRequest
from amdp.web.colour import brand_css


def home(request: MemberRequest, org: str) -> HttpResponse:
    """What needs me now, what I wait for, what happened."""
    hour = timezone.now().astimezone(local_zone(request.member)).hour
    greeting = "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
    found = home_of(request.member)
    tasks = found.tasks if "all" in request.GET else found.first_tasks
    return render(request, "home/home.html", {"home": found, "tasks": tasks, "greeting": greeting})


def search_results(request: MemberRequest, org: str) -> HttpResponse:
    """People, cohorts, candidates and accounts that start with what was typed."""
    text = request.GET.get("q", "")
    return render(request, "home/search.html", {"text": text, "groups": search(request.member, text)})


def brand(request: MemberRequest, org: str) -> HttpResponse:
    """The organization's colour as a stylesheet; its address changes with the colour, so it may be kept."""
    response = HttpResponse(brand_css(request.organization.accent), content_type="text/css")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def more(request: MemberRequest, org: str) -> HttpResponse:
    """The whole navigation, for phones."""
    return render(request, "home/more.html")
