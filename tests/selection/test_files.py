"""The file of a candidate written out: for the person, and for a review board, redacted by role."""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from amdp.audit.models import AuditEntry
from amdp.exports.models import ExportRun
from amdp.exports.services import make_file
from cohorts.models import Cohort
from selection.models import Approval, NominationReference
from selection.papers.dossier import NAMED_FOR_BOARD, Audience, Terms, dossier
from selection.papers.printing import file_document
from selection.services import accept_ranking, ask_for_file, decide, draw_slate, release_slate
from selection.story import Part, whole_story
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    ApprovalFactory,
    AssessorFactory,
    ReferenceFactory,
    assessed_candidate,
    in_state,
    signed,
)

BOARD = Terms(Audience.BOARD, "Complaint 12")
PERSON = Terms(Audience.PERSON, "Own request")


@pytest.fixture
def panel(cohort, erin):
    in_state(cohort, Cohort.State.ASSESSING)
    olga = AssessorFactory(cohort=cohort, person=PersonFactory(first_name="Olga", last_name="Other"))
    return [AssessorFactory(cohort=cohort, person=erin.person), olga]


@pytest.fixture
def ana(cohort, panel, alice, dana, login):
    """Nominated by Alice, approved by Dana, spoken for by Rita, assessed by Erin and Olga; Ben is a rival."""
    candidate = assessed_candidate(
        cohort,
        panel,
        value=4,
        seen="Erin Assessor saw her ask first.",
        nominator=alice.person,
        first_name="Ana",
        last_name="Nowak",
        manager=alice.person,
    )
    nomination = candidate.nominations.get()
    ApprovalFactory(
        nomination=nomination, approver=dana.person, state=Approval.State.APPROVED,
        decided_at=timezone.now(), decided_by=dana, remark="Stronger than Ben Rival, says Rita Referee.",
    )  # fmt: skip
    ReferenceFactory(
        nomination=nomination, person=PersonFactory(first_name="Rita", last_name="Referee"),
        state=NominationReference.State.ANSWERED, answered_at=timezone.now(), statement="Rita Referee knows her.",
    )  # fmt: skip
    candidate.member = login(candidate.person)
    return candidate


@pytest.fixture
def ben(cohort, panel):
    return assessed_candidate(cohort, panel, value=2, first_name="Ben", last_name="Rival")


@pytest.fixture
def slate(cohort, ana, ben, ld_admin):
    return draw_slate(cohort, by=ld_admin)


@pytest.fixture
def released(slate, ld_admin):
    decision = slate.decisions.get(candidate__person__first_name="Ana")
    decide(decision, outcome="selected", remark="Ahead of Ben Rival.", by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    return release_slate(signed(slate), by=ld_admin)


def written(candidate, terms):
    candidate.refresh_from_db()
    return dossier(candidate, terms, at=timezone.now())


def text_of(content):
    return json.dumps(content, ensure_ascii=False)


# --- what is in it -----------------------------------------------------------------------------------


def test_the_board_reads_everything_with_assessors_and_referees_by_their_part(released, ana):
    content = written(ana, BOARD)
    text = text_of(content)
    assert not any(name in text for name in ("Erin", "Olga", "Rita", "Ben Rival"))
    assert all(name in text for name in ("Ana Nowak", "Alice Manager", "Dana Director"))
    assert {one["by"] for row in content["assessment"]["behaviors"] for one in row["ratings"]} == {
        "assessor 1",
        "assessor 2",
    }
    assert content["outcome"]["rank"] == "1"
    assert "Stronger than somebody else, says a referee." in text
    assert "Ahead of somebody else." in text
    assert content["about"]["purpose"] == "Complaint 12"


def test_who_is_to_be_named_before_a_board_is(released, ana):
    content = written(ana, Terms(Audience.BOARD, "Complaint 12", (*NAMED_FOR_BOARD, Part.ASSESSOR)))
    assert "Erin Assessor" in text_of(content)
    assert "Rita" not in text_of(content)


def test_the_person_reads_what_concerns_them_and_no_third_person(released, ana):
    content = written(ana, PERSON)
    text = text_of(content)
    assert not any(name in text for name in ("Erin", "Olga", "Rita", "Ben Rival", "Dana Director", "Lena"))
    assert "Alice Manager" in text
    row = content["assessment"]["behaviors"][0]
    assert (row["scores"], "ratings" in row) == ([4, 4], False)
    assert row["seen"][0].endswith("saw her ask first.")
    assert "rank" not in content["outcome"]
    assert {event["kind"] for event in content["story"]} & {
        "scoresheet.assigned",
        "slate.drawn",
        "signature.asked",
    } == set()
    assert content["feedback"]["strengths"]


def test_demographics_are_in_no_file(released, ana):
    from amdp.directory.models import Demographics

    Demographics.objects.create(person=ana.person, gender="woman", source="self")
    for terms in (BOARD, PERSON):
        assert "woman" not in text_of(written(ana, terms))
        assert "gender" not in text_of(written(ana, terms))


def test_the_paper_prints_what_the_data_say(acme, released, ana):
    from amdp.web import pdf

    for terms in (BOARD, PERSON):
        paper = pdf.render(file_document(written(ana, terms), acme), at=timezone.now())
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split())
        assert "Selection file of Ana Nowak" in text
        assert "Selected" in text
        assert not any(name in text for name in ("Erin Assessor", "Ben Rival", "Rita Referee"))


# --- who has it written out --------------------------------------------------------------------------


def ask(candidate, by, audience="board", file_format="pdf", purpose="Complaint 12", **more):
    return ask_for_file(candidate, audience=audience, file_format=file_format, by=by, purpose=purpose, **more)


def test_ld_asks_with_a_purpose_that_is_logged(slate, ana, ld_admin):
    run = ask(ana, ld_admin, purpose="Works council, 50% & more", named=["assessor"])
    make_file(run.pk)
    run.refresh_from_db()
    assert run.state == ExportRun.State.READY
    assert default_storage.open(run.file).read(5) == b"%PDF-"
    entry = AuditEntry.objects.get(verb="candidate.file_asked")
    assert (entry.why, entry.after["for"], entry.after["named"]) == (
        "Works council, 50% & more",
        "board",
        ["assessor"],
    )
    assert "purpose=Works+council" in AuditEntry.objects.get(verb="export.candidate-file").after["query"]
    assert "had this file written out for a review board" in str([e.text for e in whole_story(ana)])


def test_without_a_purpose_nothing_is_written(slate, ana, ld_admin):
    with pytest.raises(ValidationError, match="Say what it is for"):
        ask(ana, ld_admin, purpose="  ")
    with pytest.raises(ValidationError, match="At most 300"):
        ask(ana, ld_admin, purpose="x" * 301)


def test_the_person_asks_after_the_release_and_never_for_the_boards(slate, ana, released):
    run = ask(ana, ana.member, audience="person", file_format="zip", purpose="")
    make_file(run.pk)
    run.refresh_from_db()
    with zipfile.ZipFile(default_storage.open(run.file)) as folder:
        assert sorted(folder.namelist()) == ["file.json", "file.pdf", "story.csv"]
        content = json.loads(folder.read("file.json"))
        assert folder.read("story.csv").startswith(b"\xef\xbb\xbfWhen,Kind,What")
    assert (content["about"]["made_for"], content["about"]["purpose"]) == ("person", "Own request")
    with pytest.raises(PermissionDenied):
        ask(ana, ana.member)


def test_before_the_release_nobody_gets_the_persons_copy(slate, ana, ld_admin):
    for member in (ana.member, ld_admin):
        with pytest.raises(PermissionDenied):
            ask(ana, member, audience="person")


@pytest.mark.parametrize("name", ["hr_analyst", "alice", "dana", "erin", "owner"])
def test_nobody_else_has_it_written_out(request, released, ana, name):
    for audience in ("board", "person"):
        with pytest.raises(PermissionDenied):
            ask(ana, request.getfixturevalue(name), audience=audience)


def test_a_file_is_not_made_for_who_lost_the_role_meanwhile(slate, ana, ld_admin):
    run = ask(ana, ld_admin)
    ld_admin.granted_roles = []
    ld_admin.save(update_fields=["granted_roles"])
    make_file(run.pk)
    run.refresh_from_db()
    assert (run.state, run.file) == (ExportRun.State.FAILED, "")


# --- pages and programs ------------------------------------------------------------------------------


def test_ld_writes_it_out_from_the_file(client, slate, ana, ld_admin):
    client.force_login(ld_admin.user)
    address = reverse("selection:candidate_file", args=["acme", ana.pk])
    assert (
        address in client.get(reverse("selection:candidate_detail", args=["acme", ana.pk])).content.decode()
    )
    assert "The person" not in client.get(address).content.decode().split("As what?")[0].split("For whom?")[1]
    sent = {"audience": "board", "named": ["approver"], "purpose": "Complaint 12", "file_format": "pdf"}
    answer = client.post(address, sent)
    assert answer["Location"] == reverse("exports:export_detail", args=["acme", ExportRun.objects.get().pk])
    assert "This needs an answer." in client.post(address, {**sent, "purpose": ""}).content.decode()


def test_the_person_asks_on_the_own_page(client, released, ana, ben):
    client.force_login(ana.member.user)
    page = client.get(reverse("selection:outcome_detail", args=["acme", ana.pk])).content.decode()
    address = reverse("selection:own_file", args=["acme", ana.pk])
    assert address in page
    client.post(address, {"as": "zip"})
    run = ExportRun.objects.get()
    assert (run.file_format, run.asked_by) == ("zip", ana.member)
    make_file(run.pk)
    file = client.get(reverse("exports:export_file", args=["acme", run.pk]))
    assert file["Content-Type"] == "application/zip"
    assert client.post(reverse("selection:own_file", args=["acme", ben.pk])).status_code == 404


def test_an_address_made_up_opens_nothing(client, released, ana, alice):
    client.force_login(alice.user)
    for query in (
        f"candidate={ana.pk}&for=board&purpose=x",
        f"candidate={ana.pk}&for=person",
        "for=board",
        "",
    ):
        address = reverse("exports:export_new", args=["acme", "candidate-file", "pdf"])
        assert client.post(f"{address}?{query}").status_code == 404
    assert not ExportRun.objects.exists()


def test_programs_ask_for_it_too(client, slate, ana, ld_admin):
    client.force_login(ld_admin.user)
    wanted = {"made_for": "board", "file_format": "zip", "purpose": "Audit 2027"}
    address = f"/api/v1/o/acme/candidates/{ana.pk}/file/"
    answer = client.post(address, wanted, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "asked")
    refused = client.post(address, {**wanted, "purpose": ""}, content_type="application/json")
    assert refused.status_code == 400


def test_programs_fetch_it_once_it_is_made(client, slate, ana, ld_admin, hr_analyst):
    client.force_login(ld_admin.user)
    wanted = {"made_for": "board", "file_format": "zip", "purpose": "Audit 2027"}
    asked = client.post(f"/api/v1/o/acme/candidates/{ana.pk}/file/", wanted, content_type="application/json")
    fetch = asked.json()["file"]
    assert client.get(fetch).status_code == 404
    make_file(asked.json()["id"])
    assert client.get(f"/api/v1/o/acme/exports/{asked.json()['id']}/").json()["state"] == "ready"
    answer = client.get(fetch, headers={"accept": "application/zip"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert b"".join(answer.streaming_content).startswith(b"PK")
    client.force_login(hr_analyst.user)
    assert client.get(fetch).status_code == 404
    ld_admin.granted_roles = []
    ld_admin.save(update_fields=["granted_roles"])
    client.force_login(ld_admin.user)
    assert client.get(fetch).status_code == 404
