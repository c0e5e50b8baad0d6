"""What a story is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.db.models import Prefetch

from amdp.identity.models import Membership, Role
from selection import access
from selection.models import (
    Approval,
    AssessorConflict,
    Candidate,
    Decision,
    EligibilityException,
    Nomination,
    NominationVersion,
    Scoresheet,
)
from selection.queries.approvals import approvals_of

LEFT = "somebody who left"


class Part(StrEnum):
    """In which part somebody appears in a file."""

    PERSON = "the candidate"
    NOMINATOR = "the nominator"
    LEADER = "the leader"
    APPROVER = "an approver"
    REFEREE = "a referee"
    ASSESSOR = "an assessor"
    PANEL = "somebody in the calibration"
    STAFF = "L&D or HR"


@dataclass(frozen=True)
class Who:
    """Somebody named in an event."""

    name: str
    part: Part

    def __str__(self) -> str:
        return self.name


Fill = dict[str, Who | str]


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``kind`` names it for programs, as audit verbs do; ``sentence`` has a ``{name}``
    for each of ``fill``; ``words`` is what somebody wrote about it."""

    at: datetime | None
    kind: str
    sentence: str
    fill: Mapping[str, Who | str] = field(default_factory=dict)
    words: str = ""
    icon: str = "circle-dot"
    to_person: bool = False

    @property
    def text(self) -> str:
        """The sentence with the names as they are."""
        return _capital(self.sentence.format_map({key: str(value) for key, value in self.fill.items()}))

    def told(self, filled: Mapping[str, str]) -> str:
        """The sentence with these instead."""
        return _capital(self.sentence.format_map({**{k: str(v) for k, v in self.fill.items()}, **filled}))

    @property
    def people(self) -> dict[str, Who]:
        """Who is named in it, by their place in the sentence."""
        return {key: value for key, value in self.fill.items() if isinstance(value, Who)}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def staff(member: Membership | None) -> Who:
    """Somebody of L&D or HR."""
    return Who(str(member) if member else LEFT, Part.STAFF)


@dataclass
class Reading:
    """Whose file is read, and by whom: a member on the page; nobody when it is written out as a whole."""

    candidate: Candidate
    member: Membership | None = None

    @property
    def inside(self) -> bool:
        """Whether the selection is read as a whole: by L&D, HR, or for a file that is written out."""
        return self.member is None or self.member.has(*access.READS_SELECTION)

    @property
    def runs(self) -> bool:
        """Whether who scores whom is read: by L&D, or for a file that is written out."""
        return self.member is None or self.member.has(Role.LD_ADMIN)

    @cached_property
    def nominations(self) -> list[Nomination]:
        """Those handed in that may be read, with what belongs to them."""
        if self.member is None:
            shared = Nomination.objects.select_related(
                "candidate__person", "candidate__cohort", "nominator", "written_by", "endorser"
            ).exclude(state__in=Nomination.UNSHARED)
            shared = shared.exclude(state=Nomination.State.WITHDRAWN, submitted_at=None)
        else:
            shared = access.visible_nominations(self.member).exclude(state=Nomination.State.DRAFT)
        versions = NominationVersion.objects.select_related("made_by__user").order_by("-number")
        return list(
            shared.filter(candidate=self.candidate)
            .order_by("submitted_at", "pk")
            .prefetch_related(
                "evidence_given",
                "references__person",
                "endorsements__leader",
                "consents",
                Prefetch("versions", versions),
            )
        )

    @cached_property
    def approvals(self) -> dict[int, list[Approval]]:
        """Their approvals by nomination."""
        return approvals_of(self.nominations)

    @cached_property
    def exceptions(self) -> list[EligibilityException]:
        """Exceptions asked for this person in this cohort; leaders read those that let a rule pass."""
        found = EligibilityException.objects.filter(
            cohort=self.candidate.cohort_id, person=self.candidate.person_id
        )
        if not self.inside:
            found = found.filter(state=EligibilityException.State.CONFIRMED)
        return list(found.select_related("asked_by__user", "decided_by__user").order_by("asked_at", "pk"))

    @cached_property
    def sheets(self) -> list[Scoresheet]:
        """Every score sheet there is for the candidate, for who reads who scores whom."""
        if not self.runs:
            return []
        sheets = self.candidate.scoresheets.select_related("assessor__person", "exercise")
        return list(sheets.order_by("assigned_at", "pk"))

    @cached_property
    def conflicts(self) -> list[AssessorConflict]:
        """What came up between an assessor and the candidate, where that may be read."""
        member = self.member
        found = AssessorConflict.objects.all() if member is None else access.visible_conflicts(member)
        return list(
            found.filter(candidate=self.candidate).select_related(
                "candidate__person", "assessor__person", "asked_by__user", "decided_by__user",
                "excluded_by__user",
            )
        )  # fmt: skip

    @cached_property
    def decision(self) -> Decision | None:
        """The place on the slate and what was decided, where that may be read."""
        decisions = Decision.objects.all() if self.member is None else access.visible_decisions(self.member)
        return (
            decisions.filter(candidate=self.candidate)
            .select_related(
                "candidate__person", "slate__cohort", "slate__drawn_by__user", "slate__released_by__user",
                "decided_by__user",
            )
            .first()
        )  # fmt: skip
