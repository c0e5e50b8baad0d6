import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.directory.queries import employed, local_today, search_people
from amdp.identity.requests import MemberRequest
from amdp.web.exports import Column
from amdp.web.forms import as_key
from amdp.web.pages import ListPage
from mentoring import access, queries, services
from mentoring.capacity import load_of, with_committed
from mentoring.forms import DeclineForm, MentorProfileForm
from mentoring.models import Mentor, Mentorship
from mentoring.views.loading import only_ld, own_mentor_entry

OFFERED_SHOWN = 6
COLUMNS = [
    Column("Mentor", lambda one: one.person.name, "Name in the directory"),
    Column("Role", lambda one: one.person.job_title, "Job title in the directory"),
    Column("Answer", lambda one: one.get_state_display(), "Invited, active, paused or declined"),
    Column("Hours a month", lambda one: one.hours_per_month, "Time for all duties, as the mentor says"),
    Column(
        "Committed", lambda one: one.committed, "Hours a month given to mentoring, assessing and teaching"
    ),
    Column("Mentees", lambda one: one.mentees, "Active pairs today"),
]


class MentorFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="Answer", choices=Mentor.State.choices)

    class Meta:
        model = Mentor
        fields = ["state"]


def mentor_list(request: MemberRequest, org: str) -> HttpResponseBase:
    only_ld(request)
    pool = queries.with_mentee_count(access.visible_mentors(request.member))
    rows = ListPage(
        request,
        with_committed(pool, local_today(request.member)),
        noun=("mentor", "mentors"),
        search=queries.search_mentors,
        filters=MentorFilter,
        sorts={
            "name": ("person__last_name_key",),
            "hours": ("hours_per_month",),
            "committed": ("committed",),
        },
        default="name",
        placeholder="Search by name",
        downloadable=True,
    )
    if rows.download:
        return rows.file(COLUMNS, "mentors")
    offered = queries.offered_graduates()[:OFFERED_SHOWN]
    return render(request, "mentoring/mentor_list.html", {"list": rows, "offered": offered})


def mentor_invite(request: MemberRequest, org: str) -> HttpResponse:
    only_ld(request)
    people = visible_people(request.member).filter(employed(local_today(request.member)))
    if request.method == "POST":
        keys = [key for one in request.POST.getlist("selected") if (key := as_key(one))]
        return _invite(request, org, list(people.filter(pk__in=keys)))
    rows = ListPage(
        request,
        people.exclude(pk__in=Mentor.objects.exclude(state=Mentor.State.DECLINED).values("person")),
        noun=("person", "people"),
        search=search_people,
        sorts={"name": ("last_name_key",), "title": ("job_title",)},
        default="name",
        placeholder="Search by name or number",
        bulk_url=request.path,
    )
    return render(request, "mentoring/mentor_invite.html", {"list": rows})


def _invite(request: MemberRequest, org: str, people: list[Person]) -> HttpResponse:
    if not people:
        messages.warning(request, "Nobody is selected. Tick at least one person.")
        return redirect("mentoring:mentor_invite", org)
    invited = services.invite_mentors(people, by=request.member)
    names = ", ".join(str(one) for one in invited[:3]) + (
        f" and {len(invited) - 3} more" if len(invited) > 3 else ""
    )
    messages.success(request, f"{names} asked to mentor." if invited else "They have been asked already.")
    return redirect("mentoring:mentor_list", org)


def mentor_detail(request: MemberRequest, org: str, mentor: int) -> HttpResponse:
    found = get_object_or_404(access.visible_mentors(request.member), pk=mentor)
    pairs = access.visible_mentorships(request.member).filter(mentor=found)
    context = {
        "mentor": found,
        "load": load_of(found, local_today(request.member)),
        "pairs": queries.with_session_counts(pairs.filter(state=Mentorship.State.ACTIVE)),
        "past": pairs.filter(state=Mentorship.State.ENDED).count(),
        "strengths": found.strengths.select_related("competency"),
        "is_own": access.can_edit_mentor(request.member, found),
    }
    return render(request, "mentoring/mentor_detail.html", context)


@require_POST
def mentor_pause(request: MemberRequest, org: str, mentor: int) -> HttpResponse:
    found = get_object_or_404(access.visible_mentors(request.member), pk=mentor)
    if not access.can_pause_mentor(request.member, found):
        raise PermissionDenied("Only the mentor and L&D can pause.")
    back = request.POST.get("to") == "active"
    try:
        (services.resume_mentor if back else services.pause_mentor)(found, by=request.member)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        said = "is back in the pool" if back else "gets no new mentees until the pause ends"
        messages.success(request, f"{found} {said}.")
    if access.can_edit_mentor(request.member, found):
        return redirect("mentoring:mentoring_home", org)
    return redirect("mentoring:mentor_detail", org, found.pk)


def mentor_profile(request: MemberRequest, org: str) -> HttpResponse:
    mentor = own_mentor_entry(request)
    form = MentorProfileForm(request.POST or None, mentor=mentor)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_profile(mentor, **form.facts(), by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Your hours and strengths are saved.")
            return redirect("mentoring:mentoring_home", org)
    return render(request, "mentoring/mentor_profile.html", {"form": form, "mentor": mentor})


def mentor_decline(request: MemberRequest, org: str) -> HttpResponse:
    mentor = own_mentor_entry(request)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_invitation(mentor, **form.cleaned_data, by=request.member)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Thank you for saying so. You will not be matched.")
            return redirect("mentoring:mentoring_home", org)
    return render(request, "mentoring/mentor_decline.html", {"form": form, "mentor": mentor})
