"""3.6 and 3.7: mentors say their hours, are matched, log on a phone; silence is noticed in the morning."""

import datetime
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from amdp.notifications import delivery, due
from amdp.notifications.models import Notification
from cohorts.models import Cohort
from mentoring.models import CoachingSession, MatchRun, Mentor, Mentorship, PrivateNote
from tests.journeys.cast import ZONE
from tests.journeys.stages.program import one

PRIVATE = "Worries about the move to Boston"


def lena_asks_for_mentors(story):
    lena = story.as_("Lena")
    lena.open("mentoring:mentor_invite", query="?q=Walsh")
    lena.page.get_by_role("checkbox", name="Erin Walsh").check()
    lena.press("Ask them to mentor")
    lena.open("mentoring:mentor_invite", query="?q=Osei")
    lena.page.get_by_role("checkbox", name="Frank Osei").check()
    lena.press("Ask them to mentor")
    for name in ("Erin", "Frank"):
        mentor = story.as_(name)
        mentor.go(story.link_in(story.mail(name, "mentor")))
        mentor.open("mentoring:mentor_profile").fill("Hours a month", "6")
        mentor.press("Join the mentor pool")
    assert story.count(Mentor, state="active") == 2


def she_matches_and_publishes(story):
    lena, cohort = story.as_("Lena"), one(story, Cohort)
    lena.open("mentoring:cohort_mentoring", cohort.pk).press("Match 2")
    run = one(story, MatchRun)
    lena.see("2 of 2 have a mentor").open("mentoring:match_run_detail", run.pk)
    lena.follow("Why?").open("mentoring:match_run_publish", run.pk).press("Publish and tell both sides")
    assert story.count(Mentorship) == 2
    pair = pair_of(story, "Bob")
    story.mail("Bob", pair.mentor.person.first_name)


def a_mentor_logs_a_session_on_a_phone(story):
    pair = pair_of(story, "Bob")
    mentor = story.as_(pair.mentor.person.first_name, "phone")
    mentor.home().open("mentoring:session_log")
    asked = "form.log :is(input, select, textarea):required"
    names = mentor.page.eval_on_selector_all(asked, "fields => [...new Set(fields.map(f => f.name))]")
    assert len([name for name in names if name != "token"]) <= 4, names
    mentor.fill("Notes you both see", "Prepare the formulary question.")
    if mentor.page.get_by_label("Note to yourself").first.is_hidden():
        mentor.page.locator("details", has=mentor.page.get_by_label("Note to yourself")).locator(
            "summary"
        ).click()
    mentor.fill("Note to yourself", PRIVATE)
    mentor.press("Log it with Bob")
    session = one(story, CoachingSession)
    mentor.open("mentoring:session_detail", session.pk).see(PRIVATE)
    bob = story.as_("Bob").open("mentoring:session_detail", session.pk)
    bob.see("Prepare the formulary question.").miss(PRIVATE).press("Confirm")
    for name in ("Lena", "Alice"):
        visitor = story.as_(name)
        visitor.finds_nothing("mentoring:session_detail", session.pk)
        visitor.open("mentoring:mentorship_detail", pair.pk).miss(PRIVATE, "formulary question")
    assert PRIVATE not in one(story, PrivateNote).ciphertext


def a_silent_pair_is_noticed_in_the_morning(story):
    """Nobody logs with Carol: her mentor is reminded at nine where they are, and later Lena is told."""
    pair = pair_of(story, "Carol")
    mentor = pair.mentor.person.first_name
    for _ in range(60):
        with story.inside():
            times = [
                *Mentorship.objects.exclude(silence_due_at=None).values_list("silence_due_at", flat=True),
                *Notification.objects.filter(state="planned").values_list("not_before", flat=True),
            ]
        tick(story, min(time for time in times if time) + datetime.timedelta(minutes=1))
        if told := [
            subject for subject in story.subjects("Lena") if subject.startswith("Ask ") and "Carol" in subject
        ]:
            break
    assert told
    with story.inside():
        sent = Notification.objects.filter(person__first_name=mentor, kind__startswith="mentoring.silen")
        local = [each.not_before.astimezone(ZoneInfo(ZONE)) for each in sent]
    assert local
    assert {time.hour for time in local} == {9}
    assert all(time.weekday() < 5 for time in local)
    story.as_("Lena").home().see("Carol")


def tick(story, now):
    """The tick of that minute, and the mail it hands out, as beat and worker would."""
    if now < timezone.now():
        now = timezone.now()
    with time_machine.travel(now):
        due.run_due(story.organization.pk, now, lambda organization, ids: delivery.deliver(organization, ids))


def pair_of(story, name):
    with story.inside():
        return Mentorship.objects.select_related("mentor__person").get(participant__person__first_name=name)


STEPS = [
    lena_asks_for_mentors,
    she_matches_and_publishes,
    a_mentor_logs_a_session_on_a_phone,
    a_silent_pair_is_noticed_in_the_morning,
]
