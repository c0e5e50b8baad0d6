"""Bringing a template to dates: once for the cohort, then for each participant's own market."""

from collections import Counter, defaultdict
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.calendar import zone_named
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, Participant
from curriculum import messages
from curriculum.dates import Calendar, next_reminder, shared_day
from curriculum.models import (
    Activity,
    Attendance,
    Journey,
    JourneyModule,
    Module,
    ParticipantActivity,
    ParticipantJourney,
    Session,
)

BATCH = 1000
DATES = ["opens_on", "due_on", "is_asked", "remind_at", "reminder"]
State = ParticipantActivity.State


@transaction.atomic
def schedule_journey(cohort: Cohort, *, by: Membership | None) -> Journey:
    """Give a cohort's journey its dates from the program's template; run it again after any change.

    Modules and sessions follow the cohort's own calendar, each participant's due dates the holidays and
    zone where that person works. What is done, handed in or held stays where it was, and so does a session
    somebody moved by hand. Participants who joined since get theirs. The number of queries does not depend
    on the number of participants. Raises ValidationError while the program has no activities.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if cohort.state in (Cohort.State.GRADUATED, Cohort.State.SUSTAINING):
        raise ValidationError(f"{cohort} has graduated; its dates stay as they were.")
    work = _Work(cohort, _journey_of(cohort, by), timezone.now())
    if not work.activities:
        raise ValidationError(
            f"{cohort.program} has no journey yet. Add modules and activities to its template first."
        )
    work.modules_and_sessions()
    work.join()
    work.items()
    work.seats()
    audit.record("journey.scheduled", work.journey, by=by, after=work.facts())
    if work.first_reminder is not None:
        wake_at(work.first_reminder)
    messages.journey_ready(work.journey, work.joined)
    return work.journey


@transaction.atomic
def set_joined_on(participant: Participant, joined_on: date, *, by: Membership) -> ParticipantJourney:
    """Count a participant's dates from a later day, after a pause for example, and schedule them anew."""
    require_organization()
    place = ParticipantJourney.objects.select_for_update(of=("self",)).filter(participant=participant).first()
    if place is None:
        raise ValidationError(
            f"{participant} has no dates yet. Schedule the journey of {participant.cohort} first."
        )
    if not participant.cohort.starts_on <= joined_on <= participant.cohort.ends_on:
        raise ValidationError({"joined_on": "Choose a day between the start and the end of the cohort."})
    before, place.joined_on = place.joined_on, joined_on
    place.save(update_fields=["joined_on"])
    audit.record(
        "journey.joined_on_changed",
        participant,
        by=by,
        before={"joined_on": before},
        after={"joined_on": joined_on},
    )
    schedule_journey(participant.cohort, by=by)
    return place


def market_of(person: Person, journey: Journey) -> str:
    """The market whose holidays count for this person."""
    return person.market or journey.market


def _journey_of(cohort: Cohort, by: Membership | None) -> Journey:
    organization = cohort.organization
    market = cohort.markets[0] if len(cohort.markets) == 1 else organization.market
    values = {
        "starts_on": cohort.starts_on,
        "market": market,
        "zone": organization.time_zone,
        "scheduled_at": timezone.now(),
        "scheduled_by": by,
    }
    return Journey.objects.update_or_create(cohort=cohort, defaults=values)[0]


class _Work:
    """One run of ``schedule_journey``: what is there, and what has to be written."""

    def __init__(self, cohort: Cohort, journey: Journey, now: datetime) -> None:
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
        self.joined: list[Participant] = []
        self.joined_on: dict[int, date] = {}
        self.sessions: dict[int, list[Session]] = defaultdict(list)
        self.seat_of: dict[tuple[int, int], Session] = {}
        self.created = self.moved = 0
        self.asked = True
        self.first_reminder: datetime | None = None

    def calendar(self, market: str) -> Calendar:
        if market not in self.calendars:
            self.calendars[market] = Calendar(self.journey.starts_on, market)
        return self.calendars[market]

    def facts(self) -> dict[str, object]:
        return {
            "starts_on": self.journey.starts_on,
            "participants": len(self.participants),
            "new_dates": self.created,
            "moved_dates": self.moved,
        }

    # --- the cohort's own calendar --------------------------------------------------------------------

    def modules_and_sessions(self) -> None:
        base = self.calendar(self.journey.market)
        rows = []
        for module in self.modules:
            first, last = base.module(module)
            rows.append(JourneyModule(journey=self.journey, module=module, starts_on=first, ends_on=last))
        JourneyModule.objects.filter(journey=self.journey).delete()
        JourneyModule.objects.bulk_create(rows, batch_size=BATCH)
        markets = {market_of(one.person, self.journey) for one in self.participants} | {self.journey.market}
        sessions = Session.objects.filter(journey=self.journey, activity__in=self.activities)
        for session in sessions.select_for_update(of=("self",)):
            self.sessions[session.activity_id].append(session)
        self._move_sessions(base, markets)
        self._add_sessions(base, markets)

    def _move_sessions(self, base: Calendar, markets: set[str]) -> None:
        moved = []
        by_id = {activity.pk: activity for activity in self.activities}
        for activity_id, sessions in self.sessions.items():
            day = self._session_day(base, by_id[activity_id], markets)
            for session in sessions:
                stays = session.is_held or session.set_by_hand or session.starts_at <= self.now
                if not stays and session.day != day:
                    session.day = day
                    moved.append(session)
        Session.objects.bulk_update(moved, ["day"], batch_size=BATCH)
        self.moved += len(moved)

    def _add_sessions(self, base: Calendar, markets: set[str]) -> None:
        missing = [one for one in self.activities if one.is_session and one.pk not in self.sessions]
        rows = [
            Session(
                journey=self.journey,
                activity=activity,
                day=self._session_day(base, activity, markets),
                starts=activity.session_starts,
                zone=zone_named(self.journey.zone).key,
                minutes=activity.minutes or 60,
                place=activity.session_place,
                link=activity.link,
                seats=activity.session_seats,
            )
            for activity in missing
        ]
        for session in Session.objects.bulk_create(rows, batch_size=BATCH):
            self.sessions[session.activity_id].append(session)

    def _session_day(self, base: Calendar, activity: Activity, markets: set[str]) -> date:
        return shared_day(base.activity(activity, self.module_of[activity.pk])[0], markets)

    # --- participants ---------------------------------------------------------------------------------

    def join(self) -> None:
        """From which day each participant counts; those who are new are told."""
        known = ParticipantJourney.objects.filter(journey=self.journey)
        self.joined_on = dict(known.values_list("participant_id", "joined_on"))
        self.joined = [one for one in self.participants if one.pk not in self.joined_on]
        for one in self.joined:
            zone = zone_named(one.person.time_zone)
            enrolled = one.enrolled_at.astimezone(zone).date()
            self.joined_on[one.pk] = max(enrolled, self.journey.starts_on)
        ParticipantJourney.objects.bulk_create(
            (
                ParticipantJourney(journey=self.journey, participant=one, joined_on=self.joined_on[one.pk])
                for one in self.joined
            ),
            batch_size=BATCH,
        )

    def items(self) -> None:
        """Every participant's due dates; what is over or handed in stays."""
        self._seat_everybody()
        there = {
            (item.participant_id, item.activity_id): item
            for item in ParticipantActivity.objects.filter(participant__in=self.participants)
        }
        chosen = self._chosen(there)
        new, changed = [], []
        for participant in self.participants:
            for activity in self.activities:
                module = self.module_of[activity.pk]
                other = chosen.get((participant.pk, module.choice), module.pk)
                self.asked = activity.required and module.rule != Module.Rule.OPTIONAL and other == module.pk
                item = there.get((participant.pk, activity.pk))
                if item is None:
                    item = ParticipantActivity(participant=participant, activity=activity)
                    self._date(item, participant, activity)
                    new.append(item)
                elif item.is_open and self._date(item, participant, activity):
                    changed.append(item)
        ParticipantActivity.objects.bulk_create(new, batch_size=BATCH)
        ParticipantActivity.objects.bulk_update(changed, DATES, batch_size=BATCH)
        self.created, self.moved = len(new), self.moved + len(changed)

    def _chosen(self, there: dict[tuple[int, int], ParticipantActivity]) -> dict[tuple[int, str], int]:
        """By participant and choice, the module that has been completed."""
        open_by_module: dict[tuple[int, int], bool] = {}
        for (participant, activity_id), item in there.items():
            module = self.module_of[activity_id]
            if module.rule == Module.Rule.ONE_OF:
                key = participant, module.pk
                open_by_module[key] = open_by_module.get(key, False) or not item.is_over
        choices = {module.pk: module.choice for module in self.modules}
        return {
            (who, choices[module]): module for (who, module), is_open in open_by_module.items() if not is_open
        }

    def _date(self, item: ParticipantActivity, participant: Participant, activity: Activity) -> bool:
        """Put the dates on an item; whether anything changed."""
        before = [getattr(item, name) for name in DATES]
        person = participant.person
        market = market_of(person, self.journey)
        session = self.seat_of.get((participant.pk, activity.pk))
        if session is not None:
            item.opens_on = item.due_on = session.day
        else:
            item.opens_on, item.due_on = self.calendar(market).for_late(
                activity, self.module_of[activity.pk], self.joined_on[participant.pk]
            )
        item.is_asked = self.asked
        item.remind_at, item.reminder = next_reminder(
            item.due_on, person.time_zone, market, after=self.now, is_session=activity.is_session
        )
        if not item.is_asked:
            item.remind_at, item.reminder = None, ""
        if item.remind_at and (self.first_reminder is None or item.remind_at < self.first_reminder):
            self.first_reminder = item.remind_at
        return before != [getattr(item, name) for name in DATES]

    # --- seats ----------------------------------------------------------------------------------------

    def _seat_everybody(self) -> None:
        """A seat in one session of each activity; who has none yet gets the first that is free."""
        sessions = {session.pk: session for group in self.sessions.values() for session in group}
        roster = Attendance.objects.filter(session__in=list(sessions)).select_related("participant")
        taken: Counter[int] = Counter()
        for line in roster:
            if line.participant.state != Participant.State.WITHDRAWN:
                taken[line.session_id] += 1
            session = sessions[line.session_id]
            self.seat_of[line.participant_id, session.activity_id] = session
        self.new_seats: list[Attendance] = []
        for participant in self.participants:
            for activity_id, group in self.sessions.items():
                if (participant.pk, activity_id) in self.seat_of:
                    continue
                free = next((one for one in group if self._has_room(one, taken)), None)
                if free is not None:
                    taken[free.pk] += 1
                    self.seat_of[participant.pk, activity_id] = free
                    self.new_seats.append(Attendance(session=free, participant=participant))

    def _has_room(self, session: Session, taken: Counter[int]) -> bool:
        ahead = not session.is_held and session.starts_at > self.now
        return ahead and (session.seats is None or taken[session.pk] < session.seats)

    def seats(self) -> None:
        """Write the new seats; those of withdrawn participants in sessions ahead are free again."""
        Attendance.objects.bulk_create(self.new_seats, batch_size=BATCH)
        Attendance.objects.filter(
            session__journey=self.journey,
            session__state=Session.State.PLANNED,
            state=Attendance.State.EXPECTED,
            participant__state=Participant.State.WITHDRAWN,
        ).delete()
