"""A hundred thousand people judged by twelve rules at once, against the plain SQL that a hand would write for it."""

from decimal import Decimal

from django.db import connection, transaction

from amdp.directory.models import Grade
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.models import Cohort
from selection.asked import in_force, scope_of
from selection.defaults import GroupTerms, RuleTerms
from selection.eligibility import Scope, latest_start
from selection.queries.eligible import Counts, count_rules
from tests.benchmarks.results import Result, alternately

# Each source is read once and joined; no rule is more than a comparison of columns.
PLAIN = """
WITH entered AS (
  SELECT person_id, max(effective_date) FILTER (WHERE event IN ('hire', 'promotion', 'demotion')) AS since,
    max(effective_date) FILTER (WHERE event IN ('promotion', 'lateral_move') AND effective_date <= %(on)s) AS moved
  FROM directory_jobevent GROUP BY person_id
), rated AS (
  SELECT person_id, min(rating) FILTER (WHERE nth <= 2) AS least, avg(rating) FILTER (WHERE nth <= 3) AS mean
  FROM (SELECT person_id, rating, row_number() OVER (PARTITION BY person_id ORDER BY year DESC) AS nth
        FROM directory_performancerating) r GROUP BY person_id
), busy AS (
  SELECT DISTINCT p.person_id FROM cohorts_participant p JOIN cohorts_cohort c ON c.id = p.cohort_id
  WHERE p.state IN ('active', 'deferred') AND c.state = 'running' AND c.id <> %(cohort)s
), owns AS (
  SELECT owner_id AS person_id FROM directory_account WHERE complexity >= 3 GROUP BY owner_id
)
SELECT count(*) FILTER (WHERE r1), count(*) FILTER (WHERE r2), count(*) FILTER (WHERE r3), count(*) FILTER (WHERE r4),
  count(*) FILTER (WHERE r5), count(*) FILTER (WHERE r6), count(*) FILTER (WHERE r7), count(*) FILTER (WHERE r8),
  count(*) FILTER (WHERE r9), count(*) FILTER (WHERE r10), count(*) FILTER (WHERE r11), count(*) FILTER (WHERE r12),
  count(*) FILTER (WHERE r1 AND r2 AND r3 AND r4 AND r5 AND r6 AND r7 AND r8 AND r9 AND r10 AND (r11 OR r12)), count(*)
FROM (
  SELECT (hire_date IS NULL OR hire_date <= %(on)s) AND termination_date IS NULL AS r1, hire_date <= %(two_years)s AS r2,
    coalesce(e.since, hire_date) <= %(a_year)s AS r3, g.rank BETWEEN 4 AND 6 AS r4,
    job_family IN ('Field sales', 'Key accounts') AS r5,
    business_unit IN ('Oncology Sales', 'Immunology Sales', 'Market Access') AS r6,
    market IN ('US', 'DE', 'FR', 'GB') AS r7, coalesce(least >= 3, false) AS r8, coalesce(mean >= 3.5, false) AS r9,
    e.moved IS NULL OR e.moved <= %(a_year)s AS r10, b.person_id IS NULL AS r11, o.person_id IS NOT NULL AS r12
  FROM directory_person p LEFT JOIN entered e ON e.person_id = p.id LEFT JOIN rated r ON r.person_id = p.id
  LEFT JOIN busy b ON b.person_id = p.id LEFT JOIN owns o ON o.person_id = p.id LEFT JOIN directory_grade g ON g.id = p.grade_id
) judged
"""


def measure() -> list[Result]:
    organization = Organization.objects.get(slug="load")
    with organization_context(organization):
        cohort = Cohort.objects.filter(state="nominating").order_by("pk").first()
        assert cohort is not None
        scope = scope_of(cohort)
        groups = in_force(_asked(), scope)
        ours = count_rules(groups, scope)
        assert _flat(ours) == plain(scope)
        value, limit = alternately(lambda: count_rules(groups, scope), lambda: plain(scope))
    return [
        Result(
            "eligibility_100k", value, "s", limit, value / limit, aim="< 2 s", met=value < 2,
            extra={"people": ours.everybody, "eligible": ours.all},
        )
    ]  # fmt: skip


def plain(scope: Scope) -> list[int]:
    """The counts by joins; statistics that are minutes old must not make it compare all with all."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        days = {"on": scope.on, "cohort": scope.cohort}
        days |= {"two_years": latest_start(scope.on, 24), "a_year": latest_start(scope.on, 12)}
        cursor.execute(PLAIN, days)
        found = list(cursor.fetchone())
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def _flat(counts: Counts) -> list[int]:
    return [*(one for group in counts.by_rule for one in group), counts.all, counts.everybody]


def _asked() -> list[GroupTerms]:
    """Ten rules that all have to be met, and two of which one is enough."""
    low, high = Grade.objects.get(code="4"), Grade.objects.get(code="6")
    rules = (
        RuleTerms(fact="employed"),
        RuleTerms(fact="tenure", threshold=Decimal(24)),
        RuleTerms(fact="time_in_grade", threshold=Decimal(12)),
        RuleTerms(fact="grade", lowest_grade=low, highest_grade=high),
        RuleTerms(fact="job_family", listed=("Field sales", "Key accounts")),
        RuleTerms(fact="business_unit", listed=("Oncology Sales", "Immunology Sales", "Market Access")),
        RuleTerms(fact="market", listed=("US", "DE", "FR", "GB")),
        RuleTerms(fact="ratings", threshold=Decimal(3), count=2),
        RuleTerms(fact="ratings", threshold=Decimal("3.5"), count=3, how="mean"),
        RuleTerms(fact="no_move", threshold=Decimal(12), listed=("promotion", "lateral_move")),
    )
    either = (RuleTerms(fact="other_cohort"), RuleTerms(fact="accounts", count=1, threshold=Decimal(3)))
    return [GroupTerms(rules), GroupTerms(either, "any")]
