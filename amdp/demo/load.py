"""Many people and cohorts in a short time, for benchmarks: set-wise, by the owner's login, in one transaction."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from amdp.demo.cast import PASSWORD
from amdp.demo.names import LAST, MEN, WOMEN
from amdp.directory.models import Person
from amdp.identity.models import Membership, User
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.blueprints import blueprints
from cohorts.models import Cohort, Participant, Program
from cohorts.services import create_program
from curriculum.services import copy_blueprint
from mentoring.models import Mentor
from mentoring.runs import work_on
from mentoring.services import start_run

STATEMENTS = Path(__file__).with_name("load.sql")
MAIN = "load"
SPAN = 8
SMALL_PEOPLE, SMALL_SEATS = 60, 8
ROLES = {
    "owner": ["owner"],
    "ld_admin": ["ld_admin"],
    "hr_analyst": ["hr_analyst"],
    "sponsor": ["sponsor"],
    "leader": [],
    "participant": [],
    "mentor": [],
}
# Everybody of one level of the reporting lines, below the level before. Ids are drawn first: the line holds them.
LEVEL = """
INSERT INTO directory_person (id, organization_id, employee_number, first_name, last_name, email, job_title, grade_id, job_family, business_unit, market,
  time_zone, language, manager_id, line, hire_date, termination_date, termination_type, updated_at)
SELECT made.id, made.organization_id, 'L' || n, (%(first)s::text[])[1 + (n * 31 + %(seed)s) %% %(firsts)s],
  (%(last)s::text[])[1 + (n * 17 + %(seed)s) %% %(lasts)s], 'l' || n || '@' || slug || '.example',
  CASE WHEN n < 10 THEN 'Regional Director' ELSE 'Account Manager' END, grade.id,
  (ARRAY['Field sales', 'Key accounts', 'Market access'])[1 + n %% 3],
  (ARRAY['Oncology Sales', 'Immunology Sales', 'Market Access', 'Key Accounts'])[1 + n %% 4],
  (ARRAY['US', 'DE', 'FR', 'GB', 'JP'])[1 + n %% 5],
  (ARRAY['America/New_York', 'Europe/Berlin', 'Europe/Paris', 'Europe/London', 'Asia/Tokyo'])[1 + n %% 5], 'en', manager.id,
  coalesce(manager.line, '') || made.id || '/', current_date - 900 - (n * 13 + %(seed)s) %% 5000,
  CASE WHEN n > 100 AND n %% 11 = 0 THEN current_date - (n * 7) %% 800 END,
  CASE WHEN n > 100 AND n %% 11 = 0 THEN 'voluntary' ELSE '' END, now()
FROM (
  SELECT nextval(pg_get_serial_sequence('directory_person', 'id')) AS id, o.organization_id, org.slug, n
  FROM load_org o JOIN tenancy_organization org ON org.id = o.organization_id, generate_series(%(low)s, least(%(high)s, o.people)) n
) made
LEFT JOIN directory_person manager ON manager.organization_id = made.organization_id AND manager.employee_number = 'L' || (n - 2) / %(span)s + 1 AND n > 1
JOIN directory_grade grade ON grade.organization_id = made.organization_id AND grade.code = CASE WHEN n < 10 THEN '8' ELSE (4 + n %% 3)::text END
"""


@dataclass(frozen=True)
class Amounts:
    """How much of everything."""

    people: int
    cohorts: int
    participants: int
    organizations: int
    seed: int

    @property
    def seats(self) -> int:
        """Per cohort; 17 of 20 cohorts have participants."""
        return min(max(1, round(self.participants / max(1, self.cohorts * 0.85))), (self.people - 10) // 2)


def load(amounts: Amounts, tell: Callable[[str], object]) -> Organization:
    """One organization of these amounts, and small ones beside it. What is there is left alone."""
    started = time.monotonic()
    main = Organization.objects.filter(slug=MAIN).first()
    if main is None:
        with transaction.atomic():
            main = _fill(amounts, tell)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        _match(main)
    tell(f"{main.name} is there, after {time.monotonic() - started:.0f} s.")
    return main


def _fill(amounts: Amounts, tell: Callable[[str], object]) -> Organization:
    main = Organization.objects.create(
        slug=MAIN, name="Load Pharma", time_zone="America/New_York", time_zone_confirmed_at=timezone.now()
    )
    small = Organization.objects.bulk_create(
        Organization(slug=f"{MAIN}-{n}", name=f"Small Pharma {n}")
        for n in range(1, amounts.organizations + 1)
    )
    _programs(main)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE load_org (organization_id bigint, people int, cohorts int, seats int, detailed bool) ON COMMIT DROP"
        )
        rows = [(main.pk, amounts.people, amounts.cohorts, amounts.seats, True)]
        rows += [(one.pk, SMALL_PEOPLE, 1, SMALL_SEATS, False) for one in small]
        cursor.executemany("INSERT INTO load_org VALUES (%s, %s, %s, %s, %s)", rows)
        for name, statement in _statements():
            moment = time.monotonic()
            cursor.execute(statement)
            tell(f"{name}: {max(cursor.rowcount, 0):,} rows in {time.monotonic() - moment:.1f} s")
            if name == "grades":
                _people(cursor, amounts)
                cursor.execute("ANALYZE directory_person")
            elif name in ("places", "candidates", "participants", "journey_modules", "mentors"):
                cursor.execute("ANALYZE")
    _logins(main)
    return main


def _statements() -> Iterator[tuple[str, str]]:
    for part in STATEMENTS.read_text(encoding="utf-8").split("-- name: ")[1:]:
        name, _, statement = part.partition("\n")
        yield name.strip(), statement.rsplit("\n--", 1)[0].strip()


def _people(cursor: object, amounts: Amounts) -> None:
    first, last = [*WOMEN, *MEN], list(LAST)
    facts = {
        "first": first,
        "firsts": len(first),
        "last": last,
        "lasts": len(last),
        "seed": amounts.seed,
        "span": SPAN,
    }
    low, high = 1, 1
    while low <= amounts.people:
        cursor.execute(LEVEL, {**facts, "low": low, "high": high})  # type: ignore[attr-defined]
        cursor.execute("ANALYZE directory_person")  # type: ignore[attr-defined]  # or managers are found by reading all
        low, high = high + 1, high * SPAN + 1


def _programs(organization: Organization) -> None:
    """The blueprints, with the journeys they have."""
    with organization_context(organization):
        for place, blueprint in enumerate(blueprints().values()):
            program = create_program(blueprint.name, by=None, blueprint=blueprint)
            if place == 0:
                copy_blueprint(program, by=None)
        Program.objects.filter(organization=organization).update(state=Program.State.SIGNED_OFF)


def _logins(organization: Organization) -> None:
    """One login for each role, at the people who have something to do."""
    with organization_context(organization):
        own = Person.objects.filter(organization=organization)
        pupil = Participant.objects.filter(
            organization=organization, state=Participant.State.ACTIVE, person__termination_date=None
        ).order_by("pk")[5]
        mentor = Mentor.objects.filter(organization=organization, mentorships__isnull=False).order_by("pk")[0]
        tied = {"leader": own.get(employee_number="L2"), "participant": pupil.person, "mentor": mentor.person}
        secret = make_password(PASSWORD)
        for role, granted in ROLES.items():
            user = User.objects.create(email=address(role), name=f"Load {role}", password=secret)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            member = Membership.objects.create(organization=organization, user=user, granted_roles=granted)
            if role in tied:
                own.filter(pk=tied[role].pk).update(membership=member)


def _match(organization: Organization) -> None:
    """One match is worked out for the last running cohort, whose participants have no mentors yet."""
    admin = Membership.objects.get(organization=organization, user__email=address("ld_admin"))
    with organization_context(organization):
        running = Cohort.objects.filter(organization=organization, state=Cohort.State.RUNNING)
        run = start_run(running.order_by("-pk")[0], by=admin)
    work_on(organization.pk, run.pk)


def address(role: str) -> str:
    """What a role of the loaded organization signs in with."""
    return f"{role.replace('_', '-')}@{MAIN}.example"
