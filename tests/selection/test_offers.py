"""Offers of seats: accepted, declined, lapsed; who moves up, once."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Due, Notification
from amdp.tenancy.context import organization_context
from cohorts.models import Cohort, Participant
from cohorts.services import withdraw
from selection.clock import lapse_offers
from selection.models import Decision, Letter, Offer, SelectionPlan
from selection.queries.offers import seating_of
from selection.queries.tasks import tasks_for
from selection.services import (
    accept_offer,
    accept_ranking,
    decide,
    decline_offer,
    draw_slate,
    leave_reserve,
    offer_free_seat,
    release_slate,
)
from selection.story import whole_story
from tests.factories.identity import MembershipFactory, OrganizationFactory
from tests.factories.selection import signed
from tests.selection.pages import client_of, post, url
from tests.selection.test_slate import assessed_cohort, by_name

DAY = timedelta(days=1)
calls = []


def heard(slate, event):
    calls.append(event)


def released(ld_admin, seats=2, reserve=2, **fields):
    """Ana and Ben are offered seats, Cleo and Dan in reserve, Eve not selected."""
    starts = timezone.localdate() + timedelta(days=60)
    fields = {"starts_on": starts, "ends_on": starts + timedelta(days=300), **fields}
    slate = draw_slate(assessed_cohort(seats=seats, **fields), by=ld_admin)
    accept_ranking(slate, reserve=reserve, by=ld_admin)
    return release_slate(signed(slate), by=ld_admin)


@pytest.fixture
def slate(acme, ld_admin):
    return released(ld_admin, name="Account Director 2027")


@pytest.fixture
def members(slate, login):
    """Everybody on the slate with a login, by name."""
    return {name: login(each.candidate.person) for name, each in by_name(slate).items()}


def offer_of(name):
    return Offer.objects.get(decision__candidate__person__first_name=name)


def offers():
    return {str(each.decision.candidate): each.state for each in Offer.objects.all()}


def enrolled():
    active = Participant.objects.exclude(state="withdrawn")
    return sorted(str(each) for each in active)


# --- answering ---------------------------------------------------------------------------------------


def test_being_selected_is_an_offer_with_a_day_to_answer_by_and_reminders(slate):
    assert offers() == {"Ana": "open", "Ben": "open"}
    ana = offer_of("Ana")
    zone = ana.decision.candidate.person.time_zone
    with timezone.override(zone):
        assert ana.answer_by == timezone.localdate(slate.released_at) + 10 * DAY
        assert timezone.localtime(ana.ends_at).date() == ana.answer_by + DAY
    reminders = Notification.objects.filter(kind="selection.offer_due", about_id=ana.pk)
    assert sorted(each.period for each in reminders) == ["last day", "soon"]
    assert all(each.not_before > timezone.now() for each in reminders)
    assert Due.objects.filter(next_due_at__lte=ana.ends_at).exists()


def test_who_accepts_is_enrolled_and_no_longer_reminded(slate, members):
    accept_offer(offer_of("Ana"), by=members["Ana"])
    assert enrolled() == ["Ana"]
    assert not Notification.objects.filter(kind="selection.offer_due", about_id=offer_of("Ana").pk).exists()
    kinds = set(Notification.objects.filter(person__first_name="Ana").values_list("kind", flat=True))
    assert kinds == {"selection.outcome", "cohorts.enrolled"}
    with pytest.raises(ValidationError, match=r"accepted on .* already"):
        accept_offer(offer_of("Ana"), by=members["Ana"])
    assert enrolled() == ["Ana"]


def test_only_the_person_answers_and_ld_records_with_a_reason(slate, members, ld_admin, hr_analyst):
    for member in (members["Ben"], hr_analyst):
        with pytest.raises(PermissionDenied):
            accept_offer(offer_of("Ana"), by=member)
    with pytest.raises(ValidationError, match="Say how and when they told you"):
        accept_offer(offer_of("Ana"), by=ld_admin)
    accept_offer(offer_of("Ana"), reason="By phone on Monday.", by=ld_admin)
    assert (offer_of("Ana").reason, offer_of("Ana").answered_by) == ("By phone on Monday.", ld_admin)
    entry = AuditEntry.objects.get(verb="decision.offer_accepted")
    assert (entry.why, entry.actor_name) == ("By phone on Monday.", "Lena Admin")


def test_declining_needs_a_reason_and_draws_the_next_in_reserve(slate, members, ld_admin):
    with pytest.raises(ValidationError, match="Say why in a sentence"):
        decline_offer(offer_of("Ana"), reason=" ", by=members["Ana"])
    decline_offer(offer_of("Ana"), reason="A child is on the way.", by=members["Ana"])
    assert offers() == {"Ana": "declined", "Ben": "open", "Cleo": "open"}
    cleo = offer_of("Cleo")
    assert cleo.instead_of == offer_of("Ana")
    letter = Letter.objects.get(candidate=cleo.decision.candidate, kind="moved_up")
    assert letter.subject == "A seat in Account Director 2027 has become free for you"
    assert Notification.objects.filter(person__first_name="Cleo", subject=letter.subject).count() == 1
    [told] = Notification.objects.filter(kind="selection.seat_free")
    assert (told.recipient, told.subject) == (
        ld_admin,
        "Cleo moves up in Account Director 2027: Ana declined",
    )
    assert by_name(slate)["Cleo"].outcome == "reserve"
    accept_offer(cleo, by=members["Cleo"])
    assert enrolled() == ["Cleo"]


def test_declining_twice_draws_once(slate, members):
    decline_offer(offer_of("Ana"), reason="No.", by=members["Ana"])
    with pytest.raises(ValidationError, match=r"declined on .* already"):
        decline_offer(offer_of("Ana"), reason="Still no.", by=members["Ana"])
    with pytest.raises(ValidationError, match=r"declined on .* already"):
        accept_offer(offer_of("Ana"), by=members["Ana"])
    assert offers() == {"Ana": "declined", "Ben": "open", "Cleo": "open"}


def test_who_accepted_can_give_the_seat_back_until_the_start(slate, members):
    accept_offer(offer_of("Ana"), by=members["Ana"])
    decline_offer(offer_of("Ana"), reason="Moves abroad.", by=members["Ana"])
    assert Participant.objects.get(person__first_name="Ana").state == "withdrawn"
    assert offers() == {"Ana": "declined", "Ben": "open", "Cleo": "open"}
    accept_offer(offer_of("Ben"), by=members["Ben"])
    Cohort.objects.update(starts_on=timezone.localdate() - DAY)
    with pytest.raises(ValidationError, match=r"started on .* L&D takes somebody out"):
        decline_offer(offer_of("Ben"), reason="Too much.", by=members["Ben"])
    assert enrolled() == ["Ben"]


def test_after_the_start_nobody_is_drawn_by_itself_but_ld_can(slate, members, ld_admin):
    Cohort.objects.update(starts_on=timezone.localdate() - DAY)
    decline_offer(offer_of("Ana"), reason="Too late for me.", by=members["Ana"])
    assert offers() == {"Ana": "declined", "Ben": "open"}
    [told] = Notification.objects.filter(kind="selection.seat_free")
    assert "has started, so nobody is drawn by itself" in told.body[-1]
    offer_free_seat(slate, by=ld_admin)
    assert offers() == {"Ana": "declined", "Ben": "open", "Cleo": "open"}
    with pytest.raises(ValidationError, match="No seat is free"):
        offer_free_seat(slate, by=ld_admin)


# --- lapsing -----------------------------------------------------------------------------------------


def test_an_offer_lapses_after_its_last_day_and_the_next_is_drawn_once(slate, members, acme, time_machine):
    ana = offer_of("Ana")
    Offer.objects.filter(pk=offer_of("Ben").pk).update(ends_at=ana.ends_at + DAY)
    lapse_offers(acme.pk, ana.ends_at - timedelta(minutes=1))
    assert offers() == {"Ana": "open", "Ben": "open"}
    time_machine.move_to(ana.ends_at)
    with pytest.raises(ValidationError, match="The last day to answer was"):
        accept_offer(ana, by=members["Ana"])
    lapse_offers(acme.pk, ana.ends_at)
    lapse_offers(acme.pk, ana.ends_at)
    assert offers() == {"Ana": "lapsed", "Ben": "open", "Cleo": "open"}
    with pytest.raises(ValidationError, match=r"ended on .* without an answer"):
        accept_offer(ana, by=members["Ana"])
    assert Notification.objects.filter(kind="selection.offer_lapsed", person__first_name="Ana").count() == 1


# --- who moves up ------------------------------------------------------------------------------------


def test_those_who_left_the_reserve_or_the_company_are_passed_by(slate, members, ld_admin):
    with pytest.raises(ValidationError, match="Say why"):
        leave_reserve(by_name(slate)["Cleo"], why="", by=members["Cleo"])
    leave_reserve(by_name(slate)["Cleo"], why="Took another role.", by=members["Cleo"])
    with pytest.raises(ValidationError, match="left the reserve on"):
        leave_reserve(by_name(slate)["Cleo"], why="Again.", by=ld_admin)
    with pytest.raises(PermissionDenied):
        leave_reserve(by_name(slate)["Dan"], why="For him.", by=members["Cleo"])
    decline_offer(offer_of("Ana"), reason="No.", by=members["Ana"])
    assert offers() == {"Ana": "declined", "Ben": "open", "Dan": "open"}


def test_when_nobody_is_left_in_reserve_ld_is_told(slate, members, ld_admin):
    for name in ("Ana", "Ben", "Cleo", "Dan"):
        decline_offer(offer_of(name), reason="No.", by=members[name])
    assert set(offers().values()) == {"declined"}
    last = Notification.objects.filter(kind="selection.seat_free").latest("pk")
    assert (last.recipient, last.subject, last.body[-1]) == (
        ld_admin,
        "A seat in Account Director 2027 is free: Dan declined",
        "Nobody is left in reserve.",
    )
    with pytest.raises(ValidationError, match="Nobody is left in reserve"):
        offer_free_seat(slate, by=ld_admin)


def test_more_in_reserve_than_candidates(acme, ld_admin, login):
    slate = released(ld_admin, seats=1, reserve=500)
    assert slate.decisions.filter(outcome="reserve").count() == 4
    for name in ("Ana", "Ben", "Cleo", "Dan", "Eve"):
        decline_offer(offer_of(name), reason="No.", by=login(by_name(slate)[name].candidate.person))
    assert set(offers().values()) == {"declined"}
    assert seating_of(slate).why_nobody == "Nobody is left in reserve."


def in_markets(slate, **markets):
    for name, market in markets.items():
        Decision.objects.filter(slate=slate, candidate__person__first_name=name).update(market=market)


def test_a_market_gets_no_more_than_its_most_and_kept_seats_go_to_it_first(acme, ld_admin, login):
    slate = released(ld_admin, reserve=3)
    in_markets(slate, Ana="DE", Ben="US", Cleo="US", Dan="DE", Eve="FR")
    slate.quotas = {"DE": [1, None], "US": [0, 1]}
    slate.save(update_fields=["quotas"])
    decline_offer(offer_of("Ana"), reason="No.", by=login(by_name(slate)["Ana"].candidate.person))
    assert "Dan" in offers()  # the seat is kept for DE, although Cleo stands before him
    decline_offer(offer_of("Dan"), reason="No.", by=login(by_name(slate)["Dan"].candidate.person))
    assert "Eve" in offers()  # nobody of DE is left, and US has its most
    decline_offer(offer_of("Eve"), reason="No.", by=login(by_name(slate)["Eve"].candidate.person))
    assert "Cleo" not in offers()
    last = Notification.objects.filter(kind="selection.seat_free").latest("pk")
    assert last.body[-1] == "Those in reserve are of markets that have their most already."


def test_nobody_below_a_knock_out_moves_up(slate, members):
    Decision.objects.filter(pk=by_name(slate)["Cleo"].pk).update(is_knocked_out=True)
    decline_offer(offer_of("Ana"), reason="No.", by=members["Ana"])
    assert "Dan" in offers()
    assert "Cleo" not in offers()


def test_a_seat_freed_in_the_cohort_can_be_offered(slate, members, ld_admin):
    accept_offer(offer_of("Ana"), by=members["Ana"])
    withdraw(Participant.objects.get(), reason="Left the program.", by=ld_admin)
    assert seating_of(slate).free == 1
    offer = offer_free_seat(slate, by=ld_admin)
    assert (str(offer.decision.candidate), offer.instead_of) == ("Cleo", None)


def test_a_seat_taken_meanwhile_is_said(slate, members):
    accept_offer(offer_of("Ana"), by=members["Ana"])
    Cohort.objects.update(seats=1)
    with pytest.raises(ValidationError, match="0 free seats for 1 people"):
        accept_offer(offer_of("Ben"), by=members["Ben"])
    assert offers()["Ben"] == "open"


def test_apps_above_hear_of_the_release_and_each_answer(acme, ld_admin, login, settings):
    settings.SLATE_MOVED = [f"{__name__}.heard"]
    calls.clear()
    slate = released(ld_admin, reserve=1)
    accept_offer(offer_of("Ana"), by=login(by_name(slate)["Ana"].candidate.person))
    decline_offer(offer_of("Ben"), reason="No.", by=login(by_name(slate)["Ben"].candidate.person))
    accept_offer(offer_of("Cleo"), by=login(by_name(slate)["Cleo"].candidate.person))
    assert calls == ["released", "answered", "answered", "answered", "settled"]


@pytest.mark.django_db(transaction=True)
def test_two_declines_at_once_draw_two_different_people():
    organization = OrganizationFactory(slug="acme-declines")
    with organization_context(organization):
        admin = MembershipFactory(organization=organization, granted_roles=["ld_admin"])
        slate = released(admin)
        chosen = list(Offer.objects.select_related("decision"))
        plan = SelectionPlan.objects.get(cohort=slate.cohort)
    ready, wrong = threading.Barrier(4), []

    def decline(offer):
        try:
            with organization_context(organization):
                ready.wait(10)
                decline_offer(offer, reason="By phone: no.", by=admin)
        except ValidationError as refused:
            wrong.append(refused.messages[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=decline, args=[offer]) for offer in chosen * 2]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    with organization_context(organization):
        assert plan.offer_days == 10
        assert offers() == {"Ana": "declined", "Ben": "declined", "Cleo": "open", "Dan": "open"}
        assert Offer.objects.values("instead_of").distinct().count() == 3
        assert Notification.objects.filter(kind="selection.outcome").count() == 5 + 2
    assert len(wrong) == 2
    assert all("already" in each for each in wrong)


# --- doors -------------------------------------------------------------------------------------------


def test_the_person_answers_on_the_outcome_page(slate, members):
    [task] = [each for each in tasks_for(members["Ana"]) if "seat" in each.title]
    assert task.title == "Accept or decline your seat in Account Director 2027"
    ana = client_of(members["Ana"])
    page = ana.get(task.url).content.decode()
    assert "You are offered a seat in Account Director 2027" in page
    assert "We would like to offer you a seat" in page
    path = url("offer_answer", offer_of("Ana").pk)
    assert client_of(members["Ben"]).post(path, {"answer": "accept"}).status_code == 404
    assert "Say why in a sentence" in post(ana, path, answer="decline", reason="")
    said = post(ana, path, answer="accept", reason="")
    assert "Welcome to Account Director 2027" in said
    assert "You have a seat in Account Director 2027" in said
    back = url("offer_give_back", offer_of("Ana").pk)
    assert back in said
    assert "You gave the seat back" in post(ana, back, why="Moves abroad.")
    assert "You declined the seat" in ana.get(task.url).content.decode()


def test_somebody_in_reserve_leaves_it_on_their_page(slate, members):
    cleo = client_of(members["Cleo"])
    page = cleo.get(url("outcome_detail", by_name(slate)["Cleo"].candidate_id)).content.decode()
    assert url("reserve_leave", by_name(slate)["Cleo"].pk) in page
    said = post(cleo, url("reserve_leave", by_name(slate)["Cleo"].pk), why="Took another role.")
    assert "You left the reserve" in said


def test_ld_takes_somebody_off_the_reserve_in_their_name(slate, ld_admin, hr_analyst):
    path, leave = url("slate_detail", slate.cohort_id), url("reserve_leave", by_name(slate)["Cleo"].pk)
    assert leave in client_of(ld_admin).get(path).content.decode()
    assert leave not in client_of(hr_analyst).get(path).content.decode()
    said = post(client_of(ld_admin), leave, why="Told us by phone: another role.")
    assert "Cleo is no longer in reserve." in said
    assert "left the reserve" in said
    assert leave not in said


def test_ld_sees_offers_records_answers_and_offers_free_seats(slate, members, ld_admin, hr_analyst):
    admin = client_of(ld_admin)
    page = admin.get(url("slate_detail", slate.cohort_id)).content.decode()
    assert "0 accepted, 2 waiting" in page
    record = url("offer_record", offer_of("Ana").pk)
    assert record in page
    assert record not in client_of(hr_analyst).get(url("slate_detail", slate.cohort_id)).content.decode()
    assert client_of(hr_analyst).get(record).status_code == 403
    Cohort.objects.update(starts_on=timezone.localdate() - DAY)
    said = post(admin, record, answer="decline", reason="By phone: stays in the lab.")
    assert "The answer of Ana is kept" in said
    assert "By phone: stays in the lab." in said
    assert "· declined" in said
    assert "Offer Cleo the seat" in said
    assert "Cleo is offered the seat" in post(admin, url("seat_offer", slate.cohort_id))


def test_leaders_read_the_state_of_their_line_without_the_reason(slate, members, login):
    leader = login(by_name(slate)["Ana"].candidate.nominations.get().nominator)
    person = by_name(slate)["Ana"].candidate.person
    person.manager = leader.person
    person.save()
    decline_offer(offer_of("Ana"), reason="Private.", by=members["Ana"])
    api = "/api/v1/o/acme/offers/"
    found = client_of(leader).get(api).json()["results"]
    for offer in found:
        assert "reason" not in offer


def test_api_accepts_declines_leaves_and_offers(slate, members, ld_admin):
    api, json = "/api/v1/o/acme/", {"content_type": "application/json"}
    ana, admin = client_of(members["Ana"]), client_of(ld_admin)
    [own] = ana.get(f"{api}offers/").json()["results"]
    assert ana.post(f"{api}offers/{own['id']}/accept/", {}, **json).json()["state"] == "accepted"
    cleo = by_name(slate)["Cleo"]
    path = f"{api}decisions/{cleo.pk}/leave-reserve/"
    assert client_of(members["Cleo"]).post(path, {"why": "Other role."}, **json).status_code == 200
    Cohort.objects.update(starts_on=timezone.localdate() - DAY)
    ben = offer_of("Ben").pk
    said = admin.post(f"{api}offers/{ben}/decline/", {"reason": "By phone."}, **json).json()
    assert (said["state"], said["reason"]) == ("declined", "By phone.")
    said = admin.post(f"{api}slates/{slate.pk}/offer-free-seat/", **json).json()
    assert said["candidate_name"] == "Dan"


def test_the_slate_costs_the_same_with_more_offers(ld_admin, acme):
    from django.test.utils import CaptureQueriesContext

    def cost(slate):
        admin = client_of(ld_admin)
        admin.get(url("slate_detail", slate.cohort_id))
        with CaptureQueriesContext(connection) as found:
            admin.get(url("slate_detail", slate.cohort_id))
        return len(found)

    few, many = released(ld_admin, seats=1), released(ld_admin, seats=4, reserve=1)
    assert cost(few) == cost(many)


def test_somebody_decided_by_hand_into_the_reserve_moves_up_in_order(acme, ld_admin, login):
    starts = timezone.localdate() + timedelta(days=60)
    cohort = assessed_cohort(seats=1, starts_on=starts, ends_on=starts + timedelta(days=300))
    slate = draw_slate(cohort, by=ld_admin)
    decide(by_name(slate)["Eve"], outcome="reserve", reason="other", remark="Ready soon.", by=ld_admin)
    accept_ranking(slate, reserve=2, by=ld_admin)
    release_slate(signed(slate), by=ld_admin)
    decline_offer(offer_of("Ana"), reason="No.", by=login(by_name(slate)["Ana"].candidate.person))
    assert list(offers()) == ["Ana", "Ben"]


def test_the_file_tells_the_letter_the_offer_and_the_answer(slate, members, ld_admin, hr_analyst):
    accept_offer(offer_of("Ben"), reason="By phone: with pleasure.", by=ld_admin)
    leave_reserve(by_name(slate)["Cleo"], why="Took another role.", by=members["Cleo"])
    story = whole_story(by_name(slate)["Ben"].candidate)
    told = [event.text for event in story if event.kind.startswith(("offer", "letter"))]
    assert told == [
        "The letter was sent: selected",
        "A seat was offered",
        "Lena Admin recorded that the seat was accepted",
    ]
    left = [event for event in whole_story(by_name(slate)["Cleo"].candidate) if event.kind == "reserve.left"]
    assert [(event.text, event.words) for event in left] == [
        ("The candidate left the reserve", "Took another role.")
    ]
