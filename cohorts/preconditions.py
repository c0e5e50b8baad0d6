"""What has to be true before a cohort moves on. Apps above add theirs through a setting (ADR 0006)."""

from collections.abc import Callable

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from amdp.identity.models import Membership
from cohorts.life import Caution
from cohorts.models import Cohort, Program
from cohorts.queries import active_in

Rule = Callable[[Cohort, str], list[str]]
Warns = Callable[[Cohort, str, Membership], list[Caution]]


def unmet(cohort: Cohort, to: str) -> list[str]:
    """Sentences for everything that is not yet so; empty when the cohort may move to ``to``."""
    rules: list[Rule] = [own, *(import_string(name) for name in settings.COHORT_PRECONDITIONS)]
    return [sentence for rule in rules for sentence in rule(cohort, to)]


def cautions(cohort: Cohort, to: str, member: Membership) -> list[Caution]:
    """What going to ``to`` would leave behind, as far as this member may know; it hinders nothing."""
    asked: list[Warns] = [import_string(name) for name in settings.COHORT_CAUTIONS]
    return [caution for warns in asked for caution in warns(cohort, to, member)]


def own(cohort: Cohort, to: str) -> list[str]:
    """What this app itself asks for."""
    rule = OWN.get(Cohort.State(to))
    return rule(cohort) if rule else []


def _before_nominating(cohort: Cohort) -> list[str]:
    sentences = []
    if cohort.program.state != Program.State.SIGNED_OFF:
        sentences.append(f"{cohort.program} is not signed off by its stakeholders yet.")
    if cohort.nominations_close_on < timezone.localdate():
        sentences.append("The nomination window is over. Set a new one.")
    if cohort.starts_on <= timezone.localdate():
        sentences.append("The start has passed. Set a later one.")
    return sentences


def _before_graduated(cohort: Cohort) -> list[str]:
    active = active_in(cohort)
    if not active:
        return []
    who = "1 participant is" if active == 1 else f"{active} participants are"
    return [f"{who} still active. Graduate, defer or withdraw each of them."]


OWN: dict[str, Callable[[Cohort], list[str]]] = {
    Cohort.State.NOMINATING: _before_nominating,
    Cohort.State.GRADUATED: _before_graduated,
}
