import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort, CompetencyScore, Participant
from selection import access
from selection.models import Candidate, Decision, Offer, Slate
from selection.queries import unmet_for_move
from selection.queries.slate import decisions_on
from selection.queries.slate_rows import groups_of, rows_of
from selection.services import (
    accept_ranking,
    decide,
    draw_slate,
    move_reserve,
    release_slate,
    withdraw_candidate,
)
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    assessed_candidate,
    in_state,
    nominating_cohort,
    signed,
)

Outcome = Decision.Outcome
NAMES = ["Ana", "Ben", "Cleo", "Dan", "Eve"]


def assessed_cohort(seats=2, values=(5, 4, 3, 2, 1), **fields):
    """Ana scores best, Eve least; everybody performs and is seen the same."""
    cohort = in_state(nominating_cohort(seats=seats, **fields), Cohort.State.ASSESSING)
    panel = [AssessorFactory(cohort=cohort) for _ in range(2)]
    for name, value in zip(NAMES, values, strict=False):
        assessed_candidate(cohort, panel, value=value, first_name=name, last_name="")
    return cohort


@pytest.fixture
def cohort(acme):
    return assessed_cohort(name="Account Director 2027")


@pytest.fixture
def slate(cohort, ld_admin):
    return draw_slate(cohort, by=ld_admin)


def by_name(slate):
    return {str(each.candidate): each for each in decisions_on(slate)}


def outcomes(slate):
    return {name: each.outcome for name, each in by_name(slate).items()}


# --- drawing up --------------------------------------------------------------------------------------


def test_drawing_up_closes_the_assessment_and_ranks_by_the_weights(cohort, slate):
    cohort.refresh_from_db()
    assert cohort.state == Cohort.State.SELECTING
    assert [(str(each.candidate), each.rank, each.composite) for each in decisions_on(slate)] == [
        ("Ana", 1, Decimal("80.00")),
        ("Ben", 2, Decimal("68.75")),
        ("Cleo", 3, Decimal("57.50")),
        ("Dan", 4, Decimal("46.25")),
        ("Eve", 5, Decimal("35.00")),
    ]
    assert slate.weights == {"performance": 30, "potential": 25, "assessment": 45}
    assert (slate.tie_break, slate.seats) == (["assessment", "performance", "potential"], 2)


def test_each_place_explains_itself(slate):
    first, second, *_ = rows_of(slate, decisions_on(slate))
    assert first.why == "22.50 for performance + 12.50 for potential + 45.00 for assessment = 80.00 points."
    assert first.change == "Ben on rank 2 is 11.25 points behind."
    assert second.change == "11.25 points more would reach Ana on rank 1."
    assert (first.off_line, first.beyond, second.strip) == (Decimal("11.25"), "above", 48)


def test_a_tie_is_broken_by_the_stored_rule_and_told(acme, ld_admin):
    slate = draw_slate(assessed_cohort(values=(3, 3)), by=ld_admin)
    assert {each.is_tied for each in decisions_on(slate)} == {True}
    assert rows_of(slate, decisions_on(slate))[0].change == (
        "Tied on points. The stored rule compares assessment, then performance, then potential, then draws lots."
    )


def test_those_tied_share_a_rank_and_the_place_decides_about_the_seat(acme, ld_admin):
    slate = draw_slate(assessed_cohort(seats=1, values=(3, 3, 2)), by=ld_admin)
    first, second, third = decisions_on(slate)
    assert [(each.rank_text, each.place) for each in (first, second, third)] == [
        ("1=", 1),
        ("1=", 2),
        ("3", 3),
    ]
    with pytest.raises(ValidationError, match=r"has rank 1= \(place 2 by the rule for ties\) for 1 seat,"):
        decide(second, outcome="selected", by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    assert [each.outcome for each in decisions_on(slate)] == ["selected", "not_selected", "not_selected"]
    assert rows_of(slate, decisions_on(slate))[2].change.endswith("on rank 1=.")


def test_who_lacks_a_fifth_of_the_weight_has_no_rank_but_can_be_decided(acme, ld_admin):
    cohort = assessed_cohort(values=(5, 4))
    candidate = Candidate.objects.get(person__first_name="Ben")
    candidate.person.performance_ratings.all().delete()
    slate = draw_slate(cohort, by=ld_admin)
    ben = by_name(slate)["Ben"]
    assert (ben.rank, ben.unranked_why) == (
        None,
        "Missing Performance: 70% of the weight is scored, 80% is needed.",
    )
    with pytest.raises(ValidationError, match="has no rank"):
        decide(ben, outcome="selected", by=ld_admin)
    decide(ben, outcome="selected", reason="evidence", remark="New here, rated elsewhere.", by=ld_admin)
    assert outcomes(slate)["Ben"] == "selected"


def test_an_unfinished_assessment_is_not_ranked(cohort, ld_admin):
    CandidateFactory(cohort=cohort)
    with pytest.raises(ValidationError, match="at least 2 assessors"):
        draw_slate(cohort, by=ld_admin)
    assert not Slate.objects.exists()


def test_a_slate_is_drawn_up_once(cohort, slate, ld_admin):
    with pytest.raises(ValidationError, match="drawn up already"):
        draw_slate(cohort, by=ld_admin)


# --- deciding ----------------------------------------------------------------------------------------


def test_accepting_the_ranking_fills_seats_then_the_reserve(slate, ld_admin):
    assert accept_ranking(slate, reserve=1, by=ld_admin) == 5
    assert outcomes(slate) == {
        "Ana": "selected",
        "Ben": "selected",
        "Cleo": "reserve",
        "Dan": "not_selected",
        "Eve": "not_selected",
    }
    assert [
        (group.title, [row.name for row in group.rows])
        for group in groups_of(slate, rows_of(slate, decisions_on(slate)))
    ] == [
        ("Selected", ["Ana", "Ben"]),
        ("Reserve", ["Cleo"]),
        ("Not selected", ["Dan", "Eve"]),
    ]


def test_accepting_keeps_what_was_decided_by_hand(slate, ld_admin):
    decide(by_name(slate)["Eve"], outcome="selected", reason="business_need", remark="Nordics.", by=ld_admin)
    accept_ranking(slate, reserve=1, by=ld_admin)
    assert outcomes(slate) == {
        "Ana": "selected",
        "Ben": "reserve",
        "Cleo": "not_selected",
        "Dan": "not_selected",
        "Eve": "selected",
    }


def test_against_the_rank_needs_another_reason_in_words(slate, ld_admin):
    eve = by_name(slate)["Eve"]
    with pytest.raises(
        ValidationError, match="Eve has rank 5 for 2 seats, so “selected” needs another reason"
    ):
        decide(eve, outcome="selected", by=ld_admin)
    with pytest.raises(ValidationError, match="Say why in a sentence"):
        decide(eve, outcome="selected", reason="business_need", by=ld_admin)
    decide(eve, outcome="selected", reason="business_need", remark="Only Nordic speaker.", by=ld_admin)
    entry = AuditEntry.objects.get(verb="decision.taken")
    assert (entry.after["outcome"], entry.why) == ("selected", "Only Nordic speaker.")


def test_seats_are_respected(slate, ld_admin):
    accept_ranking(slate, by=ld_admin)
    with pytest.raises(ValidationError, match="All 2 seats are taken"):
        decide(by_name(slate)["Cleo"], outcome="selected", reason="other", remark="Also.", by=ld_admin)


def test_the_reserve_is_ordered_and_closes_gaps(slate, ld_admin):
    accept_ranking(slate, reserve=3, by=ld_admin)

    def order():
        reserve = slate.decisions.filter(outcome="reserve").order_by("reserve_order")
        return [
            (str(each.candidate), each.reserve_order) for each in reserve.select_related("candidate__person")
        ]

    assert order() == [("Cleo", 1), ("Dan", 2), ("Eve", 3)]
    move_reserve(by_name(slate)["Eve"], up=True, by=ld_admin)
    assert order() == [("Cleo", 1), ("Eve", 2), ("Dan", 3)]
    with pytest.raises(ValidationError, match="first already"):
        move_reserve(by_name(slate)["Cleo"], up=True, by=ld_admin)
    decide(by_name(slate)["Cleo"], outcome="not_selected", by=ld_admin)
    assert order() == [("Eve", 1), ("Dan", 2)]


@pytest.mark.parametrize("role", ["hr_analyst", "sponsor", "owner", "alice", "dana", "jordan"])
def test_only_ld_decides_and_releases(request, slate, ld_admin, role):
    member = request.getfixturevalue(role)
    accept = decisions_on(slate)[0]
    for verb in (
        lambda: decide(accept, outcome="selected", by=member),
        lambda: accept_ranking(slate, by=member),
        lambda: move_reserve(accept, up=True, by=member),
        lambda: release_slate(signed(slate), by=member),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert set(outcomes(slate).values()) == {""}


# --- releasing ---------------------------------------------------------------------------------------


def test_releasing_offers_seats_keeps_scores_starts_the_cohort_and_tells_everyone(cohort, slate, ld_admin):
    accept_ranking(slate, reserve=1, by=ld_admin)
    assert not Notification.objects.filter(kind__startswith="selection.outcome").exists()
    release_slate(signed(slate), by=ld_admin)
    cohort.refresh_from_db()
    slate.refresh_from_db()
    assert (cohort.state, slate.state) == (Cohort.State.RUNNING, Slate.State.RELEASED)
    assert cohort.released_at is not None
    assert not Participant.objects.exists()
    assert [(str(each.decision.candidate), each.state) for each in Offer.objects.all()] == [
        ("Ana", "open"),
        ("Ben", "open"),
    ]
    kinds = Notification.objects.values_list("kind", flat=True)
    assert sorted(kind for kind in kinds if "outcome" in kind) == [
        *["selection.outcome"] * 5,
        *["selection.outcome_of_nominee"] * 5,
    ]
    ana = CompetencyScore.objects.filter(person__first_name="Ana")
    assert [(each.source, each.score) for each in ana] == [("assessment", Decimal("5.00"))] * 2
    assert CompetencyScore.objects.count() == 10
    entry = AuditEntry.objects.get(verb="slate.released")
    assert entry.after == {"selected": 2, "reserve": 1, "not_selected": 2}


def test_an_incomplete_slate_is_not_released(slate, ld_admin):
    with pytest.raises(ValidationError, match="Decide on Ana, Ben, Cleo and 2 more"):
        release_slate(signed(slate), by=ld_admin)
    for each in decisions_on(slate):
        decide(each, outcome="not_selected", reason="other", remark="No budget.", by=ld_admin)
    with pytest.raises(ValidationError, match="Nobody is selected"):
        release_slate(signed(slate), by=ld_admin)
    assert not Participant.objects.exists()


def test_a_second_release_and_later_decisions_are_refused(slate, ld_admin):
    accept_ranking(slate, by=ld_admin)
    release_slate(signed(slate), by=ld_admin)
    told = Notification.objects.count()
    with pytest.raises(ValidationError, match="released by Lena Admin already"):
        release_slate(slate, by=ld_admin)
    with pytest.raises(ValidationError, match="stay as they are"):
        decide(decisions_on(slate)[0], outcome="reserve", by=ld_admin)
    assert Notification.objects.count() == told


def test_the_cohort_cannot_start_without_the_release(cohort, slate):
    assert unmet_for_move(cohort, "running") == [
        "Release the outcomes of the selection first; the cohort starts with that."
    ]


def test_candidates_are_not_taken_out_once_the_outcomes_are_released(slate, ld_admin):
    accept_ranking(slate, by=ld_admin)
    release_slate(signed(slate), by=ld_admin)
    with pytest.raises(ValidationError, match="A seat is declined, or somebody leaves the reserve"):
        withdraw_candidate(decisions_on(slate)[0].candidate, why="Moves.", by=ld_admin)


def test_line_and_candidates_see_nothing_before_and_their_own_after(slate, ld_admin, sponsor, login):
    ana = by_name(slate)["Ana"]
    member = login(ana.candidate.person)
    leader = login(ana.candidate.nominations.get().nominator)
    accept_ranking(slate, by=ld_admin)
    for each in (member, leader, sponsor):
        assert not access.visible_decisions(each).exists()
        assert not access.visible_outcomes(each).exists()
    release_slate(signed(slate), by=ld_admin)
    assert list(access.visible_decisions(member)) == [ana]
    assert list(access.visible_outcomes(member)) == [ana.candidate]
    assert sorted(str(each.candidate) for each in access.visible_decisions(sponsor)) == ["Ana", "Ben"]
    assert not access.visible_slates(leader).exists()


@pytest.mark.django_db(transaction=True)
def test_two_admins_releasing_at_once_release_once():
    organization = OrganizationFactory(slug="acme-parallel")
    with organization_context(organization):
        admins = [MembershipFactory(organization=organization, granted_roles=["ld_admin"]) for _ in range(2)]
        PersonFactory()
        slate = draw_slate(assessed_cohort(values=(5, 3, 2)), by=admins[0])
        accept_ranking(slate, reserve=1, by=admins[0])
        signed(slate)
        before = Notification.objects.count()
    ready, said = threading.Barrier(2), []

    def release(admin):
        try:
            with organization_context(organization):
                ready.wait(10)
                release_slate(slate, by=admin)
                said.append("released")
        except ValidationError as refused:
            said.append(refused.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=release, args=[admin]) for admin in admins]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert said.count("released") == 1
    assert len([each for each in said if "already and stay as they are" in each]) == 1
    with organization_context(organization):
        assert Offer.objects.count() == 2
        assert Notification.objects.filter(kind="selection.outcome").count() == 3
        assert Notification.objects.count() - before == 3 + 3 + 2 * 2
        assert AuditEntry.objects.filter(verb="slate.released").count() == 1
