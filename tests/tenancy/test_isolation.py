"""What one organization writes, another can neither see, change, point at nor move."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amdp.directory.models import Grade, Person
from amdp.directory.services import rebuild_lines
from amdp.tenancy.context import current_organization_id, organization_context
from tests.factories.directory import GradeFactory, PersonFactory


@pytest.fixture
def both(acme, globex):
    ours = PersonFactory(employee_number="1", first_name="Ada")
    with organization_context(globex):
        theirs = PersonFactory(employee_number="1", first_name="Ada")
    return ours, theirs


def test_each_organization_sees_its_own_rows_only(both, globex):
    ours, theirs = both
    assert list(Person.objects.all()) == [ours]
    with organization_context(globex):
        assert list(Person.objects.all()) == [theirs]
    assert list(Person.objects.all()) == [ours]


def test_rows_of_another_organization_cannot_be_changed(both):
    _, theirs = both
    assert Person.objects.filter(pk=theirs.pk).update(first_name="Eve") == 0
    assert Person.objects.filter(pk=theirs.pk).delete() == (0, {})


def test_a_row_cannot_be_written_for_another_organization(acme, globex):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Person.objects.create(organization=globex, employee_number="9", first_name="E", last_name="V")


def test_a_row_cannot_point_into_another_organization(both):
    ours, theirs = both
    with pytest.raises(IntegrityError, match="same_org"), transaction.atomic():
        Person.objects.filter(pk=ours.pk).update(manager_id=theirs.pk)


def test_the_former_organization_is_back_after_an_error(acme, globex):
    with pytest.raises(IntegrityError), organization_context(globex):
        Grade.objects.bulk_create([Grade(code="5", rank=5), Grade(code="5", rank=6)])
    assert current_organization_id() == acme.pk
    GradeFactory(code="7")
    assert Grade.objects.get().organization == acme


@pytest.mark.django_db
def test_verbs_refuse_to_run_outside_an_organization():
    with pytest.raises(ImproperlyConfigured):
        rebuild_lines()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from(["acme", "globex", "fail"]), max_size=6))
def test_contexts_nest_in_any_order(acme, globex, path):
    def walk(rest):
        if not rest:
            return
        if rest[0] == "fail":
            with pytest.raises(ZeroDivisionError), organization_context(globex):
                raise ZeroDivisionError
            walk(rest[1:])
        else:
            inside({"acme": acme, "globex": globex}[rest[0]], rest[1:])

    def inside(organization, rest):
        with organization_context(organization):
            walk(rest)
            assert current_organization_id() == organization.pk
            Person.objects.create(employee_number="h", first_name="H", last_name="H")
            assert Person.objects.get(employee_number="h").organization_id == organization.pk
            Person.objects.all().delete()

    walk(path)
    assert current_organization_id() == acme.pk
