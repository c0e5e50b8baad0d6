"""Who sees and does what with mentors, matches, pairs, sessions and notes.

What a pair says to each other stays with the two. L&D and leaders see that they met, how often and about
which competencies; the private note is its author's alone.
"""

from django.db.models import Q, QuerySet

from amdp.directory.access import leads, own_line
from amdp.directory.models import Account
from amdp.directory.queries import person_of
from amdp.identity.models import Membership, Role
from mentoring.models import (
    CheckIn,
    CoachingAction,
    CoachingSession,
    MatchPair,
    MatchRun,
    MatchWish,
    Mentor,
    Mentorship,
    PrivateNote,
    Pulse,
)


def runs_mentoring(member: Membership) -> bool:
    """L&D admins fill the pool, run and publish matches, and look after pairs."""
    return member.has(Role.LD_ADMIN)


def visible_mentors(member: Membership) -> QuerySet[Mentor]:
    """The pool for L&D admins; a mentor's own entry."""
    mentors = Mentor.objects.select_related("person")
    if runs_mentoring(member):
        return mentors
    person = person_of(member)
    return mentors.filter(person=person) if person else mentors.none()


def visible_runs(member: Membership) -> QuerySet[MatchRun]:
    """Matches before and after they are published: L&D admins only."""
    runs = MatchRun.objects.select_related("cohort__program")
    return runs if runs_mentoring(member) else runs.none()


def visible_match_pairs(member: Membership) -> QuerySet[MatchPair]:
    """What each match found for each participant: for those who see the match."""
    pairs = MatchPair.objects.filter(run__in=visible_runs(member))
    return pairs.select_related("run__cohort__program", "participant__person", "mentor__person")


def visible_wishes(member: Membership) -> QuerySet[MatchWish]:
    """Pairs that are pinned or ruled out: L&D admins only."""
    wishes = MatchWish.objects.select_related("participant__person", "mentor__person")
    return wishes if runs_mentoring(member) else wishes.none()


def visible_mentorships(member: Membership) -> QuerySet[Mentorship]:
    """All pairs for L&D admins; those in the own line; one's own, as mentor or participant."""
    pairs = Mentorship.objects.select_related("mentor__person", "participant__person", "participant__cohort")
    if runs_mentoring(member):
        return pairs
    person = person_of(member)
    if person is None:
        return pairs.none()
    seen = Q(mentor__person=person) | Q(participant__person=person)
    if leads(member):
        seen |= own_line(member, "participant__person__")
    return pairs.filter(seen)


def own_mentorships(member: Membership) -> QuerySet[Mentorship]:
    """The pairs the member belongs to."""
    pairs = Mentorship.objects.select_related("mentor__person", "participant__person", "participant__cohort")
    person = person_of(member)
    if person is None:
        return pairs.none()
    return pairs.filter(Q(mentor__person=person) | Q(participant__person=person))


def mentee_participants(member: Membership) -> set[int]:
    """Ids of the participants this member mentors now: whose progress a mentor may read."""
    person = person_of(member)
    if person is None:
        return set()
    active = Mentorship.objects.filter(mentor__person=person, state=Mentorship.State.ACTIVE)
    return set(active.values_list("participant_id", flat=True))


def mentees_of(member: Membership) -> QuerySet[Mentorship, int]:
    """Ids of the people this member mentors now: whose entry in the directory a mentor reads."""
    person = person_of(member)
    active = Mentorship.objects.filter(state=Mentorship.State.ACTIVE).order_by()
    active = active.filter(mentor__person=person) if person else active.none()
    return active.values_list("participant__person_id", flat=True)


def visible_sessions(member: Membership) -> QuerySet[CoachingSession]:
    """Sessions with what was said: the two of the pair, nobody else. Others get counts from queries."""
    sessions = CoachingSession.objects.select_related(
        "mentorship__mentor__person", "mentorship__participant__person", "account"
    )
    person = person_of(member)
    if person is None:
        return sessions.none()
    return sessions.filter(Q(mentorship__mentor__person=person) | Q(mentorship__participant__person=person))


def visible_actions(member: Membership) -> QuerySet[CoachingAction]:
    """What a pair agreed on: the two of it, nobody else."""
    return CoachingAction.objects.filter(session__in=visible_sessions(member)).select_related("session")


def visible_private_notes(member: Membership) -> QuerySet[PrivateNote]:
    """The member's own notes. No role opens anybody else's."""
    return PrivateNote.objects.filter(author=member)


def visible_check_ins(member: Membership) -> QuerySet[CheckIn]:
    """One's own, and for L&D admins those that were answered; never what the other side said about oneself."""
    check_ins = CheckIn.objects.select_related(
        "mentorship__mentor__person", "mentorship__participant__person"
    )
    own = _own_side(member)
    if not runs_mentoring(member):
        return check_ins.filter(own)
    others = ~Q(mentorship__in=own_mentorships(member).values("pk"))
    return check_ins.filter(own | others & Q(answered_at__isnull=False))


def visible_pulses(member: Membership) -> QuerySet[Pulse]:
    """L&D admins plan them; everybody else reads them as a message."""
    return Pulse.objects.select_related("cohort") if runs_mentoring(member) else Pulse.objects.none()


def session_accounts(member: Membership, mentorship: Mentorship) -> QuerySet[Account]:
    """Accounts a session can be about: those of the mentor and of the participant."""
    owners = [mentorship.mentor.person_id, mentorship.participant.person_id]
    return Account.objects.filter(owner__in=owners)


def is_mentor_in(member: Membership, mentorship: Mentorship) -> bool:
    """Whether the member is the mentor of this pair."""
    person = person_of(member)
    return person is not None and mentorship.mentor.person_id == person.pk


def is_mentee_in(member: Membership, mentorship: Mentorship) -> bool:
    """Whether the member is the participant of this pair."""
    person = person_of(member)
    return person is not None and mentorship.participant.person_id == person.pk


def can_edit_mentor(member: Membership, mentor: Mentor) -> bool:
    """Mentors say themselves how much time they have and what they are strong in."""
    person = person_of(member)
    return person is not None and mentor.person_id == person.pk


def can_pause_mentor(member: Membership, mentor: Mentor) -> bool:
    """The mentor, at once; L&D on their behalf."""
    return can_edit_mentor(member, mentor) or runs_mentoring(member)


def can_log_session(member: Membership, mentorship: Mentorship) -> bool:
    """The mentor of an active pair."""
    return mentorship.state == Mentorship.State.ACTIVE and is_mentor_in(member, mentorship)


def can_edit_session(member: Membership, session: CoachingSession) -> bool:
    """Whoever mentors the pair."""
    return is_mentor_in(member, session.mentorship)


def can_answer_session(member: Membership, session: CoachingSession) -> bool:
    """The participant confirms what was logged or asks for a change."""
    return session.state == CoachingSession.State.LOGGED and is_mentee_in(member, session.mentorship)


def can_end_mentorship(member: Membership, mentorship: Mentorship) -> bool:
    """L&D ends pairs; a mentor can give one back, with a reason."""
    return mentorship.state == Mentorship.State.ACTIVE and (
        runs_mentoring(member) or is_mentor_in(member, mentorship)
    )


def can_answer_check_in(member: Membership, check_in: CheckIn) -> bool:
    """Whoever was asked."""
    asks_mentor = check_in.side == CheckIn.Side.MENTOR
    return (is_mentor_in if asks_mentor else is_mentee_in)(member, check_in.mentorship)


def sees_content(member: Membership, mentorship: Mentorship) -> bool:
    """Notes and actions: the two of the pair."""
    return is_mentor_in(member, mentorship) or is_mentee_in(member, mentorship)


def _own_side(member: Membership) -> Q:
    person = person_of(member)
    if person is None:
        return Q(pk__in=[])
    return Q(side=CheckIn.Side.MENTOR, mentorship__mentor__person=person) | Q(
        side=CheckIn.Side.MENTEE, mentorship__participant__person=person
    )
