from django.db import migrations, models


def take_chosen_zones_as_confirmed(apps, schema_editor):
    """Any zone but the one a new organization starts with was chosen by somebody."""
    organizations = apps.get_model("tenancy", "Organization").objects.exclude(time_zone="UTC")
    organizations.update(time_zone_confirmed_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="time_zone_confirmed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(take_chosen_zones_as_confirmed, migrations.RunPython.noop, elidable=True),
    ]
