import datetime as dt

import django_filters
from django import forms
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amdp.audit import services as audit
from amdp.audit.models import AuditEntry
from amdp.identity.access import can_read_audit, visible_entries
from amdp.identity.doors import only
from amdp.identity.requests import MemberRequest
from amdp.web.exports import Column
from amdp.web.pages import ListPage

COLUMNS = [
    Column("When", lambda entry: entry.at, "In the reader's own time zone"),
    Column("Who", lambda entry: entry.actor_name, "AMDP when the product did it by itself"),
    Column("What", lambda entry: entry.verb, "The thing and what was done to it"),
    Column("Which", lambda entry: entry.object_label, "Name of the thing at that time"),
    Column("Why", lambda entry: entry.why, "The reason given"),
]
# By the start of the verb; tests/audit/test_topics.py sees to it that none is left out.
TOPICS = {
    "members": ("Members and roles", ("membership.", "role.", "invitation.", "person.login_tied")),
    "settings": ("Settings and tokens", ("organization.", "api_token.")),
    "directory": ("Directory and imports", ("import.", "person.", "grades.")),
    "design": (
        "Design of programs",
        ("program.", "objective.", "outcome.", "metric.", "competency.", "behavior.", "stakeholder."),
    ),
    "cohorts": ("Cohorts and placements", ("cohort.", "participant.", "placement.")),
    "selection": (
        "Selection",
        (
            "selection.",
            "nomination",
            "candidate.",
            "delegation.",
            "exception.",
            "exercise_material.",
            "reference.",
            "assessment_",
            "assessor",
            "scoresheet.",
            "feedback.",
            "calibration.",
            "consensus.",
            "slate.",
            "decision.",
            "impact.",
        ),
    ),
    "journeys": ("Journeys", ("journey", "module.", "activity.", "session.", "project.")),
    "mentoring": (
        "Mentoring",
        ("mentor", "match", "coaching", "check_in.", "pulse.", "cohort_mentoring."),
    ),
    "exports": ("Exports", ("export.",)),
    "refused": ("Refused access", ("access.",)),
}


def local_midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def local_end(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))


class EntryFilter(django_filters.FilterSet):
    """When, and what about."""

    since = django_filters.DateFilter(
        label="From", method="from_day", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        label="To", method="to_day", widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def from_day(self, entries: QuerySet[AuditEntry], name: str, value: dt.date) -> QuerySet[AuditEntry]:
        return entries.filter(at__gte=local_midnight(value))

    def to_day(self, entries: QuerySet[AuditEntry], name: str, value: dt.date) -> QuerySet[AuditEntry]:
        return entries.filter(at__lte=local_end(value))


class TopicFilter(EntryFilter):
    about = django_filters.ChoiceFilter(
        label="About", choices=[(key, label) for key, (label, _) in TOPICS.items()], method="by_topic"
    )

    def by_topic(self, entries: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        matching = Q()
        for start in TOPICS[value][1]:
            matching |= Q(verb__startswith=start)
        return entries.filter(matching)


def search_entries(entries: QuerySet[AuditEntry], text: str) -> QuerySet[AuditEntry]:
    """By who, what or which; what is found as it is shown: “API token revoked” is ``api_token.revoked``."""
    words = text.replace(".", " ").replace("_", " ")
    spoken = Replace(Replace("verb", Value("."), Value(" ")), Value("_"), Value(" "))
    return entries.alias(spoken=spoken).filter(
        Q(actor_name__icontains=text) | Q(spoken__icontains=words) | Q(object_label__icontains=text)
    )


@only(can_read_audit)
@require_safe
def entry_list(request: MemberRequest, org: str) -> HttpResponseBase:
    """Who did what to which thing, newest first."""
    return answer(request, visible_entries(request.member), TopicFilter, "identity/entry_list.html", "audit")


@only(can_read_audit)
@require_safe
def export_list(request: MemberRequest, org: str) -> HttpResponseBase:
    """Who took which data out."""
    entries = visible_entries(request.member).filter(verb__startswith="export.")
    return answer(request, entries, EntryFilter, "identity/export_list.html", "exports")


def answer(
    request: MemberRequest,
    entries: QuerySet[AuditEntry],
    filters: type[EntryFilter],
    template: str,
    name: str,
) -> HttpResponseBase:
    rows = ListPage(
        request,
        entries,
        noun=("entry", "entries"),
        search=search_entries,
        filters=filters,
        sorts={"when": ("at",), "who": ("actor_name", "-at")},
        default="-when",
        placeholder="Search by who, what or which",
        size=50,
        downloadable=True,
    )
    if rows.download:
        facts = {"rows": rows.count, "format": rows.download, "search": rows.q}
        audit.record(f"export.{name}", by=request.member, after=facts)
        return rows.file(COLUMNS, name)
    return render(request, template, {"list": rows})
