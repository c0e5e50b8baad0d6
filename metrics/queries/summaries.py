"""The one page of results: everything about the programs with people in them, in few queries."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, JSONObject

from cohorts.models import Metric, Objective, Participant, Program
from metrics.queries.participants import StateCount
from metrics.suppression import Shown, suppress_count, suppress_counts
from selection.models import Candidate, Erasure

METRIC = ("id", "name", "unit", "source", "baseline", "target")


@dataclass(frozen=True)
class Selected:
    """A selected person as the sponsor reads them."""

    name: str
    cohort: str


def programs_to_read() -> QuerySet[Program]:
    """Programs with participants, by name; each with its objectives, metrics and the number of those not selected at hand. One query."""
    started = Participant.objects.order_by().values("cohort__program")
    own = {"program": OuterRef("pk")}
    took_part = Participant.objects.order_by().filter(
        person=OuterRef("person"), cohort__program=OuterRef("cohort__program")
    )
    passed_over = (
        Candidate.objects.order_by()
        .filter(~Exists(took_part), cohort__program=OuterRef("pk"), cohort__released_at__isnull=False)
        .exclude(state=Candidate.State.DRAFTED)
        .values("cohort__program")
        .annotate(count=Count("person", distinct=True))
        .values("count")
    )
    deleted = (
        Erasure.objects.order_by()
        .filter(cohort__program=OuterRef("pk"))
        .values("cohort__program")
        .annotate(count=Sum("passed_over"))
        .values("count")
    )
    return (
        Program.objects.filter(pk__in=started)
        .annotate(
            not_selected=Coalesce(Subquery(passed_over), 0) + Coalesce(Subquery(deleted), 0),
            objective_texts=ArraySubquery(Objective.objects.filter(**own).values("text")),
            metric_facts=ArraySubquery(
                Metric.objects.filter(**own).values(json=JSONObject(**{name: F(name) for name in METRIC}))
            ),
        )
        .order_by("name")
    )


def objectives_of(program: Program) -> list[str]:
    """The objectives that came with the program."""
    return list(vars(program)["objective_texts"])


def metrics_of(program: Program) -> list[Metric]:
    """The signed-off metrics that came with the program."""
    return [Metric(program=program, **facts) for facts in vars(program)["metric_facts"]]


def people_of(participants: QuerySet[Participant]) -> tuple[list[Selected], list[StateCount]]:
    """These people by name, and how many stand where. One query."""
    rows = list(
        participants.order_by("person__last_name_key", "pk").values_list(
            "person__first_name", "person__last_name", "cohort__name", "state"
        )
    )
    states = [row[3] for row in rows]
    choices = [(label, states.count(state)) for state, label in Participant.State.choices if state in states]
    counts, _ = suppress_counts([count for _, count in choices])
    return (
        [Selected(f"{first} {last}", cohort) for first, last, cohort, _ in rows],
        [StateCount(str(label), count) for (label, _), count in zip(choices, counts, strict=True)],
    )


def not_selected_of(program: Program) -> Shown:
    """Nominees of the program's released cohorts who did not get a seat; hidden when they are few."""
    return suppress_count(vars(program)["not_selected"])
