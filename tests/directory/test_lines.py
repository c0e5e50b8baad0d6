"""Reporting-line questions take one query each."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amdp.directory.models import Person
from amdp.directory.queries import below, chain_above, is_above
from amdp.directory.services import rebuild_lines
from tests.factories.directory import PersonFactory


@pytest.fixture
def line(acme):
    top = PersonFactory(employee_number="top")
    director = PersonFactory(employee_number="director", manager=top)
    rep = PersonFactory(employee_number="rep", manager=director)
    beside = PersonFactory(employee_number="beside", manager=top)
    return top, director, rep, beside


def test_below_is_everyone_at_any_depth(line, django_assert_num_queries):
    top, director, rep, beside = line
    with django_assert_num_queries(1):
        assert set(below(top)) == {director, rep, beside}
    assert set(below(director)) == {rep}
    assert set(below(rep)) == set()


def test_is_above_compares_stored_lines(line, django_assert_num_queries):
    top, director, rep, beside = line
    with django_assert_num_queries(0):
        answers = [is_above(top, rep), is_above(director, rep), is_above(beside, rep), is_above(rep, rep)]
    assert answers == [True, True, False, False]


def test_chain_above_is_nearest_first(line, django_assert_num_queries):
    top, director, rep, _ = line
    with django_assert_num_queries(1):
        assert chain_above(rep) == [director, top]


def test_rebuilding_again_changes_nothing(line):
    assert rebuild_lines() == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_lines_agree_with_walking_up(acme, parents):
    Person.objects.update(manager=None)
    Person.objects.all().delete()
    people = []
    for number, parent in enumerate(parents):
        manager = people[parent % len(people)] if people and parent % 4 else None
        people.append(
            Person.objects.create(
                employee_number=str(number), first_name="P", last_name=str(number), manager=manager
            )
        )
    rebuild_lines()
    stored = {person.pk: person for person in Person.objects.all()}

    def walk(person):
        above = set()
        while person.manager_id:
            person = stored[person.manager_id]
            above.add(person.pk)
        return above

    for person in stored.values():
        assert {p.pk for p in below(person)} == {q.pk for q in stored.values() if person.pk in walk(q)}
