"""Five hundred letters through a real worker that is killed while it sends them: none twice, none lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.models import Due, Notification
from amdp.notifications.tasks import tick
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.models import Candidate, Decision, Letter, Offer, Slate
from selection.services import release_slate
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import in_state, nominating_cohort, signed
from tests.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SEATS, RESERVE = 500, 60, 40


def decided_slate(admin):
    """Sixty selected, forty in reserve, four hundred not."""
    starts = timezone.localdate() + timedelta(days=90)
    cohort = nominating_cohort(seats=SEATS, starts_on=starts, ends_on=starts + timedelta(days=300))
    in_state(cohort, Cohort.State.SELECTING)
    people = Person.objects.bulk_create(
        Person(
            employee_number=f"N{n}",
            first_name=f"Ann {n}",
            last_name="Lee",
            email=f"n{n}@example.com",
            market="US",
        )
        for n in range(PEOPLE)
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(cohort=cohort, person=person, state="admitted") for person in people
    )
    slate = Slate.objects.create(cohort=cohort, seats=SEATS, tie_seed="x", drawn_by=admin)
    Decision.objects.bulk_create(
        Decision(
            slate=slate,
            candidate=candidate,
            rank=n + 1,
            place=n + 1,
            outcome="selected" if n < SEATS else "reserve" if n < SEATS + RESERVE else "not_selected",
            reserve_order=n - SEATS + 1 if SEATS <= n < SEATS + RESERVE else None,
            reason="rank",
        )
        for n, candidate in enumerate(candidates)
    )
    return signed(slate)


def count(organization, **conditions):
    with organization_context(organization):
        return Notification.objects.filter(kind="selection.outcome", **conditions).count()


def go_on_elsewhere(organization, worker):
    """Another worker takes over, when the leases of the dead one have run out."""
    worker.start()
    with organization_context(organization):
        Notification.objects.filter(state="claimed").update(claimed_until=timezone.now())
    Due.objects.update(next_due_at=timezone.now())
    tick()


def test_a_worker_killed_among_five_hundred_letters_sends_none_twice_and_loses_none(worker, smtp):
    organization = OrganizationFactory(slug="acme-letters")
    with organization_context(organization):
        admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
        slate = decided_slate(admin)
    with organization_context(organization):
        release_slate(slate, by=admin)
    for sent_before in (70, 260):
        wait_until(lambda: len(smtp.messages) >= sent_before, "letters", seconds=60)  # noqa: B023
        smtp.hold()
        assert smtp.reached.wait(30)
        worker.kill()
        smtp.go_on()
        assert count(organization, state="claimed") > 0
        go_on_elsewhere(organization, worker)
    wait_until(lambda: count(organization, state="sent") == PEOPLE, "five hundred letters", seconds=120)
    letters = [mail for mail in smtp.messages if mail["To"].startswith("n")]
    assert Counter(mail["To"] for mail in letters) == {f"n{n}@example.com": 1 for n in range(PEOPLE)}
    assert len({mail["Message-ID"] for mail in letters}) == PEOPLE
    with organization_context(organization):
        assert Counter(Letter.objects.values_list("kind", flat=True)) == {
            "selected": SEATS,
            "reserve": RESERVE,
            "not_selected": PEOPLE - SEATS - RESERVE,
        }
        assert Offer.objects.count() == SEATS
    connection.close()


def test_releasing_five_hundred_takes_as_many_queries_as_fifty_would(django_assert_max_num_queries):
    organization = OrganizationFactory(slug="acme-many")
    with organization_context(organization):
        admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
        slate = decided_slate(admin)
        with django_assert_max_num_queries(80):
            release_slate(slate, by=admin)
