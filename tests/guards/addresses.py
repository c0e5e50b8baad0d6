"""Every address of an organization, with the objects of a world in the place of its parameters."""

import re
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# What "pk" means where the address is not named after it.
NOUNS = {
    "selection:selection_setup": "selecting",
    "selection:plan_begin": "selecting",
    "selection:program_plan": "program",
    "selection:program_plan_begin": "program",
    "selection:plan_version number": "1",
    "selection:plan_part key": "criteria",
    "selection:eligibility_edit": "plan",
    "selection:plan_preview role": "nominator",
    "selection:nominee_list": "selecting",
    "selection:nomination_create": "selecting",
    "selection:own_nomination": "selecting",
    "selection:nomination_several": "selecting",
    "selection:draft_list": "selecting",
    "selection:equity_detail": "selecting",
    "selection:leader_nudge": "selecting",
    "selection:candidate_list": "selecting",
    "selection:nominators_remind": "selecting",
    "selection:assessor_list": "selecting",
    "selection:assessor_add": "selecting",
    "selection:assessors_assign": "selecting",
    "selection:assignment_detail": "selecting",
    "selection:consensus_edit": "scoresheet",
    "selection:calibration_detail": "selecting",
    "selection:calibration_begin": "selecting",
    "selection:calibration_changes": "selecting",
    "selection:calibration_compare": "selecting",
    "selection:calibration_people": "selecting",
    "selection:calibration_invite": "selecting",
    "selection:calibration_close": "selecting",
    "selection:calibration_leave": "seat",
    "selection:calibration_place": "place",
    "selection:calibration_move": "place",
    "selection:calibration_note": "place",
    "selection:day_plan": "selecting",
    "selection:day_plan_setup": "selecting",
    "selection:day_plan_start": "selecting",
    "selection:day_plan_publish": "selecting",
    "selection:day_plan_cancel": "selecting",
    "selection:own_days": "selecting",
    "selection:own_days_calendar": "selecting",
    "selection:material_list": "exercise",
    "selection:material_file": "version",
    "selection:slate_detail": "selecting",
    "selection:slate_draw": "selecting",
    "selection:reliability": "selecting",
    "selection:reliability_measure": "selecting",
    "selection:slate_sensitivity": "selecting",
    "selection:slate_accept": "selecting",
    "selection:slate_release": "selecting",
    "selection:signature_ask": "selecting",
    "selection:release_schedule": "selecting",
    "selection:release_unschedule": "selecting",
    "selection:letter_list": "selecting",
    "selection:letter_edit": "decision",
    "selection:seat_offer": "selecting",
    "selection:reserve_leave": "decision",
    "selection:outcome_detail": "candidate",
    "selection:bulk_file_in": "selecting",
    "selection:bulk_file_in kind": "assignments",
    "selection:bulk_file_out": "selecting",
    "selection:bulk_file_out kind": "assignments",
    "api:selection-file-rows kind": "assignments",
    "selection:own_file": "candidate",
    "selection:feedback_list": "selecting",
    "selection:feedback_detail": "candidate",
    "selection:feedback_pdf": "candidate",
    "selection:feedback_edit": "candidate",
    "selection:feedback_check": "candidate",
    "selection:approval_preview": "plan",
    "selection:exception_list": "selecting",
    "selection:exception_ask": "selecting",
    "directory:person_line": "boss",
    "selection:reserve_move": "decision",
    "cohorts:cohort_edit section": "dates",
    "selection:hold_edit": "cohort",
    "metrics:impact_detail": "selecting",
    "metrics:slate_freeze": "selecting",
    "metrics:impact_panel": "selecting",
}
# And for endpoints that are called otherwise than their rows; the longest beginnings first.
ENDPOINTS = {
    "api:match-run": "run",
    "api:match-wish": "wish",
    "api:coaching-session": "mentoring session",
    "api:coaching-action": "action",
    "api:check-in": "check_in",
    "api:feedback-report": "candidate",
    "api:selection-file": "selecting",
    "api:eligibility_exception": "exception",
    "api:day-plan": "day_plan",
    "api:own-slot": "slot",
    "api:material-version": "version",
    "api:assessment-run": "assessment",
    "api:journey-activity": "item",
    "api:journey-template": "program",
    "api:template-activity": "activity",
    "api:journey": "participant",
    "api:session": "curriculum session",
    "api:calibration-participants": "calibration",
    "api:calibration-participant": "seat",
    "api:consensus-rating": "consensus",
    "api:selection-plan": "plan",
    "api:selection": "selecting",
    "api:retention": "cohort",
    "api:adverse-impact": "selecting",
    "api:impact-look": "look",
}


@dataclass(frozen=True)
class Address:
    """A route of an organization and its name, such as ``cohorts:cohort_detail``."""

    name: str
    route: str
    methods: tuple[str, ...]

    @property
    def parameters(self):
        return [name for name in PARAMETER.findall(self.route) if name != "org"]

    @property
    def is_api(self):
        return self.name.startswith("api:")

    def path(self, slug, objects):
        """Filled in; KeyError names what a world does not have yet."""
        return "/" + PARAMETER.sub(
            lambda match: slug if match[1] == "org" else self._value(match[1], objects), self.route
        )

    def _value(self, parameter, objects):
        found = objects[self._noun(parameter, objects)]
        return str(getattr(found, "pk", found))

    def _noun(self, parameter, objects):
        namespace, name = self.name.split(":")
        if special := NOUNS.get(f"{self.name} {parameter}"):
            return special if special in objects else objects.setdefault(special, special)
        for start, noun in ENDPOINTS.items():
            if self.name.startswith(start):
                return noun
        if parameter == "pk":
            return NOUNS.get(self.name) or re.split(r"[_-](?!event)", name)[0]
        return f"{namespace} {parameter}" if f"{namespace} {parameter}" in objects else parameter


def addresses():
    """All of them, in the order of the resolver."""
    return [one for one in _walk(get_resolver().url_patterns, "", "") if "<slug:org>" in one.route]


def _walk(entries, start, namespace):
    for entry in entries:
        route = start + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = f"{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, route, inside)
        elif isinstance(entry, URLPattern) and route.startswith(("o/", "api/")):
            actions = getattr(entry.callback, "actions", None)
            methods = tuple(actions) if actions else ("get", "post")
            yield Address(f"{namespace}{entry.name}", route, methods)
