"""The data of the benchmarks, small: the command has servers of its own, because it works as their owner."""

import subprocess
import sys

from amdp.servers.place import PROJECT
from tests.servers.running import environment

COUNTS = """
from amdp.demo.load import address
from amdp.directory.models import Person
from amdp.identity.models import Membership
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.models import Cohort, Participant
from mentoring.models import MatchRun
print("organizations", Organization.objects.count())
with organization_context(Organization.objects.get(slug="load")):
    print("people", Person.objects.count(), Person.objects.filter(line="").count())
    print("cohorts", Cohort.objects.count(), "participants", Participant.objects.exists())
    print("match", MatchRun.objects.get().state)
    print("member", Membership.objects.get(user__email=address("leader")).people.get().employee_number)
"""


def test_the_load_is_made_once_and_hangs_together(tmp_path):
    manage(tmp_path, "migrate", "--verbosity", "0")
    sizes = ("--people", "1200", "--cohorts", "40", "--organizations", "3", "--participants", "200")
    manage(tmp_path, "seed_load", *sizes)
    assert manage(tmp_path, "seed_load", *sizes).startswith("Load Pharma is there")
    assert manage(tmp_path, "shell", "--no-imports", "-c", COUNTS).splitlines() == [
        "organizations 4",
        "people 1200 0",
        "cohorts 40 participants True",
        "match done",
        "member L2",
    ]


def manage(data, *arguments):
    asked = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT, env=environment(DATA=str(data)), capture_output=True, text=True,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    return asked.stdout
