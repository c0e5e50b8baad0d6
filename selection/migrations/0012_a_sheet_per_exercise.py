import django.db.models.deletion
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls

# Every sheet so far is about the one exercise its plan has.
FORWARD = """
UPDATE selection_scoresheet s SET exercise_id = (
  SELECT e.id FROM selection_exercise e
  JOIN selection_selectionplan p ON p.organization_id = e.organization_id AND p.id = e.plan_id
  JOIN selection_candidate k ON k.organization_id = p.organization_id AND k.cohort_id = p.cohort_id
  WHERE e.organization_id = s.organization_id AND k.id = s.candidate_id
  ORDER BY e.position, e.id LIMIT 1);
"""


class Migration(migrations.Migration):
    """A score sheet is about one exercise. Back only while no candidate has an assessor in two of them."""

    dependencies = [("selection", "0011_exercises")]

    operations = [
        migrations.AddField(
            model_name="scoresheet",
            name="exercise",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scoresheets",
                to="selection.exercise",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="scoresheet",
            name="exercise",
            field=amdp.tenancy.fields.TenantForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scoresheets",
                to="selection.exercise",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="scoresheet",
            name="scoresheet_once",
        ),
        migrations.AddIndex(
            model_name="scoresheet",
            index=models.Index(fields=["organization", "exercise"], name="scoresheet_exercise_cbfedc_fk"),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.UniqueConstraint(
                fields=("organization", "candidate", "exercise", "assessor"), name="scoresheet_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="exercise", name="selection_scoresheet_exercise_same_org"
            ),
        ),
    ]
