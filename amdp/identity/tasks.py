"""Login mails leave through the worker, after commit."""

from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from amdp.identity import mails
from amdp.identity.models import Invitation
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from amdp.tenancy.tasks import organization_task

AGAIN: dict[str, Any] = {
    "autoretry_for": (SMTPException, OSError),
    "retry_backoff": 10,
    "retry_jitter": True,
    "max_retries": 8,
}


@shared_task(**AGAIN)
def deliver(mail: dict[str, str]) -> None:
    """Send one login mail."""
    mails.Mail(**mail).as_message().send()


def send_after_commit(mail: mails.Mail) -> None:
    """Queue a mail; its text, which may hold a link, stays out of the worker's log."""
    queued = {"argsrepr": "(a login mail,)", "kwargsrepr": "{}"}
    transaction.on_commit(lambda: deliver.apply_async((mail.as_dict(),), **queued))


@organization_task(**AGAIN)
def mail_invitations(organization_id: int, ids: list[int]) -> None:
    """Mail those of these invitations that are still open and not mailed yet.

    The token is made here, so that it exists nowhere but in the mail. One that cannot be sent is tried
    again with the next run and does not hold up the others.
    """
    organization = Organization.objects.get(pk=organization_id)
    failed: Exception | None = None
    for pk in ids:
        try:
            _mail_invitation(organization, pk)
        except (SMTPException, OSError) as error:
            failed = error
    if failed is not None:
        raise failed


def _mail_invitation(organization: Organization, pk: int) -> None:
    from amdp.identity.services.invitations import renew_link

    with organization_context(organization):
        waiting = Invitation.objects.filter(pk=pk, state=Invitation.State.SENT, mailed_at=None)
        invitation = waiting.select_for_update(skip_locked=True).first()
        if invitation is None:
            return
        link = renew_link(invitation, organization)
        inviter = invitation.invited_by
        Invitation.objects.filter(pk=pk).update(mailed_at=timezone.now())
    context = {"invitation": invitation, "organization": organization, "inviter": inviter, "link": link}
    try:
        mails.compose("identity/email/invitation", invitation.email, context).as_message().send()
    except (SMTPException, OSError):
        with organization_context(organization):
            Invitation.objects.filter(pk=pk).update(mailed_at=None)
        raise
