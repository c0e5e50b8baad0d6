from django.db import migrations, models


class Migration(migrations.Migration):
    """People have a job family, such as field sales or market access."""

    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="job_family",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
