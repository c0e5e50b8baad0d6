from django.db import migrations, models

# What is stored now is kept a week from now; the tick is told when to look.
FORWARD = """
UPDATE imports_importrun SET kept_until = now() + interval '7 days'
WHERE state <> 'discarded' AND (folder <> '' OR errors <> '[]' OR absent_rows <> '[]');
INSERT INTO notifications_due (organization_id, next_due_at)
SELECT organization_id, min(kept_until) FROM imports_importrun WHERE kept_until IS NOT NULL
GROUP BY organization_id;
"""


class Migration(migrations.Migration):
    """Until when the file of a run and the lists made of it are kept."""

    dependencies = [("imports", "0001_initial"), ("notifications", "0001_initial")]

    operations = [
        migrations.AddField("importrun", "kept_until", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "importrun",
            models.Index(
                fields=["organization", "kept_until"],
                condition=models.Q(("kept_until__isnull", False)),
                name="import_run_kept",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
