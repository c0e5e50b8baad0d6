from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils.translation import get_language_info

from amdp.identity.models import Membership
from amdp.tenancy.fields import TenantForeignKey
from amdp.tenancy.models import TenantModel


class Grade(TenantModel):
    """A row of the organization's grade table. A promotion is a move to a higher rank."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        ordering = ["rank"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "code"], name="grade_code"),
            models.UniqueConstraint(
                fields=["organization", "rank"], name="grade_rank", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Grade {self.code}"


class Person(TenantModel):
    """Someone in the organization's directory, usually from the HR system; may have a login or not.

    ``line`` is the chain of person ids from the top down to this person, such as ``12/40/977/``; it is
    kept by ``services.rebuild_lines`` and makes "everyone below X" a range of one index.
    """

    class TerminationType(models.TextChoices):
        VOLUNTARY = "voluntary", "Voluntary"
        INVOLUNTARY = "involuntary", "Involuntary"
        RETIREMENT = "retirement", "Retirement"

    employee_number = models.CharField(max_length=40)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    job_family = models.CharField(max_length=80, blank=True)
    business_unit = models.CharField(max_length=120, blank=True)
    market = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=10, default="en")
    manager = TenantForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    line = models.TextField(default="", editable=False, db_collation="C")
    hire_date = models.DateField(null=True, blank=True)
    termination_date = models.DateField(null=True, blank=True)
    termination_type = models.CharField(max_length=12, choices=TerminationType.choices, blank=True)
    membership = TenantForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    updated_at = models.DateTimeField(auto_now=True)
    # Stored and lower-cased: under row-level security only a prefix range can use an index.
    name_key = models.GeneratedField(
        expression=Lower(Concat("first_name", models.Value(" "), "last_name")),
        output_field=models.CharField(max_length=161, db_collation="C"),
        db_persist=True,
    )
    last_name_key = models.GeneratedField(
        expression=Lower(Concat("last_name", models.Value(" "), "first_name")),
        output_field=models.CharField(max_length=161, db_collation="C"),
        db_persist=True,
    )

    class Meta(TenantModel.Meta):
        ordering = ["last_name_key", "id"]
        verbose_name_plural = "people"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "employee_number"], name="person_number"),
            models.UniqueConstraint(
                fields=["organization", "membership"],
                condition=models.Q(membership__isnull=False),
                name="person_login",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "line"], name="person_line"),
            models.Index(fields=["organization", "name_key"], name="person_name"),
            models.Index(fields=["organization", "last_name_key", "id"], name="person_last_name"),
            models.Index(fields=["organization", "email"], name="person_email"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()

    @property
    def language_name(self) -> str:
        """``German`` for ``de``; the code itself where nobody knows it."""
        try:
            return str(get_language_info(self.language)["name"])
        except KeyError:
            return self.language

    def is_employed(self, on: date) -> bool:
        """Whether the person works here on that day."""
        started = self.hire_date is None or self.hire_date <= on
        return started and (self.termination_date is None or self.termination_date >= on)


class Demographics(TenantModel):
    """Protected attributes, apart from the person: only aggregate queries and the person read them."""

    class Source(models.TextChoices):
        SELF = "self", "Self-identified"
        HR_FILE = "hr_file", "HR file"

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="demographics")
    gender = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        verbose_name_plural = "demographics"
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "person"], name="demographics_person"),
        ]

    def __str__(self) -> str:
        return "Demographics"


class JobEvent(TenantModel):
    """What happened in a person's job history, appended by imports."""

    class Event(models.TextChoices):
        HIRE = "hire", "Hired"
        PROMOTION = "promotion", "Promoted"
        LATERAL = "lateral_move", "Moved"
        DEMOTION = "demotion", "Moved to a lower grade"
        REGRADE = "regrade", "Regraded"
        LEAVE = "leave", "Leave"
        TERMINATION = "termination", "Left"

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="job_events")
    event = models.CharField(max_length=14, choices=Event.choices)
    effective_date = models.DateField()
    job_title = models.CharField(max_length=120, blank=True)
    grade = TenantForeignKey(Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    business_unit = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-effective_date", "-id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "person", "event", "effective_date"], name="job_event_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "event", "effective_date"], name="job_event_by_date")]

    def __str__(self) -> str:
        return f"{self.get_event_display()} on {self.effective_date}"


class PerformanceRating(TenantModel):
    """The rating of one year, 1 (low) to 5 (high)."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="performance_ratings")
    year = models.PositiveSmallIntegerField()
    rating = models.DecimalField(
        max_digits=3, decimal_places=2, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta(TenantModel.Meta):
        ordering = ["-year"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "person", "year"], name="performance_rating_year"
            ),
            models.CheckConstraint(
                condition=models.Q(rating__gte=1, rating__lte=5), name="performance_rating_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.rating}"


class Account(TenantModel):
    """A customer of the organization; never a login."""

    class Kind(models.TextChoices):
        IDN = "idn", "Integrated delivery network"
        HOSPITAL_SYSTEM = "hospital_system", "Hospital system"
        ACO = "aco", "Accountable care organization"
        PAYER = "payer", "Payer"
        PBM = "pbm", "Pharmacy benefit manager"
        GPO = "gpo", "Group purchasing organization"
        ONCOLOGY_NETWORK = "oncology_network", "Oncology network"
        OTHER = "other", "Other"

    account_number = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.OTHER)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    complexity = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    owner = TenantForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="accounts"
    )
    name_key = models.GeneratedField(
        expression=Lower("name"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        ordering = ["name_key", "id"]
        constraints = [
            *TenantModel.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "account_number"], name="account_number"),
            models.CheckConstraint(
                condition=models.Q(complexity__isnull=True) | models.Q(complexity__gte=1, complexity__lte=10),
                name="account_complexity_range",
            ),
        ]
        indexes = [models.Index(fields=["organization", "name_key", "id"], name="account_name")]

    def __str__(self) -> str:
        return self.name
