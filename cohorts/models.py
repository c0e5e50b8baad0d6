"""Programs and their cohorts: the design, its signed-off numbers, and each dated run of it."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Account, Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel


class Program(TenantModel):
    """The design of a development program; cohorts are its dated runs."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being designed"
        SIGNED_OFF = "signed_off", "Signed off"
        ARCHIVED = "archived", "Archived"

    MOVES = {
        State.DRAFT: {State.SIGNED_OFF},
        State.SIGNED_OFF: {State.DRAFT, State.ARCHIVED},
        State.ARCHIVED: set(),
    }

    name = models.CharField(max_length=120)
    summary = models.TextField(blank=True)
    blueprint = models.SlugField(max_length=60, blank=True)
    length_months = models.PositiveSmallIntegerField(default=18, validators=[MinValueValidator(1)])
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    signed_off_at = models.DateTimeField(null=True, editable=False)
    reopened_at = models.DateTimeField(null=True, editable=False)
    reopened_why = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "name"], name="program_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Objective(TenantModel):
    """What the program is for, in a sentence."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="objectives")
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class Outcome(TenantModel):
    """What will be different afterwards, in a sentence."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="outcomes")
    text = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class Metric(TenantModel):
    """A number the program is judged by: its baseline, target and, later, what happened."""

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        COUNT = "count", "number"
        MONTHS = "months", "months"
        POINTS = "points", "points (1–5)"
        MONEY = "money", "amount"

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="metrics")
    name = models.CharField(max_length=120)
    definition = models.TextField(blank=True)
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.PERCENT)
    baseline = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    target = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Stakeholder(TenantModel):
    """A named person whose signature the objectives and baselines need."""

    class Function(models.TextChoices):
        SALES = "sales", "Sales"
        MARKET_ACCESS = "market_access", "Market access"
        LEARNING = "learning", "Learning & Development"
        HR = "hr", "HR"
        LEGAL = "legal", "Legal and compliance"

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="stakeholders")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="stakeholder_in")
    function = models.CharField(max_length=14, choices=Function.choices)
    asked_at = models.DateTimeField(null=True, editable=False)
    due_on = models.DateField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, editable=False)
    signed_by = TenantForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    remark = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, editable=False)
    return_reason = models.TextField(blank=True, editable=False)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "program", "person"], name="stakeholder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_function_display()}"


class Competency(TenantModel):
    """A capability of the program's competency model."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="competencies")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        verbose_name_plural = "competencies"
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "program", "name"], name="competency_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Behavior(TenantModel):
    """A specific, observable thing that shows a competency; rated 1–5 with an anchor for each."""

    competency = TenantForeignKey(Competency, on_delete=models.CASCADE, related_name="behaviors")
    text = models.CharField(max_length=300)
    anchors = ArrayField(models.CharField(max_length=300, blank=True), size=5)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class Cohort(TenantModel):
    """One dated run of a program, with seats."""

    class State(models.TextChoices):
        DRAFT = "draft", "Being set up"
        NOMINATING = "nominating", "Taking nominations"
        ASSESSING = "assessing", "Assessing"
        SELECTING = "selecting", "Selecting"
        RUNNING = "running", "Running"
        GRADUATED = "graduated", "Graduated"
        SUSTAINING = "sustaining", "Sustaining"

    # The life of a cohort, one way. Only services.move_cohort writes the field.
    MOVES = {
        State.DRAFT: State.NOMINATING,
        State.NOMINATING: State.ASSESSING,
        State.ASSESSING: State.SELECTING,
        State.SELECTING: State.RUNNING,
        State.RUNNING: State.GRADUATED,
        State.GRADUATED: State.SUSTAINING,
    }
    # The cohort runs once the selection is released; people are enrolled as they accept their seats.
    BEFORE_START = (State.DRAFT, State.NOMINATING, State.ASSESSING, State.SELECTING)

    program = TenantForeignKey(Program, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seats = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    markets = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    nominations_open_on = models.DateField()
    nominations_close_on = models.DateField()
    decisions_due_on = models.DateField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-starts_on", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "program", "name"], name="cohort_name"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="cohort_ends_after_start",
                violation_error_message="The cohort has to end after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(nominations_close_on__gte=F("nominations_open_on")),
                name="cohort_window",
                violation_error_message="Nominations have to close on or after the day they open.",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state", "-starts_on"], name="cohort_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def next_state(self) -> "Cohort.State | None":
        return self.MOVES.get(self.State(self.state))


class Participant(TenantModel):
    """A person enrolled in a cohort."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        DEFERRED = "deferred", "Deferred"
        WITHDRAWN = "withdrawn", "Withdrawn"
        GRADUATED = "graduated", "Graduated"

    MOVES = {
        State.ACTIVE: {State.DEFERRED, State.WITHDRAWN, State.GRADUATED},
        State.DEFERRED: {State.ACTIVE, State.WITHDRAWN},
        State.WITHDRAWN: set(),
        State.GRADUATED: set(),
    }

    cohort = TenantForeignKey(Cohort, on_delete=models.PROTECT, related_name="participants")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE, editable=False)
    state_reason = models.CharField(max_length=300, blank=True, editable=False)
    enrolled_at = models.DateTimeField(default=timezone.now)
    graduated_on = models.DateField(null=True, blank=True)
    # Required activities that were open on that day; ``state_reason`` then says why that was accepted.
    open_at_graduation = models.PositiveSmallIntegerField(default=0, editable=False)
    offers_mentoring = models.BooleanField(null=True)
    offers_teaching = models.BooleanField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort", "person"], name="participant_once"),
        ]
        indexes = [models.Index(fields=["organization", "cohort", "state"], name="participant_cohort_state")]

    def __str__(self) -> str:
        return str(self.person)


class CompetencyScore(TenantModel):
    """What a person is seen to be able to do, 1–5, at a time and by a source. Appended, never overwritten."""

    class Source(models.TextChoices):
        ASSESSMENT = "assessment", "Assessment"
        MANAGER = "manager", "Manager"
        MENTOR = "mentor", "Mentor"
        SELF = "self", "Self"

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="competency_scores")
    competency = TenantForeignKey(Competency, on_delete=models.CASCADE, related_name="scores")
    source = models.CharField(max_length=10, choices=Source.choices)
    score = models.DecimalField(max_digits=3, decimal_places=2)
    as_of = models.DateField()

    class Meta(TenantModel.Meta):
        ordering = ["-as_of", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="competency_score_range"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "person", "competency", "-as_of"], name="competency_score_latest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.score}"


class Commitment(TenantModel):
    """Hours a month a person gives to one duty; capacity counts all duties together."""

    class Duty(models.TextChoices):
        MENTORING = "mentoring", "Mentoring"
        ASSESSING = "assessing", "Assessing"
        TEACHING = "teaching", "Teaching"

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="commitments")
    cohort = TenantForeignKey(
        Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="commitments"
    )
    duty = models.CharField(max_length=10, choices=Duty.choices)
    hours_per_month = models.DecimalField(max_digits=5, decimal_places=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-starts_on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_duty_display()}: {self.hours_per_month} hours a month"


class Placement(TenantModel):
    """Rotation of a graduate into a role and named accounts, signed by a leader and by HR."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waiting for signatures"
        SIGNED = "signed", "Signed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    MOVES = {State.PROPOSED: {State.SIGNED, State.WITHDRAWN}, State.SIGNED: set(), State.WITHDRAWN: set()}

    participant = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="placements")
    job_title = models.CharField(max_length=120)
    effective_on = models.DateField()
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED, editable=False)
    proposed_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    leader = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    leader_signed_at = models.DateTimeField(null=True, editable=False)
    leader_signed_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    hr_signed_at = models.DateTimeField(null=True, editable=False)
    hr_signed_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # The accounts the graduate owned on the day of the proposal: what the new ones are measured against.
    accounts_before = models.PositiveSmallIntegerField(default=0, editable=False)
    complexity_before = models.DecimalField(max_digits=4, decimal_places=2, null=True, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "participant"],
                condition=~Q(state="withdrawn"),
                name="placement_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} as {self.job_title}"


class PlacementAccount(TenantModel):
    """An account the graduate takes over, with its complexity on that day."""

    placement = TenantForeignKey(Placement, on_delete=models.CASCADE, related_name="placement_accounts")
    account = TenantForeignKey(Account, on_delete=models.PROTECT, related_name="placement_accounts")
    complexity = models.PositiveSmallIntegerField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "placement", "account"], name="placement_account_once"),
        ]

    def __str__(self) -> str:
        return str(self.account)
