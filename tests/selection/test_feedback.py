"""Feedback reports: written from ratings, edited and read through by L&D, released with the outcomes."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from amdp.audit.models import AuditEntry
from amdp.web.pdf import render
from cohorts.models import Behavior, Cohort
from selection import access
from selection.feedback import Facts, Seen, as_document, from_document, level_of, write
from selection.models import Candidate, Decision, FeedbackReport, Rating
from selection.papers.feedback import feedback_document
from selection.queries.feedback import feedback_in, feedback_on, reading_of
from selection.services import accept_ranking, check_feedback, draw_slate, edit_feedback, release_slate
from tests.factories.directory import PersonFactory
from tests.factories.selection import AssessorFactory, CandidateFactory, assessed_candidate, in_state, signed

ANCHORS = ("First.", "Second.", "Third.", "Fourth.", "Fifth.")


def facts(*means, **fields):
    """Each mean is a behaviour of its own competency."""
    seen = tuple(
        Seen(place, f"Behaviour {place}", f"Competency {place}", ANCHORS, Decimal(str(mean)))
        for place, mean in enumerate(means, 1)
    )
    given = {
        "first_name": "Ana",
        "cohort": "Account Director 2027",
        "exercises": ("Role play", "Case study"),
        "assessors": 3,
        "competencies": tuple((each.competency, "", each.mean) for each in seen),
        "seen": seen,
        "offers": {},
    }
    return Facts(**{**given, **fields})


# --- in words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "level"), [("1", 1), ("1.49", 1), ("1.5", 2), ("2.5", 3), ("3.49", 3), ("4.5", 5), ("5", 5)]
)
def test_a_mean_becomes_the_nearest_level(mean, level):
    assert level_of(Decimal(mean)) == level


def test_the_same_ratings_give_the_same_words():
    assert write(facts(4.2, 3.1, 1.5, 5)) == write(facts(4.2, 3.1, 1.5, 5))


def test_strengths_are_the_best_seen_and_quote_their_level():
    report = write(facts(4.2, 3.1, 1.5, 5))
    assert [(each.title, each.text) for each in report.strengths] == [
        ("Behaviour 4", "What was seen comes closest to this description: “Fifth.”"),
        ("Behaviour 1", "What was seen comes closest to this description: “Fourth.”"),
        ("Behaviour 2", "What was seen comes closest to this description: “Third.”"),
    ]


def test_what_to_build_on_quotes_the_next_level_never_a_low_one():
    report = write(facts(4.2, 3.1, 1.5, 5, 2.2))
    assert [(each.title, each.text) for each in report.develop] == [
        ("Behaviour 3", "This is where practice will show most. The next step looks like this: “Third.”"),
        ("Behaviour 5", "This is where practice will show most. The next step looks like this: “Third.”"),
    ]
    assert [each.title for each in report.steps] == ["Behaviour 3", "Behaviour 5"]
    assert len({each.text for each in report.steps}) == 2


def test_who_reached_no_solid_level_has_a_strength_all_the_same():
    report = write(facts(1, 2, 1))
    assert [each.title for each in report.strengths] == ["Behaviour 2"]
    assert "First" not in str(as_document(report)).replace("first_name", "")


def test_levels_are_words_without_numbers_or_ranks():
    report = write(facts(4.2, 1))
    assert [(line.name, line.word) for line in report.profile] == [
        ("Competency 1", "Strong"),
        ("Competency 2", "At the beginning"),
    ]
    texts = " ".join(report.texts.values())
    assert not any(mark.isdigit() for mark in texts.replace("Account Director 2027", ""))


def test_no_more_than_two_points_of_one_competency():
    seen = tuple(Seen(n, f"B{n}", "One", ANCHORS, Decimal(4)) for n in range(5))
    assert len(write(facts(seen=seen)).strengths) == 2


def test_the_opening_says_what_and_how_many():
    assert write(facts(3)).opening.startswith(
        "Ana, you took part in Role play and Case study for Account Director 2027. Three assessors watched"
    )
    assert "One assessor watched how you went about it and wrote down" in write(facts(3, assessors=1)).opening


def test_those_who_take_part_read_what_the_program_offers():
    report = write(facts(2, 4, offers={"Competency 1": ["Payer basics", "Ride along", "More"]}))
    assert report.steps[0].text.endswith(
        "In the program, “Payer basics” and “Ride along” will help you with it."
    )


def test_a_kept_report_reads_the_same():
    report = write(facts(4.2, 3.1, 1.5))
    assert from_document(as_document(report)) == report


# --- from what was rated -----------------------------------------------------------------------------


@pytest.fixture
def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


@pytest.fixture
def panel(assessing, erin):
    return [AssessorFactory(cohort=assessing, person=erin.person), AssessorFactory(cohort=assessing)]


@pytest.fixture
def ana(assessing, panel, alice, login):
    """Assessed, nominated by Alice for whom she works, with a login."""
    candidate = assessed_candidate(
        assessing, panel, value=4, nominator=alice.person, first_name="Ana", manager=alice.person
    )
    candidate.member = login(candidate.person)
    return candidate


@pytest.fixture
def ben(assessing, panel):
    return assessed_candidate(assessing, panel, value=2, first_name="Ben", last_name="Other")


@pytest.fixture
def slate(assessing, ana, ben, ld_admin):
    return draw_slate(assessing, by=ld_admin)


@pytest.fixture
def released(slate, ld_admin):
    accept_ranking(slate, by=ld_admin, reserve=1)
    return release_slate(signed(slate), by=ld_admin)


def address(name, candidate):
    return reverse(f"selection:{name}", args=["acme", candidate.pk])


def test_the_mean_of_a_behaviour_is_over_assessors(ana):
    behavior = Behavior.objects.first()
    rating = Rating.objects.filter(scoresheet__candidate=ana, behavior=behavior).first()
    assert feedback_on(ana).report.profile[0].word == "Strong"
    # stored ratings of submitted sheets never change; another assessor's would
    assert rating.score == 4


def test_reports_cost_the_same_queries_for_one_and_for_all(slate, ana, ben, assessing, panel, count_queries):
    one = count_queries(lambda: feedback_in(slate.cohort, [ana]))
    more = [assessed_candidate(assessing, panel) for _ in range(5)]
    assert len(feedback_in(slate.cohort, [ana, ben, *more])) == 7
    assert count_queries(lambda: feedback_in(slate.cohort, [ana, ben, *more])) == one < 12


def test_nobody_else_is_in_it(slate, ana, ben, erin):
    text = str(as_document(feedback_on(ana).report))
    assert "Ana" in text
    assert not any(name in text for name in ("Ben", "Erin", "Alice", "rank"))
    assert "Asked for the budget first" not in text  # an assessor's own note


def test_who_was_not_assessed_has_no_report(slate):
    candidate = CandidateFactory(cohort=slate.cohort)
    assert feedback_on(candidate) is None


# --- edited and read through -------------------------------------------------------------------------


def test_ld_changes_a_text_and_it_is_noted_who(slate, ana, ld_admin):
    key = feedback_on(ana).written.strengths[0].key
    feedback = edit_feedback(ana, {key: "You listened first."}, by=ld_admin)
    assert feedback.report.strengths[0].text == "You listened first."
    row = FeedbackReport.objects.get()
    assert (row.edited_by, row.edits[key]["name"]) == (ld_admin, ld_admin.display_name)
    edit_feedback(ana, {key: "You listened first and long."}, by=ld_admin)
    assert AuditEntry.objects.filter(verb="feedback.edited").count() == 1
    assert "listened" not in str(AuditEntry.objects.get(verb="feedback.edited").after)


def test_an_emptied_text_leaves_its_point_out_and_the_worked_out_one_brings_it_back(slate, ana, ld_admin):
    written = feedback_on(ana).written
    key = written.develop[0].key if written.develop else written.strengths[0].key
    count = len(written.texts)
    assert len(edit_feedback(ana, {key: "  "}, by=ld_admin).report.texts) == count - 1
    feedback = edit_feedback(ana, {key: written.texts[key]}, by=ld_admin)
    assert feedback.report == written
    assert FeedbackReport.objects.get().edits == {}


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"opening": ""}, "The report needs an opening."),
        ({"closing": "x" * 1201}, "At most 1,200 characters; these are 1,201."),
        ({"strength-0": "Hello"}, "There is no text strength-0 in this report."),
    ],
)
def test_texts_that_cannot_be_kept_are_refused(slate, ana, ld_admin, texts, sentence):
    with pytest.raises(ValidationError, match=sentence.replace("(", r"\(")):
        edit_feedback(ana, texts, by=ld_admin)
    assert not FeedbackReport.objects.filter(edited_at__isnull=False).exists()


def test_of_two_who_change_one_text_the_second_is_told(slate, ana, ada, ld_admin):
    before = feedback_on(ana).written.texts
    edit_feedback(ana, {"opening": "Hello Ana."}, by=ld_admin, before=before)
    with pytest.raises(ValidationError, match=f"{ld_admin.display_name} changed this text meanwhile"):
        edit_feedback(ana, {"opening": "Dear Ana."}, by=ada, before=before)
    other = edit_feedback(ana, {**before, "closing": "See you."}, by=ada, before=before)
    assert (other.report.opening, other.report.closing) == ("Hello Ana.", "See you.")
    again = edit_feedback(ana, {"opening": "Hello again, Ana."}, by=ld_admin, before=before)
    assert again.report.opening == "Hello again, Ana."


def test_reading_through_counts_and_a_change_takes_it_back(slate, ana, ben, ld_admin):
    check_feedback(ana, by=ld_admin)
    assert (reading_of(slate.cohort).checked, reading_of(slate.cohort).total) == (1, 2)
    edit_feedback(ana, {"closing": "See you."}, by=ld_admin)
    assert reading_of(slate.cohort).checked == 0
    check_feedback(ana, by=ld_admin)
    check_feedback(ana, by=ld_admin, checked=False)
    assert reading_of(slate.cohort).checked == 0


def test_after_the_release_it_stays_as_it_was(released, ana, ben, ld_admin):
    released.refresh_from_db()
    row = FeedbackReport.objects.get(candidate=ana)
    assert row.released_at is not None
    before = feedback_on(ana).report
    Behavior.objects.update(text="Something else", anchors=["", "", "", "", ""])
    assert feedback_on(ana).report == before
    ana.refresh_from_db()
    for verb in (
        lambda: edit_feedback(ana, {"closing": "No."}, by=ld_admin),
        lambda: check_feedback(ana, by=ld_admin),
    ):
        with pytest.raises(ValidationError, match="was released and stays as it is"):
            verb()


def test_what_was_edited_is_what_is_released(slate, ana, ben, ld_admin):
    edit_feedback(ana, {"opening": "Hello Ana."}, by=ld_admin)
    check_feedback(ben, by=ld_admin)
    accept_ranking(slate, by=ld_admin, reserve=1)
    release_slate(signed(slate), by=ld_admin)
    assert FeedbackReport.objects.get(candidate=ana).content["opening"] == "Hello Ana."
    assert FeedbackReport.objects.filter(content__isnull=False).count() == 2


# --- who ---------------------------------------------------------------------------------------------


def readers(request, candidate):
    names = ("ld_admin", "hr_analyst", "alice", "dana", "erin", "ben_member", "owner")
    found = {}
    for name in names:
        member = candidate.member if name == "ben_member" else request.getfixturevalue(name)
        found[name] = access.visible_feedback(member).filter(pk=candidate.pk).exists()
    return {name for name, reads in found.items() if reads}


def test_before_the_release_only_ld_reads_it(request, slate, ana, hr_analyst, owner):
    assert readers(request, ana) == {"ld_admin"}


def test_after_the_release_the_person_and_the_nominator_read_it_too(
    request, released, ana, hr_analyst, owner
):
    assert readers(request, ana) == {"ld_admin", "alice", "ben_member"}


def test_a_nominator_who_no_longer_leads_the_person_does_not_read_it(released, ana, alice):
    ana.person.manager = PersonFactory()
    ana.person.save(update_fields=["manager"])
    from amdp.directory.services import rebuild_lines

    rebuild_lines()
    assert not access.visible_feedback(alice).filter(pk=ana.pk).exists()


def test_nobody_of_another_organization(client, released, ana, stranger):
    client.force_login(stranger.user)
    assert client.get(address("feedback_detail", ana)).status_code == 404


def test_ld_who_are_candidates_see_nothing_of_it(assessing, slate, ana, ada):
    CandidateFactory(cohort=assessing, person=ada.person)
    assert not access.visible_feedback(ada).exists()
    with pytest.raises(PermissionDenied):
        edit_feedback(ana, {"closing": "Hello."}, by=ada)


def test_before_the_assessment_is_over_there_are_no_reports(client, assessing, ana, ld_admin):
    client.force_login(ld_admin.user)
    assert client.get(address("feedback_detail", ana)).status_code == 404
    page = client.get(reverse("selection:feedback_list", args=["acme", assessing.pk])).content.decode()
    assert "They are written when the assessment is over." in page


# --- pages -------------------------------------------------------------------------------------------


def test_ld_reads_one_after_the_other(client, slate, ana, ben, ld_admin):
    client.force_login(ld_admin.user)
    listing = reverse("selection:feedback_list", args=["acme", slate.cohort_id])
    assert "0 of 2 read through." in client.get(listing).content.decode()
    page = client.post(address("feedback_check", ana), {"checked": "yes"}, follow=True)
    assert page.request["PATH_INFO"] == address("feedback_detail", ben)
    assert "report is read through. Next: Ben Other." in page.content.decode()
    page = client.post(address("feedback_check", ben), {"checked": "yes"}, follow=True)
    assert "2 of 2 read through." in page.content.decode()
    assert (
        "to be read again"
        in client.post(address("feedback_check", ben), {"checked": "no"}, follow=True).content.decode()
    )


def test_texts_keep_themselves_while_they_are_typed(client, slate, ana, ada, ld_admin):
    client.force_login(ld_admin.user)
    texts = feedback_on(ana).written.texts
    was = {f"was-{key}": text for key, text in texts.items()}
    assert "data-autosave" in client.get(address("feedback_edit", ana)).content.decode()
    json = {"Accept": "application/json"}
    sent = {**texts, **was, "opening": "Hello Ana."}
    assert client.post(address("feedback_edit", ana), sent, headers=json).json() == {"saved": True}
    client.force_login(ada.user)
    answer = client.post(address("feedback_edit", ana), {**sent, "opening": "Dear Ana."}, headers=json)
    assert (answer.status_code, "changed this text meanwhile" in answer.json()["why"]) == (409, True)
    client.force_login(ld_admin.user)
    page = client.post(address("feedback_edit", ana), {**sent, "opening": "Hi Ana."}, follow=True)
    assert "The report is changed." in page.content.decode()
    assert "Hi Ana." in page.content.decode()


def test_the_candidate_reads_it_from_the_outcome(client, released, ana):
    client.force_login(ana.member.user)
    outcome = client.get(reverse("selection:outcome_detail", args=["acme", ana.pk])).content.decode()
    assert address("feedback_detail", ana) in outcome
    page = client.get(address("feedback_detail", ana)).content.decode()
    assert "Your strengths" in page
    assert "Change the texts" not in page
    assert client.get(address("feedback_edit", ana)).status_code == 403
    refused = client.post(address("feedback_check", ana), follow=True)
    assert "was released and stays as it is" in refused.content.decode()


def test_those_not_selected_read_nothing_about_the_program_offers(released, ben):
    assert Decision.objects.get(candidate=ben).outcome != ""
    assert Candidate.objects.get(pk=ben.pk)
    assert "In the program" not in str(as_document(feedback_on(ben).report))


# --- programs ----------------------------------------------------------------------------------------


def api(candidate, verb=""):
    return f"/api/v1/o/acme/feedback-reports/{candidate.pk}/{verb}"


def test_programs_read_change_and_check(client, slate, ana, ben, ld_admin):
    client.force_login(ld_admin.user)
    listed = client.get("/api/v1/o/acme/feedback-reports/").json()["results"]
    assert {(one["id"], one["checked_at"]) for one in listed} == {(ana.pk, None), (ben.pk, None)}
    report = client.get(api(ana)).json()
    assert (report["is_released"], report["profile"][0]["word"]) == (False, "Strong")
    changed = client.post(
        api(ana, "edit/"), {"texts": {"opening": "Hello Ana."}}, content_type="application/json"
    ).json()
    assert changed["opening"] == "Hello Ana."
    assert client.post(api(ana, "check/"), {}, content_type="application/json").json()["is_checked"]
    refused = client.post(api(ana, "edit/"), {"texts": {"opening": ""}}, content_type="application/json")
    assert refused.status_code == 400


def test_a_program_of_somebody_else_finds_nothing(client, slate, ana, alice):
    client.force_login(alice.user)
    assert client.get(api(ana)).status_code == 404


# --- on paper ----------------------------------------------------------------------------------------


def pages_of(response):
    return PdfReader(BytesIO(b"".join(response.streaming_content)))


def test_the_pdf_says_what_the_page_says(client, released, ana):
    client.force_login(ana.member.user)
    answer = client.get(address("feedback_pdf", ana))
    assert answer["Content-Type"] == "application/pdf"
    paper = pages_of(answer)
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    report = feedback_on(ana).report
    for said in (report.opening, report.closing, *(one.title for one in report.strengths)):
        assert " ".join(said.split()) in text
    assert not AuditEntry.objects.filter(verb="export.feedback").exists()


def test_the_pdf_is_a4_tagged_and_knows_its_title_and_language(client, released, ana):
    client.force_login(ana.member.user)
    paper = pages_of(client.get(address("feedback_pdf", ana)))
    assert paper.metadata.title == f"Feedback for {ana.person.name}"
    assert (paper.root_object["/Lang"], paper.root_object["/MarkInfo"]["/Marked"]) == ("en", True)
    assert [round(float(side)) for side in paper.pages[0].mediabox[2:]] == [595, 842]
    assert b"pdfuaid" in paper.xmp_metadata.stream.get_data()


@pytest.mark.parametrize("name", ["Łukasz Żółć", "山田 太郎", "김 민수", "Ελένη Δούκα", "Дмитрий Іваненко"])
def test_names_in_other_scripts_print(acme, released, ana, name):
    ana.person.first_name, ana.person.last_name = name.split()
    paper = render(feedback_document(feedback_on(ana), acme), at=timezone.now())
    pages = PdfReader(BytesIO(paper)).pages
    assert name in pages[0].extract_text()
    for font in pages[0]["/Resources"]["/Font"].values():
        described = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & described.keys()  # inside, wherever it is read


def test_what_somebody_wrote_is_never_markup(acme, slate, ana, ld_admin):
    nasty = '#panic() *bold* $x$ <label> @ref \\ "quoted" #read("/etc/passwd")'
    edit_feedback(ana, {"opening": nasty}, by=ld_admin)
    paper = render(feedback_document(feedback_on(ana), acme), at=timezone.now())
    assert nasty in PdfReader(BytesIO(paper)).pages[0].extract_text().replace("“", '"').replace("”", '"')


def test_a_pdf_taken_out_by_others_is_logged(client, slate, ana, ld_admin):
    client.force_login(ld_admin.user)
    client.get(address("feedback_pdf", ana))
    assert AuditEntry.objects.get(verb="export.feedback").object_id == ana.pk
    paper = client.get(api(ana, "pdf/"))
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
