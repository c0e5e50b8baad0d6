from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mentoring", "0002_points_possible"),
    ]

    operations = [
        migrations.AddField(
            model_name="matchpair",
            name="remedies",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="matchrun",
            name="outlook",
            field=models.JSONField(default=dict, editable=False),
        ),
    ]
