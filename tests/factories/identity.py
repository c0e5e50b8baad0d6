from functools import cache

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from amdp.identity.models import Membership, User
from amdp.tenancy.models import Organization


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization
        django_get_or_create = ["slug"]

    name = factory.Sequence(lambda n: f"Organization {n}")
    slug = factory.Sequence(lambda n: f"organization-{n}")
    time_zone_confirmed_at = factory.LazyFunction(timezone.now)


@cache
def hashed(password: str) -> str:
    """Hashed once per process: Argon2 is slow on purpose, and few tests sign anybody in with a password."""
    return make_password(password)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    name = factory.Faker("name")
    password = factory.Transformer("a long pass phrase", transform=hashed)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
