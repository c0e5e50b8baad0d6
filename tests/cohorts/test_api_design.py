"""Designing a program over the API: the parts, and the program around them."""

import datetime

import pytest
from django.utils import timezone

from amdp.audit.models import AuditEntry
from cohorts.models import Behavior, Metric, Objective, Outcome, Program, Stakeholder
from tests.factories.cohorts import (
    ANCHORS,
    BehaviorFactory,
    CohortFactory,
    CompetencyFactory,
    MetricFactory,
    ObjectiveFactory,
    OutcomeFactory,
    ParticipantFactory,
    ProgramFactory,
    StakeholderFactory,
)
from tests.factories.directory import PersonFactory

API = "/api/v1/o/acme"
JSON = "application/json"
MAKE = {
    "objectives": ObjectiveFactory,
    "outcomes": OutcomeFactory,
    "metrics": MetricFactory,
    "competencies": CompetencyFactory,
    "behaviors": BehaviorFactory,
    "stakeholders": StakeholderFactory,
}


def post(client, path, **body):
    return client.post(f"{API}/{path}/", body, content_type=JSON)


def patch(client, path, **body):
    return client.patch(f"{API}/{path}/", body, content_type=JSON)


def errors(answer):
    """The sentences by field of a refusal."""
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    return answer.json()["errors"]


def test_a_program_is_created_from_a_blueprint(sign_in, ld_admin):
    answer = post(sign_in(ld_admin), "programs", name="Residency", blueprint="account-director-residency")
    program = Program.objects.get()
    assert (answer.status_code, answer.json()["id"]) == (201, program.pk)
    assert program.blueprint == "account-director-residency"
    assert len(answer.json()["competencies"]) == program.competencies.count() > 0


def test_or_blank(sign_in, ld_admin):
    answer = post(sign_in(ld_admin), "programs", name="Our own")
    assert (answer.status_code, answer.json()["blueprint"], answer.json()["objectives"]) == (201, "", [])


def test_a_program_with_a_wrong_name_or_blueprint_is_refused(sign_in, ld_admin):
    ProgramFactory(name="Residency")
    client = sign_in(ld_admin)
    assert errors(post(client, "programs", name="Residency")) == {
        "name": ["There is a program called “Residency” already."]
    }
    assert list(errors(post(client, "programs", name="Other", blueprint="made-up"))) == ["blueprint"]
    assert list(errors(post(client, "programs"))) == ["name"]
    assert Program.objects.count() == 1


def test_a_program_is_changed_in_part(sign_in, ld_admin):
    program = ProgramFactory(name="Residency", summary="Old", length_months=18)
    answer = patch(sign_in(ld_admin), f"programs/{program.pk}", summary="New")
    assert (answer.status_code, answer.json()["summary"]) == (200, "New")
    program.refresh_from_db()
    assert (program.name, program.summary, program.length_months) == ("Residency", "New", 18)
    assert list(errors(patch(sign_in(ld_admin), f"programs/{program.pk}", length_months=0))) == [
        "length_months"
    ]


def test_a_program_is_archived_once_signed_off(sign_in, ld_admin):
    draft, signed = ProgramFactory(name="Draft"), ProgramFactory(signed_off=True)
    client = sign_in(ld_admin)
    refused = errors(post(client, f"programs/{draft.pk}/archive"))
    assert refused == {"non_field_errors": ["Draft is not signed off, so there is nothing to archive yet."]}
    assert post(client, f"programs/{signed.pk}/archive").json()["state"] == "archived"
    assert patch(client, f"programs/{signed.pk}", name="Later").status_code == 403


@pytest.mark.parametrize(
    ("who", "status"),
    [("hr_analyst", 403), ("sponsor", 403), ("owner", 403), ("alice", 404), ("charlie", 404)],
)
def test_only_ld_admins_design(request, sign_in, acme, who, status):
    program, client = ProgramFactory(signed_off=True), sign_in(request.getfixturevalue(who))
    parts = {kind: make() for kind, make in MAKE.items()}
    assert post(client, "programs", name="Mine").status_code == (404 if who == "charlie" else 403)
    assert patch(client, f"programs/{program.pk}", name="Mine").status_code == status
    assert post(client, f"programs/{program.pk}/archive").status_code == status
    assert post(client, "design/objectives", program=program.pk, text="Mine").status_code == status
    for kind, part in parts.items():
        assert patch(client, f"design/{kind}/{part.pk}", text="Mine").status_code == status
        assert client.delete(f"{API}/design/{kind}/{part.pk}/").status_code == status
    for kind in ("objectives", "outcomes", "metrics", "competencies", "behaviors"):
        assert post(client, f"design/{kind}/{parts[kind].pk}/move", to="up").status_code == status
    program.refresh_from_db()
    assert program.state == Program.State.SIGNED_OFF
    assert not AuditEntry.objects.filter(verb__regex=r"added|changed|deleted|moved|archived").exists()


def test_each_part_is_added_changed_and_deleted(sign_in, ld_admin, alice):
    program, client = ProgramFactory(), sign_in(ld_admin)
    competency = CompetencyFactory(program=program, behaviors=0)
    kinds = {
        "objectives": ({"program": program.pk, "text": "Grow"}, {"text": "Keep"}),
        "outcomes": ({"program": program.pk, "text": "Grown"}, {"text": "Kept"}),
        "metrics": (
            {"program": program.pk, "name": "Filled", "unit": "percent", "baseline": "34.00"},
            {"target": "70.00"},
        ),
        "competencies": ({"program": program.pk, "name": "Acumen"}, {"description": "Reads numbers."}),
        "behaviors": ({"competency": competency.pk, "text": "Asks", "anchors": ANCHORS}, {"text": "Tells"}),
        "stakeholders": (
            {"program": program.pk, "person": alice.person.pk, "function": "sales"},
            {"function": "hr"},
        ),
    }
    for kind, (given, changed) in kinds.items():
        added = post(client, f"design/{kind}", **given)
        assert (added.status_code, {**added.json(), **given}) == (201, added.json()), kind
        path = f"design/{kind}/{added.json()['id']}"
        assert patch(client, path, **changed).json() == {**added.json(), **changed}, kind
        assert client.delete(f"{API}/{path}/").status_code == 204
        assert client.get(f"{API}/{path}/").status_code == 404
    verbs = AuditEntry.objects.values_list("verb", flat=True)
    for noun in ("objective", "outcome", "metric", "competency", "behavior", "stakeholder"):
        assert {f"{noun}.added", f"{noun}.changed", f"{noun}.deleted"} <= set(verbs)


def test_the_pages_forms_have_the_last_word(sign_in, ld_admin, alice):
    program, client = ProgramFactory(), sign_in(ld_admin)
    behavior = BehaviorFactory()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    refused = post(
        client,
        "design/metrics",
        program=program.pk,
        name="Skill",
        unit="points",
        baseline="7",
        baseline_on=tomorrow.isoformat(),
    )
    assert errors(refused) == {
        "baseline": ["Write a number from 1 to 5, the points that behaviours are rated with."],
        "baseline_on": ["This day has not come yet. Choose the day it was measured."],
    }
    CompetencyFactory(program=program, name="Acumen")
    assert errors(post(client, "design/competencies", program=program.pk, name="Acumen")) == {
        "name": ["There is a competency called “Acumen” already."]
    }
    StakeholderFactory(program=program, person=alice.person)
    twice = {"program": program.pk, "person": alice.person.pk, "function": "sales"}
    assert errors(post(client, "design/stakeholders", **twice)) == {
        "person": ["Alice Manager is a stakeholder already."]
    }
    assert list(errors(post(client, "design/stakeholders", **{**twice, "person": 0}))) == ["person"]
    assert list(errors(patch(client, f"design/behaviors/{behavior.pk}", anchors=["one"]))) == ["anchors"]
    assert list(errors(post(client, "design/objectives", program=program.pk, text=""))) == ["text"]
    counts = [kind.objects.filter(program=program).count() for kind in (Metric, Stakeholder, Objective)]
    assert (counts, program.competencies.count()) == ([0, 1, 0], 1)


def test_a_part_stays_in_its_program(sign_in, ld_admin, alice):
    objective, other = ObjectiveFactory(), ProgramFactory()
    stakeholder = StakeholderFactory()
    client = sign_in(ld_admin)
    refused = patch(client, f"design/objectives/{objective.pk}", program=other.pk, text="Moved")
    assert errors(refused) == {"program": ["It stays where it is. Add another there."]}
    refused = patch(client, f"design/stakeholders/{stakeholder.pk}", person=alice.person.pk)
    assert errors(refused) == {"person": ["A signature is its person’s. Add the other person instead."]}
    assert patch(client, f"design/objectives/{objective.pk}", program=objective.program_id).status_code == 200


def test_parts_move_up_and_down(sign_in, ld_admin):
    program = ProgramFactory()
    for place, text in enumerate(("one", "two", "three")):
        OutcomeFactory(program=program, text=text, position=place)
    last = Outcome.objects.get(text="three")
    client = sign_in(ld_admin)
    assert post(client, f"design/outcomes/{last.pk}/move", to="up").status_code == 204
    assert list(program.outcomes.values_list("text", flat=True)) == ["one", "three", "two"]
    assert list(errors(post(client, f"design/outcomes/{last.pk}/move", to="left"))) == ["to"]
    assert post(client, "design/stakeholders/1/move", to="up").status_code == 404


def test_a_change_opens_a_signed_program_again(sign_in, ld_admin):
    objective = ObjectiveFactory(program=ProgramFactory(signed_off=True))
    patch(sign_in(ld_admin), f"design/objectives/{objective.pk}", text="Another")
    objective.program.refresh_from_db()
    assert objective.program.state == Program.State.DRAFT


def test_a_design_is_read_as_on_the_page(sign_in, ld_admin, sponsor, alice, bob):
    """Participants read what the program is for, its signers all of it, a colleague nothing."""
    program = ProgramFactory(complete=True)
    ParticipantFactory(person=bob.person, cohort=CohortFactory(program=program))
    StakeholderFactory(program=program, person=alice.person, asked=True)
    for make in MAKE.values():
        make()  # of other programs

    def counts(member):
        client = sign_in(member)
        return [client.get(f"{API}/design/{kind}/?page_size=200").json()["count"] for kind in MAKE]

    assert counts(ld_admin) == counts(sponsor) == [2, 2, 2, 3, 7, 2]
    assert counts(alice) == [1, 1, 1, 1, 3, 1]
    assert counts(bob) == [1, 1, 0, 1, 3, 0]
    Stakeholder.objects.all().delete()
    assert counts(alice) == [1, 1, 0, 1, 3, 0], "her report is in the cohort"


def test_what_behaviours_look_like_is_kept_when_left_out(sign_in, ld_admin):
    behavior = BehaviorFactory()
    patch(sign_in(ld_admin), f"design/behaviors/{behavior.pk}", text="Listens")
    assert Behavior.objects.values_list("text", "anchors").get() == ("Listens", ANCHORS)


def test_somebody_who_left_does_not_sign(sign_in, ld_admin):
    gone = PersonFactory(termination_date=timezone.localdate() - datetime.timedelta(days=1))
    answer = post(
        sign_in(ld_admin),
        "design/stakeholders",
        program=ProgramFactory().pk,
        person=gone.pk,
        function="hr",
    )
    assert list(errors(answer)) == ["person"]
