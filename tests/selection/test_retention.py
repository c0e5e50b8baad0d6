"""Files of people who were not selected: announced, deleted one by one, with the statistics left as they were."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from amdp.audit.models import AuditEntry
from amdp.notifications.models import Notification
from amdp.notifications.services import Message, notify
from cohorts.models import Cohort, Participant
from metrics.models import ImpactSnapshot, StageRelease
from metrics.queries.released import results
from metrics.queries.summaries import not_selected_of, programs_to_read
from metrics.services import release_stages
from metrics.services.impact import freeze_stages
from selection import services
from selection.models import (
    Candidate,
    Decision,
    Erasure,
    LegalHold,
    Nomination,
    NominationEvidence,
    NominationVersion,
    ReliabilityReport,
    RetentionRule,
    Scoresheet,
)
from selection.queries.retention import kept_files, months_later
from selection.services import retention
from tests.factories.identity import MembershipFactory
from tests.factories.metrics import lives, released_cohort
from tests.factories.selection import (
    ApprovalFactory,
    AssessorFactory,
    ConsentFactory,
    EligibilityExceptionFactory,
    EndorsementFactory,
    ReferenceFactory,
    ScoresheetFactory,
    nominating_cohort,
)

PAGE = "/o/acme/selection/retention/"
API = "/api/v1/o/acme/retention/"
JSON = "application/json"
MARK = "Only-in-the-file"
LONG_AGO = datetime.date(2022, 1, 17)


@pytest.fixture(autouse=True)
def handed_out(monkeypatch):
    """What was handed to the workers."""
    from selection.tasks import erase_files

    found = []
    monkeypatch.setattr(erase_files, "delay", lambda *arguments: found.append(arguments))
    return found


def past(acme, *, selected=3, passed_over=4, released=LONG_AGO):
    """A selection that was released long ago, three of seven selected."""
    return released_cohort(released, selected=lives(selected), passed_over=lives(passed_over)).cohort


def told(cohort, days=40):
    """L&D and the owners were told so many days ago."""
    return Erasure.objects.create(cohort=cohort, told_at=timezone.now() - datetime.timedelta(days=days))


def tick(acme, later=0):
    retention.keep_files(acme.pk, timezone.now() + datetime.timedelta(days=later))


def write_everywhere(candidate):
    """The mark in every text of a file that people write."""
    nomination = candidate.nominations.get()
    Nomination.objects.filter(pk=nomination.pk).update(rationale=MARK, evidence=MARK)
    NominationEvidence.objects.create(nomination=nomination, name="Trust", words=MARK)
    NominationVersion.objects.create(nomination=nomination, number=1, content={"Why": MARK})
    EndorsementFactory(nomination=nomination, words=MARK, state="given")
    ConsentFactory(nomination=nomination, words=MARK, state="refused")
    ReferenceFactory(nomination=nomination, statement=MARK, about=MARK)
    ApprovalFactory(nomination=nomination, remark=MARK, answer=MARK, state="declined")
    EligibilityExceptionFactory(cohort=candidate.cohort, person=candidate.person, reason=MARK, remark=MARK)
    Candidate.objects.filter(pk=candidate.pk).update(withdrawn_why=MARK)
    decision = candidate.decisions.get()
    Decision.objects.filter(pk=decision.pk).update(remark=MARK, unranked_why=MARK)
    message = Message(kind="selection.outcome", subject=MARK, why=MARK, action="Open", path="/")
    notify(candidate.person, message, about=decision)


def texts_with_the_mark():
    """Every table of the selection and the outbox in which the mark is found, whatever the column."""
    found = []
    for model in [*apps.get_app_config("selection").get_models(), Notification]:
        for row in model.objects.values():
            found += [(model.__name__, name) for name, value in row.items() if MARK in str(value)]
    return found


# --- the period ------------------------------------------------------------------------------------------


def test_the_28th_at_most():
    assert months_later(datetime.date(2024, 1, 31), 1) == datetime.date(2024, 2, 28)
    assert months_later(datetime.date(2024, 11, 15), 24) == datetime.date(2026, 11, 15)


def test_only_an_owner_sets_the_period(acme, owner, ld_admin):
    with pytest.raises(PermissionDenied):
        services.set_retention(12, by=ld_admin)
    with pytest.raises(ValidationError, match="1 to 120 months"):
        services.set_retention(0, by=owner)
    services.set_retention(12, by=owner)
    services.set_retention(None, by=owner)
    assert RetentionRule.objects.get().months is None
    entry = AuditEntry.objects.filter(verb="selection.retention_changed").first()
    assert (entry.before, entry.after) == ({"months": 12}, {"months": None})


def test_who_takes_part_is_kept_and_everybody_else_is_counted(acme):
    cohort = past(acme)
    drawn = Candidate.objects.filter(cohort=cohort, decisions__outcome="not_selected").first()
    Decision.objects.filter(candidate=drawn).update(outcome="reserve")
    Participant.objects.create(cohort=cohort, person=drawn.person)
    (one,) = kept_files()
    assert (one.cohort, one.files, one.due_on) == (cohort, 3, datetime.date(2024, 1, 17))
    past(acme, passed_over=0)  # nothing would go
    assert len(kept_files()) == 1


def test_without_a_period_nothing_goes(acme, owner, handed_out):
    cohort = past(acme)
    told(cohort)
    services.set_retention(None, by=owner)
    tick(acme)
    assert (handed_out, kept_files()[0].erase_on) == ([], None)
    assert retention.erase_cohort(acme.pk, cohort.pk) == 0


# --- told before -----------------------------------------------------------------------------------------


def test_l_and_d_and_owners_are_told_once_thirty_days_before_with_a_count_and_no_name(
    acme, owner, ld_admin, hr_analyst, handed_out
):
    cohort = past(acme)
    tick(acme)
    tick(acme)
    notices = Notification.objects.filter(kind="selection.deletion_announced")
    assert {one.membership for one in notices} == {owner, ld_admin}
    on = timezone.now().date() + datetime.timedelta(days=30)
    assert f"4 files of {cohort} will be deleted on" in notices[0].subject
    assert kept_files()[0].erase_on == on
    said = str([notices[0].subject, notices[0].body])
    assert not any(str(each.person) in said for each in cohort.candidates.select_related("person"))
    assert handed_out == []
    tick(acme, later=29)
    assert handed_out == []
    tick(acme, later=30)
    assert handed_out == [(acme.pk, cohort.pk)]


def test_nobody_is_told_long_before(acme, owner):
    past(acme, released=timezone.now().date() - datetime.timedelta(days=300))
    tick(acme)
    assert not Erasure.objects.exists()
    services.set_retention(6, by=owner)
    tick(acme)
    assert Erasure.objects.get().begun_at is None


# --- deleting --------------------------------------------------------------------------------------------


def test_every_file_of_those_who_do_not_take_part_goes_with_all_that_was_written(acme, ld_admin):
    cohort = past(acme)
    for candidate in Candidate.objects.filter(cohort=cohort, decisions__outcome="not_selected"):
        write_everywhere(candidate)
    assert len({model for model, _ in texts_with_the_mark()}) >= 10
    told(cohort)
    assert retention.erase_cohort(acme.pk, cohort.pk) == 4
    assert texts_with_the_mark() == []
    assert cohort.candidates.count() == 3
    erasure = Erasure.objects.get()
    assert (erasure.files, erasure.finished_at is not None) == (4, True)
    assert erasure.kept["outcomes"] == {"selected": 3, "not_selected": 4}
    assert retention.erase_cohort(acme.pk, cohort.pk) == 0


def test_the_audit_log_keeps_the_count_and_no_name(acme):
    cohort = past(acme)
    names = [str(each.person) for each in cohort.candidates.select_related("person")]
    told(cohort)
    retention.erase_cohort(acme.pk, cohort.pk)
    entry = AuditEntry.objects.get(verb="selection.files_deleted")
    assert (entry.after, entry.object_label, entry.actor_name) == ({"files": 4}, str(cohort), "AMDP")
    assert not any(name in str([entry.after, entry.why, entry.object_label]) for name in names)


def test_withdrawn_declined_and_drafted_files_go_too(acme):
    cohort = past(acme, passed_over=3)
    files = Candidate.objects.filter(cohort=cohort, decisions__outcome="not_selected")
    for file, state in zip(list(files), ("withdrawn", "declined", "drafted"), strict=True):
        Candidate.objects.filter(pk=file.pk).update(state=state)
    told(cohort)
    assert retention.erase_cohort(acme.pk, cohort.pk) == 3
    assert Erasure.objects.get().kept["candidates"] == {
        "admitted": 3,
        "withdrawn": 1,
        "declined": 1,
        "drafted": 1,
    }


def test_a_worker_that_dies_midway_is_followed_by_one_that_goes_on(acme, monkeypatch, handed_out):
    cohort = past(acme)
    told(cohort)
    real, calls = retention.erase_file, []

    def dies(pk):
        calls.append(pk)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real(pk)

    monkeypatch.setattr(retention, "erase_file", dies)
    with pytest.raises(RuntimeError):
        retention.erase_cohort(acme.pk, cohort.pk)
    erasure = Erasure.objects.get()
    assert (erasure.files, erasure.finished_at, cohort.candidates.count()) == (2, None, 5)
    monkeypatch.setattr(retention, "erase_file", real)
    tick(acme)
    assert handed_out == [(acme.pk, cohort.pk)]
    assert retention.erase_cohort(acme.pk, cohort.pk) == 2
    erasure.refresh_from_db()
    assert (erasure.files, erasure.kept["outcomes"]) == (4, {"selected": 3, "not_selected": 4})
    assert AuditEntry.objects.filter(verb="selection.files_deleted").count() == 1


# --- what stops it ----------------------------------------------------------------------------------------


def test_a_hold_stops_it_and_the_owner_lifts_it(acme, owner, ld_admin, hr_analyst, handed_out):
    cohort = past(acme)
    told(cohort)
    with pytest.raises(PermissionDenied):
        services.place_hold(cohort, reason="A complaint", by=hr_analyst)
    with pytest.raises(ValidationError, match="Say why nothing may be deleted"):
        services.place_hold(cohort, reason=" ", by=ld_admin)
    services.place_hold(cohort, reason="A complaint", by=ld_admin)
    with pytest.raises(ValidationError, match="already"):
        services.place_hold(cohort, reason="Another", by=owner)
    tick(acme)
    assert handed_out == []
    assert retention.erase_cohort(acme.pk, cohort.pk) == 0
    with pytest.raises(PermissionDenied):
        services.lift_hold(cohort, why="Settled", by=ld_admin)
    services.lift_hold(cohort, why="Settled", by=owner)
    tick(acme)  # told anew
    assert handed_out == []
    tick(acme, later=30)
    assert handed_out == [(acme.pk, cohort.pk)]
    assert Notification.objects.filter(kind="selection.deletion_announced", membership=owner).count() == 1


def test_a_changed_period_is_told_of_anew(acme, owner, handed_out):
    cohort = past(acme)
    told(cohort, days=400)
    services.set_retention(12, by=owner)
    tick(acme)
    assert handed_out == []
    assert kept_files()[0].erase_on == timezone.now().date() + datetime.timedelta(days=30)


def test_a_hold_placed_while_files_go_stops_at_the_next_one(acme, ld_admin, monkeypatch):
    cohort = past(acme)
    told(cohort)
    real = retention.erase_file

    def then_held(pk):
        LegalHold.objects.create(cohort=cohort, reason="A complaint")
        return real(pk)

    monkeypatch.setattr(retention, "erase_file", then_held)
    assert retention.erase_cohort(acme.pk, cohort.pk) == 1
    assert cohort.candidates.count() == 6
    assert Erasure.objects.get().finished_at is None


# --- the statistics stay ------------------------------------------------------------------------------------


def test_statistics_are_the_same_before_and_after(acme, ld_admin, sponsor):
    made = released_cohort(LONG_AGO, selected=lives(20), passed_over=lives(20))
    cohort = made.cohort
    freeze_stages(cohort, Cohort.State.SELECTING, None)
    ReliabilityReport.objects.create(cohort=cohort, content={"cells": [], "raters": []}, sheets=9)
    told(cohort)

    def statistics():
        (program,) = programs_to_read().filter(pk=made.program.pk)
        return {
            "impact": list(ImpactSnapshot.objects.values("cohort", "level", "reached", "shown")),
            "reliability": list(ReliabilityReport.objects.values("content", "sheets")),
            "not selected": not_selected_of(program),
            "outcomes": [figure.as_json() for figure in results().rows],
            "stages": [one.shown for one in StageRelease.objects.all()],
        }

    from metrics.services.figures import measure_before_erasure

    measure_before_erasure(cohort)
    before = statistics()
    assert before["outcomes"]
    assert retention.erase_cohort(acme.pk, cohort.pk) == 20
    assert statistics() == before
    later = release_stages(acme, as_of=timezone.now().date() + datetime.timedelta(days=40))
    first = StageRelease.objects.order_by("as_of").first()

    def people(release):
        stages = release.counts[str(cohort.pk)].items()
        return {(stage, group): n for stage, groups in stages for group, n in groups.items() if n}

    later.refresh_from_db()
    assert people(later) == people(first) == {("selected", "unknown"): 20, ("eligible", "unknown"): 20}


# --- nothing written about candidates is forgotten -----------------------------------------------------------

# Text that is not about a candidate, or whose deletion is written by hand, and why.
NOT_IN_A_FILE = {
    "AssessmentDay": "a day of the cohort",
    "AssessmentRoom": "a room",
    "AssessmentRun": "how many were given assessors or times",
    "DayPlan": "the days of the cohort",
    "ExerciseMaterial": "what an exercise is",
    "MaterialVersion": "what an exercise is",
    "ApprovalStep": "the plan",
    "CalibrationSession": "when it was open; places, moves and notes are in the files",
    "Criterion": "the plan",
    "Delegation": "why somebody was away, not about a candidate",
    "EligibilityException": "about a person in a cohort: erase_file deletes it",
    "EligibilityGroup": "the plan",
    "EligibilityRule": "the plan",
    "Erasure": "counts alone",
    "Exercise": "the plan",
    "LetterTemplate": "the plan",
    "LegalHold": "why files are kept, about the selection as a whole",
    "NominationCriterion": "the plan",
    "PlanVersion": "the plan",
    "Quota": "the plan",
    "ReliabilityReport": "statistics of assessors, which stay",
    "SelectionPlan": "the plan",
    "Signature": "HR’s words on the slate as a whole",
    "Slate": "weights, quotas and statistics by the number of a decision that is gone",
    "Stage": "the plan",
}
TEXT = (models.TextField, models.CharField, models.JSONField)


def in_a_file():
    """Every model whose rows go when the file goes: what protects the file goes first, the rest by cascade."""
    found, open_ = {Candidate}, [Candidate]
    while open_:
        of = open_.pop()
        for relation in of._meta.related_objects:
            goes = relation.on_delete is models.CASCADE or (
                of is Candidate and relation.on_delete is models.PROTECT
            )
            if goes and relation.related_model not in found:
                found.add(relation.related_model)
                open_.append(relation.related_model)
    return found


def test_every_text_of_the_selection_is_in_a_file_or_decided_on():
    gone = in_a_file()
    others = {
        model.__name__
        for model in apps.get_app_config("selection").get_models()
        if model not in gone and any(isinstance(field, TEXT) for field in model._meta.concrete_fields)
    }
    assert others == set(NOT_IN_A_FILE)


def test_nothing_in_a_file_keeps_it_from_being_deleted():
    held = {
        relation.related_model.__name__
        for model in in_a_file() - {Candidate}
        for relation in model._meta.related_objects
        if relation.on_delete in (models.PROTECT, models.RESTRICT)
    }
    assert held == set()


# --- pages and API --------------------------------------------------------------------------------------------


def test_who_sees_the_page_and_who_acts_on_it(acme, owner, ld_admin, hr_analyst, sponsor, alice, sign_in):
    cohort = past(acme)
    hold = reverse("selection:hold_edit", args=["acme", cohort.pk])
    members = {"owner": owner, "ld": ld_admin, "hr": hr_analyst, "sponsor": sponsor, "alice": alice}
    seen = {
        name: [
            sign_in(member).get(PAGE).status_code,
            sign_in(member).post(PAGE, {"months": "500"}).status_code,
            sign_in(member).get(hold).status_code,
            sign_in(member).get(API).status_code,
        ]
        for name, member in members.items()
    }
    assert seen == {
        "owner": [200, 200, 200, 200],
        "ld": [200, 403, 200, 200],
        "hr": [200, 403, 403, 200],
        "sponsor": [404, 404, 404, 403],
        "alice": [404, 404, 404, 403],
    }
    assert "Files of selections" in sign_in(owner).get("/o/acme/settings/").content.decode()


def test_the_owner_reads_what_goes_when_and_changes_it(acme, owner, ld_admin, sign_in):
    cohort = past(acme)
    client = sign_in(owner)
    said = client.get(PAGE).content.decode()
    assert "24 months" in said
    assert cohort.name in said
    client.post(PAGE, {"months": ""})
    assert "until somebody decides" in client.get(PAGE).content.decode()
    hold = reverse("selection:hold_edit", args=["acme", cohort.pk])
    assert sign_in(ld_admin).post(hold, {"reason": "A complaint"}).status_code == 302
    assert "A complaint" in sign_in(owner).get(PAGE).content.decode()
    assert sign_in(ld_admin).post(hold, {"why": "Settled"}).status_code == 403
    assert sign_in(owner).post(hold, {"why": "Settled"}).status_code == 302
    assert not LegalHold.objects.filter(lifted_at=None).exists()


def test_the_page_says_what_was_deleted(acme, owner, sign_in):
    cohort = past(acme)
    told(cohort)
    retention.erase_cohort(acme.pk, cohort.pk)
    said = sign_in(owner).get(PAGE).content.decode()
    assert "4 files deleted." in said
    assert "3 selected, 0 in reserve, 4 not selected" in said


def test_the_slate_can_be_read_when_files_are_gone(acme, ld_admin, sign_in):
    cohort = past(acme)
    told(cohort)
    retention.erase_cohort(acme.pk, cohort.pk)
    for page in ("slate_detail", "candidate_list", "slate_sensitivity", "feedback_list"):
        assert (
            sign_in(ld_admin).get(reverse(f"selection:{page}", args=["acme", cohort.pk])).status_code == 200
        )


def test_the_same_by_api(acme, owner, ld_admin, sign_in):
    cohort = past(acme)
    client = sign_in(owner)
    answer = client.put(f"{API}period/", {"months": 36}, JSON).json()
    assert (answer["months"], answer["selections"][0]["files"]) == (36, 4)
    held = client.post(f"{API}{cohort.pk}/hold/", {"reason": "An audit"}, JSON).json()["selections"][0]
    assert (held["hold"], held["erase_on"]) == ("An audit", None)
    lifted = client.post(f"{API}{cohort.pk}/lift/", {"why": "Over"}, JSON).json()["selections"][0]
    assert lifted["hold"] is None
    assert client.put(f"{API}period/", {"months": 0}, JSON).status_code == 400
    assert sign_in(ld_admin).put(f"{API}period/", {"months": 3}, JSON).status_code == 403


def test_another_organization_s_files_stay(acme, globex, owner):
    cohort = past(acme)
    told(cohort)
    assert retention.erase_cohort(globex.pk, cohort.pk) == 0
    assert cohort.candidates.count() == 7
    assert MembershipFactory(organization=globex).organization == globex


def test_ratings_stay_as_counts(acme):
    cohort = nominating_cohort()
    sheet = ScoresheetFactory(candidate__cohort=cohort, assessor=AssessorFactory(cohort=cohort))
    from tests.factories.selection import score

    score(sheet, 4)
    Cohort.objects.filter(pk=cohort.pk).update(
        state="running", released_at=timezone.now() - datetime.timedelta(days=1200)
    )
    told(cohort)
    assert retention.erase_cohort(acme.pk, cohort.pk) == 1
    assert not Scoresheet.objects.exists()
    (by_competency,) = Erasure.objects.get().kept["ratings"].values()
    assert [counts[3] for counts in by_competency.values()] == [2, 2]
