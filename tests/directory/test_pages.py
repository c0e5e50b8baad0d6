"""The directory's pages, role by role."""

import csv
import io

import pytest
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.directory.models import Demographics
from amdp.tenancy.context import organization_context
from tests.factories.directory import (
    AccountFactory,
    JobEventFactory,
    PerformanceRatingFactory,
    PersonFactory,
)
from tests.factories.identity import MembershipFactory


def url(name, *args):
    return reverse(f"directory:{name}", args=["acme", *args])


def names(response):
    return {row.name for row in response.context["list"].rows}


@pytest.fixture
def people(alice, bob, globex):
    """Alice above Bob above Rita; Otto beside them; a look-alike at Globex."""
    rita = PersonFactory(first_name="Rita", last_name="Rep", manager=bob.person)
    otto = PersonFactory(first_name="Otto", last_name="Other", business_unit="Key Accounts", market="DE")
    with organization_context(globex):
        PersonFactory(first_name="Rita", last_name="Lookalike")
    return {"alice": alice.person, "bob": bob.person, "rita": rita, "otto": otto}


@pytest.mark.parametrize("role", ["owner", "ld_admin", "hr_analyst"])
def test_those_who_read_the_directory_see_everybody(request, sign_in, people, role):
    response = sign_in(request.getfixturevalue(role)).get(url("person_list"))
    assert names(response) == {"Alice Manager", "Bob Mentor", "Rita Rep", "Otto Other"}


def test_a_leader_sees_the_own_line_and_others_themselves(sign_in, people, alice, sponsor):
    lone = MembershipFactory(organization=alice.organization)
    PersonFactory(first_name="Lone", last_name="Wolf", membership=lone)
    assert names(sign_in(alice).get(url("person_list"))) == {"Alice Manager", "Bob Mentor", "Rita Rep"}
    assert names(sign_in(lone).get(url("person_list"))) == {"Lone Wolf"}
    assert names(sign_in(sponsor).get(url("person_list"))) == set()


def test_strangers_and_people_outside_the_line_are_404(client, sign_in, people, bob, charlie):
    inside = url("person_detail", people["rita"].pk)
    assert client.get(inside).status_code == 302
    assert sign_in(charlie).get(inside).status_code == 404
    assert sign_in(bob).get(inside).status_code == 200
    for hidden in ("alice", "otto"):
        assert sign_in(bob).get(url("person_detail", people[hidden].pk)).status_code == 404
        assert sign_in(bob).get(url("person_line", people[hidden].pk)).status_code == 404


def test_search_filters_and_sort_stay_in_the_address(sign_in, hr_analyst, people):
    def found(**query):
        return names(sign_in(hr_analyst).get(url("person_list"), query))

    assert found(q="rit") == {"Rita Rep"}
    assert found(q="rep r") == {"Rita Rep"}
    assert found(q=people["otto"].employee_number) == {"Otto Other"}
    assert found(business_unit="Key Accounts") == {"Otto Other"}
    assert found(market="DE", grade=str(people["otto"].grade_id)) == {"Otto Other"}
    assert found(employed="no") == set()
    assert len(found(business_unit="nonsense", page="x", sort="y")) == 4


def test_leavers_can_be_told_apart(sign_in, hr_analyst, people):
    PersonFactory(first_name="Gone", last_name="Away", termination_date="2020-01-01")
    client = sign_in(hr_analyst)
    assert names(client.get(url("person_list"), {"employed": "no"})) == {"Gone Away"}
    assert len(names(client.get(url("person_list"), {"employed": "yes"}))) == 4


def test_everyone_below_a_person(sign_in, alice, people):
    assert names(sign_in(alice).get(url("person_line", people["alice"].pk))) == {"Bob Mentor", "Rita Rep"}


@pytest.mark.parametrize("page", ["person_list", "account_list"])
def test_lists_cost_the_same_queries_with_1_and_30_rows(
    sign_in, ld_admin, people, page, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(ld_admin)
    AccountFactory(owner=people["bob"])
    client.get(url(page))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url(page))
    for _ in range(30):
        AccountFactory(owner=PersonFactory(manager=people["bob"]))
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(url(page)).context["list"].rows) == 25
    assert len(many) == len(few) <= 15


def test_what_one_sees_can_be_downloaded_and_that_is_audited(sign_in, alice, people):
    people["rita"].last_name = "=Rep"
    people["rita"].save()
    response = sign_in(alice).get(url("person_list"), {"download": "csv", "q": "rita"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [(row["First name"], row["Last name"], row["Manager"]) for row in rows] == [
        ("Rita", "'=Rep", "Bob Mentor")
    ]
    entry = AuditEntry.objects.get(verb="export.people")
    assert entry.after == {"rows": 1, "format": "csv", "search": "rita"}


def test_person_page_shows_line_reports_history_and_accounts(sign_in, hr_analyst, people):
    JobEventFactory(person=people["bob"], event="promotion", job_title="Mentor in chief")
    PerformanceRatingFactory(person=people["bob"], year=2024, rating="3.5")
    AccountFactory(owner=people["bob"], name="Tidewater Health")
    page = sign_in(hr_analyst).get(url("person_detail", people["bob"].pk)).content.decode()
    for text in ("Alice Manager", "Rita Rep", "Mentor in chief", "3.5 of 5", "Tidewater Health"):
        assert text in page


def test_people_without_a_login_can_be_invited_from_their_page(sign_in, ld_admin, hr_analyst, people):
    def offered(member, who):
        page = sign_in(member).get(url("person_detail", people[who].pk)).content.decode()
        return page.count(f"/invitations/new/?person={people[who].pk}") == 1

    assert [offered(ld_admin, "rita"), offered(ld_admin, "bob"), offered(hr_analyst, "rita")] == [
        True,
        False,
        False,
    ]


def test_ratings_are_for_hr_ld_the_line_above_and_oneself(sign_in, request, people, alice, bob, owner):
    PerformanceRatingFactory(person=people["bob"], year=2024, rating=4)
    shown = {
        who: "Performance ratings"
        in sign_in(member).get(url("person_detail", people["bob"].pk)).content.decode()
        for who, member in [
            ("hr", request.getfixturevalue("hr_analyst")),
            ("ld", request.getfixturevalue("ld_admin")),
            ("alice", alice),
            ("bob", bob),
            ("owner", owner),
        ]
    }
    assert shown == {"hr": True, "ld": True, "alice": True, "bob": True, "owner": False}


def test_demographics_are_said_by_oneself_and_shown_to_nobody(sign_in, bob, alice, hr_analyst, owner):
    Demographics.objects.create(person=bob.person, gender="male", source="hr_file")
    answer = sign_in(bob).post(url("demographics_edit"), {"gender": "own_words", "words": "Xenogender"})
    assert answer.status_code == 302
    said = Demographics.objects.get()
    assert (said.gender, said.source) == ("Xenogender", "self")
    for member in (bob, alice, hr_analyst, owner):
        assert "Xenogender" not in sign_in(member).get(url("person_detail", bob.person.pk)).content.decode()
    assert not AuditEntry.objects.filter(after__icontains="Xeno").exists()
    assert sign_in(owner).get(url("demographics_edit")).status_code == 404


def test_saying_nothing_about_oneself_is_an_answer(sign_in, bob):
    client = sign_in(bob)
    assert (
        "Write it, or choose"
        in client.post(url("demographics_edit"), {"gender": "own_words"}).content.decode()
    )
    client.post(url("demographics_edit"), {"gender": "undisclosed"})
    assert Demographics.objects.values_list("gender", "source").get() == ("", "self")


def test_accounts_by_owner_line(sign_in, people, alice, bob, ld_admin, charlie):
    mine = AccountFactory(owner=people["rita"], name="Mine", complexity=9)
    other = AccountFactory(owner=people["otto"], name="Other", complexity=2)
    assert {row.name for row in sign_in(ld_admin).get(url("account_list")).context["list"].rows} == {
        "Mine",
        "Other",
    }
    assert {row.name for row in sign_in(alice).get(url("account_list")).context["list"].rows} == {"Mine"}
    assert sign_in(alice).get(url("account_detail", mine.pk)).status_code == 200
    assert sign_in(alice).get(url("account_detail", other.pk)).status_code == 404
    assert sign_in(charlie).get(url("account_detail", mine.pk)).status_code == 404
    high = sign_in(ld_admin).get(url("account_list"), {"complexity": "high"})
    assert {row.name for row in high.context["list"].rows} == {"Mine"}


def test_a_long_chain_costs_the_person_page_no_more_queries(sign_in, ld_admin, people):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(ld_admin)
    client.get(url("person_detail", people["rita"].pk))
    with CaptureQueriesContext(connection) as few:
        client.get(url("person_detail", people["rita"].pk))
    above = people["rita"]
    for _ in range(10):
        above = PersonFactory(manager=above)
        AccountFactory(owner=above)
        PersonFactory(manager=people["rita"])
    with CaptureQueriesContext(connection) as many:
        client.get(url("person_detail", people["rita"].pk))
    with CaptureQueriesContext(connection) as deep:
        client.get(url("person_detail", above.pk))
    assert len(many) == len(few)
    assert len(deep) <= len(few)
