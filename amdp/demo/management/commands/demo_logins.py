from typing import Any

from django.core.management.base import BaseCommand

from amdp.demo.logins import table


class Command(BaseCommand):
    help = "Print the logins of the demo."

    def handle(self, **options: Any) -> None:
        self.stdout.write(table())
