import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Training and most of assessors, levels of leaders who never assess, sheets that stay."""

    dependencies = [
        ("selection", "0013_slate_by_market_and_knock_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessor",
            name="most",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(500)]
            ),
        ),
        migrations.AddField(
            model_name="assessor",
            name="trained_for",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("general", "Assessment as a whole"),
                        ("case_study", "Case study"),
                        ("role_play", "Role play"),
                        ("presentation", "Account-plan presentation"),
                        ("interview", "Structured interview"),
                        ("in_tray", "In-tray"),
                        ("knowledge_test", "Knowledge test"),
                    ],
                    max_length=16,
                ),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="assessor",
            name="trained_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="pinned",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="selectionplan",
            name="conflict_levels",
            field=models.PositiveSmallIntegerField(
                default=2,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(10),
                ],
            ),
        ),
    ]
