"""The database itself keeps organizations apart. These tests ask it, as the application login."""

import pytest
from django.apps import apps
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from amdp.tenancy.checks import OUTSIDE, OUTSIDE_APPS
from amdp.tenancy.models import TenantModel

LEAKS = """
with t as (select r.oid, r.relname, exists(select 1 from pg_attribute a where a.attrelid=r.oid
  and a.attname='organization_id' and not a.attisdropped) org
 from pg_class r where r.relkind in ('r','p') and r.relnamespace='public'::regnamespace),
pol as (select polrelid, bool_and(polpermissive and pg_get_expr(polqual,polrelid) like '%%amdp.organization%%'
  and (polwithcheck is null or pg_get_expr(polwithcheck,polrelid) like '%%amdp.organization%%')) ok
 from pg_policy group by 1)
select 'open:'||t.relname from t join pg_class c using(oid) left join pol on polrelid=t.oid
 where org and not (c.relrowsecurity and c.relforcerowsecurity and coalesce(ok,false))
union all select 'no organization:'||relname from t where not org
union all select 'plain fk:'||conname from pg_constraint join t on t.oid=conrelid and org
 join pg_class b on b.oid=confrelid and b.relforcerowsecurity where contype='f' and array_length(conkey,1)<2
union all select 'view:'||relname from pg_class where relnamespace='public'::regnamespace
 and (relkind='m' or relkind='v' and not coalesce(reloptions::text,'') ~ 'security_invoker=(true|on|1)')
union all select 'can become:'||rolname from pg_roles r where (rolsuper or rolbypassrls)
 and pg_has_role(current_user, r.oid, 'SET')
"""

# What may stand outside the policy, and why.
ALLOWED = {
    "no organization:django_migrations": "written by migrate only",
    "no organization:django_content_type": "Django's own, no content",
    "no organization:django_session": "a session belongs to a login",
    "no organization:auth_group": "Django's own, unused",
    "no organization:auth_group_permissions": "Django's own, unused",
    "no organization:auth_permission": "Django's own, unused",
    "no organization:account_emailaddress": "allauth: a login's addresses",
    "no organization:account_emailconfirmation": "allauth: a login's addresses",
    "no organization:mfa_authenticator": "allauth: a login's second factor",
    "no organization:usersessions_usersession": "allauth: a login's sessions",
    "no organization:identity_user": "a login may belong to several organizations",
    "no organization:tenancy_organization": "the tenant itself",
    "open:identity_membership": "read before the organization is known; read only by identity",
    "open:notifications_due": "organization and next due time only, asked by beat",
}


@pytest.mark.django_db
def test_the_database_leaks_nothing_beyond_the_allow_list():
    with connection.cursor() as cursor:
        cursor.execute(LEAKS)
        found = {row[0] for row in cursor.fetchall()}
    assert found - set(ALLOWED) == set()


@pytest.mark.django_db
def test_tests_run_as_the_application_login():
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == (settings.APPLICATION_ROLE, False, False)


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if issubclass(m, TenantModel)], ids=lambda m: m._meta.label
)
@pytest.mark.django_db
def test_without_an_organization_there_are_no_rows(model):
    assert model.objects.count() == 0


def test_every_model_is_a_tenants_or_on_the_list():
    outside = {
        model._meta.label_lower
        for model in apps.get_models()
        if not issubclass(model, TenantModel) and model._meta.app_label not in OUTSIDE_APPS
    }
    assert outside - set(OUTSIDE) == set()


def test_system_checks_find_nothing():
    assert run_checks() == []
