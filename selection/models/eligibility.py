"""Who can be nominated: rules in groups, what they said of each candidate, and whom an exception lets pass."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Grade, Person
from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from selection.models.nominations import Candidate
from selection.models.plan import SelectionPlan


class EligibilityGroup(TenantModel):
    """Rules of which all have to be met, or any one. Every group of a plan has to be met."""

    class Match(models.TextChoices):
        ALL = "all", "All of these"
        ANY = "any", "Any one of these"

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="eligibility_groups")
    match = models.CharField(max_length=3, choices=Match.choices, default=Match.ALL)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.get_match_display()


class EligibilityRule(TenantModel):
    """One rule over facts of the directory and the programs that a nominee has to meet.

    What ``threshold``, ``count`` and ``listed`` mean depends on the fact; see ``selection/rules.py``.
    """

    class Fact(models.TextChoices):
        EMPLOYED = "employed", "Employed and not under notice"
        TENURE = "tenure", "Time in the company"
        TIME_IN_GRADE = "time_in_grade", "Time in the present grade"
        GRADE = "grade", "Grade"
        JOB_FAMILY = "job_family", "Job family"
        BUSINESS_UNIT = "business_unit", "Business unit"
        MARKET = "market", "Market"
        LANGUAGE = "language", "Language"
        RATINGS = "ratings", "Last performance ratings"
        NO_MOVE = "no_move", "No recent move"
        OTHER_COHORT = "other_cohort", "Not in another running cohort"
        FIRST_TIME = "first_time", "Never took part in this program"
        ACCOUNTS = "accounts", "Accounts looked after"

    class How(models.TextChoices):
        EACH = "each", "Each of them"
        MEAN = "mean", "Their mean"

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="eligibility_rules")
    group = TenantForeignKey(EligibilityGroup, on_delete=models.CASCADE, related_name="rules")
    fact = models.CharField(max_length=16, choices=Fact.choices)
    is_on = models.BooleanField(default=True)
    # months, the lowest rating or the least complexity
    threshold = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    # how many of the last ratings count, or how many accounts it takes
    count = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    how = models.CharField(max_length=4, choices=How.choices, default=How.EACH)
    # markets, job families, business units, languages or kinds of job events
    listed = models.JSONField(default=list, blank=True)
    lowest_grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    highest_grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.get_fact_display()


class EligibilityResult(TenantModel):
    """What the rules said of a candidate from a moment on. Appended when something changed, never rewritten;
    only ``checked_at`` says when it was last found to be so still."""

    class Why(models.TextChoices):
        HANDED_IN = "handed_in", "A nomination was handed in"
        DIRECTORY = "directory", "The directory changed"
        DAY = "day", "A day had passed"
        RULES = "rules", "The rules changed"
        EXCEPTION = "exception", "An exception was decided"
        CLOSED = "closed", "Nominations closed"

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="eligibility_results")
    is_met = models.BooleanField()
    # met before and not now, or the other way round
    has_flipped = models.BooleanField(default=False)
    # [{"match", "checks": [{"fact", "name", "met", "asked", "shown", "input", "rule", "change", "exception"}]}]
    groups = models.JSONField(default=list)
    why = models.CharField(max_length=10, choices=Why.choices)
    evaluated_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        ordering = ["-evaluated_at", "-id"]
        constraints = [*TenantModel.Meta.constraints]
        indexes = [
            models.Index(
                fields=["organization", "candidate", "-evaluated_at"], name="eligibility_of_candidate"
            )
        ]

    def __str__(self) -> str:
        return f"Eligibility of {self.candidate}"


class EligibilityException(TenantModel):
    """One rule that one person need not meet in one cohort: asked for with a reason, decided by a second person.

    It is about the rule as it read then; a rule that says something else is another one.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Waits for a second person"
        CONFIRMED = "confirmed", "Confirmed"
        REFUSED = "refused", "Refused"

    MOVES = {
        State.ASKED: {State.CONFIRMED, State.REFUSED},
        State.CONFIRMED: set(),
        State.REFUSED: set(),
    }

    cohort = TenantForeignKey(Cohort, on_delete=models.CASCADE, related_name="eligibility_exceptions")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="eligibility_exceptions")
    fact = models.CharField(max_length=16)
    rule = models.CharField(max_length=500)
    shown = models.CharField(max_length=500, blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED, editable=False)
    asked_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    remark = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "cohort", "person", "rule"],
                condition=~Q(state="refused"),
                name="eligibility_exception_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "asked_at"], name="eligibility_exception_open")
        ]

    def __str__(self) -> str:
        return f"Exception for {self.person}: {self.rule}"
