"""The dated journey of a cohort: modules, sessions, and what each participant has to do by when."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from amdp.directory.calendar import local_to_utc, zone_named
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from amdp.web.time import clock, moment, place_of
from cohorts.models import Cohort, Participant
from curriculum.models.template import Activity, Module, in_words


class Journey(TenantModel):
    """The template brought to dates for one cohort. ``market`` and ``zone`` count for what all share."""

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="journeys")
    starts_on = models.DateField()
    market = models.CharField(max_length=10)
    zone = models.CharField(max_length=64)
    scheduled_at = models.DateTimeField()
    scheduled_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "cohort"], name="journey_once_per_cohort"),
        ]

    def __str__(self) -> str:
        return f"Journey of {self.cohort}"


class JourneyModule(TenantModel):
    """When a module runs in this cohort, by the cohort's own calendar."""

    journey = TenantForeignKey(Journey, on_delete=models.CASCADE, related_name="journey_modules")
    module = TenantForeignKey(Module, on_delete=models.CASCADE, related_name="journey_modules")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta(TenantModel.Meta):
        ordering = ["starts_on", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "journey", "module"], name="journey_module_once"),
        ]

    def __str__(self) -> str:
        return str(self.module)


class ParticipantJourney(TenantModel):
    """From which day a participant's dates are counted: the cohort's start, or later for who joined late."""

    journey = TenantForeignKey(Journey, on_delete=models.CASCADE, related_name="participant_journeys")
    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="journeys")
    joined_on = models.DateField()

    class Meta(TenantModel.Meta):
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "participant"], name="participant_journey_once"),
        ]

    def __str__(self) -> str:
        return str(self.participant)


class ParticipantActivity(TenantModel):
    """What one participant has to do, and by which day where that person works."""

    class State(models.TextChoices):
        TO_DO = "to_do", "To do"
        HANDED_IN = "handed_in", "Handed in"
        RETURNED = "returned", "Returned with a question"
        DONE = "done", "Done"
        EXCUSED = "excused", "Excused"

    # Attendance may be corrected, so what a roster decided can go back.
    MOVES: ClassVar[dict[State, set[State]]] = {
        State.TO_DO: {State.HANDED_IN, State.DONE, State.EXCUSED},
        State.HANDED_IN: {State.RETURNED, State.DONE},
        State.RETURNED: {State.HANDED_IN},
        State.DONE: {State.TO_DO, State.EXCUSED},
        State.EXCUSED: {State.TO_DO, State.DONE},
    }
    OPEN = (State.TO_DO, State.RETURNED)
    OVER = (State.DONE, State.EXCUSED)

    class Reminder(models.TextChoices):
        SOON = "soon", "Due soon"
        LATE = "late", "Late"

    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="activities")
    activity = TenantForeignKey(Activity, on_delete=models.PROTECT, related_name="participant_activities")
    opens_on = models.DateField()
    due_on = models.DateField()
    # Not asked: optional, or an alternative of a choice that has been made.
    is_asked = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_DO, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    reflection = models.TextField(blank=True)
    # The next reminder, so that a tick reads only what has come due.
    remind_at = models.DateTimeField(null=True, editable=False)
    reminder = models.CharField(max_length=4, choices=Reminder.choices, blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["due_on", "id"]
        verbose_name_plural = "participant activities"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "participant", "activity"], name="participant_activity_once"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("opens_on")), name="participant_activity_dates"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "remind_at"],
                condition=Q(remind_at__isnull=False),
                name="participant_activity_remind",
            ),
            models.Index(fields=["organization", "participant", "due_on"], name="participant_activity_due"),
        ]

    def __str__(self) -> str:
        return str(self.activity)

    @property
    def is_open(self) -> bool:
        """The participant can still do something about it."""
        return self.state in self.OPEN

    @property
    def is_over(self) -> bool:
        """Done, or no longer asked for."""
        return self.state in self.OVER


class Session(TenantModel):
    """A dated event with seats. Its start is kept as day, wall time and zone, and resolved when asked."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    MOVES: ClassVar[dict[State, set[State]]] = {
        State.PLANNED: {State.HELD, State.CANCELLED},
        State.HELD: set(),
        State.CANCELLED: set(),
    }

    journey = TenantForeignKey(Journey, on_delete=models.CASCADE, related_name="sessions")
    activity = TenantForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    day = models.DateField()
    starts = models.TimeField()
    zone = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    set_by_hand = models.BooleanField(default=False, editable=False)
    # Counts the changes, so that calendars know the newest version and people are told of each once.
    revision = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED, editable=False)
    cancelled_because = models.CharField(
        max_length=300, blank=True, default="", db_default="", editable=False
    )
    roster_taken_at = models.DateTimeField(null=True, editable=False)
    roster_taken_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["day", "starts", "id"]
        indexes = [models.Index(fields=["organization", "day", "starts"], name="session_day")]

    def __str__(self) -> str:
        return str(self.activity)

    @property
    def starts_at(self) -> datetime:
        """The instant it starts, by the rules of its zone as we know them now."""
        return local_to_utc(self.day, self.starts, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def zone_name(self) -> str:
        """The city its zone is named after."""
        return place_of(self.zone)

    @property
    def when(self) -> str:
        """``Fri 5 Feb, 16:20`` where the reader is; where people come to a place, ``Fri 5 Feb, 09:00 in Paris``."""
        return self._said(moment)

    @property
    def hour(self) -> str:
        """``16:20``, or ``09:00 in Paris``."""
        return self._said(clock)

    @property
    def there(self) -> str:
        """By the clock of its own zone, whoever reads it: ``Fri 5 Feb, 09:00 in Paris``."""
        with timezone.override(zone_named(self.zone)):
            return f"{moment(self.starts_at)} in {self.zone_name}"

    @property
    def shown_at(self) -> datetime:
        """For the reader's calendar: its start; where people come to a place, the day and the hour there."""
        return (
            timezone.make_aware(datetime.combine(self.day, self.starts))
            if self.is_in_person
            else self.starts_at
        )

    def _said(self, words: Callable[[datetime], str]) -> str:
        here = words(self.starts_at)
        if not self.is_in_person:
            return here
        with timezone.override(zone_named(self.zone)):
            there = words(self.starts_at)
        return here if here == there else f"{there} in {self.zone_name}"

    def day_in(self, zone: str) -> date:
        """The day on which it starts for somebody in that zone, or where they come to for it."""
        return self.day if self.is_in_person else self.starts_at.astimezone(zone_named(zone)).date()

    @property
    def length(self) -> str:
        """How long it is, in words."""
        return in_words(self.minutes)

    @property
    def is_held(self) -> bool:
        """The roster has been taken."""
        return self.state == self.State.HELD

    @property
    def is_cancelled(self) -> bool:
        """It does not take place."""
        return self.state == self.State.CANCELLED

    @property
    def is_in_person(self) -> bool:
        """People come to a place, so the hours there count and not those where they work otherwise."""
        return self.activity.mode == Activity.Mode.WORKSHOP and bool(self.place) and not self.link


class SessionFacilitator(TenantModel):
    """Who holds a session: somebody of the directory, or a login that was given the facilitator role."""

    session = TenantForeignKey(Session, on_delete=models.CASCADE, related_name="facilitators")
    person = TenantForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="facilitates"
    )
    membership = TenantForeignKey(
        Membership, on_delete=models.CASCADE, null=True, blank=True, related_name="facilitates"
    )

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(membership__isnull=True),
                name="session_facilitator_is_one",
            ),
            models.UniqueConstraint(
                fields=["organization", "session", "person", "membership"],
                name="session_facilitator_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.membership)


class Attendance(TenantModel):
    """One line of a session's roster."""

    class State(models.TextChoices):
        EXPECTED = "expected", "Expected"
        ATTENDED = "attended", "Attended"
        ABSENT = "absent", "Absent"
        EXCUSED = "excused", "Excused"

    MARKS = (State.ATTENDED, State.ABSENT, State.EXCUSED)

    session = TenantForeignKey(Session, on_delete=models.CASCADE, related_name="roster")
    participant = TenantForeignKey(Participant, on_delete=models.CASCADE, related_name="attendances")
    state = models.CharField(max_length=8, choices=State.choices, default=State.EXPECTED, editable=False)
    marked_at = models.DateTimeField(null=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "session", "participant"], name="attendance_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_state_display()}"
