"""Files in and out: ratings of an offline day, who assesses whom, nominations."""

import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.imports.problems import FileRefused
from amdp.notifications.models import Notification
from cohorts.models import Cohort
from selection.bulk import KINDS
from selection.bulk.reading import rows_of
from selection.models import Nomination, Rating, Scoresheet
from selection.services import bring_in_file, draft_nomination, save_scores, submit_scoresheet
from selection.services.assessment import Mark, draft_from_paper
from selection.story import whole_story
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ScoresheetFactory,
    eligible_person,
    in_state,
    score,
)

SEEN, RATING = "What you saw", "Rating"


@pytest.fixture
def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


@pytest.fixture
def jo(assessing):
    return CandidateFactory(cohort=assessing, person=eligible_person(first_name="Jo", employee_number="E7"))


@pytest.fixture
def sheet(assessing, jo, erin):
    return ScoresheetFactory(candidate=jo, assessor=AssessorFactory(cohort=assessing, person=erin.person))


def numbered(rows):
    return list(enumerate(rows, 2))


def filled(sheet, member, **cells):
    """The rows of the assessor's file, each with these cells."""
    rows = KINDS["ratings"](sheet.candidate.cohort, member).rows()
    return numbered([row | {RATING: "4", SEEN: "Asked first."} | cells for row in rows])


def bring_in(kind, cohort, rows, member, **options):
    return bring_in_file(kind, cohort, rows, by=member, **options)


def problems(result):
    return [(error.row, error.column, error.problem) for error in result.errors]


# --- ratings of an offline day -----------------------------------------------------------------------


def test_an_offline_day_becomes_a_draft_the_assessor_submits(sheet, erin):
    result = bring_in("ratings", sheet.candidate.cohort, filled(sheet, erin), erin)
    sheet.refresh_from_db()
    assert (result.changes, result.errors) == ([f"{sheet.candidate}, {sheet.exercise}: 4 behaviours"], [])
    assert (sheet.state, Rating.objects.filter(scoresheet=sheet, score=4).count()) == ("open", 4)
    again = bring_in("ratings", sheet.candidate.cohort, filled(sheet, erin), erin)
    assert (again.changes, again.unchanged) == ([], 4)


def test_a_dry_run_says_the_same_and_writes_nothing(sheet, erin):
    result = bring_in("ratings", sheet.candidate.cohort, filled(sheet, erin), erin, dry_run=True)
    assert len(result.changes) == 1
    assert not Rating.objects.exists()
    assert not AuditEntry.objects.filter(verb="selection.file_brought_in").exists()


def test_what_is_newer_on_the_sheet_is_never_overwritten(sheet, erin):
    rows = filled(sheet, erin)
    behavior = sheet.candidate.cohort.program.competencies.first().behaviors.first()
    save_scores(sheet, {behavior.pk: Mark(2, "Typed at noon.")}, by=erin)
    result = bring_in("ratings", sheet.candidate.cohort, rows, erin)
    assert problems(result) == [
        (2, "Behaviour", "Something newer stands on the sheet since this file was downloaded.")
    ]
    assert [rating.score for rating in Rating.objects.all()] == [2]
    assert bring_in("ratings", sheet.candidate.cohort, rows[1:], erin).errors == []
    assert sorted(Rating.objects.values_list("score", flat=True)) == [2, 4, 4, 4]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({RATING: "6"}, (2, RATING, "Ratings run from 1 to 5.")),
        ({RATING: "good"}, (2, RATING, "Ratings run from 1 to 5.")),
        ({SEEN: ""}, (2, SEEN, "A rating needs what you saw.")),
        ({"Behaviour": "Sings"}, (2, "Behaviour", "This behaviour is not observed in the exercise.")),
        ({"Number": "E8"}, (2, "Number", "There is no open score sheet of yours like that.")),
        ({"Exercise": ""}, (2, "Exercise", "The cell is empty.")),
    ],
)
def test_what_is_wrong_is_said_with_row_column_and_how_to_mend_it(sheet, erin, cells, problem):
    result = bring_in("ratings", sheet.candidate.cohort, filled(sheet, erin, **cells), erin)
    assert problems(result)[0] == problem
    assert all(error.remedy for error in result.errors)
    assert not Rating.objects.exists()


def test_one_wrong_row_keeps_the_others_out(sheet, erin):
    rows = filled(sheet, erin)
    rows[3] = (5, rows[3][1] | {RATING: "9"})
    assert problems(bring_in("ratings", sheet.candidate.cohort, rows, erin)) == [
        (5, RATING, "Ratings run from 1 to 5.")
    ]
    assert not Rating.objects.exists()


def test_nobody_brings_in_ratings_for_somebody_else(sheet, erin, ld_admin, login, assessing):
    olga = login(PersonFactory(first_name="Olga"))
    AssessorFactory(cohort=assessing, person=olga.person)
    with pytest.raises(Http404):
        bring_in("ratings", assessing, filled(sheet, erin), ld_admin)
    with pytest.raises(Http404):
        bring_in("ratings", assessing, filled(sheet, erin), olga)


def test_a_submitted_sheet_is_in_no_file(sheet, erin):
    rows = filled(sheet, erin)
    score(sheet)
    assert KINDS["ratings"](sheet.candidate.cohort, erin).rows() == []
    assert len(bring_in("ratings", sheet.candidate.cohort, rows, erin).errors) == 4


def test_after_the_assessment_nothing_comes_in(sheet, erin, assessing):
    rows = filled(sheet, erin)
    in_state(assessing, Cohort.State.SELECTING)
    with pytest.raises(PermissionDenied, match="ends with the assessment"):
        bring_in("ratings", assessing, rows, erin)


# --- score sheets on paper ---------------------------------------------------------------------------


def typed(sheet, member, **cells):
    """The rows of L&D's file, each with what stands on the paper."""
    rows = KINDS["papers"](sheet.candidate.cohort, member).rows()
    return numbered([row | {RATING: "4", SEEN: "Asked first."} | cells for row in rows])


def test_paper_becomes_the_draft_of_the_assessor_who_hands_it_in(client, sheet, erin, ld_admin, assessing):
    result = bring_in("papers", assessing, typed(sheet, ld_admin), ld_admin)
    sheet.refresh_from_db()
    assert (result.changes, result.errors) == (
        [f"{erin.user.name} on {sheet.candidate}, {sheet.exercise}: 4 behaviours"],
        [],
    )
    assert (sheet.state, Rating.objects.filter(scoresheet=sheet, score=4).count()) == ("open", 4)
    entry = AuditEntry.objects.get(verb="scoresheet.typed_in")
    assert (entry.actor_name, entry.after) == ("Lena Admin", {"behaviors": 4})
    assert Notification.objects.get(kind="selection.paper_typed_in").person == erin.person
    with pytest.raises(PermissionDenied):
        submit_scoresheet(sheet, by=ld_admin)
    client.force_login(erin.user)
    page = client.get(reverse("selection:scoresheet_edit", args=["acme", sheet.pk])).content.decode()
    assert "Lena Admin typed in what you wrote on paper" in page
    submit_scoresheet(sheet, by=erin)
    assert "Lena Admin typed in what Erin Assessor had written on paper" in [
        event.text for event in whole_story(sheet.candidate)
    ]


def test_what_an_assessor_has_begun_is_theirs_alone(sheet, erin, ld_admin, assessing):
    rows = typed(sheet, ld_admin)
    behavior = assessing.program.competencies.first().behaviors.first()
    save_scores(sheet, {behavior.pk: Mark(2, "Typed at noon.")}, by=erin)
    assert KINDS["papers"](assessing, ld_admin).rows() == []
    result = bring_in("papers", assessing, rows, ld_admin)
    assert problems(result)[0] == (2, "Number", "There is no such score sheet that nobody has begun.")
    with pytest.raises(ValidationError, match="has begun this sheet"):
        draft_from_paper(sheet, {behavior.pk: Mark(5, "Better.")}, by=ld_admin)
    assert Rating.objects.get().score == 2


def test_who_still_has_to_score_somebody_types_nothing_in_about_them(sheet, ld_admin, assessing):
    person = PersonFactory(membership=ld_admin)
    ScoresheetFactory(candidate=sheet.candidate, assessor=AssessorFactory(cohort=assessing, person=person))
    assert KINDS["papers"](assessing, ld_admin).rows() == []
    with pytest.raises(PermissionDenied, match="still have to score"):
        draft_from_paper(sheet, {}, by=ld_admin)


def test_only_ld_types_paper_in(sheet, hr_analyst, alice, erin, assessing):
    for member in (hr_analyst, alice, erin):
        with pytest.raises(Http404):
            bring_in("papers", assessing, [], member)


# --- who assesses whom -------------------------------------------------------------------------------


@pytest.fixture
def panel(assessing):
    people = [
        PersonFactory(first_name=name, employee_number=f"P{n}")
        for n, name in enumerate(["Pia", "Quin", "Ray"])
    ]
    return [AssessorFactory(cohort=assessing, person=person) for person in people]


def pair(number, assessor, exercise):
    return {"Number": number, "Exercise": exercise.name, "Assessor number": assessor}


def test_a_file_says_anew_who_assesses_those_it_names(assessing, panel, jo, ld_admin):
    exercise = assessing.selection_plans.get().exercises.get()
    kept = ScoresheetFactory(candidate=jo, assessor=panel[0])
    ScoresheetFactory(candidate=jo, assessor=panel[1])
    other = ScoresheetFactory(candidate=CandidateFactory(cohort=assessing), assessor=panel[1])
    rows = numbered([pair("E7", "P0", exercise), pair("e7", "p2", exercise)])
    result = bring_in("assignments", assessing, rows, ld_admin)
    assert result.errors == []
    assert result.changes == [
        f"{panel[1]} no longer scores {jo} ({exercise})",
        f"{panel[2]} scores {jo} ({exercise})",
    ]
    assert {sheet.assessor for sheet in jo.scoresheets.all()} == {panel[0], panel[2]}
    assert Scoresheet.objects.filter(pk__in=[kept.pk, other.pk]).count() == 2


def test_begun_sheets_stay_although_the_file_leaves_them_out(assessing, panel, jo, ld_admin):
    exercise = assessing.selection_plans.get().exercises.get()
    begun = score(ScoresheetFactory(candidate=jo, assessor=panel[1]))
    bring_in("assignments", assessing, numbered([pair("E7", "P0", exercise)]), ld_admin)
    assert {sheet.assessor for sheet in jo.scoresheets.all()} == {panel[0], begun.assessor}


def test_conflicts_and_strangers_are_refused_by_row_and_nobody_is_told(assessing, panel, jo, ld_admin):
    exercise = assessing.selection_plans.get().exercises.get()
    jo.person.manager = panel[0].person
    jo.person.save(update_fields=["manager"])
    from amdp.directory.services import rebuild_lines

    rebuild_lines()
    before = Notification.objects.count()
    rows = numbered([pair("E7", "P1", exercise), pair("E7", "P0", exercise), pair("E9", "P9", exercise)])
    result = bring_in("assignments", assessing, rows, ld_admin)
    assert [(error.row, error.column) for error in result.errors] == [
        (4, "Number"),
        (4, "Assessor number"),
        (3, "Assessor number"),
    ]
    assert not jo.scoresheets.exists()
    assert Notification.objects.count() == before


def test_only_ld_has_the_assignments(assessing, hr_analyst, alice, erin):
    for member in (hr_analyst, alice, erin):
        with pytest.raises(Http404):
            bring_in("assignments", assessing, [], member)


# --- nominations -------------------------------------------------------------------------------------


def test_a_leader_brings_drafts_in_for_the_own_line(cohort, alice, jordan, casey):
    rows = numbered(
        [
            {
                "Number": one.person.employee_number,
                "Why this person, why now": "Ready.",
                "Performs today": "4",
                "Potential": "5",
            }
            for one in (jordan, casey)
        ]
    )
    result = bring_in("nominations", cohort, rows, alice)
    assert (len(result.changes), result.errors) == (2, [])
    drafts = Nomination.objects.filter(nominator=alice.person)
    assert {(one.state, one.rationale, one.potential_view) for one in drafts} == {("draft", "Ready.", 5)}


def test_people_of_other_lines_are_refused(cohort, alice, jordan):
    rows = numbered([{"Number": "NOBODY"}, {"Number": jordan.person.employee_number, "Potential": "7"}])
    assert problems(bring_in("nominations", cohort, rows, alice)) == [
        (2, "Number", "Nobody of your line has this number."),
        (3, "Potential", "Views run from 1 to 5."),
    ]
    assert not Nomination.objects.exists()


def test_each_reads_the_nominations_they_may_read(cohort, alice, jordan, ld_admin):
    draft_nomination(cohort, jordan.person, by=alice, rationale="Ready.")
    assert [row["Nominee"] for row in KINDS["nominations"](cohort, alice).rows()] == [jordan.person.name]
    assert KINDS["nominations"](cohort, ld_admin).rows() == []  # a draft is the leader's alone


# --- as files ----------------------------------------------------------------------------------------


def address(name, cohort, kind):
    return reverse(f"selection:{name}", args=["acme", cohort.pk, kind])


def test_the_excel_file_goes_out_is_filled_in_and_comes_back(client, sheet, erin, assessing):
    client.force_login(erin.user)
    answer = client.get(address("bulk_file_out", assessing, "ratings"))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book["Rows"]
    allowed = [check for check in rows.data_validations.dataValidation if check.type == "list"]
    assert allowed[0].formula1 == '"1,2,3,4,5"'
    for row in range(2, 6):
        rows.cell(row, 5, 3)
        rows.cell(row, 6, "Asked who decides")
    stream = io.BytesIO()
    book.save(stream)
    upload = SimpleUploadedFile("day.xlsx", stream.getvalue())
    page = client.post(address("bulk_file_in", assessing, "ratings"), {"file": upload})
    assert "1 change, nothing is written yet" in page.content.decode()


def test_a_csv_is_looked_at_and_then_brought_in(client, sheet, erin, assessing):
    client.force_login(erin.user)
    row = KINDS["ratings"](assessing, erin).rows()[0] | {RATING: "5", SEEN: "-- Named the budget; first"}
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in (row.keys(), row.values()))
    upload = SimpleUploadedFile("day.csv", text.encode())
    page = client.post(address("bulk_file_in", assessing, "ratings"), {"file": upload})
    assert "1 change, nothing is written yet" in page.content.decode()
    assert not Rating.objects.exists()
    sealed = page.context["sealed"]
    done = client.post(address("bulk_file_in", assessing, "ratings"), {"sealed": sealed}, follow=True)
    assert "1 changed, 0 as they were." in done.content.decode()
    assert Rating.objects.get().score == 5
    forged = client.post(address("bulk_file_in", assessing, "ratings"), {"sealed": sealed[:-3] + "abc"})
    assert "older than an hour" in forged.content.decode()


def test_a_preview_of_somebody_else_brings_nothing_in(client, sheet, erin, assessing, login):
    client.force_login(erin.user)
    row = KINDS["ratings"](assessing, erin).rows()[0] | {RATING: "5", SEEN: "Asked."}
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in (row.keys(), row.values()))
    page = client.post(
        address("bulk_file_in", assessing, "ratings"), {"file": SimpleUploadedFile("day.csv", text.encode())}
    )
    olga = login(PersonFactory(first_name="Olga"))
    ScoresheetFactory(
        candidate=sheet.candidate, assessor=AssessorFactory(cohort=assessing, person=olga.person)
    )
    client.force_login(olga.user)
    client.post(address("bulk_file_in", assessing, "ratings"), {"sealed": page.context["sealed"]})
    assert not Rating.objects.exists()


def test_formulas_go_out_as_text(client, cohort, alice, jordan):
    draft_nomination(cohort, jordan.person, by=alice, rationale="=HYPERLINK(1)")
    client.force_login(alice.user)
    for kind in ("csv", "xlsx"):
        answer = client.get(address("bulk_file_out", cohort, "nominations") + f"?as={kind}")
        body = b"".join(answer.streaming_content)
        if kind == "csv":
            assert b"'=HYPERLINK(1)" in body
        else:
            cell = openpyxl.load_workbook(io.BytesIO(body))["Rows"]["E2"]
            assert (cell.value, cell.data_type) == ("'=HYPERLINK(1)", "s")
    assert AuditEntry.objects.filter(verb="export.nominations").count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 broken", "no Excel file we can read"),
        (b"a,b\n1,2\n", "has no column “Number”"),
        (b"", "The file is empty"),
        (b"Number,Exercise,Behaviour,Version\n", "heading but no rows"),
    ],
)
def test_what_is_no_such_file_is_said_so(sheet, erin, assessing, content, sentence):
    with pytest.raises(FileRefused, match=sentence):
        rows_of(io.BytesIO(content), KINDS["ratings"](assessing, erin).columns())


def test_programs_send_rows(client, sheet, erin, assessing):
    client.force_login(erin.user)
    url = f"/api/v1/o/acme/selection-files/{assessing.pk}/ratings/"
    rows = [row | {RATING: "2", SEEN: "Hesitated."} for row in client.get(url).json()["rows"]]
    tried = client.post(url, {"rows": rows, "dry_run": True}, content_type="application/json")
    assert (tried.status_code, len(tried.json()["changes"]), Rating.objects.count()) == (200, 1, 0)
    wrong = client.post(url, {"rows": [rows[0] | {RATING: "7"}]}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["problems"][0]["problem"]) == (400, "Ratings run from 1 to 5.")
    client.post(url, {"rows": rows}, content_type="application/json")
    assert Rating.objects.count() == 4
