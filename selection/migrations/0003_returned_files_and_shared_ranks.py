from django.db import migrations, models

# A file whose nominations were all returned waits for nobody's approval. Equal points share a rank; what was
# the rank until now, ties decided, becomes the place.
FORWARD = """
UPDATE selection_candidate c SET state = 'returned'
WHERE c.state = 'proposed'
  AND NOT EXISTS (SELECT 1 FROM selection_nomination n WHERE n.organization_id = c.organization_id
                  AND n.candidate_id = c.id AND n.state = 'submitted');
UPDATE selection_decision d SET place = d.rank, rank = shared.rank
FROM (SELECT id, min(rank) OVER (PARTITION BY slate_id, composite) AS rank FROM selection_decision) shared
WHERE shared.id = d.id AND d.rank IS NOT NULL;
"""
BACK = """
UPDATE selection_candidate SET state = 'proposed' WHERE state = 'returned';
UPDATE selection_decision SET rank = place;
"""


class Migration(migrations.Migration):
    """Files read as returned; tied candidates share their rank."""

    dependencies = [("selection", "0002_submitted_ratings_stay")]

    operations = [
        migrations.AddField("decision", "place", models.PositiveIntegerField(editable=False, null=True)),
        migrations.AlterField(
            "candidate",
            "state",
            models.CharField(
                choices=[
                    ("drafted", "Not nominated yet"),
                    ("proposed", "Waiting for approval"),
                    ("returned", "Returned with a question"),
                    ("admitted", "Admitted to assessment"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="drafted",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AlterModelOptions(
            "decision", {"ordering": [models.F("place").asc(nulls_last=True), "id"]}
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
