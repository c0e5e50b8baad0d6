from typing import Any

from django.core.management.base import BaseCommand

from amdp.demo.seed import seed_demo


class Command(BaseCommand):
    help = "Make the two demo organizations, unless they are there. Dates are relative to today."

    def handle(self, **options: Any) -> None:
        for line in seed_demo():
            self.stdout.write(line)
