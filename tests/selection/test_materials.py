"""Files of an exercise: kept by what they hold, for whom they are, from when on, with their versions."""

import datetime
import io
import zipfile

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from amdp.tenancy.context import organization_context
from selection import access
from selection.file_types import LARGEST, type_of
from selection.models import AssessmentSlot, ExerciseMaterial, MaterialVersion, SelectionPlan, Stage
from selection.plan_parts.exercises import PART
from selection.services import add_material, publish_days, remove_material, replace_material
from tests.factories.days import assessing, exercises_for, panel_of, planned, watched
from tests.factories.identity import MembershipFactory
from tests.factories.selection import CandidateFactory, nominating_cohort

PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def office(folder, *more):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name in ("[Content_Types].xml", f"{folder}/document.xml", *more):
            package.writestr(name, "<x/>")
    return file.getvalue()


@pytest.fixture
def running(cohort):
    return assessing(cohort)


@pytest.fixture
def exercise(running):
    return exercises_for(running, 60)[0]


@pytest.fixture
def people(running, exercise):
    return watched(running, [exercise], ["Jo", "Kim"], panel_of(running, "Erin", "Oscar"))


def add(exercise, by, audience="candidates", body=PDF, name="brief.pdf", **more):
    file = io.BytesIO(body)
    return add_material(exercise, file, file_name=name, size=len(body), audience=audience, by=by, **more)


def own(member):
    return [each.material.name for each in access.visible_versions(member)]


# --- what it holds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.pdf", PDF),
        ("a.docx", office("word")),
        ("a.XLSX", office("xl")),
        ("a.pptx", office("ppt")),
        ("a.png", b"\x89PNG\r\n\x1a\n...."),
        ("a.jpeg", b"\xff\xd8\xff\xe0...."),
    ],
)
def test_files_people_work_with_are_taken(name, body):
    assert type_of(io.BytesIO(body), name, len(body))


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("a.pdf", b"<html><script>", "not a file people can open here"),
        ("a.svg", b"<svg onload='x'/>", "not a file people can open here"),
        ("a.pdf", office("word"), "called “.pdf” and is a DOCX"),
        ("a.exe", PDF, "called “.exe” and is a PDF"),
        ("a.docx", office("word", "word/vbaProject.bin"), "holds macros"),
        ("a.zip", office("other"), "not a file people can open here"),
        ("a.docx", b"PK\x03\x04broken", "not a file people can open here"),
        ("a.pdf", b"", "is empty"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(name, body, sentence):
    with pytest.raises(ValidationError, match=sentence):
        type_of(io.BytesIO(body), name, len(body))


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(ValidationError, match="larger than 25 MB"):
        type_of(io.BytesIO(PDF), "a.pdf", LARGEST + 1)


# --- for whom, from when on --------------------------------------------------------------------------


def test_a_candidate_gets_the_briefing_on_the_own_day_and_never_the_guide(
    running, exercise, people, ld_admin, login
):
    add(exercise, ld_admin, name="case.pdf")
    add(exercise, ld_admin, name="at-once.pdf", release="stage")
    add(exercise, ld_admin, audience="assessors", name="guide.pdf")
    jo = login(people[0].person)
    Stage.objects.filter(plan__cohort=running, kind="assessment").update(opens_on="2026-01-05")
    assert own(jo) == []
    plan, _ = planned(running, ld_admin)
    assert own(jo) == []
    publish_days(plan, by=ld_admin)
    assert own(jo) == ["at-once"]
    starts = AssessmentSlot.objects.get(candidate=people[0]).starts_at
    with time_machine.travel(starts.replace(hour=1), tick=False):
        assert sorted(own(jo)) == ["at-once", "case"]
    with time_machine.travel(starts - datetime.timedelta(days=1), tick=False):
        assert own(jo) == ["at-once"]


def test_the_day_is_that_of_the_candidate_s_zone(running, exercise, people, ld_admin, login):
    """In Auckland the day of the exercise begins half a day before Basel's."""
    add(exercise, ld_admin)
    people[0].person.time_zone = "Pacific/Auckland"
    people[0].person.save()
    publish_days(planned(running, ld_admin)[0], by=ld_admin)
    jo, kim = login(people[0].person), login(people[1].person)
    starts = AssessmentSlot.objects.get(candidate=people[0]).starts_at
    evening = starts.replace(hour=13) - datetime.timedelta(days=1)
    with time_machine.travel(evening, tick=False):
        assert (own(jo), own(kim)) == (["brief"], [])


def test_assessors_read_both_from_the_day_they_are_given_a_sheet(running, exercise, people, ld_admin, login):
    add(exercise, ld_admin, name="case.pdf")
    add(exercise, ld_admin, audience="assessors", name="guide.pdf")
    erin, other = (running.assessors.get(person__first_name="Erin"), panel_of(running, "Pia")[0])
    assert sorted(own(login(erin.person))) == ["case", "guide"]
    assert own(login(other.person)) == []
    CandidateFactory(cohort=running, person=erin.person, state="proposed")
    assert own(login(erin.person)) == []


def test_others_read_nothing(exercise, people, ld_admin, alice, hr_analyst, stranger, globex):
    add(exercise, ld_admin)
    assert own(alice) == []
    assert own(hr_analyst) == ["brief"]
    with organization_context(globex):
        assert own(stranger) == []
        assert own(MembershipFactory(organization=globex, granted_roles=["ld_admin"])) == []


def test_only_l_and_d_adds_files(exercise, hr_analyst, alice):
    for member in (hr_analyst, alice):
        with pytest.raises(PermissionDenied):
            add(exercise, member)


# --- versions ----------------------------------------------------------------------------------------


def test_a_newer_version_is_what_people_get_and_older_ones_stay(running, exercise, people, ld_admin, login):
    material = add(exercise, ld_admin, audience="assessors")
    newer = replace_material(
        material, io.BytesIO(PDF + b"2"), file_name="brief 2.pdf", size=len(PDF) + 1, by=ld_admin
    )
    erin = login(running.assessors.get(person__first_name="Erin").person)
    assert list(access.visible_versions(erin)) == [newer]
    assert access.visible_versions(ld_admin).count() == 2
    remove_material(material, by=ld_admin)
    assert not access.visible_versions(erin).exists()
    assert access.visible_versions(ld_admin).count() == 2
    with pytest.raises(ValidationError, match="taken away already"):
        remove_material(material, by=ld_admin)


def test_two_files_of_one_name_are_refused(exercise, ld_admin):
    add(exercise, ld_admin)
    with pytest.raises(ValidationError, match="Add a newer version"):
        add(exercise, ld_admin)


def test_a_copied_plan_has_the_files_too(running, exercise, ld_admin):
    material = add(exercise, ld_admin, audience="assessors", name="guide.pdf")
    replace_material(material, io.BytesIO(PDF), file_name="guide.pdf", size=len(PDF), by=ld_admin)
    target = SelectionPlan.objects.get(cohort=nominating_cohort())
    target.exercises.all().delete()
    PART.copy(SelectionPlan.objects.get(cohort=running), target)
    copied = ExerciseMaterial.objects.get(exercise__plan=target)
    assert (copied.name, copied.audience) == ("guide", "assessors")
    assert copied.versions.get().path == material.versions.first().path
    assert MaterialVersion.objects.count() == 3


# --- pages and API -----------------------------------------------------------------------------------


def test_l_and_d_adds_and_replaces_on_the_pages_and_files_are_only_ever_kept(
    exercise, people, ld_admin, client
):
    client.force_login(ld_admin.user)
    address = reverse("selection:material_list", args=["acme", exercise.pk])
    bad = SimpleUploadedFile("page.pdf", b"<html>")
    form = {"audience": "candidates", "release": "day"}
    assert "not a file people can open here" in client.post(address, form | {"file": bad}).text
    client.post(address, form | {"file": SimpleUploadedFile("Brief für alle.pdf", PDF)})
    material = ExerciseMaterial.objects.get()
    assert "Brief für alle" in client.get(address).text
    detail = reverse("selection:material_detail", args=["acme", material.pk])
    client.post(detail, {"file": SimpleUploadedFile("newer.pdf", PDF)})
    page = client.get(detail).text
    assert "Version 2" in page
    version = material.versions.last()
    file = client.get(reverse("selection:material_file", args=["acme", version.pk]))
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment;")
    assert file["X-Content-Type-Options"] == "nosniff"
    client.post(reverse("selection:material_remove", args=["acme", material.pk]))
    assert ExerciseMaterial.objects.get().removed_at


def test_an_assessor_finds_the_files_beside_the_sheet_and_the_times(
    running, exercise, people, ld_admin, login, client
):
    add(exercise, ld_admin, audience="assessors", name="guide.pdf")
    publish_days(planned(running, ld_admin)[0], by=ld_admin)
    erin = running.assessors.get(person__first_name="Erin")
    client.force_login(login(erin.person).user)
    sheet = erin.scoresheets.first()
    for address in (
        reverse("selection:scoresheet_edit", args=["acme", sheet.pk]),
        reverse("selection:own_days", args=["acme", running.pk]),
    ):
        assert "guide" in client.get(address).text


def test_the_api_does_the_same(exercise, people, ld_admin, client):
    client.force_login(ld_admin.user)
    start = "/api/v1/o/acme"
    body = {"exercise": exercise.pk, "audience": "assessors", "file": SimpleUploadedFile("guide.pdf", PDF)}
    made = client.post(f"{start}/exercise-materials/", body)
    assert made.status_code == 201, made.text
    material, version = made.json()["material"], made.json()["id"]
    wrong = client.post(
        f"{start}/exercise-materials/{material}/replace/", {"file": SimpleUploadedFile("guide.pdf", b"<x>")}
    )
    assert wrong.status_code == 400
    newer = client.post(
        f"{start}/exercise-materials/{material}/replace/", {"file": SimpleUploadedFile("guide.pdf", PDF)}
    )
    assert newer.json()["number"] == 2
    file = client.get(f"{start}/material-versions/{version}/file/")
    assert b"".join(file.streaming_content) == PDF
    assert file["Content-Disposition"].startswith("attachment;")
    assert client.delete(f"{start}/exercise-materials/{material}/").status_code == 204
