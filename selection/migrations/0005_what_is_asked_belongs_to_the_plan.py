import django.db.models.deletion
from django.db import migrations

import amdp.tenancy.fields

# Each cohort with criteria or rules of its own gets a plan that holds them.
FORWARD = """
INSERT INTO selection_selectionplan (organization_id, cohort_id, time_zone, created_at)
SELECT asked.organization_id, asked.cohort_id, o.time_zone, now()
FROM (SELECT organization_id, cohort_id FROM selection_criterion
      UNION SELECT organization_id, cohort_id FROM selection_eligibilityrule) asked
JOIN tenancy_organization o ON o.id = asked.organization_id;
UPDATE selection_criterion c SET plan_id = p.id FROM selection_selectionplan p
WHERE p.organization_id = c.organization_id AND p.cohort_id = c.cohort_id;
UPDATE selection_eligibilityrule r SET plan_id = p.id FROM selection_selectionplan p
WHERE p.organization_id = r.organization_id AND p.cohort_id = r.cohort_id;
"""
BACK = """
UPDATE selection_criterion c SET cohort_id = p.cohort_id FROM selection_selectionplan p
WHERE p.organization_id = c.organization_id AND p.id = c.plan_id;
UPDATE selection_eligibilityrule r SET cohort_id = p.cohort_id FROM selection_selectionplan p
WHERE p.organization_id = r.organization_id AND p.id = r.plan_id;
DELETE FROM selection_criterion WHERE cohort_id IS NULL;
DELETE FROM selection_eligibilityrule WHERE cohort_id IS NULL;
"""


class Migration(migrations.Migration):
    """Criteria and rules move from the cohort to its plan."""

    dependencies = [
        ("selection", "0004_selection_plans"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.RemoveConstraint(
            model_name="criterion",
            name="selection_criterion_cohort_same_org",
        ),
        migrations.RemoveConstraint(
            model_name="eligibilityrule",
            name="selection_eligibilityrule_cohort_same_org",
        ),
        migrations.RemoveIndex(
            model_name="criterion",
            name="criterion_cohort_3cc655_fk",
        ),
        migrations.RemoveIndex(
            model_name="eligibilityrule",
            name="eligibilityr_cohort_a7861a_fk",
        ),
        migrations.RemoveField(
            model_name="criterion",
            name="cohort",
        ),
        migrations.RemoveField(
            model_name="eligibilityrule",
            name="cohort",
        ),
        migrations.AlterField(
            model_name="criterion",
            name="plan",
            field=amdp.tenancy.fields.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="selection.selectionplan",
            ),
        ),
        migrations.AlterField(
            model_name="eligibilityrule",
            name="plan",
            field=amdp.tenancy.fields.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="eligibility_rules",
                to="selection.selectionplan",
            ),
        ),
    ]
