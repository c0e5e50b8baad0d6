"""A cohort's progress: by name for L&D admins, as totals for HR and sponsors."""

from typing import Any

from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from amdp.audit import services as audit
from amdp.directory.queries import local_today
from amdp.identity.requests import MemberRequest
from amdp.web.exports import Column, file_response
from amdp.web.pages import ListPage
from cohorts.models import Cohort, Participant
from curriculum import access
from curriculum.filters import ParticipantFilter
from curriculum.models import Module
from curriculum.queries.progress import (
    TAKES_PART,
    ModuleProgress,
    module_progress,
    module_totals,
    search_participants,
    with_progress,
)
from curriculum.queries.schedule import journey_of
from curriculum.views.journeys import SORTS


@require_safe
def cohort_list(request: MemberRequest, org: str) -> HttpResponse:
    """Cohorts and whether their journeys have dates."""
    people = Count("participants", filter=Q(participants__state__in=TAKES_PART), distinct=True)
    cohorts = access.visible_cohorts(request.member).annotate(
        people=people, dated=Count("journeys", distinct=True)
    )
    rows = ListPage(
        request,
        cohorts,
        noun=("cohort", "cohorts"),
        search=lambda found, text: found.filter(name__icontains=text),
        sorts={"start": ("starts_on",), "name": ("name",)},
        default="-start",
        placeholder="Search by name",
    )
    context = {"list": rows, "names": access.can_read_names(request.member)}
    return render(request, "curriculum/cohort_list.html", context)


@require_safe
def cohort_progress(request: MemberRequest, org: str, cohort: int) -> HttpResponse | FileResponse:
    found = get_object_or_404(access.visible_cohorts(request.member), pk=cohort)
    context: dict[str, Any] = {
        "cohort": found,
        "journey": journey_of(found),
        "may_schedule": access.can_schedule(request.member, found),
    }
    if not access.can_read_names(request.member):
        totals = module_totals(found)
        return render(request, "curriculum/cohort_totals.html", context | {"totals": totals})
    today = local_today(request.member)
    participants = found.participants.select_related("person").filter(state__in=TAKES_PART)
    rows = ListPage(
        request,
        with_progress(participants, today),
        noun=("participant", "participants"),
        search=search_participants,
        filters=ParticipantFilter,
        sorts=SORTS,
        default="-late",
        placeholder="Search by name",
        downloadable=True,
    )
    if rows.download:
        return _file(request, found, rows)
    modules = module_progress(rows.rows, today)
    lines = [(participant, modules[participant.pk]) for participant in rows.rows]
    names = next((one for one in modules.values() if one), [])
    context |= {"list": rows, "lines": lines, "modules": [one.module for one in names]}
    return render(request, "curriculum/cohort_progress.html", context)


def _file(request: MemberRequest, cohort: Cohort, rows: ListPage) -> FileResponse:
    """What the list shows, with a column for each module. The export is logged."""
    participants = list(rows.queryset)
    progress = module_progress(participants, local_today(request.member))
    modules = list(Module.objects.filter(program=cohort.program_id))
    columns = [
        Column("Participant", lambda one: one.person.name, "First and last name"),
        Column("Number", lambda one: one.person.employee_number, "Employee number in the HR file"),
        Column("Market", lambda one: one.person.market),
        Column("Place", lambda one: one.get_state_display(), "Active, deferred, withdrawn or graduated"),
        Column("Done", lambda one: one.over, "Activities done or excused, of those asked for"),
        Column("Asked for", lambda one: one.asked, "Activities that count"),
        Column("Late", lambda one: one.late, "Open activities whose due day has passed"),
        *(_module_column(module, progress) for module in modules),
    ]
    facts = {"cohort": str(cohort), "format": rows.download, "rows": len(participants)}
    audit.record("export.journey_progress", cohort, by=request.member, after=facts)
    return file_response(
        rows.download, "journey-progress", columns, participants, notes=[("Cohort", str(cohort))]
    )


def _module_column(module: Module, progress: dict[int, list[ModuleProgress]]) -> Column:
    def words(participant: Participant) -> str:
        return next((one.words for one in progress[participant.pk] if one.module.pk == module.pk), "")

    return Column(module.title, words, f"How far the participant is in “{module.title}”")
