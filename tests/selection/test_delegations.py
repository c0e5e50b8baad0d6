"""Somebody acts in a leader's name: for some duties, within days, told to all, ended by itself."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.directory.models import Person
from amdp.directory.services import rebuild_lines
from amdp.notifications.models import Notification
from selection import access
from selection.models import Delegation
from selection.queries.delegations import acts_for, delegates_of
from selection.services import delegate_to, revoke_delegation
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.selection import DelegationFactory

Duty = Delegation.Duty
PAGE = "selection:delegation_list"
pytestmark = pytest.mark.usefixtures("jordan")  # so that Alice and Dana lead somebody


def days(count):
    return timezone.now().date() + datetime.timedelta(days=count)


def given(by, to, **fields):
    fields = {
        "duties": [Duty.APPROVE],
        "from_on": days(0),
        "until_on": days(10),
        "why": "On leave",
        **fields,
    }
    return delegate_to(to.person, by=by, **fields)


# --- in force or not ---------------------------------------------------------------------------------


def test_somebody_acts_for_another_within_the_days_and_for_the_duties(dana, erin):
    given(dana, erin, from_on=days(1), until_on=days(3))
    assert [list(acts_for(erin, days(count))) for count in range(5)] == [
        [],
        [dana.person],
        [dana.person],
        [dana.person],
        [],
    ]
    assert list(acts_for(erin, days(2), Duty.APPROVE)) == [dana.person]
    assert not acts_for(erin, days(2), Duty.NOMINATE).exists()
    assert not acts_for(dana, days(2)).exists()


def test_by_default_the_delegates_own_calendar_counts(dana, erin):
    given(dana, erin, until_on=days(1))
    after_midnight_utc = datetime.datetime.combine(days(2), datetime.time(2), tzinfo=datetime.UTC)
    with time_machine.travel(after_midnight_utc, tick=False):
        erin.time_zone = "America/New_York"
        assert acts_for(erin).exists()
        erin.time_zone = "Europe/Berlin"
        assert not acts_for(erin).exists()


def test_it_is_not_passed_on(dana, erin, alice):
    given(dana, alice)
    given(alice, erin)
    assert list(acts_for(erin)) == [alice.person]


def test_it_ends_when_one_of_them_leaves(dana, erin):
    given(dana, erin)
    erin.person.termination_date = days(2)
    erin.person.save()
    assert acts_for(erin, days(2)).exists()
    assert not acts_for(erin, days(3)).exists()


def test_who_lost_the_login_is_not_asked(dana, erin):
    given(dana, erin)
    assert [who for who, _ in delegates_of([dana.person], days(1))] == [erin.person]
    erin.is_active = False
    erin.save()
    assert delegates_of([dana.person], days(1)) == []


# --- giving and ending -------------------------------------------------------------------------------


def test_giving_tells_the_delegate_and_is_recorded(dana, erin):
    delegation = given(dana, erin, duties=["nominate", "approve"])
    assert delegation.duties == ["approve", "nominate"]
    notice = Notification.objects.get(person=erin.person)
    assert notice.subject.startswith("Act for Dana Director from ")
    assert "Reason: On leave" in notice.body
    entry = AuditEntry.objects.get(verb="delegation.given")
    assert (entry.object_label, entry.why) == ("Erin Assessor for Dana Director", "On leave")


def test_what_begins_later_is_told_again_on_its_first_morning(dana, erin):
    given(dana, erin, from_on=days(5))
    assert Notification.objects.filter(person=erin.person, not_before__gt=timezone.now()).count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"from_on": days(3), "until_on": days(2)}, "until_on", "before the first"),
        ({"from_on": days(-5), "until_on": days(-2)}, "until_on", "past already"),
        ({"from_on": days(-1)}, "from_on", "Begin today or later"),
        ({"until_on": days(400)}, "until_on", "A year at most"),
        ({"why": "  "}, "why", "Say why"),
        ({"duties": []}, "duties", "at least one"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(dana, erin, fields, field, sentence):
    with pytest.raises(ValidationError) as refused:
        given(dana, erin, **fields)
    assert sentence in refused.value.message_dict[field][0]


def test_nobody_delegates_to_themselves_somebody_without_login_or_who_left(dana, erin, login):
    with pytest.raises(ValidationError, match="somebody else than yourself"):
        given(dana, dana)
    erin.person.termination_date = days(-1)
    erin.person.save()
    with pytest.raises(ValidationError, match="does not work here"):
        given(dana, erin)
    with pytest.raises(ValidationError, match="cannot sign in"):
        delegate_to(
            PersonFactory(), duties=["approve"], from_on=days(0), until_on=days(1), why="Leave", by=dana
        )


def test_the_same_days_are_given_once(dana, erin):
    given(dana, erin)
    with pytest.raises(ValidationError, match="acts for you already"):
        given(dana, erin, from_on=days(10), until_on=days(12))
    assert given(dana, erin, from_on=days(11), until_on=days(12))


def test_who_leads_nobody_and_decides_nothing_has_nothing_to_hand_over(jordan, erin):
    with pytest.raises(PermissionDenied, match="Leaders"):
        given(jordan, erin)
    assert not access.possible_delegates(jordan).exists()


@pytest.mark.parametrize("side", ["dana", "erin"])
def test_either_side_ends_it_and_the_other_is_told(request, dana, erin, side):
    delegation, by = given(dana, erin), request.getfixturevalue(side)
    revoke_delegation(delegation, by=by)
    assert not acts_for(erin).exists()
    told = Notification.objects.get(kind="selection.delegation_revoked")
    assert told.person == (erin if side == "dana" else dana).person
    with pytest.raises(ValidationError, match="over already"):
        revoke_delegation(delegation, by=by)


def test_nobody_else_ends_or_reads_it(dana, erin, alice, ld_admin):
    delegation = given(dana, erin)
    for member in (alice, ld_admin):
        assert not access.visible_delegations(member).exists()
        with pytest.raises(PermissionDenied):
            revoke_delegation(delegation, by=member)


# --- doors -------------------------------------------------------------------------------------------


@pytest.fixture
def colleagues(dana, erin):
    """Dana and Erin have the same manager."""
    boss = PersonFactory(first_name="Vera", last_name="President")
    Person.objects.filter(pk__in=[dana.person.pk, erin.person.pk]).update(manager=boss)
    rebuild_lines()


def test_only_those_known_from_work_can_be_chosen(sign_in, acme, alice, dana, erin, colleagues):
    outsider = PersonFactory(
        first_name="Erin", last_name="Elsewhere", membership=MembershipFactory(organization=acme)
    )
    found = set(access.possible_delegates(dana))
    assert erin.person in found
    assert alice.person in found
    assert outsider not in found
    page = sign_in(dana).get(reverse(PAGE, args=["acme"]), {"find": "erin"}).content.decode()
    assert "Erin Assessor" in page
    assert "Erin Elsewhere" not in page


def test_the_page_finds_somebody_and_lets_them_act(sign_in, alice, dana, erin, colleagues):
    browser, address = sign_in(dana), reverse(PAGE, args=["acme"])
    assert "Erin Assessor" in browser.get(address, {"find": "erin"}).content.decode()
    chosen = browser.get(address, {"person": erin.person.pk}).content.decode()
    assert "Let Erin act for me" in chosen
    sent = {
        "person": erin.person.pk,
        "duties": ["approve"],
        "from_on": days(0).isoformat(),
        "until_on": days(4).isoformat(),
        "why": "On leave",
    }
    page = browser.post(address, sent, follow=True).content.decode()
    assert "Erin Assessor acts for you from" in page
    assert list(acts_for(erin)) == [dana.person]
    assert "You act for" in sign_in(erin).get(address).content.decode()


def test_a_day_that_is_past_is_said_at_its_field(sign_in, alice, dana, erin, colleagues):
    sent = {
        "person": erin.person.pk,
        "duties": ["approve"],
        "from_on": days(-9).isoformat(),
        "until_on": days(-4).isoformat(),
        "why": "On leave",
    }
    page = sign_in(dana).post(reverse(PAGE, args=["acme"]), sent).content.decode()
    assert "This day is past already." in page
    assert "On leave" in page


def test_ending_it_by_the_button(sign_in, dana, erin):
    delegation = DelegationFactory(principal=dana.person, delegate=erin.person)
    address = reverse("selection:delegation_revoke", args=["acme", delegation.pk])
    assert sign_in(erin).get(address).status_code == 405
    page = sign_in(erin).post(address, follow=True).content.decode()
    assert "Erin Assessor no longer acts for Dana Director." in page


def test_the_list_costs_the_same_with_one_and_many(sign_in, alice, dana, erin, django_assert_max_num_queries):
    browser, address = sign_in(dana), reverse(PAGE, args=["acme"])
    for _ in range(30):
        DelegationFactory(principal=dana.person)
    with django_assert_max_num_queries(12):
        browser.get(address)


def test_programs_delegate_and_revoke_too(sign_in, alice, dana, erin, jordan, colleagues):
    browser, address = sign_in(dana), "/api/v1/o/acme/delegations/"
    body = {
        "delegate": erin.person.pk,
        "duties": ["approve", "nominate"],
        "from_on": days(0).isoformat(),
        "until_on": days(4).isoformat(),
        "why": "On leave",
    }
    made = browser.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["delegate_name"] == "Erin Assessor"
    ended = sign_in(erin).post(f"{address}{made.json()['id']}/revoke/")
    assert ended.json()["revoked_at"]
    assert sign_in(jordan).post(f"{address}{made.json()['id']}/revoke/").status_code == 404
