import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls

# Like 0002 for submitted ratings. Deleting stays possible, for the organization's retention rule, and so does
# emptying who did it when a membership goes: the triggers on changes name the columns that stay.
FORWARD = """
CREATE FUNCTION selection_calibration_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM selection_calibrationsession s WHERE s.organization_id = NEW.organization_id
             AND s.id = NEW.session_id AND s.state = 'closed') THEN
    RAISE EXCEPTION 'A closed calibration cannot be changed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION selection_calibration_place_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'Moves and notes of a calibration stay as they are.' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM selection_calibrationplace p JOIN selection_calibrationsession s
               ON s.organization_id = p.organization_id AND s.id = p.session_id
             WHERE p.organization_id = NEW.organization_id AND p.id = NEW.place_id AND s.state = 'closed') THEN
    RAISE EXCEPTION 'A closed calibration cannot be changed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION selection_calibration_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' THEN
    RAISE EXCEPTION 'A closed calibration cannot be changed.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER selection_calibration_stays BEFORE UPDATE OF cohort_id, state, version, opened_at, closed_at
  ON selection_calibrationsession FOR EACH ROW EXECUTE FUNCTION selection_calibration_stays_closed();
CREATE TRIGGER selection_calibration_place_stays BEFORE INSERT OR UPDATE ON selection_calibrationplace
  FOR EACH ROW EXECUTE FUNCTION selection_calibration_is_open();
CREATE TRIGGER selection_calibration_participant_stays BEFORE INSERT OR UPDATE ON selection_calibrationparticipant
  FOR EACH ROW EXECUTE FUNCTION selection_calibration_is_open();
CREATE TRIGGER selection_calibration_move_stays BEFORE INSERT OR UPDATE OF place_id, from_performance,
  from_potential, performance, potential, reason, moved_at ON selection_calibrationmove
  FOR EACH ROW EXECUTE FUNCTION selection_calibration_place_is_open();
CREATE TRIGGER selection_calibration_note_stays BEFORE INSERT OR UPDATE OF place_id, text, written_at
  ON selection_calibrationnote FOR EACH ROW EXECUTE FUNCTION selection_calibration_place_is_open();
"""
BACK = """
DROP TRIGGER selection_calibration_note_stays ON selection_calibrationnote;
DROP TRIGGER selection_calibration_move_stays ON selection_calibrationmove;
DROP TRIGGER selection_calibration_participant_stays ON selection_calibrationparticipant;
DROP TRIGGER selection_calibration_place_stays ON selection_calibrationplace;
DROP TRIGGER selection_calibration_stays ON selection_calibrationsession;
DROP FUNCTION selection_calibration_stays_closed();
DROP FUNCTION selection_calibration_place_is_open();
DROP FUNCTION selection_calibration_is_open();
"""


class Migration(migrations.Migration):
    """Calibration: sessions, who takes part, places, moves and notes; frozen by triggers once closed."""

    dependencies = [
        ("cohorts", "0004_open_at_graduation"),
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0020_feedback_reports"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rank", "Place in the ranking"),
                    ("evidence", "Evidence beyond the scores"),
                    ("business_need", "Need of the market or business unit"),
                    ("calibration", "Calibration"),
                    ("readiness", "Another time suits the person better"),
                    ("availability", "Not available during the program"),
                    ("knock_out", "Below a knock-out"),
                    ("other", "Another reason"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="CalibrationSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("closed", "Closed")],
                        default="open",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "closed_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "cohort",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calibrations",
                        to="cohorts.cohort",
                    ),
                ),
                (
                    "opened_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.NullIf(
                                models.Func(
                                    models.Value("amdp.organization"),
                                    models.Value(True),
                                    function="current_setting",
                                    output_field=models.TextField(),
                                ),
                                models.Value(""),
                            ),
                            models.BigIntegerField(),
                        ),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "cohort"], name="calibrations_cohort_da882d_fk"),
                    models.Index(fields=["organization", "opened_by"], name="calibrations_opened_b_f61ba8"),
                    models.Index(fields=["organization", "closed_by"], name="calibrations_closed_b_fc61e1"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_calibrationsession_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_calibrationsession_tenant_policy"),
                    models.UniqueConstraint(fields=("organization", "cohort"), name="calibration_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="calibration_closed_at",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="cohort", name="selection_calibrationsession_cohort_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="opened_by", name="selection_calibrationsession_opened_by_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="closed_by", name="selection_calibrationsession_closed_by_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalibrationPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "performance",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "potential",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "first_performance",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "first_potential",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                ("measured", models.JSONField(default=dict, editable=False)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "candidate",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calibration_places",
                        to="selection.candidate",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.NullIf(
                                models.Func(
                                    models.Value("amdp.organization"),
                                    models.Value(True),
                                    function="current_setting",
                                    output_field=models.TextField(),
                                ),
                                models.Value(""),
                            ),
                            models.BigIntegerField(),
                        ),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "session",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="selection.calibrationsession",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "session"], name="calibrationp_session_d89158_fk"),
                    models.Index(fields=["organization", "candidate"], name="calibrationp_candidat_aa8f90"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_calibrationplace_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_calibrationplace_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "session", "candidate"), name="calibration_place_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("performance", None), ("potential", None)),
                                models.Q(("performance__range", (1, 3)), ("potential__range", (1, 3))),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("first_performance", None), ("first_potential", None)),
                                models.Q(
                                    ("first_performance__range", (1, 3)), ("first_potential__range", (1, 3))
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="calibration_place_box",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="session", name="selection_calibrationplace_session_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="candidate", name="selection_calibrationplace_candidate_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalibrationParticipant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "member",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calibrations",
                        to="identity.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.NullIf(
                                models.Func(
                                    models.Value("amdp.organization"),
                                    models.Value(True),
                                    function="current_setting",
                                    output_field=models.TextField(),
                                ),
                                models.Value(""),
                            ),
                            models.BigIntegerField(),
                        ),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "session",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="selection.calibrationsession",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "session"], name="calibrationp_session_a58da3_fk"),
                    models.Index(fields=["organization", "member"], name="calibrationp_member_1ffb9b_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_calibrationparticipant_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_calibrationparticipant_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "session", "member"), name="calibration_participant_once"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="session", name="selection_calibrationparticipant_session_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="member", name="selection_calibrationparticipant_member_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalibrationNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.NullIf(
                                models.Func(
                                    models.Value("amdp.organization"),
                                    models.Value(True),
                                    function="current_setting",
                                    output_field=models.TextField(),
                                ),
                                models.Value(""),
                            ),
                            models.BigIntegerField(),
                        ),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "written_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "place",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="selection.calibrationplace",
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "place"], name="calibrationn_place_372590_fk"),
                    models.Index(fields=["organization", "written_by"], name="calibrationn_written__fd3ade"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_calibrationnote_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_calibrationnote_tenant_policy"),
                    amdp.tenancy.rls.SameOrganization(
                        field="place", name="selection_calibrationnote_place_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="written_by", name="selection_calibrationnote_written_by_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalibrationMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_performance",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "from_potential",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ],
                    ),
                ),
                (
                    "performance",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ]
                    ),
                ),
                (
                    "potential",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(3),
                        ]
                    ),
                ),
                ("reason", models.TextField()),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "moved_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.NullIf(
                                models.Func(
                                    models.Value("amdp.organization"),
                                    models.Value(True),
                                    function="current_setting",
                                    output_field=models.TextField(),
                                ),
                                models.Value(""),
                            ),
                            models.BigIntegerField(),
                        ),
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "place",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="selection.calibrationplace",
                    ),
                ),
            ],
            options={
                "ordering": ["moved_at", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "place"], name="calibrationm_place_998e5d_fk"),
                    models.Index(fields=["organization", "moved_by"], name="calibrationm_moved_by_6ce0a4"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_calibrationmove_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_calibrationmove_tenant_policy"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("performance", None), ("potential", None)),
                                models.Q(("performance__range", (1, 3)), ("potential__range", (1, 3))),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("from_performance", None), ("from_potential", None)),
                                models.Q(
                                    ("from_performance__range", (1, 3)), ("from_potential__range", (1, 3))
                                ),
                                _connector="OR",
                            ),
                        ),
                        name="calibration_move_box",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="place", name="selection_calibrationmove_place_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="moved_by", name="selection_calibrationmove_moved_by_same_org"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
