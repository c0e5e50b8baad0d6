"""By which steps a nomination is approved, who is asked, and what they answered."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.directory.models import Grade, Person
from amdp.identity.models import Membership, Role
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from selection.models.nominations import Nomination
from selection.models.plan import SelectionPlan

DAYS_TO_DECIDE = 5
DAYS = [MinValueValidator(1), MaxValueValidator(60)]


class Decider(models.TextChoices):
    """Roles that can be asked as a whole: whoever holds it first, decides."""

    LD_ADMIN = Role.LD_ADMIN.value, "L&D"
    HR_ANALYST = Role.HR_ANALYST.value, "HR"
    SPONSOR = Role.SPONSOR.value, "Executive sponsor"


class ApprovalStep(TenantModel):
    """One step of a plan's approval chain, in order. A plan without steps asks the nearest leader above the
    nominator."""

    class Kind(models.TextChoices):
        LEADER = "leader", "A leader above the nominator"
        GRADE = "grade", "Every leader above the nominator, up to a grade"
        ROLE = "role", "A role"
        PERSON = "person", "A named person"

    class Escalation(models.TextChoices):
        ABOVE = "above", "The next leader above"
        LD_ADMIN = "ld_admin", "L&D"

    plan = TenantForeignKey(SelectionPlan, on_delete=models.CASCADE, related_name="approval_steps")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    # of a leader: 1 is the nearest above the nominator who may decide
    level = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=10, choices=Decider.choices, blank=True)
    person = TenantForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # empty: for every nominee
    business_units = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    markets = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    # where it applies, the steps by reporting line that are for everybody are left out
    replaces_line = models.BooleanField(default=False)
    days = models.PositiveSmallIntegerField(default=DAYS_TO_DECIDE, validators=DAYS)
    remind_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=DAYS)
    # business days after it was due
    escalate_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=DAYS)
    escalate_to = models.CharField(max_length=8, choices=Escalation.choices, default=Escalation.ABOVE)

    class Meta(TenantModel.Meta):
        ordering = ["position", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(kind="leader") & Q(grade=None, person=None, role=""))
                | (Q(kind="grade", grade__isnull=False) & Q(person=None, role=""))
                | (Q(kind="role") & ~Q(role="") & Q(grade=None, person=None))
                | (Q(kind="person", person__isnull=False) & Q(grade=None, role="")),
                name="approval_step_says_who",
            ),
            models.CheckConstraint(
                condition=Q(replaces_line=False) | Q(business_units__len__gt=0) | Q(markets__len__gt=0),
                name="approval_step_replaces_for_some",
            ),
        ]
        indexes = [models.Index(fields=["organization", "plan", "position"], name="approval_step_order")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Approval(TenantModel):
    """One step of the chain of one nomination, who is asked and what they answered.

    The chain is resolved when the nomination is handed in; a step is asked when the one before it is
    approved. Nothing is overwritten: handing in again after a question asks that step anew, and a request
    that goes to somebody else ends as moved while a new one begins.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "Comes later"
        ASKED = "asked", "Waiting"
        APPROVED = "approved", "Approved"
        RETURNED = "returned", "Returned with a question"
        DECLINED = "declined", "Declined"
        DROPPED = "dropped", "No longer needed"
        SKIPPED = "skipped", "Left out"
        MOVED = "moved", "Went to somebody else"

    MOVES = {
        State.PLANNED: {State.ASKED, State.SKIPPED, State.DROPPED},
        State.ASKED: {State.APPROVED, State.RETURNED, State.DECLINED, State.DROPPED, State.MOVED},
        State.APPROVED: set(),
        State.RETURNED: set(),
        State.DECLINED: set(),
        State.DROPPED: set(),
        State.SKIPPED: set(),
        State.MOVED: set(),
    }
    # What somebody answered, and what was asked of somebody.
    ANSWERS = (State.APPROVED, State.RETURNED, State.DECLINED)
    NEVER_ASKED = (State.PLANNED, State.SKIPPED)

    nomination = TenantForeignKey(Nomination, on_delete=models.CASCADE, related_name="approvals")
    # the chain begins anew with a new round; a question and its answer stay within one
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=1)
    # None: whoever holds the role decides
    approver = TenantForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals_asked"
    )
    role = models.CharField(max_length=10, choices=Decider.choices, default=Decider.LD_ADMIN)
    # the step of the plan as it stood when the nomination was handed in: chain.Terms
    terms = models.JSONField(default=dict, editable=False)
    # why this person, or why the step was left out or went to somebody else
    why = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, null=True)
    due_on = models.DateField(null=True)
    remark = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    decided_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # in whose name, when somebody else decided for them
    decided_for = TenantForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # when it was answered or ended otherwise
    decided_at = models.DateTimeField(null=True, editable=False)
    escalate_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)
    # who is asked too since then; None: L&D
    escalated_to = TenantForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="approvals_escalated"
    )

    class Meta(TenantModel.Meta):
        ordering = ["asked_at", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "nomination"],
                condition=Q(state="asked"),
                name="approval_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(asked_at__isnull=False, due_on__isnull=False),
                name="approval_asked_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "due_on"], name="approval_due"),
            models.Index(
                fields=["organization", "escalate_at"],
                condition=Q(state="asked", escalated_at=None, escalate_at__isnull=False),
                name="approval_to_escalate",
            ),
        ]

    def __str__(self) -> str:
        return f"Approval of {self.nomination.candidate.person}"

    @property
    def who(self) -> str:
        """Who is asked: the person, or whoever holds the role."""
        return str(self.approver) if self.approver else Decider(self.role).label

    @property
    def is_escalated(self) -> bool:
        """Whether somebody else is asked too by now."""
        return self.escalated_at is not None

    @property
    def escalated_who(self) -> str:
        """Who is asked too."""
        return str(self.escalated_to) if self.escalated_to else Decider.LD_ADMIN.label
