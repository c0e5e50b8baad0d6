import django.db.models.deletion
from django.db import migrations, models

import amdp.tenancy.fields

FORWARD = """
CREATE FUNCTION selection_sheet_has_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'submitted' AND OLD.state <> 'submitted' AND EXISTS (
    SELECT 1 FROM selection_rating r WHERE r.organization_id = NEW.organization_id AND r.scoresheet_id = NEW.id
    AND NOT EXISTS (SELECT 1 FROM selection_observation o WHERE o.organization_id = r.organization_id
                    AND o.scoresheet_id = r.scoresheet_id AND o.behavior_id = r.behavior_id)) THEN
    RAISE EXCEPTION 'A rating needs an observation.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER selection_sheet_evidence BEFORE UPDATE ON selection_scoresheet
  FOR EACH ROW EXECUTE FUNCTION selection_sheet_has_evidence();
"""
BACK = """
DROP TRIGGER selection_sheet_evidence ON selection_scoresheet;
DROP FUNCTION selection_sheet_has_evidence();
DELETE FROM selection_observation WHERE behavior_id IS NULL;
"""


class Migration(migrations.Migration):
    """Notes with their time, versions of a draft, and no sheet handed in with a rating nobody saw."""

    dependencies = [
        ("cohorts", "0004_open_at_graduation"),
        ("selection", "0016_before_a_nomination_is_shared"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="observation",
            name="jotted",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="observation",
            name="key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="version",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="observation",
            name="behavior",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="observations",
                to="cohorts.behavior",
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.UniqueConstraint(
                fields=("organization", "scoresheet", "key"), name="observation_sent_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="observation",
            constraint=models.CheckConstraint(
                condition=models.Q(("jotted", True), ("behavior__isnull", False), _connector="OR"),
                name="observation_on_a_behavior",
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
