"""The directory as a big file, with the columns of its small one."""

from types import SimpleNamespace

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Trim
from django.http import QueryDict

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.directory.tables import PERSON_COLUMNS, PersonFilter
from amdp.identity.models import Membership
from amdp.web.copying import CopyColumn, Export, SafeText

NOTHING, SPACE = Value(""), Value(" ")
MANAGER = Trim(
    Concat(Coalesce("manager__first_name", NOTHING), SPACE, Coalesce("manager__last_name", NOTHING))
)
# In the order of the columns of the small file.
EXPRESSIONS: list[Combinable] = [
    SafeText("employee_number"),
    SafeText("first_name"),
    SafeText("last_name"),
    SafeText("email"),
    SafeText("job_title"),
    SafeText("grade__code"),
    SafeText("business_unit"),
    SafeText("market"),
    F("time_zone"),
    F("language"),
    SafeText("manager__employee_number"),
    SafeText(MANAGER),
    F("hire_date"),
    F("termination_date"),
    F("termination_type"),
]
PEOPLE = [
    CopyColumn(column.heading, expression, column.definition)
    for column, expression in zip(PERSON_COLUMNS, EXPRESSIONS, strict=True)
]


def people(member: Membership, query: QueryDict) -> Export | None:
    """The people the member sees, searched and filtered as on the list; None for who sees nobody."""
    found = _found(member, query)
    notes = [("Search", query["q"])] if query.get("q") else []
    return Export("People", found, PEOPLE, notes) if found.exists() else None


def _found(member: Membership, query: QueryDict) -> QuerySet[Person]:
    visible = visible_people(member).select_related(None)
    found = PersonFilter(query, queryset=visible, request=SimpleNamespace(member=member)).qs
    return search_people(found, query.get("q", "").replace("\0", "")).order_by("last_name_key", "pk")
