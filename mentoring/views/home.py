from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render

from amdp.directory.access import leads
from amdp.directory.queries import local_today, person_of
from amdp.identity.requests import MemberRequest
from cohorts.access import visible_cohorts
from cohorts.models import Cohort
from mentoring import access, queries
from mentoring.capacity import load_of
from mentoring.models import Mentor, Mentorship

COHORTS_SHOWN = 8
UNDER_WAY = [Cohort.State.SELECTING, Cohort.State.RUNNING, Cohort.State.GRADUATED, Cohort.State.SUSTAINING]


def mentoring_home(request: MemberRequest, org: str) -> HttpResponse:
    member, today = request.member, local_today(request.member)
    person = person_of(member)
    own = access.own_mentorships(member).filter(state=Mentorship.State.ACTIVE)
    pairs = list(queries.with_session_counts(own))
    mentor = Mentor.objects.filter(person=person).select_related("person").first() if person else None
    context: dict[str, object] = {
        "mentor": mentor,
        "mentees": [one for one in pairs if person and one.mentor.person_id == person.pk],
        "mentors": [one for one in pairs if person and one.participant.person_id == person.pk],
        "runs_mentoring": access.runs_mentoring(member),
        "leads": leads(member),
    }
    if mentor is not None and mentor.state in (Mentor.State.ACTIVE, Mentor.State.PAUSED):
        context |= {
            "load": load_of(mentor, today),
            "minutes": queries.minutes_in_month(mentor, today),
            "today": today,
        }
    if context["runs_mentoring"]:
        context |= _for_admins(request)
    return render(request, "mentoring/mentoring_home.html", context)


def _for_admins(request: MemberRequest) -> dict[str, object]:
    cohorts = (
        visible_cohorts(request.member)
        .filter(state__in=UNDER_WAY)
        .annotate(**queries.counting("participants__"))
        .order_by("-starts_on", "-id")
    )
    counts = Mentor.objects.aggregate(
        active=Count("pk", filter=Q(state=Mentor.State.ACTIVE)),
        invited=Count("pk", filter=Q(state=Mentor.State.INVITED)),
        paused=Count("pk", filter=Q(state=Mentor.State.PAUSED)),
    )
    return {
        "cohorts": cohorts[:COHORTS_SHOWN],
        "pool": counts,
        "offered": queries.offered_graduates().count(),
    }
