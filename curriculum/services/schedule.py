"""Bringing a template to dates: once for the cohort, then for each participant's own market."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.calendar import zone_named
from amdp.identity.models import Membership
from amdp.notifications.services import wake_at
from amdp.tenancy.context import require_organization
from cohorts.models import Cohort, Participant
from curriculum import messages
from curriculum.access import OVER
from curriculum.dates import next_reminder
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
from curriculum.plan import Plan, journey_from
from curriculum.queries.hours import market_of
from curriculum.services.sessions import check_session
from curriculum.timetable import When, Wish

BATCH = 1000
DATES = ["opens_on", "due_on", "is_asked", "remind_at", "reminder"]
State = ParticipantActivity.State


@transaction.atomic
def schedule_journey(
    cohort: Cohort, *, wishes: Mapping[int, Wish] | None = None, by: Membership | None
) -> Journey:
    """Give a cohort's journey its dates from the program's template; run it again after any change.

    Modules follow the cohort's own calendar, each participant's due dates the holidays and zone where that
    person works, and sessions the working hours of all of them. What is done, handed in or held stays where it
    was, and so does a session somebody moved by hand. New sessions come on the day and at the hour wished for
    them, by activity, and stay there as if moved by hand. Participants who joined since get theirs, those whose
    session moves are told. The number of queries does not depend
    on the number of participants. Raises ValidationError while the program has no activities.
    """
    require_organization()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("program").get(pk=cohort.pk)
    if cohort.state in OVER:
        raise ValidationError(f"{cohort} has graduated; its dates stay as they were.")
    work = _Work(cohort, _save_journey(journey_from(cohort), by), timezone.now(), wishes=wishes, lock=True)
    if not work.activities:
        raise ValidationError(
            f"{cohort.program} has no journey yet. Add modules and activities to its template first."
        )
    work.date_modules()
    work.sessions()
    work.join()
    work.items()
    audit.record("journey.scheduled", work.journey, by=by, after=work.facts())
    if work.first_reminder is not None:
        wake_at(work.first_reminder)
    messages.journey_ready(work.journey, work.joined)
    messages.sessions_moved(work.moved_sessions)
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
    if participant.state != Participant.State.ACTIVE:
        raise ValidationError(f"{participant} does not take part at the moment, so no dates are counted.")
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


def _refuse_unless_sensible(session: Session) -> None:
    try:
        check_session(session)
    except ValidationError as refused:
        raise ValidationError([f"“{session}”: {sentence}" for sentence in refused.messages]) from None


def _save_journey(journey: Journey, by: Membership | None) -> Journey:
    former = Journey.objects.filter(pk=journey.pk).values_list("starts_on", flat=True).first()
    journey.scheduled_at, journey.scheduled_by = timezone.now(), by
    journey.save()
    if former is not None and journey.starts_on < former:
        _begin_earlier(journey, former)
    return journey


def _begin_earlier(journey: Journey, former: date) -> None:
    """Who counted from the first day counts from the new one, or from enrolment where that came later."""
    own = Participant.objects.filter(pk=OuterRef("participant_id")).values("enrolled_at__date")[:1]
    counted = ParticipantJourney.objects.filter(journey=journey, joined_on=former)
    counted.update(joined_on=Greatest(Value(journey.starts_on), Subquery(own)))


class _Work(Plan):
    """One run of ``schedule_journey``: a plan, and what has to be written."""

    def __init__(
        self,
        cohort: Cohort,
        journey: Journey,
        now: datetime,
        *,
        wishes: Mapping[int, Wish] | None,
        lock: bool,
    ) -> None:
        super().__init__(cohort, journey, now, wishes=wishes, lock=lock)
        self.joined: list[Participant] = []
        self.joined_on: dict[int, date] = {}
        self.moved_sessions = [slot.session for slot in self.timetable.moved]
        self.created = self.moved = 0
        self.asked = True
        self.first_reminder: datetime | None = None

    def facts(self) -> dict[str, object]:
        return {
            "starts_on": self.journey.starts_on,
            "participants": len(self.participants),
            "new_dates": self.created,
            "moved_dates": self.moved + len(self.moved_sessions),
        }

    # --- the cohort's own calendar --------------------------------------------------------------------

    def date_modules(self) -> None:
        rows = []
        for module in self.modules:
            first, last = self.common.module(module)
            rows.append(JourneyModule(journey=self.journey, module=module, starts_on=first, ends_on=last))
        JourneyModule.objects.filter(journey=self.journey).delete()
        JourneyModule.objects.bulk_create(rows, batch_size=BATCH)

    def sessions(self) -> None:
        """New sessions and those that move, then the new seats; those of withdrawn participants in sessions
        ahead are free again."""
        new = [slot.session for slot in self.timetable.new]
        for session in new:
            if session.set_by_hand:
                _refuse_unless_sensible(session)
        for session in self.moved_sessions:
            session.revision += 1
        Session.objects.bulk_update(self.moved_sessions, [*When._fields, "revision"], batch_size=BATCH)
        Session.objects.bulk_create(new, batch_size=BATCH)
        Attendance.objects.bulk_create(
            (
                Attendance(session=slot.session, participant=participant)
                for slot, participant in self.timetable.new_seats
            ),
            batch_size=BATCH,
        )
        Attendance.objects.filter(
            session__journey=self.journey,
            session__state=Session.State.PLANNED,
            state=Attendance.State.EXPECTED,
            participant__state=Participant.State.WITHDRAWN,
        ).delete()

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
        self.created, self.moved = len(new), len(changed)

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
        slot = self.timetable.seat_of.get((participant.pk, activity.pk))
        if slot is not None:
            item.opens_on = item.due_on = slot.session.day_in(person.time_zone)
        else:
            item.opens_on, item.due_on = self.calendar(market).for_late(
                activity, self.module_of[activity.pk], self.joined_on[participant.pk]
            )
            if activity.is_session:  # nobody is late for what they have no seat in
                item.due_on = max(item.opens_on, participant.cohort.ends_on)
        item.is_asked = self.asked
        item.remind_at, item.reminder = next_reminder(
            item.due_on, person.time_zone, market, after=self.now, is_session=activity.is_session
        )
        if not item.is_asked or (activity.is_session and slot is None):
            item.remind_at, item.reminder = None, ""
        if item.remind_at and (self.first_reminder is None or item.remind_at < self.first_reminder):
            self.first_reminder = item.remind_at
        return before != [getattr(item, name) for name in DATES]
