from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from amdp.identity.doors import only
from amdp.identity.models import Membership
from amdp.identity.requests import MemberRequest
from amdp.web.exports import TYPES, Column, file_response
from cohorts.access import visible_participants, visible_placements
from metrics import access
from metrics.arms import CAVEAT, UNMATCHED
from metrics.cards import cards
from metrics.closings import closing_of
from metrics.cuts import program_scope
from metrics.definitions import DEFINITIONS
from metrics.drawings import curve_chart, promotion_chart, retention_chart
from metrics.queries import placement_facts, results
from metrics.queries.actuals import actuals
from metrics.queries.participants import participant_outcomes, state_counts
from metrics.queries.released import local_day, stage_shares
from metrics.queries.summaries import (
    metrics_of,
    not_selected_of,
    objectives_of,
    people_of,
    programs_to_read,
)
from metrics.scopes import scope_of
from metrics.services import record_export, refresh
from metrics.stage_chart import stage_chart
from metrics.stages import StageShare
from metrics.tables import COLUMNS, definition_notes
from metrics.words import cohort_sentence, day_text, headline, promotion_finding, retention_finding

NAMES_SHOWN = 100
COHORTS_SHOWN = 12
PARTICIPANT_COLUMNS = [
    Column("Employee number", lambda row: row.participant.person.employee_number),
    Column("First name", lambda row: row.participant.person.first_name),
    Column("Last name", lambda row: row.participant.person.last_name),
    Column("Program", lambda row: row.participant.cohort.program.name),
    Column("Cohort", lambda row: row.participant.cohort.name),
    Column("State", lambda row: row.participant.get_state_display(), "Where the person stands in the cohort"),
    Column("Selected on", lambda row: row.selected_on, "Day of the first selection decision"),
    Column("Retained 12 months", lambda row: row.retained, "Empty while the twelve months last"),
    Column("Promotions", lambda row: row.promotions, "Moves to a higher grade since that day"),
    Column("Last day", lambda row: row.left_on, "Empty for those who work here"),
]


@require_safe
def outcomes(request: MemberRequest, org: str) -> HttpResponse:
    """Is the program working? Of everybody, of a program, cohort or market, or of the own line."""
    member = request.member
    if not access.can_read_outcomes(member) and access.can_read_summary(member):
        return redirect("metrics:summary", org)
    if not access.can_read_outcomes(member) and access.reviews_impact(member):
        return redirect("metrics:impact_list", org)
    problem = ""
    try:
        scope = scope_of(member, request.GET.dict())
    except ValidationError as error:
        problem = " ".join(error.messages)
        scope = scope_of(member, {})
    found = scope.results
    placements = placement_facts(scope.placements)
    cohorts = scope.cohort_facts
    shown = cohorts if "all" in request.GET else cohorts[:COHORTS_SHOWN]
    context: dict[str, Any] = {
        "scope": scope,
        "problem": problem,
        "query": f"?{urlencode(scope.query)}" if scope.query else "",
        "as_of": "" if scope.is_today else f"&as_of={scope.day:%Y-%m-%d}",
        "closed_on": day_text(scope.closing),
        "results": found,
        "headline": headline(found),
        "cards": cards(found, placements),
        "retention": retention_chart(found),
        "promotions": promotion_chart(found),
        "curve": curve_chart(found) if found.has_curve else None,
        "stages": stage_chart(scope.stages, day_text(scope.closing)),
        "may_read_diversity": access.can_read_diversity(member) and not scope.line,
        "cohorts": [(facts, cohort_sentence(facts, scope.closing)) for facts in shown],
        "cohorts_hidden": len(cohorts) - len(shown),
        "cohorts_in_all": len(cohorts),
        "states": state_counts(scope.standings),
        "placements": placements,
        "caveat": CAVEAT,
        "comparison": UNMATCHED,
        "may_export_people": access.can_export_people(member),
        "may_read_summary": access.can_read_summary(member),
        "may_read_impact": access.can_read_impact(member),
    }
    return render(request, "metrics/outcomes.html", context)


@require_safe
def outcomes_export(request: MemberRequest, org: str, kind: str) -> HttpResponseBase:
    """The numbers of the page as a file; what is hidden there is hidden here."""
    if kind not in TYPES:
        raise Http404
    try:
        scope = scope_of(request.member, request.GET.dict())
    except ValidationError:
        return _explained(request, org)
    found = scope.results
    rows = scope.rows(found)
    filters = {**scope.filters, "format": kind}
    record_export("outcomes", rows=len(rows), filters=filters, by=request.member, about=scope.about)
    notes = definition_notes(scope.name, scope.closing, request.member.display_name)
    return file_response(kind, "outcomes", COLUMNS, rows, notes=notes)


@only(access.can_export_people)
@require_safe
def participants_export(request: MemberRequest, org: str, kind: str) -> HttpResponseBase:
    """Participants with names and outcomes, for HR."""
    if kind not in TYPES:
        raise Http404
    try:
        scope = scope_of(request.member, request.GET.dict())
    except ValidationError:
        return _explained(request, org)
    participants = scope.participants
    record_export(
        "participants",
        rows=participants.count(),
        filters={**scope.filters, "format": kind},
        by=request.member,
        about=scope.about,
    )
    rows = participant_outcomes(participants, request.organization, scope.day)
    notes = [("Of", scope.name), ("As of", scope.day), ("Exported by", request.member.display_name)]
    return file_response(kind, "participants", PARTICIPANT_COLUMNS, rows, notes=notes)


def _explained(request: MemberRequest, org: str) -> HttpResponse:
    """The page says what is wrong with the choice."""
    return redirect(f"{reverse('metrics:outcomes', args=[org])}?{request.GET.urlencode()}")


@only(access.can_read_definitions)
@require_safe
def definitions(request: MemberRequest, org: str) -> HttpResponse:
    """What each number counts and leaves out."""
    return render(request, "metrics/definitions.html", {"definitions": DEFINITIONS})


def _stages(member: Membership, day: date) -> list[StageShare]:
    return stage_shares(day) if access.can_read_diversity(member) else []


@only(access.can_read_summary)
@require_safe
def summary(request: MemberRequest, org: str) -> HttpResponse:
    """One page of results for one program."""
    programs = list(programs_to_read())
    asked = request.GET.get("program", "")
    program = next((one for one in programs if str(one.pk) == asked), None)
    if program is None and asked:
        raise Http404
    program = program or (programs[0] if programs else None)
    context: dict[str, Any] = {"programs": programs, "program": program}
    if program is not None:
        today = local_day(request.organization)
        refresh(request.organization, today)
        found = results(program_scope(program.pk), today)
        participants = visible_participants(request.member).filter(cohort__program=program)
        placements = visible_placements(request.member).filter(participant__cohort__program=program)
        people, states = people_of(participants)
        context |= {
            "results": found,
            "as_of": day_text(found.as_of) if found.as_of else "",
            "objectives": objectives_of(program),
            "actuals": actuals(metrics_of(program), found),
            "sentences": [retention_finding(found), promotion_finding(found)],
            "comparison": UNMATCHED,
            "caveat": CAVEAT,
            "states": states,
            "people": people[:NAMES_SHOWN],
            "people_left_out": len(people[NAMES_SHOWN:]),
            "not_selected": not_selected_of(program),
            "placements": placement_facts(placements),
            "stages": stage_chart(_stages(request.member, today), day_text(closing_of(today))),
        }
    return render(request, "metrics/summary.html", context)
