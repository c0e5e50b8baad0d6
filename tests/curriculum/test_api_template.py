"""A journey is designed over the API by the same people, and under the same rules, as on its page."""

import pytest

from cohorts.models import Program
from curriculum.models import Activity, Module
from tests.curriculum.conftest import SLUG
from tests.factories.cohorts import CompetencyFactory, ProgramFactory
from tests.factories.curriculum import ActivityFactory, ItemFactory, ModuleFactory

BASE = "/api/v1/o/acme/"
NEW_MODULE = {"title": "Payers", "track": "job", "rule": "one_of", "choice": "A market", "length_days": 30}
NEW_ACTIVITY = {
    "title": "Read",
    "mode": "on_the_job",
    "needs_confirmation": True,
    "prompts": ["Why?", "How?"],
}


@pytest.fixture
def call(sign_in):
    """``call(member, "post", "modules/", title="…")``"""

    def asked(member, method, path, **body):
        ask = getattr(sign_in(member), method)
        return ask(f"{BASE}{path}", body or None, content_type="application/json")

    return asked


def verbs(program, module, activity):
    """Every verb with a body that is right."""
    return [
        ("post", f"journey-templates/{program.pk}/copy/", {}),
        ("post", "modules/", {"program": program.pk, **NEW_MODULE}),
        ("patch", f"modules/{module.pk}/", {"title": "Other"}),
        ("post", f"modules/{module.pk}/move/", {"to": "up"}),
        ("delete", f"modules/{module.pk}/", {}),
        ("post", "template-activities/", {"module": module.pk, **NEW_ACTIVITY}),
        ("patch", f"template-activities/{activity.pk}/", {"title": "Other"}),
        ("post", f"template-activities/{activity.pk}/move/", {"to": "up"}),
        ("delete", f"template-activities/{activity.pk}/", {}),
    ]


def written():
    return [
        list(Module.objects.values().order_by("pk")),
        list(Activity.objects.values().order_by("pk")),
    ]


def test_only_ld_admins_design_and_an_archived_program_keeps_its_own(
    program, call, ld_admin, hr_analyst, sponsor, alice, charlie
):
    archived = ProgramFactory(state=Program.State.ARCHIVED)
    module = ModuleFactory(program=program)
    activity = ActivityFactory(module=module)
    old = ActivityFactory(module=ModuleFactory(program=archived))
    before = written()
    refused = [(member, program, module, activity, 403) for member in (hr_analyst, sponsor)]
    refused += [(member, program, module, activity, 404) for member in (alice, charlie)]
    for member, *parts, status in [*refused, (ld_admin, archived, old.module, old, 403)]:
        answers = [call(member, method, path, **body) for method, path, body in verbs(*parts)]
        assert [one.status_code for one in answers] == [status] * len(answers)
        if status == 403:
            assert {one.json()["detail"] for one in answers} == {
                "Only L&D admins design a journey, and an archived program keeps its own."
            }
    assert written() == before


def test_those_who_may_read_a_template_read_it(program, call, sign_in, hr_analyst, alice):
    paths = ("journey-templates/", "modules/", "template-activities/", f"modules/?program={program.pk}")
    assert [call(hr_analyst, "get", path).json()["count"] for path in paths] == [1, 2, 3, 2]
    assert [call(alice, "get", path).json()["count"] for path in paths[:3]] == [0, 0, 0]
    module = program.modules.first()
    assert call(hr_analyst, "get", f"modules/{module.pk}/").json()["title"] == "Marketplace"
    assert call(alice, "get", f"modules/{module.pk}/").status_code == 404


def test_an_empty_template_is_filled_from_its_blueprint_once(acme, call, ld_admin):
    program = ProgramFactory(state=Program.State.SIGNED_OFF, blueprint=SLUG)
    copied = call(ld_admin, "post", f"journey-templates/{program.pk}/copy/")
    assert copied.status_code == 201
    assert [one["id"] for one in copied.json()] == list(program.modules.values_list("pk", flat=True))
    again = call(ld_admin, "post", f"journey-templates/{program.pk}/copy/")
    assert again.status_code == 400
    assert "has a journey already" in again.json()["detail"]


def test_a_module_is_added_changed_moved_and_taken_out(program, call, ld_admin):
    first = program.modules.first()
    added = call(ld_admin, "post", "modules/", program=program.pk, launches_with=first.pk, **NEW_MODULE)
    assert added.status_code == 201, added.json()
    pk = added.json()["id"]
    assert added.json()["launches_with"] == first.pk
    assert list(program.modules.values_list("pk", flat=True))[-1] == pk
    changed = call(ld_admin, "patch", f"modules/{pk}/", purpose="Know who pays.", launches_with=None).json()
    assert (changed["title"], changed["purpose"], changed["launches_with"]) == (
        "Payers",
        "Know who pays.",
        None,
    )
    assert call(ld_admin, "post", f"modules/{pk}/move/", to="up").json()["position"] == 1
    assert call(ld_admin, "post", f"modules/{pk}/move/", to="down").json()["position"] == 2
    assert call(ld_admin, "delete", f"modules/{pk}/").status_code == 204
    assert not Module.objects.filter(pk=pk).exists()


def test_an_activity_is_added_changed_moved_and_taken_out(program, call, ld_admin):
    module, competency = program.modules.first(), CompetencyFactory(program=program)
    added = call(
        ld_admin,
        "post",
        "template-activities/",
        module=module.pk,
        competencies=[competency.pk],
        **NEW_ACTIVITY,
    )
    assert added.status_code == 201, added.json()
    pk = added.json()["id"]
    assert (added.json()["competencies"], added.json()["prompts"]) == ([competency.pk], ["Why?", "How?"])
    changed = call(ld_admin, "patch", f"template-activities/{pk}/", minutes=45, session_starts="10:30").json()
    assert (changed["minutes"], changed["prompts"], changed["competencies"]) == (
        45,
        ["Why?", "How?"],
        [competency.pk],
    )
    path = f"template-activities/{pk}/"
    assert call(ld_admin, "patch", path, competencies=[], prompts=["Who?"]).json()["competencies"] == []
    assert call(ld_admin, "post", f"{path}move/", to="up").json()["position"] == 1
    assert call(ld_admin, "delete", path).status_code == 204
    assert not Activity.objects.filter(pk=pk).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"rule": "one_of"}, "choice"),
        ({"track": "sideways"}, "track"),
        ({"offset_days": 251}, "offset_days"),
        ({"length_days": 0}, "length_days"),
        ({"launches_with": 10**15}, "launches_with"),
        ({"launches_with": 2**70}, "launches_with"),
    ],
)
def test_a_module_that_makes_no_sense_is_refused_at_its_field(program, call, ld_admin, wrong, field):
    module, before = program.modules.last(), written()
    answers = [
        call(ld_admin, "patch", f"modules/{module.pk}/", **wrong),
        call(ld_admin, "post", "modules/", **{"program": program.pk, "title": "New", **wrong}),
    ]
    assert [(one.status_code, list(one.json()["errors"])) for one in answers] == [(400, [field])] * 2
    assert all(one.json()["detail"] for one in answers)
    assert written() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"prompts": ["Same?", "Same?"]}, "prompts"),
        ({"prompts": ["x" * 201]}, "prompts"),
        ({"needs_confirmation": True, "prompts": []}, "prompts"),
        ({"mode": "virtual", "needs_confirmation": True}, "needs_confirmation"),
        ({"session_seats": 0}, "session_seats"),
        ({"link": "nowhere"}, "link"),
        ({"minutes": 0}, "minutes"),
        ({"session_starts": "25:00"}, "session_starts"),
        ({"competencies": [10**15]}, "competencies"),
    ],
)
def test_an_activity_that_makes_no_sense_is_refused_at_its_field(program, call, ld_admin, wrong, field):
    module, before = program.modules.first(), written()
    activity = module.activities.first()
    answers = [
        call(ld_admin, "patch", f"template-activities/{activity.pk}/", **wrong),
        call(ld_admin, "post", "template-activities/", **{"module": module.pk, "title": "New", **wrong}),
    ]
    assert [(one.status_code, list(one.json()["errors"])) for one in answers] == [(400, [field])] * 2
    assert written() == before


def test_a_competency_of_another_program_is_none_of_this_one(program, call, ld_admin):
    activity, foreign = program.modules.first().activities.first(), CompetencyFactory()
    answer = call(ld_admin, "patch", f"template-activities/{activity.pk}/", competencies=[foreign.pk])
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["competencies"])


def test_a_part_stays_where_it_is(program, call, ld_admin):
    module, other = program.modules.first(), ModuleFactory()
    call(ld_admin, "patch", f"modules/{module.pk}/", program=other.program_id, position=9)
    call(ld_admin, "patch", f"template-activities/{module.activities.first().pk}/", module=other.pk)
    assert program.modules.first() == module
    assert not other.activities.exists()


def test_what_somebody_began_stays(program, call, ld_admin):
    activity = program.modules.first().activities.first()
    ItemFactory(activity=activity, state="done")
    for path in (f"template-activities/{activity.pk}/", f"modules/{activity.module_id}/"):
        answer = call(ld_admin, "delete", path)
        assert (answer.status_code, "so it stays" in answer.json()["detail"]) == (400, True)


def test_the_dates_a_template_would_give(program, call, hr_analyst, alice):
    path = f"journey-templates/{program.pk}/dates/"
    lines = call(hr_analyst, "get", f"{path}?starts_on=2027-03-01").json()
    assert [(one["title"], one["starts_on"]) for one in lines] == [
        ("Marketplace", "2027-03-01"),
        ("Account profile", "2027-04-01"),
    ]
    assert call(alice, "get", f"{path}?starts_on=2027-03-01").status_code == 404
    for query, field in [
        ("", "starts_on"),
        ("?starts_on=0001-01-01", "starts_on"),
        ("?starts_on=2027-03-01&market=%00", "market"),
    ]:
        refused = call(hr_analyst, "get", f"{path}{query}")
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


@pytest.mark.parametrize("path", ["journey-templates/", "modules/", "template-activities/"])
def test_lists_of_the_template_cost_the_same_with_one_and_thirty(
    acme, sign_in, ld_admin, count_queries, path
):
    def add(count):
        for _ in range(count):
            activity = ActivityFactory()
            activity.builds.create(competency=CompetencyFactory(program=activity.module.program))

    client = sign_in(ld_admin)
    add(1)
    client.get(f"{BASE}{path}")
    one = count_queries(lambda: client.get(f"{BASE}{path}?page_size=100"))
    add(29)
    assert count_queries(lambda: client.get(f"{BASE}{path}?page_size=100")) == one
