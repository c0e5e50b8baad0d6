"""What lists of participants and sessions can be narrowed to."""

import django_filters
from django.db.models import QuerySet

from cohorts.models import Participant
from curriculum.models import Session


class ParticipantFilter(django_filters.FilterSet):
    """Over ``queries.progress.with_progress``."""

    standing = django_filters.ChoiceFilter(
        label="Standing", choices=[("late", "Late"), ("on_track", "On track")], method="by_standing"
    )
    state = django_filters.ChoiceFilter(label="Place", choices=Participant.State.choices)

    class Meta:
        model = Participant
        fields = ["state"]

    def by_standing(
        self, participants: QuerySet[Participant], name: str, value: str
    ) -> QuerySet[Participant]:
        return participants.filter(**({"late__gt": 0} if value == "late" else {"late": 0}))


class SessionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="State", choices=Session.State.choices)

    class Meta:
        model = Session
        fields = ["state"]
