"""A slate of two thousand candidates, six exercises, three assessors each: ranked, and its page shown."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from amdp.demo.load import MAIN, address
from amdp.directory.models import Person
from amdp.identity.models import Membership, User
from amdp.settings import env
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.models import Behavior, Cohort, Competency
from selection.models import (
    Assessor,
    Candidate,
    Exercise,
    ExerciseBehavior,
    Nomination,
    Observation,
    Rating,
    Scoresheet,
    SelectionPlan,
)
from selection.queries.slate import draw
from selection.services import draw_slate
from tests.benchmarks.results import ROUNDS, Result, alternately, seconds
from tests.factories.cohorts import CohortFactory

CANDIDATES, EXERCISES, ASSESSORS, COMPETENCIES = 2000, 6, 3, 6
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AIM = 0.3
# What has to be read at the least: every rating once, added up by candidate.
PLAIN = """
SELECT s.candidate_id, avg(r.score) FROM selection_rating r
JOIN selection_scoresheet s ON s.organization_id = r.organization_id AND s.id = r.scoresheet_id
JOIN selection_candidate c ON c.organization_id = s.organization_id AND c.id = s.candidate_id
WHERE c.cohort_id = %s AND s.state = 'submitted' GROUP BY s.candidate_id
"""


def measure() -> list[Result]:
    """Computed and shown, in seconds, against adding the same ratings up in plain SQL."""
    with owners_login(), organization_context(Organization.objects.get(slug=MAIN)), undone():
        cohort = large_cohort()
        computed, limit = alternately(lambda: draw(cohort), lambda: plain(cohort))
        shown = statistics.median(show(cohort) for _ in range(ROUNDS + 1))
    value = computed + shown
    extra = {"computed_s": round(computed, 3), "shown_s": round(shown, 3), "candidates": CANDIDATES}
    aim = f"≤ {AIM} s"
    return [Result("slate_2000", value, "s", limit, value / limit, aim=aim, met=value <= AIM, extra=extra)]


@contextmanager
def owners_login() -> Iterator[None]:
    """The tables' owner in the role of the application: only an owner may have PostgreSQL count rows anew."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= env.db_url_config(settings.MIGRATE_DATABASE_URL)
    connection.settings_dict["OPTIONS"] = {**before["OPTIONS"], "assume_role": settings.APPLICATION_ROLE}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def analyze() -> None:
    """Let PostgreSQL count its rows, as it does by itself within the minute once they are there to stay."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE")
        cursor.execute(f"SET ROLE {settings.APPLICATION_ROLE}")


@contextmanager
def undone() -> Iterator[None]:
    """Everything in here is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def plain(cohort: Cohort) -> int:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [cohort.pk])
        return len(cursor.fetchall())


def show(cohort: Cohort) -> float:
    """Seconds to answer with the page of the slate."""
    client = Client()
    client.force_login(User.objects.get(email=address("ld_admin")), backend=BACKEND)
    url = reverse("selection:slate_detail", args=[MAIN, cohort.pk])
    client.get(url)
    return seconds(lambda: client.get(url))


def large_cohort() -> Cohort:
    """A cohort whose slate is drawn up, everybody scored in every exercise."""
    cohort = CohortFactory(state=Cohort.State.ASSESSING, seats=200)
    behaviors = list(
        Behavior.objects.bulk_create(
            Behavior(competency=competency, text=f"Behaviour {n}", anchors=[""] * 5)
            for n, competency in enumerate(competencies(cohort))
        )
    )
    plan = SelectionPlan.objects.create(cohort=cohort, time_zone="UTC")
    exercises = Exercise.objects.bulk_create(
        Exercise(plan=plan, kind="case_study", name=f"Exercise {n}", assessors=ASSESSORS)
        for n in range(EXERCISES)
    )
    ExerciseBehavior.objects.bulk_create(
        ExerciseBehavior(exercise=exercise, behavior=behaviors[(n + k) % COMPETENCIES])
        for n, exercise in enumerate(exercises)
        for k in range(3)
    )
    people = list(Person.objects.order_by("pk")[: CANDIDATES + 60])
    panel = Assessor.objects.bulk_create(Assessor(cohort=cohort, person=one) for one in people[CANDIDATES:])
    candidates = Candidate.objects.bulk_create(
        Candidate(cohort=cohort, person=one, state=Candidate.State.ADMITTED) for one in people[:CANDIDATES]
    )
    Nomination.objects.bulk_create(
        Nomination(candidate=one, nominator=people[-1], state="approved", potential_view=1 + n % 5)
        for n, one in enumerate(candidates)
    )
    score(candidates, exercises, panel, behaviors, cohort)
    draw_slate(cohort, by=Membership.objects.get(user__email=address("ld_admin")))
    return Cohort.objects.get(pk=cohort.pk)


def competencies(cohort: Cohort) -> list[Competency]:
    return Competency.objects.bulk_create(
        Competency(program=cohort.program, name=f"Competency {n}", position=n) for n in range(COMPETENCIES)
    )


def score(
    candidates: list[Candidate],
    exercises: list[Exercise],
    panel: list[Assessor],
    behaviors: list[Behavior],
    cohort: Cohort,
) -> None:
    sheets = Scoresheet.objects.bulk_create(
        (
            Scoresheet(
                candidate=one,
                exercise=exercise,
                assessor=panel[(n * ASSESSORS + k + place) % len(panel)],
                due_on=cohort.starts_on,
            )
            for n, one in enumerate(candidates)
            for place, exercise in enumerate(exercises)
            for k in range(ASSESSORS)
        ),
        batch_size=5000,
    )
    watched = [
        (sheet, behaviors[(n // ASSESSORS % EXERCISES + k) % COMPETENCIES], 1 + (n * 7 + k * 3) % 5)
        for n, sheet in enumerate(sheets)
        for k in range(3)
    ]
    Rating.objects.bulk_create(
        (Rating(scoresheet=sheet, behavior=behavior, score=score) for sheet, behavior, score in watched),
        batch_size=5000,
    )
    Observation.objects.bulk_create(
        (Observation(scoresheet=sheet, behavior=behavior, text="Seen.") for sheet, behavior, _ in watched),
        batch_size=5000,
    )
    analyze()
    Scoresheet.objects.filter(candidate__in=candidates).update(state="submitted")
    analyze()
