"""The demo organizations: made once, the same every time, dated relative to the day."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from amdp.demo.cast import COMPANIES, NORTHWIND, PASSWORD
from amdp.demo.logins import groups, table
from amdp.demo.seed import make, seed_demo
from amdp.directory.models import Account, Demographics, JobEvent, PerformanceRating, Person
from amdp.identity.models import Membership
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.models import Cohort, Participant, Placement, Program
from metrics.models import ImpactSnapshot
from selection.models import (
    Approval,
    Candidate,
    Consent,
    Delegation,
    EligibilityException,
    NominationReference,
    Offer,
    RetentionRule,
    Slate,
)
from selection.queries.letters import incomplete
from selection.queries.retention import kept_files
from selection.queries.standing import with_standing

pytestmark = pytest.mark.django_db
THERE = ["Aurelia Therapeutics is there.", "Northwind Biologics is there."]


@pytest.fixture
def demo(db):
    """Both organizations, as ``make demo`` seeds them."""
    list(seed_demo())


def organization(slug):
    return Organization.objects.get(slug=slug)


def people_of(slug):
    with organization_context(organization(slug)):
        rows = Person.objects.order_by("employee_number")
        return list(rows.values_list("employee_number", "email", "hire_date", "termination_date"))


def test_two_organizations_with_everybody_in_them(demo):
    with organization_context(organization("aurelia")):
        everybody_has_a_place(200, 320)
        cohorts_stand_at_several_stages()
        somebody_is_asked_whether_they_want_it_and_colleagues_have_said_a_word()
        one_decision_is_late_and_another_is_not()
        somebody_is_let_pass_and_somebody_meets_the_rules_no_longer()
        the_past_is_large_enough_to_be_counted()
        stages_are_frozen_and_one_waits_for_its_review()
        files_are_kept_three_years_and_one_selection_is_on_hold()
        seats_are_taken_and_a_slate_waits_for_hr()
    with organization_context(organization("northwind")):
        everybody_has_a_place(50, 80)
    every_printed_login_is_there()
    seeding_again_changes_nothing()


def everybody_has_a_place(least, most):
    people = Person.objects.count()
    assert least <= people <= most
    assert Demographics.objects.count() == people
    assert PerformanceRating.objects.exists()
    assert Account.objects.filter(owner=None).count() == 0
    assert Person.objects.filter(line="").count() == 0
    leavers = Person.objects.exclude(termination_date=None)
    assert all(person.hire_date < person.termination_date for person in leavers)
    # one candidate has resigned, which the eligibility rules have noticed
    assert leavers.filter(termination_date__gt=timezone.now().date()).count() <= 1


def cohorts_stand_at_several_stages():
    states = set(Cohort.objects.values_list("state", flat=True))
    assert {"nominating", "assessing", "running", "graduated"} <= states
    assert set(Program.objects.values_list("state", flat=True)) == {"draft", "signed_off"}
    assert Placement.objects.filter(state="proposed").count() == 2


def somebody_is_let_pass_and_somebody_meets_the_rules_no_longer():
    states = EligibilityException.objects.values_list("state", flat=True)
    assert sorted(states) == ["asked", "confirmed"]
    watched = with_standing(Candidate.objects.filter(cohort__state="nominating"))
    assert watched.filter(by_exception=True, meets_rules=True).count() == 1
    assert watched.filter(meets_rules=False).count() == 2


def somebody_is_asked_whether_they_want_it_and_colleagues_have_said_a_word():
    assert Consent.objects.filter(state="asked").count() == 1
    assert Consent.objects.filter(state="given").count() >= 8
    assert set(NominationReference.objects.values_list("state", flat=True)) >= {"asked", "answered"}


def one_decision_is_late_and_another_is_not():
    due = Approval.objects.filter(state=Approval.State.ASKED).values_list("due_on", flat=True)
    today = timezone.now().date()
    assert min(due) < today < max(due)
    assert Approval.objects.filter(state=Approval.State.ASKED, escalated_to__isnull=False).count() == 1
    assert Approval.objects.filter(state=Approval.State.ASKED, position=2).exists()
    assert Delegation.objects.filter(duties=["approve"], from_on__lte=today, until_on__gte=today).count() == 1


def the_past_is_large_enough_to_be_counted():
    for cohort in Cohort.objects.filter(state="graduated"):
        assert Participant.objects.filter(cohort=cohort).count() >= 20
        assert cohort.ends_on < timezone.now().date()
    assert JobEvent.objects.filter(event="promotion").count() > 100


def seats_are_taken_and_a_slate_waits_for_hr():
    accepted = Offer.objects.filter(state="accepted", decision__slate__cohort__state="running")
    assert accepted.count() == Participant.objects.filter(cohort__state="running").count() >= 10
    slate = Slate.objects.get(state="with_hr")
    assert slate.cohort.name.startswith("Key Account Management")
    assert incomplete(slate) == []
    assert [letter.edited_by is not None for letter in slate.letters.all()] == [True]


def stages_are_frozen_and_one_waits_for_its_review():
    frozen = ImpactSnapshot.objects.all()
    assert frozen.filter(level="slated", shown__isnull=False).count() >= 2
    unreviewed = frozen.filter(reviews=None)
    assert [(one.level, one.cohort.state) for one in unreviewed] == [("approved", "assessing")]
    assert all(one.frozen_at < timezone.now() for one in frozen)
    assert frozen.filter(reviews__conclusion="concern").count() == 1


def files_are_kept_three_years_and_one_selection_is_on_hold():
    assert RetentionRule.objects.get().months == 36
    held = [one for one in kept_files() if one.hold]
    assert len(held) == 1
    assert held[0].files > 20


def every_printed_login_is_there():
    for group in groups():
        for login in group.logins:
            member = Membership.objects.select_related("user").get(
                user__email=login.email, organization__slug=group.company.slug
            )
            assert member.user.name == login.part.name
            assert sorted(member.granted_roles) == sorted(login.part.grants)
    assert member.user.check_password(PASSWORD)
    assert table().count(PASSWORD) == sum(len(company.parts) for company in COMPANIES)


def seeding_again_changes_nothing():
    before = people_of("northwind")
    assert list(seed_demo()) == THERE
    assert people_of("northwind") == before


def test_the_same_day_gives_the_same_people(db):
    found = []
    for _ in range(2):
        with transaction.atomic():
            make(NORTHWIND, dt.date(2026, 11, 20))
            found.append(people_of("northwind"))
            transaction.set_rollback(True)
    assert found[0] == found[1]
