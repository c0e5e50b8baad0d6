"""What those selected for each program are seen to be able to do: the newest scores as of a day."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef

from cohorts.models import Competency, CompetencyScore, Participant
from metrics.arms import Measure, SkillLevel

Source = CompetencyScore.Source
SOURCES: Mapping[Measure, tuple[str, ...]] = {
    Measure.SKILL: (Source.ASSESSMENT, Source.MANAGER),
    Measure.SKILL_MANAGER: (Source.MANAGER,),
}
# of the competencies a person needs a score in this part
ENOUGH = 0.8


def skill_levels(as_of: date) -> list[SkillLevel]:
    """Everybody selected who has scores in at least four of five competencies. Two queries."""
    sizes = dict(
        Competency.objects.order_by()
        .values_list("program")
        .annotate(count=Count("pk"))
        .values_list("program", "count")
    )
    latest: dict[tuple[int, int], list[tuple[int, str, float, date]]] = defaultdict(list)
    for program, person, competency, source, score, day in _newest(as_of):
        latest[program, person].append((competency, source, float(score), day))
    found = [
        _level(measure, program, person, [one for one in scores if one[1] in sources], sizes[program])
        for (program, person), scores in latest.items()
        for measure, sources in SOURCES.items()
    ]
    return [one for one in found if one is not None]


def _level(
    measure: Measure, program: int, person: int, scores: list[tuple[int, str, float, date]], size: int
) -> SkillLevel | None:
    by_competency: dict[int, list[float]] = defaultdict(list)
    for competency, _, score, _ in scores:
        by_competency[competency].append(score)
    if len(by_competency) < ENOUGH * size:
        return None
    means = [sum(some) / len(some) for some in by_competency.values()]
    return SkillLevel(measure, program, person, sum(means) / len(means), max(day for *_, day in scores))


def _newest(as_of: date) -> list[tuple[int, int, int, str, Decimal, date]]:
    takes_part = Participant.objects.order_by().filter(
        person=OuterRef("person"), cohort__program=OuterRef("competency__program")
    )
    scores = CompetencyScore.objects.filter(
        Exists(takes_part), as_of__lte=as_of, source__in=SOURCES[Measure.SKILL]
    )
    newest = scores.order_by("person", "competency", "source", "-as_of", "-id").distinct(
        "person", "competency", "source"
    )
    return list(newest.values_list("competency__program", "person", "competency", "source", "score", "as_of"))
