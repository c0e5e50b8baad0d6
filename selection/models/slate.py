"""The ranked selection of a cohort and each decision on it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils import timezone

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel
from cohorts.models import Cohort
from selection.models.nominations import Candidate


class Slate(TenantModel):
    """The ranking as it was drawn up: its weights, its rule for ties, its seats. Released once."""

    class State(models.TextChoices):
        OPEN = "open", "Being decided"
        WITH_HR = "with_hr", "With HR"
        SIGNED = "signed", "Signed by HR"
        RELEASED = "released", "Released"

    # Any change of a decision leads back to open. From open straight to the release where the plan asks for
    # no signature.
    MOVES = {
        State.OPEN: {State.WITH_HR, State.RELEASED},
        State.WITH_HR: {State.OPEN, State.SIGNED, State.RELEASED},
        State.SIGNED: {State.OPEN, State.RELEASED},
        State.RELEASED: set(),
    }

    cohort = TenantForeignKey(Cohort, on_delete=models.PROTECT, related_name="slates")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, editable=False)
    weights = models.JSONField(default=dict)
    tie_break = ArrayField(models.CharField(max_length=12), default=list)
    tie_seed = models.CharField(max_length=60)
    seats = models.PositiveSmallIntegerField()
    # by market the seats kept for it and the most it takes: {"DE": [2, 4], "US": [0, null]}
    quotas = models.JSONField(default=dict)
    # least scores on 0–100 by criterion and means on 1–5 by competency, as the plan had them
    knock_outs = models.JSONField(default=dict)
    plan_version = models.PositiveIntegerField(default=1)
    # how far the ranking hangs on the weights, see selection.services.sensitivity; None until worked out
    sensitivity = models.JSONField(null=True, editable=False)
    drawn_at = models.DateTimeField(default=timezone.now)
    drawn_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # when it is going to be released by itself, and who set that time; empty again once it has passed
    release_at = models.DateTimeField(null=True, editable=False)
    release_set_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    # why nothing was released at the time that had been set, in sentences
    held_why = ArrayField(models.CharField(max_length=300), default=list, db_default=[], editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-drawn_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "cohort"], name="slate_once"),
            models.CheckConstraint(
                condition=Q(release_at=None) | ~Q(state="released"), name="slate_release_ahead"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "release_at"],
                condition=Q(release_at__isnull=False),
                name="slate_release_due",
            )
        ]

    def __str__(self) -> str:
        return f"Slate of {self.cohort}"


class Signature(TenantModel):
    """HR's co-signature of a slate: asked by L&D, then given or refused with a question. Appended; one that a
    later change made void stays, with what changed."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for HR"
        SIGNED = "signed", "Signed"
        RETURNED = "returned", "Returned with a question"
        VOID = "void", "No longer counts"

    MOVES = {
        State.ASKED: {State.SIGNED, State.RETURNED, State.VOID},
        State.SIGNED: {State.VOID},
        State.RETURNED: set(),
        State.VOID: set(),
    }
    IN_FORCE = (State.ASKED, State.SIGNED)

    slate = TenantForeignKey(Slate, on_delete=models.CASCADE, related_name="signatures")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED, editable=False)
    note = models.TextField(blank=True)
    asked_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # the sentence it was signed with, or the question
    remark = models.TextField(blank=True)
    answered_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    void_why = models.CharField(max_length=300, blank=True)
    void_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    void_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(
                fields=["organization", "slate"],
                condition=Q(state__in=["asked", "signed"]),
                name="signature_in_force_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Signature of {self.slate}"


class Decision(TenantModel):
    """One candidate's place on the slate and what was decided, with the reason."""

    class Outcome(models.TextChoices):
        SELECTED = "selected", "Selected"
        RESERVE = "reserve", "Reserve"
        NOT_SELECTED = "not_selected", "Not selected"

    class Reason(models.TextChoices):
        RANK = "rank", "Place in the ranking"
        EVIDENCE = "evidence", "Evidence beyond the scores"
        BUSINESS_NEED = "business_need", "Need of the market or business unit"
        CALIBRATION = "calibration", "Calibration"
        READINESS = "readiness", "Another time suits the person better"
        AVAILABILITY = "availability", "Not available during the program"
        KNOCK_OUT = "knock_out", "Below a knock-out"
        OTHER = "other", "Another reason"

    slate = TenantForeignKey(Slate, on_delete=models.CASCADE, related_name="decisions")
    candidate = TenantForeignKey(Candidate, on_delete=models.PROTECT, related_name="decisions")
    # Those with equal points share the rank; the place also holds what the rule for ties decided.
    rank = models.PositiveIntegerField(null=True, editable=False)
    place = models.PositiveIntegerField(null=True, editable=False)
    composite = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    # by criterion, 0–100: {"performance": "75.00", …}; None where nothing was measured
    scores = models.JSONField(default=dict, editable=False)
    points = models.JSONField(default=dict, editable=False)
    missing = ArrayField(models.CharField(max_length=40), default=list, editable=False)
    # where the person works as the slate is drawn up: whose seats they count to
    market = models.CharField(max_length=10, blank=True, editable=False)
    # scored below what the plan asks of everybody, so no seat can be given; ``unranked_why`` says where
    is_knocked_out = models.BooleanField(default=False, editable=False)
    is_tied = models.BooleanField(default=False, editable=False)
    unranked_why = models.CharField(max_length=200, blank=True, editable=False)
    assessors_count = models.PositiveSmallIntegerField(default=0, editable=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    reserve_order = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    remark = models.TextField(blank=True)
    decided_by = TenantForeignKey(Membership, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)
    # somebody in reserve who does not want to move up any more
    left_reserve_at = models.DateTimeField(null=True, editable=False)
    left_reserve_why = models.CharField(max_length=300, blank=True, db_default="", editable=False)

    class Meta(TenantModel.Meta):
        ordering = [models.F("place").asc(nulls_last=True), "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            UniqueConstraint(fields=["organization", "slate", "candidate"], name="decision_once"),
            UniqueConstraint(
                fields=["organization", "slate", "reserve_order"],
                condition=Q(reserve_order__isnull=False),
                name="decision_reserve_order",
            ),
            models.CheckConstraint(
                condition=Q(reserve_order=None) | Q(outcome="reserve"), name="decision_order_is_reserves"
            ),
        ]

    def __str__(self) -> str:
        return f"Decision on {self.candidate}"

    @property
    def rank_text(self) -> str:
        """The rank as everybody reads it: ``1=`` for those who share it, then ``3``; empty without one."""
        return rank_text(self.rank, is_tied=self.is_tied)


def rank_text(rank: int | None, *, is_tied: bool) -> str:
    """A rank on pages, in files and in the API: ``3``, or ``1=`` when others have it too."""
    return "" if rank is None else f"{rank}=" if is_tied else str(rank)
