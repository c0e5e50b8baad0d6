"""The API of the pool and of matching: the same verbs, refusals and sentences as on the pages."""

import pytest

from amdp.audit.models import AuditEntry
from amdp.identity.services import create_token
from cohorts.models import Program
from mentoring import runs
from mentoring.models import CohortMentoring, MatchWish, Mentor, MentorStrength
from mentoring.services import start_run
from tests.factories.cohorts import CohortFactory, CompetencyFactory, ProgramFactory
from tests.factories.directory import PersonFactory
from tests.factories.identity import MembershipFactory
from tests.factories.mentoring import MentorFactory

API = "/api/v1/o/acme/"
PROFILE = {"hours_per_month": "6.5", "languages": ["fr", "en"], "therapeutic_areas": ["oncology"]}


@pytest.fixture
def send(sign_in):
    """``send(bob, "post", "mentors/1/pause/", {…})``: the status and what was said."""

    def as_member(member, method, path, body=None):
        answer = getattr(sign_in(member), method)(f"{API}{path}", body or {}, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    return as_member


@pytest.fixture
def run(cohort, ld_admin, mentor, participant):
    started = start_run(cohort, by=ld_admin)
    runs.work_on(cohort.organization_id, started.pk)
    started.refresh_from_db()
    return started


def refused(field, sentence):
    return 400, field, sentence


def told(answer):
    """The status, the field and the first sentence of a problem."""
    status, body = answer
    return status, next(iter(body["errors"])), body["detail"]


# --- the pool ---------------------------------------------------------------------------------------


def test_people_are_asked_to_mentor_once(send, ld_admin):
    dana = PersonFactory(first_name="Dana", last_name="Deal")
    known = MentorFactory()
    status, asked = send(ld_admin, "post", "mentors/invite/", {"people": [dana.pk, known.person_id]})
    assert (status, [(one["name"], one["state"], one["mentees"]) for one in asked]) == (
        201,
        [("Dana Deal", "invited", 0)],
    )
    assert send(ld_admin, "post", "mentors/invite/", {"people": [dana.pk]}) == (201, [])


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ([], "This list may not be empty."),
        ([10**30], "Some of them do not work here, or not any more."),
        (["²"], "A valid integer is required."),
    ],
)
def test_nobody_is_asked_when_one_of_them_is_nobody(send, ld_admin, people, sentence):
    dana = PersonFactory()
    answer = send(ld_admin, "post", "mentors/invite/", {"people": [*people, dana.pk] if people else []})
    assert told(answer) == refused("people", sentence)
    assert not Mentor.objects.exists()


def test_only_ld_asks_people_to_mentor(send, bob, owner, charlie):
    body = {"people": [bob.person.pk]}
    for member in (bob, owner):
        status, answer = send(member, "post", "mentors/invite/", body)
        assert (status, answer["detail"]) == (403, "Only L&D admins look after the pool.")
    assert send(charlie, "post", "mentors/invite/", body)[0] == 404
    assert not Mentor.objects.exists()


@pytest.mark.parametrize("who", ["bob", "ld_admin"])
def test_a_mentor_pauses_and_comes_back(who, send, mentor, request):
    member = request.getfixturevalue(who)
    for verb, state in (("pause", "paused"), ("pause", "paused"), ("resume", "active")):
        status, answer = send(member, "post", f"mentors/{mentor.pk}/{verb}/")
        assert (status, answer["state"], answer["committed_hours"]) == (200, state, "0.0")


def test_others_neither_pause_nor_answer_for_a_mentor(send, mentor, mateo, owner, charlie):
    for member in (mateo, owner, charlie):
        for verb in ("pause", "resume", "decline"):
            assert send(member, "post", f"mentors/{mentor.pk}/{verb}/")[0] == 404
        assert send(member, "put", f"mentors/{mentor.pk}/profile/", PROFILE)[0] == 404
        assert send(member, "get", f"mentors/{mentor.pk}/profile/")[0] == 404
    mentor.refresh_from_db()
    assert (mentor.state, mentor.hours_per_month) == ("active", 8)


def test_ld_answers_nothing_for_a_mentor(send, ld_admin, bob):
    invited = MentorFactory(person=bob.person, invited=True)
    for method, verb in (("post", "decline"), ("put", "profile")):
        status, answer = send(ld_admin, method, f"mentors/{invited.pk}/{verb}/", PROFILE)
        assert (status, answer["detail"]) == (403, "Mentors answer this themselves.")
    invited.refresh_from_db()
    assert invited.state == "invited"


def test_who_is_invited_declines_and_a_mentor_in_the_pool_cannot(send, bob, ld_admin):
    invited = MentorFactory(person=bob.person, invited=True)
    path = f"mentors/{invited.pk}/decline/"
    assert send(ld_admin, "post", f"mentors/{invited.pk}/pause/")[0] == 400
    assert told(send(bob, "post", path, {"reason": "x" * 301}))[:2] == (400, "reason")
    assert send(bob, "post", path, {"reason": "No time."})[1]["state"] == "declined"
    invited.refresh_from_db()
    assert (invited.state, invited.reason) == ("declined", "No time.")
    Mentor.objects.update(state="active")
    assert told(send(bob, "post", path)) == refused(
        "non_field_errors", "Bob Mentor is active; that cannot be done now."
    )


def test_a_mentor_says_how_much_time_there_is_and_for_what(send, bob, ld_admin):
    program = ProgramFactory(state=Program.State.SIGNED_OFF)
    planning, acumen = (CompetencyFactory(program=program, name=name) for name in ("Planning", "Acumen"))
    invited = MentorFactory(person=bob.person, invited=True)
    path = f"mentors/{invited.pk}/profile/"
    body = PROFILE | {"strengths": [{"competency": planning.pk, "level": 4}]}
    status, saved = send(bob, "put", path, body)
    assert (status, saved) == (
        200,
        {
            "hours_per_month": "6.5",
            "account_types": [],
            "therapeutic_areas": ["oncology"],
            "languages": ["fr", "en"],
            "strengths": [
                {"competency": planning.pk, "name": "Planning", "level": 4},
                {"competency": acumen.pk, "name": "Acumen", "level": None},
            ],
        },
    )
    assert send(ld_admin, "get", path) == (200, saved)
    assert send(bob, "get", f"mentors/{invited.pk}/")[1]["state"] == "active"


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"hours_per_month": 81}, "hours_per_month", "Ensure this value is less than or equal to 80."),
        ({"hours_per_month": "much"}, "hours_per_month", "A valid number is required."),
        ({"languages": []}, "languages", "This needs an answer."),
        (
            {"languages": ["xx"]},
            "languages",
            "Select a valid choice. xx is not one of the available choices.",
        ),
        ({"account_types": ["a\0"]}, "account_types", "Null characters are not allowed."),
        (
            {"strengths": [{"competency": 10**30, "level": 3}]},
            "strengths",
            "One of these is not a competency that mentors rate. The profile lists them.",
        ),
    ],
)
def test_a_profile_that_cannot_be_says_at_which_field(changed, field, sentence, send, bob, mentor):
    assert told(send(bob, "put", f"mentors/{mentor.pk}/profile/", PROFILE | changed)) == refused(
        field, sentence
    )
    mentor.refresh_from_db()
    assert (mentor.hours_per_month, mentor.languages) == (8, [])
    assert not MentorStrength.objects.exists()


def test_a_token_that_reads_changes_nothing(client, bob, mentor):
    headers = {"Authorization": f"Bearer {create_token(bob, name='Report')[1]}"}
    path = f"{API}mentors/{mentor.pk}/"
    answer = client.put(f"{path}profile/", PROFILE, "application/json", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (403, "This token may only read.")
    assert client.post(f"{path}pause/", headers=headers).status_code == 403
    assert client.get(f"{path}profile/", headers=headers).status_code == 200
    headers = {"Authorization": f"Bearer {create_token(bob, name='Sync', scope='write')[1]}"}
    assert client.post(f"{path}pause/", headers=headers).json()["state"] == "paused"


# --- what counts in a match ---------------------------------------------------------------------------


def test_ld_decides_what_counts_and_what_is_left_out_stays(send, ld_admin, cohort):
    path = f"cohort-mentoring/{cohort.pk}/"
    usual = send(ld_admin, "get", path)[1]
    assert (usual["cohort"], usual["competency"], usual["silence_days"]) == (cohort.pk, 40, 30)
    assert send(ld_admin, "patch", path, {"competency": 70, "monthly_check_in": False}) == (
        200,
        usual | {"competency": 70, "monthly_check_in": False},
    )
    assert send(ld_admin, "get", path)[1]["competency"] == 70


NO_WEIGHT = dict.fromkeys(
    ("competency", "account_type", "therapeutic_area", "market", "language", "time_zone"), 0
)


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({"competency": 101}, "competency", "Ensure this value is less than or equal to 100."),
        ({"hours_per_mentee": 0}, "hours_per_mentee", "Ensure this value is greater than or equal to 0.5."),
        ({"silence_days": None}, "silence_days", "This field may not be null."),
        (
            NO_WEIGHT,
            "non_field_errors",
            "The weights add up to zero. Give at least one criterion a weight.",
        ),
    ],
)
def test_settings_that_cannot_be_say_at_which_field(body, field, sentence, send, ld_admin, cohort):
    assert told(send(ld_admin, "patch", f"cohort-mentoring/{cohort.pk}/", body)) == refused(field, sentence)
    assert not CohortMentoring.objects.exists()


def test_settings_are_for_ld_alone(send, mateo, hr_analyst, participant, bob, charlie, cohort):
    path = f"cohort-mentoring/{cohort.pk}/"
    for member, expected in ((mateo, 403), (hr_analyst, 403), (bob, 404), (charlie, 404)):
        assert send(member, "get", path)[0] == expected
        assert send(member, "patch", path, {"competency": 70})[0] == expected
    assert not CohortMentoring.objects.exists()


def test_a_pair_is_pinned_ruled_out_and_left_to_the_match_again(send, ld_admin, run, mentor):
    body = {"pair": run.pairs.get().pk, "mentor": mentor.pk}
    status, pinned = send(ld_admin, "post", "match-wishes/", body | {"kind": "pin"})
    assert (status, pinned["kind"], pinned["mentor_name"], pinned["participant_name"]) == (
        201,
        "pin",
        "Bob Mentor",
        "Mateo Álvarez",
    )
    status, excluded = send(ld_admin, "post", "match-wishes/", body | {"kind": "exclude"})
    assert (status, excluded["id"], excluded["kind"]) == (201, pinned["id"], "exclude")
    other = CohortFactory()
    found = [
        send(ld_admin, "get", f"match-wishes/?cohort={one.pk}")[1]["count"] for one in (run.cohort, other)
    ]
    assert found == [1, 0]
    assert send(ld_admin, "delete", f"match-wishes/{pinned['id']}/") == (204, None)
    assert not MatchWish.objects.exists()
    assert AuditEntry.objects.filter(verb="match_wish.forgotten").get().actor_name == "Lena Admin"


def test_a_pair_that_breaks_a_rule_is_confirmed_first(send, ld_admin, mentor, participant, cohort):
    Mentor.objects.update(languages=["fr"])
    started = start_run(cohort, by=ld_admin)
    runs.work_on(cohort.organization_id, started.pk)
    body = {"pair": started.pairs.get().pk, "mentor": mentor.pk, "kind": "pin"}
    _, field, sentence = told(send(ld_admin, "post", "match-wishes/", body))
    assert (field, "breaks a rule: no common language. Confirm it" in sentence) == ("non_field_errors", True)
    assert not MatchWish.objects.exists()
    status, pinned = send(ld_admin, "post", "match-wishes/", body | {"confirmed": True})
    assert (status, pinned["confirmed"]) == (201, True)


def test_wishes_are_made_of_a_match_and_its_pool(send, ld_admin, run, mentor):
    pair = run.pairs.get().pk
    newcomer = MentorFactory()
    for body in ({"pair": pair, "mentor": newcomer.pk}, {"pair": 10**30, "mentor": mentor.pk}):
        assert send(ld_admin, "post", "match-wishes/", body | {"kind": "exclude"})[0] == 404
    wrong = {"pair": pair, "mentor": mentor.pk, "kind": "marry"}
    assert told(send(ld_admin, "post", "match-wishes/", wrong)) == refused(
        "kind", '"marry" is not a valid choice.'
    )
    assert not MatchWish.objects.exists()


def test_wishes_are_for_ld_alone(send, mateo, bob, owner, charlie, run, mentor):
    wish = MatchWish.objects.create(participant=run.pairs.get().participant, mentor=mentor, kind="pin")
    body = {"pair": run.pairs.get().pk, "mentor": mentor.pk, "kind": "exclude"}
    for member, expected in ((mateo, 403), (bob, 403), (owner, 403), (charlie, 404)):
        assert send(member, "post", "match-wishes/", body)[0] == expected
        assert send(member, "get", f"match-wishes/{wish.pk}/")[0] == 404
        assert send(member, "delete", f"match-wishes/{wish.pk}/")[0] == 404
    assert [one.kind for one in MatchWish.objects.all()] == ["pin"]


def test_somebody_without_a_role_finds_no_wishes(send, acme, run, mentor):
    MatchWish.objects.create(participant=run.pairs.get().participant, mentor=mentor, kind="pin")
    assert send(MembershipFactory(organization=acme), "get", "match-wishes/")[1]["results"] == []
