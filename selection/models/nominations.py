"""Who is proposed, and by whom."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint

from amdp.directory.models import Person
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from selection.eligibility import ALL, demands, tally

ONE_TO_FIVE = [MinValueValidator(1), MaxValueValidator(5)]


class Candidate(TenantModel):
    """The file of one person in one cohort's selection; every nomination of that person belongs to it."""

    class State(models.TextChoices):
        DRAFTED = "drafted", "Not nominated yet"
        PROPOSED = "proposed", "Waiting for approval"
        RETURNED = "returned", "Returned with a question"
        ADMITTED = "admitted", "Admitted to assessment"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # Follows from the nominations until one is approved; services.nominations.settle writes it.
    MOVES = {
        State.DRAFTED: {State.PROPOSED, State.DECLINED, State.WITHDRAWN},
        State.PROPOSED: {
            State.DRAFTED,
            State.RETURNED,
            State.ADMITTED,
            State.DECLINED,
            State.WITHDRAWN,
        },
        State.RETURNED: {State.DRAFTED, State.PROPOSED, State.DECLINED, State.WITHDRAWN},
        State.ADMITTED: {State.WITHDRAWN},
        State.DECLINED: {State.PROPOSED, State.ADMITTED},
        State.WITHDRAWN: {State.DRAFTED, State.PROPOSED},
    }

    cohort = TenantForeignKey(Cohort, on_delete=models.PROTECT, related_name="candidates")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="candidacies")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort", "person"], name="candidate_once"),
        ]
        indexes = [models.Index(fields=["organization", "cohort", "state"], name="candidate_cohort_state")]

    def __str__(self) -> str:
        return str(self.person)


class Nomination(TenantModel):
    """A leader's proposal of a person for a cohort, or a person's own that a leader endorses."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ENDORSING = "endorsing", "Waiting for the manager"
        CONSENTING = "consenting", "Waiting for consent"
        SUBMITTED = "submitted", "Waiting for approval"
        RETURNED = "returned", "Returned with a question"
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # The life of a nomination. Only services.nominations writes the field.
    MOVES = {
        State.DRAFT: {State.ENDORSING, State.CONSENTING, State.SUBMITTED, State.WITHDRAWN},
        State.ENDORSING: {State.SUBMITTED, State.DECLINED, State.WITHDRAWN},
        State.CONSENTING: {State.SUBMITTED, State.WITHDRAWN},
        State.SUBMITTED: {State.APPROVED, State.RETURNED, State.DECLINED, State.WITHDRAWN},
        State.RETURNED: {State.SUBMITTED, State.WITHDRAWN},
        State.APPROVED: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
    }
    OPEN = (State.DRAFT, State.ENDORSING, State.CONSENTING, State.SUBMITTED, State.RETURNED)
    # Not handed on to anybody who decides: outside those it is between, nobody knows of it.
    UNSHARED = (State.DRAFT, State.ENDORSING, State.CONSENTING)

    candidate = TenantForeignKey(Candidate, on_delete=models.CASCADE, related_name="nominations")
    nominator = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="nominations_made")
    # who wrote it in the nominator's name
    written_by = TenantForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations_written"
    )
    # the leader who endorsed a nomination of oneself
    endorser = TenantForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="nominations_endorsed"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    rationale = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    performance_view = models.PositiveSmallIntegerField(null=True, blank=True, validators=ONE_TO_FIVE)
    potential_view = models.PositiveSmallIntegerField(null=True, blank=True, validators=ONE_TO_FIVE)
    # What each rule said when it was handed in: [{"fact", "name", "met", "asked", "shown", "exception", "group",
    # "match"}], never recomputed.
    eligibility = models.JSONField(default=list, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "candidate", "nominator"],
                condition=~Q(state="withdrawn"),
                name="nomination_once_per_nominator",
            ),
            models.CheckConstraint(
                condition=(Q(performance_view=None) | Q(performance_view__range=(1, 5)))
                & (Q(potential_view=None) | Q(potential_view__range=(1, 5))),
                name="nomination_views_range",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "nominator", "state"], name="nomination_by_nominator")
        ]

    def __str__(self) -> str:
        return f"Nomination of {self.candidate.person}"

    @property
    def is_own(self) -> bool:
        """Whether the nominee nominated themselves."""
        return self.nominator_id == self.candidate.person_id

    @property
    def leader(self) -> Person:
        """The leader who stands behind it: above them it is approved."""
        return self.endorser or self.nominator

    @property
    def who(self) -> str:
        """Who nominated, and in whose name."""
        if self.written_by:
            return f"{self.written_by} for {self.nominator}"
        return f"{self.nominator}, endorsed by {self.endorser}" if self.endorser else str(self.nominator)

    @property
    def rules_met(self) -> str:
        """How many rules were met when it was handed in."""
        groups: dict[int, tuple[str, list[bool]]] = {}
        for rule in self.eligibility:
            group = groups.setdefault(rule.get("group", 0), (rule.get("match", ALL), []))
            group[1].append(rule["met"] or bool(rule.get("exception")))
        return tally(demands(groups.values()))

    @property
    def is_editable(self) -> bool:
        """Whether its nominator may still change the text."""
        return self.state in (self.State.DRAFT, self.State.RETURNED)
