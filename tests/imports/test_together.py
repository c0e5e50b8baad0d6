"""Two imports at once wait for each other."""

import threading

import pytest
from django.db import connection

from amdp.directory.models import Person
from amdp.imports.services import import_file
from amdp.tenancy.context import organization_context
from tests.factories.identity import OrganizationFactory
from tests.imports.files import person, table


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_write_it_once():
    acme = OrganizationFactory(slug="acme")
    rows = [
        person(str(number), manager_number=str(number // 2) if number > 1 else "") for number in range(1, 400)
    ]
    outcomes = []

    def bring_in():
        try:
            with organization_context(acme):
                outcomes.append(import_file("people", table(*rows)))
        finally:
            connection.close()

    threads = [threading.Thread(target=bring_in) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((outcome.new, outcome.unchanged) for outcome in outcomes) == [(0, 399), (0, 399), (399, 0)]
    with organization_context(acme):
        assert Person.objects.count() == 399
