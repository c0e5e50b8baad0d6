"""Scoring on a tablet: notes while watching, two windows, a lost connection, and a window that closes."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from amdp.web.time import day
from cohorts.models import Cohort
from selection import access
from selection.models import Observation, Stage
from selection.queries.assessment import behaviors_of, jotted_on, marks_of
from selection.services import (
    Mark,
    drop_observation,
    note_observation,
    save_scores,
    sort_observation,
    submit_scoresheet,
)
from tests.factories.selection import AssessorFactory, CandidateFactory, ScoresheetFactory, in_state
from tests.selection.test_api_running import refused, send


@pytest.fixture
def sheet(cohort, jordan, erin):
    """Erin's open sheet for Jordan."""
    in_state(cohort, Cohort.State.ASSESSING)
    candidate = CandidateFactory(cohort=cohort, person=jordan.person)
    return ScoresheetFactory(candidate=candidate, assessor=AssessorFactory(cohort=cohort, person=erin.person))


@pytest.fixture
def keys(sheet):
    return [each.pk for each in behaviors_of(sheet)]


def page(sheet, name="scoresheet_edit"):
    return reverse(f"selection:{name}", kwargs={"org": "acme", "pk": sheet.pk})


# --- notes while watching ----------------------------------------------------------------------------


def test_a_note_keeps_its_time_and_is_kept_once(sheet, erin):
    key, at = uuid.uuid4(), timezone.now()
    first = note_observation(sheet, " Asked for the budget. ", by=erin, key=key, at=at)
    assert note_observation(sheet, "Asked for the budget.", by=erin, key=key, at=at) == first
    assert (first.text, first.noted_at, first.behavior) == ("Asked for the budget.", at, None)
    ahead = note_observation(sheet, "Later.", by=erin, at=at + datetime.timedelta(days=2))
    assert ahead.noted_at < at + datetime.timedelta(hours=1)
    with pytest.raises(ValidationError, match="Write what you saw"):
        note_observation(sheet, "  ", by=erin)


def test_a_sorted_note_is_the_evidence_of_a_rating(sheet, keys, erin, ld_admin):
    note = note_observation(sheet, "Asked for the budget.", by=erin)
    save_scores(sheet, {keys[0]: Mark(4), keys[2]: Mark(3, "Seen.")}, by=erin)
    with pytest.raises(ValidationError, match="needs an observation"):
        submit_scoresheet(sheet, by=erin)
    with pytest.raises(PermissionDenied):
        sort_observation(note, keys[0], by=ld_admin)
    with pytest.raises(ValidationError, match="no behavior"):
        sort_observation(note, 999_999, by=erin)
    sort_observation(note, keys[0], by=erin)
    save_scores(sheet, {keys[0]: Mark(4)}, by=erin)
    assert [each.behavior_id for each in jotted_on(sheet)] == [keys[0]]
    submit_scoresheet(sheet, by=erin)
    with pytest.raises(ValidationError, match="It stays as it is"):
        drop_observation(note, by=erin)


def test_notes_are_written_sorted_and_taken_back_without_a_script(client, sheet, keys, erin, ld_admin):
    client.force_login(erin.user)
    notes = page(sheet, "scoresheet_note")
    assert client.post(notes, {"text": "Listened for two minutes."}).status_code == 302
    note = Observation.objects.get()
    assert "Listened for two minutes." in client.get(page(sheet)).content.decode()
    client.post(notes, {"note": note.pk, "behavior": keys[1]})
    note.refresh_from_db()
    assert note.behavior_id == keys[1]
    client.post(notes, {"note": note.pk, "action": "drop"})
    assert not Observation.objects.exists()
    told = client.post(notes, {"text": "Again."}, headers={"Accept": "application/json"}).json()
    assert told["saved"]
    assert "Again." in told["html"]
    client.force_login(ld_admin.user)
    assert client.post(notes, {"text": "Mine."}).status_code == 404


def test_notes_over_the_api(sign_in, sheet, keys, erin, ld_admin):
    client, path = sign_in(erin), f"scoresheets/{sheet.pk}"
    note = send(client, "post", f"{path}/observations", text="Asked first.", key=str(uuid.uuid4())).json()
    done = send(client, "post", f"{path}/sort-observation", observation=note["id"], behavior=keys[0])
    assert done.json()["behavior"] == keys[0]
    assert send(client, "post", f"{path}/drop-observation", observation=note["id"]).status_code == 204
    assert refused(send(client, "post", f"{path}/observations", text=""), text="This field may not be blank.")
    assert send(sign_in(ld_admin), "post", f"{path}/observations", text="Mine.").status_code == 404


# --- two windows -------------------------------------------------------------------------------------


def test_what_changed_in_one_window_alone_is_kept_from_both(sheet, keys, erin):
    save_scores(sheet, {keys[0]: Mark(2, "One."), keys[1]: Mark(2, "Two.")}, by=erin)
    sheet.refresh_from_db()
    version = sheet.version
    first = {keys[0]: Mark(3, "One, more.", (2, "One.")), keys[1]: Mark(2, "Two.", (2, "Two."))}
    assert save_scores(sheet, first, by=erin, version=version).clashes == []
    second = {keys[0]: Mark(2, "One.", (2, "One.")), keys[1]: Mark(4, "Two, more.", (2, "Two."))}
    assert save_scores(sheet, second, by=erin, version=version).clashes == []
    assert marks_of(sheet) == {keys[0]: (3, "One, more."), keys[1]: (4, "Two, more.")}


def test_what_changed_in_both_is_told_and_overwrites_nothing(sheet, keys, erin):
    save_scores(sheet, {keys[0]: Mark(3, "From the tablet.", (None, ""))}, by=erin, version=0)
    kept = save_scores(
        sheet,
        {keys[0]: Mark(4, "From the desk.", (None, "")), keys[1]: Mark(5, "Only here.", (None, ""))},
        by=erin,
        version=0,
    )
    (clash,) = kept.clashes
    assert (clash.behavior, clash.theirs, clash.yours) == (
        keys[0],
        (3, "From the tablet."),
        (4, "From the desk."),
    )
    assert marks_of(sheet) == {keys[0]: (3, "From the tablet."), keys[1]: (5, "Only here.")}
    settled = {keys[0]: Mark(4, "From the desk.", clash.theirs)}
    assert save_scores(sheet, settled, by=erin, version=kept.sheet.version).clashes == []
    assert marks_of(sheet)[keys[0]] == (4, "From the desk.")


def test_both_texts_are_shown(client, sign_in, sheet, keys, erin):
    save_scores(sheet, {keys[0]: Mark(3, "From the tablet.")}, by=erin)
    client.force_login(erin.user)
    body = {"version": 0, f"note-{keys[0]}": "From the desk.", f"score-{keys[0]}": 4}
    body |= {f"was-{keys[0]}": "", f"was-score-{keys[0]}": ""}
    shown = client.post(page(sheet), {**body, "action": "submit"}).content.decode()
    assert "From the tablet." in shown
    assert ">From the desk.</textarea>" in shown
    assert "nothing is lost" in shown
    told = client.post(page(sheet), body, headers={"Accept": "application/json"}).json()
    assert told["clashes"][0]["theirs"] == {"score": 3, "observation": "From the tablet."}
    mark = {"behavior": keys[0], "score": 4, "observation": "By API.", "before": None}
    answer = send(sign_in(erin), "patch", f"scoresheets/{sheet.pk}", version=0, marks=[mark]).json()
    assert [each["behavior"] for each in answer["clashes"]] == [keys[0]]
    assert sheet.__class__.objects.get().state == "open"


# --- a window that closes ----------------------------------------------------------------------------


def test_the_draft_stays_when_the_assessment_closes(client, sheet, keys, erin):
    save_scores(sheet, {keys[0]: Mark(3, "Seen.")}, by=erin)
    yesterday = timezone.now().date() - datetime.timedelta(days=2)
    Stage.objects.filter(plan__cohort=sheet.candidate.cohort, kind="assessment").update(
        opens_on=yesterday, closes_on=yesterday
    )
    with pytest.raises(ValidationError, match="The assessment closed at the end of"):
        save_scores(sheet, {keys[0]: Mark(4, "More.")}, by=erin)
    assert marks_of(sheet) == {keys[0]: (3, "Seen.")}
    assert not access.can_score(erin, sheet)
    client.force_login(erin.user)
    shown = client.get(page(sheet)).content.decode()
    assert f"The assessment closed at the end of {day(yesterday)}" in shown
    assert "What you have saved stays" in shown
