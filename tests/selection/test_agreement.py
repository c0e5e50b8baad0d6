"""How far assessors agree, on screen: worked out by a worker, read by L&D and HR, never applied."""

import random

import krippendorff
import pandas
import pingouin
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from amdp.tenancy.context import organization_context
from cohorts.models import Behavior, Cohort, Competency
from selection.agreement import measure
from selection.models import Assessor, Observation, Rating, ReliabilityReport, Scoresheet
from selection.queries.reliability import reliability_of
from selection.queries.slate import draw
from selection.services import submit_scoresheet, work_out_reliability
from selection.services.assessment import Mark, save_scores
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ScoresheetFactory,
    in_state,
    nominating_cohort,
    score,
)


def rated(cohort, panel, candidates=8, seed=1, strict=None):
    """Everybody scored by the whole panel, behaviour by behaviour; ``strict`` takes a point off."""
    chance = random.Random(seed)
    behaviors = list(Behavior.objects.filter(competency__program=cohort.program))
    for _ in range(candidates):
        candidate, level = CandidateFactory(cohort=cohort, state="admitted"), chance.choice((2, 3, 4))
        for assessor in panel:
            sheet = ScoresheetFactory(candidate=candidate, assessor=assessor)
            for behavior in behaviors:
                value = level + chance.choice((-1, 0, 0, 1)) - (assessor == strict)
                Rating.objects.create(scoresheet=sheet, behavior=behavior, score=min(5, max(1, value)))
                Observation.objects.create(scoresheet=sheet, behavior=behavior, text="Seen.")
            Scoresheet.objects.filter(pk=sheet.pk).update(state="submitted", submitted_at=sheet.assigned_at)


@pytest.fixture
def cohort(acme):
    return in_state(nominating_cohort(), Cohort.State.ASSESSING)


@pytest.fixture
def panel(cohort):
    return [AssessorFactory(cohort=cohort) for _ in range(3)]


def worked_out(cohort, by):
    measure(work_out_reliability(cohort, by=by).pk)
    return reliability_of(cohort)


def table_of(cohort, competency):
    """Candidate, assessor, mean: as a data frame for the oracles."""
    rows = Rating.objects.filter(behavior__competency=competency, scoresheet__candidate__cohort=cohort)
    frame = pandas.DataFrame(
        rows.values_list("scoresheet__candidate_id", "scoresheet__assessor_id", "score"),
        columns=["candidate", "assessor", "score"],
    )
    return frame.groupby(["candidate", "assessor"], as_index=False)["score"].mean()


def test_the_page_shows_what_the_oracles_compute(cohort, panel, ld_admin):
    rated(cohort, panel)
    found = worked_out(cohort, ld_admin)
    assert [row.competency for row in found.rows] == list(Competency.objects.filter(program=cohort.program))
    for row in found.rows:
        frame = table_of(cohort, row.competency)
        icc = pingouin.intraclass_corr(frame, targets="candidate", raters="assessor", ratings="score")
        single, average = (
            icc[icc["Type"].str.fullmatch(kind)].iloc[0]["ICC"]
            for kind in (r"ICC2|ICC\(A,1\)", r"ICC2k|ICC\(A,k\)")
        )
        assert (row.single.kind, row.average.kind) == ("ICC(2,1)", "ICC(2,k)")
        assert row.single.value == pytest.approx(single, abs=1e-6)
        assert row.average.value == pytest.approx(average, abs=1e-6)
        wide = frame.pivot_table(index="assessor", columns="candidate", values="score").to_numpy()
        expected = krippendorff.alpha(reliability_data=wide, level_of_measurement="ordinal")
        assert row.alpha.value == pytest.approx(expected, abs=1e-6)
        assert (row.single.n, row.single.raters) == (8, 3)


def test_who_is_stricter_is_said_and_nothing_is_applied(cohort, panel, ld_admin):
    rated(cohort, panel, candidates=12, strict=panel[0])
    before = {key: entry.scores for key, entry in draw(cohort).entries.items()}
    found = worked_out(cohort, ld_admin)
    severity = {row.assessor: row.severity for row in found.raters}
    assert severity[panel[0]] > 0.4 > max(severity[panel[1]], severity[panel[2]])
    assert sum(severity.values()) == pytest.approx(0, abs=1e-5)
    assert "stricter than the others" in next(r for r in found.raters if r.assessor == panel[0]).remarks
    assert {key: entry.scores for key, entry in draw(cohort).entries.items()} == before


def test_assessors_who_share_nobody_are_not_compared(cohort, ld_admin):
    for _ in range(2):
        rated(cohort, [AssessorFactory(cohort=cohort) for _ in range(2)], candidates=3)
    found = worked_out(cohort, ld_admin)
    assert found.groups == 2
    assert {row.single.kind for row in found.rows} == {"ICC(1,1)"}


def test_few_ratings_say_why_there_is_no_number(cohort, panel, ld_admin):
    score(ScoresheetFactory(candidate=CandidateFactory(cohort=cohort), assessor=panel[0]))
    found = worked_out(cohort, ld_admin)
    assert {(row.single, row.alpha) for row in found.rows} == {(None, None)}
    assert {row.why for row in found.rows} == {"At least two candidates need ratings."}


def test_nothing_handed_in_is_nothing_to_compare(cohort, panel, ld_admin, hr_analyst):
    with pytest.raises(ValidationError, match="No score sheet is submitted yet"):
        work_out_reliability(cohort, by=ld_admin)
    with pytest.raises(PermissionDenied):
        work_out_reliability(cohort, by=hr_analyst)


def test_when_the_last_sheet_is_in_nobody_has_to_ask(cohort, ld_admin, bob):
    assessor = AssessorFactory(cohort=cohort, person=bob.person)
    sheets = [
        ScoresheetFactory(candidate=CandidateFactory(cohort=cohort, state="admitted"), assessor=assessor)
        for _ in range(2)
    ]
    marks = {
        each.pk: Mark(4, "Seen.") for each in Behavior.objects.filter(competency__program=cohort.program)
    }
    for number, sheet in enumerate(sheets):
        save_scores(sheet, marks, by=bob)
        submit_scoresheet(sheet, by=bob)
        assert ReliabilityReport.objects.exists() == (number == 1)


def test_more_sheets_make_it_stale(cohort, panel, ld_admin):
    rated(cohort, panel, candidates=4)
    assert not worked_out(cohort, ld_admin).is_stale
    rated(cohort, panel, candidates=1, seed=9)
    assert reliability_of(cohort).is_stale
    assert not worked_out(cohort, ld_admin).is_stale


def test_ld_reads_assessors_hr_reads_agreement_others_nothing(
    client, cohort, panel, ld_admin, hr_analyst, alice
):
    rated(cohort, panel, candidates=4)
    address = reverse("selection:reliability", args=["acme", cohort.pk])
    api = f"/api/v1/o/acme/selections/{cohort.pk}/reliability/"
    client.force_login(ld_admin.user)
    assert "No agreement is worked out yet" in client.get(address).content.decode()
    assert client.get(api).json()["is_ready"] is False
    client.post(reverse("selection:reliability_measure", args=["acme", cohort.pk]))
    assert "Being worked out." in client.get(address).content.decode()
    assert "HX-Refresh" not in client.get(address, HTTP_HX_REQUEST="true")
    measure(ReliabilityReport.objects.get().pk)
    assert client.get(address, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "How each assessor rates" in page
    assert str(panel[0]) in page
    assert len(client.get(api).json()["raters"]) == 3
    client.force_login(hr_analyst.user)
    page = client.get(address).content.decode()
    assert "By exercise and competency" in page
    assert str(panel[0]) not in page
    assert "raters" not in client.get(api).json()
    assert client.post(api).status_code == 403
    client.force_login(alice.user)
    assert client.get(address).status_code == 404


def test_another_organizations_report_is_not_touched(cohort, panel, ld_admin, acme, globex):
    rated(cohort, panel, candidates=3)
    report = work_out_reliability(cohort, by=ld_admin)
    with organization_context(globex), pytest.raises(ReliabilityReport.DoesNotExist):
        measure(report.pk)
    with organization_context(acme):
        assert ReliabilityReport.objects.get().is_awaited
        assert Assessor.objects.count() == 3
