"""The grade table and one's own demographics over the API."""

import pytest

from amdp.audit.models import AuditEntry
from amdp.directory.models import Demographics, Grade
from tests.factories.directory import PersonFactory

BASE = "/api/v1/o/acme"
OWN = f"{BASE}/me/demographics/"
GRADES = f"{BASE}/grades/"


def post(client, url, **body):
    return client.post(url, body, content_type="application/json")


def test_one_says_it_about_oneself_alone(sign_in, alice, bob):
    Demographics.objects.create(person=bob.person, gender="male", source="hr_file")
    client = sign_in(alice)
    assert client.get(OWN).json() == {"gender": None, "words": ""}
    assert post(client, OWN, gender="nonbinary").json() == {"gender": "nonbinary", "words": ""}
    own_words = {"gender": "own_words", "words": "agender"}
    assert post(client, OWN, **own_words).json() == client.get(OWN).json() == own_words
    kept = Demographics.objects.order_by("source").values_list("person", "gender", "source")
    assert list(kept) == [(bob.person.pk, "male", "hr_file"), (alice.person.pk, "agender", "self")]
    assert not AuditEntry.objects.exists()


def test_what_the_hr_file_said_is_not_read_out(sign_in, bob):
    Demographics.objects.create(person=bob.person, gender="male", source="hr_file")
    assert sign_in(bob).get(OWN).json()["gender"] is None


def test_words_are_needed_with_own_words(sign_in, alice):
    answer = post(sign_in(alice), OWN, gender="own_words")
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        {"words": ["Write it, or choose another answer."]},
    )
    assert list(post(sign_in(alice), OWN, gender="other").json()["errors"]) == ["gender"]
    assert list(post(sign_in(alice), OWN, gender=None).json()["errors"]) == ["gender"]
    assert not Demographics.objects.exists()


@pytest.mark.parametrize("who", ["owner", "hr_analyst", "charlie"])
def test_who_is_nobody_in_the_directory_has_none(request, sign_in, acme, who):
    client = sign_in(request.getfixturevalue(who))
    assert [client.get(OWN).status_code, post(client, OWN, gender="female").status_code] == [404, 404]


@pytest.fixture
def grades(acme):
    return [Grade.objects.create(code=f"G{rank}", rank=rank) for rank in (1, 2, 3)]


def table():
    return list(Grade.objects.values_list("code", "name", "rank"))


def test_owners_put_grades_right_and_the_others_stay(sign_in, owner, grades):
    client = sign_in(owner)
    lines = [
        {"id": grades[0].pk, "code": "A", "name": "Associate", "rank": 1},
        {"id": grades[1].pk, "code": "G2", "rank": 2, "removed": True},
        {"code": "D", "rank": 9},
    ]
    answer = post(client, GRADES, grades=lines)
    assert [row["code"] for row in answer.json()] == ["A", "G3", "D"]
    assert answer.json() == client.get(GRADES).json()
    assert table() == [("A", "Associate", 1), ("G3", "", 3), ("D", "", 9)]


def test_what_cannot_be_changes_nothing(sign_in, owner, grades):
    PersonFactory(grade=grades[0])
    client, before = sign_in(owner), table()

    def refused(*lines):
        answer = post(client, GRADES, grades=list(lines))
        assert answer.status_code == 400
        return answer.json()["detail"]

    assert refused({"code": "G3", "rank": 7}) == "Two grades have the code G3. Give one of them another."
    assert refused({"id": 0, "code": "X", "rank": 7}).startswith("Each id has to be")
    assert "is in use" in refused({"id": grades[0].pk, "code": "G1", "rank": 1, "removed": True})
    assert refused({"code": "X", "rank": -1})
    assert refused()
    assert table() == before


@pytest.mark.parametrize(
    ("who", "status"), [("ld_admin", 403), ("hr_analyst", 403), ("bob", 403), ("charlie", 404)]
)
def test_only_owners(request, sign_in, grades, who, status):
    client = sign_in(request.getfixturevalue(who))
    answers = [client.get(GRADES), post(client, GRADES, grades=[{"code": "X", "rank": 7}])]
    assert [answer.status_code for answer in answers] == [status] * 2
    assert "X" not in [code for code, _, _ in table()]
