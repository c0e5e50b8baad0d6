from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from amdp.demo.load import SMALL_PEOPLE, Amounts, load


class Command(BaseCommand):
    help = "Fill the database for benchmarks: one large organization, and small ones beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=100_000)
        parser.add_argument("--cohorts", type=int, default=200)
        parser.add_argument("--organizations", type=int, default=200, help="small ones beside the large one")
        parser.add_argument("--participants", type=int, default=5_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(
        self, *, people: int, cohorts: int, organizations: int, participants: int, seed: int, **options: Any
    ) -> None:
        if people < SMALL_PEOPLE or cohorts < 4:
            raise CommandError(f"Ask for at least {SMALL_PEOPLE} people and 4 cohorts.")
        load(Amounts(people, cohorts, participants, organizations, seed), self.stdout.write)
