"""What people are told about programs, cohorts and placements."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from amdp.directory.models import Person
from amdp.directory.queries import employed
from amdp.identity.models import Membership, Role
from amdp.identity.queries import members_with
from amdp.notifications.services import Message, Notice, notify, notify_many
from amdp.tenancy.context import require_organization
from amdp.tenancy.models import Organization
from amdp.web.time import day
from cohorts.models import Cohort, Participant, Placement, Program, Stakeholder


def sign_off_asked(stakeholder: Stakeholder, program: Program, *, by: Membership) -> None:
    """Ask one stakeholder for the signature."""
    until = f" by {day(stakeholder.due_on)}" if stakeholder.due_on else ""
    message = Message(
        kind="cohorts.sign_off_asked",
        subject=f"Sign off {program}{until}",
        why=f"{by.display_name} named you as the stakeholder for {stakeholder.get_function_display()}.",
        body=(
            "The page shows the objectives, the outcomes, the baseline metrics and the competency model.",
            "Sign them, or return them with what would have to change. Nominations open after all have signed.",
        ),
        action="Read and sign",
        path=_path("program_sign_off", program.pk),
    )
    period = f"{stakeholder.asked_at:%Y%m%d%H%M%S}"
    notify(stakeholder.person, message, about=stakeholder, period=period)


def program_returned(stakeholder: Stakeholder, program: Program) -> None:
    """Tell L&D admins what a stakeholder wants changed."""
    message = Message(
        kind="cohorts.program_returned",
        subject=f"Change {program} and ask again",
        why=f"{stakeholder.person} returned the program instead of signing it.",
        body=(stakeholder.return_reason,),
        action="Open the program",
        path=_path("program_detail", program.pk),
    )
    _tell_admins(message, program, period=f"{stakeholder.pk}-{stakeholder.returned_at:%Y%m%d%H%M%S}")


def program_signed_off(program: Program) -> None:
    """Tell L&D admins that everybody has signed."""
    message = Message(
        kind="cohorts.program_signed_off",
        subject=f"Open nominations: {program} is signed off",
        why="Every stakeholder has signed the objectives, baselines and competency model.",
        action="Open the program",
        path=_path("program_detail", program.pk),
    )
    _tell_admins(message, program, period=f"{program.signed_off_at:%Y%m%d%H%M%S}")


def nominations_open(cohort: Cohort) -> None:
    """Tell the leaders of the cohort's markets that they can nominate."""
    message = Message(
        kind="cohorts.nominations_open",
        subject=f"Nominate for {cohort} by {day(cohort.nominations_close_on)}",
        why="You lead people who may be ready for it.",
        body=(
            f"{cohort.program}: {cohort.seats} seats, from {day(cohort.starts_on)} to {day(cohort.ends_on)}.",
            "You see for each person of your line which eligibility rules are met.",
        ),
        action="Open the cohort",
        path=_path("cohort_detail", cohort.pk),
    )
    reports = Person.objects.filter(manager=OuterRef("pk")).order_by()
    leaders = Person.objects.filter(employed(), Exists(reports), membership__isnull=False)
    if cohort.markets:
        leaders = leaders.filter(market__in=cohort.markets)
    notify_many(Notice(leader, message, about=cohort) for leader in leaders)


def enrolled(participants: list[Participant], cohort: Cohort) -> None:
    """Welcome new participants."""
    message = Message(
        kind="cohorts.enrolled",
        subject=f"You are in: {cohort}",
        why="You have been selected and enrolled.",
        body=(f"{cohort.program} runs from {day(cohort.starts_on)} to {day(cohort.ends_on)}.",),
        action="Open the cohort",
        path=_path("cohort_detail", cohort.pk),
    )
    notify_many(Notice(one.person, message, about=one) for one in participants)


def graduated(participants: list[Participant], cohort: Cohort) -> None:
    """Congratulate graduates and ask whether they would mentor or teach."""
    notify_many(
        Notice(
            one.person,
            Message(
                kind="cohorts.graduated",
                subject="Say whether you would mentor or teach the next cohort",
                why=f"You have graduated from {cohort}. Congratulations.",
                body=("Two questions. Nothing is promised by the answer, and you may change it.",),
                action="Answer",
                path=_path("participant_offer", one.pk),
            ),
            about=one,
        )
        for one in participants
    )


def placement_proposed(placement: Placement) -> None:
    """Ask the leader and HR for their signatures."""
    message = Message(
        kind="cohorts.placement_proposed",
        subject=f"Sign the placement of {placement.participant.person} as {placement.job_title}",
        why="It takes the signatures of the leader who takes the graduate on and of HR.",
        body=(f"The role starts {day(placement.effective_on)}.",),
        action="Read and sign",
        path=_path("placement_detail", placement.pk),
    )
    analysts = members_with(_organization(), Role.HR_ANALYST)
    notices = [
        Notice(one, message, about=placement) for one in analysts if one.pk != placement.leader.membership_id
    ]
    notify_many([Notice(placement.leader, message, about=placement), *notices])


def placement_signed(placement: Placement) -> None:
    """Tell the graduate, and whoever proposed it."""
    path, person = _path("placement_detail", placement.pk), placement.participant.person
    notify(
        person,
        Message(
            kind="cohorts.placement_signed",
            subject=f"Your next role: {placement.job_title}",
            why="Your leader and HR have signed your placement.",
            body=(f"It starts {day(placement.effective_on)}. The page names the accounts you take over.",),
            action="See your placement",
            path=path,
        ),
        about=placement,
    )
    if placement.proposed_by is not None:
        told = Message(
            kind="cohorts.placement_stands",
            subject=f"{person} is placed as {placement.job_title}",
            why="Both have signed the placement you proposed.",
            action="See the placement",
            path=path,
        )
        notify(placement.proposed_by, told, about=placement)


def placement_withdrawn(placement: Placement) -> None:
    """Tell the leader, who was asked to sign or has signed, that there is nothing to sign any more."""
    message = Message(
        kind="cohorts.placement_withdrawn",
        subject=f"Nothing to sign: the placement of {placement.participant.person} is taken back",
        why="You were asked to sign it as the leader.",
        body=(placement.withdrawn_reason,),
        action="See the placement",
        path=_path("placement_detail", placement.pk),
    )
    notify(placement.leader, message, about=placement)


def _tell_admins(message: Message, program: Program, *, period: str) -> None:
    admins = members_with(_organization(), Role.LD_ADMIN)
    notify_many(Notice(admin, message, about=program, period=period) for admin in admins)


def _organization() -> Organization:
    return Organization.objects.get(pk=require_organization())


def _path(name: str, pk: int) -> str:
    return reverse(f"cohorts:{name}", args=[_organization().slug, pk])
