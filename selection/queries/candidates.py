"""The files of candidates: lists of them, and one told in time order."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, F, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf

from amdp.directory.models import Person
from amdp.directory.queries import search_people
from amdp.identity.models import Membership, Role
from selection import access
from selection.eligibility import sentence
from selection.models import (
    Approval,
    AssessorConflict,
    Candidate,
    Decision,
    EligibilityException,
    Nomination,
    NominationVersion,
    Scoresheet,
    Slate,
)
from selection.queries.approvals import ChainLink, Step, approvals_of, chain_of, questions_on, steps_of
from selection.queries.assessment import Assessment, assessments_of
from selection.queries.standing import Standing, read, results_of, standing_of


def search_candidates(candidates: QuerySet[Candidate], text: str) -> QuerySet[Candidate]:
    """Candidates whose name starts with the text."""
    return candidates.filter(person__in=search_people(Person.objects.all(), text))


def with_nominators(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``nominators``: the names of those who nominated each, without a query per row."""
    name = Case(
        When(
            nominations__written_by__isnull=False,
            then=Concat(_name("written_by"), Value(" for ", output_field=TextField()), _name("nominator")),
        ),
        default=_name("nominator"),
        output_field=TextField(),
    )
    hidden = [Nomination.State.DRAFT, Nomination.State.WITHDRAWN]
    said = Q(nominations__isnull=False) & ~Q(nominations__state__in=hidden)
    return candidates.annotate(nominators=ArrayAgg(name, filter=said, distinct=True, default=Value([])))


def _name(role: str) -> Concat:
    first, last = F(f"nominations__{role}__first_name"), F(f"nominations__{role}__last_name")
    return Concat(first, Value(" "), last, output_field=TextField())


def with_returners(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``returned_by`` and ``returned_at``: who sent the nomination back that waits for an answer, and when."""
    user = "decided_by__user__"
    last = (
        Approval.objects.filter(
            nomination__candidate=OuterRef("pk"),
            nomination__state=Nomination.State.RETURNED,
            state=Approval.State.RETURNED,
        )
        .order_by("-decided_at", "-pk")
        .annotate(asker=Coalesce(NullIf(f"{user}name", Value("")), f"{user}email", output_field=TextField()))
    )
    return candidates.annotate(
        returned_by=Subquery(last.values("asker")[:1]), returned_at=Subquery(last.values("decided_at")[:1])
    )


def with_places(candidates: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """``place`` to sort by, and the decision with the rank; two more columns and one more query."""
    places = Decision.objects.filter(candidate=OuterRef("pk")).order_by().values("place")
    return candidates.annotate(place=Subquery(places[:1])).prefetch_related("decisions")


def rank_of(candidate: Candidate) -> str:
    """The rank of a candidate ``with_places`` as everybody reads it; empty without a slate."""
    return next((decision.rank_text for decision in candidate.decisions.all()), "")


def outcome_of(candidate: Candidate) -> str:
    """What was decided on a candidate ``with_places``; empty until it is."""
    return next((each.get_outcome_display() for each in candidate.decisions.all() if each.outcome), "")


@dataclass(frozen=True)
class Entry:
    """One line of a file."""

    at: datetime | None
    icon: str
    text: str
    words: str = ""
    url: str = ""


@dataclass(frozen=True)
class File:
    """What a member may read of a candidate."""

    entries: list[Entry]
    nominations: list[Nomination]
    sheets: list[Scoresheet] = field(default_factory=list)
    assessment: Assessment | None = None
    decision: Decision | None = None
    questions: list[Approval] = field(default_factory=list)
    chains: list[tuple[Nomination, list[ChainLink]]] = field(default_factory=list)
    standing: Standing | None = None
    exceptions: list[EligibilityException] = field(default_factory=list)
    conflicts: list[AssessorConflict] = field(default_factory=list)

    @property
    def waiting(self) -> list[EligibilityException]:
        """Exceptions that wait for a second person."""
        return [each for each in self.exceptions if each.state == EligibilityException.State.ASKED]

    @property
    def first_handed_in(self) -> Nomination | None:
        """The first nomination that kept what the eligibility rules said."""
        return next((each for each in self.nominations if each.eligibility), None)


def file_of(candidate: Candidate, member: Membership) -> File:
    """The story of a candidate, redacted to what the member may see."""
    versions = NominationVersion.objects.select_related("made_by__user").order_by("-number")
    nominations = list(
        access.visible_nominations(member)
        .filter(candidate=candidate)
        .exclude(state=Nomination.State.DRAFT)
        .order_by("submitted_at", "pk")
        .prefetch_related(
            "evidence_given", "references__person", "endorsements__leader", Prefetch("versions", versions)
        )
    )
    runs = member.has(Role.LD_ADMIN)
    sheets = _sheets(candidate) if runs else []
    decision = (
        access.visible_decisions(member)
        .filter(candidate=candidate)
        .select_related("slate__drawn_by__user", "slate__released_by__user", "decided_by__user")
        .first()
    )
    assessment = None
    if access.can_read_scores(member, candidate):
        assessment = assessments_of(candidate.cohort, [candidate]).get(candidate.pk)
    approvals = approvals_of(nominations)
    entries = [
        _step(step) for nomination in nominations for step in steps_of(nomination, approvals[nomination.pk])
    ]
    exceptions = _exceptions(candidate, member)
    conflicts = list(
        access.visible_conflicts(member)
        .filter(candidate=candidate)
        .select_related("decided_by__user", "excluded_by__user")
    )
    entries += _rules(candidate) + [entry for each in exceptions for entry in _exception(each)]
    entries += [entry for each in conflicts for entry in _conflict(each)]
    entries += _assessment(sheets) + _decision(decision, member) + _withdrawal(candidate)
    entries.sort(key=lambda entry: (entry.at is None, entry.at))
    waiting = [
        one for one in nominations if one.state in (Nomination.State.SUBMITTED, Nomination.State.RETURNED)
    ]
    chains = [(nomination, chain_of(approvals[nomination.pk])) for nomination in waiting]
    return File(
        entries,
        nominations,
        sheets,
        assessment,
        decision,
        _questions(nominations),
        chains,
        standing_of(candidate),
        exceptions,
        conflicts,
    )


def _exceptions(candidate: Candidate, member: Membership) -> list[EligibilityException]:
    """L&D and HR read all; leaders those that let a rule pass."""
    found = EligibilityException.objects.filter(cohort=candidate.cohort_id, person=candidate.person_id)
    if not member.has(*access.READS_SELECTION):
        found = found.filter(state=EligibilityException.State.CONFIRMED)
    return list(found.select_related("asked_by__user", "decided_by__user").order_by("asked_at", "pk"))


def _exception(exception: EligibilityException) -> list[Entry]:
    who, rule = exception.asked_by or "Somebody who left", exception.rule
    text = f"{who} asked for an exception: {rule}"
    entries = [Entry(exception.asked_at, "shield-check", text, exception.reason)]  # icon
    if exception.decided_at:
        word = exception.get_state_display().lower()
        text = f"{exception.decided_by or 'Somebody who left'} {word} the exception: {rule}"
        entries.append(Entry(exception.decided_at, "shield-check", text, exception.remark))  # icon
    return entries


def _conflict(conflict: AssessorConflict) -> list[Entry]:
    """What came up between an assessor and the candidate, and what became of it."""
    icon = "alert-triangle"  # icon
    entries = [Entry(conflict.found_at, icon, conflict.text)]
    if conflict.asked_at:
        text = f"{conflict.asked_by or 'Somebody who left'} asked that {conflict.assessor} goes on scoring"
        entries.append(Entry(conflict.asked_at, icon, text, conflict.reason))
    if conflict.decided_at:
        word = "agreed" if conflict.state == AssessorConflict.State.KEPT else "refused"
        text = f"{conflict.decided_by or 'Somebody who left'} {word}"
        entries.append(Entry(conflict.decided_at, icon, text, conflict.remark))
    if conflict.excluded_at:
        text = f"{conflict.excluded_by or 'Somebody who left'} left {conflict.assessor}’s ratings out of the mean"
        entries.append(Entry(conflict.excluded_at, icon, text, conflict.excluded_why))
    return entries


def _rules(candidate: Candidate) -> list[Entry]:
    """What the rules said first, each time the verdict changed, and as nominations closed."""
    entries = []
    for number, result in enumerate(results_of(candidate)):
        if number and not result.has_flipped:
            continue
        found = read(result.groups)
        text = f"Rules read: {found.verdict.lower()}, {found.tally}" if not number else _flip(result.is_met)
        words = f"{result.get_why_display()}." + (
            f" Not met: {sentence(found.unmet)}." if found.unmet else ""
        )
        entries.append(Entry(result.evaluated_at, "list-check", text, words if number else ""))  # icon
    return entries


def _flip(is_met: bool) -> str:
    return "Meets the eligibility rules again" if is_met else "No longer meets the eligibility rules"


def _questions(nominations: list[Nomination]) -> list[Approval]:
    """The questions with which nominations were returned and that wait for an answer."""
    returned = [each for each in nominations if each.state == Nomination.State.RETURNED]
    if not returned:
        return []
    return list(questions_on(returned))


def _sheets(candidate: Candidate) -> list[Scoresheet]:
    return list(
        candidate.scoresheets.select_related("assessor__person", "exercise").order_by("assigned_at", "pk")
    )


def _step(step: Step) -> Entry:
    name = "hourglass" if step.waits else "message-circle" if step.words else "user-check"  # icons
    due = f" by {step.due:%a} {step.due.day} {step.due:%b}" if step.due else ""
    return Entry(step.at, name, f"{step.who} {step.what}{due}", step.words)


def _assessment(sheets: list[Scoresheet]) -> list[Entry]:
    entries = [
        Entry(sheet.assigned_at, "clipboard-list", f"Given to {_named(sheet)} to score", sheet.why)  # icon
        for sheet in sheets
    ]
    return entries + [
        Entry(sheet.submitted_at, "clipboard-check", f"{_named(sheet)} submitted the score sheet")  # icon
        for sheet in sheets
        if sheet.submitted_at
    ]


def _named(sheet: Scoresheet) -> str:
    return f"{sheet.assessor} ({sheet.exercise.title})" if sheet.exercise.title else str(sheet.assessor)


def _decision(decision: Decision | None, member: Membership) -> list[Entry]:
    if decision is None:
        return []
    slate, entries = decision.slate, []
    inside = member.has(*access.READS_SELECTION)
    if inside:
        place = f"rank {decision.rank_text} with {decision.composite} points" if decision.rank else "no rank"
        entries.append(Entry(slate.drawn_at, "list-numbers", f"The slate was drawn up: {place}"))  # icon
    if inside and decision.outcome:
        words = f"{decision.get_reason_display()}. {decision.remark}".strip()
        who = decision.decided_by or "L&D"
        name = "gavel"  # icon
        outcome = decision.get_outcome_display()
        entries.append(Entry(decision.decided_at, name, f"{who} decided: {outcome}", words))
    if slate.state == Slate.State.RELEASED:
        text = f"The outcome was released: {decision.get_outcome_display()}"
        entries.append(Entry(slate.released_at, "speakerphone", text))  # icon
    return entries


def _withdrawal(candidate: Candidate) -> list[Entry]:
    if not candidate.withdrawn_why:
        return []
    return [Entry(None, "user-minus", "Taken out of the selection", candidate.withdrawn_why)]  # icon
