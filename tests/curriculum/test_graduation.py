"""Graduating: those who have done what is required are proposed; of the others the page says what is open."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from cohorts import services
from cohorts.graduation import OpenWork, open_work
from cohorts.models import Participant
from curriculum.models import ParticipantActivity
from tests.factories.cohorts import CohortFactory, ParticipantFactory
from tests.factories.curriculum import ActivityFactory, ItemFactory, ModuleFactory

TODAY = timezone.now().date()
REASON = "She presented the plan to the customer before the template existed."


@pytest.fixture
def running(acme):
    return CohortFactory(state="running", starts_on=TODAY - datetime.timedelta(days=400), name="2025")


@pytest.fixture
def ada(running):
    """Everything required is done; an optional activity is not."""
    ada = ParticipantFactory(cohort=running, person__first_name="Ada", person__last_name="Abel")
    ItemFactory(participant=ada, state=ParticipantActivity.State.DONE)
    ItemFactory(participant=ada, state=ParticipantActivity.State.EXCUSED)
    ItemFactory(participant=ada, is_asked=False)
    return ada


@pytest.fixture
def bea(running):
    """Five required activities are open, one of them handed in and not confirmed."""
    bea = ParticipantFactory(cohort=running, person__first_name="Bea", person__last_name="Brandt")
    module = ModuleFactory(program=running.program)
    for place, title in enumerate(["Profile", "Map", "Plan", "Review", "Interview"]):
        activity = ActivityFactory(module=module, title=title, job=True)
        due = TODAY + datetime.timedelta(days=place)
        ItemFactory(
            participant=bea, activity=activity, due_on=due, state="handed_in" if place == 0 else "to_do"
        )
    return bea


def page_of(client, cohort):
    answer = client.get(reverse("cohorts:cohort_graduate", args=["acme", cohort.pk]))
    assert answer.status_code == 200
    return answer


def ticked(answer):
    form = answer.context["form"]
    return {line.participant: line.tick.data["selected"] for line in [*form.finished, *form.unfinished]}


def test_what_is_open_is_counted_and_named_first_due_first(ada, bea, ld_admin):
    journey = reverse("curriculum:journey_detail", args=["acme", bea.pk])
    titles = ("Profile", "Map", "Plan", "Review", "Interview")
    assert open_work(bea.cohort, ld_admin) == {bea.pk: OpenWork(5, titles, journey)}
    assert (
        open_work(bea.cohort, ld_admin)[bea.pk].words
        == "5 required activities open: “Profile”, “Map”, “Plan” and 2 more"
    )
    assert OpenWork(2, ("Map", "Plan")).words == "2 required activities open: “Map” and “Plan”"
    assert OpenWork(1, ("Map",)).words == "1 required activity open: “Map”"


def test_only_those_who_are_done_are_proposed(sign_in, ld_admin, ada, bea):
    answer = page_of(sign_in(ld_admin), ada.cohort)
    assert ticked(answer) == {ada: True, bea: False}
    page = answer.content.decode()
    assert "5 required activities open: “Profile”, “Map”, “Plan” and 2 more" in page
    assert reverse("curriculum:journey_detail", args=["acme", bea.pk]) in page


def test_who_has_work_open_graduates_with_a_reason_or_not_at_all(sign_in, ld_admin, hr_analyst, ada, bea):
    client, address = sign_in(ld_admin), reverse("cohorts:cohort_graduate", args=["acme", ada.cohort_id])
    both = {"on": TODAY.isoformat(), "participants": [ada.pk, bea.pk]}
    refused = client.post(address, {**both, f"reason_{bea.pk}": "  "})
    assert list(refused.context["form"].errors) == [f"reason_{bea.pk}"]
    assert "Say why Bea Brandt graduates all the same." in refused.content.decode()
    assert not Participant.objects.filter(state="graduated").exists()

    client.post(address, {**both, f"reason_{bea.pk}": REASON})
    rows = Participant.objects.order_by("pk").values_list("state", "open_at_graduation", "state_reason")
    assert list(rows) == [("graduated", 0, ""), ("graduated", 5, REASON)]
    entry = AuditEntry.objects.get(verb="participant.graduated", object_id=bea.pk)
    assert entry.why == REASON
    assert entry.after["still_open"].startswith("5 required activities open: “Profile”")
    assert Notification.objects.filter(kind="cohorts.graduated").count() == 2
    for reader in (ld_admin, hr_analyst):
        page = sign_in(reader).get(reverse("cohorts:participant_detail", args=["acme", bea.pk]))
        assert REASON in page.content.decode()
        assert "5 required activities were open" in page.content.decode()


def test_the_reason_is_for_l_and_d_and_hr_alone(sign_in, bob, ld_admin, running):
    mine = ParticipantFactory(cohort=running, person=bob.person)
    ItemFactory(participant=mine)
    services.graduate(running, [mine], on=TODAY, by=ld_admin, reasons={mine.pk: REASON})
    page = sign_in(bob).get(reverse("cohorts:participant_detail", args=["acme", mine.pk]))
    assert page.status_code == 200
    assert REASON not in page.content.decode()


def test_the_service_asks_again_when_work_was_reopened_meanwhile(ld_admin, ada):
    ItemFactory(participant=ada, activity__title="Roster corrected")
    with pytest.raises(ValidationError, match="Say why Ada Abel"):
        services.graduate(ada.cohort, [ada], on=TODAY, by=ld_admin)


def test_a_reason_for_somebody_who_is_done_is_not_kept(ld_admin, ada):
    services.graduate(ada.cohort, [ada], on=TODAY, by=ld_admin, reasons={ada.pk: REASON})
    ada.refresh_from_db()
    assert (ada.open_at_graduation, ada.state_reason) == (0, "")


def test_graduating_over_the_api(sign_in, ld_admin, hr_analyst, ada, bea):
    path = f"/api/v1/o/acme/cohorts/{ada.cohort_id}"
    client = sign_in(ld_admin)
    listed = client.get(f"{path}/open-work/").json()
    assert [(one["name"], one["open"], one["titles"][:2]) for one in listed] == [
        ("Ada Abel", 0, []),
        ("Bea Brandt", 5, ["Profile", "Map"]),
    ]

    def graduate(*who):
        body = {"on": TODAY.isoformat(), "participants": list(who)}
        return client.post(f"{path}/graduate/", body, content_type="application/json")

    refused = graduate({"participant": ada.pk}, {"participant": bea.pk})
    assert refused.status_code == 400
    assert "Say why Bea Brandt graduates all the same." in refused.content.decode()
    stranger = ParticipantFactory(cohort__state="running")
    assert graduate({"participant": stranger.pk}).status_code == 400
    done = graduate({"participant": ada.pk}, {"participant": bea.pk, "reason": REASON})
    assert [(one["state"], one["open_at_graduation"]) for one in done.json()] == [
        ("graduated", 0),
        ("graduated", 5),
    ]
    client = sign_in(hr_analyst)
    assert graduate({"participant": ada.pk}).status_code == 403
    assert client.get(f"{path}/open-work/").status_code == 403


def test_one_query_answers_for_the_whole_cohort(sign_in, ld_admin, running, ada, bea, count_queries):
    client = sign_in(ld_admin)
    few = count_queries(lambda: page_of(client, running))
    for _ in range(10):
        item = ItemFactory(participant=ParticipantFactory(cohort=running))
        ItemFactory(participant=item.participant)
    assert count_queries(lambda: page_of(client, running)) == few


def test_the_cohort_closes_although_somebody_graduated_with_work_open(ld_admin, running, bea):
    services.graduate(running, [bea], on=TODAY, by=ld_admin, reasons={bea.pk: REASON})
    assert services.move_cohort(running, to="graduated", by=ld_admin).state == "graduated"
