"""A cohort's journey worked out from its template. Nothing is written here: the preview shows a plan, and
scheduling saves one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from cohorts.models import Cohort, Participant
from curriculum.dates import Calendar
from curriculum.models import Activity, Journey, Module, Session
from curriculum.timetable import Timetable, Wish


def journey_from(cohort: Cohort) -> Journey:
    """The cohort's journey with the days, market and zone that scheduling gives it now; new, if there is none."""
    journey = Journey.objects.filter(cohort=cohort).first() or Journey()
    organization = cohort.organization
    journey.cohort = cohort
    journey.starts_on = cohort.starts_on
    journey.market = cohort.markets[0] if len(cohort.markets) == 1 else organization.market
    journey.zone = organization.time_zone
    return journey


class Plan:
    """Modules, activities, participants and sessions of a cohort, with the days and hours they get."""

    def __init__(
        self,
        cohort: Cohort,
        journey: Journey,
        now: datetime,
        *,
        wishes: Mapping[int, Wish] | None = None,
        lock: bool = False,
    ) -> None:
        self.journey, self.now = journey, now
        self.calendars: dict[str, Calendar] = {}
        self.modules = list(Module.objects.filter(program=cohort.program_id).select_related("launches_with"))
        by_id = {module.pk: module for module in self.modules}
        self.activities = list(Activity.objects.filter(module__program=cohort.program_id))
        self.module_of = {activity.pk: by_id[activity.module_id] for activity in self.activities}
        participants = cohort.participants.filter(state=Participant.State.ACTIVE)
        self.participants = list(participants.select_related("person").order_by("id"))
        for participant in self.participants:
            participant.cohort = cohort
        sessions = self._sessions(lock=lock)
        self.timetable = Timetable(journey, self.activities, self.participants, sessions, now, wishes or {})
        self.timetable.plan(self.session_day)
        self.timetable.seat()

    def calendar(self, market: str) -> Calendar:
        """The days of the journey in one market."""
        if market not in self.calendars:
            self.calendars[market] = Calendar(self.journey.starts_on, market)
        return self.calendars[market]

    @property
    def common(self) -> Calendar:
        """The days of the cohort itself."""
        return self.calendar(self.journey.market)

    def session_day(self, activity: Activity) -> date:
        """The day the template gives to a session."""
        return self.common.activity(activity, self.module_of[activity.pk])[0]

    def _sessions(self, *, lock: bool) -> Iterable[Session]:
        if self.journey.pk is None:
            return []
        live = [one for one in self.activities if one.is_session]
        sessions = Session.objects.filter(journey=self.journey, activity__in=live)
        return sessions.select_for_update(of=("self",)) if lock else sessions
