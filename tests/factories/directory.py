import datetime

import factory

from amdp.directory.models import Account, Grade, JobEvent, PerformanceRating, Person
from amdp.directory.services import rebuild_lines


class GradeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Grade
        django_get_or_create = ["code"]

    code = "5"
    rank = factory.LazyAttribute(lambda grade: int(grade.code))


class PersonFactory(factory.django.DjangoModelFactory):
    """A person of the current organization, with the reporting line in place."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    employee_number = factory.Sequence(lambda n: f"E{n:05d}")
    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")
    email = factory.LazyAttribute(lambda p: f"{p.employee_number.lower()}@example.com")
    job_title = "Territory Manager"
    grade = factory.SubFactory(GradeFactory)
    business_unit = "Oncology Sales"
    market = "US"
    time_zone = "America/New_York"
    language = "en"
    hire_date = datetime.date(2018, 1, 8)

    @factory.post_generation
    def lines(self, create, extracted, **kwargs):
        if create:
            rebuild_lines()
            self.refresh_from_db(fields=["line"])


class JobEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = JobEvent

    person = factory.SubFactory(PersonFactory)
    event = "hire"
    effective_date = datetime.date(2018, 1, 8)


class PerformanceRatingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PerformanceRating

    person = factory.SubFactory(PersonFactory)
    year = 2025
    rating = 4


class AccountFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Account

    account_number = factory.Sequence(lambda n: f"A{n:05d}")
    name = factory.Sequence(lambda n: f"Tidewater Health {n}")
    kind = "idn"
    country = "US"
    complexity = 5
