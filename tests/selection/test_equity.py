"""Nomination equity: who is eligible and not nominated, the rate with its interval, and the nudge."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from amdp.notifications.models import Notification
from cohorts.estimates import proportion
from selection.queries.equity import equity_of, not_nominated
from selection.services import draft_nomination, nudge_leader, submit_nomination
from tests.factories.directory import PersonFactory
from tests.factories.selection import eligible_person
from tests.selection.test_api import API, post

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}


@pytest.fixture
def nominated(cohort, alice, jordan, casey):
    """Jordan is nominated, Casey is a draft of which nobody knows."""
    draft_nomination(cohort, casey.person, by=alice, **TEXT)
    submit_nomination(draft_nomination(cohort, jordan.person, by=alice, **TEXT), by=alice)


def rates(found):
    return {one.name: (one.nominated, one.eligible) for one in found}


def test_the_rate_counts_those_eligible_below_each_second_line_leader(cohort, nominated, dana):
    PersonFactory(manager=dana.person)  # not eligible: no ratings
    found = equity_of(cohort)
    assert (found.whole.nominated, found.whole.eligible) == (1, 2)
    assert rates(found.leaders) == {"Dana Director": (1, 2)}
    assert found.whole.share == proportion(1, 2)
    assert found.leaders[0].is_small


def test_a_person_without_a_second_line_counts_for_the_manager_and_groups_add_up(cohort, nominated, dana):
    eligible_person(manager=dana.person, market="FR", business_unit="Oncology")
    found = equity_of(cohort)
    assert rates(found.leaders) == {"Dana Director": (1, 3)}
    for groups in (found.markets, found.units):
        assert sum(one.eligible for one in groups) == found.whole.eligible == 3


def test_a_draft_counts_as_not_nominated(cohort, nominated, casey):
    assert list(not_nominated(cohort)) == [casey.person]


def test_a_leader_is_told_once_a_day_how_many_and_until_when(cohort, nominated, dana, ld_admin):
    assert nudge_leader(cohort, dana.person, by=ld_admin) is True
    assert nudge_leader(cohort, dana.person, by=ld_admin) is False
    (told,) = Notification.objects.filter(kind="selection.leader_nudged")
    assert str(told.recipient) == "Dana Director"
    assert told.why.startswith("2 people of your line are eligible")


def test_no_nudge_without_the_window_or_anybody_left(
    cohort, alice, jordan, casey, erin, ld_admin, hr_analyst
):
    with pytest.raises(ValidationError, match="Everybody eligible"):
        nudge_leader(cohort, erin.person, by=ld_admin)
    for member in (hr_analyst, alice):
        with pytest.raises(PermissionDenied):
            nudge_leader(cohort, alice.person, by=member)
    type(cohort).objects.filter(pk=cohort.pk).update(nominations_close_on=cohort.nominations_open_on)
    cohort.refresh_from_db()
    with pytest.raises(ValidationError, match="closed on"):
        nudge_leader(cohort, alice.person, by=ld_admin)


def test_ld_nudges_with_one_click_and_hr_reads(sign_in, cohort, nominated, dana, ld_admin, hr_analyst, alice):
    address = f"/o/acme/selection/cohorts/{cohort.pk}/equity/"
    page = sign_in(ld_admin).get(address).content.decode()
    assert "1 of 2 eligible people nominated" in page
    assert "Nudge" in page
    done = sign_in(ld_admin).post(f"{address}{dana.person.pk}/nudge/", follow=True).content.decode()
    assert "Dana Director is told now." in done
    read = sign_in(hr_analyst).get(address).content.decode()
    assert "Casey Colleague" in read
    assert "Nudge" not in read
    assert sign_in(hr_analyst).post(f"{address}{dana.person.pk}/nudge/").status_code == 403
    assert sign_in(alice).get(address).status_code == 404


def test_over_the_api_the_same(sign_in, cohort, nominated, dana, ld_admin):
    client = sign_in(ld_admin)
    found = client.get(f"{API}/selections/{cohort.pk}/equity/").json()
    assert (found["whole"]["nominated"], found["whole"]["eligible"]) == (1, 2)
    listed = client.get(f"{API}/selections/{cohort.pk}/not-nominated/").json()["results"]
    assert [one["name"] for one in listed] == ["Casey Colleague"]
    assert post(client, f"selections/{cohort.pk}/nudge", leader=dana.person.pk).json() == {"told": True}


def test_the_rates_cost_the_same_however_many_people(count_queries, cohort, nominated, alice):
    few = count_queries(lambda: equity_of(cohort))
    for number in range(12):
        eligible_person(manager=alice.person, market=f"M{number}")
    assert equity_of(cohort).whole.eligible == 14
    assert count_queries(lambda: equity_of(cohort)) == few
