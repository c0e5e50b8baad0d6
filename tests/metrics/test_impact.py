"""Adverse impact of a selection: frozen with each stage, exact for the reviewer with a purpose, suppressed for others."""

import csv
import io
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amdp.audit.models import AuditEntry
from amdp.directory.models import Demographics
from amdp.identity.services import set_roles
from cohorts.models import Cohort, Participant
from cohorts.services import move_cohort
from metrics import home, services
from metrics.impact import END_TO_END, LEVELS, Level, across_cohorts, furthest_of, reached_from, tables_of
from metrics.models import ImpactLook, ImpactReview, ImpactSnapshot
from metrics.queries.impact import impact_of, reached, unmet_for_release, unreviewed_before_release
from metrics.services.impact import published
from selection.models import Candidate, Decision
from tests.factories.cohorts import CohortFactory
from tests.factories.identity import MembershipFactory
from tests.factories.impact import (
    frozen_cohort,
    people_who_got,
    released,
    selecting_cohort,
    snapshot,
)
from tests.factories.selection import in_state, nominating_cohort

PURPOSE = "Review of the approval stage"
API = "/api/v1/o/acme/"
JSON = "application/json"
SHOWN = LEVELS[:5]


@pytest.fixture
def reviewer(acme):
    """Rhea of legal reviews adverse impact and holds no other role."""
    return MembershipFactory(organization=acme, user__name="Rhea Reviewer", granted_roles=["impact_reviewer"])


def page(name, *args):
    return reverse(f"metrics:{name}", args=["acme", *args])


def look_at(cohort, member):
    return services.open_look(cohort, purpose=PURPOSE, by=member)


# --- counting and freezing -----------------------------------------------------------------------------


def test_whoever_got_further_counts_at_every_stage_before(acme):
    cohort = selecting_cohort()
    assert reached(cohort, Level.SLATED) == {
        "gender": {"men": [50, 47, 43, 43, 24], "unknown": [4, 4, 2, 2, 2], "women": [40, 38, 30, 29, 9]}
    }
    assert reached(cohort, Level.APPROVED) == {
        "gender": {"men": [50, 47, 43], "unknown": [4, 4, 2], "women": [40, 38, 30]}
    }


def test_the_way_from_furthest_to_reached_and_back():
    furthest = {"nominated": {"women": 2}, "eligible": {"men": 4}, "approved": {"women": 3, "men": 1}}
    found = reached_from(furthest, Level.APPROVED)
    assert found == {"men": [5, 5, 1], "women": [5, 3, 3]}
    back = furthest_of(found, Level.APPROVED)
    assert back["approved"] == {"women": 3, "men": 1}
    assert back["nominated"] == {"women": 2, "men": 0}


def test_a_stage_is_frozen_when_it_closes_and_once(acme, ld_admin):
    cohort = nominating_cohort()
    people_who_got(cohort, "female", eligible=3, approved=5)
    people_who_got(cohort, "male", approved=6)
    move_cohort(cohort, to=Cohort.State.ASSESSING, by=ld_admin)
    found = {one.level: (one.came, one.passed) for one in ImpactSnapshot.objects.all()}
    assert found == {"eligible": (14, 14), "approved": (14, 11)}
    services.freeze_stages(cohort, Cohort.State.NOMINATING, None)
    assert ImpactSnapshot.objects.count() == 2
    assert AuditEntry.objects.filter(verb="impact.frozen").count() == 2


def test_a_selection_nobody_was_nominated_in_freezes_nothing(acme):
    services.freeze_stages(nominating_cohort(), Cohort.State.NOMINATING, None)
    assert not ImpactSnapshot.objects.exists()


def test_later_answers_and_files_rewrite_no_frozen_stage(acme):
    cohort = frozen_cohort()
    before = snapshot(cohort, "approved").reached
    Demographics.objects.update(gender="male")
    Candidate.objects.filter(cohort=cohort).update(state=Candidate.State.WITHDRAWN)
    services.freeze_stages(cohort, Cohort.State.NOMINATING, None)
    assert snapshot(cohort, "approved").reached == before
    assert before["gender"]["women"] == [40, 38, 30]


@pytest.mark.parametrize("model", [ImpactSnapshot, ImpactLook, ImpactReview])
def test_the_database_refuses_changes(acme, reviewer, model):
    cohort = frozen_cohort()
    look_at(cohort, reviewer)
    services.review_impact(snapshot(cohort, "approved"), conclusion="no_concern", by=reviewer)
    rows = model.objects.order_by()
    for change in (lambda: rows.update(organization=acme), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            change()


def test_the_release_freezes_the_slate_end_to_end(acme, reviewer):
    cohort = frozen_cohort(Cohort.State.RUNNING)
    frozen = snapshot(cohort, "slated")
    assert (frozen.came, frozen.passed, frozen.definitions_version) == (74, 35, 1)
    (table,) = tables_of(frozen.reached, Level.SLATED)
    women, men = table.rows
    assert (women.n, women.passed, women.verdict) == (29, 9, "Below four fifths")
    assert (men.n, men.passed, men.verdict) == (43, 24, "Highest rate")
    assert table.unknown == (2, 2)
    assert "5 × 9 × 43 = 1,935 is less than 4 × 24 × 29 = 2,784" in women.why


def test_once_every_offer_is_answered_who_accepted_is_frozen_too(acme):
    """One of nine women declined and somebody of the reserve came in her place."""
    cohort = frozen_cohort(Cohort.State.RUNNING)
    slate = cohort.slates.get()
    files = Candidate.objects.filter(cohort=cohort)
    women = files.filter(person__demographics__gender="female")
    selected = files.filter(decisions__outcome="selected").exclude(
        pk=women.filter(decisions__outcome="selected")[0].pk
    )
    drawn = women.filter(scoresheets__state="submitted", decisions=None)[:1]
    Participant.objects.bulk_create(
        Participant(cohort=cohort, person=file.person) for file in [*selected, *drawn]
    )
    services.slate_moved(slate, "answered")
    assert not ImpactSnapshot.objects.filter(level="accepted").exists()
    services.slate_moved(slate, "settled")
    services.slate_moved(slate, "settled")
    assert snapshot(cohort, "accepted").reached["gender"]["women"] == [40, 38, 30, 29, 10, 9]
    (found,) = impact_of([cohort])
    assert found.stages[-1].title == "Given a seat → seat accepted"
    assert snapshot(cohort, "slated").reached["gender"]["women"] == [40, 38, 30, 29, 9]


def test_cohorts_are_compared_within_themselves_never_pooled():
    """Equal odds in each cohort, though pooled women would seem to fall short (Simpson)."""
    one = {"gender": {"women": [10, 5], "men": [90, 45]}}
    other = {"gender": {"women": [90, 9], "men": [10, 1]}}
    ((row,),) = [table.rows for table in across_cohorts([one, other])]
    assert (row.group, row.other, row.cohorts) == ("Men", "Women", 2)
    assert row.found.odds_ratio.value == pytest.approx(1)
    assert row.found.statistic == pytest.approx(0)


# --- who sees exact counts -----------------------------------------------------------------------------


def test_a_reviewer_says_what_for_and_then_sees_the_counts(acme, reviewer, sign_in):
    cohort = frozen_cohort()
    client = sign_in(reviewer)
    said = client.get(page("impact_detail", cohort.pk)).content.decode()
    assert "See the exact counts" in said
    assert "Below four fifths" not in said
    refused = client.post(page("impact_detail", cohort.pk), {"purpose": "hm"}).content.decode()
    assert "Say in a few words what you look for." in refused
    assert not ImpactLook.objects.exists()
    answer = client.post(page("impact_detail", cohort.pk), {"purpose": PURPOSE}, follow=True)
    shown = answer.content.decode()
    assert "Eligible → approved" in shown
    assert "Four fifths or more" in shown
    assert "38 " in shown
    logged = list(
        AuditEntry.objects.filter(verb__startswith="impact.").order_by("pk").values_list("verb", "why")
    )
    assert logged[-2:] == [("impact.opened", PURPOSE), ("impact.viewed", PURPOSE)]


def test_each_view_and_file_is_logged_and_the_owner_reads_it(acme, reviewer, owner, sign_in):
    cohort = frozen_cohort()
    look = look_at(cohort, reviewer)
    client = sign_in(reviewer)
    client.get(page("look_detail", look.pk))
    client.get(page("look_detail", look.pk))
    rows = list(
        csv.DictReader(
            io.StringIO(
                b"".join(client.get(page("look_export", look.pk, "csv")).streaming_content).decode(
                    "utf-8-sig"
                )
            )
        )
    )
    assert [(row["Stage"], row["Group"], row["Came"], row["Passed"]) for row in rows][:2] == [
        ("Nominated → eligible", "Women", "40", "38"),
        ("Nominated → eligible", "Men", "50", "47"),
    ]
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["impact.viewed", "impact.viewed", "export.impact"]
    log = sign_in(owner).get("/o/acme/settings/audit/").content.decode()
    assert log.count(PURPOSE) >= 3


def test_after_an_hour_the_purpose_is_asked_anew(acme, reviewer, sign_in):
    cohort = frozen_cohort()
    now = timezone.now()
    old = ImpactLook.objects.create(cohort=cohort, by=reviewer, purpose=PURPOSE, opened_at=now, ends_at=now)
    client = sign_in(reviewer)
    for name, args in (("look_detail", []), ("look_export", ["csv"]), ("look_review", [1])):
        answer = client.get(page(name, old.pk, *args))
        assert (answer.status_code, answer.url) == (302, page("impact_detail", cohort.pk))
    assert client.get(f"{API}impact-looks/{old.pk}/").status_code == 404
    assert not AuditEntry.objects.filter(verb__in=["impact.viewed", "export.impact"]).exists()


def test_nobody_opens_the_look_of_another(
    acme, reviewer, sign_in, ld_admin, hr_analyst, sponsor, owner, alice
):
    cohort = frozen_cohort(Cohort.State.RUNNING)
    look = look_at(cohort, reviewer)
    second = MembershipFactory(organization=acme, granted_roles=["impact_reviewer"])
    frozen = snapshot(cohort, "approved")
    for member in (second, ld_admin, hr_analyst, sponsor, owner, alice):
        client = sign_in(member)
        assert client.get(page("look_detail", look.pk)).status_code == 404
        assert client.get(page("look_export", look.pk, "xlsx")).status_code == 404
        assert client.get(page("look_review", look.pk, frozen.pk)).status_code == 404
        assert client.get(f"{API}impact-looks/{look.pk}/").status_code == 404
    for member in (ld_admin, hr_analyst, sponsor, owner, alice):
        with pytest.raises(PermissionDenied):
            services.open_look(cohort, purpose=PURPOSE, by=member)
        with pytest.raises(PermissionDenied):
            services.note_look(look, how="page", by=member)
        answer = sign_in(member).post(page("impact_detail", cohort.pk), {"purpose": PURPOSE})
        assert answer.status_code in (403, 404)
        asked = {"cohort": cohort.pk, "purpose": PURPOSE}
        assert sign_in(member).post(f"{API}impact-looks/", asked, JSON).status_code == 403


def test_whoever_runs_selections_is_no_reviewer(acme, owner, ld_admin, reviewer):
    with pytest.raises(ValidationError, match="does not review their adverse impact"):
        set_roles(ld_admin, ["ld_admin", "impact_reviewer"], why="Both", by=owner)
    both = MembershipFactory(organization=acme, granted_roles=["ld_admin", "impact_reviewer"])
    with pytest.raises(PermissionDenied):
        services.open_look(frozen_cohort(), purpose=PURPOSE, by=both)
    assert set_roles(reviewer, [], why="Left legal", by=owner).granted_roles == []
    assert AuditEntry.objects.filter(verb="role.revoked", after={"role": "impact_reviewer"}).exists()


def test_a_reviewer_who_is_a_candidate_sees_nothing_of_that_selection(acme, reviewer, sign_in):
    cohort = frozen_cohort()
    person = Candidate.objects.filter(cohort=cohort).first().person
    person.membership = reviewer
    person.save()
    assert sign_in(reviewer).get(page("impact_detail", cohort.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        services.open_look(cohort, purpose=PURPOSE, by=reviewer)


def test_pages_for_each_role(acme, reviewer, ld_admin, hr_analyst, sponsor, owner, alice, sign_in):
    open_, done = frozen_cohort(), frozen_cohort(Cohort.State.RUNNING)
    answers = {
        str(member): [
            sign_in(member).get(page(name, *args)).status_code
            for name, args in (
                ("impact_list", []),
                ("impact_detail", [open_.pk]),
                ("impact_detail", [done.pk]),
                ("impact_across", []),
                ("impact_panel", [open_.pk]),
            )
        ]
        for member in (reviewer, ld_admin, hr_analyst, sponsor, owner, alice)
    }
    assert answers == {
        "Rhea Reviewer": [200, 200, 200, 200, 200],
        "Lena Admin": [200, 200, 200, 404, 200],
        "Hana Analyst": [200, 200, 200, 404, 200],
        "Sam Sponsor": [200, 404, 200, 404, 404],
        "Olivia Owner": [404, 404, 404, 404, 404],
        "Alice Manager": [404, 404, 404, 404, 404],
    }


def test_the_outcomes_of_somebody_who_only_reviews_is_the_list(acme, reviewer, sign_in):
    client = sign_in(reviewer)
    assert client.get("/o/acme/outcomes/").url == page("impact_list")
    assert "Outcomes" in client.get(page("impact_list")).content.decode()


def test_several_selections_beside_each_other(acme, reviewer, sign_in):
    frozen_cohort(Cohort.State.RUNNING)
    client = sign_in(reviewer)
    shown = client.post(page("impact_across"), {"purpose": PURPOSE}, follow=True).content.decode()
    assert "Common odds ratio" in shown
    assert "1 of 1" in shown
    look = ImpactLook.objects.get()
    assert look.cohort is None
    answer = client.get(f"{API}impact-looks/{look.pk}/").json()
    ((row,),) = [one["rows"] for one in answer["across"]]
    assert (row["group"], row["strata"]) == ("Women", 1)
    assert 0 < row["odds_low"] < row["odds_ratio"] < row["odds_high"] < 1


# --- reviews -------------------------------------------------------------------------------------------


def test_a_review_needs_a_look_and_a_concern_its_reasons(acme, reviewer):
    cohort = frozen_cohort()
    frozen = snapshot(cohort, "approved")
    with pytest.raises(ValidationError, match="Look at the counts first"):
        services.review_impact(frozen, conclusion="no_concern", by=reviewer)
    look_at(cohort, reviewer)
    with pytest.raises(ValidationError) as refused:
        services.review_impact(frozen, conclusion="concern", by=reviewer)
    assert set(refused.value.error_dict) == {"explanation", "measures"}
    with pytest.raises(ValidationError, match="Choose no concern or concern"):
        services.review_impact(frozen, conclusion="fine", by=reviewer)


def test_l_and_d_reads_who_reviewed_and_what_they_conclude_and_no_count_of_a_group(
    acme, reviewer, ld_admin, sign_in
):
    cohort = frozen_cohort()
    look = look_at(cohort, reviewer)
    form = {
        "conclusion": "concern",
        "explanation": "Two regions nominated late.",
        "measures": "Extend by a week.",
    }
    client = sign_in(reviewer)
    client.post(page("look_review", look.pk, snapshot(cohort, "approved").pk), form)
    said = sign_in(ld_admin).get(page("impact_detail", cohort.pk)).content.decode()
    assert "Reviewed by Rhea Reviewer" in said
    assert "Two regions nominated late." in said
    assert "Extend by a week." in said
    assert "Women" not in said
    told = sign_in(ld_admin).get(f"{API}adverse-impact/{cohort.pk}/").json()
    approved = next(stage for stage in told["stages"] if stage["level"] == "approved")
    assert (approved["came"], approved["passed"], approved["is_reviewed"]) == (89, 75, True)
    assert approved["review"]["reviewed_by"] == "Rhea Reviewer"
    assert told["published"] is None


def test_the_release_page_says_what_was_not_reviewed(acme, reviewer, ld_admin, sign_in):
    cohort = frozen_cohort()
    client = sign_in(ld_admin)
    assert "4 stages are not reviewed" in client.get(page("impact_panel", cohort.pk)).content.decode()
    look_at(cohort, reviewer)
    services.freeze_slate(cohort, by=reviewer)
    look_at(cohort, reviewer)
    for one in ImpactSnapshot.objects.filter(cohort=cohort):
        services.review_impact(one, conclusion="no_concern", by=reviewer)
    assert unreviewed_before_release(cohort) == []
    assert "not reviewed" not in sign_in(ld_admin).get(page("impact_panel", cohort.pk)).content.decode()


def test_a_plan_can_let_the_release_wait_for_the_review(acme, reviewer):
    cohort = frozen_cohort()
    assert unmet_for_release(cohort, "running") == []
    cohort.selection_plans.update(needs_impact_review=True)
    (sentence,) = unmet_for_release(cohort, "running")
    assert sentence.endswith(
        "nominated → eligible, eligible → approved, approved → assessed, assessed → given a seat."
    )
    assert unmet_for_release(cohort, "graduated") == []
    services.freeze_slate(cohort, by=reviewer)
    look_at(cohort, reviewer)
    for one in ImpactSnapshot.objects.filter(cohort=cohort):
        services.review_impact(one, conclusion="concern", explanation="x", measures="y", by=reviewer)
    assert unmet_for_release(cohort, "running") == []


def test_a_review_of_the_slate_holds_while_its_counts_stay(acme, reviewer):
    cohort = frozen_cohort()
    asked = services.freeze_slate(cohort, by=reviewer)
    assert services.freeze_slate(cohort, by=reviewer) == asked
    look_at(cohort, reviewer)
    services.review_impact(asked, conclusion="no_concern", by=reviewer)
    decision = Decision.objects.filter(candidate__person__demographics__gender="female").first()
    Decision.objects.filter(pk=decision.pk).update(outcome="reserve")
    assert [stage.level for stage in unreviewed_before_release(cohort)][-1] == Level.SLATED
    released(cohort)
    (found,) = impact_of([cohort])
    slated = next(stage for stage in found.stages if stage.level == Level.SLATED)
    assert (slated.snapshot.occasion, slated.is_reviewed, slated.is_changed) == ("closed", False, True)


def test_a_slate_is_frozen_early_only_while_it_is_decided(acme, reviewer, ld_admin, sign_in):
    cohort = frozen_cohort()
    with pytest.raises(PermissionDenied):
        services.freeze_slate(cohort, by=ld_admin)
    answer = sign_in(reviewer).post(f"{API}adverse-impact/{cohort.pk}/freeze/")
    assert (answer.status_code, answer.json()["level"], answer.json()["passed"]) == (200, "slated", 35)
    in_state(cohort, Cohort.State.ASSESSING)
    with pytest.raises(ValidationError, match="no slate being decided"):
        services.freeze_slate(cohort, by=reviewer)


def test_the_api_does_what_the_pages_do(acme, reviewer, sign_in):
    cohort = frozen_cohort()
    client = sign_in(reviewer)
    assert [one["cohort"] for one in client.get(f"{API}adverse-impact/").json()["results"]] == [cohort.pk]
    assert client.post(f"{API}impact-looks/", {"cohort": cohort.pk, "purpose": ""}, JSON).status_code == 400
    look = client.post(f"{API}impact-looks/", {"cohort": cohort.pk, "purpose": PURPOSE}, JSON).json()
    answer = client.get(f"{API}impact-looks/{look['id']}/").json()
    women = next(row for row in answer["rows"] if (row["stage"], row["group"]) == ("approved", "Women"))
    assert (women["came"], women["passed"], women["flagged"]) == (38, 30, False)
    assert women["ratio"] == pytest.approx(30 / 38 / (43 / 47))
    body = {"snapshot": women["snapshot"], "conclusion": "no_concern"}
    assert client.post(f"{API}impact-looks/{look['id']}/review/", body, JSON).status_code == 201
    assert AuditEntry.objects.filter(verb="export.impact", why=PURPOSE).count() == 1
    assert END_TO_END not in {row["stage"] for row in answer["rows"]}


def test_home_asks_the_reviewer_for_what_nobody_has_reviewed(acme, reviewer, ld_admin, sign_in):
    cohort = frozen_cohort()
    assert home.tasks_for(ld_admin) == []
    (task,) = home.tasks_for(reviewer)
    assert task.title == f"Review adverse impact of {cohort}"
    assert task.detail.startswith(
        "Nominated → eligible, eligible → approved, approved → assessed, frozen since"
    )
    assert task.title in sign_in(reviewer).get("/o/acme/").content.decode()
    look_at(cohort, reviewer)
    for one in ImpactSnapshot.objects.all():
        services.review_impact(one, conclusion="no_concern", by=reviewer)
    assert home.tasks_for(reviewer) == []


# --- what everybody else reads ---------------------------------------------------------------------------


def test_hr_and_sponsors_read_the_published_table_with_few_hidden(
    acme, hr_analyst, sponsor, ld_admin, sign_in
):
    cohort = frozen_cohort(Cohort.State.RUNNING)
    for member in (hr_analyst, sponsor):
        published = sign_in(member).get(f"{API}adverse-impact/{cohort.pk}/").json()["published"]
        assert published["slated"]["women"] is None
        assert published["slated"]["n"] == 35
        shown = [
            count for row in published.values() for group, count in row.items() if group != "n" and count
        ]
        assert all(count >= 10 for count in shown)
        said = sign_in(member).get(page("impact_detail", cohort.pk)).content.decode()
        assert "Who got how far, by gender" in said
    assert sign_in(ld_admin).get(f"{API}adverse-impact/{cohort.pk}/").json()["published"] is None
    assert "Who got how far" not in sign_in(ld_admin).get(page("impact_detail", cohort.pk)).content.decode()


few = st.integers(0, 40) | st.integers(0, 12)
worlds = st.fixed_dictionaries(
    {
        level.value: st.fixed_dictionaries(dict.fromkeys(("women", "men", "others", "unknown"), few))
        for level in SHOWN
    }
)
CELL = re.compile(r'data-label="(?:Women|Men|Another answer|Not said)">([^<]*)<')


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds)
def test_no_page_and_no_answer_tells_anybody_but_the_reviewer_of_a_few(
    acme, client, hr_analyst, sponsor, ld_admin, owner, alice, furthest
):
    """Whatever the counts: every number of a group that anybody else reads is none, hidden, or at least ten."""
    counts = reached_from(furthest, Level.SLATED)
    if not counts:
        return
    cohort = CohortFactory(state=Cohort.State.RUNNING, released_at=timezone.now())
    for place, level in enumerate(SHOWN[1:], start=1):
        ImpactSnapshot.objects.create(
            cohort=cohort,
            level=level,
            came=sum(found[place - 1] for found in counts.values()),
            passed=sum(found[place] for found in counts.values()),
            reached={"gender": {group: found[: place + 1] for group, found in counts.items()}},
            shown={"gender": published(counts, level)} if level == Level.SLATED else None,
        )
    for member in (hr_analyst, sponsor, ld_admin, owner, alice):
        client.force_login(member.user)
        said = client.get(page("impact_detail", cohort.pk))
        cells = CELL.findall(said.content.decode())
        assert all(
            cell == "hidden" or int(cell.split()[0]) == 0 or int(cell.split()[0]) >= 10 for cell in cells
        )
        assert bool(cells) == (member in (hr_analyst, sponsor))
        told = client.get(f"{API}adverse-impact/{cohort.pk}/").json()
        assert "reached" not in str(told)
        for row in (told.get("published") or {}).values():
            assert all(not count or count >= 10 for group, count in row.items() if group != "n")
