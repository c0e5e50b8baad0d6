from django.db import migrations

# Deleting stays possible, for the organization's retention rule.
FORWARD = """
CREATE FUNCTION selection_sheet_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM selection_scoresheet s WHERE s.organization_id = NEW.organization_id
             AND s.id = NEW.scoresheet_id AND s.state = 'submitted') THEN
    RAISE EXCEPTION 'A submitted score sheet cannot be changed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER selection_rating_stays BEFORE INSERT OR UPDATE ON selection_rating
  FOR EACH ROW EXECUTE FUNCTION selection_sheet_is_open();
CREATE TRIGGER selection_observation_stays BEFORE INSERT OR UPDATE ON selection_observation
  FOR EACH ROW EXECUTE FUNCTION selection_sheet_is_open();
"""
BACK = """
DROP TRIGGER selection_rating_stays ON selection_rating;
DROP TRIGGER selection_observation_stays ON selection_observation;
DROP FUNCTION selection_sheet_is_open();
"""


class Migration(migrations.Migration):
    """Ratings and observations of a submitted sheet cannot be added to or changed, by anybody."""

    dependencies = [("selection", "0001_selection")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
