"""Counting how far nominees got, by what they say of themselves. Only counts are read, never a person's answer."""

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate

from amdp.directory.models import Demographics
from cohorts.models import Participant
from metrics.stages import Furthest, Gender, Stage
from selection.models import Candidate, Nomination, Scoresheet

SAID = {"female": Gender.WOMEN, "male": Gender.MEN, "": Gender.UNKNOWN}


def stage_counts(as_of: date, zone: ZoneInfo) -> dict[int, Furthest]:
    """How many nominees of each cohort got how far, of those released by a day. One query."""
    taken = Participant.objects.order_by().filter(cohort=OuterRef("cohort"), person=OuterRef("person"))
    nominations = Nomination.objects.order_by().filter(candidate=OuterRef("pk"), submitted_at__isnull=False)
    assessed = Scoresheet.objects.order_by().filter(
        candidate=OuterRef("pk"), state=Scoresheet.State.SUBMITTED
    )
    graduated = taken.filter(state=Participant.State.GRADUATED, graduated_on__lte=as_of)
    said = Demographics.objects.order_by().filter(person=OuterRef("person")).values("gender")
    rows = (
        Candidate.objects.order_by()
        .filter(Exists(nominations))
        .annotate(
            released=TruncDate("cohort__released_at", tzinfo=zone),
            furthest=Case(
                When(Exists(graduated), then=Value(Stage.GRADUATED)),
                When(Exists(taken), then=Value(Stage.SELECTED)),
                When(Exists(assessed), then=Value(Stage.ASSESSED)),
                When(
                    Exists(nominations.exclude(eligibility__contains=[{"met": False}])),
                    then=Value(Stage.ELIGIBLE),
                ),
                default=Value(Stage.NOMINATED),
            ),
            gender=Coalesce(Subquery(said[:1]), Value("")),
        )
        .filter(released__lte=as_of)
        .values_list("cohort", "furthest", "gender")
        .annotate(count=Count("pk"))
    )
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: {stage: {} for stage in Stage})
    for cohort, furthest, gender, count in rows:
        group = SAID.get(gender, Gender.OTHERS)
        found[cohort][furthest][group] = found[cohort][furthest].get(group, 0) + count
    return dict(found)
