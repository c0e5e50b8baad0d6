"""Bring HR files in from the command line, through the same verbs as the pages."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from amdp.imports import services
from amdp.imports.importer import Outcome
from amdp.imports.kinds import IMPORTERS
from amdp.imports.models import Kind
from amdp.imports.problems import FileRefused
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization

PRINTED = 200


class Command(BaseCommand):
    help = (
        "Import people, job events, ratings and accounts into an organization, in this order. "
        "All files or none: one wrong row refuses everything, and the exit code is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", help="short name of the organization, as in its address")
        for kind in Kind:
            parser.add_argument(f"--{kind.replace('_', '-')}", type=Path, metavar="FILE", dest=kind.value)
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {kind.value: options[kind.value] for kind in Kind if options[kind.value]}
        if not given:
            raise CommandError("Name at least one file: --people, --job-events, --ratings or --accounts.")
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organization “{options['organization']}”.")
        for path in given.values():
            _must_be_readable(path)
        with organization_context(organization):
            refused = self._bring_in(given, dry_run=options["dry_run"])
            if refused and not options["dry_run"]:
                kind, outcome = refused
                services.record_run(kind, given[kind].name, outcome)
        if refused:
            raise CommandError("Nothing was written.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")

    def _bring_in(self, given: dict[str, Path], *, dry_run: bool) -> tuple[str, Outcome] | None:
        """All files in one transaction; a dry run takes it back, so that later files see earlier ones."""
        with transaction.atomic():
            for kind, path in given.items():
                outcome = self._one(kind, path)
                if outcome.refused:
                    transaction.set_rollback(True)
                    return kind, outcome
                if not dry_run:
                    services.record_run(kind, path.name, outcome)
            if dry_run:
                transaction.set_rollback(True)
        return None

    def _one(self, kind: str, path: Path) -> Outcome:
        started = time.monotonic()
        try:
            with path.open("rb") as file:
                outcome = services.import_file(kind, file)
        except FileRefused as refused:
            raise CommandError(f"{path.name}: {refused.messages[0]} Nothing was written.") from None
        self._tell(IMPORTERS[kind].thing, path, outcome, time.monotonic() - started)
        return outcome

    def _tell(self, thing: str, path: Path, outcome: Outcome, seconds: float) -> None:
        if outcome.refused:
            self._tell_errors(path, outcome)
            return
        rate = outcome.rows / seconds if seconds else 0
        self.stdout.write(
            f"{path.name}: {outcome.rows:,} {thing}: {outcome.new:,} new, {outcome.changed:,} changed, "
            f"{outcome.unchanged:,} unchanged ({seconds:.1f} s, {rate:,.0f} rows/s)"
        )
        for note in outcome.notes:
            self.stdout.write(f"  {note}")
        if outcome.absent:
            self.stdout.write(f"  {outcome.absent:,} in the directory and not in the file (kept):")
            for row in outcome.absent_rows[:PRINTED]:
                self.stdout.write("    " + "  ".join(part for part in row if part))
            if outcome.absent > PRINTED:
                self.stdout.write(f"    … and {outcome.absent - PRINTED:,} more")

    def _tell_errors(self, path: Path, outcome: Outcome) -> None:
        count = len(outcome.errors)
        self.stderr.write(
            f"{path.name}: refused, {count:,} {'thing is' if count == 1 else 'things are'} wrong"
        )
        for error in outcome.errors[:PRINTED]:
            value = f" “{error.value}”" if error.value else ""
            self.stderr.write(f"  row {error.row}, {error.column}{value}: {error.problem} {error.remedy}")
        if count > PRINTED:
            self.stderr.write(f"  … and {count - PRINTED:,} more")


def _must_be_readable(path: Path) -> None:
    """Said before the first file is brought in, not after the last but one."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}. Nothing was written.") from None
