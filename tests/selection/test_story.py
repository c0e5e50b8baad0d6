"""The story of a candidate: every source's events, in time order, redacted by role."""

import pytest
from django.utils import timezone

from cohorts.models import Cohort
from selection.models import Consent, Endorsement, Nomination, NominationReference
from selection.queries.candidates import file_of
from selection.services import (
    accept_ranking,
    assign_evenly,
    check_feedback,
    decide,
    draw_slate,
    edit_feedback,
    release_slate,
    unassign_assessor,
    withdraw_candidate,
)
from selection.story import Event, Names, Part, Reading, Who, story_of, whole_story
from tests.factories.directory import PersonFactory
from tests.factories.selection import (
    AssessorFactory,
    CandidateFactory,
    ConsentFactory,
    EligibilityExceptionFactory,
    EndorsementFactory,
    NominationFactory,
    ReferenceFactory,
    ScoresheetFactory,
    assessed_candidate,
    in_state,
    score,
    signed,
)


@pytest.fixture
def assessing(cohort):
    return in_state(cohort, Cohort.State.ASSESSING)


@pytest.fixture
def panel(assessing, erin):
    olga = AssessorFactory(cohort=assessing, person=PersonFactory(first_name="Olga", last_name="Other"))
    return [AssessorFactory(cohort=assessing, person=erin.person), olga]


@pytest.fixture
def ana(assessing, panel, alice):
    return assessed_candidate(
        assessing, panel, nominator=alice.person, first_name="Ana", last_name="Nowak", manager=alice.person
    )


def texts(events):
    return [event.text for event in events]


def test_it_goes_from_the_nomination_to_the_release(assessing, panel, ana, ld_admin):
    slate = draw_slate(assessing, by=ld_admin)
    check_feedback(ana, by=ld_admin)
    accept_ranking(slate, by=ld_admin)
    release_slate(signed(slate), by=ld_admin)
    ana.refresh_from_db()
    kinds = [event.kind for event in whole_story(ana)]
    assert kinds[:4] == ["scoresheet.assigned", "scoresheet.submitted"] * 2
    assert [kind for kind in kinds if not kind.startswith(("scoresheet", "signature"))] == [
        "stage.moved",
        "slate.drawn",
        "feedback.read_through",
        "decision.taken",
        "outcome.released",
        "letter.sent",
        "offer.made",
        "feedback.released",
    ]
    assert [event.at for event in whole_story(ana)] == sorted(event.at for event in whole_story(ana))


def test_what_was_decided_first_stays_in_it_with_its_reason(assessing, ana, ld_admin):
    decision = draw_slate(assessing, by=ld_admin).decisions.get()
    decide(decision, outcome="reserve", reason="readiness", remark="After the parental leave.", by=ld_admin)
    decide(decision, outcome="selected", by=ld_admin)
    taken = [event for event in whole_story(ana) if event.kind == "decision.taken"]
    assert [(event.text, event.words) for event in taken] == [
        (
            f"{ld_admin} decided at first: Reserve",
            "Another time suits the person better. After the parental leave.",
        ),
        (f"{ld_admin} decided: Selected", "Place in the ranking."),
    ]


def test_score_sheets_that_were_taken_away_stay_in_it(assessing, panel, ld_admin):
    candidate = CandidateFactory(cohort=assessing)
    sheet = ScoresheetFactory(candidate=candidate, assessor=panel[0])
    unassign_assessor(sheet, by=ld_admin, why="She is ill.")
    (event,) = [event for event in whole_story(candidate) if event.kind == "scoresheet.taken_away"]
    assert (event.text, event.words) == (
        f"{ld_admin} took the score sheet away from Erin Assessor",
        "She is ill.",
    )


def test_spreading_anew_is_in_it(assessing, panel, ld_admin):
    candidate = CandidateFactory(cohort=assessing)
    AssessorFactory(cohort=assessing)
    for _ in range(3):
        CandidateFactory(cohort=assessing)
    before = {sheet.assessor_id for sheet in assign_evenly(assessing, by=ld_admin)}
    assert before
    AssessorFactory(cohort=assessing)
    assign_evenly(assessing, by=ld_admin, anew=True)
    gone = [
        e for one in assessing.candidates.all() for e in whole_story(one) if e.kind == "scoresheet.taken_away"
    ]
    assert {event.words for event in gone} == {"Score sheets were spread anew."}
    assert candidate


def test_being_taken_out_says_who_when_and_why(assessing, ana, ld_admin):
    withdraw_candidate(ana, why="Moves abroad.", by=ld_admin)
    ana.refresh_from_db()
    event = next(event for event in whole_story(ana) if event.kind == "candidate.withdrawn")
    assert (event.text, event.words) == (
        f"{ld_admin} took the candidate out of the selection",
        "Moves abroad.",
    )
    assert event.at is not None


def test_consent_endorsement_and_references_are_in_it(assessing, ana):
    now = timezone.now()
    nomination = ana.nominations.get()
    ConsentFactory(nomination=nomination, state=Consent.State.GIVEN, answered_at=now, words="Gladly.")
    leader = PersonFactory(first_name="Lee", last_name="Leader")
    EndorsementFactory(
        nomination=nomination, leader=leader, state=Endorsement.State.GIVEN, answered_at=now, words="Yes."
    )
    ReferenceFactory(
        nomination=nomination,
        person=PersonFactory(first_name="Rita", last_name="Referee"),
        state=NominationReference.State.ANSWERED,
        answered_at=now,
        statement="Kept her word.",
    )
    found = {event.kind: (event.text, event.words) for event in whole_story(ana)}
    assert found["consent.answered"] == ("Ana Nowak consented to be put forward", "Gladly.")
    assert found["endorsement.answered"] == ("Lee Leader endorsed the nomination", "Yes.")
    assert found["reference.answered"] == ("Rita Referee gave a statement", "Kept her word.")


def test_exceptions_are_in_it(assessing, ana):
    EligibilityExceptionFactory(cohort=assessing, person=ana.person, remark="Same team.")
    kinds = [event.kind for event in whole_story(ana)]
    assert "exception.asked" in kinds
    assert "exception.decided" in kinds


# --- who reads what ----------------------------------------------------------------------------------


def test_a_leader_reads_the_own_nomination_and_nothing_of_the_assessment(
    assessing, panel, ana, alice, ld_admin
):
    other = NominationFactory(
        candidate=ana, nominator=PersonFactory(last_name="Elsewhere"), state=Nomination.State.APPROVED
    )
    draw_slate(assessing, by=ld_admin)
    edit_feedback(ana, {"closing": "Bye."}, by=ld_admin)
    kinds = {event.kind.split(".")[0] for event in story_of(Reading(ana, alice))}
    assert kinds <= {"nomination", "approval", "rules", "exception"}
    assert "Elsewhere" not in str(texts(story_of(Reading(ana, alice))))
    assert other in Reading(ana).nominations


def test_hr_reads_everything_but_who_scores_whom(assessing, ana, hr_analyst, ld_admin):
    draw_slate(assessing, by=ld_admin)
    kinds = {event.kind.split(".")[0] for event in story_of(Reading(ana, hr_analyst))}
    assert "slate" in kinds
    assert "scoresheet" not in kinds


def test_drafts_are_nobodys_story(assessing, cohort, alice):
    candidate = CandidateFactory(cohort=cohort)
    NominationFactory(candidate=candidate, nominator=alice.person)
    assert [e for e in whole_story(candidate) if e.kind.startswith("nomination")] == []


def test_the_page_asks_as_often_for_many_sheets_as_for_one(assessing, ana, ld_admin, count_queries):
    before = count_queries(lambda: file_of(ana, ld_admin))
    for _ in range(5):
        score(ScoresheetFactory(candidate=ana))
    assert count_queries(lambda: file_of(ana, ld_admin)) <= before


# --- redacted by role --------------------------------------------------------------------------------


def event(sentence, words="", **fill):
    return Event(timezone.now(), "story.told", sentence, fill, words)


ERIN, OLGA = Who("Erin Assessor", Part.ASSESSOR), Who("Olga Other", Part.ASSESSOR)


def test_somebody_hidden_is_called_by_their_part_and_always_the_same():
    story = [
        event("{who} scored", who=ERIN),
        event("given to {who}", who=OLGA),
        event("{who} again", who=ERIN),
    ]
    names = Names(story, hidden=[Part.ASSESSOR])
    assert [names.text(one) for one in story] == [
        "Assessor 1 scored",
        "Given to assessor 2",
        "Assessor 1 again",
    ]


def test_the_only_one_of_a_part_has_no_number():
    story = [event("{who} scored", who=ERIN)]
    assert names_of(story).text(story[0]) == "An assessor scored"


def names_of(story, **options):
    return Names(story, hidden=[Part.ASSESSOR], **options)


def test_those_not_hidden_keep_their_names():
    story = [event("{who} nominated", who=Who("Alice Manager", Part.NOMINATOR))]
    assert names_of(story).text(story[0]) == "Alice Manager nominated"


def test_free_text_loses_the_names_of_those_hidden_and_of_others():
    story = [event("{who} scored", who=ERIN), event("{who} scored", who=OLGA)]
    names = names_of(story, others=[("Ben", "Rival")], keep="Ana Nowak")
    text = "Erin Assessor thinks Ana Nowak is ahead of Ben Rival, says Olga Other; Ben Rivalry stays."
    assert names.words(text) == (
        "assessor 1 thinks Ana Nowak is ahead of somebody else, says assessor 2; Ben Rivalry stays."
    )


def test_first_names_of_those_hidden_give_way_but_not_the_own():
    story = [event("{who} scored", who=Who("Ana Assessor", Part.ASSESSOR)), event("{who} scored", who=OLGA)]
    names = names_of(story, others=[("Ben", "Rival")], keep="Ana Nowak")
    assert names.words("Olga saw Ana and Ben.") == "assessor 2 saw Ana and Ben."


@pytest.mark.parametrize(
    "written",
    ["Ben Rival", "B. Rival", "B Rival", "Rival, Ben", "Rival", "Mr. Rival", "ben.rival@acme.example"],
)
def test_others_are_masked_however_they_are_written(written):
    names = names_of([], others=[("Ben", "Rival")], keep="Ana Nowak", address="ana@acme.example")
    said = names.words(f"Ana (ana@acme.example) is stronger than {written}.")
    assert said.startswith("Ana (ana@acme.example) is stronger than ")
    assert "ival" not in said


def test_a_name_that_could_be_somebody_who_is_named_stays():
    story = [event("{who} nominated", who=Who("Bea Rival", Part.NOMINATOR)), event("{who} scored", who=ERIN)]
    names = names_of(story, others=[("Ben", "Rival"), ("Nora", "Nowak")], keep="Ana Nowak")
    text = "Bea Rival and B. Rival asked Nowak; Ben Rival and N. Nowak asked E. Assessor, Assessor and Erin."
    assert names.words(text) == (
        "Bea Rival and B. Rival asked Nowak; somebody else and somebody else asked "
        "an assessor, an assessor and an assessor."
    )


def test_who_acts_for_somebody_is_masked_with_them():
    story = [event("{who} approved", who=Who("Dee Deputy for Dana Director", Part.APPROVER))]
    names = Names(story, hidden=[Part.APPROVER])
    assert names.text(story[0]) == "An approver approved"
    assert names.words("Ask Dee Deputy or Dana Director.") == "Ask an approver or an approver."


def test_the_person_keeps_the_own_name_in_whatever_part():
    story = [event("{who} nominated themselves", who=Who("Ana Nowak", Part.NOMINATOR))]
    names = Names(story, hidden=[Part.NOMINATOR], keep="Ana Nowak")
    assert names.text(story[0]) == "Ana Nowak nominated themselves"


def test_braces_in_what_people_wrote_do_no_harm():
    told = event("given to {who}{exercise}", who=ERIN, exercise=" ({who} {0})")
    assert told.text == "Given to Erin Assessor ({who} {0})"
