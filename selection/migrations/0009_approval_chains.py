import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0008_each_rule_into_a_group"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApprovalStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leader", "A leader above the nominator"),
                            ("grade", "Every leader above the nominator, up to a grade"),
                            ("role", "A role"),
                            ("person", "A named person"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[("ld_admin", "L&D"), ("hr_analyst", "HR"), ("sponsor", "Executive sponsor")],
                        max_length=10,
                    ),
                ),
                (
                    "business_units",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), blank=True, default=list, size=None
                    ),
                ),
                (
                    "markets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                    ),
                ),
                ("replaces_line", models.BooleanField(default=False)),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "remind_after",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "escalate_after",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(60),
                        ],
                    ),
                ),
                (
                    "escalate_to",
                    models.CharField(
                        choices=[("above", "The next leader above"), ("ld_admin", "L&D")],
                        default="above",
                        max_length=8,
                    ),
                ),
                (
                    "grade",
                    amdp.tenancy.fields.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.grade",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
                (
                    "plan",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approval_steps",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan", "position"], name="approval_step_order"),
                    models.Index(fields=["organization", "plan"], name="approvalstep_plan_7466af_fk"),
                    models.Index(fields=["organization", "grade"], name="approvalstep_grade_e47be4_fk"),
                    models.Index(fields=["organization", "person"], name="approvalstep_person_43f198_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_approvalstep_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_approvalstep_tenant_policy"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "leader"), ("grade", None), ("person", None), ("role", "")),
                            models.Q(
                                ("grade__isnull", False), ("kind", "grade"), ("person", None), ("role", "")
                            ),
                            models.Q(
                                ("kind", "role"),
                                models.Q(("role", ""), _negated=True),
                                ("grade", None),
                                ("person", None),
                            ),
                            models.Q(
                                ("kind", "person"), ("person__isnull", False), ("grade", None), ("role", "")
                            ),
                            _connector="OR",
                        ),
                        name="approval_step_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces_line", False),
                            ("business_units__len__gt", 0),
                            ("markets__len__gt", 0),
                            _connector="OR",
                        ),
                        name="approval_step_replaces_for_some",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="plan", name="selection_approvalstep_plan_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="grade", name="selection_approvalstep_grade_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="person", name="selection_approvalstep_person_same_org"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="approval",
            name="decided_for",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="directory.person",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="escalate_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="approval",
            name="escalated_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="approval",
            name="escalated_to",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="approvals_escalated",
                to="directory.person",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="position",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="approval",
            name="role",
            field=models.CharField(
                choices=[("ld_admin", "L&D"), ("hr_analyst", "HR"), ("sponsor", "Executive sponsor")],
                default="ld_admin",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="round",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="approval",
            name="terms",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="approval",
            name="why",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="approval",
            name="asked_at",
            field=models.DateTimeField(default=django.utils.timezone.now, null=True),
        ),
        migrations.AlterField(
            model_name="approval",
            name="due_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="approval",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Comes later"),
                    ("asked", "Waiting"),
                    ("approved", "Approved"),
                    ("returned", "Returned with a question"),
                    ("declined", "Declined"),
                    ("dropped", "No longer needed"),
                    ("skipped", "Left out"),
                    ("moved", "Went to somebody else"),
                ],
                default="asked",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(
                    ("escalate_at__isnull", False), ("escalated_at", None), ("state", "asked")
                ),
                fields=["organization", "escalate_at"],
                name="approval_to_escalate",
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["organization", "decided_for"], name="approval_decided__ab462c_fk"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["organization", "escalated_to"], name="approval_escalate_0f4710_fk"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "asked"), _negated=True),
                    models.Q(("asked_at__isnull", False), ("due_on__isnull", False)),
                    _connector="OR",
                ),
                name="approval_asked_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="decided_for", name="selection_approval_decided_for_same_org"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="escalated_to", name="selection_approval_escalated_to_same_org"
            ),
        ),
    ]
