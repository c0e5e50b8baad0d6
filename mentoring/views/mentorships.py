import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from amdp.identity.requests import MemberRequest
from amdp.web.pages import ListPage
from mentoring import access, queries, services
from mentoring.forms import EndForm
from mentoring.models import Mentorship
from mentoring.views.loading import visible_mentorship


class MentorshipFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Pairs", choices=Mentorship.State.choices)
    silent = django_filters.ChoiceFilter(
        label="Sessions", choices=[("yes", "None for a while")], method="by_silence"
    )

    class Meta:
        model = Mentorship
        fields = ["state"]

    def by_silence(self, pairs, name, value):
        return pairs.filter(silence__gt=0)


def mentorship_list(request: MemberRequest, org: str) -> HttpResponse:
    rows = ListPage(
        request,
        queries.with_session_counts(access.visible_mentorships(request.member)),
        noun=("pair", "pairs"),
        search=queries.search_mentorships,
        filters=MentorshipFilter,
        sorts={
            "mentor": ("mentor__person__last_name_key",),
            "participant": ("participant__person__last_name_key",),
            "last": ("last_session_on?",),
            "sessions": ("session_count",),
        },
        default="mentor",
        placeholder="Search by mentor or participant",
    )
    return render(request, "mentoring/mentorship_list.html", {"list": rows})


def mentorship_detail(request: MemberRequest, org: str, mentorship: int) -> HttpResponse:
    pair = visible_mentorship(request, mentorship)
    member = request.member
    context = {
        "pair": pair,
        "sees_content": access.sees_content(member, pair),
        "is_mentor": access.is_mentor_in(member, pair),
        "may_log": access.can_log_session(member, pair),
        "may_end": access.can_end_mentorship(member, pair),
        "kinds": queries.kinds_of(pair),
        "minutes": queries.minutes_of(pair),
    }
    if context["sees_content"]:
        sessions = access.visible_sessions(member).filter(mentorship=pair)
        context["sessions"] = sessions.prefetch_related("topics__competency", "actions")[:50]
        context["open_actions"] = queries.open_actions(pair)
    if access.runs_mentoring(member):
        context["topics"] = queries.topics_of(pair)
        context["check_ins"] = access.visible_check_ins(member).filter(
            mentorship=pair, answered_at__isnull=False
        )[:6]
    return render(request, "mentoring/mentorship_detail.html", context)


def mentorship_end(request: MemberRequest, org: str, mentorship: int) -> HttpResponse:
    pair = visible_mentorship(request, mentorship)
    if not access.can_end_mentorship(request.member, pair):
        raise PermissionDenied("Only the mentor and L&D can end a pair, while it is active.")
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_mentorship(pair, **form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{pair} no longer work together. Both are told.")
            return redirect("mentoring:mentoring_home", org)
    return render(request, "mentoring/mentorship_end.html", {"form": form, "pair": pair})
