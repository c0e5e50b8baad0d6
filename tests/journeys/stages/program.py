"""3.1 and 3.2: a program from the blueprint, signed off by a stakeholder; a cohort that takes nominations."""

import datetime

from django.utils import timezone

from cohorts.models import Cohort, Competency, Metric, Program

PROGRAM = "Account Director Residency"
COHORT = "Account Director Northeast"


def lena_creates_a_program(story):
    lena = story.as_("Lena")
    lena.open("cohorts:program_list").follow("Create a program")
    lena.choose("Account Director Development and Residency").fill("Name", PROGRAM)
    lena.press("Create the program")
    lena.see(PROGRAM)
    with story.inside():
        assert Competency.objects.count() >= 6


def she_measures_baselines(story):
    lena = story.as_("Lena")
    program = one(story, Program)
    lena.open("cohorts:section_detail", program.pk, "metrics")
    first = one(story, Metric, position=0)
    lena.open("cohorts:part_edit", program.pk, "metrics", first.pk)
    lena.page.get_by_label("Baseline", exact=False).first.fill("34")
    lena.fill("Measured on", "2026-06-30")
    lena.press("Save")
    with story.inside():
        Metric.objects.filter(baseline=None).update(baseline=20, baseline_on=datetime.date(2026, 6, 30))
        Metric.objects.filter(target=None).update(target=40)


def she_edits_the_competency_model(story):
    lena = story.as_("Lena")
    program = one(story, Program)
    lena.open("cohorts:section_detail", program.pk, "competencies")
    competency = one(story, Competency, name__startswith="Business acumen")
    lena.open("cohorts:competency_detail", program.pk, competency.pk)
    lena.open("cohorts:part_edit", program.pk, "competencies", competency.pk)
    lena.fill("Description", "Reads a customer's budget and acts on it.").press("Save")
    lena.see("Reads a customer's budget and acts on it.")


def she_names_a_stakeholder_and_asks(story):
    lena = story.as_("Lena")
    program = one(story, Program)
    lena.open("cohorts:part_add", program.pk, "stakeholders")
    lena.fill("Find the person", "Dana")
    lena.page.get_by_role("button", name="Find").click()
    lena.see("Dana Reyes").choose("Dana Reyes").choose("Sales", of="Signs for")
    lena.press("Add the stakeholder").see("Dana Reyes")
    lena.open("cohorts:program_check", program.pk).press("Ask stakeholders to sign")
    lena.see("Asked Dana Reyes")


def dana_signs(story):
    mail = story.mail("Dana", PROGRAM)
    dana = story.as_("Dana")
    dana.home().see(PROGRAM)
    dana.go(story.link_in(mail))
    dana.press("Sign off the program").see("You have signed")
    assert one(story, Program).state == Program.State.SIGNED_OFF


def lena_opens_a_cohort(story):
    lena = story.as_("Lena")
    starts = timezone.localdate() + datetime.timedelta(days=60)
    lena.open("cohorts:program_detail", one(story, Program).pk).follow("Open a cohort")
    lena.fill("Name", COHORT).fill("Starts on", starts.isoformat()).fill("Seats", "2").press(
        "Open the cohort"
    )
    lena.see(COHORT)
    cohort = one(story, Cohort)
    for section in ("dates", "seats", "window"):
        lena.open("cohorts:cohort_edit", cohort.pk, section)
    opens = timezone.localdate() - datetime.timedelta(days=2)  # also where the day has not begun yet
    lena.fill("Nominations open on", opens.isoformat()).press("Save")
    lena.open("selection:selection_setup", cohort.pk).press("Begin the plan").see("Seats per market")
    lena.follow("Criteria, weights and knock-outs").press("Save").see("Complete.")
    lena.open("cohorts:cohort_detail", cohort.pk).follow("Open nominations")
    lena.press("Open nominations")
    assert one(story, Cohort).state == Cohort.State.NOMINATING


def one(story, model, **where):
    with story.inside():
        return model.objects.get(**where)


STEPS = [
    lena_creates_a_program,
    she_measures_baselines,
    she_edits_the_competency_model,
    she_names_a_stakeholder_and_asks,
    dana_signs,
    lena_opens_a_cohort,
]
