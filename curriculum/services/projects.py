"""On-the-job work: written on an account, handed in, confirmed by the line manager."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from amdp.audit import services as audit
from amdp.directory.models import Account
from amdp.directory.queries import local_today
from amdp.identity.models import Membership
from amdp.tenancy.context import require_organization
from curriculum import messages
from curriculum.access import accounts_to_work_on, can_confirm, is_own
from curriculum.models import ParticipantActivity, Project, ProjectReview
from curriculum.services.activities import finish, locked, refuse_unless_workable

LONGEST_ANSWER = 6000
Item = ParticipantActivity.State


@transaction.atomic
def start_project(item: ParticipantActivity, *, by: Membership) -> Project:
    """The participant's own draft for an activity, made when it is opened the first time. It begins with
    the account of the work before it."""
    require_organization()
    item = locked(item)
    found = Project.objects.filter(item=item).select_related("account", "item__activity__module").first()
    if found is not None:
        return found
    if not item.activity.hands_in:
        raise ValidationError("There is nothing to hand in for this activity.")
    refuse_unless_workable(item, by=by)
    last = (
        Project.objects.filter(item__participant=item.participant_id, account__isnull=False)
        .order_by("-pk")
        .first()
    )
    return Project.objects.create(item=item, account=last.account if last else None)


@transaction.atomic
def save_draft(
    project: Project, *, answers: dict[str, str], account: Account | None, by: Membership
) -> Project:
    """Keep what the participant has written so far. Drafts are the author's alone."""
    project = _locked(project)
    _refuse_unless_author(project, by=by)
    _write(project, answers, account, by=by)
    return project


@transaction.atomic
def submit_project(
    project: Project, *, answers: dict[str, str], account: Account | None, by: Membership
) -> Project:
    """Hand the work in. The line manager is asked to confirm it where the activity wants that; else it is done.

    Raises ValidationError naming what is still missing.
    """
    project = _locked(project)
    _refuse_unless_author(project, by=by)
    item = locked(project.item)
    refuse_unless_workable(item, by=by)
    _write(project, answers, account, by=by)
    _refuse_incomplete(project, item)
    asks = item.activity.needs_confirmation
    project.state = Project.State.SUBMITTED if asks else Project.State.FINISHED
    project.submitted_at = timezone.now()
    project.save(update_fields=["state", "submitted_at"])
    finish(item, Item.HANDED_IN if asks else Item.DONE, by=by)
    audit.record(
        "project.handed_in", project, by=by, after={"account": str(project.account), "to_confirm": asks}
    )
    if asks:
        messages.handed_in(_locked(project))
    return project


@transaction.atomic
def confirm_project(project: Project, *, used_on: date, seen: str, by: Membership) -> Project:
    """The line manager confirms that the work was used with a real customer: on which day, and what they saw."""
    project = _locked(project)
    _refuse_unless_manager(project, by=by)
    errors = {}
    if used_on > local_today(by):
        errors["used_on"] = "This day has not come yet."
    if not seen.strip():
        errors["seen"] = "Say what you saw or heard from the customer."
    if errors:
        raise ValidationError(errors)
    item = locked(project.item)
    project.state = Project.State.CONFIRMED
    project.save(update_fields=["state"])
    finish(item, Item.DONE, by=by)
    review = _review(project, ProjectReview.Decision.CONFIRMED, seen, by=by, used_on=used_on)
    audit.record(
        "project.confirmed", project, by=by, after={"used_on": used_on, "account": str(project.account)}
    )
    messages.reviewed(project, review)
    return project


@transaction.atomic
def return_project(project: Project, *, question: str, by: Membership) -> Project:
    """The line manager returns the work with a question; the participant may write again."""
    project = _locked(project)
    _refuse_unless_manager(project, by=by)
    if not question.strip():
        raise ValidationError({"question": "Write the question you have."})
    project.state = Project.State.RETURNED
    project.save(update_fields=["state"])
    finish(locked(project.item), Item.RETURNED, by=by)
    review = _review(project, ProjectReview.Decision.RETURNED, question, by=by)
    audit.record("project.returned", project, by=by, after={"account": str(project.account)})
    messages.reviewed(project, review)
    return project


def _locked(project: Project) -> Project:
    require_organization()
    return (
        Project.objects.select_for_update(of=("self",))
        .select_related(
            "account", "item__activity__module", "item__participant__person__manager", "organization"
        )
        .get(pk=project.pk)
    )


def _refuse_unless_author(project: Project, *, by: Membership) -> None:
    if not is_own(by, project.item.participant):
        raise ValidationError("Only the participant writes this.")
    if not project.is_editable:
        raise ValidationError("This is handed in and can no longer be changed.")


def _refuse_unless_manager(project: Project, *, by: Membership) -> None:
    if project.state != Project.State.SUBMITTED:
        raise ValidationError("There is nothing to confirm here any more.")
    if not can_confirm(by, project):
        raise ValidationError("Only the line manager can confirm this.")


def _write(project: Project, answers: dict[str, str], account: Account | None, *, by: Membership) -> None:
    """Keep the answers to prompts that exist; the account has to be one the participant may choose."""
    if account is not None and account.pk != project.account_id:
        if not accounts_to_work_on(by).filter(pk=account.pk).exists():
            raise ValidationError({"account": "Choose one of the accounts of your team."})
        project.account = account
    for prompt in project.item.activity.prompts:
        if prompt in answers:
            project.answers[prompt] = answers[prompt].strip()[:LONGEST_ANSWER]
    project.save(update_fields=["answers", "account", "saved_at"])


def _refuse_incomplete(project: Project, item: ParticipantActivity) -> None:
    errors: dict[str, str] = {}
    if project.account_id is None:
        errors["account"] = "Choose the account you worked on."
    for place, prompt in enumerate(item.activity.prompts):
        if not project.answers.get(prompt, "").strip():
            errors[f"answer_{place}"] = "Write your answer before you hand this in."
    if item.activity.needs_confirmation and item.participant.person.manager is None:
        errors["account"] = (
            "The directory names no manager above you who could confirm this. Ask your L&D admin."
        )
    if errors:
        raise ValidationError(errors)


def _review(
    project: Project, decision: str, text: str, *, by: Membership, used_on: date | None = None
) -> ProjectReview:
    return ProjectReview.objects.create(
        project=project, decision=decision, text=text.strip(), by=by, by_name=by.display_name, used_on=used_on
    )
