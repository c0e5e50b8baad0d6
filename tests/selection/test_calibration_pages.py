"""The pages and the API of a calibration: without JavaScript, live, in conflict, by role."""

import pytest
from django.urls import reverse

from amdp.tenancy.context import organization_context
from cohorts.models import Cohort
from selection.models import CalibrationPlace, CalibrationSession, Stage
from selection.services import close_calibration, draw_slate, open_calibration
from tests.factories.selection import (
    CalibrationPlaceFactory,
    CandidateFactory,
    in_state,
    nominating_cohort,
    open_until,
)
from tests.selection.test_calibration import boxes, place

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, pk):
    return reverse(f"selection:{name}", args=["acme", pk])


def text(answer):
    return " ".join(answer.content.decode().split())


# --- by role -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "board", "close"),
    [
        ("ld_admin", 200, 200),
        ("hr_analyst", 200, 403),
        ("erin", 200, 403),
        ("bob", 404, 404),
        ("owner", 404, 404),
    ],
)
def test_who_opens_which_page(calibration, sign_in, request, who, board, close):
    client = sign_in(request.getfixturevalue(who))
    one, pk = place(calibration, "Ana").pk, calibration.cohort_id
    found = [
        client.get(url(name, key)).status_code
        for name, key in (
            ("calibration_detail", pk),
            ("calibration_changes", pk),
            ("calibration_compare", pk),
            ("calibration_people", pk),
            ("calibration_place", one),
            ("calibration_close", pk),
        )
    ]
    assert found == [board] * 5 + [close]


def test_a_candidate_finds_nothing_whatever_else_they_are(assessed, ld_admin, login, sign_in):
    ana = login(assessed.candidates.get(person__first_name="Ana").person, "ld_admin")
    calibration = open_calibration(assessed, [], by=ld_admin)
    client = sign_in(ana)
    assert client.get(url("calibration_detail", assessed.pk)).status_code == 404
    assert client.get(url("calibration_place", place(calibration, "Ben").pk)).status_code == 404


def test_another_organization_finds_nothing(calibration, stranger, globex, client):
    pk = calibration.cohort_id
    with organization_context(globex):
        client.force_login(stranger.user)
        assert client.get(f"/o/{globex.slug}/selection/cohorts/{pk}/calibration/").status_code == 404


# --- beginning ---------------------------------------------------------------------------------------


def test_ld_begins_it_and_invites(assessed, ld_admin, erin, alice, sign_in):
    client = sign_in(ld_admin)
    assert "Begin the calibration…" in text(client.get(url("calibration_detail", assessed.pk)))
    page = text(client.get(url("calibration_begin", assessed.pk)))
    assert "Erin Assessor" in page
    assert "Scoring ends." in page
    answer = client.post(url("calibration_begin", assessed.pk), {"members": [erin.pk, alice.pk]})
    assert answer.url == url("calibration_detail", assessed.pk)
    calibration = CalibrationSession.objects.get()
    assert {each.member_id for each in calibration.participants.all()} == {ld_admin.pk, erin.pk, alice.pk}
    assert "Discusses, does not move" in text(client.get(url("calibration_people", assessed.pk)))


def test_somebody_is_invited_later_and_taken_out(calibration, ld_admin, alice, bob, sign_in):
    client = sign_in(ld_admin)
    assert "Alice Manager" in text(client.get(url("calibration_people", calibration.cohort_id)))
    invite = url("calibration_invite", calibration.cohort_id)
    assert "takes part and is being told" in text(client.post(invite, {"member": alice.pk}, follow=True))
    assert "cannot be invited" in text(client.post(invite, {"member": bob.pk}, follow=True))
    participant = calibration.participants.get(member=alice)
    answer = client.post(url("calibration_leave", participant.pk), follow=True)
    assert "Alice Manager does not take part any more." in text(answer)


def test_before_the_assessment_is_complete_it_says_what_is_missing(acme, ld_admin, sign_in):
    early = in_state(nominating_cohort(), Cohort.State.ASSESSING)
    CandidateFactory(cohort=early)
    page = text(sign_in(ld_admin).get(url("calibration_detail", early.pk)))
    assert "Give 1 candidate at least 2 assessors." in page
    assert "Begin the calibration…" not in page


# --- moving ------------------------------------------------------------------------------------------


def test_moving_with_plain_forms(calibration, erin, sign_in):
    client, ben = sign_in(erin), place(calibration, "Ben")
    page = text(client.get(url("calibration_place", ben.pk)))
    assert "Stands in</dt><dd><b>High performer" in page
    wanted = {"box": "2-3", "reason": "Turned Lyon around.", "version": 0}
    answer = text(client.post(url("calibration_move", ben.pk), wanted, follow=True))
    assert "Ben stands in High potential now." in answer
    assert "Erin Assessor: High performer → High potential" in answer
    assert boxes(calibration)["Ben"] == "High potential"


def test_a_slower_move_reads_who_was_first_and_keeps_the_reason(calibration, erin, ld_admin, sign_in):
    ben, client = place(calibration, "Ben"), sign_in(erin)
    move = url("calibration_move", ben.pk)
    client.post(move, {"box": "2-3", "reason": "Turned Lyon around.", "version": 0})
    client = sign_in(ld_admin)
    mine = {"box": "1-1", "reason": "Missed two reviews.", "version": 0}
    page = text(client.post(move, mine, **HTMX))
    assert "Erin Assessor moved Ben to High potential at" in page
    assert "Turned Lyon around." in page
    assert "Missed two reviews.</textarea>" in page
    assert 'name="version" value="1"' in page
    assert boxes(calibration)["Ben"] == "High potential"
    answer = client.post(move, {**mine, "version": 1}, **HTMX)
    assert "calibration-changed" in answer["HX-Trigger"]
    assert boxes(calibration)["Ben"] == "Underperformer"


def test_what_was_typed_stays_when_it_closed_meanwhile(calibration, erin, ld_admin, sign_in):
    client, ben = sign_in(erin), place(calibration, "Ben")
    close_calibration(calibration, by=ld_admin)
    wanted = {"box": "2-3", "reason": "Lyon.", "version": 0}
    page = text(client.post(url("calibration_move", ben.pk), wanted, **HTMX))
    assert "Lena Admin closed the calibration at" in page
    assert "Lyon.</textarea>" in page
    page = text(client.post(url("calibration_note", ben.pk), {"text": "One more thing."}, **HTMX))
    assert "It stays as it is." in page
    assert "One more thing.</textarea>" in page


def test_what_was_typed_stays_when_its_window_is_over(calibration, erin, ld_admin, sign_in):
    open_until(calibration.cohort, Stage.Kind.CALIBRATION, -2)
    ben, client = place(calibration, "Ben"), sign_in(erin)
    body = {"box": "3-3", "reason": "Best account plan of the year.", "version": ben.version}
    page = text(client.post(url("calibration_move", ben.pk), body))
    assert "The calibration closed at the end of" in page
    assert "L&amp;D can move the day." in page
    assert "Best account plan of the year.</textarea>" in page
    assert "Nobody moves anybody or adds a note." in text(
        client.get(url("calibration_detail", calibration.cohort_id))
    )
    board = text(sign_in(ld_admin).get(url("calibration_detail", calibration.cohort_id)))
    assert "give it a later day in the selection plan" in board


def test_who_nominated_finds_no_form_but_may_write_a_note(assessed, ld_admin, alice, sign_in):
    calibration = open_calibration(assessed, [alice], by=ld_admin)
    client, ben = sign_in(alice), place(calibration, "Ben")
    page = text(client.get(url("calibration_place", ben.pk)))
    assert "Alice Manager nominated Ben." in page
    assert "Move Ben" not in page
    wanted = {"box": "2-3", "reason": "So.", "version": 0}
    assert client.post(url("calibration_move", ben.pk), wanted).status_code == 403
    answer = client.post(url("calibration_note", ben.pk), {"text": "Took it over at its worst."}, follow=True)
    assert "Took it over at its worst." in text(answer)


# --- live --------------------------------------------------------------------------------------------


def test_nothing_new_is_204_and_a_change_is_the_board(calibration, erin, sign_in):
    client, ben = sign_in(erin), place(calibration, "Ben")
    changes = url("calibration_changes", calibration.cohort_id)
    assert client.get(changes, {"version": 1}).status_code == 204
    client.post(url("calibration_note", ben.pk), {"text": "One year in the role."})
    answer = client.get(changes, {"version": 1}, **HTMX)
    assert answer.status_code == 200
    assert "?version=2" in text(answer)
    assert "One year in the role." in text(answer)
    assert client.get(changes, {"version": 2}).status_code == 204


def test_asking_costs_the_same_for_one_candidate_and_thirty(calibration, erin, sign_in, count_queries):
    client, pk = sign_in(erin), calibration.cohort_id

    def cost():
        return [
            count_queries(lambda: client.get(url("calibration_changes", pk), {"version": 1})),
            count_queries(lambda: client.get(url("calibration_changes", pk), {"version": 0})),
            count_queries(lambda: client.get(url("calibration_people", pk))),
            count_queries(lambda: client.get(url("calibration_detail", pk))),
        ]

    cost()
    few = cost()
    for _ in range(30):
        CalibrationPlaceFactory(session=calibration, candidate=CandidateFactory(cohort=calibration.cohort))
    assert cost() == few
    quiet, board, *_ = few
    assert quiet <= board - 4


def test_comparing_costs_the_same_for_two_and_four(calibration, ld_admin, sign_in, count_queries):
    CalibrationPlaceFactory(session=calibration, candidate=CandidateFactory(cohort=calibration.cohort))
    client, pks = sign_in(ld_admin), list(CalibrationPlace.objects.values_list("pk", flat=True))
    page = url("calibration_compare", calibration.cohort_id)
    client.get(page, {"place": pks[:2]})
    two = count_queries(lambda: client.get(page, {"place": pks[:2]}))
    assert count_queries(lambda: client.get(page, {"place": pks})) == two
    shown = text(client.get(page, {"place": pks[:2]}))
    assert "Alice Manager" in shown
    assert "5.0 to 5.0, 2 assessors" in shown


# --- afterwards --------------------------------------------------------------------------------------


def test_the_box_stands_in_the_file_on_the_slate_and_in_the_decision(calibration, ld_admin, sign_in):
    client, ben = sign_in(ld_admin), place(calibration, "Ben")
    wanted = {"box": "3-3", "reason": "Led Lyon alone.", "version": 0}
    client.post(url("calibration_move", ben.pk), wanted)
    answer = client.post(url("calibration_close", calibration.cohort_id), follow=True)
    assert "Closed by Lena Admin" in text(answer)
    file = text(client.get(url("candidate_detail", ben.candidate_id)))
    assert "Lena Admin moved the candidate from High performer to Star" in file
    assert "Led Lyon alone." in file
    slate = draw_slate(calibration.cohort, by=ld_admin)
    assert "· Star" in text(client.get(url("slate_detail", calibration.cohort_id)))
    decision = slate.decisions.get(candidate=ben.candidate_id)
    page = text(client.get(url("decision_edit", decision.pk)))
    assert "Star, moved from High performer" in page
    assert 'value="calibration"' in page


def test_the_cohort_and_home_lead_to_the_board(calibration, erin, ld_admin, sign_in):
    assert "Take part in the calibration of Account Leadership 2027" in text(sign_in(erin).get("/o/acme/"))
    assert "To calibrate" in text(sign_in(erin).get(reverse("selection:selection_home", args=["acme"])))
    page = reverse("cohorts:cohort_detail", args=["acme", calibration.cohort_id])
    client = sign_in(ld_admin)
    assert "Open; the slate waits for it" in text(client.get(page))
    slate = text(client.get(url("slate_detail", calibration.cohort_id)))
    assert "The calibration is open. Close it first." in slate
    assert "Close the assessment and draw up the slate" not in slate


# --- api ---------------------------------------------------------------------------------------------


def ask(client, method, path, body=None, status=200):
    """What the endpoint answers, after a look at its status."""
    call = getattr(client, method)
    address = f"/api/v1/o/acme/calibrations/{path}"
    answer = call(address) if body is None else call(address, body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_the_api_has_every_verb(assessed, ld_admin, erin, alice, sign_in):
    client = sign_in(ld_admin)
    pk = ask(client, "post", "", {"cohort": assessed.pk, "members": [erin.pk]}, 201)["id"]
    board = ask(client, "get", f"{pk}/")
    ben = next(each for each in board["places"] if each["candidate_name"].strip() == "Ben")
    assert (ben["box"], ben["performance"], ben["potential"], ben["version"]) == ("High performer", 3, 2, 0)
    move = {"place": ben["id"], "performance": 2, "potential": 3, "reason": "Lyon.", "version": 0}
    assert ask(client, "post", f"{pk}/move/", move, 201)["from_performance"] == 3
    told = ask(client, "post", f"{pk}/move/", {**move, "potential": 1}, 409)
    assert "Lena Admin moved Ben to High potential" in told["detail"]
    said = ask(client, "post", f"{pk}/note/", {"place": ben["id"], "text": "New in role."}, 201)
    assert [each["words"] for each in said] == ["Lyon.", "New in role."]
    assert ask(client, "get", f"{pk}/story/?place={ben['id']}") == said
    assert ask(client, "get", f"{pk}/evidence/?place={ben['id']}")[0]["spreads"][0]["mean"] == "3.00"
    ask(client, "get", f"{pk}/changes/?version=3", None, 204)
    assert ask(client, "get", f"{pk}/changes/?version=1")["version"] == 3
    joined = ask(client, "post", f"{pk}/participants/", {"member": alice.pk}, 201)
    interests = {each["name"]: len(each["interests"]) for each in ask(client, "get", f"{pk}/participants/")}
    assert interests == {"Lena Admin": 0, "Erin Assessor": 0, "Alice Manager": 3}
    assert client.delete(f"/api/v1/o/acme/calibration-participants/{joined['id']}/").status_code == 204
    assert ask(client, "post", f"{pk}/close/", {})["state"] == "closed"
    told = ask(client, "post", f"{pk}/note/", {"place": ben["id"], "text": "Late."}, 400)
    assert "closed the calibration" in told["detail"]


def test_the_api_is_for_those_who_take_part(calibration, bob, erin, sign_in):
    ask(sign_in(bob), "get", f"{calibration.pk}/", None, 404)
    client = sign_in(erin)
    assert [each["barred"] for each in ask(client, "get", f"{calibration.pk}/")["places"]] == ["", "", ""]
    ask(client, "post", f"{calibration.pk}/close/", {}, 403)
