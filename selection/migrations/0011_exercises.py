import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls

# Every plan gets the one exercise that a score sheet covered until now: all behaviours, two assessors.
FORWARD = """
INSERT INTO selection_selectionplan (organization_id, cohort_id, time_zone, created_at)
SELECT DISTINCT c.organization_id, c.id, o.time_zone, now()
FROM selection_scoresheet s
JOIN selection_candidate k ON k.organization_id = s.organization_id AND k.id = s.candidate_id
JOIN cohorts_cohort c ON c.organization_id = k.organization_id AND c.id = k.cohort_id
JOIN tenancy_organization o ON o.id = c.organization_id
WHERE NOT EXISTS (SELECT 1 FROM selection_selectionplan p
                  WHERE p.organization_id = c.organization_id AND p.cohort_id = c.id);
INSERT INTO selection_exercise (organization_id, plan_id, kind, name, minutes, preparation_minutes, assessors,
                                materials, whole, position)
SELECT organization_id, id, 'general', 'Assessment', 60, 0, 2, '', true, 0 FROM selection_selectionplan;
"""


class Migration(migrations.Migration):
    """Exercises of a plan and the behaviours observed in each."""

    dependencies = [
        ("cohorts", "0004_open_at_graduation"),
        ("selection", "0010_what_a_nomination_is_asked"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exercise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("general", "Assessment as a whole"),
                            ("case_study", "Case study"),
                            ("role_play", "Role play"),
                            ("presentation", "Account-plan presentation"),
                            ("interview", "Structured interview"),
                            ("in_tray", "In-tray"),
                            ("knowledge_test", "Knowledge test"),
                        ],
                        default="general",
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(480),
                        ],
                    ),
                ),
                (
                    "preparation_minutes",
                    models.PositiveSmallIntegerField(
                        default=0, validators=[django.core.validators.MaxValueValidator(480)]
                    ),
                ),
                (
                    "assessors",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6),
                        ],
                    ),
                ),
                ("materials", models.TextField(blank=True)),
                ("whole", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
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
                    "plan",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exercises",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="exercise_plan_fc737c_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_exercise_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_exercise_tenant_policy"),
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 5)), name="exercise_minutes"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("assessors__gte", 2),
                            models.Q(("assessors", 1), ("kind", "knowledge_test")),
                            _connector="OR",
                        ),
                        name="exercise_two_assessors",
                    ),
                    amdp.tenancy.rls.SameOrganization(field="plan", name="selection_exercise_plan_same_org"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExerciseBehavior",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "behavior",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="observed_in",
                        to="cohorts.behavior",
                    ),
                ),
                (
                    "exercise",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="observed",
                        to="selection.exercise",
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
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "exercise"], name="exercisebeha_exercise_3ce158"),
                    models.Index(fields=["organization", "behavior"], name="exercisebeha_behavior_b07d08"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_exercisebehavior_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_exercisebehavior_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "exercise", "behavior"), name="exercise_behavior_once"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="exercise", name="selection_exercisebehavior_exercise_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="behavior", name="selection_exercisebehavior_behavior_same_org"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
