import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.db import migrations, models

import amdp.tenancy.fields
import amdp.tenancy.rls


class Migration(migrations.Migration):
    """A time set for the release, letters with their texts, and offers of seats."""

    dependencies = [
        ("cohorts", "0004_open_at_graduation"),
        ("identity", "0002_invitation_mailed_at"),
        ("selection", "0025_consensus_ratings"),
        ("tenancy", "0002_time_zone_confirmed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
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
                            ("selected", "Selected"),
                            ("reserve", "Reserve"),
                            ("not_selected", "Not selected"),
                            ("moved_up", "Moved up from the reserve"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("why", models.CharField(blank=True, max_length=300)),
                ("edited_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "candidate",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="selection.candidate",
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
                (
                    "slate",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="selection.slate",
                    ),
                ),
            ],
            options={
                "ordering": ["sent_at", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "slate"], name="letter_slate_0d8a79_fk"),
                    models.Index(fields=["organization", "candidate"], name="letter_candidat_0bc478_fk"),
                    models.Index(fields=["organization", "edited_by"], name="letter_edited_b_90e370_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_letter_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_letter_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "slate", "candidate", "kind"), name="letter_once"
                    ),
                    amdp.tenancy.rls.SameOrganization(field="slate", name="selection_letter_slate_same_org"),
                    amdp.tenancy.rls.SameOrganization(
                        field="candidate", name="selection_letter_candidate_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="edited_by", name="selection_letter_edited_by_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterTemplate",
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
                            ("selected", "Selected"),
                            ("reserve", "Reserve"),
                            ("not_selected", "Not selected"),
                            ("moved_up", "Moved up from the reserve"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
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
                        related_name="letter_templates",
                        to="selection.selectionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "indexes": [
                    models.Index(fields=["organization", "plan"], name="lettertempla_plan_593dd4_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_lettertemplate_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_lettertemplate_tenant_policy"),
                    models.UniqueConstraint(
                        fields=("organization", "plan", "kind"), name="letter_template_once"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="plan", name="selection_lettertemplate_plan_same_org"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
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
                            ("open", "Waiting for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("lapsed", "Lapsed without an answer"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answer_by", models.DateField()),
                ("ends_at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
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
                    "decision",
                    amdp.tenancy.fields.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="selection.decision",
                    ),
                ),
                (
                    "instead_of",
                    amdp.tenancy.fields.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="drawn",
                        to="selection.offer",
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
                "ordering": ["made_at", "id"],
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["organization", "ends_at"],
                        name="offer_open_ends",
                    ),
                    models.Index(fields=["organization", "decision"], name="offer_decision_7eb66f_fk"),
                    models.Index(fields=["organization", "answered_by"], name="offer_answered_50f935_fk"),
                    models.Index(fields=["organization", "instead_of"], name="offer_instead__09c496_fk"),
                ],
                "constraints": [
                    amdp.tenancy.rls.TenantKey(name="selection_offer_tenant_key"),
                    amdp.tenancy.rls.TenantPolicy(name="selection_offer_tenant_policy"),
                    models.UniqueConstraint(fields=("organization", "decision"), name="offer_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("instead_of__isnull", False)),
                        fields=("organization", "instead_of"),
                        name="offer_instead_once",
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="decision", name="selection_offer_decision_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="answered_by", name="selection_offer_answered_by_same_org"
                    ),
                    amdp.tenancy.rls.SameOrganization(
                        field="instead_of", name="selection_offer_instead_of_same_org"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="decision",
            name="left_reserve_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="decision",
            name="left_reserve_why",
            field=models.CharField(blank=True, db_default="", editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="slate",
            name="held_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="slate",
            name="held_why",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=300),
                db_default=[],
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="slate",
            name="release_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="slate",
            name="release_set_by",
            field=amdp.tenancy.fields.TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="identity.membership",
            ),
        ),
        migrations.AddIndex(
            model_name="slate",
            index=models.Index(
                condition=models.Q(("release_at__isnull", False)),
                fields=["organization", "release_at"],
                name="slate_release_due",
            ),
        ),
        migrations.AddIndex(
            model_name="slate",
            index=models.Index(fields=["organization", "release_set_by"], name="slate_release__4dd8c4_fk"),
        ),
        migrations.AddConstraint(
            model_name="slate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("release_at", None), models.Q(("state", "released"), _negated=True), _connector="OR"
                ),
                name="slate_release_ahead",
            ),
        ),
        migrations.AddConstraint(
            model_name="slate",
            constraint=amdp.tenancy.rls.SameOrganization(
                field="release_set_by", name="selection_slate_release_set_by_same_org"
            ),
        ),
    ]
