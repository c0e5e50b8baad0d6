"""Customer accounts and who owns them."""

from collections.abc import Sequence
from typing import Any

from amdp.directory.models import Account
from amdp.imports import cells
from amdp.imports.columns import Column
from amdp.imports.importer import Importer, Values
from amdp.imports.lookups import person_ids
from amdp.imports.staging import Field, Staging


class Accounts(Importer):
    thing = "accounts"
    columns = (
        Column(
            "account_number", "Account number", cells.text(40), required=True,
            help="What identifies an account from file to file.",
            synonyms=("number", "account id", "customer number", "customer id", "id"),
        ),
        Column("name", "Name", cells.text(200), required=True, synonyms=("account name", "account", "customer")),
        Column(
            "kind", "Kind", cells.one_of(dict(Account.Kind.choices), {"hospital": "hospital_system"}), blank="other",
            synonyms=("account type", "type", "segment"),
        ),
        Column("city", "City", cells.text(120), synonyms=("town",)),
        Column("region", "Region", cells.text(80), synonyms=("state", "province")),
        Column("country", "Country", cells.country, synonyms=("country code",)),
        Column(
            "complexity", "Complexity", cells.number(1, 10), blank=None, help="1 (simple) to 10 (complex).",
            synonyms=("complexity index",),
        ),
        Column(
            "owner_number", "Owner's employee number", cells.text(40),
            synonyms=("owner", "owner id", "account manager", "account owner"),
        ),
    )  # fmt: skip
    staging = Staging(
        "directory_account",
        ("account_number",),
        (
            Field("account_number", "text"),
            Field("name", "text", "name"),
            Field("kind", "text", "kind"),
            Field("city", "text", "city"),
            Field("region", "text", "region"),
            Field("country", "text", "country"),
            Field("complexity", "smallint", "complexity"),
            Field("owner_id", "bigint", "owner_number"),
        ),
        touched=True,
    )
    absent_columns = "account_number, name"

    def load(self) -> None:
        self.ids = person_ids()

    def key(self, values: Values) -> str:
        return str(values["account_number"])

    def describe(self, values: Values) -> str:
        return f"Number {values['account_number']}"

    def stage(self, row: int, values: Values) -> Sequence[Any]:
        owner = values["owner_number"]
        if owner and owner not in self.ids:
            self.wrong(
                row,
                "owner_number",
                owner,
                f"Nobody in the directory has the number {owner}.",
                "Correct it, import the people first, or leave the cell empty.",
            )
        return (
            values["account_number"], values["name"], values["kind"], values["city"], values["region"],
            values["country"], values["complexity"], self.ids.get(owner),
        )  # fmt: skip

    def write(self) -> None:
        self.staging.update(self.mapped)
        self.staging.insert()
