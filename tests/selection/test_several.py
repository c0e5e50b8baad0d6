"""Several nominations at once: drafts from the list, what each lacks, handing in all that are complete."""

import pytest

from selection.models import Nomination
from selection.queries.drafts import drafts_with_lacks
from selection.services import draft_nomination, draft_several, edit_nomination, submit_several
from tests.factories.directory import PersonFactory
from tests.factories.selection import eligible_person
from tests.selection.test_api import post

TEXT = {
    "rationale": "Called back by the pharmacy director.",
    "evidence": "March: drew the committee in an hour.",
    "performance_view": 4,
    "potential_view": 5,
}


@pytest.fixture
def drafts(cohort, alice, jordan, casey):
    results = draft_several(cohort, [jordan.person, casey.person], by=alice, rationale="Both lead already.")
    return [one.nomination for one in results]


def test_a_draft_for_each_begins_alike_and_what_was_written_stays(cohort, alice, jordan, casey):
    draft_nomination(cohort, casey.person, by=alice, rationale="Own words.")
    results = draft_several(cohort, [jordan.person, casey.person], by=alice, rationale="Both lead already.")
    assert [one.nomination.rationale for one in results] == ["Both lead already.", "Own words."]
    assert not any(one.problem for one in results)


def test_one_that_cannot_be_drafted_does_not_keep_the_others_from_it(cohort, alice, jordan, erin):
    results = draft_several(cohort, [erin.person, jordan.person], by=alice)
    assert ["not in your reporting line" in one.problem for one in results] == [True, False]
    assert Nomination.objects.get().candidate.person == jordan.person


def test_complete_ones_are_handed_in_and_the_others_say_what_they_lack(cohort, alice, dana, drafts):
    first, second = drafts
    edit_nomination(first, by=alice, **TEXT)
    shown = {one.nomination: one for one in drafts_with_lacks(alice, cohort)}
    assert (shown[first].is_ready, shown[second].is_ready) == (True, False)
    results = submit_several(drafts, by=alice)
    assert [(str(one.person), bool(one.problem)) for one in results] == [
        ("Jordan Lee", False),
        ("Casey Colleague", True),
    ]
    assert results[0].asked.approver == dana.person
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("submitted", "draft")


def test_from_the_list_to_handing_in(sign_in, cohort, alice, jordan, casey):
    client, base = sign_in(alice), f"/o/acme/selection/cohorts/{cohort.pk}"
    chosen = [jordan.person.pk, casey.person.pk]
    asked = client.post(f"{base}/nominate/several/", {"selected": chosen}).content.decode()
    assert "Begin 2 drafts" in asked
    made = client.post(
        f"{base}/nominate/several/", {"selected": chosen, "rationale": "Both lead already."}, follow=True
    ).content.decode()
    assert "0 of 2 complete" in made
    assert "Say what you have seen" in made
    draft = Nomination.objects.get(candidate__person=jordan.person)
    edit_nomination(draft, by=alice, **TEXT)
    page = client.get(f"{base}/drafts/").content.decode()
    assert "Hand in 1 complete draft" in page
    done = client.post(f"{base}/drafts/", {"draft": [draft.pk]}).content.decode()
    assert "Dana Director decides by" in done


def test_nobody_chosen_or_somebody_elses_people_begin_nothing(sign_in, cohort, alice, erin, casey):
    address = f"/o/acme/selection/cohorts/{cohort.pk}/nominate/several/"
    assert sign_in(alice).post(address, {"selected": [erin.person.pk], "rationale": ""}).status_code == 302
    assert sign_in(casey).post(address, {"selected": [erin.person.pk]}).status_code in (403, 404)
    assert not Nomination.objects.exists()


def test_over_the_api_several_at_once(sign_in, cohort, alice, jordan, casey, erin):
    client = sign_in(alice)
    people = [jordan.person.pk, casey.person.pk, erin.person.pk]
    made = post(client, "nominations/several", cohort=cohort.pk, people=people, rationale="Both.").json()
    assert {one["person_name"] for one in made} == {"Jordan Lee", "Casey Colleague"}
    results = post(client, "nominations/submit-several", nominations=[one["nomination"] for one in made])
    assert [bool(one["problem"]) for one in results.json()] == [True, True]


def test_many_drafts_cost_what_one_does(count_queries, cohort, alice):
    def many(number):
        for _ in range(number):
            draft_nomination(cohort, eligible_person(manager=alice.person), by=alice)

    many(1)
    drafts_with_lacks(alice, cohort)  # for whom the member acts is asked once
    one = count_queries(lambda: drafts_with_lacks(alice, cohort))
    many(9)
    PersonFactory()
    assert len(drafts_with_lacks(alice, cohort)) == 10
    assert count_queries(lambda: drafts_with_lacks(alice, cohort)) == one
