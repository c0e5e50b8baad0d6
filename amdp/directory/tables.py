"""What the lists of people and accounts can be narrowed down to, and the columns of their downloads."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from amdp.directory.access import visible_people
from amdp.directory.models import Account, Person
from amdp.directory.queries import employed, facets_of, local_today
from amdp.web.exports import Column

EMPLOYED = [("yes", "Works here"), ("no", "Has left")]
COMPLEXITY = {"low": ("1–3, simple", 1, 3), "middle": ("4–6", 4, 6), "high": ("7–10, complex", 7, 10)}


class PersonFilter(django_filters.FilterSet):
    """Business unit, market, grade, and whether the person works here."""

    business_unit = django_filters.ChoiceFilter(label="Business unit")
    market = django_filters.ChoiceFilter(label="Market")
    grade = django_filters.ChoiceFilter(label="Grade")
    employed = django_filters.ChoiceFilter(label="Employed", choices=EMPLOYED, method="filter_employed")

    class Meta:
        model = Person
        fields = ["business_unit", "market", "grade"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.request.member
        facets = facets_of(member, visible_people(member))
        self.filters["business_unit"].extra["choices"] = [(unit, unit) for unit in facets.business_units]
        self.filters["market"].extra["choices"] = [(market, market) for market in facets.markets]
        self.filters["grade"].extra["choices"] = facets.grades

    def filter_employed(self, people: QuerySet[Person], name: str, value: str) -> QuerySet[Person]:
        works_here = employed(local_today(self.request.member))
        return people.filter(works_here if value == "yes" else ~works_here)


class AccountFilter(django_filters.FilterSet):
    """Kind and complexity."""

    kind = django_filters.ChoiceFilter(label="Kind", choices=Account.Kind.choices)
    complexity = django_filters.ChoiceFilter(
        label="Complexity",
        choices=[(key, label) for key, (label, _, _) in COMPLEXITY.items()],
        method="filter_complexity",
    )

    class Meta:
        model = Account
        fields = ["kind"]

    def filter_complexity(self, accounts: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:
        _, low, high = COMPLEXITY[value]
        return accounts.filter(Q(complexity__gte=low), Q(complexity__lte=high))


PERSON_COLUMNS = [
    Column("Employee number", lambda p: p.employee_number, "Number in the HR system"),
    Column("First name", lambda p: p.first_name),
    Column("Last name", lambda p: p.last_name),
    Column("E-mail", lambda p: p.email),
    Column("Job title", lambda p: p.job_title),
    Column("Grade", lambda p: p.grade.code if p.grade else "", "Code in the grade table"),
    Column("Job family", lambda p: p.job_family),
    Column("Business unit", lambda p: p.business_unit),
    Column("Market", lambda p: p.market, "Country, with a region where one is set; its holidays count"),
    Column("Time zone", lambda p: p.time_zone),
    Column("Language", lambda p: p.language),
    Column(
        "Manager's employee number",
        lambda p: p.manager.employee_number if p.manager else "",
        "Number of the person they report to",
    ),
    Column("Manager", lambda p: p.manager.name if p.manager else "", "Name of the person they report to"),
    Column("Hire date", lambda p: p.hire_date),
    Column("Last day", lambda p: p.termination_date, "Empty for those who work here"),
    Column("Reason for leaving", lambda p: p.termination_type),
]
ACCOUNT_COLUMNS = [
    Column("Account number", lambda a: a.account_number, "Number in the customer system"),
    Column("Name", lambda a: a.name),
    Column("Kind", lambda a: a.kind),
    Column("City", lambda a: a.city),
    Column("Region", lambda a: a.region),
    Column("Country", lambda a: a.country),
    Column("Complexity", lambda a: a.complexity, "1 (simple) to 10 (complex)"),
    Column("Owner's employee number", lambda a: a.owner.employee_number if a.owner else ""),
    Column("Account manager's name", lambda a: a.owner.name if a.owner else "", "Name of the owner"),
]
