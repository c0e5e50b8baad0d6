import django.db.models.deletion
from django.db import migrations

import amdp.tenancy.fields

FORWARD = """
INSERT INTO selection_eligibilitygroup (organization_id, plan_id, match, position)
SELECT DISTINCT organization_id, plan_id, 'all', 0 FROM selection_eligibilityrule;
UPDATE selection_eligibilityrule r SET group_id = g.id FROM selection_eligibilitygroup g
WHERE g.organization_id = r.organization_id AND g.plan_id = r.plan_id;
"""
# Before, a plan had one rule per fact, and fewer facts; the first rule of a fact is the one that stays.
BACK = """
DELETE FROM selection_eligibilityrule
WHERE fact NOT IN ('employed', 'tenure', 'time_in_grade', 'grade', 'market', 'ratings', 'other_cohort');
DELETE FROM selection_eligibilityrule r USING selection_eligibilityrule other
WHERE other.organization_id = r.organization_id AND other.plan_id = r.plan_id AND other.fact = r.fact
  AND (other.position, other.id) < (r.position, r.id);
UPDATE selection_eligibilityrule SET group_id = NULL;
DELETE FROM selection_eligibilitygroup;
"""


class Migration(migrations.Migration):
    """What a plan asked for until now is one group of which all rules have to be met."""

    dependencies = [
        ("selection", "0007_rules_in_groups"),
    ]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.AlterField(
            model_name="eligibilityrule",
            name="group",
            field=amdp.tenancy.fields.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rules",
                to="selection.eligibilitygroup",
            ),
        ),
    ]
