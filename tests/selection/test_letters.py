"""Outcome letters: texts with merge fields, the outbox to review, and what people read."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from amdp.notifications.models import Notification
from selection.letters import USUAL, Text, merged, unknown_in
from selection.models import Letter, LetterKind, SelectionPlan
from selection.plan_parts.letters import store_texts, texts_in
from selection.queries.letters import drafts_of, incomplete
from selection.services import (
    accept_ranking,
    begin_plan,
    change_plan,
    decide,
    draw_slate,
    edit_letter,
    release_slate,
    restore_letter,
)
from selection.services.plan import set_up_selection
from tests.factories.cohorts import CohortFactory
from tests.factories.selection import signed
from tests.selection.pages import client_of, post, url
from tests.selection.test_slate import assessed_cohort, by_name


@pytest.fixture
def slate(acme, ld_admin):
    slate = draw_slate(assessed_cohort(name="Account Director 2027"), by=ld_admin)
    accept_ranking(slate, reserve=2, by=ld_admin)
    return signed(slate)


def letters(slate):
    return {str(each.person): each for each in drafts_of(slate)}


def own_text(slate, kind, body, subject="Hello {first_name}"):
    store_texts(SelectionPlan.objects.get(cohort=slate.cohort), {kind: Text(subject, body)})


# --- merge fields ------------------------------------------------------------------------------------


def test_fields_are_filled_and_what_cannot_be_is_named():
    text = Text("{cohort} and {nothing}", "Dear {first_name},\n\n{leader} knows.\r\n\r\n{ start }")
    found = merged(text, {"first_name": "Ana", "cohort": "Spring", "leader": " "})
    assert found.subject == "Spring and {nothing}"
    assert found.paragraphs == ("Dear Ana,", "{leader} knows.", "{ start }")
    assert (found.unknown, found.empty) == (("nothing", " start "), ("leader",))
    assert found.missing == (
        "{nothing} is not a merge field",
        "{ start } is not a merge field",
        "{leader} is empty",
    )


def test_braces_in_a_value_are_not_read_again():
    assert merged(Text("{name}", "x"), {"name": "{leader}", "leader": "Bob"}).subject == "{leader}"


@pytest.mark.parametrize("kind", LetterKind.values)
def test_the_usual_texts_use_fields_that_exist(kind):
    assert unknown_in(USUAL[kind].whole) == []


# --- drafts ------------------------------------------------------------------------------------------


def test_every_letter_is_shown_as_it_will_be_sent(slate):
    found = letters(slate)
    assert {name: each.kind for name, each in found.items()} == {
        "Ana": "selected",
        "Ben": "selected",
        "Cleo": "reserve",
        "Dan": "reserve",
        "Eve": "not_selected",
    }
    assert found["Ana"].letter.subject == "We would like to offer you a seat in Account Director 2027"
    assert found["Dan"].letter.subject == "You are second in reserve for Account Director 2027"
    assert found["Eve"].letter.paragraphs[0] == "Dear Eve,"
    assert found["Ana"].address == by_name(slate)["Ana"].candidate.person.email
    assert incomplete(slate) == []


def test_letters_cost_the_same_queries_for_more_people(slate, ld_admin, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        drafts_of(slate)
    other = draw_slate(assessed_cohort(values=(5, 4)), by=ld_admin)
    accept_ranking(other, by=ld_admin)
    with django_assert_num_queries(len(few)):
        assert len(drafts_of(other)) == 2


def test_an_empty_field_is_named_with_the_person_and_holds_the_release(slate, ld_admin):
    own_text(slate, "not_selected", "Dear {first_name}, {leader} will call you. {place}")
    wrong = "In the letter to Eve: {leader} is empty, {place} is empty."
    type(by_name(slate)["Eve"].candidate.person).objects.filter(first_name="Eve").update(manager=None)
    assert incomplete(slate) == [wrong]
    with pytest.raises(ValidationError) as refused:
        release_slate(slate, by=ld_admin)
    assert refused.value.messages == [wrong]
    edit_letter(
        by_name(slate)["Eve"], subject="Hello", body="Dear Eve.", why="Has no leader now.", by=ld_admin
    )
    release_slate(slate, by=ld_admin)
    assert Letter.objects.get(candidate__person__first_name="Eve").body == "Dear Eve."


def test_what_those_who_move_up_would_get_is_looked_at_too(slate):
    own_text(slate, "moved_up", "{leader}")
    type(by_name(slate)["Cleo"].candidate.person).objects.filter(first_name="Cleo").update(manager=None)
    assert "In the letter to Cleo, when moving up: {leader} is empty." in incomplete(slate)


def test_many_incomplete_letters_are_summed_up(acme, ld_admin):
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    accept_ranking(slate, reserve=3, by=ld_admin)
    for kind in LetterKind.values:
        own_text(slate, kind, "{place} {answer_by}")
    found = incomplete(slate)
    assert (len(found), found[-1]) == (5, "4 more letters are not complete.")


# --- texts -------------------------------------------------------------------------------------------


def test_texts_are_copied_from_the_program_and_kept_as_versions_once_decided(acme, ld_admin, slate):
    program = CohortFactory().program
    pattern = begin_plan(program, by=ld_admin)
    store_texts(pattern, {"reserve": Text("Please wait, {first_name}", "We call you.")})
    cohort = CohortFactory(program=program)
    set_up_selection(cohort, by=None)
    plan = SelectionPlan.objects.get(cohort=cohort)
    assert texts_in(plan)["reserve"].subject == "Please wait, {first_name}"
    assert texts_in(plan)["selected"] == USUAL["selected"]

    plan = SelectionPlan.objects.get(cohort=slate.cohort)
    with pytest.raises(ValidationError, match="Say why"):
        change_plan(plan, "letters", lambda p: store_texts(p, {"reserve": Text("A", "B")}), by=ld_admin)
    change_plan(
        plan,
        "letters",
        lambda p: store_texts(p, {"reserve": Text("A", "B")}),
        by=ld_admin,
        why="Works council.",
    )
    assert plan.versions.first().content["letters"]["Reserve"] == "A\nB"
    assert letters(slate)["Cleo"].letter.subject == "A"


def test_a_text_with_an_unknown_field_is_refused_at_its_field(slate, ld_admin):
    plan, admin = SelectionPlan.objects.get(cohort=slate.cohort), client_of(ld_admin)
    fields = {
        f"{kind}_{name}": getattr(USUAL[kind], name)
        for kind in LetterKind.values
        for name in ("subject", "body")
    }
    page = admin.get(url("plan_part", plan.pk, "letters")).content.decode()
    assert "{answer_by}" in page
    wrong = fields | {"reserve_body": "Dear {surname}", "why": "Warmer."}
    said = post(admin, url("plan_part", plan.pk, "letters"), **wrong)
    assert "{surname} is not a merge field" in said
    said = post(
        admin, url("plan_part", plan.pk, "letters"), **fields | {"reserve_body": "Hi.", "why": "Warmer."}
    )
    assert "Outcome letters: saved" in said
    api = f"/api/v1/o/acme/selection-plans/{plan.pk}/letters/"
    assert admin.get(api).json()["reserve"]["body"] == "Hi."
    body = {"reserve": {"body": "Hey {nobody}"}, "why": "x"}
    assert admin.patch(api, body, content_type="application/json").status_code == 400
    body = {"reserve": {"body": "Hey."}, "why": "x"}
    assert admin.patch(api, body, content_type="application/json").json()["reserve"]["body"] == "Hey."


# --- one letter --------------------------------------------------------------------------------------


def test_one_letter_is_written_anew_with_a_reason_and_restored(slate, ld_admin, hr_analyst):
    eve = by_name(slate)["Eve"]
    with pytest.raises(ValidationError, match="Say why this letter is different"):
        edit_letter(eve, subject="Dear Eve", body="Come by.", why=" ", by=ld_admin)
    with pytest.raises(ValidationError, match="not a merge field"):
        edit_letter(eve, subject="Dear {eve}", body="Come by.", why="Knows me.", by=ld_admin)
    with pytest.raises(PermissionDenied):
        edit_letter(eve, subject="Dear Eve", body="Come by.", why="Knows me.", by=hr_analyst)
    edit_letter(eve, subject="Dear {first_name}", body="Come by.", why="Knows me.", by=ld_admin)
    draft = letters(slate)["Eve"]
    assert (draft.letter.subject, draft.is_edited, draft.row.why) == ("Dear Eve", True, "Knows me.")
    restore_letter(eve, by=ld_admin)
    assert not letters(slate)["Eve"].is_edited
    with pytest.raises(ValidationError, match="usual one already"):
        restore_letter(eve, by=ld_admin)


def test_a_letter_to_another_outcome_is_not_sent(slate, ld_admin):
    edit_letter(by_name(slate)["Dan"], subject="Wait", body="Wait.", why="Known.", by=ld_admin)
    decide(by_name(slate)["Dan"], outcome="not_selected", reason="other", remark="Moves.", by=ld_admin)
    release_slate(signed(slate), by=ld_admin)
    sent = Letter.objects.get(candidate=by_name(slate)["Dan"].candidate, sent_at__isnull=False)
    assert sent.kind == "not_selected"


def test_letters_go_out_word_for_word_and_stay(slate, ld_admin, login):
    edit_letter(by_name(slate)["Eve"], subject="Dear Eve", body="One.\n\nTwo.", why="Known.", by=ld_admin)
    release_slate(slate, by=ld_admin)
    notice = Notification.objects.get(kind="selection.outcome", person__first_name="Eve")
    assert (notice.subject, notice.body) == ("Dear Eve", ["One.", "Two."])
    own_text(slate, "selected", "Changed later.")
    assert "Changed later" not in letters(slate)["Ana"].letter.body
    with pytest.raises(ValidationError, match="released by Lena Admin already"):
        edit_letter(by_name(slate)["Eve"], subject="A", body="B", why="C", by=ld_admin)
    eve = by_name(slate)["Eve"].candidate
    page = client_of(login(eve.person)).get(url("outcome_detail", eve.pk)).content.decode()
    assert "Dear Eve" in page
    assert "<p>Two.</p>" in page


# --- doors -------------------------------------------------------------------------------------------


def test_ld_reviews_the_outbox_and_changes_one_letter(slate, ld_admin, hr_analyst):
    admin = client_of(ld_admin)
    page = admin.get(url("letter_list", slate.cohort_id)).content.decode()
    assert "You are first in reserve for Account Director 2027" in page
    assert by_name(slate)["Ana"].candidate.person.email in page
    only = admin.get(url("letter_list", slate.cohort_id) + "?outcome=not_selected").content.decode()
    assert "Dear Eve" in only
    assert "Dear Ana" not in only
    edit = url("letter_edit", by_name(slate)["Eve"].pk)
    assert client_of(hr_analyst).get(edit).status_code == 403
    assert "Dear Eve" in admin.get(edit).content.decode()
    said = post(admin, edit, subject="Dear Eve", body="Come by.", why="Known.")
    assert "The letter to Eve is changed" in said
    assert "Known." in said
    assert "gets the text of the plan again" in post(admin, edit, restore="1")
    release_slate(slate, by=ld_admin)
    assert "Planned" in admin.get(url("letter_list", slate.cohort_id)).content.decode()


def test_api_reads_and_writes_letters(slate, ld_admin, login):
    admin, api = client_of(ld_admin), "/api/v1/o/acme/"
    found = admin.get(f"{api}slates/{slate.pk}/letters/").json()
    assert [each["kind"] for each in found] == [
        "selected",
        "selected",
        "reserve",
        "reserve",
        "not_selected",
    ]
    eve = by_name(slate)["Eve"]
    body = {"subject": "Dear Eve", "body": "Come by.", "why": "Known."}
    said = admin.post(f"{api}decisions/{eve.pk}/letter/", body, content_type="application/json").json()
    assert (said["subject"], said["is_edited"]) == ("Dear Eve", True)
    said = admin.post(f"{api}decisions/{eve.pk}/letter/restore/", content_type="application/json").json()
    assert said["is_edited"] is False
    release_slate(slate, by=ld_admin)
    person = client_of(login(eve.candidate.person))
    assert [each["kind"] for each in person.get(f"{api}letters/").json()["results"]] == ["not_selected"]
    assert len(admin.get(f"{api}letters/").json()["results"]) == 5
