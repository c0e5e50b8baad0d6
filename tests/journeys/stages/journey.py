"""3.5: the journey has dates; participants work, a facilitator takes the roster, the manager confirms."""

import datetime

from django.utils import timezone

from cohorts.models import Cohort, Participant, Program
from curriculum.models import Attendance, ParticipantActivity, Project, Session
from curriculum.queries.opening import waits_for
from tests.journeys.stages.program import one

State = ParticipantActivity.State


def weeks_go_by(story):
    """The cohort has begun a month ago."""
    with story.inside():
        begun = timezone.localdate() - datetime.timedelta(days=35)
        Cohort.objects.update(
            starts_on=begun,
            decisions_due_on=begun,
            nominations_open_on=begun - datetime.timedelta(days=30),
            nominations_close_on=begun - datetime.timedelta(days=1),
        )
        Participant.objects.update(enrolled_at=timezone.now() - datetime.timedelta(days=36))


def lena_schedules_the_journey(story):
    lena = story.as_("Lena")
    lena.open("curriculum:template_detail", one(story, Program).pk)
    lena.press("Use the blueprint’s journey").see("Add a module")
    lena.open("curriculum:journey_schedule", one(story, Cohort).pk).press("Set these dates")
    with story.inside():
        assert items("Bob").count() == items("Carol").count() > 10


def bob_sees_his_next_step_and_completes_it(story):
    bob = story.as_("Bob")
    bob.home()
    bob.open("curriculum:journey_home").look()
    with story.inside():
        item = items("Bob").filter(state=State.TO_DO).exclude(activity__mode__in=SESSIONS)
        item = item.filter(activity__prompts=[], opens_on__lte=yesterday()).order_by("due_on", "pk")[0]
    bob.open("curriculum:activity_detail", item.pk)
    if bob.page.get_by_label("What will you do differently?").count():
        bob.fill("What will you do differently?", "Ask for the formulary calendar first.")
    bob.press("I have done this")
    story.as_("Carol").finds_nothing("curriculum:activity_detail", item.pk)
    with story.inside():
        assert ParticipantActivity.objects.get(pk=item.pk).state == State.DONE


def ines_takes_the_roster(story):
    with story.inside():
        seated = Attendance.objects.values("session")
        session = Session.objects.filter(pk__in=seated).order_by("day", "pk").first()
        Session.objects.filter(pk=session.pk).update(day=timezone.localdate() - datetime.timedelta(days=3))
    lena = story.as_("Lena")
    lena.open("curriculum:session_facilitators", session.pk).fill("Find", "Ines")
    lena.page.locator("form#facilitators").get_by_role("button", name="Find").click()
    lena.see("Ines Castro").choose("Ines Castro").press("Save")
    ines = story.as_("Ines")
    ines.home().open("curriculum:session_list")
    ines.open("curriculum:session_detail", session.pk).open("curriculum:roster", session.pk)
    for line in ines.page.locator("fieldset.roster-line").all():
        line.locator("label.choice", has_text="Attended").click()
    ines.press("Save the roster")
    ines.finds_nothing("cohorts:participant_detail", one(story, Participant, person__first_name="Bob").pk)
    with story.inside():
        assert items("Bob").get(activity=session.activity).state == State.DONE


def bob_hands_in_work_on_an_account(story):
    with story.inside():
        task = items("Bob").exclude(activity__prompts=[]).order_by("due_on", "pk").first()
        while waited_for := waits_for(task):  # the modules before it, in their order
            before = items("Bob").filter(activity__module=waited_for)
            before.update(state=State.DONE, done_at=timezone.now())
        items("Bob").filter(pk=task.pk).update(opens_on=yesterday())
    bob = story.as_("Bob")
    bob.open("curriculum:activity_detail", task.pk).open("curriculum:project_edit", task.pk)
    bob.choose("Tidewater Health Network")
    for answer in bob.page.locator("form#work textarea").all():
        answer.fill("Growth in outpatient oncology; the pharmacy director decides.")
    bob.press("Hand in and ask Alice to confirm")
    assert one(story, Project, account__name="Tidewater Health Network")


def alice_confirms_it_was_used(story):
    mail = story.mail("Alice", "Bob")
    alice, project = story.as_("Alice"), one(story, Project)
    alice.home().see("Bob Lindqvist")
    assert mail
    alice.open("curriculum:project_detail", project.pk)
    alice.page.locator("form#confirm textarea").fill("He opened the review with their own numbers.")
    alice.fill("Used with the customer on", (timezone.localdate() - datetime.timedelta(days=2)).isoformat())
    alice.press("Confirm it was used")
    with story.inside():
        assert items("Bob").get(pk=project.item_id).state == State.DONE
    alice.open("curriculum:line_journeys")
    story.as_("Lena").open("curriculum:cohort_progress", one(story, Cohort).pk)


SESSIONS = ["virtual", "workshop"]


def yesterday():
    """A day that is over wherever somebody works."""
    return timezone.localdate() - datetime.timedelta(days=1)


def items(name):
    return ParticipantActivity.objects.filter(participant__person__first_name=name)


STEPS = [
    weeks_go_by,
    lena_schedules_the_journey,
    bob_sees_his_next_step_and_completes_it,
    ines_takes_the_roster,
    bob_hands_in_work_on_an_account,
    alice_confirms_it_was_used,
]
