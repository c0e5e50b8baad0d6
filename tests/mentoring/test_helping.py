"""What the match says would help those without a mentor: on its pages and over the API, in the same words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentoring import runs
from mentoring.helping import helps_of, together
from mentoring.services import exclude_pair, publish_run, save_profile, start_run
from tests.factories.cohorts import ParticipantFactory
from tests.factories.mentoring import MentorFactory


def matched(cohort, by):
    run = start_run(cohort, by=by)
    runs.work_on(cohort.organization_id, run.pk)
    run.refresh_from_db()
    return run


def sentences(run):
    pairs = list(run.pairs.select_related("participant__person"))
    return {
        one.participant.person.first_name: [help.sentence for help in helps]
        for one in pairs
        for helps in [helps_of(pairs).get(one.pk, [])]
        if helps
    }


@pytest.fixture
def three_for_one(cohort, ld_admin):
    """Ada, Bea and Cleo share Dora, who has three hours; Hans speaks German only, Pia pauses."""
    for name in ("Ada", "Bea", "Cleo"):
        ParticipantFactory(cohort=cohort, person__first_name=name, person__language="en")
    MentorFactory(person__first_name="Dora", person__last_name="Lin", hours_per_month=3)
    MentorFactory(person__first_name="Hans", person__last_name="Ott", languages=["de"])
    MentorFactory(person__first_name="Pia", person__last_name="Roy", state="paused")
    return matched(cohort, ld_admin)


def test_each_is_told_the_place_the_language_the_pause_and_the_mentor(three_for_one):
    found = sentences(three_for_one)
    assert len(found) == 2
    for name, said in found.items():
        assert said == [
            "Dora Lin would have a place with 1 hour a month more. 1 other waits for it too.",
            f"Hans Ott could take {name}, if German is fine.",
            f"Pia Roy could take {name}, once the pause ends.",
            f"A mentor (market US) who speaks English, shares 2 working hours with New York and has 2 hours a month could take {name}.",
        ]


def test_all_together_need_the_fewest_places_or_mentors_more(three_for_one):
    found = together(three_for_one)
    assert found is not None
    assert found.reasons == ["3 participants can only have 1 mentor with 1 place."]
    assert (found.places_needed, found.places) == (2, ["Dora Lin: 3 hours a month more, 2 places"])
    assert found.mentors == [
        "Mentors (market US) who speak English, share 2 working hours with New York and have 4 hours a month in all: 2 of 2 get a mentor"
    ]


def test_the_hours_named_are_enough(cohort, ld_admin, three_for_one):
    dora = three_for_one.pairs.get(mentor__isnull=False).mentor
    more = three_for_one.outlook["places"][0]["hours_a_month"]
    save_profile(dora, hours_per_month=dora.hours_per_month + int(more), account_types=[], therapeutic_areas=[],
                 languages=["en"], strengths={}, by=ld_admin)  # fmt: skip
    again = matched(cohort, ld_admin)
    assert (again.matched, together(again)) == (3, None)


def test_hours_in_common_and_pairs_ruled_out_are_named(cohort, ld_admin):
    ParticipantFactory(cohort=cohort, person__first_name="Kei", person__time_zone="Asia/Tokyo")
    near = MentorFactory(person__first_name="Nia", person__last_name="Ray", person__time_zone="Asia/Tokyo")
    MentorFactory(person__first_name="Ria", person__last_name="Sun", person__time_zone="Asia/Dubai",
                  hours_per_month=2)  # fmt: skip
    cohort.mentoring.update_or_create(defaults={"common_hours": 4})
    first = matched(cohort, ld_admin)
    exclude_pair(first.pairs.select_related("run", "participant").get(), near, by=ld_admin)
    (said,) = sentences(matched(cohort, ld_admin)).values()
    assert said[:2] == [
        "Nia Ray could take Kei, if the pair were not ruled out.",
        "Ria Sun could take Kei, if 3 working hours in common are enough.",
    ]


def test_the_pages_and_the_api_say_the_same(sign_in, ld_admin, three_for_one):
    client, run = sign_in(ld_admin), three_for_one
    page = client.get(reverse("mentoring:match_run_detail", args=["acme", run.pk])).content.decode()
    assert "What would help the 2 participants without a mentor" in page
    assert "Dora Lin: 3 hours a month more, 2 places" in page
    for pair in run.pairs.filter(mentor=None):
        address = reverse("mentoring:match_pair_detail", args=["acme", run.pk, pair.pk])
        own = client.get(address).content.decode()
        hans = pair.remedies[1]["mentors"][0]
        assert "once the pause ends" in own
        assert f'href="?mentor={hans}#settle"' in own
        assert (
            "Pin it although: no common language" in client.get(f"{address}?mentor={hans}").content.decode()
        )
    told = client.get(f"/api/v1/o/acme/match-runs/{run.pk}/pairs/").json()
    assert {one["participant_name"].split()[0]: one["helps"] for one in told if one["helps"]} == sentences(
        run
    )
    assert all(one["remedies"] == [] for one in told if one["mentor"])
    outlook = client.get(f"/api/v1/o/acme/match-runs/{run.pk}/").json()["outlook"]
    assert outlook == run.outlook
    assert [one["places"] for one in outlook["places"]] == [2]


def test_a_match_that_found_all_says_nothing_of_help(sign_in, ld_admin, cohort, mentor, participant):
    run = matched(cohort, ld_admin)
    page = (
        sign_in(ld_admin).get(reverse("mentoring:match_run_detail", args=["acme", run.pk])).content.decode()
    )
    assert "What would help" not in page
    publish_run(run, by=ld_admin)


def test_help_costs_the_same_with_2_and_25_without_a_mentor(sign_in, ld_admin, cohort, three_for_one):
    client = sign_in(ld_admin)

    def queries(run):
        address = reverse("mentoring:match_run_detail", args=["acme", run.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    few = queries(three_for_one)
    for _ in range(22):
        ParticipantFactory(cohort=cohort, person__language="en")
    assert queries(matched(cohort, ld_admin)) == few <= 15
