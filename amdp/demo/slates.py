"""The end of selections: slates decided, signed by HR and released, seats accepted."""

import datetime as dt
from collections.abc import Sequence

from amdp.demo.clock import at
from amdp.demo.directory import World
from amdp.demo.selections import Moment
from amdp.directory.models import Person
from cohorts.models import Cohort
from selection.models import Offer, Slate
from selection.services import (
    accept_offer,
    accept_ranking,
    ask_signature,
    decide,
    draw_slate,
    edit_letter,
    release_slate,
    sign_slate,
)

LETTER_SUBJECT = "The outcome of the selection for {cohort}"
LETTER = """Dear {first},

You have taken part for the second time, and with more behind you than last year. We cannot offer you a seat in {{cohort}} today, and I would like to tell you why myself.

Please choose a time with me this week. What the assessors saw is on your page, and it is a good deal more than a year ago.

With kind regards
Priya Raman, for {{organization}}"""
HR_SIGNS = "Read every decision that is not by rank; the reasons hold."


def selected(world: World, cohort: Cohort, chosen: Sequence[Person], day: dt.date) -> Cohort:
    """The slate drawn up, the ranking accepted with two in reserve, everything released on that day."""
    admin, clock = world.cast["ld_admin"], Moment(world, day)
    with at(clock.on(-4)):
        slate = draw_slate(cohort, by=admin)
        for place in slate.decisions.select_related("candidate", "slate__cohort"):
            if place.candidate.person_id in {one.pk for one in chosen} and (place.place or 99) > slate.seats:
                decide(
                    place, outcome="selected", reason="business_need", by=admin,
                    remark="The market opens a strategic account next year and has nobody on the bench.",
                )  # fmt: skip
        accept_ranking(slate, by=admin, reserve=2)
    with at(clock.on(-3, 11)):
        signature = ask_signature(slate, by=admin)
    with at(clock.on(-2, 16)):
        sign_slate(signature, by=world.cast["hr"], remark=HR_SIGNS)
    with at(clock.on(0, 14)):
        release_slate(slate, by=admin)
    offers_accepted(world, slate, clock)
    cohort.refresh_from_db()
    return cohort


def offers_accepted(world: World, slate: Slate, clock: Moment) -> None:
    """Everybody offered a seat takes it within a week; who has no login tells L&D."""
    offers = Offer.objects.filter(decision__slate=slate).select_related("decision__candidate__person")
    for place, offer in enumerate(offers):
        own = world.members.get(offer.decision.candidate.person_id)
        with at(clock.on(1 + place % 6, 8 + place % 9)):
            if own is not None:
                accept_offer(offer, by=own)
            else:
                accept_offer(offer, reason="Said yes by mail, gladly.", by=world.cast["ld_admin"])


def waits_for_hr(world: World, cohort: Cohort) -> None:
    """Everybody is decided, one of them not by rank; one letter is written anew; HR is asked to sign."""
    admin, today = world.cast["ld_admin"], Moment(world, world.today)
    with at(today.on(-6, 15)):
        slate = draw_slate(cohort, by=admin)
    with at(today.on(-4, 10)):
        beyond = slate.decisions.select_related("candidate", "slate__cohort").filter(place=slate.seats + 1)
        for place in beyond:
            decide(
                place, outcome="selected", reason="business_need", by=admin,
                remark="Takes over the purchasing group in spring; nobody else in the region speaks with it.",
            )  # fmt: skip
        accept_ranking(slate, by=admin, reserve=3)
    with at(today.on(-3, 11)):
        last = slate.decisions.filter(outcome="not_selected").select_related("candidate__person").first()
        if last is not None:
            first = last.candidate.person.first_name
            text = LETTER.format(first=first)
            edit_letter(
                last, subject=LETTER_SUBJECT, body=text, why="Took part for the second time.", by=admin
            )
    with at(today.on(-1, 14)):
        ask_signature(slate, note="One decision is not by rank; the reason is in the file.", by=admin)


def being_decided(world: World, cohort: Cohort) -> None:
    """The slate is drawn up and waits for decisions."""
    with at(Moment(world, world.today).on(-3, 15)):
        draw_slate(cohort, by=world.cast["ld_admin"])
