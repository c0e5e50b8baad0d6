from django.db import migrations

TABLES = ("impactsnapshot", "impactlook", "impactreview")
FORWARD = """
CREATE FUNCTION metrics_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was frozen, looked at or reviewed is never changed or deleted.'
        USING ERRCODE = 'insufficient_privilege';
END $$;
""" + "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON metrics_{table} "
    "FOR EACH ROW EXECUTE FUNCTION metrics_refuse_change();\n"
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER append_only ON metrics_{table};\n" for table in TABLES)
    + "DROP FUNCTION metrics_refuse_change();"
)


class Migration(migrations.Migration):
    """Snapshots, looks and reviews of adverse impact cannot be changed or deleted, by anybody."""

    dependencies = [("metrics", "0004_adverse_impact")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
