"""The four kinds of file, in the order in which they are imported."""

from amdp.imports.accounts import Accounts
from amdp.imports.history import JobEvents, Ratings
from amdp.imports.importer import Importer
from amdp.imports.models import Kind
from amdp.imports.people import People

IMPORTERS: dict[str, type[Importer]] = {
    Kind.PEOPLE: People,
    Kind.JOB_EVENTS: JobEvents,
    Kind.RATINGS: Ratings,
    Kind.ACCOUNTS: Accounts,
}
