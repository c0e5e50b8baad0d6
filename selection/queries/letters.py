"""The letters of a slate: as they will be sent while it is pending, and as they were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils import timezone

from amdp.directory.models import Person
from amdp.notifications.models import Notification
from amdp.notifications.queries import mail_address
from amdp.web.time import full_day
from selection.letters import Merged, Text, merged
from selection.models import Candidate, Decision, Letter, LetterKind, SelectionPlan, Slate
from selection.plan_parts.letters import texts_in
from selection.queries.slate import seats_of
from selection.reserve import nth

Kind, Outcome = LetterKind, Decision.Outcome
OUTBOX = "selection.outcome"
NAMED = 5


@dataclass(frozen=True)
class Draft:
    """One letter: to whom, what it will say or has said, what is still missing, whether it was written anew."""

    decision: Decision
    kind: str
    letter: Merged
    text: Text
    row: Letter | None
    address: str
    no_mail: str
    mail: Notification | None = None

    @property
    def person(self) -> Person:
        return self.decision.candidate.person

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def is_edited(self) -> bool:
        return self.row is not None and self.row.edited_at is not None

    @property
    def is_sent(self) -> bool:
        return self.row is not None and self.row.sent_at is not None


@dataclass(frozen=True)
class Terms:
    """What the letters of one slate are made of, read once."""

    slate: Slate
    texts: dict[str, Text]
    offer_days: int
    when: datetime

    @classmethod
    def of(cls, slate: Slate, when: datetime | None = None) -> "Terms":
        found = SelectionPlan.objects.filter(cohort=slate.cohort_id).prefetch_related("letter_templates")
        plan = found.first()
        moment = when or slate.release_at or timezone.now()
        return cls(slate, texts_in(plan), plan.offer_days if plan else 10, moment)

    def answer_by(self, person: Person) -> date:
        """The last day to answer an offer, where the person works."""
        told = timezone.localdate(self.when, ZoneInfo(person.time_zone or "UTC"))
        return told + timedelta(days=self.offer_days)

    def values(self, decision: Decision, kind: str) -> dict[str, str]:
        """What stands in the place of each merge field for one person."""
        person, cohort = decision.candidate.person, self.slate.cohort
        offered = kind in (Kind.SELECTED, Kind.MOVED_UP)
        return {
            "first_name": person.first_name,
            "name": str(person),
            "program": cohort.program.name,
            "cohort": cohort.name,
            "start": full_day(cohort.starts_on),
            "end": full_day(cohort.ends_on),
            "seats": str(seats_of(self.slate)),
            "leader": str(person.manager) if person.manager else "",
            "answer_by": full_day(self.answer_by(person)) if offered else "",
            "place": nth(decision.reserve_order) if kind == Kind.RESERVE and decision.reserve_order else "",
            "organization": self.slate.organization.name,
        }

    def draft(self, decision: Decision, kind: str, row: Letter | None = None) -> Draft:
        """One letter, filled in; what was written anew stands in the place of the text."""
        text = Text(row.subject, row.body) if row else self.texts[kind]
        letter = _kept(row) if row and row.sent_at else merged(text, self.values(decision, kind))
        address, no_mail = mail_address(decision.candidate.person)
        return Draft(decision, kind, letter, text, row, address, no_mail)


def to_write(slate: Slate) -> QuerySet[Decision]:
    """Whose outcome is told, best ranked first: everybody decided on who has not withdrawn; with what a letter
    needs."""
    found = slate.decisions.exclude(outcome="").filter(candidate__state=Candidate.State.ADMITTED)
    return found.select_related(
        "candidate__person__manager", "candidate__person__membership__user", "organization"
    ).order_by(F("place").asc(nulls_last=True), "pk")


def drafts_of(
    slate: Slate, decisions: Iterable[Decision] | None = None, *, when: datetime | None = None
) -> list[Draft]:
    """Every letter of a slate, or those to some; a handful of queries for any number."""
    terms, decisions = Terms.of(slate, when), to_write(slate) if decisions is None else decisions
    rows = {(row.candidate_id, row.kind): row for row in slate.letters.select_related("edited_by__user")}
    mails = _mails([row.pk for row in rows.values()]) if slate.state == Slate.State.RELEASED else {}
    drafts = []
    for decision in decisions:
        kinds = [decision.outcome]
        if (decision.candidate_id, Kind.MOVED_UP) in rows:
            kinds.append(Kind.MOVED_UP)
        for kind in kinds:
            row = rows.get((decision.candidate_id, kind))
            if slate.state == Slate.State.RELEASED and (row is None or row.sent_at is None):
                continue  # released before there were letters
            draft = terms.draft(decision, kind, row)
            drafts.append(replace(draft, mail=mails.get(row.pk)) if row else draft)
    return drafts


def draft_for(decision: Decision, kind: str) -> Draft:
    """One letter."""
    found = drafts_of(decision.slate, to_write(decision.slate).filter(pk=decision.pk))
    return next(each for each in found if each.kind == kind)


def _kept(row: Letter) -> Merged:
    return Merged(row.subject, row.body, (), ())


def _mails(letters: Sequence[int]) -> dict[int, Notification]:
    rows = Notification.objects.filter(kind=OUTBOX, about_type=Letter._meta.label_lower, about_id__in=letters)
    return {row.about_id: row for row in rows if row.about_id is not None}


def incomplete(slate: Slate, drafts: Iterable[Draft] | None = None) -> list[str]:
    """Sentences for letters that cannot go out as they are, with the person; also those that somebody in reserve
    would get who moves up."""
    drafts = drafts_of(slate) if drafts is None else list(drafts)
    terms = Terms.of(slate)
    found = [(str(draft.person), draft.letter.missing) for draft in drafts if not draft.is_sent]
    found += [
        (f"{draft.person}, when moving up", terms.draft(draft.decision, Kind.MOVED_UP).letter.missing)
        for draft in drafts
        if draft.kind == Outcome.RESERVE and not draft.is_sent
    ]
    wrong = [f"In the letter to {who}: {', '.join(words)}." for who, words in found if words]
    if len(wrong) <= NAMED:
        return wrong
    return [*wrong[: NAMED - 1], f"{len(wrong) - NAMED + 1} more letters are not complete."]


def letters_to(candidate: Candidate) -> list[Letter]:
    """What a candidate was written, oldest first."""
    return list(candidate.letters.filter(sent_at__isnull=False).order_by("sent_at", "pk"))


def paragraphs_of(letter: Letter) -> tuple[str, ...]:
    """A letter's text in paragraphs."""
    return _kept(letter).paragraphs
