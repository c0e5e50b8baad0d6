from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls


class Migration(migrations.Migration):
    """Plans with windows, knock-outs, quotas and versions; criteria and rules may refer to one."""

    dependencies = [
        ("cohorts", "0004_open_at_graduation"),
        ("directory", "0001_initial"),
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0003_returned_files_and_shared_ranks"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="SelectionPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("time_zone", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cohort",
                    amdp.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="selection_plans",
                        to="cohorts.cohort",
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
                    "program",
                    amdp.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="selection_plans",
                        to="cohorts.program",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "program"], name="selectionpla_program_56e049_fk"),
                    models.Index(fields=["organization", "cohort"], name="selectionpla_cohort_bc921c_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_selectionplan_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_selectionplan_tenant_policy"),
                    models.UniqueConstraint(
                        condition=models.Q(("cohort", None)),
                        fields=("organization", "program"),
                        name="selection_plan_of_program",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("program", None)),
                        fields=("organization", "cohort"),
                        name="selection_plan_of_cohort",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cohort__isnull", False), ("program", None)),
                            models.Q(("cohort", None), ("program__isnull", False)),
                            _connector="OR",
                        ),
                        name="selection_plan_of_one",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="program", name="selection_selectionplan_program_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="cohort", name="selection_selectionplan_cohort_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KnockOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "minimum",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1")),
                            django.core.validators.MaxValueValidator(Decimal("5")),
                        ],
                    ),
                ),
                (
                    "competency",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="knock_outs",
                        to="cohorts.competency",
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
                    "plan",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="knock_outs",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="knockout_plan_419a0c_fk"),
                    models.Index(fields=["organization", "competency"], name="knockout_competen_cf74f3_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_knockout_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_knockout_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "plan", "competency"), name="knock_out_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__gte", 1), ("minimum__lte", 5)), name="knock_out_range"
                    ),
                    amdp.tenancy.rls.SameOrganization(field="plan", name="selection_knockout_plan_same_org"),
                    amdp.tenancy.rls.SameOrganization(
                        field="competency", name="selection_knockout_competency_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("section", models.CharField(blank=True, max_length=20)),
                ("content", models.JSONField(default=dict)),
                ("why", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
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
                    "plan",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["-number", "-id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="planversion_plan_86ad7f_fk"),
                    models.Index(fields=["organization", "made_by"], name="planversion_made_by_0e8f3d_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_planversion_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_planversion_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "plan", "number"), name="plan_version_number"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="plan", name="selection_planversion_plan_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="made_by", name="selection_planversion_made_by_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("market", models.CharField(max_length=10)),
                ("at_least", models.PositiveSmallIntegerField(default=0)),
                ("at_most", models.PositiveSmallIntegerField(blank=True, null=True)),
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
                        related_name="quotas",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["market", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="quota_plan_26a328_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_quota_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_quota_tenant_policy"),
                    models.UniqueConstraint(fields=("organization", "plan", "market"), name="quota_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("at_most", None), ("at_most__gte", models.F("at_least")), _connector="OR"
                        ),
                        name="quota_range",
                    ),
                    amdp.tenancy.rls.SameOrganization(field="plan", name="selection_quota_plan_same_org"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stage",
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
                            ("nomination", "Nomination"),
                            ("approval", "Approval"),
                            ("assessment", "Assessment"),
                            ("calibration", "Calibration"),
                            ("decision", "Decision"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                    ),
                ),
                ("opens_on", models.DateField(blank=True, null=True)),
                ("closes_on", models.DateField(blank=True, null=True)),
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
                        related_name="stages",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="stage_plan_8eb546_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_stage_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_stage_tenant_policy"),
                    models.UniqueConstraint(fields=("organization", "plan", "kind"), name="stage_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_on", None), ("opens_on", None)),
                            ("closes_on__gte", models.F("opens_on")),
                            _connector="OR",
                        ),
                        name="stage_window",
                    ),
                    amdp.tenancy.rls.SameOrganization(field="plan", name="selection_stage_plan_same_org"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="criterion",
            name="criterion_once",
        ),
        migrations.RemoveConstraint(
            model_name="eligibilityrule",
            name="eligibility_rule_once",
        ),
        migrations.AddField(
            model_name="criterion",
            name="minimum",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)]
            ),
        ),
        migrations.AlterField(
            model_name="criterion",
            name="cohort",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="cohorts.cohort",
            ),
        ),
        migrations.AlterField(
            model_name="eligibilityrule",
            name="cohort",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="eligibility_rules",
                to="cohorts.cohort",
            ),
        ),
        migrations.AddField(
            model_name="criterion",
            name="plan",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="selection.selectionplan",
            ),
        ),
        migrations.AddField(
            model_name="eligibilityrule",
            name="plan",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="eligibility_rules",
                to="selection.selectionplan",
            ),
        ),
        migrations.AddIndex(
            model_name="criterion",
            index=models.Index(fields=["organization", "plan"], name="criterion_plan_1ee400_fk"),
        ),
        migrations.AddIndex(
            model_name="eligibilityrule",
            index=models.Index(fields=["organization", "plan"], name="eligibilityr_plan_b88874_fk"),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(
                fields=("organization", "plan", "kind"), name="criterion_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum", None), ("minimum__lte", 100), _connector="OR"),
                name="criterion_minimum_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="plan", name="selection_criterion_plan_same_org"
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilityrule",
            constraint=models.UniqueConstraint(
                fields=("organization", "plan", "fact"), name="eligibility_rule_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="eligibilityrule",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="plan", name="selection_eligibilityrule_plan_same_org"
            ),
        ),
    ]
