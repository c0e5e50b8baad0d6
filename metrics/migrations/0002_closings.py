"""Figures are kept per closing day; those kept before were of no fixed day and are measured anew."""

from django.db import migrations, models

FORGET = "DELETE FROM metrics_release"
SEEN = [(0, "ALL_OF_IT"), (1, "ONLY_N"), (2, "NOTHING")]


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_releases")]

    operations = [
        migrations.RunSQL(FORGET, FORGET),
        migrations.RemoveConstraint(model_name="release", name="release_latest"),
        migrations.RemoveField(model_name="release", name="people"),
        migrations.RemoveField(model_name="release", name="affected"),
        migrations.AlterModelOptions(
            name="release", options={"ordering": ["measure", "scope", "arm", "as_of"]}
        ),
        migrations.AlterField(model_name="release", name="scope", field=models.CharField(max_length=40)),
        migrations.AddField(
            model_name="release",
            name="as_of",
            field=models.DateField(default="2000-01-01"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="release",
            name="seen",
            field=models.PositiveSmallIntegerField(choices=SEEN, default=2),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="release",
            name="has_value",
            field=models.BooleanField(default=False),
            preserve_default=False,
        ),
        migrations.AddField(model_name="release", name="cells", field=models.JSONField(default=dict)),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("organization", "scope", "measure", "arm", "as_of"), name="release_once"
            ),
        ),
    ]
