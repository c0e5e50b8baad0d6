"""The grade table."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from amdp.audit.models import AuditEntry
from amdp.directory.grades import GradeRow, save_grades
from amdp.directory.models import Grade
from tests.factories.directory import GradeFactory, PersonFactory


def table():
    return list(Grade.objects.values_list("code", "name", "rank"))


def test_grades_change_places_in_one_go(owner):
    five, six = GradeFactory(code="5"), GradeFactory(code="6")
    rows = [GradeRow("5", 6, pk=five.pk), GradeRow("6", 5, "Senior", pk=six.pk), GradeRow("7", 7)]
    save_grades(rows, by=owner)
    assert table() == [("6", "Senior", 5), ("5", "", 6), ("7", "", 7)]
    save_grades([GradeRow("5", 6, pk=five.pk)], by=owner)
    assert AuditEntry.objects.filter(verb="grades.changed").count() == 1


def test_codes_change_places_too_and_one_that_goes_leaves_its_own(owner):
    five, six, seven = (GradeFactory(code=code, rank=int(code)) for code in "567")
    save_grades(
        [
            GradeRow("6", 5, pk=five.pk),
            GradeRow("7", 6, pk=six.pk),
            GradeRow("7", 7, pk=seven.pk, removed=True),
        ],
        by=owner,
    )
    assert table() == [("6", "", 5), ("7", "", 6)]
    save_grades([GradeRow("7", 5, pk=five.pk), GradeRow("6", 6, pk=six.pk)], by=owner)
    assert table() == [("7", "", 5), ("6", "", 6)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "6", "rank": 9}, "Two grades have the code 6"),
        ({"code": "9", "rank": 6}, "Two grades have the rank 6"),
        ({"code": "5", "rank": 5, "removed": True}, "is in use"),
    ],
)
def test_what_would_confuse_is_refused(owner, change, sentence):
    five, six = GradeFactory(code="5"), GradeFactory(code="6")
    PersonFactory(grade=five)
    with pytest.raises(ValidationError, match=sentence):
        save_grades([GradeRow(pk=five.pk, **change), GradeRow("6", 6, pk=six.pk)], by=owner)


def test_the_page_adds_renames_and_removes(sign_in, owner, ld_admin):
    five, six = GradeFactory(code="5"), GradeFactory(code="6")
    url = reverse("directory:grade_list", args=["acme"])
    data = {
        "form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 2,
        "form-0-pk": five.pk, "form-0-code": "5", "form-0-name": "Manager", "form-0-rank": 5,
        "form-1-pk": six.pk, "form-1-code": "6", "form-1-name": "", "form-1-rank": 6, "form-1-DELETE": "on",
        "form-2-code": "8", "form-2-name": "", "form-2-rank": 8,
    }  # fmt: skip
    assert sign_in(ld_admin).post(url, data).status_code == 403
    assert sign_in(owner).post(url, data).status_code == 302
    assert table() == [("5", "Manager", 5), ("8", "", 8)]
    again = sign_in(owner).post(url, data | {"form-2-rank": 5, "form-1-DELETE": ""})
    assert "Two grades have the rank 5" in again.content.decode()
