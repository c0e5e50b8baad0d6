"""Each door tried by everybody it is not for. What one may not see is 404, what one may not do is 403."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from amdp.tenancy.context import organization_context
from cohorts import access
from cohorts.models import Commitment, Participant, Placement, Program, Stakeholder
from tests.factories.cohorts import (
    CohortFactory,
    CompetencyFactory,
    ObjectiveFactory,
    ParticipantFactory,
    PlacementFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory

TODAY = timezone.now().date()
READERS = ["owner", "hr_analyst", "sponsor"]
OUTSIDERS = ["alice", "bob"]


@pytest.fixture
def member(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def signing(acme):
    """A stakeholder: a member with a person who was asked to sign the one program there is."""
    member = MembershipFactory(organization=acme, user__name="Sofia Signs")
    member.person = PersonFactory(first_name="Sofia", last_name="Signs", membership=member)
    return member


@pytest.fixture
def world(acme, ld_admin):
    """A draft program with every part, a running cohort with a graduate nobody knows, a proposed placement."""
    program = ProgramFactory(complete=True)
    objective = program.objectives.get()
    competency = program.competencies.get()
    cohort = CohortFactory(program=program, state="running", starts_on=datetime.date(2025, 1, 6))
    participant = ParticipantFactory(cohort=cohort)
    graduate = ParticipantFactory(cohort=cohort, graduated=True)
    placement = PlacementFactory(participant=graduate)
    unplaced = ParticipantFactory(cohort=cohort, graduated=True)
    pages = {
        "program_new": [],
        "program_edit": [program.pk],
        "program_archive": [program.pk],
        "program_check": [program.pk],
        "program_sign_off": [program.pk],
        "cohort_new": [program.pk],
        "section_detail": [program.pk, "objectives"],
        "part_add": [program.pk, "objectives"],
        "part_edit": [program.pk, "objectives", objective.pk],
        "part_delete": [program.pk, "objectives", objective.pk],
        "part_move": [program.pk, "objectives", objective.pk],
        "competency_detail": [program.pk, competency.pk],
        "behavior_add": [program.pk, competency.pk],
        "cohort_edit": [cohort.pk, "dates"],
        "cohort_move": [cohort.pk],
        "cohort_graduate": [cohort.pk],
        "participant_move": [participant.pk, "withdraw"],
        "participant_offer": [graduate.pk],
        "placement_new": [unplaced.pk],
        "placement_withdraw": [placement.pk],
        "placement_sign": [placement.pk],
    }
    return {name: reverse(f"cohorts:{name}", args=["acme", *args]) for name, args in pages.items()}


def snapshot():
    return (
        list(Program.objects.values()),
        list(Participant.objects.values()),
        list(Placement.objects.values()),
        list(Stakeholder.objects.values()),
    )


def statuses(client, world):
    return {name: client.post(url, {"reason": "x"}).status_code for name, url in world.items()}


@pytest.mark.parametrize("member", ["sponsor"], indirect=True)
def test_readers_change_nothing(member, world, sign_in):
    before = snapshot()
    assert statuses(sign_in(member), world) == dict.fromkeys(world, 403)
    assert snapshot() == before


def test_hr_signs_placements_and_changes_nothing_else(hr_analyst, world, sign_in):
    assert statuses(sign_in(hr_analyst), world) == {**dict.fromkeys(world, 403), "placement_sign": 302}


def test_an_owner_sees_the_set_up_but_no_participants(owner, world, sign_in):
    hidden = {name for name in world if name.startswith(("participant", "placement"))}
    expected = {name: 404 if name in hidden else 403 for name in world}
    assert statuses(sign_in(owner), world) == expected


@pytest.mark.parametrize("member", OUTSIDERS, indirect=True)
def test_those_without_a_part_in_it_find_nothing(member, world, sign_in):
    before = snapshot()
    expected = {**dict.fromkeys(world, 404), "program_new": 403}
    assert statuses(sign_in(member), world) == expected
    assert snapshot() == before


def test_an_admin_neither_signs_nor_answers_for_others(ld_admin, world, sign_in):
    client = sign_in(ld_admin)
    refused = ("program_sign_off", "participant_offer", "placement_sign")
    assert {name: client.post(world[name]).status_code for name in refused} == dict.fromkeys(refused, 403)


def test_a_stranger_finds_nothing(charlie, world, sign_in):
    client = sign_in(charlie)
    assert statuses(client, world) == dict.fromkeys(world, 404)
    lists = [reverse(f"cohorts:{name}_list", args=["acme"]) for name in ("program", "cohort", "placement")]
    assert [client.get(url).status_code for url in lists] == [404, 404, 404]


def test_signed_out_one_is_asked_to_sign_in(client, world):
    assert {client.post(url).status_code for url in world.values()} == {302}


def test_look_alike_rows_of_another_organization_stay_there(acme, globex, ld_admin, sign_in):
    with organization_context(globex):
        theirs = ProgramFactory(name="Residency", complete=True)
        cohort = CohortFactory(program=theirs, state="running")
        placement = PlacementFactory(participant=ParticipantFactory(cohort=cohort, graduated=True))
    client = sign_in(ld_admin)
    addresses = [
        reverse("cohorts:program_detail", args=["acme", theirs.pk]),
        reverse("cohorts:cohort_detail", args=["acme", cohort.pk]),
        reverse("cohorts:placement_detail", args=["acme", placement.pk]),
        *(
            f"/api/v1/o/acme/{kind}/{pk}/"
            for kind, pk in [("programs", theirs.pk), ("cohorts", cohort.pk), ("placements", placement.pk)]
        ),
    ]
    assert [client.get(url).status_code for url in addresses] == [404] * 6
    assert "Residency" not in client.get(reverse("cohorts:program_list", args=["acme"])).content.decode()


# --- who sees what -----------------------------------------------------------------------------------


def test_a_stakeholder_sees_the_program_once_asked(signing):
    stakeholder = StakeholderFactory(person=signing.person)
    assert list(access.visible_programs(signing)) == []
    stakeholder.asked_at = timezone.now()
    stakeholder.save()
    assert list(access.visible_programs(signing)) == [stakeholder.program]


def test_a_leader_sees_cohorts_open_for_nomination_and_those_of_the_own_line(alice, bob):
    CohortFactory()
    CohortFactory(state="running")
    open_now = CohortFactory(state="nominating")
    with_bob = ParticipantFactory(person=bob.person).cohort
    assert set(access.visible_cohorts(alice)) == {open_now, with_bob}
    assert set(access.visible_cohorts(bob)) == {with_bob}


def test_a_leader_sees_participants_of_the_own_line_only(alice, bob, sign_in):
    cohort = CohortFactory(state="running")
    own = ParticipantFactory(cohort=cohort, person=bob.person)
    ParticipantFactory(cohort=cohort, person__first_name="Zelda", person__last_name="Stranger")
    assert list(access.visible_participants(alice)) == [own]
    page = sign_in(alice).get(reverse("cohorts:cohort_detail", args=["acme", cohort.pk])).content.decode()
    assert "Bob Mentor" in page
    assert "Zelda" not in page
    assert "2 of 12 seats filled" in page
    file = sign_in(alice).get(reverse("cohorts:cohort_detail", args=["acme", cohort.pk]) + "?download=csv")
    text = b"".join(file.streaming_content).decode()
    assert "Bob" in text
    assert "Zelda" not in text


def test_a_mentor_reads_the_cohort_they_mentor_in(bob):
    cohort = CohortFactory(state="running")
    Commitment.objects.create(
        person=bob.person, cohort=cohort, duty="mentoring", hours_per_month=2, starts_on=TODAY
    )
    assert list(access.visible_cohorts(bob)) == [cohort]


def test_a_participant_sees_the_own_cohort_without_baselines(bob, sign_in):
    participant = ParticipantFactory(person=bob.person, cohort__program=ProgramFactory(complete=True))
    program = participant.cohort.program
    page = sign_in(bob).get(reverse("cohorts:program_detail", args=["acme", program.pk])).content.decode()
    assert program.objectives.get().text in page
    assert "Vacancies filled from within" not in page
    assert "Baseline" not in page


def test_a_graduate_sees_the_own_placement_once_both_have_signed(bob):
    placement = PlacementFactory(participant__person=bob.person)
    assert list(access.visible_placements(bob)) == []
    Placement.objects.update(state=Placement.State.SIGNED)
    assert list(access.visible_placements(bob)) == [placement]


def test_it_takes_two_people_to_sign_a_placement(acme):
    both = MembershipFactory(organization=acme, granted_roles=["hr_analyst"])
    person = PersonFactory(membership=both)
    placement = PlacementFactory(leader=person)
    assert access.can_sign_as_leader(both, placement)
    assert not access.can_sign_as_hr(both, placement)


def test_nobody_places_or_signs_for_themselves(acme):
    own = MembershipFactory(organization=acme, granted_roles=["ld_admin", "hr_analyst"])
    placement = PlacementFactory(participant__person=PersonFactory(membership=own))
    assert not access.can_propose_placement(own, placement.participant)
    assert not access.can_sign_as_hr(own, placement)


def test_parts_are_reached_through_their_own_program_only(ld_admin, sign_in):
    program, other = ProgramFactory(), ProgramFactory()
    objective, competency = ObjectiveFactory(program=other), CompetencyFactory(program=other)
    client = sign_in(ld_admin)
    addresses = [
        reverse("cohorts:part_delete", args=["acme", program.pk, "objectives", objective.pk]),
        reverse("cohorts:part_edit", args=["acme", program.pk, "behaviors", competency.behaviors.first().pk]),
        reverse("cohorts:competency_detail", args=["acme", program.pk, competency.pk]),
        reverse("cohorts:section_detail", args=["acme", program.pk, "behaviors"]),
    ]
    assert [client.get(url).status_code for url in addresses] == [404] * 4
