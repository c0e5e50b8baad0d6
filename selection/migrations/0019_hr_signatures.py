import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls


class Migration(migrations.Migration):
    """HR signs a slate before it is released; the plan says so, and how many days an offer stands."""

    dependencies = [
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0018_assessor_conflicts"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="selectionplan",
            name="needs_signature",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="selectionplan",
            name="offer_days",
            field=models.PositiveSmallIntegerField(
                db_default=10,
                default=10,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(90),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="slate",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Being decided"),
                    ("with_hr", "With HR"),
                    ("signed", "Signed by HR"),
                    ("released", "Released"),
                ],
                default="open",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Signature",
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
                        choices=[
                            ("asked", "Waiting for HR"),
                            ("signed", "Signed"),
                            ("returned", "Returned with a question"),
                            ("void", "No longer counts"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("remark", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("void_why", models.CharField(blank=True, max_length=300)),
                ("void_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
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
                    "slate",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="selection.slate",
                    ),
                ),
                (
                    "void_by",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "slate"], name="signature_slate_ea6cc6_fk"),
                    models.Index(fields=["organization", "asked_by"], name="signature_asked_by_f4b507_fk"),
                    models.Index(fields=["organization", "answered_by"], name="signature_answered_0845b5_fk"),
                    models.Index(fields=["organization", "void_by"], name="signature_void_by_a2957d_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_signature_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_signature_tenant_policy"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "signed"])),
                        fields=("organization", "slate"),
                        name="signature_in_force_once",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="slate", name="selection_signature_slate_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="asked_by", name="selection_signature_asked_by_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="answered_by", name="selection_signature_answered_by_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="void_by", name="selection_signature_void_by_same_org"
                    ),
                ],
            },
        ),
    ]
