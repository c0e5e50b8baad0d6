from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from amdp.audit import services as audit
from amdp.directory.access import (
    can_import,
    can_see_history,
    can_see_ratings,
    visible_accounts,
    visible_people,
)
from amdp.directory.models import Person
from amdp.directory.queries import (
    below,
    chain_above,
    has_login,
    in_line,
    local_today,
    person_of,
    search_people,
)
from amdp.directory.tables import PERSON_COLUMNS, PersonFilter
from amdp.identity.access import can_invite
from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage

SHOWN = 10
# Longer lists are made into a file by a worker.
LARGE = 5_000
SORTS = {
    "name": ("last_name_key",),
    "number": ("employee_number",),
    "hired": ("hire_date?",),
}


def person_list(request: MemberRequest, org: str) -> HttpResponseBase:
    """The directory, as far as the member sees it."""
    return _list(
        request,
        visible_people(request.member),
        {"can_import": can_import(request.member), "can_invite": can_invite(request.member)},
    )


def person_line(request: MemberRequest, org: str, pk: int) -> HttpResponseBase:
    """Everyone below a person, at any depth."""
    visible = visible_people(request.member)
    top = get_object_or_404(visible, pk=pk)
    return _list(request, visible & below(top), {"top": top})


def _list(request: MemberRequest, people: QuerySet[Person], context: dict[str, Any]) -> HttpResponseBase:
    rows = ListPage(
        request,
        # Managers of the page's rows only: joined, a far page would look up those of every row before it.
        people.select_related(None).select_related("grade").prefetch_related("manager"),
        noun=("person", "people"),
        search=search_people,
        filters=PersonFilter,
        sorts=SORTS,
        default="name",
        placeholder="Search by name or number",
        downloadable=True,
    )
    if rows.download and rows.count > LARGE:
        below = {"below": context["top"].pk} if "top" in context else {}
        query = urlencode({**request.GET.dict(), **below, "download": ""})
        make = reverse("exports:export_new", args=[request.organization.slug, "people", rows.download])
        return redirect(f"{make}?{query}")
    if rows.download:
        facts = {"rows": rows.count, "format": rows.download, "search": rows.q}
        audit.record("export.people", context.get("top"), by=request.member, after=facts)
        return rows.file(PERSON_COLUMNS, "people")
    context |= {"list": rows, "today": local_today(request.member)}
    return render(request, "directory/person_list.html", context)


def person_detail(request: MemberRequest, org: str, pk: int) -> HttpResponse:
    """One person: facts, who is above and below, history."""
    member = request.member
    visible = visible_people(member)
    person = get_object_or_404(visible, pk=pk)
    above = chain_above(person)
    seen = set(visible.filter(pk__in=[manager.pk for manager in above]).values_list("pk", flat=True))
    own = person_of(member)
    context = {
        "person": person,
        "today": local_today(member),
        "above": [(manager, manager.pk in seen) for manager in reversed(above)],
        "reports": visible.filter(manager=person)[: SHOWN + 1],
        "below_count": visible.filter(in_line(person)).exclude(pk=person.pk).count(),
        "can_see_history": can_see_history(member, person),
        "events": person.job_events.select_related("grade")[:100],
        "can_see_ratings": can_see_ratings(member, person),
        "ratings": person.performance_ratings.all() if can_see_ratings(member, person) else [],
        "accounts": visible_accounts(member).filter(owner=person)[: SHOWN + 1],
        "can_invite": can_invite(member) and not has_login(person) and not person.termination_date,
        "is_self": own is not None and own.pk == person.pk,
    }
    return render(request, "directory/person_detail.html", context)
