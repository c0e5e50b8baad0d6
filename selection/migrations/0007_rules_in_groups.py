import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls


class Migration(migrations.Migration):
    """Rules stand in groups; what they said of a candidate is kept, and an exception can let one pass."""

    dependencies = [
        ("cohorts", "0004_open_at_graduation"),
        ("directory", "0002_job_family"),
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0006_delegations"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="EligibilityException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fact", models.CharField(max_length=16)),
                ("rule", models.CharField(max_length=500)),
                ("shown", models.CharField(blank=True, max_length=500)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a second person"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(editable=False, null=True)),
                ("remark", models.TextField(blank=True)),
                (
                    "asked_by",
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
                        related_name="eligibility_exceptions",
                        to="cohorts.cohort",
                    ),
                ),
                (
                    "decided_by",
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
                    "person",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="eligibility_exceptions",
                        to="directory.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["organization", "state", "asked_at"], name="eligibility_exception_open"
                    ),
                    models.Index(fields=["organization", "cohort"], name="eligibilitye_cohort_5cc0d2_fk"),
                    models.Index(fields=["organization", "person"], name="eligibilitye_person_8d927c_fk"),
                    models.Index(fields=["organization", "asked_by"], name="eligibilitye_asked_by_d01a7d"),
                    models.Index(fields=["organization", "decided_by"], name="eligibilitye_decided__f37bf9"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_eligibilityexception_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_eligibilityexception_tenant_policy"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("organization", "cohort", "person", "rule"),
                        name="eligibility_exception_once",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="cohort", name="selection_eligibilityexception_cohort_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="person", name="selection_eligibilityexception_person_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="asked_by", name="selection_eligibilityexception_asked_by_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="decided_by", name="selection_eligibilityexception_decided_by_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EligibilityGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "match",
                    models.CharField(
                        choices=[("all", "All of these"), ("any", "Any one of these")],
                        default="all",
                        max_length=3,
                    ),
                ),
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
                        related_name="eligibility_groups",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="eligibilityg_plan_625f70_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_eligibilitygroup_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_eligibilitygroup_tenant_policy"),
                    amdp.tenancy.rls.SameOrganization(
                        field="plan", name="selection_eligibilitygroup_plan_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EligibilityResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_met", models.BooleanField()),
                ("has_flipped", models.BooleanField(default=False)),
                ("groups", models.JSONField(default=list)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("handed_in", "A nomination was handed in"),
                            ("directory", "The directory changed"),
                            ("day", "A day had passed"),
                            ("rules", "The rules changed"),
                            ("exception", "An exception was decided"),
                            ("closed", "Nominations closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("evaluated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "candidate",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="eligibility_results",
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
            ],
            options={
                "ordering": ["-evaluated_at", "-id"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["organization", "candidate", "-evaluated_at"], name="eligibility_of_candidate"
                    ),
                    models.Index(fields=["organization", "candidate"], name="eligibilityr_candidat_16b7f9"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_eligibilityresult_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_eligibilityresult_tenant_policy"),
                    amdp.tenancy.rls.SameOrganization(
                        field="candidate", name="selection_eligibilityresult_candidate_same_org"
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="eligibilityrule",
            name="eligibility_rule_once",
        ),
        migrations.AddField(
            model_name="eligibilityrule",
            name="how",
            field=models.CharField(
                choices=[("each", "Each of them"), ("mean", "Their mean")], default="each", max_length=4
            ),
        ),
        migrations.AddField(
            model_name="eligibilityrule",
            name="listed",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AlterField(
            model_name="eligibilityrule",
            name="count",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(50),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="eligibilityrule",
            name="fact",
            field=models.CharField(
                choices=[
                    ("employed", "Employed and not under notice"),
                    ("tenure", "Time in the company"),
                    ("time_in_grade", "Time in the present grade"),
                    ("grade", "Grade"),
                    ("job_family", "Job family"),
                    ("business_unit", "Business unit"),
                    ("market", "Market"),
                    ("language", "Language"),
                    ("ratings", "Last performance ratings"),
                    ("no_move", "No recent move"),
                    ("other_cohort", "Not in another running cohort"),
                    ("first_time", "Never took part in this program"),
                    ("accounts", "Accounts looked after"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="eligibilityrule",
            name="group",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rules",
                to="selection.eligibilitygroup",
            ),
        ),
        migrations.AddIndex(
            model_name="eligibilityrule",
            index=models.Index(fields=["organization", "group"], name="eligibilityr_group_1c5893_fk"),
        ),
        migrations.AddConstraint(
            model_name="eligibilityrule",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="group", name="selection_eligibilityrule_group_same_org"
            ),
        ),
    ]
