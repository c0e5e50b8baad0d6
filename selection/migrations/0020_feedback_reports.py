import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0019_hr_signatures"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedbackReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("edits", models.JSONField(blank=True, default=dict)),
                ("edited_at", models.DateTimeField(editable=False, null=True)),
                ("checked_at", models.DateTimeField(editable=False, null=True)),
                ("content", models.JSONField(editable=False, null=True)),
                ("released_at", models.DateTimeField(editable=False, null=True)),
                (
                    "candidate",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback_reports",
                        to="selection.candidate",
                    ),
                ),
                (
                    "checked_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
                (
                    "edited_by",
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
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "candidate"], name="feedbackrepo_candidat_17aba5"),
                    models.Index(fields=["organization", "edited_by"], name="feedbackrepo_edited_b_bf1a68"),
                    models.Index(fields=["organization", "checked_by"], name="feedbackrepo_checked__fe509c"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_feedbackreport_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_feedbackreport_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "candidate"), name="feedback_report_once"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="candidate", name="selection_feedbackreport_candidate_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="edited_by", name="selection_feedbackreport_edited_by_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="checked_by", name="selection_feedbackreport_checked_by_same_org"
                    ),
                ],
            },
        ),
    ]
