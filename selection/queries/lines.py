"""What concerns a member in selection now: everything in one query.

Each part is a queryset of the same columns; PostgreSQL appends them. Parts that cannot concern the member
are left out, and without any no question is asked.
"""

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from amdp.directory.access import leads
from amdp.directory.appearances import may_appear
from amdp.directory.models import Person
from amdp.directory.queries import line_at, name_at, person_of
from amdp.identity.models import Membership, Role
from cohorts.models import Cohort
from selection import access
from selection.days import today_there, window_is_open
from selection.models import (
    Approval,
    Assessor,
    CalibrationSession,
    Candidate,
    Decider,
    Decision,
    Delegation,
    Endorsement,
    Nomination,
    NominationReference,
    Offer,
    Scoresheet,
    Signature,
    Slate,
)
from selection.queries.approvals import WAITS, approvals_for
from selection.queries.assessing_lines import conflicts, to_agree, to_attend, to_calibrate, to_score
from selection.queries.consensus import being_agreed
from selection.queries.exceptions import exceptions_for, flips_for
from selection.queries.home import consents_for, endorsements_for, nominations_by, references_for
from selection.queries.line import TEXT, Line, Part, cohort_at, part

ASKS = (Approval.approver, Approval.escalated_to, Delegation.delegate)
ANSWERS = (Endorsement.leader, NominationReference.person, Candidate.person)
# Who endorsed somebody's own nomination stands behind it like a nominator.
BEHIND = (Nomination.nominator, Endorsement.leader)
SPEAKS = (Assessor.person, Nomination.nominator)
APPEARANCES = (*ASKS, *ANSWERS, Assessor.person, Nomination.nominator, being_agreed)
DECIDING = (Role.LD_ADMIN, Role.HR_ANALYST, Role.SPONSOR)
ROLE_NAMES = [When(role=decider, then=Value(decider.label)) for decider in Decider]
RECENT = timedelta(days=30)
NEWS_SHOWN = 8


def lines_of(member: Membership) -> list[Line]:
    """Asked once per membership object, that is once per request."""
    known: list[Line] | None = getattr(member, "_selection_lines", None)
    if known is None:
        known = [Line(*row) for row in _rows(member)]
        member._selection_lines = known  # type: ignore[attr-defined]
    return known


def _rows(member: Membership) -> list[Any]:
    person, runs = person_of(member), member.has(Role.LD_ADMIN)
    decides = member.has(*DECIDING) or (person is not None and may_appear(member, *ASKS))
    parts = [_to_decide(member)] if decides else []
    if person is not None:
        parts += _of_person(member, person)
    if runs:
        parts += [_to_run(member), _came_in(member)]
    if member.has(*access.READS_SELECTION):
        parts += [_exceptions(member), conflicts(member), _to_sign(member)]
    speaks = person is not None and (leads(member) or may_appear(member, *SPEAKS))
    if speaks or member.has(*access.READS_SELECTION):
        parts.append(to_calibrate(member))
    if runs or (person is not None and may_appear(member, *BEHIND)):
        parts.append(_flips(member))
    return list(parts[0].union(*parts[1:], all=True)) if parts else []


def _to_decide(member: Membership) -> Part:
    path = "nomination__candidate__"
    return part(
        approvals_for(member),
        "decide",
        pk="nomination_id",
        person=name_at(f"{path}person_id"),
        cohort=cohort_at(f"{path}cohort_id"),
        who=name_at("nomination__nominator_id"),
        on=F("due_on"),
    )


def _of_person(member: Membership, person: Person) -> list[Part]:
    parts = [_to_nominate(member, person)] if leads(member) else []
    if may_appear(member, Assessor.person):
        parts.append(to_score(member))
    if may_appear(member, being_agreed):
        parts.append(to_agree(member))
    parts += _asked_before(member)
    if may_appear(member, *BEHIND):
        parts += [_to_answer(member), _of_nominator(person)]
    if may_appear(member, *BEHIND, Candidate.person):
        parts.append(_released(person))
    if may_appear(member, Candidate.person):
        parts.append(_offered(person))
    if may_appear(member, Candidate.person, Assessor.person):
        parts.append(to_attend(member))
    return parts


def _to_answer(member: Membership) -> Part:
    return part(
        nominations_by(member).filter(
            state__in=[Nomination.State.RETURNED, Nomination.State.DRAFT],
            candidate__cohort__state=Cohort.State.NOMINATING,
        ),
        "answer",
        person=name_at("candidate__person_id"),
        cohort="candidate__cohort__name",
        state="state",
        on=F("candidate__cohort__nominations_close_on"),
    )


def _asked_before(member: Membership) -> list[Part]:
    """What the member is asked before a nomination is shared."""
    path, parts = "nomination__candidate__", []
    person, cohort = name_at(f"{path}person_id"), cohort_at(f"{path}cohort_id")
    if may_appear(member, Endorsement.leader):
        asked = endorsements_for(member)
        parts.append(part(asked, "endorse", person=person, cohort=cohort, on=F("due_on")))
    if may_appear(member, Candidate.person):
        who = name_at("nomination__nominator_id")
        parts.append(part(consents_for(member), "consent", cohort=cohort, who=who, on=F("due_on")))
    if may_appear(member, NominationReference.person):
        parts.append(part(references_for(member), "speak", person=person, cohort=cohort))
    return parts


def _to_nominate(member: Membership, person: Person) -> Part:
    """Cohorts whose window is open and in whose markets somebody of the line works, with how many of the
    line are nominated."""
    markets = access.nominatable_people(member).order_by().values("market").distinct()
    standing = Candidate.objects.filter(cohort=OuterRef("pk")).exclude(
        state__in=[Candidate.State.DRAFTED, Candidate.State.WITHDRAWN]
    )
    of_line = standing.alias(line=line_at("person_id")).filter(line__startswith=person.line)
    nominated = of_line.exclude(person=person)
    counted = nominated.order_by().values("cohort").annotate(many=Count("pk")).values("many")
    cohorts = Cohort.objects.filter(
        Q(markets=[]) | Q(markets__overlap=ArraySubquery(markets)),
        window_is_open(),
        state=Cohort.State.NOMINATING,
    ).annotate(many=Coalesce(Subquery(counted), 0))
    return part(
        cohorts.order_by("nominations_close_on", "pk"), "nominate", on=F("nominations_close_on"), seats="many"
    )


def _to_run(member: Membership) -> Part:
    selecting = Q(state=Cohort.State.SELECTING)
    over = Q(state=Cohort.State.NOMINATING, nominations_close_on__lt=today_there())
    sheets = Scoresheet.objects.filter(candidate=OuterRef("pk")).order_by()
    admitted = Candidate.objects.filter(cohort=OuterRef("pk"), state=Candidate.State.ADMITTED).order_by()
    unscored = admitted.filter(~Exists(sheets) | Exists(sheets.filter(state=Scoresheet.State.OPEN)))
    scored = Q(Exists(admitted), ~Exists(unscored), state=Cohort.State.ASSESSING)
    talking = CalibrationSession.objects.filter(
        cohort=OuterRef("pk"), state=CalibrationSession.State.OPEN
    ).order_by()
    slates = Slate.objects.filter(cohort=OuterRef("pk")).order_by()
    runs = access.visible_selections(member).filter(selecting | over | scored).exclude(Exists(talking))
    return part(
        runs.annotate(set_time=Subquery(slates.values("release_at")[:1])),
        "run",
        state="state",
        who=Coalesce(Subquery(slates.values("state")[:1]), Value("")),
        at="set_time",
        on=Case(When(over, then=F("nominations_close_on")), default=F("decisions_due_on")),
        seats="seats",
    )


def _offered(person: Person) -> Part:
    """The offer of a seat that the person has not answered yet."""
    waiting = Offer.objects.filter(decision__candidate__person=person, state=Offer.State.OPEN)
    return part(
        waiting.order_by("answer_by", "pk"),
        "offer",
        pk="decision__candidate_id",
        cohort=cohort_at("decision__candidate__cohort_id"),
        on=F("answer_by"),
    )


def _to_sign(member: Membership) -> Part:
    """Slates that wait for HR, for an analyst who decided on nobody there and did not ask."""
    own = Decision.objects.filter(slate=OuterRef("slate"), decided_by=member).order_by()
    asked = access.visible_signatures(member).filter(~Exists(own), state=Signature.State.ASKED)
    if not member.has(Role.HR_ANALYST):
        asked = asked.none()
    return part(
        asked.exclude(asked_by=member).order_by("asked_at", "pk"),
        "sign",
        cohort=cohort_at("slate__cohort_id"),
        on=F("slate__cohort__decisions_due_on"),
    )


def _came_in(member: Membership) -> Part:
    """Cohorts that take nominations, with how many arrived lately and when the last one did."""
    handed_in = Nomination.objects.filter(
        candidate__cohort=OuterRef("pk"), submitted_at__gte=timezone.now() - RECENT
    ).exclude(state=Nomination.State.WITHDRAWN)
    by_cohort = handed_in.order_by().values("candidate__cohort")
    nominating = access.visible_selections(member).filter(state=Cohort.State.NOMINATING)
    counted = nominating.annotate(
        came=Subquery(by_cohort.values(last=Max("submitted_at"))),
        many=Subquery(by_cohort.values(count=Count("pk"))),
    )
    return part(counted.filter(many__gt=0), "came in", at="came", seats="many")


def _of_nominator(person: Person) -> Part:
    """Approvals of the person's nominations: those that are asked for, and decisions of late."""
    behind = Q(nomination__nominator=person) | Q(nomination__endorser=person)
    own = Approval.objects.filter(behind & ~Q(nomination__candidate__person=person))
    asked, late = WAITS, Q(decided_at__gte=timezone.now() - RECENT)
    found = own.filter(asked | late & Q(state__in=Approval.ANSWERS))
    user = "decided_by__user__"
    decider = Coalesce(NullIf(f"{user}name", Value("")), f"{user}email", Value(""), output_field=TEXT)
    return part(
        found.order_by(F("decided_at").desc(nulls_first=True), "due_on", "pk"),
        Case(When(asked, then=Value("wait")), default=Value("decided"), output_field=TEXT),
        pk="nomination_id",
        person=name_at("nomination__candidate__person_id"),
        cohort=cohort_at("nomination__candidate__cohort_id"),
        who=Case(
            When(asked, then=Coalesce(name_at("approver_id"), Case(*ROLE_NAMES), output_field=TEXT)),
            default=decider,
            output_field=TEXT,
        ),
        state="state",
        on=F("due_on"),
        at="decided_at",
    )


def _released(person: Person) -> Part:
    since = timezone.now() - RECENT
    nominated = Nomination.objects.filter(
        Q(nominator=person) | Q(endorser=person),
        candidate=OuterRef("candidate"),
        state=Nomination.State.APPROVED,
    )
    decisions = Decision.objects.filter(
        Q(candidate__person=person) | Exists(nominated.order_by()),
        slate__state=Slate.State.RELEASED,
        slate__released_at__gte=since,
    )
    own = When(candidate__person=person, then=Value("own"))
    return part(
        decisions.order_by("-slate__released_at", "pk"),
        "released",
        pk="candidate_id",
        person=name_at("candidate__person_id"),
        cohort=cohort_at("slate__cohort_id"),
        who=Case(own, default=Value(""), output_field=TEXT),
        state="outcome",
        at="slate__released_at",
        most=NEWS_SHOWN,
    )


def _exceptions(member: Membership) -> Part:
    return part(
        exceptions_for(member),
        "exception",
        person=name_at("person_id"),
        cohort=cohort_at("cohort_id"),
        who=F("rule"),
        on=F("cohort__nominations_close_on"),
    )


def _flips(member: Membership) -> Part:
    return part(
        flips_for(member, timezone.now() - RECENT).annotate(met=Cast("is_met", IntegerField())),
        "flip",
        pk="candidate_id",
        person=name_at("candidate__person_id"),
        cohort=cohort_at("candidate__cohort_id"),
        state="why",
        at="evaluated_at",
        seats="met",
        most=NEWS_SHOWN,
    )
