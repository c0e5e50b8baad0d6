"""Calibration: opened on a complete assessment, moved with reasons, nothing lost, frozen when closed."""

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection import access
from selection.models import CalibrationSession, Decision, Scoresheet, Stage
from selection.nine_box import Box
from selection.queries import unmet_for_move
from selection.queries.assessment import assessments_of
from selection.queries.calibrated import calibrated_in
from selection.queries.calibration import board_of, talk_on, unready_to_calibrate
from selection.queries.calibration_people import proposed, seats_in
from selection.queries.slate import decisions_on
from selection.queries.tasks import tasks_for
from selection.services import (
    MovedMeanwhile,
    assign_assessor,
    close_calibration,
    decide,
    draw_slate,
    invite_to_calibration,
    move_candidate,
    note_in_calibration,
    open_calibration,
    save_scores,
    take_out_of_calibration,
    withdraw_candidate,
)
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ScoresheetFactory,
    assessed_candidate,
    in_state,
    nominating_cohort,
    open_until,
)


def place(calibration, name):
    return calibration.places.select_related("candidate__person", "session__cohort").get(
        candidate__person__first_name=name
    )


def boxes(calibration):
    return {str(each.candidate): str(each.box) for each in calibration.places.order_by("pk")}


def move(calibration, name, performance, potential, *, by, version=None, reason="Led the tender alone."):
    at = place(calibration, name)
    return move_candidate(
        at,
        performance=performance,
        potential=potential,
        reason=reason,
        version=at.version if version is None else version,
        by=by,
    )


# --- opening -----------------------------------------------------------------------------------------


def test_everybody_is_placed_by_the_data(calibration):
    """Ratings of 4 are high; the view of 3 and the assessment weigh 25 to 45."""
    assert boxes(calibration) == {"Ana": "Star", "Ben": "High performer", "Cleo": "Solid performer"}
    assert place(calibration, "Ana").measured == {
        "performance": "75.00",
        "potential": "50.00",
        "assessment": "100.00",
        "weights": [25, 45],
        "assessors": 2,
        "apart": "0",
    }


def test_who_was_measured_too_little_has_no_box(assessed, ld_admin, erin):
    CandidateFactory(cohort=assessed, person=PersonFactory(first_name="Nora", last_name=""))
    open_until(assessed, Stage.Kind.ASSESSMENT, -2)
    calibration = open_calibration(assessed, [], by=ld_admin)
    assert boxes(calibration)["Nora"] == "None"
    board = board_of(calibration, ld_admin)
    assert [card.name.strip() for card in board.waiting] == ["Nora"]
    assert board.waiting[0].cautions == ["not assessed", "no yearly ratings", "no view of potential"]
    move(calibration, "Nora", 2, 2, by=ld_admin, reason="Seen in two projects.")
    assert boxes(calibration)["Nora"] == "Core player"


def test_it_opens_when_every_sheet_is_in_or_the_window_is_over(assessed, ld_admin):
    late = ScoresheetFactory(candidate=assessed.candidates.first(), assessor=AssessorFactory(cohort=assessed))
    assert unready_to_calibrate(assessed) == ["Score sheets of 1 candidate are not submitted yet."]
    with pytest.raises(ValidationError, match="not submitted yet"):
        open_calibration(assessed, [], by=ld_admin)
    open_until(assessed, Stage.Kind.ASSESSMENT, -2)
    calibration = open_calibration(assessed, [], by=ld_admin)
    assert calibration.is_open
    close_calibration(calibration, by=ld_admin)
    # what was not handed in counts for nothing, so it holds nobody up
    assert unmet_for_move(assessed, Cohort.State.SELECTING) == []
    late.refresh_from_db()
    assert late.state == Scoresheet.State.OPEN


def test_it_does_not_open_once_its_own_window_is_over(assessed, ld_admin):
    open_until(assessed, Stage.Kind.CALIBRATION, -2)
    with pytest.raises(ValidationError, match=r"The calibration closed at the end of .* Give it a later day"):
        open_calibration(assessed, [], by=ld_admin)
    open_until(assessed, Stage.Kind.CALIBRATION, 2)
    assert open_calibration(assessed, [], by=ld_admin).is_open


def test_it_opens_once_and_before_the_slate(assessed, calibration, ld_admin):
    with pytest.raises(ValidationError, match="opened already"):
        open_calibration(assessed, [], by=ld_admin)
    other = in_state(nominating_cohort(), Cohort.State.SELECTING)
    other.slates.create(seats=1, tie_seed="x")
    assert unready_to_calibrate(other) == ["The slate is drawn up, so there is nothing left to calibrate."]
    assert unready_to_calibrate(nominating_cohort()) == [
        "A calibration begins when the assessment is complete."
    ]


def test_nobody_scores_or_is_given_sheets_from_then_on(assessed, ld_admin, erin):
    candidate = assessed.candidates.first()
    assessor = AssessorFactory(cohort=assessed)
    sheet = ScoresheetFactory(candidate=candidate, assessor=assessor)
    login_of(assessor.person)
    open_until(assessed, Stage.Kind.ASSESSMENT, -2)
    open_calibration(assessed, [], by=ld_admin)
    Stage.objects.filter(plan__cohort=assessed).delete()  # L&D moves the day: it changes nothing
    assert not access.can_score(assessor.person.membership, sheet)
    with pytest.raises(ValidationError, match="Scoring ended when the calibration began"):
        save_scores(sheet, {}, by=assessor.person.membership)
    with pytest.raises(ValidationError, match="Scoring ended when the calibration began"):
        assign_assessor(candidate, AssessorFactory(cohort=assessed), by=ld_admin)


def login_of(person):
    person.membership = MembershipFactory(organization=person.organization, user__name=person.name)
    person.save()
    return person.membership


# --- who takes part ----------------------------------------------------------------------------------


def test_those_invited_are_told_and_read_it_until_the_release(
    assessed, calibration, ld_admin, erin, bob, hr_analyst
):
    assert {str(seat.participant) for seat in seats_in(calibration)} == {str(ld_admin), str(erin)}
    assert Notification.objects.filter(kind="selection.calibration_invited").count() == 1
    assert access.visible_calibrations(erin).get() == calibration
    assert access.visible_calibrations(bob).count() == 0
    assert access.visible_calibrations(hr_analyst).get() == calibration
    assert (access.can_discuss(erin, calibration), access.can_discuss(hr_analyst, calibration)) == (
        True,
        False,
    )
    close_calibration(calibration, by=ld_admin)
    assert access.visible_calibrations(erin).exists()
    Cohort.objects.filter(pk=assessed.pk).update(released_at=timezone.now())
    assert not access.visible_calibrations(erin).exists()
    assert access.visible_calibrations(hr_analyst).exists()


def test_only_leaders_assessors_hr_and_ld_are_invited_and_never_a_candidate(
    assessed, ld_admin, bob, hr_analyst, login
):
    ana = login(assessed.candidates.get(person__first_name="Ana").person, "ld_admin")
    calibration = open_calibration(assessed, [], by=ld_admin)
    for who in (bob, ana):
        with pytest.raises(ValidationError, match="cannot be invited"):
            invite_to_calibration(calibration, who, by=ld_admin)
    assert not access.visible_calibrations(ana).exists()
    participant = invite_to_calibration(calibration, hr_analyst, by=ld_admin)
    with pytest.raises(ValidationError, match="takes part already"):
        invite_to_calibration(calibration, hr_analyst, by=ld_admin)
    take_out_of_calibration(participant, by=ld_admin)
    assert not access.can_discuss(hr_analyst, calibration)
    with pytest.raises(PermissionDenied):
        invite_to_calibration(calibration, hr_analyst, by=hr_analyst)


def test_proposed_are_ld_and_hr_the_panel_and_nominating_leaders(
    assessed, ld_admin, hr_analyst, erin, alice, bob
):
    found = {title: {str(each) for each in members} for title, members in proposed(assessed)}
    assert found == {
        "L&D and HR": {str(ld_admin), str(hr_analyst)},
        "Assessors": {str(erin)},
        "Nominating leaders": {str(alice)},
    }


def test_who_nominated_or_is_in_the_line_discusses_and_does_not_move(assessed, ld_admin, alice, dana, erin):
    ben = assessed.candidates.get(person__first_name="Ben").person
    ben.manager = dana.person
    ben.line = f"{dana.person.line}{ben.pk}/"
    ben.save()
    calibration = open_calibration(assessed, [alice, dana, erin], by=ld_admin)
    alices = board_of(calibration, alice)
    barred = {card.name.strip(): card.barred for card in cards_of(alices)}
    assert barred["Ana"] == "Alice Manager nominated Ana."
    danas = {card.name.strip(): card.barred for card in cards_of(board_of(calibration, dana))}
    assert danas == {"Ana": "", "Ben": "Dana Director stands above Ben in the reporting line.", "Cleo": ""}
    with pytest.raises(PermissionDenied, match="nominated Ana"):
        move(calibration, "Ana", 1, 1, by=alice)
    note_in_calibration(place(calibration, "Ana"), "She took the account over at its worst.", by=alice)
    move(calibration, "Ana", 3, 2, by=dana)
    interests = {
        str(seat.participant): [str(one) for one, _ in seat.interests] for seat in seats_in(calibration)
    }
    assert interests == {
        str(ld_admin): [],
        str(alice): ["Ana", "Ben", "Cleo"],
        str(dana): ["Ben"],
        str(erin): [],
    }


def cards_of(board):
    return [card for row in board.rows for box in row.boxes for card in box.cards]


def test_who_only_reads_moves_nobody(calibration, hr_analyst, bob):
    for who in (hr_analyst, bob):
        with pytest.raises(PermissionDenied):
            move(calibration, "Ana", 1, 1, by=who)
        with pytest.raises(PermissionDenied):
            note_in_calibration(place(calibration, "Ana"), "Hello.", by=who)


# --- moving and talking ------------------------------------------------------------------------------


def test_every_move_is_kept_with_its_reason_and_by_whom(calibration, ld_admin, erin):
    move(calibration, "Ben", 2, 3, by=erin, reason="Turned the Lyon account around.")
    note_in_calibration(place(calibration, "Ben"), "One year in the role.", by=ld_admin)
    move(calibration, "Ben", 2, 2, by=ld_admin, reason="One account is not a pattern.")
    told = [
        (each.who, each.words, str(each.move.from_box) + " → " + str(each.move.box) if each.move else "")
        for each in talk_on(place(calibration, "Ben"))
    ]
    assert told == [
        (str(erin), "Turned the Lyon account around.", "High performer → High potential"),
        (str(ld_admin), "One year in the role.", ""),
        (str(ld_admin), "One account is not a pattern.", "High potential → Core player"),
    ]
    assert place(calibration, "Ben").first_box == Box(3, 2)
    calibration.refresh_from_db()
    assert calibration.version == 4


def test_a_move_needs_another_box_and_a_reason(calibration, erin):
    with pytest.raises(ValidationError, match="stands in High performer already"):
        move(calibration, "Ben", 3, 2, by=erin)
    with pytest.raises(ValidationError, match="Choose one of the nine"):
        move(calibration, "Ben", 4, 2, by=erin)
    with pytest.raises(ValidationError, match="Say why"):
        move(calibration, "Ben", 2, 2, by=erin, reason="  ")
    with pytest.raises(ValidationError, match="Write what should"):
        note_in_calibration(place(calibration, "Ben"), " ", by=erin)
    assert boxes(calibration)["Ben"] == "High performer"


def test_the_second_of_two_moves_reads_who_was_first_and_why(calibration, ld_admin, erin):
    seen = place(calibration, "Ben").version
    move(calibration, "Ben", 2, 3, by=erin, version=seen, reason="Turned Lyon around.")
    with pytest.raises(MovedMeanwhile, match=r"Erin Assessor moved Ben to High potential at .*Turned Lyon"):
        move(calibration, "Ben", 3, 3, by=ld_admin, version=seen)
    assert boxes(calibration)["Ben"] == "High potential"
    move(calibration, "Ben", 3, 3, by=ld_admin)
    assert boxes(calibration)["Ben"] == "Star"


def test_somebody_who_leaves_the_selection_leaves_the_board(calibration, ld_admin):
    before = CalibrationSession.objects.get().version
    withdraw_candidate(place(calibration, "Ben").candidate, why="Took another role.", by=ld_admin)
    assert CalibrationSession.objects.get().version == before + 1
    assert [card.name.strip() for card in cards_of(board_of(calibration, ld_admin))] == ["Ana", "Cleo"]
    with pytest.raises(ValidationError, match="no longer in this selection"):
        move(calibration, "Ben", 1, 1, by=ld_admin)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_the_same_moment_are_one_and_a_conflict():
    organization = OrganizationFactory(slug="acme")
    with organization_context(organization):
        cohort = in_state(nominating_cohort(), Cohort.State.ASSESSING)
        assessed_candidate(cohort, [AssessorFactory(cohort=cohort) for _ in range(2)], first_name="Ana")
        admins = [MembershipFactory(organization=organization, granted_roles=["ld_admin"]) for _ in range(2)]
        calibration = open_calibration(cohort, admins, by=admins[0])
        only = calibration.places.get()
    outcomes, ready = [], threading.Barrier(2)

    def run(by, potential):
        with organization_context(organization):
            ready.wait()
            try:
                move_candidate(only, performance=1, potential=potential, reason="So.", version=0, by=by)
                outcomes.append("moved")
            except MovedMeanwhile:
                outcomes.append("told")
        connection.close()

    threads = [threading.Thread(target=run, args=(by, 1 + n)) for n, by in enumerate(admins)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with organization_context(organization):
        assert sorted(outcomes) == ["moved", "told"]
        assert only.moves.count() == 1


# --- closing -----------------------------------------------------------------------------------------


def test_closed_it_stays_as_it_is(calibration, ld_admin, erin):
    with pytest.raises(PermissionDenied):
        close_calibration(calibration, by=erin)
    close_calibration(calibration, by=ld_admin)
    with pytest.raises(ValidationError, match="closed the calibration at"):
        move(calibration, "Ben", 2, 2, by=erin)
    with pytest.raises(ValidationError, match="closed the calibration at"):
        note_in_calibration(place(calibration, "Ben"), "Too late.", by=erin)
    with pytest.raises(ValidationError, match="closed the calibration at"):
        close_calibration(calibration, by=ld_admin)


def test_when_its_window_is_over_nobody_moves_and_ld_closes_it_or_moves_the_day(calibration, ld_admin, erin):
    cohort = calibration.cohort
    open_until(cohort, Stage.Kind.CALIBRATION, -2)
    sentence = r"The calibration closed at the end of .* What you typed is still here. L&D can move the day."
    with pytest.raises(ValidationError, match=sentence):
        move(calibration, "Ben", 2, 2, by=erin)
    with pytest.raises(ValidationError, match=sentence):
        note_in_calibration(place(calibration, "Ben"), "One year in the role.", by=ld_admin)
    assert not access.can_discuss(erin, calibration)
    assert tasks_for(erin) == []
    assert [task.title for task in tasks_for(ld_admin)] == [
        "Close the calibration of Account Leadership 2027"
    ]
    open_until(cohort, Stage.Kind.CALIBRATION, 2)
    assert access.can_discuss(erin, calibration)
    assert str(move(calibration, "Ben", 2, 2, by=erin).box) == "Core player"
    open_until(cohort, Stage.Kind.CALIBRATION, -2)
    assert not close_calibration(calibration, by=ld_admin).is_open


def test_the_database_holds_it_closed(calibration, ld_admin, erin):
    moved = move(calibration, "Ben", 2, 3, by=erin)
    note = note_in_calibration(place(calibration, "Ben"), "One year in the role.", by=ld_admin)
    ben = place(calibration, "Ben")
    for rows, change in (
        (type(moved).objects.filter(pk=moved.pk), {"reason": "Another."}),
        (type(note).objects.filter(pk=note.pk), {"text": "Another."}),
    ):  # what was said stays, also while it is open
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    close_calibration(calibration, by=ld_admin)
    for write in (
        lambda: calibration.places.filter(pk=ben.pk).update(performance=1),
        lambda: ben.moves.create(performance=1, potential=1, reason="x", moved_by=erin),
        lambda: ben.notes.create(text="x", written_by=erin),
        lambda: calibration.participants.create(member=MembershipFactory(organization=ld_admin.organization)),
        lambda: CalibrationSession.objects.filter(pk=calibration.pk).update(state="open", closed_at=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    # who did it may leave the organization for good
    type(moved).objects.filter(pk=moved.pk).update(moved_by=None)
    CalibrationSession.objects.filter(pk=calibration.pk).update(closed_by=None)


# --- what it changes ---------------------------------------------------------------------------------


def test_the_slate_waits_and_then_shows_the_box_beside_an_unchanged_composite(
    assessed, calibration, ld_admin
):
    before = {pk: each.score for pk, each in assessments_of(assessed).items()}
    move(calibration, "Cleo", 3, 3, by=ld_admin, reason="Ill on the day; the file says otherwise.")
    with pytest.raises(ValidationError, match="calibration of this cohort is still open"):
        draw_slate(assessed, by=ld_admin)
    close_calibration(calibration, by=ld_admin)
    slate = draw_slate(assessed, by=ld_admin)
    boxes_found = calibrated_in(assessed)
    found = [
        (str(each.candidate), each.rank, each.composite, str(boxes_found[each.candidate_id].box))
        for each in decisions_on(slate)
    ]
    assert found == [
        ("Ana", 1, Decimal("80.00"), "Star"),
        ("Ben", 2, Decimal("57.50"), "High performer"),
        ("Cleo", 3, Decimal("35.00"), "Star"),
    ]
    assert {pk: each.score for pk, each in assessments_of(assessed).items()} == before


def test_calibration_is_a_reason_against_the_rank_where_there_was_one(assessed, calibration, ld_admin):
    close_calibration(calibration, by=ld_admin)
    slate = draw_slate(assessed, by=ld_admin)
    cleo = decisions_on(slate)[2]
    reason = Decision.Reason.CALIBRATION
    with pytest.raises(ValidationError, match="Say why in a sentence"):
        decide(cleo, outcome="selected", reason=reason, by=ld_admin)
    decide(cleo, outcome="selected", reason=reason, remark="Star by all accounts.", by=ld_admin)


def test_without_calibration_it_is_no_reason(assessed, ld_admin):
    cleo = decisions_on(draw_slate(assessed, by=ld_admin))[2]
    with pytest.raises(ValidationError, match="was in no calibration"):
        decide(cleo, outcome="selected", reason="calibration", remark="So.", by=ld_admin)


def test_the_audit_log_tells_that_not_what(calibration, ld_admin, erin):
    move(calibration, "Ben", 2, 3, by=erin, reason="Turned the Lyon account around.")
    note_in_calibration(place(calibration, "Ben"), "A star in the making.", by=erin)
    close_calibration(calibration, by=ld_admin)
    entries = AuditEntry.objects.filter(verb__startswith="calibration.").order_by("pk")
    assert [(each.verb, each.actor_name, each.before, each.after, each.why) for each in entries] == [
        ("calibration.opened", str(ld_admin), {}, {"participants": 2}, ""),
        ("calibration.moved", "Erin Assessor", {}, {}, ""),
        ("calibration.noted", "Erin Assessor", {}, {}, ""),
        ("calibration.closed", str(ld_admin), {"state": "open"}, {"state": "closed"}, ""),
    ]


def test_another_organization_has_none_of_it(calibration, stranger, globex):
    with organization_context(globex):
        assert access.visible_calibrations(stranger).count() == 0
        assert access.visible_calibration_places(stranger).count() == 0
