"""HR's co-signature of a slate."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from selection import access
from selection.models import PlanVersion, SelectionPlan, Signature, Slate
from selection.plan_parts.decision import store_decision
from selection.queries.tasks import tasks_for, waiting_for
from selection.services import (
    accept_ranking,
    ask_signature,
    change_plan,
    decide,
    draw_slate,
    move_reserve,
    release_slate,
    return_slate,
    sign_slate,
)
from selection.services.plan import set_up_selection
from tests.factories.cohorts import CohortFactory
from tests.factories.identity import MembershipFactory
from tests.selection.pages import client_of, post, url
from tests.selection.test_slate import assessed_cohort, by_name


@pytest.fixture
def slate(acme, ld_admin):
    """Everybody is decided."""
    slate = draw_slate(assessed_cohort(name="Account Director 2027"), by=ld_admin)
    accept_ranking(slate, reserve=2, by=ld_admin)
    return slate


@pytest.fixture
def asked(slate, ld_admin, hr_analyst):
    return ask_signature(slate, by=ld_admin, note="Eve withdrew her wish to move.")


def state_of(slate):
    return Slate.objects.get(pk=slate.pk).state


def told(kind):
    return list(Notification.objects.filter(kind=kind).order_by("pk"))


# --- asking ------------------------------------------------------------------------------------------


def test_hr_is_asked_once_everybody_is_decided(acme, ld_admin, hr_analyst):
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    with pytest.raises(ValidationError, match="Decide on Ana, Ben, Cleo and 2 more"):
        ask_signature(slate, by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    asked = ask_signature(slate, by=ld_admin)
    assert (asked.state, state_of(slate)) == ("asked", "with_hr")
    [notice] = told("selection.signature_asked")
    assert (notice.recipient, notice.subject) == (hr_analyst, f"Co-sign the slate of {slate.cohort}")
    with pytest.raises(ValidationError, match="with HR already"):
        ask_signature(slate, by=ld_admin)


def test_nothing_is_released_without_the_signature(slate, asked, ld_admin, hr_analyst):
    with pytest.raises(ValidationError, match="HR has not signed yet"):
        release_slate(slate, by=ld_admin)
    sign_slate(asked, remark="Read every decision against the ranking.", by=hr_analyst)
    release_slate(slate, by=ld_admin)
    assert state_of(slate) == "released"


def test_with_nobody_of_hr_who_can_sign_it_is_said_who_can_help(slate, ld_admin):
    with pytest.raises(ValidationError, match="Nobody of HR can sign"):
        ask_signature(slate, by=ld_admin)


def test_a_plan_can_do_without(slate, ld_admin, hr_analyst):
    plan = SelectionPlan.objects.get(cohort=slate.cohort)

    def write(found):
        store_decision(found, needs_signature=False, offer_days=10)

    with pytest.raises(ValidationError, match="Say why"):
        change_plan(plan, "decision", write, by=ld_admin)
    change_plan(plan, "decision", write, by=ld_admin, why="Works council agreed for this pilot.")
    latest = PlanVersion.objects.filter(plan=plan).first()
    assert latest.content["decision"]["HR co-signs the slate"] == "No"
    with pytest.raises(ValidationError, match="asks for no signature"):
        ask_signature(slate, by=ld_admin)
    release_slate(slate, by=ld_admin)


def test_a_cohort_copies_what_its_program_s_pattern_says(acme, ld_admin):
    program = CohortFactory().program
    from selection.services import begin_plan

    pattern = begin_plan(program, by=ld_admin)
    store_decision(pattern, needs_signature=False, offer_days=7)
    cohort = CohortFactory(program=program)
    set_up_selection(cohort, by=None)
    plan = SelectionPlan.objects.get(cohort=cohort)
    assert (plan.needs_signature, plan.offer_days) == (False, 7)


# --- answering ---------------------------------------------------------------------------------------


def test_hr_signs_with_name_time_and_a_sentence(slate, asked, ld_admin, hr_analyst):
    with pytest.raises(ValidationError, match="Say in a sentence"):
        sign_slate(asked, remark=" ", by=hr_analyst)
    signed = sign_slate(asked, remark="Looked at every reason.", by=hr_analyst)
    assert (signed.state, signed.answered_by, signed.remark) == (
        "signed",
        hr_analyst,
        "Looked at every reason.",
    )
    assert signed.answered_at is not None
    assert state_of(slate) == "signed"
    [notice] = told("selection.signature_answered")
    assert (notice.recipient, "HR has signed" in notice.subject) == (ld_admin, True)
    entry = AuditEntry.objects.get(verb="slate.signed")
    assert (entry.why, entry.actor_name) == ("Looked at every reason.", hr_analyst.display_name)


def test_hr_returns_it_with_a_question_and_ld_asks_again(slate, asked, ld_admin, hr_analyst):
    return_slate(asked, remark="Why is Ben before Cleo?", by=hr_analyst)
    assert state_of(slate) == "open"
    again = ask_signature(slate, by=ld_admin, note="11 points between them.")
    assert [each.state for each in Signature.objects.all()] == ["asked", "returned"]
    assert sign_slate(again, remark="Thank you.", by=hr_analyst).state == "signed"


def test_the_second_answer_reads_whose_was_first(acme, slate, asked, hr_analyst):
    other = MembershipFactory(organization=acme, granted_roles=["hr_analyst"])
    sign_slate(asked, remark="Fine.", by=hr_analyst)
    with pytest.raises(ValidationError, match=f"{hr_analyst} has signed this slate already"):
        return_slate(asked, remark="Wait.", by=other)
    assert state_of(slate) == "signed"


@pytest.mark.parametrize("role", ["ld_admin", "sponsor", "owner", "alice"])
def test_only_hr_signs(request, slate, asked, role):
    with pytest.raises(PermissionDenied):
        sign_slate(asked, remark="Fine.", by=request.getfixturevalue(role))
    assert state_of(slate) == "with_hr"


def test_whoever_decided_or_asked_does_not_sign(acme, ld_admin, hr_analyst):
    both = MembershipFactory(organization=acme, granted_roles=["ld_admin", "hr_analyst"])
    slate = draw_slate(assessed_cohort(), by=ld_admin)
    decide(by_name(slate)["Ana"], outcome="selected", by=both)
    accept_ranking(slate, by=ld_admin)
    asked = ask_signature(slate, by=ld_admin)
    assert [notice.recipient for notice in told("selection.signature_asked")] == [hr_analyst]
    with pytest.raises(PermissionDenied, match="neither decided"):
        sign_slate(asked, remark="Fine.", by=both)
    return_slate(asked, remark="Once more, please.", by=hr_analyst)
    decide(by_name(slate)["Ana"], outcome="selected", by=ld_admin)
    with pytest.raises(PermissionDenied):
        sign_slate(ask_signature(slate, by=both), remark="Fine.", by=both)


def test_nobody_signs_or_sees_a_slate_they_are_on(slate, ld_admin, hr_analyst, login):
    ana = login(by_name(slate)["Ana"].candidate.person, "hr_analyst")
    asked = ask_signature(slate, by=ld_admin)
    assert not access.visible_signatures(ana).exists()
    assert "signature_asked" not in {notice.kind for notice in Notification.objects.filter(membership=ana)}
    with pytest.raises(PermissionDenied):
        sign_slate(asked, remark="Fine.", by=ana)
    assert not [task for task in tasks_for(ana) if "Co-sign" in task.title]


# --- void --------------------------------------------------------------------------------------------


def test_another_decision_takes_the_signature_away_and_says_so(slate, asked, ld_admin, hr_analyst):
    sign_slate(asked, remark="Fine.", by=hr_analyst)
    decide(by_name(slate)["Dan"], outcome="not_selected", reason="other", remark="Moves abroad.", by=ld_admin)
    asked.refresh_from_db()
    assert (asked.state, asked.void_why, asked.remark) == (
        "void",
        f"{ld_admin} decided anew on Dan",
        "Fine.",
    )
    assert state_of(slate) == "open"
    [notice] = told("selection.signature_void")
    assert (notice.recipient, "no longer counts" in notice.subject) == (hr_analyst, True)
    with pytest.raises(ValidationError, match="Ask HR to co-sign"):
        release_slate(slate, by=ld_admin)


def test_moving_the_reserve_takes_it_away_and_the_same_decision_again_does_not(
    slate, asked, ld_admin, hr_analyst
):
    sign_slate(asked, remark="Fine.", by=hr_analyst)
    decide(by_name(slate)["Ana"], outcome="selected", by=ld_admin)
    assert accept_ranking(slate, by=ld_admin) == 0
    assert state_of(slate) == "signed"
    move_reserve(by_name(slate)["Dan"], up=True, by=ld_admin)
    assert state_of(slate) == "open"


def test_hr_cannot_sign_what_was_changed_while_the_page_was_open(slate, asked, ld_admin, hr_analyst):
    decide(by_name(slate)["Eve"], outcome="not_selected", reason="other", remark="Leaves.", by=ld_admin)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        sign_slate(asked, remark="Fine.", by=hr_analyst)
    again = ask_signature(slate, by=ld_admin)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        sign_slate(asked, remark="Fine.", by=hr_analyst)
    assert sign_slate(again, remark="Fine.", by=hr_analyst).state == "signed"


# --- doors -------------------------------------------------------------------------------------------


def test_home_leads_hr_to_the_slate_and_ld_waits(slate, ld_admin, hr_analyst):
    assert [task.title for task in tasks_for(ld_admin)] == [
        "Decide and release the selection for Account Director 2027"
    ]
    asked = ask_signature(slate, by=ld_admin)
    [task] = tasks_for(_anew(hr_analyst))
    assert (task.title, task.url) == (
        "Co-sign the slate of Account Director 2027",
        url("signature_detail", asked.pk),
    )
    assert tasks_for(_anew(ld_admin)) == []
    assert [each.title for each in waiting_for(_anew(ld_admin))] == [
        "HR signs the slate of Account Director 2027"
    ]
    sign_slate(asked, remark="Fine.", by=hr_analyst)
    assert tasks_for(_anew(hr_analyst)) == []
    assert [task.title for task in tasks_for(_anew(ld_admin))] == [
        "Release the selection for Account Director 2027"
    ]


def _anew(member):
    return type(member).objects.select_related("user", "organization").get(pk=member.pk)


def test_ld_asks_and_hr_signs_on_their_pages(slate, ld_admin, hr_analyst):
    admin, analyst = client_of(ld_admin), client_of(hr_analyst)
    decide(by_name(slate)["Dan"], outcome="reserve", reason="other", remark="Wants a year more.", by=ld_admin)
    page = admin.get(url("slate_detail", slate.cohort_id)).content.decode()
    assert "Ask HR to co-sign" in page
    assert "Release 5 outcomes" not in page
    said = post(admin, url("signature_ask", slate.cohort_id), note="See Dan.")
    assert "HR is asked to sign" in said
    asked = Signature.objects.get()
    page = analyst.get(url("signature_detail", asked.pk)).content.decode()
    assert "Wants a year more." in page
    assert "See Dan." in page
    assert "What do you answer?" in page
    assert "What do you answer?" not in admin.get(url("signature_detail", asked.pk)).content.decode()
    assert admin.post(url("signature_detail", asked.pk), {"answer": "sign", "remark": "x"}).status_code == 403
    said = post(analyst, url("signature_detail", asked.pk), answer="sign", remark="All reasons read.")
    assert "All reasons read." in said
    page = admin.get(url("slate_detail", slate.cohort_id)).content.decode()
    assert "Release 5 outcomes" in page
    edit = url("decision_edit", by_name(slate)["Eve"].pk)
    assert "takes the signature away" in admin.get(edit).content.decode()
    said = post(admin, edit, outcome="not_selected", reason="other", remark="Leaves.")
    assert "signature no longer counts" in said


def test_api_asks_signs_and_returns(slate, ld_admin, hr_analyst):
    admin, analyst = client_of(ld_admin), client_of(hr_analyst)
    api = "/api/v1/o/acme/"
    said = admin.post(f"{api}slates/{slate.pk}/ask-hr/", {"note": ""}, content_type="application/json")
    assert said.json()["state"] == "with_hr"
    [asked] = analyst.get(f"{api}signatures/?state=asked").json()["results"]
    sign = f"{api}signatures/{asked['id']}/"
    words = {"remark": "Why Ben?"}
    assert admin.post(f"{sign}return/", words, content_type="application/json").status_code == 403
    assert (
        analyst.post(f"{sign}return/", words, content_type="application/json").json()["state"] == "returned"
    )
    admin.post(f"{api}slates/{slate.pk}/ask-hr/", {}, content_type="application/json")
    [asked] = analyst.get(f"{api}signatures/?state=asked").json()["results"]
    said = analyst.post(f"{api}signatures/{asked['id']}/sign/", words, content_type="application/json")
    assert (said.json()["state"], said.json()["remark"]) == ("signed", "Why Ben?")
    assert admin.get(f"{api}slates/{slate.pk}/").json()["state"] == "signed"


def test_the_part_of_the_plan_is_changed_on_page_and_api(acme, ld_admin, cohort):
    plan, admin = SelectionPlan.objects.get(cohort=cohort), client_of(ld_admin)
    page = admin.get(url("plan_part", plan.pk, "decision")).content.decode()
    assert "HR signs the slate" in page
    post(admin, url("plan_part", plan.pk, "decision"), needs_signature="on", offer_days="7")
    api = f"/api/v1/o/acme/selection-plans/{plan.pk}/decision/"
    assert admin.get(api).json() == {
        "needs_signature": True,
        "needs_impact_review": False,
        "offer_days": 7,
    }
    said = admin.patch(api, {"needs_signature": False}, content_type="application/json")
    assert said.json() == {"needs_signature": False, "needs_impact_review": False, "offer_days": 7}


def test_a_weight_sum_of_zero_is_said_and_draws_nothing(acme, ld_admin):
    cohort = assessed_cohort()
    SelectionPlan.objects.get(cohort=cohort).criteria.update(weight=0)
    with pytest.raises(ValidationError, match="add up to 0"):
        draw_slate(cohort, by=ld_admin)
    assert not Slate.objects.exists()
