"""The directory as a big file, with the columns of its small one."""

from types import SimpleNamespace

from django.db.models import F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Trim
from django.http import QueryDict

from amdp.directory.access import visible_people
from amdp.directory.models import Person
from amdp.directory.queries import below, search_people
from amdp.directory.tables import PERSON_COLUMNS, PersonFilter
from amdp.identity.models import Membership
from amdp.web.copying import CopyColumn, Export, SafeText
from amdp.web.forms import as_key

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
    SafeText("job_family"),
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
    """The people the member sees, searched and filtered as on the list; None for who sees nobody.

    ``below`` names the person of whose line they are.
    """
    visible = visible_people(member).select_related(None)
    notes = [("Search", query["q"])] if query.get("q") else []
    if "below" in query:
        key = as_key(query.get("below", ""))
        top = None if key is None else visible.filter(pk=key).first()
        if top is None:
            return None
        visible = visible & below(top)
        notes.append(("Below", top.name))
    found = _found(member, visible, query)
    return Export("People", found, PEOPLE, notes) if found.exists() else None


def _found(member: Membership, visible: QuerySet[Person], query: QueryDict) -> QuerySet[Person]:
    found = PersonFilter(query, queryset=visible, request=SimpleNamespace(member=member)).qs
    return search_people(found, query.get("q", "").replace("\0", "")).order_by("last_name_key", "pk")
