"""An assessor who becomes a candidate's manager, nominator or rival after the sheet was handed out."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.directory.changes import announce
from amdp.directory.services import rebuild_lines
from amdp.notifications.models import Notification
from cohorts.models import Cohort
from selection import tasks
from selection.agreement import given_in
from selection.models import AssessorConflict, Candidate, Scoresheet
from selection.queries import unmet_for_move
from selection.queries.assessment import assessments_of, behaviors_of
from selection.queries.candidates import file_of
from selection.queries.home import sheets_for
from selection.queries.tasks import tasks_for
from selection.services import (
    Mark,
    ask_to_keep,
    decide_to_keep,
    draw_slate,
    exclude_ratings,
    include_ratings,
    reassign_sheets,
    save_scores,
    submit_scoresheet,
    withdraw_candidate,
)
from selection.services.candidates import settle
from selection.services.closeness import flag_all, flag_conflicts
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorConflictFactory,
    AssessorFactory,
    CandidateFactory,
    NominationFactory,
    ScoresheetFactory,
    eligible_person,
    in_state,
    score,
)

State = AssessorConflict.State
WHY = "Nobody else speaks Japanese, and both leaders agree."


@pytest.fixture
def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


@pytest.fixture
def sheet(assessing, jordan, erin):
    """Erin's open sheet for Jordan."""
    candidate = CandidateFactory(cohort=assessing, person=jordan.person)
    return ScoresheetFactory(
        candidate=candidate, assessor=AssessorFactory(cohort=assessing, person=erin.person)
    )


@pytest.fixture
def hanna(login):
    """The HR analyst."""
    return login(PersonFactory(first_name="Hanna", last_name="Analyst"), "hr_analyst")


@pytest.fixture
def other(assessing, login):
    """Somebody else of the panel."""
    return AssessorFactory(cohort=assessing, person=PersonFactory(first_name="Oscar", last_name="Observer"))


def promote(erin, jordan):
    """Erin becomes Jordan's manager."""
    jordan.person.manager = erin.person
    jordan.person.save()
    rebuild_lines()
    jordan.person.refresh_from_db()


@pytest.fixture
def flagged(sheet, erin, jordan, ada):
    """Erin became Jordan's manager, and it was found."""
    promote(erin, jordan)
    flag_all()
    return AssessorConflict.objects.get()


def rate(sheet, by):
    save_scores(
        sheet, {each.pk: Mark(4, "Asked for the budget first.") for each in behaviors_of(sheet)}, by=by
    )


# --- found -------------------------------------------------------------------------------------------


def test_a_change_in_the_directory_flags_it_the_same_day(
    acme, sheet, erin, jordan, ada, monkeypatch, django_capture_on_commit_callbacks
):
    for name in ("reevaluate", "reroute", "flag_conflicts"):
        task = getattr(tasks, name)
        monkeypatch.setattr(task, "delay", lambda pk, task=task: task(pk))
    with django_capture_on_commit_callbacks(execute=True):
        promote(erin, jordan)
        announce()
    found = AssessorConflict.objects.get()
    assert (found.ground, found.words) == ("line", "became Jordan’s manager")
    assert found.text.startswith("Erin Assessor became Jordan’s manager on ")
    notices = Notification.objects.filter(kind="selection.conflict_found")
    assert {each.membership for each in notices} | {
        each.person and each.person.membership for each in notices
    } >= {ada}
    assert AuditEntry.objects.filter(verb="assessor_conflict.found").count() == 1


def test_it_is_told_once_however_often_it_is_looked_at(flagged, assessing):
    assert flag_conflicts(assessing) == []
    assert Notification.objects.filter(kind="selection.conflict_found").count() == 1


def test_a_higher_leader_a_nominator_and_a_rival_are_flagged_in_their_words(sheet, erin, jordan, alice, ada):
    alice.person.manager = erin.person
    alice.person.save()
    rebuild_lines()
    flag_all()
    assert AssessorConflict.objects.get().words == "came to stand above Jordan in the line"
    NominationFactory(candidate=sheet.candidate, nominator=erin.person, state="submitted")
    flag_all()
    flagged = AssessorConflict.objects.exclude(state=State.SETTLED).get()
    assert (flagged.ground, flagged.words) == ("proposer", "nominated Jordan")
    CandidateFactory(cohort=sheet.candidate.cohort, person=erin.person, state="proposed")
    flag_all()
    flagged = AssessorConflict.objects.exclude(state=State.SETTLED).get()
    assert (flagged.ground, flagged.words) == ("rival", "became a candidate of this cohort")


def test_who_is_nominated_while_on_the_panel_is_looked_for_at_once(
    sheet, cohort, erin, alice, ada, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(tasks.flag_conflicts, "delay", lambda pk: tasks.flag_conflicts(pk))
    rival = CandidateFactory(cohort=sheet.candidate.cohort, person=erin.person, state=Candidate.State.DRAFTED)
    NominationFactory(
        candidate=rival,
        nominator=alice.person,
        state="submitted",
        submitted_at=datetime.datetime.now(datetime.UTC),
    )
    with django_capture_on_commit_callbacks(execute=True):
        settle(rival)
    assert AssessorConflict.objects.get().ground == "rival"


def test_it_settles_by_itself_when_it_is_over(flagged, jordan, alice):
    jordan.person.manager = alice.person
    jordan.person.save()
    rebuild_lines()
    flag_all()
    flagged.refresh_from_db()
    assert flagged.state == State.SETTLED


def test_it_is_looked_for_until_the_outcomes_are_released(sheet, assessing, erin, jordan):
    promote(erin, jordan)
    in_state(assessing, Cohort.State.RUNNING)
    assert flag_all() == 0
    in_state(assessing, Cohort.State.SELECTING)
    assert flag_all() == 1


# --- an open sheet -----------------------------------------------------------------------------------


def test_an_open_sheet_cannot_be_handed_in_and_what_is_written_stays(flagged, sheet, erin):
    rate(sheet, erin)
    with pytest.raises(ValidationError, match="L&D has to look at who scores this candidate"):
        submit_scoresheet(sheet, by=erin)
    assert sheet.ratings.count() == 4


def test_handed_on_it_is_settled(flagged, other, ada, jordan):
    assert [each.assessor for each in reassign_sheets(flagged, other, by=ada)] == [other]
    flagged.refresh_from_db()
    assert flagged.state == State.SETTLED
    assert Scoresheet.objects.get().assessor == other


def test_it_is_not_handed_to_somebody_with_a_conflict_and_then_nothing_changes(
    flagged, assessing, alice, erin, jordan, ada
):
    NominationFactory(candidate=flagged.candidate, nominator=alice.person, state="approved")
    barred = AssessorFactory(cohort=assessing, person=alice.person)
    with pytest.raises(ValidationError, match="nominated Jordan Lee"):
        reassign_sheets(flagged, barred, by=ada)
    assert Scoresheet.objects.get().assessor == flagged.assessor


def test_kept_with_a_reason_by_a_second_person_it_can_be_handed_in(flagged, sheet, erin, ada, hanna):
    with pytest.raises(ValidationError):
        ask_to_keep(flagged, reason=" ", by=ada)
    ask_to_keep(flagged, reason=WHY, by=ada)
    with pytest.raises(PermissionDenied):
        decide_to_keep(flagged, keep=True, by=ada)
    decide_to_keep(flagged, keep=True, by=hanna)
    rate(sheet, erin)
    assert submit_scoresheet(sheet, by=erin).state == "submitted"
    with pytest.raises(ValidationError, match="Nobody asks this any more"):
        decide_to_keep(flagged, keep=False, remark="No.", by=hanna)


def test_refused_it_waits_again(flagged, ada, hanna):
    ask_to_keep(flagged, reason=WHY, by=ada)
    with pytest.raises(ValidationError, match="Say why"):
        decide_to_keep(flagged, keep=False, by=hanna)
    assert decide_to_keep(flagged, keep=False, remark="Find somebody.", by=hanna).state == State.OPEN
    assert Notification.objects.filter(kind="selection.conflict_decided").count() == 1


def test_a_candidate_never_goes_on_scoring(sheet, erin, ada):
    CandidateFactory(cohort=sheet.candidate.cohort, person=erin.person)
    flag_all()
    with pytest.raises(ValidationError, match="Hand the sheets on"):
        ask_to_keep(AssessorConflict.objects.get(), reason=WHY, by=ada)


def test_the_assessor_settles_nothing_about_themselves(sheet, assessing, jordan, login):
    lena = login(eligible_person(first_name="Lena"), "ld_admin")
    mine = AssessorConflictFactory(
        candidate=sheet.candidate, assessor=AssessorFactory(cohort=assessing, person=lena.person)
    )
    with pytest.raises(PermissionDenied):
        ask_to_keep(mine, reason=WHY, by=lena)


# --- submitted ones ----------------------------------------------------------------------------------


def test_what_is_handed_in_stays_and_can_be_left_out_of_the_composite(sheet, other, erin, jordan, ada):
    score(sheet, 5)
    score(ScoresheetFactory(candidate=sheet.candidate, assessor=other), 3)
    promote(erin, jordan)
    flag_all()
    flagged = AssessorConflict.objects.get()
    cohort, candidate = sheet.candidate.cohort, sheet.candidate_id
    assert [each.mean for each in assessments_of(cohort)[candidate].competencies] == [4, 4]
    assert unmet_for_move(cohort, "selecting") == [
        "Decide on 1 assessor who is too close to a candidate by now."
    ]
    with pytest.raises(ValidationError, match="Say why"):
        exclude_ratings(flagged, why="", by=ada)
    exclude_ratings(flagged, why="Became her manager the day before.", by=ada)
    assert [each.mean for each in assessments_of(cohort)[candidate].competencies] == [3, 3]
    assert sheet.ratings.count() == 4
    assert {assessor for assessor, _ in given_in(cohort.pk).scores} == {other.pk}
    assert unmet_for_move(cohort, "selecting") == ["Give 1 candidate at least 2 assessors."]
    include_ratings(flagged, why="It was handed in before.", by=ada)
    flagged.refresh_from_db()
    assert flagged.state == State.OPEN
    assert [each.mean for each in assessments_of(cohort)[candidate].competencies] == [4, 4]


def test_the_file_tells_it(flagged, ada):
    texts = [each.text for each in file_of(flagged.candidate, ada).entries]
    assert flagged.text in texts


# --- once the slate is drawn up ----------------------------------------------------------------------


@pytest.fixture
def drawn(sheet, other, ada):
    """Erin and Oscar scored Jordan, and the slate is drawn up."""
    score(sheet, 4)
    score(ScoresheetFactory(candidate=sheet.candidate, assessor=other), 3)
    return draw_slate(sheet.candidate.cohort, by=ada)


def test_what_comes_up_then_is_read_on_the_slate_and_changes_nothing(
    drawn, sheet, erin, jordan, ada, hanna, sign_in
):
    promote(erin, jordan)
    assert (flag_all(), flag_all()) == (1, 0)
    late = AssessorConflict.objects.get()
    assert late.state == State.SETTLED
    told = Notification.objects.filter(kind="selection.conflict_late")
    assert [each.person for each in told] == [ada.person]
    assert not Notification.objects.filter(kind="selection.conflict_found").exists()
    assert "Decide who scores Jordan Lee" not in [task.title for task in tasks_for(ada)]
    place = drawn.decisions.get()
    for who, name, pk in (
        (ada, "slate_detail", drawn.cohort_id),
        (ada, "decision_edit", place.pk),
        (hanna, "slate_detail", drawn.cohort_id),
    ):
        page = sign_in(who).get(reverse(f"selection:{name}", args=["acme", pk])).text
        assert f"{late.text}, and scored Jordan before." in page
    with pytest.raises(ValidationError, match="The slate is drawn up"):
        exclude_ratings(late, why="Too close.", by=ada)
    assert late.text in [each.text for each in file_of(late.candidate, ada).entries]


def test_before_it_is_drawn_up_it_is_decided_first(sheet, other, assessing, erin, jordan, ada):
    score(sheet, 4)
    score(ScoresheetFactory(candidate=sheet.candidate, assessor=other), 3)
    in_state(assessing, Cohort.State.SELECTING)
    promote(erin, jordan)
    flag_all()
    with pytest.raises(ValidationError, match="Decide on 1 assessor who is too close"):
        draw_slate(assessing, by=ada)
    ask_to_keep(AssessorConflict.objects.get(), reason=WHY, by=ada)


# --- a candidate withdraws after being rated ---------------------------------------------------------


def test_a_candidate_who_withdraws_after_being_rated(sheet, other, assessing, erin, jordan, ada):
    """The file and the ratings stay, open sheets are closed, nobody waits for them, and they are not ranked.
    How far the assessors agree still counts what was handed in."""
    score(ScoresheetFactory(candidate=sheet.candidate, assessor=other), 4)
    rated = CandidateFactory(cohort=assessing)
    for assessor in (sheet.assessor, other):
        score(ScoresheetFactory(candidate=rated, assessor=assessor), 3)
    withdraw_candidate(sheet.candidate, why="Takes another role.", by=ada)
    candidate = Candidate.objects.get(pk=sheet.candidate_id)
    entries = [each.text for each in file_of(candidate, ada).entries]
    assert "Oscar Observer submitted the score sheet" in entries
    assert candidate.scoresheets.filter(state="submitted").get().ratings.count() == 4
    assert list(sheets_for(erin)) == []
    with pytest.raises(ValidationError, match="no longer in this selection"):
        submit_scoresheet(sheet, by=erin)
    assert unmet_for_move(assessing, "selecting") == []
    slate = draw_slate(assessing, by=ada)
    assert [each.candidate for each in slate.decisions.all()] == [rated]
    agreement = given_in(assessing.pk)
    assert {unit.split(":")[0] for unit, *_ in agreement.whole} == {str(rated.pk), str(candidate.pk)}


# --- pages -------------------------------------------------------------------------------------------


def address(conflict):
    return reverse("selection:conflict_detail", args=[conflict.organization.slug, conflict.pk])


def test_l_and_d_hands_it_on_from_the_page(flagged, other, ada, client):
    client.force_login(ada.user)
    panel = client.get(reverse("selection:assessor_list", args=["acme", flagged.candidate.cohort_id]))
    assert "became Jordan’s manager" in panel.text
    assert [task.title for task in tasks_for(ada)] == ["Decide who scores Jordan Lee"]
    answer = client.post(address(flagged), {"action": "reassign", "to-assessor": other.pk}, follow=True)
    assert "The sheets are handed on." in answer.text
    assert Scoresheet.objects.get().assessor == other


def test_two_people_keep_it_from_the_page(flagged, ada, hanna, client):
    client.force_login(ada.user)
    client.post(address(flagged), {"action": "ask", "keep-reason": WHY})
    assert client.post(address(flagged), {"action": "decide", "second-decision": "keep"}).status_code == 403
    client.force_login(hanna.user)
    assert WHY in client.get(address(flagged)).text
    client.post(address(flagged), {"action": "decide", "second-decision": "keep"})
    flagged.refresh_from_db()
    assert (flagged.state, flagged.decided_by) == (State.KEPT, hanna)


def test_the_assessor_reads_a_sentence_and_not_the_reason(flagged, sheet, erin, client):
    client.force_login(erin.user)
    page = client.get(reverse("selection:scoresheet_edit", args=["acme", sheet.pk])).text
    assert "L&amp;D has to look at who scores this candidate" in page
    assert "manager on" not in page
    assert client.get(address(flagged)).status_code == 404


def test_the_api_does_the_same(flagged, other, ada, hanna, client):
    def send(path, body):
        return client.post(path, body, content_type="application/json")

    client.force_login(ada.user)
    start = f"/api/v1/o/acme/assessor-conflicts/{flagged.pk}/"
    assert client.get(start).json()["state"] == "open"
    assert send(f"{start}keep/", {"reason": WHY}).json()["state"] == "asked"
    client.force_login(hanna.user)
    assert send(f"{start}refuse/", {"remark": "No."}).json()["state"] == "open"
    client.force_login(ada.user)
    assert send(f"{start}exclude/", {"why": "x"}).status_code == 400
    assert send(f"{start}reassign/", {"assessor": other.pk}).json()["state"] == "settled"
